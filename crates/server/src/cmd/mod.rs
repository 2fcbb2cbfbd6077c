//! Commands that do one thing and end.

pub mod archive;
pub mod backup;
pub mod care;
pub mod doctor;
pub mod export;
pub mod import;
pub mod keys;
pub mod price;
pub mod print;
pub mod statement;
pub mod translate;
