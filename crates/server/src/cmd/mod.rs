//! Commands that do one thing and end.

pub mod export;
pub mod import;
