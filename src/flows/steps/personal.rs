//! Personal data, gathered from and erased in every module that holds some.

use serde_json::{Value, json};

use crate::{
    access, aftersales, contracts, crm, documents,
    kernel::{Fault, Moment, PartyId, Reads, Tx, journal},
    mail, offers, parties, pricing, promotions, sales, tax,
};

pub(crate) async fn export(db: &impl Reads, party: PartyId, now: Moment) -> Result<Value, Fault> {
    Ok(json!({
        "you": parties::export(db, party).await?,
        "access": access::export(db, party, now).await?,
        "history": crm::export(db, party).await?,
        "orders": sales::export(db, party).await?,
        "offers": offers::export(db, party).await?,
        "contracts": contracts::export(db, party).await?,
        "cases": aftersales::export(db, party).await?,
        "documents": documents::export(db, party).await?,
        "letters": mail::export(db, party).await?,
        "prices": pricing::export(db, party).await?,
        "taxation": tax::export(db, party).await?,
        "discounts": promotions::export(db, party).await?,
    }))
}

/// Erases what no law keeps. Orders and documents stay with their frozen words for as long as accounts are kept.
pub(crate) async fn erase(tx: &Tx, party: PartyId) -> Result<(), Fault> {
    let emails = parties::emails(tx, party).await?;
    crm::erase(tx, party).await?;
    sales::erase(tx, party).await?;
    // Before the offers that they are about.
    contracts::erase(tx, party).await?;
    aftersales::erase(tx, party).await?;
    offers::erase(tx, party).await?;
    mail::erase(tx, party).await?;
    pricing::erase(tx, party).await?;
    tax::erase(tx, party).await?;
    promotions::erase(tx, party).await?;
    access::erase(tx, party, &emails).await?;
    parties::erase(tx, party).await?;
    journal::note(tx, "parties.erased", Some(party.uuid()), Value::Null).await?;
    Ok(())
}
