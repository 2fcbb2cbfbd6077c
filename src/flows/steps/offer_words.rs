//! The words of an offer and of its goods, in its customer's language: which there are, and which of them no
//! person stands for.

use uuid::Uuid;

use crate::{
    catalog,
    kernel::{Fault, Reads},
    offers::Offer,
    translation::{self, TextState, Texts},
};

/// What an offer says in words of its own.
pub(crate) fn spoken(offer: &Offer) -> Vec<Uuid> {
    let mut all: Vec<Uuid> = offer.content.texts(offer.id, &offer.title).iter().map(|text| text.entity).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Fields of goods that an offer shows.
pub(crate) const OF_GOODS: [&str; 2] = [catalog::field::TITLE, catalog::field::TEASER];

/// How many texts of an offer no person stands for in its customer's language: its own and those of its
/// goods.
///
/// # Faults
/// Whatever the database says.
pub(crate) async fn unread(db: &impl Reads, offer: &Offer) -> Result<usize, Fault> {
    if !offer.is_translated() {
        return Ok(0);
    }
    let products: Vec<Uuid> = offer.content.products().into_iter().map(|p| p.uuid()).collect();
    let mut texts = translation::texts_of(db, &spoken(offer)).await?;
    texts.join(translation::texts_of(db, &products).await?);
    let own = offer.content.texts(offer.id, &offer.title);
    let goods = products.iter().flat_map(|id| OF_GOODS.map(|field| (*id, field)));
    let said = goods.filter(|(id, field)| texts.source(*id, field).is_some());
    let places = own.iter().map(|text| (text.entity, text.field)).chain(said);
    Ok(places.filter(|(entity, field)| !stands(&texts, *entity, field, offer)).count())
}

fn stands(texts: &Texts, entity: Uuid, field: &str, offer: &Offer) -> bool {
    texts.exact(entity, field, offer.locale).is_some_and(|text| text.state == TextState::Ok)
}
