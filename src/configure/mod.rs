//! Configure promises: what can be made is priced from what it is made of, by formulas that the
//! manager writes, and the same choice costs the same wherever it is asked. A formula always ends;
//! what it cannot compute is an error with its place in the office and never a price in the shop.
//!
//! A kit is put together of goods of the shop and costs what they cost, less its discount.
//!
//! A definition is a text of statements (`number`, `choice`, `material`, `text`, `let`, `rule`,
//! `use`, `part`, `work`, `goods`, `discount`, `overhead`, `margin`, `round`, `minimum`); every version is kept, one is
//! in force, and an order freezes its own.

mod definition;
mod fault;
mod formula;
mod input;
mod mistake;
mod quote;
mod read;
mod store;
#[cfg(test)]
mod tests;

pub use definition::{Ask, Choice, Definition, Label, Parameter, RowKind, plain};
pub use fault::Fault;
pub use input::{Input, Word, field};
pub use mistake::{Mistake, Wrong};
pub use quote::{Quote, Refusal, Row};
pub use read::read;
pub use store::{
    Configurator, Version, all_in_force, configurable, examine, in_force, kits_among, kits_with, needed, put_in_force, save,
    set_goods, source, versions, withdraw,
};
