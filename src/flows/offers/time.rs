//! What time brings: offers end.

use serde_json::json;

use crate::{
    crm::{self, OfferEvent, Touch},
    kernel::{Actor, App, Fault, Right, journal},
    offers::{self, Step},
};

/// Ends what held until now, each in a transaction of its own.
///
/// # Faults
/// Whatever the database says.
pub async fn expire(app: &App) -> Result<usize, Fault> {
    let scope = Actor::System.scope(Right::OffersWrite)?;
    let due = offers::due_to_expire(app.reader(), app.now(), 100).await?;
    let mut ended = 0;
    for id in due {
        let tx = app.begin(&Actor::System).await?;
        let offer = offers::lock(&tx, &scope, id).await?;
        // Somebody may have accepted it, or sent another version, meanwhile.
        if !offer.state.may(Step::Expire) || offer.expires_at.is_none_or(|at| at > tx.now()) {
            continue;
        }
        offers::step(&tx, &offer, Step::Expire, "expired").await?;
        let number = offer.number.clone().unwrap_or_default();
        crm::record(&tx, Touch::Offer { offer: id, party: offer.party, number, event: OfferEvent::Expired }).await?;
        journal::note(&tx, "offers.expired", Some(id.uuid()), json!({ "version": offer.version })).await?;
        tx.commit().await?;
        ended += 1;
    }
    Ok(ended)
}
