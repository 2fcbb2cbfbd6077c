//! Documents promise: what was issued stays as it was issued. A document is rendered from a
//! frozen snapshot ([`Paper`]), numbered without gaps in the transaction that issues it, and kept
//! with its hash. What would be invalid is refused before it has a number ([`admissible`]).
//!
//! A document of VAT law is corrected by a credit note and by nothing else; all credits of an
//! invoice are the invoice and never more. An order has one invoice that stands.

mod admissible;
#[cfg(test)]
mod admissible_tests;
mod advance;
mod archive;
mod check;
mod complaint;
mod credit;
mod einvoice;
mod fault;
mod issue;
mod paper;
mod parts;
pub mod sample;
mod series;
mod sheet;
pub mod specimens;
mod sums;
mod totals;
#[cfg(test)]
mod trial;
mod typesetter;
mod views;
mod words;

pub use admissible::admissible;
pub use advance::advances;
pub use archive::{count_filed, filed};
pub use check::check;
pub use complaint::Complaint;
pub use credit::{Credited, Wish, credit, left};
pub use einvoice::{EInvoice, FACTUR_X, factur_x, ubl, vatex};
pub use fault::Fault;
pub use issue::{Annulled, Issued, NewDocument, annul, credited, export, issue, keep_pdf, repoint, to_credit};
pub use paper::{Advance, Cash, Correction, Kind, Paper, PaperLine, PaperTax, PayBy, Side};
pub use series::{Numbering, go_on, numbering, series};
pub use sheet::{Sheet, job, sheet};
pub use totals::fitted;
pub use typesetter::{Attachment, Meta, Relationship, Trouble, Typeset, Typesetter, typeset};
pub use views::{
    DocumentQuery, DocumentRow, DocumentView, Documents, State, advances_of, document, kept, list, of_order, paper,
    payable_numbers,
};
pub use words::in_words;
