//! The one frozen line: what was agreed, in the words and at the price of that moment.

use serde::{Deserialize, Serialize};

use super::{Configured, Fault, ProductCard, Why};
use crate::kernel::{Locale, Money, ProductId, Qty, Rate, VariantId};

/// A product as it was when somebody agreed to it. It holds no reference that could change its
/// words: ids are for finding the product again, if it still exists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
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
    /// With VAT, for the quantity; rounded once.
    pub total_gross: Money,
    pub rate: Rate,
    pub vat_category: String,
    pub locale: Locale,
    /// Of one unit.
    pub weight_g: Option<i64>,
    /// What everybody paid for one unit, where the customer agreed on another price.
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
            total_gross: qty.times(unit_gross).ok_or(Fault::TooLarge)?,
            rate: chosen.price.rate,
            vat_category: card.vat_category.clone(),
            locale: card.locale,
            weight_g: chosen.weight_g,
            list_gross,
            why: why.cloned(),
            configured: None,
        })
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
            unit: "piece".into(),
            vat_category: "standard".into(),
            text: TextSource { origin, state, locale, fallback: false },
            locale,
            currency: Currency::EUR,
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
