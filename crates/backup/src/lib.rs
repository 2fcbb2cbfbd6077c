//! Backup promises: the file holds the shop as it was at one moment, whole, whoever bought
//! meanwhile; nobody waited for it; what is restored from it is what was put in, row by row and
//! byte by byte, or nothing is.
//!
//! It knows tables and files and not what they mean: a table that a migration adds is in the next
//! backup without a word here. Rows are written in one form for both databases, so that a shop is
//! also carried from one to the other (`docs/adr/0006-one-file-for-both-databases.md`).

mod archive;
mod engine;
mod fault;
mod folder;
mod last;
mod lite;
mod make;
mod manifest;
mod postgres;
mod restore;
mod row;
mod staging;

pub use archive::check;
pub use fault::Fault;
pub use last::{Last, last, note};
pub use make::{Made, Shop, make, stream};
pub use manifest::{FORMAT, Manifest, Table};
pub use restore::{Target, restore};

/// Told how far a long work is: of what, how many, of how many (0: not known).
pub type Progress<'a> = &'a mut dyn FnMut(&str, u64, u64);
