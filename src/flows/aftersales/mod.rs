//! After the sale: complaints, withdrawals and what follows from them.
//!
//! A declaration is one transaction: the case, its items counted off the order's lines, the customer's
//! history, the task with the law's term, the receipt and the letter's row. Nothing of it waits for mail.

mod check;
mod clock;
mod customer;
mod declare;
mod desk;
mod files;
mod find;
mod goods;
mod handle;
mod lines;
mod own;
mod recalls;
mod replace;
mod resolve;
#[cfg(test)]
mod tests;
mod view;

pub use check::{check, specimen};
pub use clock::watch;
pub use customer::{Rating, Words, dispatched, rate, take_back, write};
pub use declare::{Chosen, Form, Received, Whose, declare};
pub use desk::{link, note};
pub use files::{File, SetCasePaper, Upload, file, file_by_link, paper, paper_by_link, picture, set};
pub use find::{LinkWish, send_link};
pub use goods::{Came, inspect, receive};
pub use handle::{Label, answer, approve, ask, close, label, reject, reopen};
pub use lines::{Goods, Period, Returnable, returnable, returnable_by_id};
pub use own::{of_order, own};
pub use recalls::{Buyer, buyers, drop, save};
pub use replace::replace;
pub use resolve::{Doing, Worth, refund, refundable, resolve, worth};
pub use view::{CasePage, Handled, TranslateMessage, handled, page, wish_of};
