//! Sending the same form or request twice does the work once.

use serde_json::Value;

use super::{Fault, Tx, db, token};

/// What is known of a key.
#[derive(Debug, PartialEq)]
pub enum Seen {
    New,
    /// Done before, with this answer.
    Before(Value),
}

/// Claims `key` within `scope` (a route or form) in the transaction of the work.
///
/// A second sender waits here for the first one's commit (SQLite: the write lock; PostgreSQL:
/// the unique row) and then sees its answer.
///
/// # Faults
/// `request.key_reused` when the key came before with another body; `request.key_invalid` when
/// it is empty or longer than 200 characters.
pub async fn once(tx: &Tx, scope: &str, key: &str, body: &str) -> Result<Seen, Fault> {
    if key.is_empty() || key.len() > 200 {
        return Err(Fault::invalid("key", "request.key_invalid"));
    }
    let body = token::hash(body);
    let sql = "insert into idempotency (scope, key, body_hash, at) values ($1,$2,$3,$4) on conflict do nothing";
    if db::run(tx, sql, db::params![scope, key, body.clone(), tx.now()]).await? == 1 {
        return Ok(Seen::New);
    }
    let sql = "select body_hash, answer from idempotency where scope = $1 and key = $2";
    let row = db::row(tx, sql, db::params![scope, key]).await?.ok_or_else(|| Fault::conflict("request.in_flight"))?;
    let (before, answer): (String, Option<String>) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    if before != body {
        return Err(Fault::invalid("key", "request.key_reused"));
    }
    let answer = answer.ok_or_else(|| Fault::conflict("request.in_flight"))?;
    Ok(Seen::Before(serde_json::from_str(&answer)?))
}

/// Keeps the answer for whoever sends the key again.
///
/// # Faults
/// Whatever the database says.
pub async fn remember(tx: &Tx, scope: &str, key: &str, answer: &Value) -> Result<(), Fault> {
    let sql = "update idempotency set answer = $3 where scope = $1 and key = $2";
    db::run(tx, sql, db::params![scope, key, answer.to_string()]).await?;
    Ok(())
}
