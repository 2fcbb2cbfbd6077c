//! What must not be translated is taken out of a text before anybody else sees it, and put back
//! afterwards: each piece once, unchanged, in its place.
//!
//! A text goes out as XML with three elements: `x` (a piece that stays: number, code, address,
//! placeholder, name), `g` (markup within a sentence) and `p` (markup around sentences). An answer
//! that lost, doubled or crossed one of them is [`Spoiled`] and is not used.

mod inline;
mod names;
mod numbers;
mod pieces;
mod tokens;
mod wire;

pub use inline::{Inline, Says, encoded, placed, same};
pub use names::Names;
pub use pieces::Guarded;
pub use wire::Spoiled;

pub(super) use numbers::canonical;
pub(super) use pieces::tags;
pub(super) use tokens::{Sort, find};

#[cfg(test)]
mod tests;
