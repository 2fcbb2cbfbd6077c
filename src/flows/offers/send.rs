//! From ready to sent, and the steps of the office around it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::files::SetOffer;
use crate::{
    channels::TaxDisplay,
    crm::{self, OfferEvent, Touch},
    flows::steps::{
        floors, offer_words,
        offering::{self, Board, Settlement},
    },
    jobs,
    kernel::{Actor, App, Fault, Moment, Money, OfferId, Right, Settings, Tx, journal},
    offers::{self, Drawn, Offer, State, Step, Taken},
    tax,
};

/// Looks an offer through: everything can be had, every text is whole, and no price lies below the floor
/// that nobody approved. Whoever may approve approves with this.
///
/// # Faults
/// `access.forbidden`, `offers.no_offer`, `offers.wrong_state`; what is missing, by field;
/// `offers.empty`, `offers.gone`, `offers.unresolved`, `offers.below_floor`, `offers.no_delivery`.
pub async fn prepare(app: &App, actor: &Actor, id: OfferId) -> Result<State, Fault> {
    let scope = actor.scope(Right::OffersWrite)?;
    let tx = app.begin(actor).await?;
    let offer = offers::lock(&tx, &scope, id).await?;
    offer.state.after(Step::Prepare)?;
    looked_through(&tx, &offer).await?;
    let after = offers::step(&tx, &offer, Step::Prepare, "").await?;
    journal::note(&tx, "offers.prepared", Some(id.uuid()), json!({})).await?;
    tx.commit().await?;
    Ok(after)
}

/// Back to writing.
///
/// # Faults
/// `access.forbidden`, `offers.no_offer`, `offers.wrong_state`.
pub async fn reopen(app: &App, actor: &Actor, id: OfferId) -> Result<State, Fault> {
    plain(app, actor, id, (Step::Reopen, "")).await
}

/// Begins the next version; the one that was sent stands until this one is.
///
/// # Faults
/// As [`reopen`].
pub async fn revise(app: &App, actor: &Actor, id: OfferId) -> Result<State, Fault> {
    plain(app, actor, id, (Step::Revise, "")).await
}

async fn plain(app: &App, actor: &Actor, id: OfferId, (step, why): (Step, &str)) -> Result<State, Fault> {
    let scope = actor.scope(Right::OffersWrite)?;
    let tx = app.begin(actor).await?;
    let offer = offers::lock(&tx, &scope, id).await?;
    let after = offers::step(&tx, &offer, step, why).await?;
    journal::note(&tx, "offers.stepped", Some(id.uuid()), json!({ "step": step })).await?;
    tx.commit().await?;
    Ok(after)
}

/// Takes an offer back; why is data.
///
/// # Faults
/// As [`reopen`]; `form.missing` without a reason.
pub async fn withdraw(app: &App, actor: &Actor, id: OfferId, reason: &str) -> Result<(), Fault> {
    let scope = actor.scope(Right::OffersWrite)?;
    if reason.trim().is_empty() {
        return Err(offers::Fault::Missing { field: "reason" }.into());
    }
    let tx = app.begin(actor).await?;
    let offer = offers::lock(&tx, &scope, id).await?;
    offers::step(&tx, &offer, Step::Withdraw, reason).await?;
    if let Some(number) = &offer.number {
        let event = OfferEvent::Withdrawn;
        crm::record(&tx, Touch::Offer { offer: id, party: offer.party, number: number.clone(), event }).await?;
    }
    journal::note(&tx, "offers.stepped", Some(id.uuid()), json!({ "step": Step::Withdraw })).await?;
    tx.commit().await
}

/// Says that the prices of this moment may stand although they lie below the floor.
///
/// # Faults
/// `access.forbidden`, `offers.no_offer`.
pub async fn approve(app: &App, actor: &Actor, id: OfferId) -> Result<(), Fault> {
    let scope = actor.scope(Right::OffersApprove)?;
    let tx = app.begin(actor).await?;
    let offer = offers::lock(&tx, &scope, id).await?;
    let board = Board::open(&tx, &offer, tx.now()).await?;
    let drawn = offering::draw(&tx, &offer, &board).await?;
    let low = low(&app.settings(), &drawn)?;
    approved(&tx, &offer, &low).await?;
    tx.commit().await
}

