//! An offer as the office's programs read it.

use std::collections::BTreeMap;

use poem_openapi::Object;
use vitrina::{
    flows::{self, offers::Written},
    kernel::{self, Fault, OfferId, Right},
    offers::{self, Deposit, EventView, Offer, OfferRow, Origins, What},
};

use crate::api::{
    dto::{self, Money},
    gate::Asked,
    offer_parts::{self as parts, ChoiceBody, OfferDiscount, OfferLine, OfferQuestion, OfferSums, OfferTerms},
    tag,
};

#[derive(Debug, Object)]
pub struct OfferSummary {
    id: String,
    /// Null before it is sent for the first time.
    number: Option<String>,
    /// draft, ready, sent, viewed, question, revised, accepted, ordered, declined, expired, withdrawn
    state: String,
    title: String,
    /// Id of the customer.
    customer: String,
    /// The company, else the person.
    name: String,
    /// Id of a member of staff.
    manager: Option<String>,
    /// The newest version that was fixed; 0 before.
    version: i64,
    net: Money,
    gross: Money,
    /// The last moment at which it can be accepted.
    valid_until: Option<String>,
    changed_at: String,
    sent_at: Option<String>,
    viewed_at: Option<String>,
    views: i64,
    /// A code (price, time, other_shop, not_needed, other, expired) with what was added after a colon, or the
    /// words of whoever withdrew it.
    loss_reason: String,
}

impl From<&OfferRow> for OfferSummary {
    fn from(o: &OfferRow) -> Self {
        Self {
            id: o.id.to_string(),
            number: o.number.clone(),
            state: o.state.as_str().to_owned(),
            title: o.title.clone(),
            customer: o.party.to_string(),
            name: o.customer.clone(),
            manager: o.manager.map(|id| id.to_string()),
            version: o.version,
            net: o.net.into(),
            gross: o.gross.into(),
            valid_until: o.expires_at.map(|at| dto::at(at.plus_seconds(-1))),
            changed_at: dto::at(o.changed_at),
            sent_at: o.sent_at.map(dto::at),
            viewed_at: o.viewed_at.map(dto::at),
            views: o.views,
            loss_reason: o.loss_reason.clone(),
        }
    }
}

fn summary(o: &Offer) -> OfferSummary {
    let b = &o.content.buyer;
    OfferSummary {
        id: o.id.to_string(),
        number: o.number.clone(),
        state: o.state.as_str().to_owned(),
        title: o.title.clone(),
        customer: o.party.to_string(),
        name: if b.company.is_empty() { b.name.clone() } else { b.company.clone() },
        manager: o.manager.map(|id| id.to_string()),
        version: o.version,
        net: o.net.into(),
        gross: o.gross.into(),
        valid_until: o.expires_at.map(|at| dto::at(at.plus_seconds(-1))),
        changed_at: dto::at(o.changed_at),
        sent_at: o.sent_at.map(dto::at),
        viewed_at: o.viewed_at.map(dto::at),
        views: o.views,
        loss_reason: o.loss_reason.clone(),
    }
}

/// Whom it is for, and where it goes: the offer's own since it was begun.
#[derive(Clone, Debug, Object)]
#[oai(rename = "OfferBuyer", deny_unknown_fields)]
pub struct Buyer {
    #[oai(default)]
    pub name: String,
    #[oai(default)]
    pub email: String,
    #[oai(default)]
    pub phone: String,
    #[oai(default)]
    pub company: String,
    #[oai(default)]
    pub company_code: String,
    #[oai(default)]
    pub vat_code: String,
    #[oai(default)]
    pub street: String,
    #[oai(default)]
    pub city: String,
    #[oai(default)]
    pub postcode: String,
    /// ISO 3166-1 alpha-2: it decides about VAT.
    #[oai(default)]
    pub country: String,
}

impl From<offers::Buyer> for Buyer {
    fn from(b: offers::Buyer) -> Self {
        Self {
            name: b.name,
            email: b.email,
            phone: b.phone,
            company: b.company,
            company_code: b.company_code,
            vat_code: b.vat_code,
            street: b.street,
            city: b.city,
            postcode: b.postcode,
            country: b.country,
        }
    }
}

impl From<Buyer> for offers::Buyer {
    fn from(b: Buyer) -> Self {
        Self {
            name: b.name,
            email: b.email,
            phone: b.phone,
            company: b.company,
            company_code: b.company_code,
            vat_code: b.vat_code,
            street: b.street,
            city: b.city,
            postcode: b.postcode,
            country: b.country,
        }
    }
}

#[derive(Debug, Object)]
struct OfferOrigin {
    /// inquiry, order, offer
    kind: String,
    id: String,
}

