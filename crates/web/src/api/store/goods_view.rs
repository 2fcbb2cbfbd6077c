//! Goods on the wire.

use poem_openapi::Object;
use serde::Serialize;
use vitrina::{
    showcase::{self, Availability},
    stage::media_url,
};

use super::configure::Configurator;
use crate::api::dto::{self, Money, list};

#[derive(Debug, Object, Serialize)]
pub struct Picture {
    pub hash: String,
    pub alt: String,
    pub width: u32,
    pub height: u32,
    /// The picture 640 pixels wide.
    pub url: String,
}

impl From<&showcase::Picture> for Picture {
    fn from(p: &showcase::Picture) -> Self {
        Self { url: media_url(&p.hash, 640), hash: p.hash.clone(), alt: p.alt.clone(), width: p.width, height: p.height }
    }
}

/// A line of the data sheet.
#[derive(Debug, Object, Serialize)]
pub struct Fact {
    pub code: String,
    pub name: String,
    pub value: String,
}

impl From<&showcase::Fact> for Fact {
    fn from(f: &showcase::Fact) -> Self {
        Self { code: f.code.clone(), name: f.name.clone(), value: f.value.clone() }
    }
}

/// A price with everything that must stand beside it.
#[derive(Debug, Object, Serialize)]
pub struct Price {
    /// Other variants cost more.
    pub from: bool,
    pub gross: Money,
    pub net: Money,
    /// Gross less net, of one piece.
    pub tax: Money,
    /// A share: "0.21".
    pub tax_rate: String,
    /// The lowest price of the 30 days before the reduction that runs now.
    pub reference: Option<Money>,
    pub percent_off: Option<u32>,
    pub unit_price: Option<UnitPrice>,
    /// What everybody pays, where the signed-in customer agreed on another price.
    pub list: Option<Money>,
    pub why: Option<Why>,
}

/// Why a customer pays another price than everybody.
#[derive(Debug, Object, Serialize)]
pub struct Why {
    /// special, agreement, level
    pub ground: String,
    /// The level's name; empty for the other grounds.
    pub level: String,
    /// Off the list price: "12", "12.5".
    pub percent: String,
    /// The quantity from which it holds, where that is more than one.
    pub from: Option<String>,
    /// A percentage that came off on top of it, since it was agreed to.
    pub on_top: Option<OnTop>,
}

/// A percentage on top of another reason.
#[derive(Debug, Object, Serialize)]
pub struct OnTop {
    /// special, agreement, level
    pub ground: String,
    pub level: String,
    /// Off the price without it: "3", "2.5".
    pub percent: String,
}

impl From<&showcase::Why> for Why {
    fn from(why: &showcase::Why) -> Self {
        Self {
            ground: why.ground.as_str().to_owned(),
            level: why.level.clone(),
            percent: why.percent.clone(),
            from: why.from.map(dto::qty_text),
            on_top: why.and.as_ref().map(|and| OnTop {
                ground: and.ground.as_str().to_owned(),
                level: and.level.clone(),
                percent: and.percent.clone(),
            }),
        }
    }
}

/// A price of one unit from a quantity on.
#[derive(Debug, Object, Serialize)]
pub struct PriceTier {
    /// "0" for the first: less than one unit costs what one does.
    pub from: String,
    pub gross: Money,
    pub why: Option<Why>,
}

impl From<&showcase::Tier> for PriceTier {
    fn from(tier: &showcase::Tier) -> Self {
        Self { from: dto::qty_text(tier.from), gross: tier.unit.into(), why: tier.why.as_ref().map(Why::from) }
    }
}

/// The price by measure.
#[derive(Debug, Object, Serialize)]
pub struct UnitPrice {
    /// "m²", "l"
    pub per: String,
    pub gross: Money,
}

impl From<&showcase::PriceView> for Price {
    fn from(p: &showcase::PriceView) -> Self {
        Self {
            from: p.from,
            gross: p.gross.into(),
            net: p.net.into(),
            tax: p.gross.checked_sub(p.net).unwrap_or(vitrina::kernel::Money::zero(p.gross.currency)).into(),
            tax_rate: dto::rate(p.rate),
            reference: p.reference.map(Money::from),
            percent_off: p.percent_off,
            unit_price: p.unit.as_ref().map(|u| UnitPrice { per: u.per.clone(), gross: u.gross.into() }),
            list: p.list.map(Money::from),
            why: p.why.as_ref().map(Why::from),
        }
    }
}

