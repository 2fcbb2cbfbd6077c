//! Home, category, product, search.

use serde::Serialize;
use vitrina::{
    kernel::{Locale, Money},
    showcase::{Fact, Picture, PriceView, ProductCard},
};

use crate::chooser::Asked;

use super::{
    frame::{Frame, Link},
    tile::tiles,
};

/// `storefront/home`
#[derive(Clone, Debug, Serialize)]
pub struct HomePage {
    pub page: Frame,
    /// The picture that the house is known by.
    pub hero: Option<Picture>,
    pub hero_url: String,
    pub categories: Vec<CategoryTile>,
    #[serde(serialize_with = "tiles")]
    pub new: Vec<ProductCard>,
    #[serde(serialize_with = "tiles")]
    pub reduced: Vec<ProductCard>,
    #[serde(serialize_with = "tiles")]
    pub services: Vec<ProductCard>,
    /// The shop's own story: sanitised text beside a picture.
    pub story: Option<Story>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Story {
    pub title: String,
    pub html: String,
    pub picture: Option<Picture>,
}

#[derive(Clone, Debug, Serialize)]
pub struct CategoryTile {
    pub name: String,
    pub url: String,
    pub picture: Option<Picture>,
}

/// `storefront/category`
#[derive(Clone, Debug, Serialize)]
pub struct CategoryPage {
    pub page: Frame,
    pub name: String,
    /// The shop's words about it: HTML, sanitised when it was written; may be empty.
    pub html: String,
    /// From home down to the parent.
    pub crumbs: Vec<Link>,
    pub children: Vec<CategoryTile>,
    pub list: Listing,
}

/// `storefront/search`
#[derive(Clone, Debug, Serialize)]
pub struct SearchPage {
    pub page: Frame,
    pub q: String,
    pub list: Listing,
}

/// Products with what narrows and orders them; the facets are one GET form.
#[derive(Clone, Debug, Serialize)]
pub struct Listing {
    /// Where the form goes: the page's own path.
    pub action: String,
    #[serde(serialize_with = "tiles")]
    pub cards: Vec<ProductCard>,
    /// How many there are in all, where that is known cheaply.
    pub total: Option<i64>,
    pub facets: Vec<Facet>,
    pub price: Option<PriceFacet>,
    pub sorts: Vec<Choice>,
    /// What is chosen now, each with the address without it.
    pub chips: Vec<Link>,
    pub clear_url: String,
    /// Empty on the last and first page.
    pub next_url: String,
    pub first_url: String,
    /// Parameters that the form must keep (`q`).
    pub keep: Vec<Kept>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Kept {
    pub name: String,
    pub value: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct Facet {
    /// The parameter: `f.wood`.
    pub name: String,
    pub label: String,
    pub values: Vec<FacetValue>,
}

#[derive(Clone, Debug, Serialize)]
pub struct FacetValue {
    pub value: String,
    pub label: String,
    pub count: i64,
    pub chosen: bool,
}

/// Parameters `from` and `to`, whole major units.
#[derive(Clone, Debug, Serialize)]
pub struct PriceFacet {
    pub from: String,
    pub to: String,
    pub lowest: Money,
    pub highest: Money,
}

/// One of several: `value` goes into the form.
#[derive(Clone, Debug, Serialize)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub chosen: bool,
}

/// `storefront/product`
#[derive(Clone, Debug, Serialize)]
pub struct ProductPageView {
    pub page: Frame,
    pub card: ProductCard,
    /// SKU of the variant that is chosen when the page opens.
    pub chosen: String,
    /// What is asked of a product that is made as it is configured.
    pub configurator: Option<Configurable>,
    pub crumbs: Vec<Link>,
    /// Sanitised when it was written.
    pub html: String,
    /// The description is in this language, not the reader's.
    pub html_fallback: Option<Locale>,
    pub facts: Vec<Fact>,
    pub delivery: Option<DeliveryHint>,
    /// Goods only: who made it and what to beware of.
    pub safety: Option<Safety>,
    pub documents: Vec<Document>,
    pub guarantee: Option<GuaranteeNotice>,
    #[serde(serialize_with = "tiles")]
    pub related: Vec<ProductCard>,
    #[serde(serialize_with = "tiles")]
    pub accessories: Vec<ProductCard>,
    /// The same form sent again adds no second time.
    pub key: String,
}

/// A product that is made as it is configured: its questions, and the price of the answers.
#[derive(Clone, Debug, Serialize)]
pub struct Configurable {
    /// The page's own address.
    pub action: String,
    pub questions: Vec<Asked>,
    /// Whole pieces.
    pub qty: i64,
    /// `None` while it cannot be made so: then the page says why.
    pub priced: Option<Priced>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Priced {
    /// Of one piece.
    pub price: PriceView,
    /// For the quantity.
    pub total: Money,
}

/// Cheapest way to the buyer's country.
#[derive(Clone, Debug, Serialize)]
pub struct DeliveryHint {
    pub from: Money,
    /// Said in a word, not as a price of nothing.
    pub free: bool,
    pub days_min: i64,
    pub days_max: i64,
    /// A pick-up point costs nothing.
    pub pickup: bool,
}

/// Regulation (EU) 2023/988, art. 19: shown on the page, not behind a link.
#[derive(Clone, Debug, Serialize)]
pub struct Safety {
    pub producer: String,
    pub address: String,
    pub contact: String,
    /// The responsible person in the EU, where the maker is outside it.
    pub responsible: String,
    /// Model, type or batch.
    pub identifier: String,
    pub warnings: String,
    /// What is not known yet: the texts `safety.missing.CODE`.
    pub missing: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Document {
    pub title: String,
    pub url: String,
    /// "PDF"
    pub kind: String,
    pub kilobytes: i64,
}

/// The harmonised notice of the legal guarantee (Regulation (EU) 2025/1960) that the owner
/// laid in; without a picture the shop states the right in words.
#[derive(Clone, Debug, Serialize)]
pub struct GuaranteeNotice {
    pub picture: Option<Picture>,
    pub url: String,
}
