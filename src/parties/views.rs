//! Reads of one party.

use std::collections::HashMap;

use serde::Serialize;

use super::{AddressView, Fault, Stage, address, row};
use crate::kernel::{self, Locale, Moment, PartyId, Reads, Scope, UserId, db};

/// A customer's card in the office.
#[derive(Clone, Debug, Serialize)]
pub struct CustomerView {
    pub id: PartyId,
    /// The company, else the person.
    pub display: String,
    pub name: String,
    pub company: Option<String>,
    pub email: Option<String>,
    pub email_proven: bool,
    pub phone: Option<String>,
    pub company_code: Option<String>,
    pub vat_code: Option<String>,
    pub locale: Locale,
    pub manager: Option<UserId>,
    pub group: Option<String>,
    pub stage: Stage,
    pub origin: String,
    pub erased: bool,
    /// Where the record went when it was joined with another.
    pub joined_into: Option<PartyId>,
    pub created_at: Moment,
    pub touched_at: Moment,
    pub addresses: Vec<AddressView>,
}

/// A customer's card. Whose customers the scope covers is part of the question.
///
/// # Faults
/// `parties.not_found`, also for a record outside the scope.
pub async fn customer(db: &impl Reads, scope: &Scope, id: PartyId) -> Result<CustomerView, kernel::Fault> {
    let row = row::find(db, id).await?.filter(|r| scope.covers(r.manager)).ok_or(Fault::NotFound)?;
    view(db, row).await
}

/// What a signed-in customer sees of their own record.
///
/// # Faults
/// `parties.not_found`.
pub async fn myself(db: &impl Reads, id: PartyId) -> Result<CustomerView, kernel::Fault> {
    let id = follow(db, id).await?.ok_or(Fault::NotFound)?;
    let row = row::find(db, id).await?.ok_or(Fault::NotFound)?;
    view(db, row).await
}

async fn view(db: &impl Reads, row: row::Row) -> Result<CustomerView, kernel::Fault> {
    let addresses = address::addresses(db, row.id).await?;
    Ok(CustomerView {
        id: row.id,
        display: row.company.clone().unwrap_or_else(|| row.name.clone()),
        name: row.name,
        company: row.company,
        email: row.email,
        email_proven: row.email_proven_at.is_some(),
        phone: row.phone,
        company_code: row.company_code,
        vat_code: row.vat_code,
        locale: row.locale,
        manager: row.manager,
        group: row.grp,
        stage: Stage::from_rank(row.stage),
        origin: row.origin,
        erased: row.erased_at.is_some(),
        joined_into: row.joined_into,
        created_at: row.created_at,
        touched_at: row.touched_at,
        addresses,
    })
}

/// Whether a party lies within the scope; costs a read.
///
/// # Faults
/// `parties.not_found`.
pub async fn within(db: &impl Reads, scope: &Scope, id: PartyId) -> Result<(), kernel::Fault> {
    let row = db::row(db, "select manager from party where id = $1", db::params![id]).await?.ok_or(Fault::NotFound)?;
    let manager: Option<UserId> = row.try_get_by_index(0)?;
    if scope.covers(manager) { Ok(()) } else { Err(Fault::NotFound.into()) }
}

/// The record that stands for this one today: itself, or the one it was joined into.
///
/// # Faults
/// Whatever the database says.
pub async fn follow(db: &impl Reads, id: PartyId) -> Result<Option<PartyId>, kernel::Fault> {
    // Joins are flattened when they happen, so one step is enough.
    let sql = "select coalesce(joined_into, id) from party where id = $1";
    Ok(db::scalar(db, sql, db::params![id]).await?)
}

/// What a letter or a list says of a party.
#[derive(Clone, Debug, Serialize)]
pub struct Brief {
    pub id: PartyId,
    /// The company, else the person.
    pub display: String,
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub locale: Locale,
    pub manager: Option<UserId>,
}
db::record!(Brief { id, display, name, email, phone, locale, manager });

/// One party in brief, without scope: for letters and for flows that asked already.
pub(crate) async fn brief(db: &impl Reads, id: PartyId) -> Result<Brief, kernel::Fault> {
    let mut found = briefs(db, &[id]).await?;
    found.remove(&id).ok_or_else(|| Fault::NotFound.into())
}

/// Several parties in brief, for lists of other modules that carried their own scope.
pub(crate) async fn briefs(db: &impl Reads, ids: &[PartyId]) -> Result<HashMap<PartyId, Brief>, kernel::Fault> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = format!(
        "select id, coalesce(company, name) as display, name, email, phone, locale, manager from party where id in ({})",
        db::marks(ids.len(), 1)
    );
    let rows: Vec<Brief> = db::all(db, &sql, db::values(ids)).await?;
    Ok(rows.into_iter().map(|b| (b.id, b)).collect())
}
