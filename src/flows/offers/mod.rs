//! Offers: written by a manager, sent, chosen from, accepted. What the customer accepts becomes an order
//! of the very lines that they saw, in the same transaction.

mod answer;
mod behalf;
#[cfg(test)]
mod behalf_tests;
mod check;
mod customer;
mod files;
mod goods;
mod links;
#[cfg(test)]
mod links_tests;
mod look;
mod order;
mod send;
#[cfg(test)]
mod sums_tests;
mod templates;
#[cfg(test)]
pub(super) mod tests;
mod texts;
mod time;
mod view;
mod write;

pub use answer::answer;
pub use behalf::{Open, Said, agree, open};
pub use check::{PICTURES, check, specimen};
pub(in crate::flows) use customer::agreed;
pub use customer::{Asking, Refusal, accept, ask, decline, saw, want_again};
pub use files::{File, SetOffer, certificate, certificate_of, pdf, pdf_by_link, preview, set};
pub use goods::goods;
pub use links::{link_token, looked, opened};
pub use look::{look, look_link};
pub use order::{Accepted, order};
pub use send::{Unread, approve, prepare, reopen, revise, send, withdraw};
pub use templates::{drop_template, keep_template, templates};
pub use texts::{Reviewed, Word, approve_green, review, texts, wishes};
pub use time::expire;
pub use view::{Low, Page, Price, Seen, Written, counted, page, written, written_by};
pub use write::{Begin, Change, edit, edit_once, find_lines, start, undo};
