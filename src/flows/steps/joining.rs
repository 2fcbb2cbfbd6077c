//! Two records of one customer become one, in every trade that holds something of theirs.

use serde_json::json;

use crate::{
    access, aftersales, contracts,
    crm::{self, Touch},
    documents,
    kernel::{Fault, PartyId, Tx, journal},
    mail, offers, parties, pricing, promotions, sales, tax,
};

/// Why the records are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ground {
    /// The customer opened a link sent to the address.
    Proof,
    /// A member of staff says so.
    Staff,
}

pub(crate) async fn join(tx: &Tx, from: PartyId, into: PartyId, ground: Ground) -> Result<(), Fault> {
    parties::join(tx, from, into).await?;
    access::repoint(tx, from, into).await?;
    crm::repoint(tx, from, into).await?;
    sales::repoint(tx, from, into).await?;
    offers::repoint(tx, from, into).await?;
    contracts::repoint(tx, from, into).await?;
    aftersales::repoint(tx, from, into).await?;
    documents::repoint(tx, from, into).await?;
    mail::repoint(tx, from, into).await?;
    pricing::repoint(tx, from, into).await?;
    tax::repoint(tx, from, into).await?;
    promotions::repoint(tx, from, into).await?;
    let proven = ground == Ground::Proof;
    crm::record(tx, Touch::RecordsJoined { party: into, from, proven }).await?;
    journal::note(tx, "parties.joined", Some(into.uuid()), json!({ "from": from, "proven": proven })).await?;
    Ok(())
}
