//! Letters of one person: moved, shown and forgotten.

use serde_json::{Value, json};

use crate::kernel::{Fault, Moment, PartyId, Reads, Tx, db};

/// Two records turned out to be one customer.
///
/// # Faults
/// Whatever the database says.
pub async fn repoint(tx: &Tx, from: PartyId, to: PartyId) -> Result<(), Fault> {
    db::run(tx, "update letter set party_id = $2 where party_id = $1", db::params![from, to]).await?;
    Ok(())
}

/// The letters that a customer was sent, for the customer.
///
/// # Faults
/// Whatever the database says.
pub async fn export(db: &impl Reads, party: PartyId) -> Result<Value, Fault> {
    let sql = "select recipient, title, plain, sent_at from letter where party_id = $1 and sent_at is not null order by id";
    let mut letters = Vec::new();
    for row in db::rows(db, sql, db::params![party]).await? {
        let (to, title): (String, Option<String>) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let (plain, at): (Option<String>, Moment) = (row.try_get_by_index(2)?, row.try_get_by_index(3)?);
        letters.push(json!({ "to": to, "title": title, "text": plain, "sent_at": at.rfc3339() }));
    }
    Ok(letters.into())
}

/// Forgets them. One that still waits is not sent any more: its job finds no letter and ends.
///
/// # Faults
/// Whatever the database says.
pub async fn erase(tx: &Tx, party: PartyId) -> Result<(), Fault> {
    db::run(tx, "delete from letter where party_id = $1", db::params![party]).await?;
    Ok(())
}
