//! Documents promise: what was issued stays as it was issued. A document is rendered from a
//! frozen snapshot ([`Paper`]), numbered without gaps in the transaction that issues it, and kept
//! with its hash.

mod check;
mod paper;
mod parts;
pub mod samples;
mod sheet;
mod typesetter;

pub use check::check;
pub use paper::{Advance, Cash, Correction, Kind, Paper, PaperLine, PaperTax, PayBy, Side};
pub use sheet::{Sheet, job, sheet};
pub use typesetter::{Attachment, FACTUR_X, Meta, Relationship, Trouble, Typeset, Typesetter, typeset};
