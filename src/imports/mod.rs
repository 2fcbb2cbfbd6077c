//! What came in by files: runs, their problems, and what each product was before.
//!
//! The promise: a run is taken up where it stopped, the same file changes nothing twice, and what
//! a run did can be taken back as long as nobody has edited or ordered it since. A product in the
//! shop is told in the same words in which files tell it, so that what is told alike is left alone.

mod fault;
mod image;
mod onto;
mod record;
mod told;

pub use fault::Fault;
pub use image::{Image, Market, images};
pub use onto::{Merged, Surroundings, onto, shows, sku_of};
pub use record::{
    Change, Counts, NewRun, Problem, Run, Tally, advance, begin, changes, edited_since, finish, mark, note, open_run, problems,
    remember, run, runs, set_state,
};
pub use told::{SOURCE, told};