/// How soon it can be had, in coarse words.
#[derive(Debug, Object, Serialize)]
pub struct Stock {
    /// in_stock, few, made_to_order, out_of_stock
    pub state: String,
    /// Working days until it is made.
    pub days: Option<u32>,
    /// Whether it can be put into a cart.
    pub sellable: bool,
}

impl From<Availability> for Stock {
    fn from(a: Availability) -> Self {
        let (state, days) = match a {
            Availability::InStock => ("in_stock", None),
            Availability::Few => ("few", None),
            Availability::MadeToOrder { days } => ("made_to_order", Some(days)),
            Availability::OutOfStock => ("out_of_stock", None),
        };
        Self { state: state.into(), days, sellable: showcase::sellable(a) }
    }
}

#[derive(Debug, Object, Serialize)]
pub struct OptionValue {
    pub code: String,
    pub name: String,
    pub value_code: String,
    pub value: String,
}

/// What is put into a cart.
#[derive(Debug, Object, Serialize)]
pub struct Variant {
    pub id: String,
    pub sku: String,
    pub gtin: Option<String>,
    /// Empty when the product has but one variant.
    pub name: String,
    pub options: Vec<OptionValue>,
    pub price: Price,
    /// The signed-in customer's prices by quantity; empty when there is one price.
    pub tiers: Vec<PriceTier>,
    pub availability: Stock,
    pub picture: Option<Picture>,
    pub weight_g: Option<i64>,
}

impl From<&showcase::VariantCard> for Variant {
    fn from(v: &showcase::VariantCard) -> Self {
        let option = |o: &showcase::VariantOption| OptionValue {
            code: o.code.clone(),
            name: o.name.clone(),
            value_code: o.value_code.clone(),
            value: o.value.clone(),
        };
        Self {
            id: v.id.to_string(),
            sku: v.sku.clone(),
            gtin: v.gtin.clone(),
            name: v.name.clone(),
            options: v.options.iter().map(option).collect(),
            price: (&v.price).into(),
            tiers: v.tiers.iter().map(PriceTier::from).collect(),
            availability: v.availability.into(),
            picture: v.picture.as_ref().map(Picture::from),
            weight_g: v.weight_g,
        }
    }
}

/// A product as every window shows it.
#[derive(Debug, Object, Serialize)]
pub struct Product {
    pub id: String,
    /// goods, service, bundle
    pub kind: String,
    pub slug: String,
    /// Path of its page in the shop.
    pub url: String,
    pub title: String,
    /// The language of the title; another than asked for while it is not translated.
    pub title_locale: String,
    pub teaser: String,
    pub tags: Vec<String>,
    pub pictures: Vec<Picture>,
    pub facts: Vec<Fact>,
    /// Of the cheapest variant.
    pub price: Price,
    /// Of the variant that can be had soonest.
    pub availability: Stock,
    pub unit: String,
    pub variants: Vec<Variant>,
}

impl From<&showcase::ProductCard> for Product {
    fn from(c: &showcase::ProductCard) -> Self {
        Self {
            id: c.product.to_string(),
            kind: dto::word(&c.kind),
            slug: c.slug.clone(),
            url: c.url.clone(),
            title: c.title.clone(),
            title_locale: c.text.locale.to_string(),
            teaser: c.teaser.clone(),
            tags: c.tags.clone(),
            pictures: c.pictures.iter().map(Picture::from).collect(),
            facts: c.facts.iter().map(Fact::from).collect(),
            price: (&c.price).into(),
            availability: c.availability.into(),
            unit: c.unit.clone(),
            variants: c.variants.iter().map(Variant::from).collect(),
        }
    }
}

list!(
    /// A page of products.
    #[derive(Serialize)]
    ProductList of Product
);

/// Who answers for a product's safety in the Union (GPSR).
#[derive(Debug, Object, Serialize)]
pub struct Maker {
    pub name: String,
    pub address: String,
    pub country: String,
    pub contact: String,
    pub representative: String,
    pub representative_address: String,
    pub representative_contact: String,
}

