//! The news that staff get by letter: who was told up to when, and who wants none.

use std::collections::{HashMap, HashSet};

use crate::kernel::{Date, Fault, LetterId, Moment, Reads, Tx, UserId, db};

/// Up to when each person was told, and who had their letter of this day.
#[derive(Clone, Debug, Default)]
pub struct Told {
    pub until: HashMap<UserId, Moment>,
    pub today: HashSet<UserId>,
    pub unwanted: HashSet<UserId>,
}

/// # Faults
/// Whatever the database says.
pub async fn told(db: &impl Reads, day: Date) -> Result<Told, Fault> {
    let mut told = Told::default();
    for row in db::rows(db, "select user_id, max(until), max(day) from digest group by user_id", Vec::new()).await? {
        let user: UserId = row.try_get_by_index(0)?;
        told.until.insert(user, row.try_get_by_index(1)?);
        let last: String = row.try_get_by_index(2)?;
        // Written as ISO 8601, days compare as texts do; a clock that was put back writes no day twice.
        if last >= day.to_string() {
            told.today.insert(user);
        }
    }
    told.unwanted = db::column::<UserId>(db, "select user_id from digest_off", Vec::new()).await?.into_iter().collect();
    Ok(told)
}

/// The day's letter is this transaction's to write: false where another one wrote it.
///
/// # Faults
/// Whatever the database says.
pub async fn claim_digest(
    tx: &Tx,
    user: UserId,
    day: Date,
    (since, until): (Moment, Moment),
    letter: Option<LetterId>,
) -> Result<bool, Fault> {
    let sql = "insert into digest (user_id, day, since, until, letter) values ($1,$2,$3,$4,$5) on conflict do nothing";
    Ok(db::run(tx, sql, db::params![user, day.to_string(), since, until, letter]).await? == 1)
}

/// What the person's newest letter, or the look that found nothing, told of: from when, until when.
///
/// # Faults
/// Whatever the database says.
pub async fn last_digest(db: &impl Reads, user: UserId) -> Result<Option<(Moment, Moment)>, Fault> {
    let sql = "select since, until from digest where user_id = $1 order by day desc limit 1";
    let row = db::row(db, sql, db::params![user]).await?;
    row.map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).transpose()
}

/// # Faults
/// Whatever the database says.
pub async fn wants_digest(db: &impl Reads, user: UserId) -> Result<bool, Fault> {
    let off: Option<i64> = db::scalar(db, "select at from digest_off where user_id = $1", db::params![user]).await?;
    Ok(off.is_none())
}

/// # Faults
/// Whatever the database says.
pub async fn set_digest(tx: &Tx, user: UserId, wanted: bool) -> Result<(), Fault> {
    if wanted {
        db::run(tx, "delete from digest_off where user_id = $1", db::params![user]).await?;
    } else {
        let sql = "insert into digest_off (user_id, at) values ($1,$2) on conflict do nothing";
        db::run(tx, sql, db::params![user, tx.now()]).await?;
    }
    Ok(())
}
