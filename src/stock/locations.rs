//! Where stock lies.

use serde::Serialize;

use super::Fault;
use crate::kernel::{self, LocationId, Reads, Subject, Tx, db};

/// A warehouse, a showroom, a van.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Location {
    pub id: LocationId,
    pub code: String,
    pub name: String,
    /// Sales draw on lower positions first.
    pub position: i64,
    pub active: bool,
}
db::record!(Location { id, code, name, position, active });

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLocation {
    pub code: String,
    pub name: String,
    pub position: i64,
}

const COLUMNS: &str = "select id, code, name, position, active from location";

/// Every location in the order in which sales draw on them.
///
/// # Faults
/// Whatever the database says.
pub async fn locations(db: &impl Reads) -> Result<Vec<Location>, kernel::Fault> {
    Ok(db::all(db, &format!("{COLUMNS} order by position, id"), vec![]).await?)
}

/// # Faults
/// `stock.no_location`.
pub async fn location_by_code(db: &impl Reads, code: &str) -> Result<Location, kernel::Fault> {
    let found = db::opt(db, &format!("{COLUMNS} where code = $1"), db::params![code]).await?;
    Ok(found.ok_or_else(|| Fault::NoLocation(code.to_owned()))?)
}

/// # Faults
/// `stock.code_taken`.
pub async fn add_location(tx: &Tx, new: NewLocation) -> Result<LocationId, kernel::Fault> {
    let id = LocationId::new(tx);
    let sql = "insert into location (id, code, name, position, active, changed_at) values ($1,$2,$3,$4,$5,$6) on conflict (code) do nothing";
    let params = db::params![id, new.code.clone(), new.name, new.position, true, tx.now()];
    match db::run(tx, sql, params).await? {
        0 => Err(Fault::CodeTaken(new.code).into()),
        _ => Ok(id),
    }
}

/// Renames, reorders, opens or closes a location. Closing hides its stock from sale, so every
/// page goes stale.
///
/// # Faults
/// `stock.no_location`.
pub async fn change_location(tx: &Tx, to: &Location) -> Result<(), kernel::Fault> {
    let sql = "update location set name = $1, position = $2, active = $3, changed_at = $4 where id = $5";
    let params = db::params![to.name.clone(), to.position, to.active, tx.now(), to.id];
    if db::run(tx, sql, params).await? == 0 {
        return Err(Fault::NoLocation(to.code.clone()).into());
    }
    tx.raise(Subject::All);
    Ok(())
}
