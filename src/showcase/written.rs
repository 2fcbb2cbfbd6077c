//! Lines that are not frozen from a card as it stands: in a person's own words, at another quantity, at
//! a price without VAT to the cent.

use uuid::Uuid;

use super::{Fault, Line};
use crate::{
    channels::TaxDisplay,
    kernel::{Locale, Money, ProductId, Qty, Rate, UnitPrice, VariantId},
    tax,
};

/// What a person writes instead of goods of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    pub title: String,
    pub unit: String,
    /// One unit, as the buyer reads prices.
    pub price: Money,
    pub vat_category: String,
    /// What is charged at home on this category.
    pub rate: Rate,
    pub locale: Locale,
}

impl Line {
    /// A line of words: nothing of the catalogue, nothing leaves the stock for it.
    ///
    /// # Errors
    /// When the quantity is not above zero, or the sum does not fit.
    pub fn written(words: Words, qty: Qty, tax: TaxDisplay) -> Result<Self, Fault> {
        if qty <= Qty::ZERO {
            return Err(Fault::NoQuantity);
        }
        let zero = Money::zero(words.price.currency);
        let line = Self {
            product: ProductId(Uuid::nil()),
            variant: VariantId(Uuid::nil()),
            sku: String::new(),
            title: words.title,
            variant_name: String::new(),
            picture_hash: None,
            unit: words.unit,
            qty,
            unit_gross: zero,
            total_gross: zero,
            unit_net: UnitPrice(0),
            total_net: zero,
            tax,
            discount: None,
            rate: words.rate,
            vat_category: words.vat_category,
            locale: words.locale,
            weight_g: None,
            tax_code: "S".into(),
            list_gross: None,
            why: None,
            configured: None,
        };
        line.priced(words.price)
    }

    /// Whether it is goods of the catalogue.
    pub fn of_catalogue(&self) -> bool {
        !self.variant.0.is_nil()
    }

    /// The same line at this price of one unit, as the buyer reads it: a net price that was agreed is
    /// that price to the cent, whatever it is with VAT.
    ///
    /// # Errors
    /// [`Fault::TooLarge`].
    pub fn priced(mut self, unit: Money) -> Result<Self, Fault> {
        let too_large = |_| Fault::TooLarge;
        match self.tax {
            TaxDisplay::Gross => {
                self.unit_gross = unit;
                self.unit_net = tax::unit_net(unit, self.rate).map_err(too_large)?;
                self.total_gross = self.qty.times(unit).ok_or(Fault::TooLarge)?;
                self.total_net = tax::net_of(self.total_gross, self.rate).map_err(too_large)?;
            }
            TaxDisplay::Net => {
                self.unit_net = UnitPrice::from_money(unit);
                self.unit_gross = with_vat(unit, self.rate).ok_or(Fault::TooLarge)?;
                self.total_net = self.unit_net.times(self.qty, unit.currency).ok_or(Fault::TooLarge)?;
                self.total_gross = with_vat(self.total_net, self.rate).ok_or(Fault::TooLarge)?;
            }
        }
        Ok(self)
    }

    /// The same line for another quantity, at its price of one unit. Not for what is made to measure,
    /// whose price is that of the whole.
    ///
    /// # Errors
    /// As [`Line::written`].
    pub fn of(mut self, qty: Qty) -> Result<Self, Fault> {
        if qty <= Qty::ZERO || self.configured.is_some() {
            return Err(Fault::NoQuantity);
        }
        let currency = self.unit_gross.currency;
        self.qty = qty;
        self.total_gross = qty.times(self.unit_gross).ok_or(Fault::TooLarge)?;
        self.total_net = match self.tax {
            TaxDisplay::Gross => tax::net_of(self.total_gross, self.rate).map_err(|_| Fault::TooLarge)?,
            TaxDisplay::Net => self.unit_net.times(qty, currency).ok_or(Fault::TooLarge)?,
        };
        Ok(self)
    }
}

/// A net sum with its VAT, rounded once.
pub fn with_vat(net: Money, rate: Rate) -> Option<Money> {
    let whole = rust_decimal::Decimal::ONE.checked_add(rate.to_decimal())?;
    Money::from_decimal(net.to_decimal().checked_mul(whole)?, net.currency)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(minor: i64) -> Words {
        Words {
            title: "Montavimas".into(),
            unit: "service".into(),
            price: Money::eur(minor),
            vat_category: "standard".into(),
            rate: Rate::percent(21),
            locale: Locale::LT,
        }
    }

    #[test]
    fn a_net_price_stays_to_the_cent() {
        let line = Line::written(words(9_99), Qty::pieces(3), TaxDisplay::Net).unwrap();
        assert_eq!(
            (line.unit_net, line.total_net, line.unit_gross),
            (UnitPrice(9_990_000), Money::eur(29_97), Money::eur(12_09))
        );
        assert!(line.leaves().is_empty() && !line.of_catalogue());
    }

    proptest! {
        /// A line for another quantity is the line that would have been written for it.
        #[test]
        fn a_quantity_is_the_lines_own(minor in 0_i64..10_000_000, first in 1_i64..100_000, other in 1_i64..100_000, net in any::<bool>()) {
            let tax = if net { TaxDisplay::Net } else { TaxDisplay::Gross };
            let line = |qty| Line::written(words(minor), Qty(qty), tax).unwrap();
            prop_assert_eq!(line(first).of(Qty(other)).unwrap().shown(), line(other).shown());
        }
    }
}
