//! Search promises: what is published can be found by its words, its numbers and its facets, in
//! every language, with accents typed or not, a moment after the change.
//!
//! The index is a port; it holds nothing that cannot be rebuilt from the catalogue.

mod follow;
mod index;
mod labels;

pub use follow::{KEPT_MS, Position, catch_up, put};
pub use index::{Chosen, Entry, FacetCount, Found, Index, Order, Query};
pub use labels::{Labels, labels};
