//! Promotions promise: a code takes off exactly what it says and not a cent more, and a code for
//! a hundred uses is used a hundred times, however many want it at once.
//!
//! What is taken off is shared over the lines that the code is about by the largest remainder, so
//! that every line keeps its own rate of VAT and the sums of cart, order and invoice are one. A
//! code comes off the price in force, an announced reduction included: what is not announced to
//! everybody is no price reduction in the sense of Directive 98/6/EC.

mod change;
mod fault;
mod make;
mod share;
mod uses;
mod views;
mod weigh;

pub use change::{Limits, change};
pub use fault::Fault;
pub use make::{Codes, NewDiscount, add, random, stop, typed};
pub use share::{Gives, Part, Shares, share};
pub use uses::{Who, erase, export, give_back, redeem, repoint, take_again};
pub use views::{Discount, UseRow, codes, discount, list, uses};
pub use weigh::{Taken, weigh};
