//! The row of a party as its own module reads it.

use sea_orm::DbErr;

use super::{Contact, Fault, words};
use crate::kernel::{Locale, Moment, Origin, PartyId, Reads, Tx, UserId, db, fold};

pub(super) const COLUMNS: &str = "id, name, company, email, email_proven_at, phone, company_code, vat_code, locale, \
     manager, grp, stage, origin, folded, joined_into, erased_at, created_at, touched_at";

#[derive(Clone, Debug)]
pub(super) struct Row {
    pub id: PartyId,
    pub name: String,
    pub company: Option<String>,
    pub email: Option<String>,
    pub email_proven_at: Option<Moment>,
    pub phone: Option<String>,
    pub company_code: Option<String>,
    pub vat_code: Option<String>,
    pub locale: Locale,
    pub manager: Option<UserId>,
    pub grp: Option<String>,
    pub stage: i64,
    pub origin: String,
    pub folded: String,
    pub joined_into: Option<PartyId>,
    pub erased_at: Option<Moment>,
    pub created_at: Moment,
    pub touched_at: Moment,
}
db::record!(Row {
    id,
    name,
    company,
    email,
    email_proven_at,
    phone,
    company_code,
    vat_code,
    locale,
    manager,
    grp,
    stage,
    origin,
    folded,
    joined_into,
    erased_at,
    created_at,
    touched_at
});

impl Row {
    pub fn contact(&self) -> Contact {
        Contact {
            name: self.name.clone(),
            email: self.email.clone(),
            phone: self.phone.clone(),
            company: self.company.clone(),
            company_code: self.company_code.clone(),
            vat_code: self.vat_code.clone(),
            locale: self.locale,
        }
    }
    /// A record that still stands for itself.
    pub fn standing(self) -> Result<Self, Fault> {
        if self.joined_into.is_some() || self.erased_at.is_some() { Err(Fault::Gone) } else { Ok(self) }
    }
}

pub(super) async fn find(db: &impl Reads, id: PartyId) -> Result<Option<Row>, DbErr> {
    db::opt(db, &format!("select {COLUMNS} from party where id = $1"), db::params![id]).await
}

/// Never empty: records that were joined or erased have an empty one.
fn sort_name(contact: &Contact) -> String {
    let folded = fold(contact.display());
    if folded.trim().is_empty() { "~".to_owned() } else { folded }
}

/// A new record of its own.
pub(super) async fn insert(tx: &Tx, contact: &Contact, origin: Origin, proven: Option<Moment>) -> Result<PartyId, DbErr> {
    let id = PartyId::new(tx);
    let all = words::of(contact);
    let kind = if contact.company.is_some() || contact.company_code.is_some() { "company" } else { "person" };
    let sql = "insert into party (id, kind, name, company, email, email_proven_at, phone, company_code, vat_code, locale, \
               stage, origin, sort_name, folded, created_at, updated_at, touched_at) \
               values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,0,$11,$12,$13,$14,$14,$14)";
    let c = contact.clone();
    let sort_name = sort_name(contact);
    let params = db::params![
        id,
        kind,
        c.name,
        c.company,
        c.email,
        proven,
        c.phone,
        c.company_code,
        c.vat_code,
        c.locale,
        origin,
        sort_name,
        words::folded(&all),
        tx.now()
    ];
    db::run(tx, sql, params).await?;
    words::insert(tx, id, &all).await?;
    Ok(id)
}

/// Writes a changed contact over the row, words included.
pub(super) async fn rewrite(tx: &Tx, before: &Row, contact: &Contact, proven: Option<Moment>) -> Result<(), DbErr> {
    let all = words::of(contact);
    let folded = words::folded(&all);
    if folded != before.folded {
        words::delete(tx, before.id, &before.folded).await?;
        words::insert(tx, before.id, &all).await?;
    }
    let kind = if contact.company.is_some() || contact.company_code.is_some() { "company" } else { "person" };
    let sql = "update party set kind = $2, name = $3, company = $4, email = $5, email_proven_at = $6, phone = $7, \
               company_code = $8, vat_code = $9, locale = $10, sort_name = $11, folded = $12, updated_at = $13 where id = $1";
    let c = contact.clone();
    let sort_name = sort_name(contact);
    let params = db::params![
        before.id,
        kind,
        c.name,
        c.company,
        c.email,
        proven,
        c.phone,
        c.company_code,
        c.vat_code,
        c.locale,
        sort_name,
        folded,
        tx.now()
    ];
    db::run(tx, sql, params).await.map(drop)
}
