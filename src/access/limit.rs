//! How often somebody may try: one row and one statement a counter, alike on every node.

use super::Fault;
use crate::kernel::{self, Tx, db, token};

/// At most `burst` tries at once, then one each `every_ms`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    pub burst: i64,
    pub every_ms: i64,
}

impl Limit {
    /// Signing in, by network address and account together.
    pub const SIGN_IN: Self = Self { burst: 5, every_ms: 60_000 };
    /// Signing in, by network address alone: one address trying many accounts.
    pub const SIGN_IN_ADDRESS: Self = Self { burst: 30, every_ms: 20_000 };
    /// Login links, by e-mail address: nobody's mailbox is filled from here.
    pub const LINK: Self = Self { burst: 3, every_ms: 300_000 };
    /// Forms that guests send, by network address.
    pub const FORM: Self = Self { burst: 10, every_ms: 60_000 };
}

/// Counts a try. The counter (GCRA) holds the moment at which the tries so far are paid off.
///
/// `key` is hashed before it is kept: network addresses and e-mails are personal data.
///
/// # Faults
/// `access.too_many` with the seconds to wait.
pub async fn allow(tx: &Tx, scope: &str, key: &str, limit: Limit) -> Result<(), kernel::Fault> {
    let hashed = token::hash(&format!("{scope}\n{key}"));
    let (now, every) = (tx.now().0, limit.every_ms);
    let most = every * limit.burst;
    let sql = "insert into rate_limit (key, tat) values ($1, $2) on conflict (key) do update \
               set tat = case when rate_limit.tat > $3 then rate_limit.tat else $3 end + $4 \
               where rate_limit.tat + $4 - $3 <= $5";
    if db::run(tx, sql, db::params![hashed.clone(), now + every, now, every, most]).await? == 1 {
        return Ok(());
    }
    let tat: i64 = db::scalar(tx, "select tat from rate_limit where key = $1", db::params![hashed]).await?.unwrap_or(now);
    let wait = (tat + every - now - most).max(0);
    Err(Fault::TooMany(wait / 1000 + 1).into())
}

/// Forgets the tries so far: whoever got in was not guessing.
///
/// # Faults
/// Whatever the database says.
pub async fn forgive(tx: &Tx, scope: &str, key: &str) -> Result<(), kernel::Fault> {
    let hashed = token::hash(&format!("{scope}\n{key}"));
    db::run(tx, "delete from rate_limit where key = $1", db::params![hashed]).await?;
    Ok(())
}

/// Drops counters that are paid off, a thousand at a time.
///
/// # Errors
/// Whatever the database says.
pub async fn sweep_limits(tx: &Tx) -> Result<u64, sea_orm::DbErr> {
    let sql = "delete from rate_limit where key in (select key from rate_limit where tat < $1 order by tat limit 1000)";
    db::run(tx, sql, db::params![tx.now()]).await
}
