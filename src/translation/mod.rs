//! Every text of the shop, in every language, in one table.
//!
//! The promise: a text knows where it came from (a person, a machine, the memory, the
//! catalogue) and whether it still says what its source says. The text written first is the
//! source; when it changes, its translations go stale and stay readable. What is missing in a
//! language is found while reading (the language asked for, then the source, then whatever
//! there is) and never stored as if it were a translation. Rich texts are cleaned when set.
//!
//! A translation is found rather than made: an approved text of the same words, then the memory,
//! then a provider behind [`Translator`]. What a person wrote is never written over by any of
//! them, and numbers, codes, names and markup pass all of them unchanged ([`protect`]).

mod alike;
mod budget;
mod check;
pub mod exchange;
mod fault;
mod glossary;
mod html;
mod language;
mod memory;
mod plan;
pub mod protect;
mod review;
mod set;
#[cfg(test)]
mod tests;
mod text;
#[cfg(test)]
mod trade_tests;
mod translator;
mod views;

pub use budget::{Spent, UsageRow, month, reserve, settle, spent, usage};
pub use check::{Flag, Pair, Term, flags};
pub use fault::Fault;
pub use glossary::{NewTerm, TermView, drop_term, listed, names, put_terms, term, terms};
pub use html::{clean, lines, words};
pub use memory::{
    Domain, Entry, Hit, Narrow, NewMemory, Suggestion, change, count, entries, entry, exact, forget, keep, similar, tidied,
};
pub use plan::{Asked, Item, Plan, land, plan, requests, write};
pub use protect::Names;
pub use review::{Mark, Segment, approve, approve_green, edit, remember, segments};
pub use set::{clear, set, set_many};
pub use text::{NewText, Picked, TextOrigin, TextState, source_hash};
pub use translator::{Answer, Batch, NoTranslator, Quota, Translator, Trouble};
pub use views::{Text, Texts, open_count, texts_of};
