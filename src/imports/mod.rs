//! What came in by files: runs, their problems, and what each product was before.
//!
//! The promise: a run is taken up where it stopped, the same file changes nothing twice, and what
//! a run did can be taken back as long as nobody has edited or ordered it since. A product in the
//! shop is told in the same words in which files tell it, so that what is told alike is left alone.

mod change;
mod fault;
mod image;
mod inbox;
mod onto;
mod price;
mod problem;
mod record;
mod told;

pub use change::{Change, changes, edited_since, forget, mark, owe, owed, remember, settle};
pub use fault::{Fault, problem_of};
pub use image::{Image, Market, images};
pub use inbox::Inbox;
pub use onto::{Merged, Surroundings, onto, shows, sku_of};
pub use price::Turn;
pub use problem::Problem;
pub use record::{
    Counts, Glance, Kept, Looked, NewRun, Preview, Run, STATES, Tally, Wish, advance, begin, begin_undo, end_undo, fail, finish,
    looked, note, note_look, note_undo, open_run, problem_counts, problems, receive, run, runs, set_state, start,
};
pub use told::{SOURCE, told};
