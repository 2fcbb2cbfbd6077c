//! The one way in which a product becomes visible.
//!
//! The promise: grid tile, product page, cart, newsletter, offer, feed and search all show the
//! same [`ProductCard`]: title, price, picture and availability cannot disagree. A list of
//! cards is one query, since the transaction that changes a product also rewrites what it looks
//! like. [`Line::freeze`] is the only way it becomes history.

mod card;
mod fault;
mod line;

pub use card::{
    Availability, Channelled, Fact, Kind, Picture, PriceView, ProductCard, TextSource, UnitPriceView, VariantCard,
    VariantOption, Viewer,
};
pub use fault::Fault;
pub use line::Line;
