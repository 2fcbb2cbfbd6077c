//! The way back from a change of many records: what they were before, kept for a day.
//!
//! A flow keeps a step in the transaction of its change and hands the batch to its caller; taking
//! it back is a flow of its own, which leaves alone what was changed again since.

use serde_json::Value;
use uuid::Uuid;

use super::{Fault, Tx, db};

/// How long the way back stays open, in hours.
const OPEN: i64 = 24;

/// Keeps a step of a batch. `before` holds ids and codes.
///
/// # Faults
/// Whatever the database says.
pub async fn keep(tx: &Tx, batch: Uuid, kind: &str, before: &Value) -> Result<(), Fault> {
    let sql = "insert into undo_step (id, batch, kind, actor, before, at) values ($1,$2,$3,$4,$5,$6)";
    db::run(tx, sql, db::params![tx.uuid(), batch, kind, tx.actor().code(), before.to_string(), tx.now()]).await?;
    Ok(())
}

/// Takes the next step of a batch out; `None` when all are taken. Two clicks take each step once.
///
/// # Faults
/// Whatever the database says.
pub async fn take(tx: &Tx, batch: Uuid) -> Result<Option<(String, Value)>, Fault> {
    let sql = "delete from undo_step where id = (select id from undo_step where batch = $1 and actor = $2 and at >= $3 \
               order by id limit 1) returning kind, before";
    let since = tx.now().plus_hours(-OPEN);
    let Some(row) = db::row(tx, sql, db::params![batch, tx.actor().code(), since]).await? else { return Ok(None) };
    let (kind, before): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    Ok(Some((kind, serde_json::from_str(&before)?)))
}

/// Forgets steps that nobody may take any more.
///
/// # Faults
/// Whatever the database says.
pub async fn sweep(tx: &Tx) -> Result<(), Fault> {
    let sql = "delete from undo_step where id in (select id from undo_step where at < $1 order by at limit 500)";
    db::run(tx, sql, db::params![tx.now().plus_hours(-OPEN)]).await?;
    Ok(())
}
