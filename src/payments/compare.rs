//! The daily comparison of the provider's own list with the ledger: how far it came.

use serde::Serialize;

use crate::kernel::{self, Moment, Reads, Tx, db};

#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    pub provider: String,
    /// From which moment on the provider was asked.
    pub since: Moment,
    /// Where the next part begins, while one is under way.
    pub next: Option<String>,
    pub begun_at: Moment,
    pub ended_at: Option<Moment>,
    /// Movements that the provider named.
    pub looked: i64,
    /// Those that the ledger did not have.
    pub found: i64,
}

struct Row {
    provider: String,
    since: Moment,
    next: Option<String>,
    begun_at: Moment,
    ended_at: Option<Moment>,
    looked: i64,
    found: i64,
}
db::record!(Row { provider, since, next, begun_at, ended_at, looked, found });

/// The last comparison with a provider.
///
/// # Faults
/// Whatever the database says.
pub async fn comparison(db: &impl Reads, provider: &str) -> Result<Option<Comparison>, kernel::Fault> {
    let row: Option<Row> = db::opt(db, "select * from payment_comparison where provider = $1", db::params![provider]).await?;
    Ok(row.map(|r| Comparison {
        provider: r.provider,
        since: r.since,
        next: r.next,
        begun_at: r.begun_at,
        ended_at: r.ended_at,
        looked: r.looked,
        found: r.found,
    }))
}

/// A comparison begins, from a moment on.
///
/// # Faults
/// Whatever the database says.
pub async fn compare_begun(tx: &Tx, provider: &str, since: Moment) -> Result<(), kernel::Fault> {
    let sql = "insert into payment_comparison (provider, since, next, begun_at, ended_at, looked, found) values ($1,$2,null,$3,null,0,0) \
               on conflict (provider) do update set since = excluded.since, next = null, begun_at = excluded.begun_at, \
               ended_at = null, looked = 0, found = 0";
    db::run(tx, sql, db::params![provider, since, tx.now()]).await?;
    Ok(())
}

/// A part was compared.
///
/// # Faults
/// Whatever the database says.
pub async fn compared(tx: &Tx, provider: &str, next: Option<&str>, looked: i64, found: i64) -> Result<(), kernel::Fault> {
    let sql = "update payment_comparison set next = $2, looked = looked + $3, found = found + $4 where provider = $1";
    db::run(tx, sql, db::params![provider, next, looked, found]).await?;
    Ok(())
}

/// All of it was compared.
///
/// # Faults
/// Whatever the database says.
pub async fn compare_ended(tx: &Tx, provider: &str) -> Result<(), kernel::Fault> {
    let sql = "update payment_comparison set next = null, ended_at = $2 where provider = $1";
    db::run(tx, sql, db::params![provider, tx.now()]).await?;
    Ok(())
}
