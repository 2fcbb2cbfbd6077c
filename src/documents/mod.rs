//! Documents promise: what was issued stays as it was issued. A document is rendered from a
//! frozen snapshot ([`Paper`]), numbered without gaps in the transaction that issues it, and kept
//! with its hash.
//!
//! A document of VAT law is corrected by a credit note and by nothing else; all credits of an
//! invoice are the invoice and never more. An order has one invoice that stands.

mod advance;
mod credit;
mod fault;
mod issue;
mod paper;
#[cfg(test)]
mod trial;
mod series;
mod totals;
mod views;

pub use advance::advances;
pub use credit::{Credited, Wish, credit, left};
pub use fault::Fault;
pub use issue::{Annulled, Issued, NewDocument, annul, credited, export, issue, keep_pdf, repoint, to_credit};
pub use paper::{Advance, Cash, Correction, Kind, Paper, PaperLine, PaperTax, PayBy, Side};
pub use series::{go_on, series};
pub use totals::fitted;
pub use views::{DocumentQuery, DocumentRow, DocumentView, Documents, State, advances_of, document, list, of_order, paper};
