//! Finding goods for an offer: by words, or what its customer usually buys.

use crate::{
    catalog::{self, ProductFilter, Status},
    flows::steps::offering,
    kernel::{Actor, App, Fault, OfferId, ProductId, Right},
    offers, sales,
    showcase::{self, ProductCard},
};

/// Cards that one look shows.
const MANY: u32 = 12;

/// Goods on sale as the offer's customer would read them: those whose title or SKU has the words, without
/// accents; without words, what the customer bought most often.
///
/// # Faults
/// `access.forbidden`, `offers.no_offer`.
pub async fn goods(app: &App, actor: &Actor, id: OfferId, words: &str) -> Result<Vec<ProductCard>, Fault> {
    let scope = actor.scope(Right::OffersWrite)?;
    let catalogue = actor.scope(Right::CatalogRead)?;
    let db = app.reader();
    let offer = offers::offer(db, &scope, id).await?;
    let (_, viewer, _) = offering::view(db, &offer, app.now()).await?;
    let wanted: Vec<ProductId> = if words.trim().is_empty() {
        sales::usual(db, offer.party, MANY).await?
    } else {
        let filter =
            ProductFilter { words: words.to_owned(), status: Some(Status::Published), limit: MANY, ..ProductFilter::default() };
        catalog::list(db, &catalogue, &filter, offer.locale).await?.into_iter().map(|row| row.id).collect()
    };
    let mut cards = showcase::cards(db, &wanted, &viewer).await?;
    cards.sort_by_key(|card| wanted.iter().position(|id| *id == card.product));
    Ok(cards)
}
