//! Bank statements: a file is read whole and kept, taken in by the worker in short transactions,
//! taken up after a kill, and what it could not decide is decided by a person.

mod book;
mod decide;
mod take;
#[cfg(test)]
mod tests;
mod work;

pub use decide::{book_apart, confirm, credit, leave, put_back, undo};
pub use take::{MOST, Upload, kept, take};
pub use work::{ImportStatement, run, work};
