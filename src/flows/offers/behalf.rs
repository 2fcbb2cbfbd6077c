//! The customer says yes to somebody of the office: on the phone, by letter, in person, on paper. What was
//! sent is accepted as it was sent; what was never sent becomes an order at once.

use serde_json::json;

use super::{
    customer::tell,
    files::SetOffer,
    order::{self, Accepted, Deal},
    send::looked_through,
    view::{self, possible},
};
use crate::{
    crm::OfferEvent,
    flows::steps::{
        offer_words,
        offering::{self, Board, Settlement},
    },
    jobs,
    kernel::{
        Actor, App, Fault, Money, OfferId, Origin, Right, Tx,
        idempotency::{self, Seen},
        journal,
    },
    offers::{self, Choice, Consent, Drawn, Evidence, How, Offer, Step, Version},
    tax,
};

/// What the customer said, as staff took it down.
#[derive(Clone, Debug)]
pub struct Said {
    pub how: How,
    /// Who said yes, and what they are to the customer.
    pub name: String,
    pub role: String,
    /// When and about what they spoke; where the paper or letter is.
    pub note: String,
    /// As it was offered where nothing is said.
    pub choice: Option<Choice>,
    /// The sum that was said to the customer.
    pub seen: Money,
    /// What the offer lacks of the address.
    pub street: String,
    pub city: String,
    pub postcode: String,
    pub phone: String,
    /// The form's own key: sent twice, it is one order.
    pub key: String,
}

/// What a customer may say yes to in conversation: a draft as it reads at this moment, or what was sent.
pub struct Open {
    pub offer: Offer,
    pub drawn: Drawn,
    pub seen: view::Seen,
    /// It was never sent: the yes makes an order at once.
    pub fresh: bool,
}

/// The same with a choice among what it leaves open.
///
/// # Faults
/// `access.forbidden`, `offers.no_offer`, `offers.wrong_state`, `offers.empty`.
pub async fn open(app: &App, actor: &Actor, id: OfferId, wish: Option<&Choice>) -> Result<Open, Fault> {
    let scope = actor.scope(Right::OffersSend)?;
    let db = app.reader();
    let offer = offers::offer(db, &scope, id).await?;
    let fresh = offer.state.may(Step::Agree);
    let drawn = if fresh {
        let board = Board::open(db, &offer, app.now()).await?;
        offering::draw(db, &offer, &board).await?
    } else {
        offer.state.after(Step::Accept)?;
        offers::version(db, id, offer.version).await?.drawn
    };
    let choice = wish.map_or_else(|| drawn.offered(), |wish| drawn.fitted(wish));
    let seen = view::seen(&drawn, choice, &tax::rates(db).await?)?.ok_or(offers::Fault::Empty)?;
    Ok(Open { offer, drawn, seen, fresh })
}