/// A product with all that its page says.
#[derive(Debug, Object, Serialize)]
pub struct ProductDetail {
    pub product: Product,
    /// What is asked of a product that is made as it is configured.
    pub configurator: Option<Configurator>,
    /// HTML, sanitised.
    pub description: String,
    pub warnings: String,
    pub facts: Vec<Fact>,
    pub maker: Option<Maker>,
    pub breadcrumb: Vec<Crumb>,
    pub related: Vec<Product>,
    pub accessories: Vec<Product>,
    pub seo_title: String,
    pub seo_description: String,
    pub updated_at: String,
}

#[derive(Debug, Object, Serialize)]
pub struct Crumb {
    pub id: String,
    pub name: String,
    pub url: String,
}

impl From<&showcase::ProductPage> for ProductDetail {
    fn from(p: &showcase::ProductPage) -> Self {
        let maker = |m: &showcase::Maker| Maker {
            name: m.name.clone(),
            address: m.address.clone(),
            country: m.country.clone(),
            contact: m.contact.clone(),
            representative: m.rep_name.clone(),
            representative_address: m.rep_address.clone(),
            representative_contact: m.rep_contact.clone(),
        };
        let crumb = |c: &showcase::Crumb| Crumb { id: c.category.to_string(), name: c.name.clone(), url: c.url.clone() };
        Self {
            product: (&p.card).into(),
            configurator: None,
            description: p.description.clone(),
            warnings: p.warnings.clone(),
            facts: p.facts.iter().map(Fact::from).collect(),
            maker: p.maker.as_ref().map(maker),
            breadcrumb: p.breadcrumb.iter().map(crumb).collect(),
            related: p.related.iter().map(Product::from).collect(),
            accessories: p.accessories.iter().map(Product::from).collect(),
            seo_title: p.seo_title.clone(),
            seo_description: p.seo_description.clone(),
            updated_at: dto::at(p.updated_at),
        }
    }
}

/// A category of the menu.
#[derive(Debug, Object, Serialize)]
pub struct Category {
    pub id: String,
    pub code: String,
    /// What `category=` takes.
    pub slug: String,
    pub name: String,
    pub url: String,
    pub picture: Option<Picture>,
    /// Products within, those of the children included.
    pub products: Option<i64>,
    pub children: Vec<Category>,
}

impl From<&showcase::Shelf> for Category {
    fn from(s: &showcase::Shelf) -> Self {
        Self {
            id: s.category.to_string(),
            code: s.code.clone(),
            slug: s.url.rsplit('/').next().unwrap_or_default().to_owned(),
            name: s.name.clone(),
            url: s.url.clone(),
            picture: s.picture.as_ref().map(Picture::from),
            products: s.products,
            children: s.children.iter().map(Category::from).collect(),
        }
    }
}

#[derive(Debug, Object, Serialize)]
pub struct CategoryTree {
    pub data: Vec<Category>,
}

/// The shop behind this key.
#[derive(Debug, Object, Serialize)]
pub struct Config {
    pub shop: String,
    pub channel: String,
    pub locale: String,
    /// In order of preference; the first is the source language.
    pub locales: Vec<String>,
    /// What this answer's prices are in; another one of `currencies` is asked for by `Vitrina-Currency`.
    pub currency: String,
    /// What prices can be read in, the channel's own first.
    pub currencies: Vec<String>,
    /// ISO 3166-1 alpha-2: whose VAT is in the prices.
    pub country: String,
    /// gross or net
    pub tax_display: String,
    /// How orders can be paid.
    pub payments: Vec<String>,
    /// The words that the ordering button has to carry (Directive 2011/83/EU, article 8).
    pub button_label: String,
    pub legal: Vec<LegalPage>,
}

#[derive(Debug, Object, Serialize)]
pub struct LegalPage {
    pub code: String,
    pub title: String,
    pub url: String,
}

/// One value to narrow a search by, and how many products it would leave.
#[derive(Debug, Object, Serialize)]
pub struct FacetValue {
    pub value: String,
    pub label: String,
    pub count: u64,
}

#[derive(Debug, Object, Serialize)]
pub struct Facet {
    pub code: String,
    pub label: String,
    pub values: Vec<FacetValue>,
}

#[derive(Debug, Object, Serialize)]
pub struct SearchResult {
    pub data: Vec<Product>,
    pub total: u64,
    pub facets: Vec<Facet>,
    /// Cheapest and dearest of what was found.
    pub price_from: Option<Money>,
    pub price_to: Option<Money>,
    pub page: dto::Cursor,
}
