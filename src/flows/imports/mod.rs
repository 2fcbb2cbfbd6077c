//! Files in and out: taken in by chunks, taken up after a kill, undone, exported.

mod apply;
mod desk;
mod export;
mod source;
mod take;
mod undo;

pub use export::{Format, export};
pub use source::{Exam, Incoming, Preview, examine, preview, rejected};
pub use take::{Mode, Outcome, take};
pub use undo::{Undone, undo};
