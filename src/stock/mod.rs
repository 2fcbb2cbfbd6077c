//! Stock promises: nothing is sold twice. What is promised to an order is held by one conditional
//! statement, and what was there before and after every movement can be read back.
//!
//! `on_hand` is what a count would find at a location, `held` what is promised of it to orders and
//! checkouts and not shipped yet; the difference is free. An order *takes* (holds without end), a
//! checkout that waits *holds* until a moment, a shipment *ships* (off the shelf), a cancellation
//! *releases*. A variant that nobody described is tracked, and without stock it is out of stock.
//!
//! Every verb says whose availability word it changed ([`Shift`]): the flow shows those anew.

mod availability;
mod fault;
mod hold;
mod locations;
mod moves;
mod policy;
#[cfg(test)]
mod tests;
mod views;

pub use availability::{Availability, Places, Policy, Shift, Word, available, few};
pub use fault::Fault;
pub use hold::{Expired, Taken, expire_holds, hold, release, release_holder, take, take_all, take_if_there};
pub use locations::{Location, NewLocation, add_location, change_location, location_by_code, locations};
pub use moves::{Counted, Reason, adjust, count, count_many, ship};
pub use policy::{set_policies, set_policy};
pub use views::{Level, Movement, levels, movements};
