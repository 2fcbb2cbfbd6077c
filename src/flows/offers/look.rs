//! The customer's page of an offer before the customer has it: for whoever writes it, beside the builder.

use std::collections::BTreeMap;

use crate::{
    flows::steps::{
        offer_words,
        offering::{self, Board},
    },
    kernel::{Actor, App, Fault, Locale, Moment, OfferId, OfferVersionId, Right, seal},
    offers::{self, Drawn, Invite, Offer, Version},
    tax,
};

use super::view::{self, Page};

/// What the seal of such links is for.
const PURPOSE: &str = "offer look";
/// For how long a link leads there: a morning's work on one offer.
const HOURS: i64 = 8;

/// The link's token and the customer's language. It shows one offer to whoever holds it, counts nothing
/// and accepts nothing.
///
/// # Faults
/// `access.forbidden`, `offers.no_offer`.
pub async fn look_link(app: &App, actor: &Actor, id: OfferId) -> Result<(Locale, String), Fault> {
    let scope = actor.scope(Right::OffersRead)?;
    let offer = offers::offer(app.reader(), &scope, id).await?;
    let seal = match seal::known(app.reader(), PURPOSE).await? {
        Some(seal) => seal,
        None => {
            let tx = app.begin(actor).await?;
            let seal = seal::seal(&tx, PURPOSE).await?;
            tx.commit().await?;
            seal
        }
    };
    let invite = Invite { offer: id, until: app.now().plus_hours(HOURS) };
    Ok((offer.locale, invite.token(&seal)))
}

/// The page as it would be sent at this moment; what was sent where nothing is being written.
///
/// # Faults
/// `offers.no_offer`, also for a link that is over; `offers.empty` while nothing is offered.
pub async fn look(app: &App, token: &str) -> Result<Page, Fault> {
    let db = app.reader();
    let seal = seal::known(db, PURPOSE).await?.ok_or(offers::Fault::NoOffer)?;
    let invite = Invite::read(&seal, token, app.now()).ok_or(offers::Fault::NoOffer)?;
    let offer = offers::offer(db, &Actor::System.scope(Right::OffersRead)?, invite.offer).await?;
    let version = if offer.state.is_written() || offer.version == 0 {
        written(app, &offer).await?
    } else {
        offers::version(db, offer.id, offer.version).await?
    };
    let seen = view::seen(&version.drawn, version.drawn.offered(), &tax::rates(db).await?)?.ok_or(offers::Fault::Empty)?;
    Ok(Page { questions: Vec::new(), acceptance: None, changed: Vec::new(), over: false, offer, version, seen })
}

/// A version that nobody has fixed.
async fn written(app: &App, offer: &Offer) -> Result<Version, Fault> {
    let (db, now) = (app.reader(), app.now());
    let days = offer.content.valid_days.unwrap_or_else(|| app.settings().int("offers.valid_days")).clamp(1, 365);
    let expires_at = Moment::start_of(now.plus_days(days + 1).date());
    let board = Board::open(db, offer, now).await?;
    let mut drawn = offering::draw(db, offer, &board).await?;
    let mut original = match offer.is_translated() {
        true => {
            let own = offer.as_written();
            Some(offering::draw(db, &own, &Board::open(db, &own, now).await?).await?)
        }
        false => None,
    };
    drawn.unread = offer_words::unread(db, offer).await? > 0;
    let until = expires_at.plus_seconds(-1);
    for drawn in [Some(&mut drawn), original.as_mut()].into_iter().flatten() {
        let known = offering::fields(app, drawn, offer.number.as_deref().unwrap_or("KP"), (offer.gross, until));
        filled(drawn, &known);
    }
    Ok(Version {
        id: OfferVersionId(uuid::Uuid::nil()),
        offer: offer.id,
        n: offer.version + 1,
        drawn,
        original,
        hash: String::new(),
        pdf: None,
        net: offer.net,
        gross: offer.gross,
        sent_at: now,
        expires_at,
    })
}

/// A field that nothing fills yet stands as it is written: this is a look, and sending says it aloud.
fn filled(drawn: &mut Drawn, known: &BTreeMap<&'static str, String>) {
    let terms = &mut drawn.terms;
    for text in [&mut drawn.intro, &mut drawn.closing, &mut terms.delivery, &mut terms.payment, &mut terms.validity] {
        if let Ok(words) = offers::fill(text, known) {
            *text = words;
        }
    }
}
