//! Money in and out. What the outside says is written down before it is understood; every way that
//! money takes ends in the one step that settles it ([`super::steps::settling`]).

mod events;
mod hand;
mod pay;
mod refunds;
mod sweep;
#[cfg(test)]
mod tests;
mod waiting;

pub use events::{Receipted, process, receive};
pub use hand::{Entered, NewPayment, enter, home, looked_at, set_aside, set_deposit, undo};
pub use pay::{due, open_page, provider, returned};
pub use refunds::{MakeRefund, NewRefund, make_refund, refund};
pub use sweep::{Swept, compare, sweep};
pub use waiting::{remind, run_out};
