//! Money in minor units and the one rounding function of the house.

use std::{fmt, str::FromStr};

use rust_decimal::{Decimal, RoundingStrategy};
use sea_orm::{DbErr, TryGetError, TryGetable, sea_query};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::db::{Cell, Column};

/// Rounds half away from zero to `dp` decimal places, so that a credit note mirrors its
/// invoice (0.125 → 0.13, −2.675 → −2.68). Every sum of money is rounded here and nowhere else.
pub fn round_half_away(value: Decimal, dp: u32) -> Decimal {
    value.round_dp_with_strategy(dp, RoundingStrategy::MidpointAwayFromZero)
}

/// An ISO 4217 code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

impl Currency {
    pub const EUR: Self = Self(*b"EUR");

    /// The three letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// Decimal places of the minor unit (ISO 4217 exponent).
    pub fn exponent(&self) -> u32 {
        match &self.0 {
            b"JPY" | b"ISK" | b"KRW" => 0,
            b"KWD" | b"BHD" => 3,
            _ => 2,
        }
    }
}

impl FromStr for Currency {
    type Err = &'static str;
    /// Accepts the codes that this shop can calculate with; anything else is an error, so
    /// that a typing slip in an import never becomes a currency.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const KNOWN: &[&[u8; 3]] = &[
            b"EUR", b"PLN", b"USD", b"GBP", b"SEK", b"DKK", b"NOK", b"CZK", b"HUF", b"CHF", b"RON", b"BGN", b"UAH", b"JPY",
            b"ISK", b"KWD", b"BHD", b"CAD", b"AUD",
        ];
        let bytes: [u8; 3] = text.as_bytes().try_into().map_err(|_| "not a currency code")?;
        let upper = bytes.map(|b| b.to_ascii_uppercase());
        if KNOWN.iter().any(|known| **known == upper) { Ok(Self(upper)) } else { Err("unknown currency") }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}
impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
impl From<Currency> for sea_query::Value {
    fn from(c: Currency) -> Self {
        c.as_str().to_owned().into()
    }
}
impl Column for Currency {
    fn of(cell: &Cell) -> Option<Self> {
        if let Cell::Text(text) = cell { text.parse().ok() } else { None }
    }
}
impl TryGetable for Currency {
    fn try_get_by<I: sea_orm::ColIdx>(res: &sea_orm::QueryResult, index: I) -> Result<Self, TryGetError> {
        let text = String::try_get_by(res, index)?;
        text.parse().map_err(|e: &str| TryGetError::DbErr(DbErr::Type(format!("{text}: {e}"))))
    }
}

/// An amount in minor units (cents for EUR) of one currency.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Money {
    pub minor: i64,
    pub currency: Currency,
}

impl Money {
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }
    /// Euro cents.
    pub const fn eur(minor: i64) -> Self {
        Self::new(minor, Currency::EUR)
    }
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }
    pub fn is_zero(&self) -> bool {
        self.minor == 0
    }
    /// `None` when the currencies differ or the sum does not fit.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        (self.currency == other.currency).then_some(())?;
        Some(Self::new(self.minor.checked_add(other.minor)?, self.currency))
    }
    /// `None` when the currencies differ or the difference does not fit.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        (self.currency == other.currency).then_some(())?;
        Some(Self::new(self.minor.checked_sub(other.minor)?, self.currency))
    }
    /// The amount in major units, exact (12.30).
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.minor, self.currency.exponent())
    }
    /// Rounds a major-unit amount to the minor unit; `None` when it does not fit.
    pub fn from_decimal(amount: Decimal, currency: Currency) -> Option<Self> {
        let rounded = round_half_away(amount, currency.exponent());
        let scaled = rounded.checked_mul(Decimal::from(10_i64.pow(currency.exponent())))?;
        i64::try_from(scaled.trunc().mantissa() / 10_i128.pow(scaled.trunc().scale()))
            .ok()
            .map(|minor| Self::new(minor, currency))
    }
    /// The wire form of the amount: a decimal string with the currency's places ("12.30").
    pub fn amount_text(&self) -> String {
        let mut d = self.to_decimal();
        d.rescale(self.currency.exponent());
        d.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rounding_is_half_away_from_zero() {
        // The vectors of the domain notes, §9.
        for (input, want) in [("0.125", "0.13"), ("1.005", "1.01"), ("-2.675", "-2.68"), ("58.086", "58.09"), ("3.1075", "3.11")]
        {
            assert_eq!(round_half_away(input.parse().unwrap(), 2).to_string(), want);
        }
    }

    #[test]
    fn a_currency_has_its_own_places() {
        // The exponents of the domain notes, §9.
        let of = |code: &str| code.parse::<Currency>().unwrap().exponent();
        for code in ["EUR", "PLN", "USD", "GBP", "SEK", "DKK", "NOK", "CZK", "HUF"] {
            assert_eq!(of(code), 2, "{code}");
        }
        assert_eq!((of("JPY"), of("ISK"), of("KWD"), of("BHD")), (0, 0, 3, 3));
    }

    #[test]
    fn the_wire_form_keeps_its_zeros() {
        assert_eq!(Money::eur(1230).amount_text(), "12.30");
        assert_eq!(Money::eur(-5).amount_text(), "-0.05");
        assert_eq!(Money::new(500, "JPY".parse().unwrap()).amount_text(), "500");
    }

    proptest! {
        #[test]
        fn decimal_and_minor_agree(minor in -9_000_000_000_000_i64..9_000_000_000_000) {
            let money = Money::eur(minor);
            prop_assert_eq!(Money::from_decimal(money.to_decimal(), Currency::EUR), Some(money));
        }
    }
}
