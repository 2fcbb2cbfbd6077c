//! Beginning and writing an offer.

use std::collections::HashMap;

use serde_json::json;
use uuid::Uuid;

use crate::{
    catalog, channels, crm,
    flows::steps::offering::{self, Board},
    kernel::{
        Actor, App, Fault, InquiryId, Locale, Money, OfferId, OfferTemplateId, OrderId, PartyId, ProductId, Qty, Reads, Right,
        Tx, VariantId,
        idempotency::{self, Seen},
        journal,
    },
    offers::{self, Content, Edit, Goods, Item, NewOffer, Offer, Origins, Section, What, texts::field},
    parties, pricing, sales,
    stage::Stage,
    translation::{self, NewText, TextOrigin, TextState},
};

/// How an offer begins.
#[derive(Clone, Debug, Default)]
pub struct Begin {
    /// Whom it is for; where it begins from something that has a customer, that one.
    pub party: Option<PartyId>,
    pub title: String,
    pub origin: Option<Origins>,
    /// Texts, terms and goods that it begins with.
    pub template: Option<OfferTemplateId>,
    /// In which language it is written; the shop's first where nobody says.
    pub written_in: Option<Locale>,
    /// The form's own key: sent twice, it is one offer.
    pub key: String,
}

/// Begins an offer: empty, with the goods of an inquiry or an order, or as a copy of another one.
///
/// # Faults
/// `access.forbidden`, `parties.not_found`, `crm.inquiry_not_found`, `sales.no_order`, `offers.no_offer`;
/// `form.missing` without a customer.
pub async fn start(app: &App, actor: &Actor, new: Begin) -> Result<OfferId, Fault> {
    actor.may(Right::OffersWrite)?;
    let customers = actor.scope(Right::CustomersRead)?;
    let tx = app.begin(actor).await?;
    let body = json!([new.party, new.title, new.origin, new.template]).to_string();
    if let Seen::Before(answer) = idempotency::once(&tx, "offer", &new.key, &body).await? {
        return Ok(serde_json::from_value(answer)?);
    }
    let Source { party, content: goods, written_in } = source(&tx, actor, &new).await?;
    let party = new.party.or(party).ok_or(offers::Fault::Missing { field: "party" })?;
    parties::within(&tx, &customers, party).await?;
    let brief = parties::brief(&tx, party).await?;
    let channel = channels::all(&tx).await?.into_iter().next().ok_or_else(|| Fault::not_found("channels.not_found"))?;
    let theirs = pricing::currency_of(&tx, party).await?.filter(|c| channel.offered().contains(c));
    let locale = if channel.speaks(brief.locale) { brief.locale } else { channel.source() };
    let written_in = new.written_in.or(written_in).filter(|l| channel.speaks(*l)).unwrap_or(channel.source());
    let mut content = goods.unwrap_or_default();
    content.buyer = offering::buyer_of(&tx, party, &channel.country).await?;
    if content.intro.is_empty() && content.closing.is_empty() {
        usual(app, written_in, &mut content);
    }
    content.valid_days = content.valid_days.or(Some(app.settings().int("offers.valid_days").clamp(1, 365)));
    let title =
        if new.title.trim().is_empty() { text(app, written_in, "offers.text.title") } else { new.title.trim().to_owned() };
    let new_offer = NewOffer {
        id: OfferId::new(&tx),
        channel: channel.id,
        party,
        manager: actor.user().or(brief.manager),
        locale,
        written_in,
        currency: theirs.unwrap_or(channel.currency),
        title,
        content,
        origin: new.origin,
    };
    let id = offers::create(&tx, new_offer).await?;
    keep_up(&tx, &offers::offer(&tx, &actor.scope(Right::OffersWrite)?, id).await?).await?;
    journal::note(&tx, "offers.begun", Some(id.uuid()), json!({ "party": party })).await?;
    idempotency::remember(&tx, "offer", &new.key, &json!(id)).await?;
    tx.commit().await?;
    Ok(id)
}

/// A text of the theme with its fields as they are: they are filled when the offer is sent.
fn text(app: &App, locale: Locale, key: &str) -> String {
    let kept = offering::FIELDS.map(|name| (name, format!("{{{name}}}")));
    app.try_port::<Stage>().map_or_else(String::new, |stage| stage.text(locale, key, &kept))
}

