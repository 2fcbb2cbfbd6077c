//! Pictures across the trades that only read.
//!
//! The desk promises that what one commit was to write is all there: [`torn`] looks from
//! outside, at the rows themselves, and so does not believe the code that wrote them. [`abroad`] counts
//! what a law has to be decided by.

mod abroad;
mod buyers;
mod meant;
mod news;
mod whole;

pub use abroad::{Abroad, Reach, abroad};
pub use buyers::{Buyer, buyers, worst};
pub use meant::{Meant, meant_by_cart, meant_by_link, meant_by_offer};
pub use news::{CampaignNews, Held, NewGoods, NewPrice, News, Reader, Turn, news};
pub use whole::{Torn, torn};
