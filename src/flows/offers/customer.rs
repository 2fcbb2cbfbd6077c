//! What the customer does with an offer, by its link.

use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    files::SetOffer,
    order::{self, Accepted},
};
use crate::{
    access::{self, Limit},
    crm::{self, OfferEvent, Touch},
    flows::steps::offering::{self, Settlement},
    jobs,
    kernel::{
        Actor, App, Fault, Origin, Right, Tx,
        idempotency::{self, Seen},
        journal,
    },
    offers::{self, Consent, Offer, State, Step, Version},
    tax,
};

/// The offer behind a link, locked, with its newest version.
pub(super) async fn held(tx: &Tx, token: &str) -> Result<(Offer, Version), Fault> {
    let id = offers::by_token(tx, token).await?.id;
    let offer = offers::lock(tx, &Actor::System.scope(Right::OffersRead)?, id).await?;
    let version = offers::version(tx, id, offer.version).await?;
    Ok((offer, version))
}

pub(super) async fn tell(tx: &Tx, offer: &Offer, event: OfferEvent) -> Result<(), Fault> {
    let number = offer.number.clone().unwrap_or_default();
    crm::record(tx, Touch::Offer { offer: offer.id, party: offer.party, number, event }).await?;
    Ok(())
}

/// A browser showed the page: it asked for what only a page that is rendered asks for. Looks within half
/// an hour are one.
///
/// # Faults
/// `offers.no_offer`.
pub async fn saw(app: &App, actor: &Actor, token: &str) -> Result<(), Fault> {
    let offer = offers::by_token(app.reader(), token).await?;
    let lately = offer.viewed_at.is_some_and(|at| at.plus_minutes(30) > app.now());
    if lately && offer.state != State::Sent {
        return Ok(());
    }
    let tx = app.begin(actor).await?;
    let (offer, _) = held(&tx, token).await?;
    if offer.viewed_at.is_none_or(|at| at.plus_minutes(30) <= tx.now()) {
        offers::saw(&tx, &offer).await?;
    }
    if offer.state == State::Sent {
        offers::step(&tx, &offer, Step::View, "").await?;
        tell(&tx, &offer, OfferEvent::Viewed).await?;
        journal::note(&tx, "offers.viewed", Some(offer.id.uuid()), json!({ "version": offer.version })).await?;
    }
    tx.commit().await
}

/// A question as the page sends it.
#[derive(Clone, Debug, Serialize)]
pub struct Asking {
    pub item: Option<Uuid>,
    pub text: String,
    #[serde(skip)]
    pub address: String,
    /// The form's own key: sent twice, it is one question.
    #[serde(skip)]
    pub key: String,
}

/// The customer asks about the whole or a row.
///
/// # Faults
/// `offers.no_offer`, `offers.wrong_state`; `form.missing`; `access.too_many`; `request.key_reused`.
pub async fn ask(app: &App, actor: &Actor, token: &str, asking: Asking) -> Result<(), Fault> {
    let tx = app.begin(actor).await?;
    if once(&tx, "offer.ask", &asking.key, &serde_json::to_string(&asking)?).await? {
        return Ok(());
    }
    access::allow(&tx, "offer", &asking.address, Limit::FORM).await?;
    let (offer, version) = held(&tx, token).await?;
    let about = match asking.item {
        Some(item) => version.drawn.item(item).ok_or(offers::Fault::NoItem)?.title.clone(),
        None => String::new(),
    };
    offers::ask(&tx, &offer, asking.item, &about, &asking.text).await?;
    // While the next version is written, or after the end, a question changes no state.
    if offer.state.may(Step::Ask) {
        offers::step(&tx, &offer, Step::Ask, "").await?;
    }
    tell(&tx, &offer, OfferEvent::Asked).await?;
    journal::note(&tx, "offers.asked", Some(offer.id.uuid()), json!({ "item": asking.item })).await?;
    idempotency::remember(&tx, "offer.ask", &asking.key, &json!(null)).await?;
    tx.commit().await
}

async fn once(tx: &Tx, scope: &str, key: &str, body: &str) -> Result<bool, Fault> {
    Ok(matches!(idempotency::once(tx, scope, key, body).await?, Seen::Before(_)))
}

/// Why the customer says no.
#[derive(Clone, Debug, Serialize)]
pub struct Refusal {
    /// A code below `offers.loss.`.
    pub reason: String,
    pub note: String,
    #[serde(skip)]
    pub address: String,
}

/// The customer says no; why is data.
///
/// # Faults
/// `offers.no_offer`, `offers.wrong_state`; `access.too_many`.
pub async fn decline(app: &App, actor: &Actor, token: &str, refusal: Refusal) -> Result<(), Fault> {
    const REASONS: &[&str] = &["price", "time", "other_shop", "not_needed", "other"];
    if !REASONS.contains(&refusal.reason.as_str()) {
        return Err(Fault::invalid("reason", "form.choose"));
    }
    let tx = app.begin(actor).await?;
    access::allow(&tx, "offer", &refusal.address, Limit::FORM).await?;
    let (offer, _) = held(&tx, token).await?;
    if offer.state == State::Declined {
        return Ok(());
    }
    let note = refusal.note.trim();
    let why = if note.is_empty() { refusal.reason } else { format!("{}: {note}", refusal.reason) };
    offers::step(&tx, &offer, Step::Decline, &why).await?;
    tell(&tx, &offer, OfferEvent::Declined).await?;
    journal::note(&tx, "offers.declined", Some(offer.id.uuid()), json!({ "version": offer.version })).await?;
    tx.commit().await
}

