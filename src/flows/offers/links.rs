//! From an offer into the shop: the token of its links, and the history that learns what was looked at.

use uuid::Uuid;

use super::customer::{held, tell};
use crate::{
    crm::OfferEvent,
    flows::steps::links,
    kernel::{
        Actor, App, Fault, ProductId, Right, Tx,
        idempotency::{self, Seen},
        seal,
    },
    offers::{self, DrawnItem, Invite, Offer, Version},
};

/// The customer went on from one of the goods into the shop: the history learns of it, and the address
/// of the product comes back, without the shop's address and language.
///
/// # Faults
/// `offers.no_offer`, `offers.no_item`.
pub async fn opened(app: &App, actor: &Actor, token: &str, item: Uuid) -> Result<String, Fault> {
    let tx = app.begin(actor).await?;
    let (offer, version) = held(&tx, token).await?;
    let found = version.drawn.item(item).ok_or(offers::Fault::NoItem)?;
    let link = links::token(&tx, &version, tx.now()).await?;
    let page = links::page(found, link.as_deref()).ok_or(offers::Fault::NoItem)?;
    note(&tx, &offer, found).await?;
    tx.commit().await?;
    Ok(page)
}

/// The token of a version's links, for shop windows that other programs show; none once it is over.
///
/// # Faults
/// Whatever the database says.
pub async fn link_token(app: &App, version: &Version) -> Result<Option<String>, Fault> {
    if version.expires_at <= app.now() {
        return Ok(None);
    }
    links::printed(app, version).await.map(Some)
}

/// A browser showed the page of a product that a link of an offer led to. Once a day for each product: a
/// page that is loaded again is the same visit. What the offer does not hold is nobody's business.
///
/// # Faults
/// Whatever the database says; a token that is not good is nobody, and no fault.
pub async fn looked(app: &App, actor: &Actor, token: &str, product: ProductId) -> Result<(), Fault> {
    let Some(seal) = seal::known(app.reader(), offers::PURPOSE).await? else { return Ok(()) };
    let Some(invite) = Invite::read(&seal, token, app.now()) else { return Ok(()) };
    let tx = app.begin(actor).await?;
    if offers::whose(&tx, invite.offer).await?.is_none() {
        return Ok(());
    }
    let offer = offers::offer(&tx, &Actor::System.scope(Right::OffersRead)?, invite.offer).await?;
    let version = offers::version(&tx, offer.id, offer.version).await?;
    let held = version.drawn.items().find(|item| item.line.as_ref().is_some_and(|line| line.product == product));
    let Some(item) = held else { return Ok(()) };
    note(&tx, &offer, item).await?;
    tx.commit().await
}

/// Once a day: the row of the key is unique, so that two tabs that open at once are one visit too.
async fn note(tx: &Tx, offer: &Offer, item: &DrawnItem) -> Result<(), Fault> {
    let key = format!("{} {} {}", offer.id, item.slug, tx.now().date());
    if idempotency::once(tx, "offer.look", &key, "").await? != Seen::New {
        return Ok(());
    }
    idempotency::remember(tx, "offer.look", &key, &serde_json::Value::Null).await?;
    let title = item.line.as_ref().map_or(&item.title, |line| &line.title).clone();
    tell(tx, offer, OfferEvent::ProductOpened { title }).await
}
