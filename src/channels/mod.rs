//! Channels promise: whoever shows or sells goods does so through one channel, which says in
//! which languages, currency and prices, from which stock, and for which web origins.
//!
//! The shop's own pages and the store API both stand on a channel. The publishable key names the
//! channel to clients of the store API; it is no secret.

mod fault;
mod origins;
mod views;
mod write;

pub use fault::Fault;
pub use origins::normalised;
pub use views::{Channel, TaxDisplay, all, by_code, by_id, by_origin};
pub use write::{NewChannel, add, change, renew_key, set_best_price, show_in};