/// A price of one unit that a person set instead of the shop's.
#[derive(Clone, Debug, Object)]
#[oai(rename = "OfferHandPrice", deny_unknown_fields)]
pub struct Hand {
    /// As the buyer reads prices.
    pub price: Money,
    pub reason: String,
}

/// A row with what was written about it.
#[derive(Debug, Object)]
struct WrittenLine {
    line: OfferLine,
    product: Option<String>,
    variant: Option<String>,
    configuration: BTreeMap<String, String>,
    /// Ticked before the customer chooses.
    picked: bool,
    discount: Option<OfferDiscount>,
    hand: Option<Hand>,
    /// open or approved: the price lies below the least margin.
    below_floor: Option<String>,
}

#[derive(Debug, Object)]
struct WrittenSection {
    id: String,
    title: String,
    note: String,
    discount: Option<OfferDiscount>,
    lines: Vec<WrittenLine>,
    total: Option<Money>,
}

/// A way in which it can be brought.
#[derive(Debug, Object)]
struct OfferWay {
    method: String,
    name: String,
    gross: Money,
}

#[derive(Debug, Object)]
struct OfferVersion {
    version: i64,
    /// SHA-256 of the snapshot.
    hash: String,
    net: Money,
    gross: Money,
    fixed_at: String,
    valid_until: String,
    /// SHA-256 of the PDF; null for the moment until it is set.
    pdf_sha256: Option<String>,
}

#[derive(Debug, Object)]
struct OfferAcceptance {
    version: i64,
    /// Of the version that was accepted.
    hash: String,
    /// page, phone, email, in_person, paper
    how: String,
    /// Who of the office took it down; empty for the page.
    taken_by: String,
    note: String,
    name: String,
    role: String,
    at: String,
    /// Where the request came from.
    address: String,
    choice: ChoiceBody,
    gross: Money,
    /// SHA-256 of the PDF with the certificate; null for the moment until it is set.
    pdf_sha256: Option<String>,
}

#[derive(Debug, Object)]
struct OfferEvent {
    at: String,
    /// A kind and an id, never a name.
    actor: String,
    step: String,
    after: String,
    version: i64,
    reason: String,
}

impl From<&EventView> for OfferEvent {
    fn from(e: &EventView) -> Self {
        Self {
            at: dto::at(e.at),
            actor: e.actor.clone(),
            step: e.step.clone(),
            after: e.after.clone(),
            version: e.version,
            reason: e.reason.clone(),
        }
    }
}

#[derive(Debug, Object)]
pub struct OfferDetail {
    offer: OfferSummary,
    locale: String,
    /// The language that it is written in.
    written_in: String,
    /// Texts in the customer's language that wait for a person's word; an offer is sent without any.
    unreviewed: i64,
    currency: String,
    /// How its buyer reads prices: gross or net.
    tax_display: String,
    origin: Option<OfferOrigin>,
    /// Opens the customer's page; null before it was sent.
    token: Option<String>,
    /// Id of the order that it became.
    order: Option<String>,
    buyer: Buyer,
    intro: String,
    closing: String,
    terms: OfferTerms,
    discount: Option<OfferDiscount>,
    deposit: Option<OfferDiscount>,
    valid_days: Option<i64>,
    /// Id of the way that brings it.
    delivery: Option<String>,
    /// All ways that would; empty once it is not written any more.
    ways: Vec<OfferWay>,
    sections: Vec<WrittenSection>,
    /// What was accepted, else what is offered; null while nothing is.
    sums: Option<OfferSums>,
    choice: Option<ChoiceBody>,
    versions: Vec<OfferVersion>,
    questions: Vec<OfferQuestion>,
    acceptance: Option<OfferAcceptance>,
    events: Vec<OfferEvent>,
}

/// Whoever may take the step sees what became of the offer.
pub async fn shown(asked: &Asked, id: OfferId, right: Right) -> Result<OfferDetail, Fault> {
    let found = flows::offers::written_by(asked.site.app(), &asked.actor, id, right).await?;
    let events = offers::events(asked.db(), id).await?;
    Ok(detail(&found, &events))
}

/// # Faults
/// `api.stale` when the offer is not the one of this tag.
pub async fn as_seen(asked: &Asked, id: OfferId, (if_match, right): (Option<&str>, Right)) -> Result<(), Fault> {
    if if_match.is_none() {
        return Ok(());
    }
    tag::unchanged(if_match, &shown(asked, id, right).await?, asked.locale.as_str())
}

