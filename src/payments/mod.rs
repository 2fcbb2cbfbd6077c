//! Payments promise: no cent that a provider, a bank or a till knows of is lost. What a provider
//! says is stored raw before it is understood, every movement of money is a signed row that is
//! never changed, and money that fits nowhere lies on a desk in sight.

mod gateway;
pub mod statement;

pub use gateway::{DisputeState, Event, Fact, Gateway, Listing, Refund, RefundState, Start, Started, Trouble, Unverified};
