//! Files in and out: taken in by chunks, taken up after a kill, undone, exported.

mod apply;
mod desk;
mod export;
mod source;
mod table;
mod take;
#[cfg(test)]
mod tests;
mod turn;
mod undo;
mod work;

pub use export::{Format, export};
pub use source::{Exam, Incoming, examine, rejected};
pub use table::table;
pub use take::{Mode, Outcome, take};
pub use turn::{TurnPrice, turn};
pub use undo::{UndoImport, Undone, ask_undo, undo, undo_job};
pub use work::{CheckImport, RunImport, Sent, check, error_rows, inbox, receive, start, work};

use crate::jobs::Payload;

/// Jobs of minutes, for a worker of their own.
pub const LONG: &[&str] = &[CheckImport::KIND, RunImport::KIND, UndoImport::KIND, super::statements::ImportStatement::KIND];
