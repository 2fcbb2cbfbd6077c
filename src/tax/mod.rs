//! Tax promises: what the customer was shown is what the customer pays, and the VAT in it is
//! taken out once per rate, so that net and VAT always add up to the price on the tag.
//!
//! Rates are dated rows by country and category; the rate is picked by the tax point, so that a
//! credit note on last year's supply still finds last year's rate. Prices of the shop are gross;
//! a business that was verified may read and pay by net ones. Where a sale goes to and who buys
//! decide the [`Treatment`]; a VAT number counts once the register said yes, never on a guess.
//! The rounding policy is [`POLICY`] and is printed on documents by that name.

mod buyer;
mod fault;
mod net;
mod rates;
mod register;
mod share;
mod totals;
mod treatment;
mod vat_code;

pub use buyer::{
    Answer, Buyer, Standing, VatState, answered, asking, buyer, erase, export, parked, reads_net, repoint, set_standing,
};
pub use fault::Fault;
pub use net::{net_totals, unit_net, vat_on};
pub use rates::{Law, LawRow, RateRow, Rates, law_rows, rate_of, rate_rows, rates, set_law, set_rate, take_back};
pub use register::{NoRegister, Register, Silence};
pub use share::allocate;
pub use totals::{RateTotal, Totals, gross_totals, net_of, net_shares, pro_rata};
pub use treatment::{EXEMPT, REVERSE_CHARGE, Sale, Treatment};
pub use vat_code::VatCode;

/// How sums are rounded: gross prices, net rounded half away from zero once per rate, VAT the difference.
pub const POLICY: &str = "gross-per-rate-half-away";

/// The category that goods and services have unless something else is said.
pub const STANDARD: &str = "standard";
