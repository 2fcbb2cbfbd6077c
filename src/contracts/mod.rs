//! Contracts promise: what was sent to be signed stays as it was sent, and what was agreed to can be
//! proven. A version is a snapshot with its hash: the clauses in the customer's language with every
//! field filled, both parties, the sums, and the offer that is its annex, so that it stands by itself
//! whatever becomes of the offer. A new version is a new row and never overwrites.
//!
//! A template is text that anybody in the office can read: parts, numbered clauses, fields that are
//! filled or refused by name and place, and marks for what holds only of some ([`text`]). The built-in
//! text of a language stands until somebody writes another. A contract takes a copy of its template, so
//! that its clauses can be changed before it is sent and a change of the template reaches none of them.
//!
//! The customer's answer is a row with its evidence, written once. States stand in one table
//! ([`state::TRANSITIONS`]), each step is a row with who, when and why.
//!
//! Contracts are a trade of their own and no part of `documents`: those are documents of an order,
//! numbered without gaps, issued at one stroke and never answered; a contract is negotiated, has versions
//! and an answer, and may come before the order. They are no part of `offers` either, which know of no
//! parties' representatives and no clauses. Contracts know nothing of orders, letters or the customer's
//! history, and read the offer nowhere: flows hand them its frozen version.

mod accept;
mod content;
mod fault;
mod list;
mod personal;
mod questions;
pub mod standard;
pub mod state;
mod store;
mod templates;
pub mod text;
mod versions;

pub use accept::{Acceptance, Consent, acceptance, keep_acceptance, keep_certificate};
pub use content::{Annex, Content, Paper, Side, Sums};
pub use fault::Fault;
pub use list::{ContractQuery, ContractRow, Contracts, list, of_offer, of_order, of_party};
pub use personal::{erase, export, repoint};
pub use questions::{Question, answer, ask, questions};
pub use state::{State, Step};
pub use store::{Contract, EventView, NewContract, by_token, contract, create, events, lock, ordered, reground, save, saw, step};
pub use templates::{Key, Template, add, drop_template, template, templates, write};
pub use text::{CONDITIONS, Clause, FIELDS, Part, Written};
pub use versions::{Version, keep_pdf, number, pdf_of, publish, version, versions};