/// It holds no more, and the customer wants it anew: somebody calls.
///
/// # Faults
/// `offers.no_offer`, `offers.wrong_state` while it holds; `access.too_many`; `request.key_reused`.
pub async fn want_again(app: &App, actor: &Actor, token: &str, asking: Asking) -> Result<(), Fault> {
    let tx = app.begin(actor).await?;
    if once(&tx, "offer.again", &asking.key, token).await? {
        return Ok(());
    }
    access::allow(&tx, "offer", &asking.address, Limit::FORM).await?;
    let (offer, _) = held(&tx, token).await?;
    if !offer.state.may(Step::Revise) || !over(&offer, &tx) {
        return Err(offers::Fault::WrongState { state: offer.state, step: Step::Revise }.into());
    }
    tell(&tx, &offer, OfferEvent::WantedAgain).await?;
    journal::note(&tx, "offers.wanted_again", Some(offer.id.uuid()), json!({ "version": offer.version })).await?;
    idempotency::remember(&tx, "offer.again", &asking.key, &json!(null)).await?;
    tx.commit().await
}

fn over(offer: &Offer, tx: &Tx) -> bool {
    matches!(offer.state, State::Expired | State::Declined) || offer.expires_at.is_some_and(|at| at <= tx.now())
}

/// The customer says yes: the offer becomes an order of the very lines that they saw, and the manager's
/// desk knows it. Where the stock would not bear the order, the yes stands all the same and somebody
/// sees to it.
///
/// # Faults
/// What the form lacks, by field; `offers.no_offer`, `offers.wrong_state`, `offers.expired`,
/// `offers.superseded`, `offers.sum_changed`, `offers.choose_one`, `offers.quantity`.
pub async fn accept(app: &App, actor: &Actor, token: &str, (consent, button_label): (Consent, &str)) -> Result<Accepted, Fault> {
    let consent = consent.checked()?;
    let tx = app.begin(actor).await?;
    let (offer, version) = held(&tx, token).await?;
    if let Some(before) = offers::acceptance(&tx, offer.id).await? {
        // Sent twice, it is one acceptance.
        let same = before.hash == consent.hash && before.name == consent.name && before.choice == consent.choice;
        return if same { order::before(&tx, &offer).await } else { Err(offers::Fault::Moved.into()) };
    }
    offer.state.after(Step::Accept)?;
    if version.expires_at <= tx.now() {
        return Err(offers::Fault::Expired.into());
    }
    if (version.n, &version.hash) != (consent.version, &consent.hash) {
        return Err(offers::Fault::Superseded.into());
    }
    let settlement = offering::settle(&version.drawn, &consent.choice, &tax::rates(&tx).await?)?;
    let now = settlement.settled.totals.gross;
    if consent.seen != now {
        return Err(offers::Fault::SumChanged { seen: consent.seen, now }.into());
    }
    let accepted = agreed(&tx, (offer, &version), &consent, (settlement, button_label)).await?;
    tx.commit().await?;
    Ok(accepted)
}

/// Writes a yes that was weighed: to the offer itself, or to a contract that has it as its annex.
///
/// # Faults
/// `form.missing` for each field that a delivery needs; `offers.wrong_state`, `offers.moved`.
pub(in crate::flows) async fn agreed(
    tx: &Tx,
    (offer, version): (Offer, &Version),
    consent: &Consent,
    (settlement, button_label): (Settlement, &str),
) -> Result<Accepted, Fault> {
    let now = settlement.settled.totals.gross;
    let buyer = order::completed(&version.drawn, consent)?;
    let state = offers::step(tx, &offer, Step::Accept, "").await?;
    offers::keep_acceptance(tx, &offer, consent, (&buyer, now)).await?;
    let offer = Offer { state, ..offer };
    let (payment, origin) = (consent.payment.as_str(), Origin::Shop);
    let deal = order::Deal { offer: &offer, version, settlement, buyer, payment, button_label, origin };
    let placed = order::place(tx, deal).await?;
    tell(tx, &offer, OfferEvent::Accepted { total: now, ordered: placed.is_some() }).await?;
    let data = json!({ "version": version.n, "hash": version.hash, "order": placed.as_ref().map(|p| p.id) });
    journal::note(tx, "offers.accepted", Some(offer.id.uuid()), data).await?;
    jobs::enqueue(tx, &SetOffer { version: version.id, send: false }).await?;
    Ok(Accepted { order: placed.as_ref().map(|p| p.id), link: placed.map(|p| p.token), waits: consent.payment == "card" })
}
