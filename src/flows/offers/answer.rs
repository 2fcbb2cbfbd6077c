//! What staff answer a customer about an offer.

use serde_json::json;
use uuid::Uuid;

use crate::{
    access,
    crm::{self, OfferEvent, Touch},
    kernel::{Actor, App, Fault, OfferId, Right, journal},
    mail::{self, NewLetter},
    offers::{self, State, Step},
};

/// Answers a question: the letter, the history and, where none is left, the offer's state.
///
/// # Faults
/// `access.forbidden`, `offers.no_offer`, `offers.no_item`; `form.missing` without an answer.
pub async fn answer(app: &App, actor: &Actor, id: OfferId, (question, text): (Uuid, &str)) -> Result<(), Fault> {
    let scope = actor.scope(Right::OffersWrite)?;
    let tx = app.begin(actor).await?;
    let offer = offers::lock(&tx, &scope, id).await?;
    offers::answer(&tx, id, question, text).await?;
    let all = offers::questions(&tx, id).await?;
    let left = all.iter().any(|q| q.answer.is_empty());
    if offer.state == State::Question && !left {
        offers::step(&tx, &offer, Step::Answer, "").await?;
    }
    let number = offer.number.clone().unwrap_or_default();
    let event = OfferEvent::Answered { text: text.trim().to_owned(), all: !left };
    crm::record(&tx, Touch::Offer { offer: id, party: offer.party, number, event }).await?;
    let signed = match actor.user() {
        Some(user) => access::names(&tx).await?.remove(&user),
        None => None,
    };
    let buyer = &offer.content.buyer;
    let letter = NewLetter {
        template: "offer_answer",
        to: buyer.email.clone(),
        to_name: buyer.name.clone(),
        locale: offer.locale,
        party: Some(offer.party),
        subject: Some(id.uuid()),
        data: json!({ "offer": id, "question": question, "signed": signed }),
    };
    mail::queue(&tx, letter).await?;
    journal::note(&tx, "offers.answered", Some(id.uuid()), json!({ "question": question })).await?;
    tx.commit().await
}
