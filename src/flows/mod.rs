//! The use cases. The only floor that begins and commits a transaction.
//!
//! Each flow's first line asks what the actor may; what depends on the record is asked
//! again once it is read, before anything is written. A flow never calls a flow.

#[cfg(test)]
mod abroad_tests;
pub mod accounts;
pub mod aftersales;
pub mod archive;
#[cfg(test)]
mod campaign_tests;
pub mod campaigns;
pub mod carts;
pub mod catalogue;
pub mod checkout;
pub mod configure;
#[cfg(test)]
mod configure_tests;
pub mod contracts;
#[cfg(test)]
mod counter;
#[cfg(test)]
mod currency_tests;
pub mod digest;
#[cfg(test)]
mod digest_tests;
#[cfg(test)]
mod discount_tests;
pub mod discounts;
#[cfg(test)]
mod document_tests;
pub mod documents;
pub mod imports;
pub mod inquiries;
#[cfg(test)]
mod kit_tests;
pub mod letters;
pub mod market;
pub mod media;
pub mod offers;
pub mod orders;
pub mod payments;
#[cfg(test)]
mod people_tests;
#[cfg(test)]
mod plans_tests;
pub mod price_lists;
pub mod prices;
pub mod search;
#[cfg(test)]
mod selling_tests;
pub mod settings;
pub mod staff;
pub mod statements;
mod steps;
pub mod stock;
pub mod tax;
#[cfg(test)]
mod tax_tests;
pub mod teams;
#[cfg(test)]
mod teams_tests;
pub mod terms;
#[cfg(test)]
mod terms_tests;
pub mod translations;
pub mod undo;
pub mod upkeep;
pub mod work;
