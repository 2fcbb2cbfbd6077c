//! The one frozen line: what was agreed, in the words and at the price of that moment.

use serde::{Deserialize, Serialize};

use super::{Configured, Fault, ProductCard, Why};
use crate::{
    channels::TaxDisplay,
    kernel::{Locale, Money, ProductId, Qty, Rate, UnitAmount, UnitPrice, VariantId},
    tax,
};

/// A product as it was when somebody agreed to it. It holds no reference that could change its
/// words: ids are for finding the product again, if it still exists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Nil, as the variant, for a line in a person's own words ([`Line::written`]).
    pub product: ProductId,
    pub variant: VariantId,
    pub sku: String,
    pub title: String,
    pub variant_name: String,
    pub picture_hash: Option<String>,
    pub unit: String,
    pub qty: Qty,
    /// With VAT, for one unit.
    pub unit_gross: Money,
    /// With VAT, for the quantity and after its share of a discount; rounded once.
    pub total_gross: Money,
    /// Without VAT, for one unit.
    pub unit_net: UnitPrice,
    /// Without VAT, for the quantity; rounded once.
    pub total_net: Money,
    /// Which of the two was agreed; the other follows from the sums of the whole document.
    pub tax: TaxDisplay,
    /// Its share of a discount, in the way that was agreed.
    #[serde(default)]
    pub discount: Option<Money>,
    /// What is charged, which an export or another country's rate may make another than in the tag.
    pub rate: Rate,
    pub vat_category: String,
    pub locale: Locale,
    /// Of one unit.
    pub weight_g: Option<i64>,
    /// How it is taxed, by UNCL 5305.
    pub tax_code: String,
    /// What everybody paid for one unit (with VAT), where the customer agreed on another price.
    #[serde(default)]
    pub list_gross: Option<Money>,
    /// The agreement that made the price.
    #[serde(default)]
    pub why: Option<Why>,
    /// Of a configurable product: what was chosen.
    #[serde(default)]
    pub configured: Option<Configured>,
}

impl Line {
    /// Freezes a variant of a card.
    ///
    /// # Errors
    /// When the card has no such variant, the quantity is not above zero, or the sum does not fit.
    pub fn freeze(card: &ProductCard, variant: VariantId, qty: Qty) -> Result<Self, Fault> {
        if qty <= Qty::ZERO {
            return Err(Fault::NoQuantity);
        }
        let chosen = card.variant(variant).ok_or(Fault::NoVariant)?;
        let picture = chosen.picture.as_ref().or(card.picture.as_ref());
        let (unit_gross, list_gross, why) = chosen.at(qty);
        let rate = chosen.price.rate;
        let unit_net = tax::unit_net(unit_gross, rate).map_err(|_| Fault::TooLarge)?;
        let total_gross = qty.times(unit_gross).ok_or(Fault::TooLarge)?;
        let total_net = match card.tax {
            TaxDisplay::Gross => tax::net_of(total_gross, rate).map_err(|_| Fault::TooLarge)?,
            TaxDisplay::Net => unit_net.times(qty, card.currency).ok_or(Fault::TooLarge)?,
        };
        Ok(Self {
            product: card.product,
            variant,
            sku: chosen.sku.clone(),
            title: card.title.clone(),
            variant_name: chosen.name.clone(),
            picture_hash: picture.map(|p| p.hash.clone()),
            unit: card.unit.clone(),
            qty,
            unit_gross,
            total_gross,
            unit_net,
            total_net,
            tax: card.tax,
            rate,
            tax_code: "S".into(),
            discount: None,
            vat_category: card.vat_category.clone(),
            locale: card.locale,
            weight_g: chosen.weight_g,
            list_gross,
            why: why.cloned(),
            configured: None,
        })
    }

    /// The same line after its share of a discount, which comes off the sum that the buyer reads;
    /// the other one follows when the document is settled.
    pub fn less(mut self, share: Money) -> Self {
        if share.is_zero() {
            return self;
        }
        match self.tax {
            TaxDisplay::Gross => self.total_gross.minor -= share.minor,
            TaxDisplay::Net => self.total_net.minor -= share.minor,
        }
        self.discount = Some(share);
        self
    }

    /// The sum that the buyer reads, before the share of a discount.
    pub fn full(&self) -> Money {
        let shown = self.shown();
        Money { minor: shown.minor + self.discount.map_or(0, |d| d.minor), ..shown }
    }
}

impl Line {
    /// The price of one unit as the buyer reads it.
    pub fn each(&self) -> UnitAmount {
        match self.tax {
            TaxDisplay::Gross => self.unit_gross.into(),
            TaxDisplay::Net => UnitAmount { micro: self.unit_net.0, currency: self.unit_gross.currency },
        }
    }
    /// The sum that the buyer reads.
    pub fn shown(&self) -> Money {
        match self.tax {
            TaxDisplay::Gross => self.total_gross,
            TaxDisplay::Net => self.total_net,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        kernel::Currency,
        showcase::{Availability, Kind, PriceView, TextSource, VariantCard},
        translation::{TextOrigin, TextState},
    };

    fn card(title: &str, sku: &str, minor: i64) -> ProductCard {
        let gross = Money::eur(minor);
        let price = PriceView::plain(gross, gross, Rate::percent(21));
        let (origin, state, locale) = (TextOrigin::Human, TextState::Ok, Locale::LT);
        let variant = VariantCard {
            id: VariantId(uuid::Uuid::from_u128(2)),
            sku: sku.into(),
            gtin: None,
            name: "Alyva".into(),
            options: Vec::new(),
            price: price.clone(),
            tiers: Vec::new(),
            availability: Availability::InStock,
            picture: None,
            weight_g: Some(1200),
        };
        ProductCard {
            product: ProductId(uuid::Uuid::from_u128(1)),
            kind: Kind::Goods,
            title: title.into(),
            teaser: String::new(),
            url: "/lt/p/x".into(),
            slug: "x".into(),
            picture: None,
            pictures: Vec::new(),
            tags: Vec::new(),
            facts: Vec::new(),
            price,
            variants: vec![variant],
            availability: Availability::InStock,
            made_to_order: false,
            configurable: false,
            unit: "piece".into(),
            vat_category: "standard".into(),
            text: TextSource { origin, state, locale, fallback: false },
            locale,
            currency: Currency::EUR,
            tax: TaxDisplay::Gross,
        }
    }

    proptest! {
        /// Whatever becomes of the card, the line stays; and what lies in the database reads back as it was.
        #[test]
        fn freeze_then_rename_leaves_the_line_equal(
            title in ".{0,60}", other in ".{0,60}", sku in "[A-Z0-9-]{1,12}", minor in 0..10_000_000_i64, qty in 1..1_000_000_i64,
        ) {
            let mut shown = card(&title, &sku, minor);
            let variant = shown.variants[0].id;
            let line = Line::freeze(&shown, variant, Qty(qty)).unwrap();
            let stored = serde_json::to_string(&line).unwrap();
            shown = card(&other, "X", minor / 2 + 1);
            let later = Line::freeze(&shown, variant, Qty(qty)).unwrap();
            prop_assert_eq!(&line.title, &title);
            prop_assert_eq!(line.total_gross, Qty(qty).times(Money::eur(minor)).unwrap());
            prop_assert_eq!(serde_json::from_str::<Line>(&stored).unwrap(), line);
            prop_assert_eq!(later.title, other);
        }
    }
}
