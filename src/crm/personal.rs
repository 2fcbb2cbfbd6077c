//! History when records are joined, handed over or erased.

use serde_json::{Value, json};

use crate::kernel::{self, Moment, PartyId, Reads, Tx, db};

/// Moves everything that was written under one record to another.
///
/// # Errors
/// Whatever the database says.
pub async fn repoint(tx: &Tx, from: PartyId, to: PartyId) -> Result<(), sea_orm::DbErr> {
    for sql in [
        "update crm_timeline set party = $2 where party = $1",
        "update crm_task set party = $2 where party = $1",
        "update inquiry set party = $2 where party = $1",
    ] {
        db::run(tx, sql, db::params![from, to]).await?;
    }
    Ok(())
}

/// The history of a party, for the person it is about.
///
/// # Faults
/// Whatever the database says.
pub async fn export(db: &impl Reads, party: PartyId) -> Result<Value, kernel::Fault> {
    let mut timeline = Vec::new();
    let sql = "select at, code, args, note from crm_timeline where party = $1 order by at, id";
    for row in db::rows(db, sql, db::params![party]).await? {
        let (at, code, args, note): (Moment, String, String, Option<String>) =
            (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?, row.try_get_by_index(3)?);
        let args: Value = serde_json::from_str(&args).unwrap_or_default();
        timeline.push(json!({ "at": at, "code": code, "args": args, "note": note }));
    }
    let mut tasks = Vec::new();
    let sql = "select kind, about, due_at, state, result from crm_task where party = $1 order by id";
    for row in db::rows(db, sql, db::params![party]).await? {
        let (kind, about, due_at): (String, Option<String>, Moment) =
            (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let (state, result): (String, Option<String>) = (row.try_get_by_index(3)?, row.try_get_by_index(4)?);
        tasks.push(json!({ "kind": kind, "about": about, "due_at": due_at, "state": state, "result": result }));
    }
    let mut inquiries = Vec::new();
    let sql = "select number, product_title, text, customer_ref, state, created_at from inquiry where party = $1 order by id";
    for row in db::rows(db, sql, db::params![party]).await? {
        let (number, product, text): (String, Option<String>, String) =
            (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let (reference, state, at): (Option<String>, String, Moment) =
            (row.try_get_by_index(3)?, row.try_get_by_index(4)?, row.try_get_by_index(5)?);
        inquiries.push(json!({
            "number": number, "product": product, "text": text, "your_number": reference, "state": state, "created_at": at,
        }));
    }
    Ok(json!({ "timeline": timeline, "tasks": tasks, "inquiries": inquiries }))
}

/// Takes free text about a person away; that something happened, and when, stays countable.
///
/// # Errors
/// Whatever the database says.
pub async fn erase(tx: &Tx, party: PartyId) -> Result<(), sea_orm::DbErr> {
    for sql in [
        "update crm_timeline set note = null where party = $1",
        "update inquiry_change set reason = null where inquiry in (select id from inquiry where party = $1)",
        "update inquiry set text = '', customer_ref = null, close_reason = null where party = $1",
        "delete from crm_task where party = $1 and state = 'open'",
        "update crm_task set about = null, result = null where party = $1",
    ] {
        db::run(tx, sql, db::params![party]).await?;
    }
    Ok(())
}
