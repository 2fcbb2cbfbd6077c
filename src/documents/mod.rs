//! Documents promise: what was issued stays as it was issued. A document is rendered from a
//! frozen snapshot ([`Paper`]), numbered without gaps in the transaction that issues it, and kept
//! with its hash. What would be invalid is refused before it has a number ([`admissible`]).

mod admissible;
#[cfg(test)]
mod admissible_tests;
mod complaint;
mod einvoice;
mod paper;
pub mod sample;
mod sums;
mod words;

pub use admissible::admissible;
pub use complaint::Complaint;
pub use einvoice::{EInvoice, FACTUR_X, factur_x, ubl, vatex};
pub use paper::{Advance, Cash, Correction, Kind, Paper, PaperLine, PaperTax, PayBy, Side};
pub use words::in_words;
