//! Writing an offer: its sections and rows. Each operation is one change of `flows::offers::edit`.

use std::collections::BTreeMap;

use poem::web::Data;
use poem_openapi::{
    ApiResponse, Object, OpenApi,
    param::{Header, Path},
    payload::Json,
    types::MaybeUndefined,
};
use uuid::Uuid;
use vitrina::{
    catalog,
    flows::{self, offers::Change},
    kernel::{self, Fault, Money as Sum, OfferId, ProductId, Qty, Right, VariantId},
    offers::{self, Edit, Goods, Item, Off, Offer, Patch, Place, Range, Section, What, Written},
};

use super::offer_view::{Hand, OfferDetail, shown};
use crate::api::{
    dto::{self, Money},
    gate::Asked,
    offer_parts::{OfferDiscount, OfferRange, same_currency},
    problem::refused,
};

pub struct OfferLines;

#[derive(Object)]
#[oai(rename = "OfferSectionBody", deny_unknown_fields)]
struct SectionBody {
    #[oai(default)]
    title: String,
    #[oai(default)]
    note: String,
    discount: Option<OfferDiscount>,
}

/// Goods by `sku` or `variant`; words of one's own by `title` and `price`; or a note by `text`.
#[derive(Object)]
#[oai(rename = "NewOfferLine", deny_unknown_fields)]
struct NewLine {
    sku: Option<String>,
    /// Id of a variant.
    variant: Option<String>,
    /// What was chosen of goods made to measure.
    #[oai(default)]
    configuration: BTreeMap<String, String>,
    title: Option<String>,
    /// As the buyer reads prices.
    price: Option<Money>,
    /// piece where nothing is said.
    unit: Option<String>,
    /// standard where nothing is said.
    vat_category: Option<String>,
    text: Option<String>,
    /// A decimal; 1 where nothing is said.
    quantity: Option<String>,
    range: Option<OfferRange>,
    #[oai(default)]
    optional: bool,
    #[oai(default)]
    picked: bool,
    #[oai(default)]
    group: String,
    #[oai(default)]
    note: String,
    discount: Option<OfferDiscount>,
    hand: Option<Hand>,
}

#[derive(Object)]
#[oai(deny_unknown_fields)]
struct NewOfferLines {
    /// Id of a section; the last one where nothing is said.
    section: Option<String>,
    #[oai(validator(min_items = 1, max_items = 500))]
    lines: Vec<NewLine>,
}

/// What is said about a row; what is not named stays, null takes away.
#[derive(Object)]
#[oai(rename = "OfferLinePatch", deny_unknown_fields)]
struct LinePatch {
    quantity: Option<String>,
    range: MaybeUndefined<OfferRange>,
    optional: Option<bool>,
    picked: Option<bool>,
    group: Option<String>,
    note: Option<String>,
    discount: MaybeUndefined<OfferDiscount>,
    hand: MaybeUndefined<Hand>,
    /// Of goods made to measure.
    configuration: Option<BTreeMap<String, String>>,
    /// Of words of one's own.
    title: Option<String>,
    price: Option<Money>,
    unit: Option<String>,
    vat_category: Option<String>,
    /// Of a note.
    text: Option<String>,
}

/// Where a row or section goes: one of the three.
#[derive(Object)]
#[oai(rename = "OfferPlace", deny_unknown_fields)]
struct PlaceBody {
    /// up or down
    step: Option<String>,
    /// Before this row, also of another section.
    before: Option<String>,
    /// To the end of this section.
    section: Option<String>,
}

#[derive(ApiResponse)]
enum Added {
    /// The offer with it.
    #[oai(status = 201)]
    Offer(Json<OfferDetail>),
}

