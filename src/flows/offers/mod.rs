//! Offers: written by a manager, sent, chosen from, accepted. What the customer accepts becomes an order
//! of the very lines that they saw, in the same transaction.

mod answer;
mod customer;
mod files;
mod goods;
mod order;
mod send;
#[cfg(test)]
mod sums_tests;
#[cfg(test)]
mod tests;
mod time;
mod view;
mod write;

pub use answer::answer;
pub(in crate::flows) use customer::agreed;
pub use customer::{Asking, Refusal, accept, ask, decline, opened, saw, want_again};
pub use files::{File, SetOffer, certificate, pdf, pdf_by_link, preview, set};
pub use goods::goods;
pub use order::{Accepted, order};
pub use send::{approve, prepare, reopen, revise, send, withdraw};
pub use time::expire;
pub use view::{Low, Page, Seen, Written, page, written};
pub use write::{Begin, Change, edit, find_lines, start, undo};
