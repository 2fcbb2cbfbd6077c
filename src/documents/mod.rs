//! Documents promise: what was issued stays as it was issued. A document is rendered from a
//! frozen snapshot ([`Paper`]), numbered without gaps in the transaction that issues it, and kept
//! with its hash.

mod paper;
pub mod sample;
mod words;

pub use paper::{Advance, Cash, Correction, Kind, Paper, PaperLine, PaperTax, PayBy, Side};
pub use words::in_words;
