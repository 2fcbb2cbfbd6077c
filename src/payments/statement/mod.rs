//! Statements promise: a bank's file is read whole or refused with the place, the field and the
//! remedy of each mistake; an entry has one name, whichever file tells of it, so that reading a
//! day twice books it once; and every match with an open document says its score and its reasons.
//!
//! Pure: bytes and candidates in, entries and matches out. Rows are the part of [`super::bank`].
//!
//! Formats: camt.052, camt.053 and camt.054 of every version (by local name), and delimited text
//! by a [`Profile`] that is guessed from its header where none is given.

mod amount;
mod camt;
mod camt_entry;
mod camt_node;
mod date;
mod entry;
mod index;
mod keys;
mod matching;
mod names;
mod numbers;
mod problem;
mod profile;
mod read;
mod table;
mod text;

pub use date::iso as day;
pub use entry::{Balance, Entry, Flag, Head, Message, Other, Side, Totals};
pub use index::{Candidate, Index};
pub use matching::{Hold, Match, Proposal, Reason, Rules};
pub use problem::{Place, Problem, Wrong};
pub use profile::{Column, Profile};
pub use read::{Piece, Reader, Statement, open, read};
pub use text::{hash, text};
#[cfg(test)]
mod matching_tests;
#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;
