//! Offers promise: what was sent to a customer stays as it was sent. A version is a snapshot with its
//! hash; the page, the PDF and the order that follows are made from it and from nothing else, so that
//! their sums are one to the cent.
//!
//! While an offer is written it holds goods and wishes, no words: titles, pictures and prices are drawn
//! from the catalogue in the customer's language each time somebody looks, and frozen only when it is
//! sent. What a manager writes is kept in the manager's language and shown in its reviewed translation;
//! a version keeps both. The customer chooses among what was offered and nothing else; what they accept is a row with
//! its evidence. States stand in one table ([`state::TRANSITIONS`]), each step is a row with who, when
//! and why.
//!
//! Offers know nothing of orders, letters or the customer's history: flows call them all.

mod accept;
mod archive;
mod behalf;
mod content;
mod drawn;
mod edit;
mod fault;
mod holding;
mod invite;
mod list;
mod off;
mod personal;
mod questions;
pub mod state;
mod store;
mod sums;
mod tally;
mod templates;
pub mod texts;
mod trail;
mod versions;
mod words;

pub use accept::{Acceptance, Consent, acceptance, keep_acceptance, keep_certificate, ordered};
pub use archive::{Filed, count_filed, filed};
pub use behalf::{Evidence, How, keep_evidence};
pub use content::{Buyer, Content, Deposit, Freight, Goods, Hand, Item, Off, Range, Section, Terms, What, Written};
pub use drawn::{Choice, Delivery, Drawn, DrawnItem, DrawnSection, Facts, Taken};
pub use edit::{Edit, Head, Patch, Place};
pub use fault::Fault;
pub use holding::{Holding, holding};
pub use invite::{Invite, PURPOSE, whose};
pub use list::{OfferQuery, OfferRow, OfferSort, Offers, list, of_order, of_party};
pub use personal::{erase, export, repoint};
pub use questions::{Question, answer, ask, questions};
pub use state::{State, Step};
pub use store::{
    NewOffer, Offer, Origins, by_token, create, due_to_expire, lock, offer, save, saw, set_goods, set_totals, step, undo,
};
pub use sums::{ItemSum, SectionSum, Sums};
pub use tally::{Loss, Share, Tally, by_manager, losses, tally};
pub use templates::{Template, drop_template, keep_template, template, templates};
pub use texts::OwnText;
pub use trail::{Approval, EventView, approvals, approve, events};
pub use versions::{Version, fix, keep_pdf, number, pdf_of, publish, version, versions};
pub use words::{fields, fill};
