//! The bank's book promises: a statement's file is kept as it came and taken once, each entry is
//! written once whichever file tells of it, and what was decided about it can be seen and undone.
//!
//! The pure part, reading and matching, is [`super::statement`]; the money itself lies in the
//! ledger as a receipt of the provider `bank` whose object is the entry's key.

mod entry;
mod fault;
mod file;
mod views;

pub use entry::{
    Decision, Found, NewEntry, Stored, decide, entry, give_receipt, original, payers, same_booking, told_by_another, write,
};
pub use fault::Fault;
pub use file::{File, NewFile, advance, begin, fail, file, files, finish, open_file, take};
pub use views::{Answered, Counts, EntryView, Filter, StatementView, Told, counts, entries, one, statements, waiting};