#[OpenApi]
impl OfferLines {
    /// Add a section; scope offers:write
    #[oai(path = "/offers/:id/sections", method = "post", operation_id = "addOfferSection")]
    async fn add_section(
        &self,
        asked: Data<&Asked>,
        id: Path<String>,
        /// Sent twice, it is one section.
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 200))]
        key: Header<Option<String>>,
        body: Json<SectionBody>,
    ) -> poem::Result<Added> {
        let done = async {
            let offer = held(&asked, &id).await?;
            let off = off(body.discount.as_ref(), zero(&offer))?;
            let SectionBody { title, note, .. } = body.0;
            let section = Section { id: Uuid::nil(), title, note, off, items: Vec::new() };
            let change = Change { edits: vec![Edit::AddSection(section)], ..Change::default() };
            write(&asked, offer.id, change, key.0.as_deref()).await
        };
        Ok(Added::Offer(Json(done.await.map_err(refused)?)))
    }

    /// Say title, note and discount of a section anew; scope offers:write
    #[oai(path = "/offers/:id/sections/:section", method = "put", operation_id = "changeOfferSection")]
    async fn set_section(
        &self,
        asked: Data<&Asked>,
        id: Path<String>,
        section: Path<String>,
        body: Json<SectionBody>,
    ) -> poem::Result<Json<OfferDetail>> {
        let done = async {
            let offer = held(&asked, &id).await?;
            let off = off(body.discount.as_ref(), zero(&offer))?;
            let SectionBody { title, note, .. } = body.0;
            one(&asked, offer.id, Edit::SetSection { id: dto::id(&section)?, title, note, off }).await
        };
        Ok(Json(done.await.map_err(refused)?))
    }

    /// Take a section out with its rows; scope offers:write
    #[oai(path = "/offers/:id/sections/:section", method = "delete", operation_id = "removeOfferSection")]
    async fn remove_section(
        &self,
        asked: Data<&Asked>,
        id: Path<String>,
        section: Path<String>,
    ) -> poem::Result<Json<OfferDetail>> {
        let done = async { one(&asked, held(&asked, &id).await?.id, Edit::Remove(dto::id(&section)?)).await };
        Ok(Json(done.await.map_err(refused)?))
    }

    /// Add rows at the end of a section; scope offers:write
    #[oai(path = "/offers/:id/lines", method = "post", operation_id = "addOfferLines")]
    async fn add(
        &self,
        asked: Data<&Asked>,
        id: Path<String>,
        /// Sent twice, the rows are added once.
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 200))]
        key: Header<Option<String>>,
        body: Json<NewOfferLines>,
    ) -> poem::Result<Added> {
        let done = async {
            let offer = held(&asked, &id).await?;
            let section = dto::choice(body.section.as_deref(), "section")?;
            let items = items(&asked, &body.lines, zero(&offer)).await?;
            let change = Change { edits: vec![Edit::Add(section, items)], ..Change::default() };
            write(&asked, offer.id, change, key.0.as_deref()).await
        };
        Ok(Added::Offer(Json(done.await.map_err(refused)?)))
    }

    /// Change a row; scope offers:write
    #[oai(path = "/offers/:id/lines/:line", method = "patch", operation_id = "changeOfferLine")]
    async fn set(
        &self,
        asked: Data<&Asked>,
        id: Path<String>,
        line: Path<String>,
        body: Json<LinePatch>,
    ) -> poem::Result<Json<OfferDetail>> {
        let done = async {
            let (offer, line) = (held(&asked, &id).await?, dto::id::<Uuid>(&line)?);
            let item = offer.content.item(line).ok_or_else(|| Fault::not_found("offers.no_item"))?;
            one(&asked, offer.id, Edit::Set(line, Box::new(patch(body.0, item, zero(&offer))?))).await
        };
        Ok(Json(done.await.map_err(refused)?))
    }

    /// Take a row out; scope offers:write
    #[oai(path = "/offers/:id/lines/:line", method = "delete", operation_id = "removeOfferLine")]
    async fn remove(&self, asked: Data<&Asked>, id: Path<String>, line: Path<String>) -> poem::Result<Json<OfferDetail>> {
        let done = async { one(&asked, held(&asked, &id).await?.id, Edit::Remove(dto::id(&line)?)).await };
        Ok(Json(done.await.map_err(refused)?))
    }

    /// Move a row or a section; scope offers:write
    #[oai(path = "/offers/:id/lines/:line/place", method = "put", operation_id = "moveOfferLine")]
    async fn shift(
        &self,
        asked: Data<&Asked>,
        id: Path<String>,
        line: Path<String>,
        body: Json<PlaceBody>,
    ) -> poem::Result<Json<OfferDetail>> {
        let done = async {
            let offer = held(&asked, &id).await?;
            one(&asked, offer.id, Edit::Move(dto::id(&line)?, place(&body)?)).await
        };
        Ok(Json(done.await.map_err(refused)?))
    }
}

