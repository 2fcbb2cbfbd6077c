//! Payments promise: no cent that a provider, a bank or a till knows of is lost. What a provider
//! says is stored raw before it is understood, every movement of money is a signed row that is
//! never changed, and money that fits nowhere lies on a desk in sight.
//!
//! A *receipt* is money that came; its *entries* are the movements (came, went back, was disputed);
//! *allocations* say which order it pays. Each is undone by a reversing row. What an order owes is
//! computed in one place ([`Standing`]).
//!
//! Money at the provider = entries = allocations + what lies on the desk. `doctor` asks.

mod allocate;
mod attempt;
pub mod bank;
pub mod cash;
mod compare;
mod event;
mod fault;
mod gateway;
mod ledger;
mod method;
mod proof;
mod refund;
mod standing;
pub mod statement;
mod views;

pub use allocate::{Allocated, Cause, allocate, allocated_by, order_of_allocation, take_back, undo};
pub use attempt::{
    Attempt, AttemptState, ask_later, attempt, due, fail, live, move_on, of_order as attempts, of_session, open, started,
};
pub use compare::{Comparison, compare_begun, compare_ended, compared, comparison};
pub use event::{Known, Stored, failed, lock, pending, processed, raw, store};
pub use fault::Fault;
pub use gateway::{DisputeState, Event, Fact, Gateway, Listing, Refund, RefundState, Start, Started, Trouble, Unverified};
pub use ledger::{
    Movement, NewReceipt, Receipt, currency_of, find, move_money, name_of, orders_of, receipt, receive, set_aside, settle_dispute,
};
pub use method::Method;
pub use proof::{Unsound, unsound};
pub use refund::{RefundRow, booked, gave_up, refund, refunds, release, want};
pub use standing::{PaymentState, Standing, Told, meant, part_of};
pub use views::{AllocationView, DaySum, HomelessRow, ReceiptView, StuckEvent, day, homeless, of_order as receipts, stuck};
