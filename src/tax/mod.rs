//! Tax promises: what the customer was shown is what the customer pays, and the VAT in it is
//! taken out once per rate, so that net and VAT always add up to the price on the tag.
//!
//! Rates are dated rows by country and category; the rate is picked by the tax point, so that a
//! credit note on last year's supply still finds last year's rate. Prices of the shop are gross.
//! The rounding policy is [`POLICY`] and is printed on documents by that name.

mod fault;
mod rates;
mod share;
mod totals;

pub use fault::Fault;
pub use rates::{RateRow, Rates, rate_of, rates, set_rate};
pub use share::allocate;
pub use totals::{RateTotal, Totals, gross_totals, net_of, net_shares, pro_rata};

/// How sums are rounded: gross prices, net rounded half away from zero once per rate, VAT the difference.
pub const POLICY: &str = "gross-per-rate-half-away";

/// The category that goods and services have unless something else is said.
pub const STANDARD: &str = "standard";
