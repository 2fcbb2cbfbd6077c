//! Handing over and erasing what the parties' tables know of a person.

use serde_json::{Value, json};

use super::{Fault, address, row, words};
use crate::kernel::{self, PartyId, Reads, Tx, db};

/// Everything that this module holds of a party, for the person it is about.
///
/// # Faults
/// `parties.not_found`.
pub async fn export(db: &impl Reads, party: PartyId) -> Result<Value, kernel::Fault> {
    let row = row::find(db, party).await?.ok_or(Fault::NotFound)?;
    let aliases: Vec<String> =
        db::column(db, "select email from party_alias where party = $1 order by email", db::params![party]).await?;
    Ok(json!({
        "name": row.name, "company": row.company, "email": row.email, "email_proven_at": row.email_proven_at,
        "other_emails": aliases, "phone": row.phone, "company_code": row.company_code, "vat_code": row.vat_code,
        "locale": row.locale, "group": row.grp, "origin": row.origin, "created_at": row.created_at,
        "addresses": address::addresses(db, party).await?,
    }))
}

/// Every address that a party is known by.
///
/// # Faults
/// Whatever the database says.
pub async fn emails(db: &impl Reads, party: PartyId) -> Result<Vec<String>, kernel::Fault> {
    let sql = "select email from party where id = $1 and email is not null \
               union select email from party_alias where party = $1";
    Ok(db::column(db, sql, db::params![party]).await?)
}

/// Takes away what identifies the person. The bare record stays: orders point to it, and they
/// are kept for as long as accounting law says, with their own frozen words.
///
/// # Faults
/// `parties.not_found`, `parties.gone`.
pub async fn erase(tx: &Tx, party: PartyId) -> Result<(), kernel::Fault> {
    let row = row::find(tx, party).await?.ok_or(Fault::NotFound)?.standing()?;
    words::delete(tx, party, &row.folded).await?;
    for sql in [
        "delete from party_address where party = $1 or party in (select id from party where joined_into = $1)",
        "delete from party_alias where party = $1",
        "delete from party_likeness where party = $1 or other = $1",
    ] {
        db::run(tx, sql, db::params![party]).await?;
    }
    // Signposts of joined records still carry what was typed under them.
    let sql = "update party set name = '', company = null, email = null, email_proven_at = null, phone = null, \
               company_code = null, vat_code = null, sort_name = '', folded = '', erased_at = $2, updated_at = $2 \
               where id = $1 or joined_into = $1";
    db::run(tx, sql, db::params![party, tx.now()]).await?;
    Ok(())
}
