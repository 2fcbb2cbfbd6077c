//! Documents promise: what was issued stays as it was issued. A document is rendered from a
//! frozen snapshot ([`Paper`]), numbered without gaps in the transaction that issues it, and kept
//! with its hash. What would be invalid is refused before it has a number ([`admissible`]).

mod admissible;
#[cfg(test)]
mod admissible_tests;
mod check;
mod complaint;
mod einvoice;
mod paper;
mod parts;
pub mod sample;
mod sheet;
pub mod specimens;
mod sums;
mod typesetter;
mod words;

pub use admissible::admissible;
pub use check::check;
pub use complaint::Complaint;
pub use einvoice::{EInvoice, FACTUR_X, factur_x, ubl, vatex};
pub use paper::{Advance, Cash, Correction, Kind, Paper, PaperLine, PaperTax, PayBy, Side};
pub use sheet::{Sheet, job, sheet};
pub use typesetter::{Attachment, Meta, Relationship, Trouble, Typeset, Typesetter, typeset};
pub use words::in_words;