/// The texts that the theme begins an offer with.
fn usual(app: &App, locale: Locale, content: &mut Content) {
    content.intro = text(app, locale, "offers.text.intro");
    content.closing = text(app, locale, "offers.text.closing");
    content.terms.delivery = text(app, locale, "offers.text.delivery");
    content.terms.payment = text(app, locale, "offers.text.payment");
    content.terms.validity = text(app, locale, "offers.text.validity");
}

/// What an offer is begun from.
#[derive(Default)]
struct Source {
    party: Option<PartyId>,
    content: Option<Content>,
    written_in: Option<Locale>,
}

/// A template with the goods of what was asked for above its own.
async fn source(tx: &Tx, actor: &Actor, new: &Begin) -> Result<Source, Fault> {
    let from = from(tx, actor, new).await?;
    let Some(id) = new.template else { return Ok(from) };
    let template = offers::template(tx, id).await?;
    let mut content = template.content.renamed(|| tx.uuid());
    content.sections.splice(0..0, from.content.unwrap_or_default().sections);
    Ok(Source { party: from.party, content: Some(content), written_in: Some(template.written_in) })
}

async fn from(tx: &Tx, actor: &Actor, new: &Begin) -> Result<Source, Fault> {
    match new.origin {
        None => Ok(Source::default()),
        Some(Origins::Inquiry(id)) => {
            let scope = actor.scope(Right::InquiriesRead)?;
            let asked = crm::inquiry(tx, &scope, InquiryId(id), tx.now()).await?;
            let mut goods = Vec::new();
            if let Some(product) = asked.row.product {
                goods.extend(catalog::variants_of(tx, &[product]).await?.first().map(|(p, v)| (*p, *v, Qty::ONE)));
            }
            Ok(Source { party: Some(asked.row.party), content: Some(with(tx, goods)), written_in: None })
        }
        Some(Origins::Order(id)) => {
            let scope = actor.scope(Right::OrdersRead)?;
            let order = sales::order(tx, &scope, OrderId(id)).await?;
            let goods = order.lines.iter().filter_map(|l| Some((l.product?, l.variant?, l.qty))).collect();
            Ok(Source { party: Some(order.party), content: Some(with(tx, goods)), written_in: None })
        }
        Some(Origins::Offer(id)) => {
            let scope = actor.scope(Right::OffersRead)?;
            let other = offers::offer(tx, &scope, OfferId(id)).await?;
            let content = other.content.renamed(|| tx.uuid());
            Ok(Source { party: Some(other.party), content: Some(content), written_in: Some(other.written_in) })
        }
    }
}

fn with(tx: &Tx, goods: Vec<(ProductId, VariantId, Qty)>) -> Content {
    let item = |(product, variant, qty)| {
        let goods = Goods { product, variant, chosen: Default::default() };
        Item::new(tx.uuid(), What::Goods(goods), qty)
    };
    let items: Vec<Item> = goods.into_iter().map(item).collect();
    let section = Section { id: tx.uuid(), title: String::new(), note: String::new(), off: None, items };
    Content { sections: if section.items.is_empty() { Vec::new() } else { vec![section] }, ..Content::default() }
}

/// What is changed of an offer in one go.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub title: Option<String>,
    /// The customer's language: whatever comes from the catalogue follows it.
    pub locale: Option<Locale>,
    /// The language that it is written in: texts that the theme wrote follow it.
    pub written_in: Option<Locale>,
    pub edits: Vec<Edit>,
}

/// Writes.
///
/// # Faults
/// `access.forbidden`, also for a price by hand without the right to set prices; `offers.no_offer`,
/// `offers.not_written`; what [`Content::apply`] says.
pub async fn edit(app: &App, actor: &Actor, id: OfferId, change: Change) -> Result<(), Fault> {
    edit_once(app, actor, id, change, None).await
}