async fn approved(tx: &Tx, offer: &Offer, low: &[Low]) -> Result<(), Fault> {
    let lowest: Map<String, Value> = low.iter().map(|l| (l.item.to_string(), json!(l.unit_micro))).collect();
    offers::approve(tx, offer.id, &Value::Object(lowest)).await?;
    journal::note(tx, "offers.approved", Some(offer.id.uuid()), json!({ "rows": low.len() })).await.map_err(Into::into)
}

/// A row whose price lies below the floor.
#[derive(Clone, Debug)]
pub(crate) struct Low {
    pub item: Uuid,
    pub title: String,
    /// What is left of one unit without VAT and after all discounts, in millionths.
    pub unit_micro: i64,
}

/// Rows below the floor, as they were offered or with everything taken: a discount in a sum weighs more
/// on fewer rows.
pub(crate) fn low(settings: &Settings, drawn: &Drawn) -> Result<Vec<Low>, Fault> {
    let mut found: Vec<Low> = Vec::new();
    for taken in drawn.take(&drawn.offered())?.iter().chain(&drawn.everything()?) {
        let Some(cost) = drawn.item(taken.item).and_then(|item| item.cost) else { continue };
        let Some(least) = floors::floor(settings, Some(cost)).net() else { continue };
        let net = net(taken)?;
        if taken.line.qty.times(least).is_some_and(|least| net.minor < least.minor) {
            let unit = net.to_decimal().checked_div(taken.line.qty.to_decimal()).unwrap_or_default();
            let unit_micro = crate::kernel::UnitPrice::from_decimal(unit).map_or(0, |u| u.0);
            match found.iter_mut().find(|l| l.item == taken.item) {
                Some(low) => low.unit_micro = low.unit_micro.min(unit_micro),
                None => found.push(Low { item: taken.item, title: taken.line.title.clone(), unit_micro }),
            }
        }
    }
    Ok(found)
}

fn net(taken: &Taken) -> Result<Money, Fault> {
    Ok(match taken.line.tax {
        TaxDisplay::Net => taken.line.total_net,
        TaxDisplay::Gross => tax::net_of(taken.line.total_gross, taken.line.rate)?,
    })
}

/// An offer that nothing keeps from being sent.
pub(super) struct Whole {
    pub drawn: Drawn,
    /// What it was translated from.
    pub original: Option<Drawn>,
    pub settlement: Settlement,
}

impl Whole {
    /// Fills the fields of its texts, now that number, sum and end are known.
    pub(super) fn fill(&mut self, app: &App, number: &str, (total, until): (Money, Moment)) -> Result<(), Fault> {
        for drawn in [Some(&mut self.drawn), self.original.as_mut()].into_iter().flatten() {
            let known = offering::fields(app, drawn, number, (total, until));
            filled(drawn, &known)?;
        }
        Ok(())
    }
}

pub(super) async fn looked_through(tx: &Tx, offer: &Offer) -> Result<Whole, Fault> {
    let app = tx.app();
    let board = Board::open(tx, offer, tx.now()).await?;
    let drawn = offering::draw(tx, offer, &board).await?;
    if let Some(item) = drawn.problems().next() {
        return Err(offers::Fault::Gone { title: item.title.clone() }.into());
    }
    let settlement = offering::settle(&drawn, &drawn.offered(), board.tariffs.rates())?;
    let b = &drawn.buyer;
    let mut faults: Vec<Fault> = Vec::new();
    for (field, text) in [("name", &b.name), ("email", &b.email), ("country", &b.country)] {
        if text.is_empty() {
            faults.push(offers::Fault::Missing { field }.into());
        }
    }
    if drawn.delivery.is_none() {
        faults.push(offers::Fault::NoDelivery.into());
    }
    if let Some(fault) = Fault::gather(faults) {
        return Err(fault);
    }
    // The number is not known yet; all else is.
    let known = offering::fields(app, &drawn, "KP", (settlement.settled.totals.gross, tx.now()));
    let original = match offer.is_translated() {
        true => {
            let own = offer.as_written();
            Some(offering::draw(tx, &own, &Board::open(tx, &own, tx.now()).await?).await?)
        }
        false => None,
    };
    for mut drawn in original.iter().chain([&drawn]).cloned() {
        filled(&mut drawn, &known)?;
    }
    floor(tx, offer, &drawn).await?;
    Ok(Whole { drawn, original, settlement })
}

