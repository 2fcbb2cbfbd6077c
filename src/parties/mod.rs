//! Parties: the people and companies that the shop deals with.
//!
//! Parties promises:
//! - who typed an address is not who owns it: a typed e-mail or company code never opens the
//!   record, the prices or the data of another; it leaves a mark *likely the same as*;
//! - two records become one only by proof of the address or by a member of staff, and what
//!   was written under the one is then found under the other;
//! - an address, once proven, names at most one record;
//! - personal data can be handed over and erased, here and by every module that holds some.

mod address;
mod contact;
mod edit;
mod fault;
mod join;
mod likeness;
mod list;
mod personal;
mod resolve;
mod row;
#[cfg(test)]
mod tests;
mod views;
mod words;

pub use address::{Address, AddressView, addresses, remember_address};
pub use contact::{Contact, Email};
pub use edit::{Stage, Touched, edit, hand_over, set_group, set_manager, touch};
pub use fault::Fault;
pub use join::{Proof, join, owner_of, prove, refuse};
pub use likeness::{LikelyView, likely_same};
pub use list::{CustomerFilter, CustomerQuery, CustomerRow, CustomerSort, ManagerIs, list};
pub use personal::{emails, erase, export};
pub use resolve::{Resolved, resolve};
pub use views::{Brief, CustomerView, customer, follow, myself, within};
pub(crate) use views::{brief, briefs};
pub(crate) use words::search_sql;

/// True of a party row that nobody is responsible for yet; published to crm, whose rule for the
/// next manager must not spend a turn on a customer who has one. `$1` is the party.
pub(crate) const LACKS_MANAGER: &str = "exists (select 1 from party where id = $1 and manager is null)";

/// The parties of a manager; published to the lists of trades. Goes before the manager's placeholder.
pub(crate) const OF_MANAGER: &str = "select id from party where manager in";