/// The same with a program's own key: sent twice, it is written once. Forms need none, since most of them set
/// what is there.
///
/// # Faults
/// As [`edit`]; `request.key_reused`.
pub async fn edit_once(app: &App, actor: &Actor, id: OfferId, change: Change, key: Option<&str>) -> Result<(), Fault> {
    let scope = actor.scope(Right::OffersWrite)?;
    if change.edits.iter().any(sets_a_price) {
        actor.may(Right::PricesWrite)?;
    }
    let tx = app.begin(actor).await?;
    if let Some(key) = key {
        let body = format!("{id} {:?} {:?} {:?}", change.title, change.locale, change.edits);
        if let Seen::Before(_) = idempotency::once(&tx, "offer.edit", key, &body).await? {
            return Ok(());
        }
        idempotency::remember(&tx, "offer.edit", key, &json!(null)).await?;
    }
    let offer = offers::lock(&tx, &scope, id).await?;
    if !offer.state.is_written() {
        return Err(offers::Fault::NotWritten.into());
    }
    let keep = change.edits.iter().any(|e| matches!(e, Edit::Remove(_)));
    let mut content = offer.content.clone();
    let locale = spoken(&tx, &offer, change.locale, "locale").await?;
    let written_in = spoken(&tx, &offer, change.written_in, "written_in").await?;
    let (locale, written_in) = (locale.unwrap_or(offer.locale), written_in.unwrap_or(offer.written_in));
    if written_in != offer.written_in {
        follow(app, (offer.written_in, written_in), &mut content);
        // What was the source is none any more.
        translation::clear(&tx, &offer.content.speakers(id)).await?;
    }
    for edit in change.edits {
        content.apply(named(&tx, edit))?;
    }
    let title = change.title.as_deref().map(str::trim).filter(|t| !t.is_empty()).unwrap_or(&offer.title);
    let title: String = title.chars().take(200).collect();
    if title == offer.title && content == offer.content && (locale, written_in) == (offer.locale, offer.written_in) {
        return Ok(());
    }
    offers::save(&tx, &offer, (&title, &content), ((locale, written_in), keep)).await?;
    let (before, after) = (offer.content.speakers(id), content.speakers(id));
    let gone: Vec<Uuid> = before.into_iter().filter(|entity| !after.contains(entity)).collect();
    translation::clear(&tx, &gone).await?;
    let revision = offer.revision + 1;
    // As it stands in its row by now: what was just written is not read again.
    keep_up(&tx, &Offer { title, content, locale, written_in, revision, ..offer }).await?;
    journal::note(&tx, "offers.written", Some(id.uuid()), json!({ "revision": revision })).await?;
    tx.commit().await
}

/// A language that was asked for, of those that the offer's channel speaks.
async fn spoken(tx: &Tx, offer: &Offer, to: Option<Locale>, field: &'static str) -> Result<Option<Locale>, Fault> {
    let Some(to) = to else { return Ok(None) };
    if !channels::by_id(tx, offer.channel).await?.speaks(to) {
        return Err(offers::Fault::Malformed { field }.into());
    }
    Ok(Some(to))
}

/// What follows from what is written: its words among the shop's texts, its sums in the list.
async fn keep_up(tx: &Tx, offer: &Offer) -> Result<(), Fault> {
    told(tx, offer).await?;
    retotal(tx, offer).await
}

/// Puts the words of a translated offer among the shop's texts: a changed one makes its translation stale,
/// and what the theme wrote has its translation from the theme.
async fn told(tx: &Tx, offer: &Offer) -> Result<(), Fault> {
    if !offer.is_translated() {
        return Ok(());
    }
    let (id, from, to) = (offer.id, offer.written_in, offer.locale);
    let own = offer.content.texts(id, &offer.title);
    let written = own.iter().map(|text| NewText::new(text.entity, text.field, from, text.source));
    let mut all: Vec<NewText> = written.collect();
    let mut entities: Vec<Uuid> = own.iter().map(|text| text.entity).collect();
    entities.dedup();
    let standing = translation::texts_of(tx, &entities).await?;
    for (field, key) in OF_THEME {
        let theirs = own.iter().find(|t| t.entity == id.uuid() && t.field == field);
        let is_theme = theirs.is_some_and(|t| t.source == text(tx.app(), from, key));
        let by_hand = standing.exact(id.uuid(), field, to).is_some_and(|t| t.origin == TextOrigin::Human);
        if is_theme && !by_hand {
            let words = NewText::new(id.uuid(), field, to, text(tx.app(), to, key));
            all.push(words.from(TextOrigin::Catalogue, TextState::Ok));
        }
    }
    translation::set_many(tx, from, all).await?;
    Ok(())
}

/// Texts that the theme begins an offer with, by their fields.
const OF_THEME: [(&str, &str); 6] = [
    (field::TITLE, "offers.text.title"),
    (field::OPENING, "offers.text.intro"),
    (field::CLOSING, "offers.text.closing"),
    (field::DELIVERY, "offers.text.delivery"),
    (field::PAYMENT, "offers.text.payment"),
    (field::VALIDITY, "offers.text.validity"),
];

