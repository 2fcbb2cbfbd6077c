//! Quantities in thousandths, rates in millionths, unit prices in millionths of the major unit.

use rust_decimal::Decimal;
use sea_orm::DeriveValueType;
use serde::{Deserialize, Serialize};

use super::money::{Currency, Money};

/// A quantity in thousandths of its unit (1 piece = 1000, 0.5 m = 500).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize, DeriveValueType)]
#[serde(transparent)]
pub struct Qty(pub i64);
crate::column_as!(Qty, i64);

impl Qty {
    pub const ZERO: Self = Self(0);
    pub const ONE: Self = Self(1000);
    pub const fn pieces(n: i64) -> Self {
        Self(n * 1000)
    }
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.0, 3)
    }
    /// Line amount: unit price × quantity, rounded once; `None` when it does not fit.
    pub fn times(self, unit: Money) -> Option<Money> {
        Money::from_decimal(unit.to_decimal().checked_mul(self.to_decimal())?, unit.currency)
    }
}

/// A rate in millionths (21 % = 210 000).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize, DeriveValueType)]
#[serde(transparent)]
pub struct Rate(pub i64);
crate::column_as!(Rate, i64);

impl Rate {
    pub const ZERO: Self = Self(0);
    pub const fn percent(p: i64) -> Self {
        Self(p * 10_000)
    }
    /// 0.21 for 21 %.
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.0, 6)
    }
}

/// A unit price in millionths of the major unit: 0.0345 € exists, as does the exact net of a gross price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize, DeriveValueType)]
#[serde(transparent)]
pub struct UnitPrice(pub i64);
crate::column_as!(UnitPrice, i64);

impl UnitPrice {
    pub fn from_money(money: Money) -> Self {
        Self(money.minor * 10_i64.pow(6 - money.currency.exponent()))
    }
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.0, 6)
    }
    /// `None` when it does not fit.
    pub fn from_decimal(amount: Decimal) -> Option<Self> {
        let micro = super::round_half_away(amount, 6).checked_mul(Decimal::from(1_000_000))?;
        i64::try_from(micro.trunc()).ok().map(Self)
    }
    /// Line amount: unit price × quantity, rounded once; `None` when it does not fit.
    pub fn times(self, qty: Qty, currency: Currency) -> Option<Money> {
        Money::from_decimal(self.to_decimal().checked_mul(qty.to_decimal())?, currency)
    }
    /// Rounded to the minor unit, for display.
    pub fn to_money(self, currency: Currency) -> Option<Money> {
        Money::from_decimal(self.to_decimal(), currency)
    }
}

/// A unit price as it is read: with the currency's places, and as many more (up to four) as it
/// takes to be what is multiplied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct UnitAmount {
    /// Millionths of the major unit.
    pub micro: i64,
    pub currency: Currency,
}
impl From<Money> for UnitAmount {
    fn from(money: Money) -> Self {
        Self { micro: UnitPrice::from_money(money).0, currency: money.currency }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_rounded_once() {
        assert_eq!(Qty(1500).times(Money::eur(333)), Some(Money::eur(500))); // 4.995 → 5.00
        assert_eq!(Qty::pieces(7).times(Money::eur(101)), Some(Money::eur(707)));
    }
}
