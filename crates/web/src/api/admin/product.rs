//! One product as the office sees it: texts by language, prices, stock; and their change.

use std::borrow::Cow;

use poem::web::Data;
use poem_openapi::{
    Object, OpenApi,
    param::{Header, Path},
    payload::Json,
};
use vitrina::{
    catalog::{self, Status, field},
    channels::{self, Channel},
    flows::{self, prices::PriceForm, stock::CountForm},
    kernel::{Fault, Locale, LocationId, ProductId, Right, VariantId},
    pricing::{self, Reduction},
    stock::{self, Level},
};

use crate::api::{
    dto::{self, Money},
    gate::Asked,
    problem::refused,
    tag,
};

pub struct Products;

/// A text in one language.
#[derive(Debug, Object)]
struct Text {
    /// title, teaser, description, warnings, seo_title, seo_description
    field: String,
    locale: String,
    value: String,
    /// human, machine, memory, catalogue
    origin: String,
    /// ok, review, stale
    state: String,
}

/// What lies in one place.
#[derive(Debug, Object)]
struct StockLevel {
    location: String,
    location_name: String,
    on_hand: String,
    /// For orders that have not left yet, and carts at the payment.
    held: String,
    free: String,
}

#[derive(Debug, Object)]
struct VariantRecord {
    id: String,
    sku: String,
    gtin: Option<String>,
    active: bool,
    /// With VAT, in the channel's base list.
    price: Option<Money>,
    /// The lowest price of the 30 days before the reduction that is announced.
    reference: Option<Money>,
    stock: Vec<StockLevel>,
}

/// A product with its texts in all languages; its `ETag` is what `If-Match` takes.
#[derive(Debug, Object)]
struct ProductRecord {
    id: String,
    /// goods or service
    kind: String,
    /// draft, published, archived
    status: String,
    category: Option<String>,
    unit: String,
    tags: Vec<String>,
    texts: Vec<Text>,
    variants: Vec<VariantRecord>,
    updated_at: String,
}

#[derive(Object)]
#[oai(deny_unknown_fields)]
struct NewText {
    /// title, teaser, description, warnings, seo_title, seo_description
    field: String,
    locale: String,
    /// Empty takes it away. HTML in descriptions is sanitised.
    value: String,
}

/// Texts to write; the others stay.
#[derive(Object)]
#[oai(deny_unknown_fields)]
struct NewTexts {
    texts: Vec<NewText>,
}

#[derive(Object)]
#[oai(deny_unknown_fields)]
struct NewStatus {
    /// draft, published, archived
    status: String,
}

#[derive(Object)]
#[oai(deny_unknown_fields)]
struct NewPrice {
    price: Money,
    /// Announced as a reduction: the shop shows the lowest price of the 30 days before beside it.
    #[oai(default)]
    announced: bool,
}

#[derive(Object)]
#[oai(deny_unknown_fields)]
struct Count {
    /// Id of a stock location; the channel's first one without it.
    location: Option<String>,
    /// What was counted there: "12".
    on_hand: String,
}

const FIELDS: &[&str] =
    &[field::TITLE, field::TEASER, field::DESCRIPTION, field::WARNINGS, field::SEO_TITLE, field::SEO_DESCRIPTION];