pub(super) async fn held(asked: &Asked, id: &str) -> Result<Offer, Fault> {
    offers::offer(asked.db(), &asked.scope(Right::OffersWrite)?, dto::id(id)?).await
}

pub(super) fn zero(offer: &Offer) -> Sum {
    Sum::zero(offer.currency)
}

async fn one(asked: &Asked, id: OfferId, edit: Edit) -> Result<OfferDetail, Fault> {
    write(asked, id, Change { edits: vec![edit], ..Change::default() }, None).await
}

pub(super) async fn write(asked: &Asked, id: OfferId, change: Change, key: Option<&str>) -> Result<OfferDetail, Fault> {
    flows::offers::edit_once(asked.site.app(), &asked.actor, id, change, key).await?;
    shown(asked, id, Right::OffersWrite).await
}

fn off(discount: Option<&OfferDiscount>, zero: Sum) -> Result<Option<Off>, Fault> {
    discount.map(|discount| discount.read("discount", zero)).transpose()
}

/// What null says, what a value says, and nothing where the field is not named.
pub(super) fn said<T, U>(field: MaybeUndefined<T>, read: impl FnOnce(T) -> Result<U, Fault>) -> Result<Option<Option<U>>, Fault> {
    match field {
        MaybeUndefined::Undefined => Ok(None),
        MaybeUndefined::Null => Ok(Some(None)),
        MaybeUndefined::Value(value) => read(value).map(|value| Some(Some(value))),
    }
}

/// The rows that a program adds, their goods looked up at once.
async fn items(asked: &Asked, lines: &[NewLine], zero: Sum) -> Result<Vec<Item>, Fault> {
    let skus: Vec<String> = lines.iter().filter_map(|l| l.sku.clone()).collect();
    let variants: Vec<VariantId> = lines.iter().filter_map(|l| l.variant.as_deref()?.parse().ok()).collect();
    let by_sku = catalog::find_skus(asked.db(), &skus).await?;
    let by_id = catalog::product_of_variant(asked.db(), &variants).await?;
    let goods = |line: &NewLine, at: &str| -> Result<Option<(ProductId, VariantId)>, Fault> {
        let lost = |field: &str| Fault::invalid(format!("{at}.{field}"), "form.choose");
        match (&line.sku, &line.variant) {
            (Some(sku), None) => by_sku.get(sku).copied().map(Some).ok_or_else(|| lost("sku")),
            (None, Some(id)) => {
                let id: VariantId = id.parse().map_err(|_| lost("variant"))?;
                by_id.get(&id).map(|product| Some((*product, id))).ok_or_else(|| lost("variant"))
            }
            (None, None) => Ok(None),
            _ => Err(lost("sku")),
        }
    };
    let mut all = Vec::with_capacity(lines.len());
    for (n, line) in lines.iter().enumerate() {
        let at = format!("lines.{n}");
        all.push(item(line, (&at, zero), goods(line, &at)?)?);
    }
    Ok(all)
}

fn item(line: &NewLine, (at, zero): (&str, Sum), goods: Option<(ProductId, VariantId)>) -> Result<Item, Fault> {
    let what = match (goods, &line.title, &line.text) {
        (Some((product, variant)), None, None) => What::Goods(Goods { product, variant, chosen: line.configuration.clone() }),
        (None, Some(title), None) => {
            let price = line.price.as_ref().ok_or_else(|| Fault::invalid(format!("{at}.price"), "form.missing"))?;
            What::Written(Written {
                title: title.clone(),
                unit: line.unit.clone().unwrap_or_else(|| "piece".to_owned()),
                price: same_currency(price, &format!("{at}.price"), zero)?,
                vat_category: line.vat_category.clone().unwrap_or_else(|| "standard".to_owned()),
            })
        }
        (None, None, Some(text)) => What::Note { text: text.clone() },
        _ => return Err(Fault::invalid(at, "form.choose")),
    };
    let qty = line.quantity.as_deref().map_or(Ok(Qty::ONE), |qty| dto::qty(qty, &format!("{at}.quantity")))?;
    let discount = line.discount.as_ref().map(|d| d.read(&format!("{at}.discount"), zero)).transpose()?;
    Ok(Item {
        range: line.range.as_ref().map(|r| range(r, &format!("{at}.range"))).transpose()?,
        optional: line.optional,
        picked: line.picked,
        group: line.group.trim().to_owned(),
        note: line.note.clone(),
        off: discount,
        hand: line.hand.as_ref().map(|h| hand(h, (&format!("{at}.hand"), zero))).transpose()?,
        ..Item::new(Uuid::nil(), what, qty)
    })
}

