//! The one way in which a product becomes visible.
//!
//! The promise: grid tile, product page, cart, newsletter, offer, feed and search all show the
//! same [`ProductCard`]: title, price, picture and availability cannot disagree. A list of
//! cards is one query, since the transaction that changes a product also rewrites what it looks
//! like. [`Line::freeze`] is the only way it becomes history.

mod build;
mod by_hand;
mod card;
mod configured;
mod fault;
mod kit;
mod line;
mod opening;
mod order;
mod own;
mod page;
mod project;
mod read;
mod search;
mod shelves;
mod stored;
mod written;

pub use card::{
    Availability, Channelled, Fact, Kind, Picture, PriceView, ProductCard, Steps, TextSource, Tier, UnitPriceView, VariantCard,
    VariantOption, Viewer, Why, sellable,
};
pub use configured::Configured;
pub use fault::Fault;
pub use kit::{Components, Part, components};
pub use line::Line;
pub use page::{Document, Found, Maker, ProductPage, by_slug};
pub use project::{project, project_variants};
pub use read::{ListQuery, Sort, card, cards, continues, list};
pub use search::{Facet, SearchDoc, search_docs};
pub use shelves::{
    Alternate, CategoryFound, CategoryPage, Crumb, Shelf, SitemapEntry, category, count, menu, project_categories, sitemap,
};
pub use written::{Words, with_vat};