#[OpenApi]
impl Products {
    /// One product with its texts, prices and stock; scope catalog:read
    #[oai(path = "/products/:id", method = "get", operation_id = "product")]
    async fn one(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Json<ProductRecord>> {
        let found = async { shown(&asked, dto::id(&id)?, Right::CatalogRead).await };
        Ok(Json(found.await.map_err(refused)?))
    }

    /// Write texts; scope catalog:write
    #[oai(path = "/products/:id/texts", method = "patch", operation_id = "setTexts")]
    async fn texts(
        &self,
        asked: Data<&Asked>,
        id: Path<String>,
        /// The `ETag` of the product as it was seen; 412 when it is another one by now.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Json<NewTexts>,
    ) -> poem::Result<Json<ProductRecord>> {
        let done = async {
            let id = as_seen(&asked, &id, Right::CatalogWrite, if_match.0.as_deref()).await?;
            let texts = body.0.texts.into_iter().enumerate().map(|(n, text)| read(&asked, n, text));
            let texts = texts.collect::<Result<Vec<_>, _>>()?;
            flows::catalogue::edit_texts(asked.site.app(), &asked.actor, id, texts).await?;
            shown(&asked, id, Right::CatalogWrite).await
        };
        Ok(Json(done.await.map_err(refused)?))
    }

    /// Publish, take back or archive; scope catalog:write
    #[oai(path = "/products/:id/status", method = "put", operation_id = "setStatus")]
    async fn status(
        &self,
        asked: Data<&Asked>,
        id: Path<String>,
        /// The `ETag` of the product as it was seen; 412 when it is another one by now.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Json<NewStatus>,
    ) -> poem::Result<Json<ProductRecord>> {
        let done = async {
            let id = as_seen(&asked, &id, Right::CatalogWrite, if_match.0.as_deref()).await?;
            let (app, actor) = (asked.site.app(), &asked.actor);
            match body.0.status.parse() {
                Ok(Status::Published) => flows::catalogue::publish(app, actor, id).await?,
                Ok(Status::Archived) => flows::catalogue::archive(app, actor, id).await?,
                Ok(draft) => {
                    flows::catalogue::set_status(app, actor, &[id], draft).await?;
                }
                Err(_) => return Err(Fault::invalid("status", "form.choose")),
            }
            shown(&asked, id, Right::CatalogWrite).await
        };
        Ok(Json(done.await.map_err(refused)?))
    }

    /// Put a price into force; scope prices:write
    #[oai(path = "/products/:id/variants/:variant/price", method = "put", operation_id = "setPrice")]
    async fn price(
        &self,
        asked: Data<&Asked>,
        id: Path<String>,
        variant: Path<String>,
        /// The `ETag` of the product as it was seen; 412 when it is another one by now.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Json<NewPrice>,
    ) -> poem::Result<Json<ProductRecord>> {
        let done = async {
            let id = as_seen(&asked, &id, Right::PricesWrite, if_match.0.as_deref()).await?;
            let variant = of_product(&asked, id, &variant).await?;
            let reduction = if body.announced { Reduction::Announced } else { Reduction::None };
            let form = PriceForm { list: asked.channel.price_list, variant, amount: body.price.read("price")?, reduction };
            flows::prices::set(asked.site.app(), &asked.actor, form).await?;
            shown(&asked, id, Right::PricesWrite).await
        };
        Ok(Json(done.await.map_err(refused)?))
    }

    /// Say what was counted; scope stock:write
    #[oai(path = "/products/:id/variants/:variant/stock", method = "put", operation_id = "countStock")]
    async fn count(
        &self,
        asked: Data<&Asked>,
        id: Path<String>,
        variant: Path<String>,
        /// The `ETag` of the product as it was seen; 412 when it is another one by now.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Json<Count>,
    ) -> poem::Result<Json<ProductRecord>> {
        let done = async {
            let id = as_seen(&asked, &id, Right::StockWrite, if_match.0.as_deref()).await?;
            let variant = of_product(&asked, id, &variant).await?;
            let location = place(&asked.channel, body.location.as_deref())?;
            let form = CountForm { location, variant, on_hand: dto::qty(&body.on_hand, "on_hand")? };
            flows::stock::count(asked.site.app(), &asked.actor, form).await?;
            shown(&asked, id, Right::StockWrite).await
        };
        Ok(Json(done.await.map_err(refused)?))
    }
}

fn read(asked: &Asked, n: usize, text: NewText) -> Result<(Cow<'static, str>, Locale, String), Fault> {
    let wrong = |name: &str| Fault::invalid(format!("texts.{n}.{name}"), "form.choose");
    let name = FIELDS.iter().find(|f| **f == text.field).ok_or_else(|| wrong("field"))?;
    let locale = text.locale.parse().ok().filter(|l| asked.channel.speaks(*l)).ok_or_else(|| wrong("locale"))?;
    Ok((Cow::Borrowed(*name), locale, text.value))
}

fn place(channel: &Channel, named: Option<&str>) -> Result<LocationId, Fault> {
    let wrong = || Fault::invalid("location", "form.choose");
    match named {
        Some(id) => id.parse().ok().filter(|id| channel.locations.contains(id)).ok_or_else(wrong),
        None => channel.locations.first().copied().ok_or_else(wrong),
    }
}

/// The variant of an address, which belongs to the product of that address.
async fn of_product(asked: &Asked, id: ProductId, variant: &str) -> Result<VariantId, Fault> {
    let variant: VariantId = dto::id(variant)?;
    let all = catalog::bundles(asked.db(), &[id]).await?;
    let known = all.products.iter().flat_map(|p| &p.variants).any(|v| v.id == variant);
    if known { Ok(variant) } else { Err(Fault::not_found("request.not_found")) }
}

/// # Faults
/// `api.stale` when the product is not the one of this tag; what two write who hold the same
/// tag, the later one wins.
async fn as_seen(asked: &Asked, id: &str, right: Right, if_match: Option<&str>) -> Result<ProductId, Fault> {
    let id = dto::id(id)?;
    if if_match.is_some() {
        tag::unchanged(if_match, &shown(asked, id, right).await?, asked.locale.as_str())?;
    }
    Ok(id)
}

/// Whoever may read or write a part of a product sees what became of it.
async fn shown(asked: &Asked, id: ProductId, right: Right) -> Result<ProductRecord, Fault> {
    asked.scope(right)?;
    let db = asked.db();
    let all = catalog::bundles(db, &[id]).await?;
    let p = all.products.first().ok_or_else(|| Fault::not_found("catalog.no_product"))?;
    let channel = channels::by_code(db, "default").await?;
    let variants: Vec<VariantId> = p.variants.iter().map(|v| v.id).collect();
    let prices = pricing::prices_of(db, channel.price_list, &variants, asked.site.app().now()).await?;
    let levels = stock::levels(db, &variants).await?;
    let variant = |v: &catalog::VariantRow| VariantRecord {
        id: v.id.to_string(),
        sku: v.sku.clone(),
        gtin: v.gtin.clone(),
        active: v.active,
        price: prices.get(&v.id).map(|p| p.amount.into()),
        reference: prices.get(&v.id).and_then(|p| p.reference).map(Money::from),
        stock: levels.iter().filter(|l| l.variant_id == v.id).map(level).collect(),
    };
    let mut texts: Vec<Text> = Vec::new();
    for name in FIELDS {
        let own = channel.locales.iter().filter_map(|l| Some((*l, all.texts.exact(id, name, *l)?)));
        texts.extend(own.map(|(locale, text)| Text {
            field: (*name).to_owned(),
            locale: locale.to_string(),
            value: text.value.clone(),
            origin: text.origin.as_str().to_owned(),
            state: text.state.as_str().to_owned(),
        }));
    }
    Ok(ProductRecord {
        id: p.id.to_string(),
        kind: dto::word(&p.kind),
        status: p.status.as_str().to_owned(),
        category: p.category.map(|id| id.to_string()),
        unit: p.unit.clone(),
        tags: p.tags.clone(),
        texts,
        variants: p.variants.iter().map(variant).collect(),
        updated_at: dto::at(p.updated_at),
    })
}

fn level(l: &Level) -> StockLevel {
    StockLevel {
        location: l.location_id.to_string(),
        location_name: l.location.clone(),
        on_hand: dto::qty_text(l.on_hand),
        held: dto::qty_text(l.held),
        free: dto::qty_text(l.free()),
    }
}
