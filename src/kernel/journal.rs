//! The journal: the audit of the shop. It holds codes and ids, never personal text.

use sea_orm::DbErr;
use serde_json::Value;
use uuid::Uuid;

use super::{Tx, db};

/// Notes what happened to which record, in the transaction in which it happened.
///
/// `code` is dotted and stable (`sales.order.placed`); every code has a text in every locale
/// below `journal.` (tested).
///
/// # Errors
/// Whatever the database says.
pub async fn note(tx: &Tx, code: &'static str, subject: Option<Uuid>, data: Value) -> Result<(), DbErr> {
    let sql = "insert into journal (id, at, actor, code, subject, data) values ($1,$2,$3,$4,$5,$6)";
    let data = if data.is_null() { None } else { Some(data.to_string()) };
    db::run(tx, sql, db::params![tx.uuid(), tx.now(), tx.actor().code(), code, subject, data]).await.map(drop)
}