fn range(range: &OfferRange, at: &str) -> Result<Range, Fault> {
    Ok(Range { least: dto::qty(&range.least, &format!("{at}.least"))?, most: dto::qty(&range.most, &format!("{at}.most"))? })
}

fn hand(hand: &Hand, (at, zero): (&str, Sum)) -> Result<offers::Hand, Fault> {
    if hand.reason.trim().is_empty() {
        return Err(Fault::invalid(format!("{at}.reason"), "form.missing"));
    }
    Ok(offers::Hand { unit: same_currency(&hand.price, &format!("{at}.price"), zero)?, reason: hand.reason.clone() })
}

fn patch(body: LinePatch, item: &Item, zero: Sum) -> Result<Patch, Fault> {
    let what = what(&body, item, zero)?;
    Ok(Patch {
        qty: body.quantity.map(|qty| dto::qty(&qty, "quantity")).transpose()?,
        off: said(body.discount, |d| d.read("discount", zero))?,
        range: said(body.range, |r| range(&r, "range"))?,
        optional: body.optional,
        picked: body.picked,
        group: body.group,
        note: body.note,
        hand: said(body.hand, |h| hand(&h, ("hand", zero)))?,
        what,
    })
}

/// # Faults
/// `form.choose` for a field that this kind of row has not.
fn what(body: &LinePatch, item: &Item, zero: kernel::Money) -> Result<Option<What>, Fault> {
    let words = [("title", body.title.is_some()), ("price", body.price.is_some()), ("unit", body.unit.is_some())];
    let words = words.into_iter().chain([("vat_category", body.vat_category.is_some())]).find(|(_, named)| *named);
    let goods = body.configuration.is_some().then_some("configuration");
    let note = body.text.is_some().then_some("text");
    let strange = match &item.what {
        What::Goods(_) => words.map(|w| w.0).or(note),
        What::Written(_) => goods.or(note),
        What::Note { .. } => words.map(|w| w.0).or(goods),
    };
    if let Some(field) = strange {
        return Err(Fault::invalid(field, "form.choose"));
    }
    Ok(match &item.what {
        What::Goods(goods) => body.configuration.clone().map(|chosen| What::Goods(Goods { chosen, ..goods.clone() })),
        What::Note { .. } => body.text.clone().map(|text| What::Note { text }),
        What::Written(written) if words.is_some() => Some(What::Written(Written {
            title: body.title.clone().unwrap_or_else(|| written.title.clone()),
            unit: body.unit.clone().unwrap_or_else(|| written.unit.clone()),
            price: body.price.as_ref().map_or(Ok(written.price), |price| same_currency(price, "price", zero))?,
            vat_category: body.vat_category.clone().unwrap_or_else(|| written.vat_category.clone()),
        })),
        What::Written(_) => None,
    })
}

fn place(body: &PlaceBody) -> Result<Place, Fault> {
    match (body.step.as_deref(), &body.before, &body.section) {
        (Some("up"), None, None) => Ok(Place::Up),
        (Some("down"), None, None) => Ok(Place::Down),
        (None, Some(id), None) => id.parse().map(Place::Before).map_err(|_| Fault::invalid("before", "form.choose")),
        (None, None, Some(id)) => id.parse().map(Place::Into).map_err(|_| Fault::invalid("section", "form.choose")),
        _ => Err(Fault::invalid("step", "form.choose")),
    }
}
