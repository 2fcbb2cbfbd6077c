//! What a provider said, raw: stored before anybody tries to understand it.

use uuid::Uuid;

use crate::kernel::{self, Moment, Reads, Tx, db};

/// What is known of an event when it comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    New,
    /// It came before, and its effects are not written yet.
    Waiting,
    Processed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    pub id: Uuid,
    pub known: Known,
}

/// Keeps an event as it came.
///
/// # Faults
/// Whatever the database says: then the provider is told to come again.
pub async fn store(tx: &Tx, provider: &str, event: &super::Event, raw: &str) -> Result<Stored, kernel::Fault> {
    let id = tx.uuid();
    let sql = "insert into payment_event (id, provider, event_id, kind, live, raw, received_at, tries, next_at, error) \
               values ($1,$2,$3,$4,$5,$6,$7,0,$7,'') on conflict do nothing";
    let params = db::params![id, provider, event.id.clone(), event.kind.clone(), event.live, raw, tx.now()];
    if db::run(tx, sql, params).await? == 1 {
        return Ok(Stored { id, known: Known::New });
    }
    let sql = "select id, processed_at from payment_event where provider = $1 and event_id = $2";
    let row = db::row(tx, sql, db::params![provider, event.id.clone()]).await?;
    let row = row.ok_or_else(|| kernel::Fault::bug("an event that conflicts with nothing"))?;
    let done: Option<Moment> = row.try_get_by_index(1)?;
    let known = if done.is_some() { Known::Processed } else { Known::Waiting };
    Ok(Stored { id: row.try_get_by_index(0)?, known })
}

/// Locks an event that is not processed yet; whoever comes second waits, and finds it processed:
/// `false`.
///
/// # Faults
/// Whatever the database says.
pub async fn lock(tx: &Tx, id: Uuid) -> Result<bool, kernel::Fault> {
    let sql = "update payment_event set tries = tries + 1 where id = $1 and processed_at is null";
    Ok(db::run(tx, sql, db::params![id]).await? == 1)
}

/// An event as it came, while it is not processed.
///
/// # Faults
/// Whatever the database says.
pub async fn raw(db: &impl Reads, id: Uuid) -> Result<Option<String>, kernel::Fault> {
    let sql = "select raw from payment_event where id = $1 and processed_at is null";
    Ok(db::scalar(db, sql, db::params![id]).await?)
}

/// Its effects are written, in this same transaction.
///
/// # Faults
/// Whatever the database says.
pub async fn processed(tx: &Tx, id: Uuid) -> Result<(), kernel::Fault> {
    let sql = "update payment_event set processed_at = $2, next_at = null, error = '' where id = $1";
    db::run(tx, sql, db::params![id, tx.now()]).await?;
    Ok(())
}

/// It could not be processed; it stays and is tried again, less and less often and without end.
///
/// # Faults
/// Whatever the database says.
pub async fn failed(tx: &Tx, id: Uuid, why: &str) -> Result<(), kernel::Fault> {
    let sql = "update payment_event set tries = tries + 1, error = $2 where id = $1 and processed_at is null returning tries";
    let why: String = why.chars().take(500).collect();
    let tries: i64 = db::scalar(tx, sql, db::params![id, why]).await?.unwrap_or(1);
    let next = tx.now().plus_seconds(backoff(tries));
    db::run(tx, "update payment_event set next_at = $2 where id = $1 and processed_at is null", db::params![id, next]).await?;
    Ok(())
}

/// Seconds until the next try: 5, 10, 20 … up to six hours.
pub(super) fn backoff(tries: i64) -> i64 {
    (5_i64 << tries.clamp(1, 14).saturating_sub(1)).min(6 * 3600)
}

/// Events whose turn it is, oldest first.
///
/// # Faults
/// Whatever the database says.
pub async fn pending(db: &impl Reads, now: Moment, most: u32) -> Result<Vec<Uuid>, kernel::Fault> {
    let sql = "select id from payment_event where processed_at is null and next_at <= $1 order by next_at limit $2";
    Ok(db::column(db, sql, db::params![now, i64::from(most)]).await?)
}

#[cfg(test)]
mod tests {
    #[test]
    fn tries_grow_apart_and_never_end() {
        assert_eq!([1, 2, 3].map(super::backoff), [5, 10, 20]);
        assert_eq!(super::backoff(1_000_000), 6 * 3600);
    }
}
