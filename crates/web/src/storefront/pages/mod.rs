//! What each page of the shop says to its template: the contract between handlers and themes.
//!
//! A template names nothing that does not stand here, and every page has samples, so that
//! `theme check` can render it in every language before a customer does.

mod account;
mod buying;
mod catalogue;
mod frame;
mod samples;

pub use account::*;
pub use buying::*;
pub use catalogue::*;
pub use frame::*;
pub use samples::samples;