/// Takes a yes down. A draft is looked through as for sending, fixed as a version that nobody was sent, and
/// becomes an order, or nothing happens where the stock would not bear it: whoever is on the phone can be
/// told. A yes to what was sent stands in either case.
///
/// # Faults
/// `access.forbidden`, `offers.no_offer`, `offers.wrong_state`; what sending would say of a draft, also
/// `offers.below_floor`; `offers.expired`, `offers.sum_changed`, `offers.choose_one`, `offers.quantity`;
/// `offers.out_of_stock`; what is missing, by field; `request.key_reused`.
pub async fn agree(app: &App, actor: &Actor, id: OfferId, said: Said) -> Result<Accepted, Fault> {
    let scope = actor.scope(Right::OffersSend)?;
    actor.may(Right::OrdersWrite)?;
    if !How::TAKEN.contains(&said.how) {
        return Err(Fault::invalid("how", "form.choose"));
    }
    let tx = app.begin(actor).await?;
    let body = json!([id, said.how, said.name, said.note, said.choice, said.seen]).to_string();
    if let Seen::Before(_) = idempotency::once(&tx, "offer.agree", &said.key, &body).await? {
        let offer = offers::lock(&tx, &scope, id).await?;
        return order::before(&tx, &offer).await;
    }
    let offer = offers::lock(&tx, &scope, id).await?;
    let fresh = offer.state.may(Step::Agree);
    let step = if fresh { Step::Agree } else { Step::Accept };
    offer.state.after(step)?;
    let (number, version) = if fresh { fixed(&tx, &offer, &said).await? } else { sent(&tx, &offer).await? };
    let drawn = &version.drawn;
    let choice = said.choice.clone().unwrap_or_else(|| drawn.offered());
    possible(drawn, &choice)?;
    let settlement = offering::settle(drawn, &choice, &tax::rates(&tx).await?)?;
    let now = unchanged(&settlement, said.seen)?;
    let key = said.key.clone();
    let evidence = Evidence::new(said.how, actor, &said.note);
    let consent = consent(said, &version, choice).checked()?;
    let buyer = order::completed(drawn, &consent)?;
    let state = offers::step(&tx, &offer, step, "").await?;
    offers::keep_acceptance(&tx, &offer, &consent, (&buyer, now)).await?;
    offers::keep_evidence(&tx, id, &evidence).await?;
    let offer = Offer { state, number: Some(number), version: version.n, ..offer };
    let deal = Deal {
        offer: &offer,
        version: &version,
        settlement,
        buyer,
        payment: &consent.payment,
        button_label: "",
        origin: Origin::Office,
    };
    let placed = order::place(&tx, deal).await?;
    match &placed {
        None if fresh => return Err(Fault::conflict("offers.out_of_stock")),
        _ if fresh => {}
        placed => tell(&tx, &offer, OfferEvent::Accepted { total: now, ordered: placed.is_some() }).await?,
    }
    let order = placed.as_ref().map(|p| p.id);
    let data = json!({ "how": evidence.how, "version": version.n, "hash": version.hash, "order": order });
    journal::note(&tx, "offers.agreed", Some(id.uuid()), data).await?;
    jobs::enqueue(&tx, &SetOffer { version: version.id, send: false }).await?;
    idempotency::remember(&tx, "offer.agree", &key, &json!(null)).await?;
    tx.commit().await?;
    Ok(Accepted { order, link: placed.map(|p| p.token), waits: false })
}

/// The version that the customer has.
async fn sent(tx: &Tx, offer: &Offer) -> Result<(String, Version), Fault> {
    let version = offers::version(tx, offer.id, offer.version).await?;
    if version.expires_at <= tx.now() {
        return Err(offers::Fault::Expired.into());
    }
    Ok((offer.number.clone().unwrap_or_default(), version))
}

/// A draft looked through and fixed at this moment's words and prices.
async fn fixed(tx: &Tx, offer: &Offer, said: &Said) -> Result<(String, Version), Fault> {
    let mut whole = looked_through(tx, offer).await?;
    // It was read to them; what no person translated is said to whoever reads it later.
    whole.drawn.unread = offer_words::unread(tx, offer).await? > 0;
    let totals = match &said.choice {
        Some(choice) => {
            possible(&whole.drawn, choice)?;
            offering::settle(&whole.drawn, choice, &tax::rates(tx).await?)?.settled.totals
        }
        None => whole.settlement.settled.totals.clone(),
    };
    let number = offers::number(tx, offer).await?;
    whole.fill(tx.app(), &number, (totals.gross, tx.now()))?;
    let version = offers::fix(tx, (offer, &number), (&whole.drawn, whole.original.as_ref()), (totals.net, totals.gross)).await?;
    Ok((number, version))
}

fn unchanged(settlement: &Settlement, seen: Money) -> Result<Money, Fault> {
    let now = settlement.settled.totals.gross;
    if seen == now { Ok(now) } else { Err(offers::Fault::SumChanged { seen, now }.into()) }
}

fn consent(said: Said, version: &Version, choice: Choice) -> Consent {
    Consent {
        version: version.n,
        hash: version.hash.clone(),
        choice,
        seen: said.seen,
        name: said.name,
        role: said.role,
        // They said so to somebody; no box was there to tick.
        agreed: true,
        street: said.street,
        city: said.city,
        postcode: said.postcode,
        phone: said.phone,
        // Nobody stands before a provider's page: the letter says how to pay, and its link leads there.
        payment: "bank_transfer".to_owned(),
        address: String::new(),
        agent: String::new(),
    }
}
