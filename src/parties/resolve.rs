//! Whose order is this? The rule that protects customers from each other.

use serde::Serialize;

use super::{Contact, Fault, likeness, row, views};
use crate::kernel::{self, Actor, Origin, PartyId, Tx};

/// The record that an order or inquiry belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Resolved {
    pub party: PartyId,
    /// The record that this one is likely the same as. Its data and prices stay closed.
    pub likely: Option<PartyId>,
    /// Whether the record was made just now.
    pub fresh: bool,
}

/// A signed-in customer is that customer. Everybody else gets a record of their own: what a
/// guest typed proves nothing, so a matching address or company code only leaves a mark.
///
/// Three statements for a guest whom nobody resembles, four with a mark.
///
/// # Faults
/// The contact's own (`parties.email_invalid` …).
pub async fn resolve(tx: &Tx, contact: Contact, origin: Origin) -> Result<Resolved, kernel::Fault> {
    let contact = contact.tidy()?;
    if let Actor::Customer(known) = tx.actor() {
        let party = views::follow(tx, *known).await?.ok_or(Fault::NotFound)?;
        fill_blanks(tx, party, &contact).await?;
        return Ok(Resolved { party, likely: None, fresh: false });
    }
    let others = likeness::matches(tx, &contact).await?;
    let party = row::insert(tx, &contact, origin, None).await?;
    if !others.is_empty() {
        likeness::mark(tx, party, &others).await?;
    }
    Ok(Resolved { party, likely: others.first().map(|(id, _)| *id), fresh: true })
}

/// A customer who orders tells what the record did not know yet; what it knew stays. A company
/// stays with the order that names it: whoever buys for one once does not become it.
async fn fill_blanks(tx: &Tx, party: PartyId, contact: &Contact) -> Result<(), kernel::Fault> {
    let before = row::find(tx, party).await?.ok_or(Fault::NotFound)?.standing()?;
    let mut filled = before.contact();
    if before.email.as_deref() == Some(&before.name) {
        filled.name.clone_from(&contact.name);
    }
    filled.phone = filled.phone.or_else(|| contact.phone.clone());
    if filled != before.contact() {
        row::rewrite(tx, &before, &filled, before.email_proven_at).await?;
    }
    if contact.company_code.is_some() && contact.company_code != before.company_code {
        let others = likeness::matches(tx, &Contact { email: None, ..contact.clone() }).await?;
        likeness::mark(tx, party, &others).await?;
    }
    Ok(())
}
