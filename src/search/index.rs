//! The port: what an index must be able to do, in our words.

use async_trait::async_trait;

use crate::kernel::{CategoryId, Fault, Locale, ProductId};

/// One product in one language, as it is searched.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    pub product: Option<ProductId>,
    pub title: String,
    /// Teaser, description, facts, tags: everything else a person might type.
    pub body: String,
    pub skus: Vec<String>,
    /// Its categories and all their ancestors.
    pub categories: Vec<CategoryId>,
    /// `(attribute code, value code)` of filterable attributes, plus `("tag", …)`.
    pub facets: Vec<(String, String)>,
    /// Lowest gross price, minor units.
    pub price_minor: i64,
    pub available: bool,
    /// The shop's own order; lower comes first.
    pub rank: i64,
    /// Epoch milliseconds.
    pub added_at: i64,
}

/// How hits are ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Order {
    /// By words when there are words, else the shop's own order.
    #[default]
    Best,
    PriceUp,
    PriceDown,
    Newest,
}

/// The values ticked of one facet: any of them will do.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Chosen {
    pub code: String,
    pub values: Vec<String>,
}

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Query {
    pub locale: Locale,
    pub words: String,
    pub category: Option<CategoryId>,
    pub chosen: Vec<Chosen>,
    /// Gross minor units, both ends included.
    pub price: Option<(i64, i64)>,
    pub only_available: bool,
    pub order: Order,
    pub skip: usize,
    /// At most 200; 0 asks for counts alone, which may be those of two seconds ago.
    pub limit: usize,
    /// Counting facets reads every hit; a list that shows none need not pay.
    pub with_facets: bool,
}

impl Query {
    pub fn new(locale: Locale) -> Self {
        Self {
            locale,
            words: String::new(),
            category: None,
            chosen: Vec::new(),
            price: None,
            only_available: false,
            order: Order::Best,
            skip: 0,
            limit: 24,
            with_facets: false,
        }
    }
}

/// One value of a facet and how many hits have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetCount {
    pub code: String,
    pub value: String,
    pub count: u64,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub total: u64,
    pub products: Vec<ProductId>,
    /// Counts of a facet ignore the ticks of that same facet, so that a person sees what else
    /// could be ticked.
    pub facets: Vec<FacetCount>,
    /// Lowest and highest price among the hits, minor units.
    pub price: Option<(i64, i64)>,
}

/// A search index. The embedded default is tantivy; everything in it can be rebuilt.
#[async_trait]
pub trait Index: Send + Sync {
    /// Replaces the entries of these products in one language; a product without an entry is
    /// dropped. Visible to [`Index::find`] when this returns.
    async fn put(&self, locale: Locale, products: &[ProductId], entries: Vec<Entry>) -> Result<(), Fault>;
    async fn find(&self, query: Query) -> Result<Found, Fault>;
    /// Titles that begin with or contain the words, best first.
    async fn suggest(&self, locale: Locale, words: &str, limit: usize) -> Result<Vec<(ProductId, String)>, Fault>;
    /// Empties the index of one language.
    async fn clear(&self, locale: Locale) -> Result<(), Fault>;
    /// How many products the index of one language holds.
    async fn count(&self, locale: Locale) -> Result<u64, Fault>;
}
