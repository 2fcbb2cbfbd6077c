//! What happened to an offer, and what somebody let pass.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::kernel::{self, Moment, OfferId, Reads, Tx, db};

/// A step as it is read.
#[derive(Clone, Debug, Serialize)]
pub struct EventView {
    pub at: Moment,
    pub actor: String,
    pub step: String,
    pub after: String,
    pub version: i64,
    pub reason: String,
}
db::record!(EventView { at, actor, step, after, version, reason });

/// What happened to an offer, oldest first.
///
/// # Faults
/// Whatever the database says.
pub async fn events(db: &impl Reads, id: OfferId) -> Result<Vec<EventView>, kernel::Fault> {
    let sql = "select at, actor, step, after, version, reason from offer_event where offer_id = $1 order by id";
    Ok(db::all(db, sql, db::params![id]).await?)
}

/// Somebody who may said that rows may go below the floor, down to so much.
#[derive(Clone, Debug)]
pub struct Approval {
    pub at: Moment,
    pub actor: String,
    /// By row: the lowest net price of one unit, in millionths.
    pub lowest: BTreeMap<Uuid, i64>,
}

/// # Faults
/// Whatever the database says.
pub async fn approve(tx: &Tx, id: OfferId, lowest: &Value) -> Result<(), kernel::Fault> {
    let sql = "insert into offer_approval (id, offer_id, at, actor, lowest) values ($1,$2,$3,$4,$5)";
    db::run(tx, sql, db::params![tx.uuid(), id, tx.now(), tx.actor().code(), lowest.to_string()]).await?;
    Ok(())
}

/// # Faults
/// Whatever the database says.
pub async fn approvals(db: &impl Reads, id: OfferId) -> Result<Vec<Approval>, kernel::Fault> {
    let sql = "select at, actor, lowest from offer_approval where offer_id = $1 order by id";
    let mut all = Vec::new();
    for row in db::rows(db, sql, db::params![id]).await? {
        let lowest: String = row.try_get_by_index(2)?;
        all.push(Approval {
            at: row.try_get_by_index(0)?,
            actor: row.try_get_by_index(1)?,
            lowest: serde_json::from_str(&lowest)?,
        });
    }
    Ok(all)
}
