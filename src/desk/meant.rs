//! Whose prices a link or a cart is meant for. Read anew for every page: an offer that was taken back, a
//! link that ran out and a record that was joined to another are followed at once.

use crate::{
    kernel::{Fault, Moment, OfferId, PartyId, Reads, seal},
    offers::{self, Invite},
    sales::{self, CartKey},
    tax,
};

/// Whose prices are shown to somebody who has not signed in. Nothing else of theirs may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meant {
    pub party: PartyId,
    /// Whether they read prices without VAT.
    pub net: bool,
    pub offer: OfferId,
}

/// What the token of a link is good for at that moment, and until when; `None` for one that is forged,
/// made by another shop, over, or from an offer that was taken back.
///
/// # Faults
/// Whatever the database says.
pub async fn meant_by_link(db: &impl Reads, token: &str, now: Moment) -> Result<Option<(Meant, Moment)>, Fault> {
    let Some(seal) = seal::known(db, offers::PURPOSE).await? else { return Ok(None) };
    let Some(invite) = Invite::read(&seal, token, now) else { return Ok(None) };
    Ok(of(db, invite.offer).await?.map(|meant| (meant, invite.until)))
}

/// Whose prices hold in an open cart that was begun by a link.
///
/// # Faults
/// Whatever the database says.
pub async fn meant_by_cart(db: &impl Reads, key: &CartKey, now: Moment) -> Result<Option<Meant>, Fault> {
    match sales::offer_of(db, key, now).await? {
        Some(offer) => of(db, offer).await,
        None => Ok(None),
    }
}

/// Whose prices the links of an offer show.
///
/// # Faults
/// Whatever the database says.
pub async fn meant_by_offer(db: &impl Reads, offer: OfferId) -> Result<Option<Meant>, Fault> {
    of(db, offer).await
}

async fn of(db: &impl Reads, offer: OfferId) -> Result<Option<Meant>, Fault> {
    let Some(party) = offers::whose(db, offer).await? else { return Ok(None) };
    Ok(Some(Meant { party, net: tax::reads_net(db, party).await?, offer }))
}
