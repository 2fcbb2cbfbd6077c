//! Contracts: made of an offer, written, sent, accepted online. What the customer accepts is the text
//! that was frozen when it was sent, with the offer as its annex in the same file.
//!
//! Whoever may write offers makes contracts of them; templates are the shop's and changed by whoever
//! keeps its settings.

mod check;
mod customer;
mod files;
mod questions;
mod send;
mod templates;
#[cfg(test)]
mod tests;
mod view;
mod write;

pub use check::{check, specimen};
pub use customer::{Refusal, accept, decline, saw};
pub use files::{File, SetContract, certificate, pdf, pdf_by_link, preview, set, signed};
pub use questions::{Asking, answer, ask};
pub use send::{revise, send, withdraw};
pub use templates::{add_template, drop_template, read_text, save_template};
pub use view::{Line, Page, Written, page, written, written_by};
pub use write::{Make, change, make};
