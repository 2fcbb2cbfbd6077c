//! The ground everything stands on: money, time, ids, the transaction, faults.
//!
//! The kernel promises: one moment a transaction, one rounding function, no ambient clock
//! or randomness, and no way to write except through a [`Tx`] that a flow began.

mod actor;
mod amounts;
mod app;
mod clock;
pub mod db;
mod entropy;
mod fault;
mod fold;
mod generation;
pub mod idempotency;
mod ids;
pub mod journal;
mod locale;
pub mod merge;
mod mod97;
mod money;
pub mod numbering;
mod origin;
mod page;
pub mod qr;
mod qty;
mod rights;
pub mod seal;
pub mod settings;
pub mod testing;
pub mod token;
mod tx;
pub mod undo;

pub use actor::{Actor, KeyActor, Reach, Scope, StaffActor};
pub use amounts::Amounts;
pub use app::{App, AppBuilder};
pub use clock::{Clock, Date, Moment};
pub use db::{Database, Reader, Reads};
pub use entropy::Entropy;
pub use fault::{Fault, Faulty, Kind};
pub use fold::{fold, words};
pub use generation::{Generations, Subject};
pub use ids::*;
pub use locale::Locale;
pub use mod97::{checks, mod97};
pub use money::{Currency, Money, round_half_away};
pub use origin::Origin;
pub use page::{Page, cursor, from_cursor};
pub use qty::{Qty, Rate, UnitAmount, UnitPrice};
pub use rights::{Right, Role};
pub use settings::{Settings, Source};
pub use tx::Tx;