fn detail(found: &Written, events: &[EventView]) -> OfferDetail {
    let (o, drawn, zero) = (&found.offer, &found.drawn, kernel::Money::zero(found.drawn.currency));
    let deposit = o.content.deposit.map(|deposit| match deposit {
        Deposit::Percent(rate) => offers::Off::Percent(rate),
        Deposit::Sum(minor) => offers::Off::Sum(minor),
    });
    let way = |q: &vitrina::sales::Quote| OfferWay { method: q.method.to_string(), name: q.name.clone(), gross: q.gross.into() };
    OfferDetail {
        offer: summary(o),
        locale: o.locale.to_string(),
        written_in: o.written_in.to_string(),
        unreviewed: i64::try_from(found.unread).unwrap_or(i64::MAX),
        currency: o.currency.to_string(),
        tax_display: drawn.tax.as_str().to_owned(),
        origin: o.origin.map(|origin| match origin {
            Origins::Inquiry(id) => OfferOrigin { kind: "inquiry".into(), id: id.to_string() },
            Origins::Order(id) => OfferOrigin { kind: "order".into(), id: id.to_string() },
            Origins::Offer(id) => OfferOrigin { kind: "offer".into(), id: id.to_string() },
        }),
        token: o.token.clone(),
        order: o.order.map(|id| id.to_string()),
        buyer: drawn.buyer.clone().into(),
        intro: drawn.intro.clone(),
        closing: drawn.closing.clone(),
        terms: (&drawn.terms).into(),
        discount: drawn.off.map(|off| OfferDiscount::of(off, zero)),
        deposit: deposit.map(|off| OfferDiscount::of(off, zero)),
        valid_days: o.content.valid_days,
        delivery: drawn.delivery.as_ref().map(|d| d.method.to_string()),
        ways: found.ways.iter().map(way).collect(),
        sections: sections(found, zero),
        sums: found.seen.as_ref().map(|seen| parts::sums(drawn, seen)),
        choice: found.seen.as_ref().map(|seen| (&seen.choice).into()),
        versions: found.versions.iter().map(version).collect(),
        questions: found.questions.iter().map(OfferQuestion::from).collect(),
        acceptance: found.acceptance.as_ref().map(acceptance),
        events: events.iter().map(OfferEvent::from).collect(),
    }
}

fn sections(found: &Written, zero: kernel::Money) -> Vec<WrittenSection> {
    let section = |(n, s): (usize, &offers::DrawnSection)| WrittenSection {
        id: s.id.to_string(),
        title: s.title.clone(),
        note: s.note.clone(),
        discount: s.off.map(|off| OfferDiscount::of(off, zero)),
        lines: s.items.iter().map(|item| line(found, item, zero)).collect(),
        total: found.seen.as_ref().and_then(|seen| seen.sums.sections.get(n)).map(|sum| sum.total.into()),
    };
    found.drawn.sections.iter().enumerate().map(section).collect()
}

fn line(found: &Written, item: &offers::DrawnItem, zero: kernel::Money) -> WrittenLine {
    let written = found.offer.content.item(item.id);
    let goods = written.and_then(|i| match &i.what {
        What::Goods(goods) => Some(goods),
        _ => None,
    });
    let low = found.low.iter().find(|l| l.item == item.id);
    let hand = written.and_then(|i| i.hand.as_ref());
    WrittenLine {
        line: parts::line(item, found.seen.as_ref().and_then(|seen| seen.prices.get(&item.id))),
        product: goods.map(|g| g.product.to_string()),
        variant: goods.map(|g| g.variant.to_string()),
        configuration: goods.map(|g| g.chosen.clone()).unwrap_or_default(),
        picked: item.picked,
        discount: item.off.map(|off| OfferDiscount::of(off, zero)),
        hand: hand.map(|h| Hand { price: h.unit.into(), reason: h.reason.clone() }),
        below_floor: low.map(|l| if l.approved { "approved" } else { "open" }.to_owned()),
    }
}

fn version(v: &offers::Version) -> OfferVersion {
    OfferVersion {
        version: v.n,
        hash: v.hash.clone(),
        net: v.net.into(),
        gross: v.gross.into(),
        fixed_at: dto::at(v.sent_at),
        valid_until: dto::at(v.expires_at.plus_seconds(-1)),
        pdf_sha256: v.pdf.clone(),
    }
}

fn acceptance(a: &offers::Acceptance) -> OfferAcceptance {
    OfferAcceptance {
        version: a.version,
        hash: a.hash.clone(),
        how: a.evidence.how.as_str().to_owned(),
        taken_by: a.evidence.by.clone(),
        note: a.evidence.note.clone(),
        name: a.name.clone(),
        role: a.role.clone(),
        at: dto::at(a.at),
        address: a.address.clone(),
        choice: (&a.choice).into(),
        gross: a.gross.into(),
        pdf_sha256: a.pdf.clone(),
    }
}
