//! An offer in its customer's language: its own texts and those of its goods, source and translation side
//! by side, before anybody sends it.

use serde_json::json;
use uuid::Uuid;

use crate::{
    flows::{steps::offer_words, translations::Wish},
    kernel::{Actor, App, Fault, OfferId, ProductId, Right, Tx, journal},
    offers::{self, Offer, State},
    translation::{self, Domain, Item, Mark, Segment},
};

/// Texts of an offer as they are reviewed.
pub struct Reviewed {
    pub offer: Offer,
    pub own: Vec<Segment>,
    /// Goods by their titles in the manager's language, and what the offer shows of them.
    pub goods: Vec<(ProductId, String, Vec<Segment>)>,
}

impl Reviewed {
    pub fn all(&self) -> impl Iterator<Item = &Segment> {
        self.own.iter().chain(self.goods.iter().flat_map(|(_, _, segments)| segments))
    }
    /// Texts without any translation.
    pub fn missing(&self) -> impl Iterator<Item = &Segment> {
        self.all().filter(|s| s.target.is_none())
    }
}

/// Everything that an offer says, and how it is said in its customer's language.
///
/// # Faults
/// `access.forbidden`, `offers.no_offer`.
pub async fn texts(app: &App, actor: &Actor, id: OfferId) -> Result<Reviewed, Fault> {
    let scope = actor.scope(Right::OffersRead)?;
    let db = app.reader();
    let offer = offers::offer(db, &scope, id).await?;
    if !offer.is_translated() {
        return Ok(Reviewed { offer, own: Vec::new(), goods: Vec::new() });
    }
    let places = offer.content.texts(id, &offer.title);
    let mut entities: Vec<Uuid> = Vec::new();
    for place in &places {
        if !entities.contains(&place.entity) {
            entities.push(place.entity);
        }
    }
    let products = products(&offer);
    let own = entities.len();
    entities.extend(products.iter().map(|p| p.uuid()));
    let mut segments = translation::segments(db, &scope, &entities, offer.locale).await?;
    let titles = translation::texts_of(db, &entities[own..]).await?;
    let goods = products
        .into_iter()
        .map(|product| {
            let shown = |s: &mut Segment| s.entity == product.uuid() && offer_words::OF_GOODS.contains(&s.field.as_str());
            let title = titles.word(product.uuid(), offer_words::OF_GOODS[0], offer.written_in).to_owned();
            (product, title, segments.extract_if(.., shown).collect::<Vec<_>>())
        })
        .filter(|(_, _, segments)| !segments.is_empty())
        .collect();
    // In the order in which the customer reads them; what was taken out of the offer is not there.
    let own = places
        .iter()
        .filter_map(|place| {
            let at = segments.iter().position(|s| s.entity == place.entity && s.field == place.field)?;
            Some(segments.swap_remove(at))
        })
        .collect();
    Ok(Reviewed { offer, own, goods })
}

/// In the order of the offer, each once.
fn products(offer: &Offer) -> Vec<ProductId> {
    let mut all: Vec<ProductId> = Vec::new();
    for item in offer.content.items() {
        if let offers::What::Goods(goods) = &item.what
            && !all.contains(&goods.product)
        {
            all.push(goods.product);
        }
    }
    all
}

/// What a translator would be asked for: [`crate::flows::translations::fill`] takes them one after the
/// other.
///
/// # Faults
/// As [`texts`].
pub async fn wishes(app: &App, actor: &Actor, id: OfferId) -> Result<Vec<Wish>, Fault> {
    let reviewed = texts(app, actor, id).await?;
    let to = reviewed.offer.locale;
    let item = |s: &Segment| Item::new(s.entity, s.field.clone(), s.from, s.source.clone());
    let own = reviewed.own.iter().map(item).collect();
    let goods = reviewed.goods.iter().flat_map(|(_, _, segments)| segments).map(item).collect();
    Ok(vec![Wish { items: own, to, domain: Domain::Offer }, Wish { items: goods, to, domain: Domain::Product }])
}

/// A person's word on one of an offer's own texts. Goods have theirs in the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// It may stand as it is.
    Approve,
    /// It is said otherwise; nothing takes it away.
    Edit(String),
    /// It is kept for other offers too.
    Remember,
}

/// Takes a person's word on a translation of an offer that was not sent yet. `seen` is what they looked at.
///
/// # Faults
/// `access.forbidden`, `offers.no_offer`, `offers.not_written`, `translation.no_source`,
/// `translation.moved`.
pub async fn review(app: &App, actor: &Actor, id: OfferId, (mark, word, seen): (&Mark, &Word, &str)) -> Result<(), Fault> {
    let scope = actor.scope(Right::OffersWrite)?;
    let tx = app.begin(actor).await?;
    let offer = offers::lock(&tx, &scope, id).await?;
    open(&offer)?;
    let is_own = offer.content.texts(id, &offer.title).iter().any(|t| t.entity == mark.entity && t.field == mark.field);
    if !is_own {
        return Err(translation::Fault::NoSource.into());
    }
    let to = offer.locale;
    let said = match word {
        Word::Approve => {
            translation::approve(&tx, mark, to, seen).await?;
            "approved"
        }
        Word::Edit(text) => {
            translation::edit(&tx, mark, to, text, seen).await?;
            "edited"
        }
        Word::Remember => {
            keep(&tx, std::slice::from_ref(mark), &offer).await?;
            "remembered"
        }
    };
    let empty = matches!(word, Word::Edit(text) if text.trim().is_empty());
    if *word != Word::Remember && !empty && app.settings().flag("translation.keep_reviewed") {
        keep(&tx, std::slice::from_ref(mark), &offer).await?;
    }
    journal::note(&tx, "offers.text_reviewed", Some(id.uuid()), json!({ "to": to, "field": mark.field, "said": said })).await?;
    tx.commit().await
}

/// Says yes to every translation of an offer's own texts that waits and has no flag. Returns how many.
///
/// # Faults
/// `access.forbidden`, `offers.no_offer`, `offers.not_written`.
pub async fn approve_green(app: &App, actor: &Actor, id: OfferId) -> Result<usize, Fault> {
    let scope = actor.scope(Right::OffersWrite)?;
    let tx = app.begin(actor).await?;
    let offer = offers::lock(&tx, &scope, id).await?;
    open(&offer)?;
    let green = translation::approve_green(&tx, &scope, &offer_words::spoken(&offer), offer.locale).await?;
    if app.settings().flag("translation.keep_reviewed") {
        let marks: Vec<Mark> = green.iter().map(|s| Mark { entity: s.entity, field: s.field.clone() }).collect();
        keep(&tx, &marks, &offer).await?;
    }
    let data = json!({ "to": offer.locale, "said": "approved", "texts": green.len() });
    journal::note(&tx, "offers.text_reviewed", Some(id.uuid()), data).await?;
    tx.commit().await?;
    Ok(green.len())
}

async fn keep(tx: &Tx, marks: &[Mark], offer: &Offer) -> Result<usize, Fault> {
    translation::remember(tx, marks, offer.locale, Domain::Offer).await
}

/// What was sent says what it said; its texts change with the next version.
fn open(offer: &Offer) -> Result<(), Fault> {
    match offer.state {
        state if state.is_written() => Ok(()),
        State::Ready => Ok(()),
        _ => Err(offers::Fault::NotWritten.into()),
    }
}