/// Every field of the texts gets its words.
fn filled(drawn: &mut Drawn, known: &BTreeMap<&'static str, String>) -> Result<(), Fault> {
    let terms = &mut drawn.terms;
    for text in [&mut drawn.intro, &mut drawn.closing, &mut terms.delivery, &mut terms.payment, &mut terms.validity] {
        *text = offers::fill(text, known)?;
    }
    Ok(())
}

async fn floor(tx: &Tx, offer: &Offer, drawn: &Drawn) -> Result<(), Fault> {
    let low = low(&tx.app().settings(), drawn)?;
    let approvals = offers::approvals(tx, offer.id).await?;
    let covered = |l: &Low| approvals.iter().any(|a| a.lowest.get(&l.item).is_some_and(|unit| *unit <= l.unit_micro));
    let open: Vec<&Low> = low.iter().filter(|l| !covered(l)).collect();
    if open.is_empty() {
        return Ok(());
    }
    if tx.actor().may(Right::OffersApprove).is_ok() {
        return approved(tx, offer, &low).await;
    }
    let titles: Vec<&str> = open.iter().take(5).map(|l| l.title.as_str()).collect();
    Err(offers::Fault::BelowFloor { titles: titles.join(", ") }.into())
}

/// What becomes of an offer in whose translation some texts were read by nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It is not sent.
    Refused,
    /// It is sent with a note to the reader, where the setting lets staff choose.
    Noted,
}

/// Sends an offer: the version is fixed, has its number and its end, and the letter goes with the PDF
/// once that is set.
///
/// # Faults
/// As [`prepare`]; `offers.unreviewed` where its translation waits for a person.
pub async fn send(app: &App, actor: &Actor, id: OfferId, unread: Unread) -> Result<String, Fault> {
    let scope = actor.scope(Right::OffersSend)?;
    let tx = app.begin(actor).await?;
    let offer = offers::lock(&tx, &scope, id).await?;
    offer.state.after(Step::Send)?;
    let n = offer_words::unread(&tx, &offer).await?;
    if n > 0 && (unread == Unread::Refused || app.settings().text("offers.unreviewed") != "warn") {
        return Err(offers::Fault::Unreviewed { n }.into());
    }
    let mut whole = looked_through(&tx, &offer).await?;
    whole.drawn.unread = n > 0;
    let totals = whole.settlement.settled.totals.clone();
    let days = offer.content.valid_days.unwrap_or_else(|| app.settings().int("offers.valid_days")).clamp(1, 365);
    // To the end of that day.
    let expires_at = Moment::start_of(tx.now().plus_days(days + 1).date());
    let number = offers::number(&tx, &offer).await?;
    whole.fill(app, &number, (totals.gross, expires_at.plus_seconds(-1)))?;
    let sums = (totals.net, totals.gross);
    let version = offers::publish(&tx, (&offer, &number), (&whole.drawn, whole.original.as_ref()), (sums, expires_at)).await?;
    let event = OfferEvent::Sent { total: totals.gross };
    crm::record(&tx, Touch::Offer { offer: id, party: offer.party, number: number.clone(), event }).await?;
    let data = json!({ "number": number, "version": offer.version + 1, "gross": totals.gross.minor });
    journal::note(&tx, "offers.sent", Some(id.uuid()), data).await?;
    jobs::enqueue(&tx, &SetOffer { version, send: true }).await?;
    tx.commit().await?;
    Ok(number)
}