/// Rows and sections get their ids here: a form has none to give.
fn named(tx: &Tx, edit: Edit) -> Edit {
    let fresh = |id: Uuid| if id.is_nil() { tx.uuid() } else { id };
    match edit {
        Edit::Add(section, items) => {
            Edit::Add(section, items.into_iter().map(|item| Item { id: fresh(item.id), ..item }).collect())
        }
        Edit::AddSection(section) => Edit::AddSection(Section { id: fresh(section.id), ..section }),
        other => other,
    }
}

fn sets_a_price(edit: &Edit) -> bool {
    match edit {
        Edit::Set(_, patch) => matches!(patch.hand, Some(Some(_))),
        Edit::Add(_, items) => items.iter().any(|item| item.hand.is_some()),
        _ => false,
    }
}

/// Texts that the theme wrote follow the language; whatever a person wrote stays.
fn follow(app: &App, (from, to): (Locale, Locale), content: &mut Content) {
    let (mut old, mut new) = (Content::default(), Content::default());
    usual(app, from, &mut old);
    usual(app, to, &mut new);
    let pairs = [
        (&mut content.intro, old.intro, new.intro),
        (&mut content.closing, old.closing, new.closing),
        (&mut content.terms.delivery, old.terms.delivery, new.terms.delivery),
        (&mut content.terms.payment, old.terms.payment, new.terms.payment),
        (&mut content.terms.validity, old.terms.validity, new.terms.validity),
    ];
    for (text, old, new) in pairs {
        if *text == old {
            *text = new;
        }
    }
}

/// Takes the last removal back.
///
/// # Faults
/// `access.forbidden`; `offers.no_offer`, `offers.not_written`, `offers.nothing_to_undo`.
pub async fn undo(app: &App, actor: &Actor, id: OfferId) -> Result<(), Fault> {
    let scope = actor.scope(Right::OffersWrite)?;
    let tx = app.begin(actor).await?;
    let offer = offers::lock(&tx, &scope, id).await?;
    if !offer.state.is_written() {
        return Err(offers::Fault::NotWritten.into());
    }
    offers::undo(&tx, id).await?;
    keep_up(&tx, &offers::offer(&tx, &scope, id).await?).await?;
    journal::note(&tx, "offers.written", Some(id.uuid()), json!({ "revision": offer.revision + 1 })).await?;
    tx.commit().await
}

/// What the list says of it, and the words that it is found by.
async fn retotal(tx: &Tx, offer: &Offer) -> Result<(), Fault> {
    // Managers look for it in their own words.
    let (id, offer) = (offer.id, offer.as_written());
    let board = Board::open(tx, &offer, tx.now()).await?;
    let drawn = offering::draw(tx, &offer, &board).await?;
    offers::set_goods(tx, id, &drawn).await?;
    let words: Vec<String> =
        drawn.items().filter_map(|i| i.line.as_ref()).map(|l| format!("{} {} {}", l.title, l.variant_name, l.sku)).collect();
    let totals = match offering::settle(&drawn, &drawn.offered(), board.tariffs.rates()) {
        Ok(done) => (done.settled.totals.net, done.settled.totals.gross),
        Err(fault) if fault.code == "offers.empty" => (Money::zero(offer.currency), Money::zero(offer.currency)),
        Err(fault) => return Err(fault),
    };
    offers::set_totals(tx, id, totals, &words.join(" ")).await
}

/// Reads pasted lines, „SKU quantity“ each, as rows; and says what was not understood.
///
/// # Faults
/// Whatever the database says.
pub async fn find_lines(db: &impl Reads, lines: &[(String, Qty)]) -> Result<(Vec<(Goods, Qty)>, Vec<String>), Fault> {
    let skus: Vec<String> = lines.iter().map(|(sku, _)| sku.clone()).collect();
    let known: HashMap<String, (ProductId, VariantId)> = catalog::find_skus(db, &skus).await?;
    let (mut found, mut lost) = (Vec::new(), Vec::new());
    for (sku, qty) in lines {
        match known.get(sku) {
            Some((product, variant)) => {
                found.push((Goods { product: *product, variant: *variant, chosen: Default::default() }, *qty));
            }
            None => lost.push(sku.clone()),
        }
    }
    Ok((found, lost))
}
