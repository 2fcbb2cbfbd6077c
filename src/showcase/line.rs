//! The one frozen line: what was agreed, in the words and at the price of that moment.

use serde::{Deserialize, Serialize};

use super::{Fault, ProductCard};
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
        Ok(Self {
            product: card.product,
            variant,
            sku: chosen.sku.clone(),
            title: card.title.clone(),
            variant_name: chosen.name.clone(),
            picture_hash: picture.map(|p| p.hash.clone()),
            unit: card.unit.clone(),
            qty,
            unit_gross: chosen.price.gross,
            total_gross: qty.times(chosen.price.gross).ok_or(Fault::TooLarge)?,
            rate: chosen.price.rate,
            vat_category: card.vat_category.clone(),
            locale: card.locale,
            weight_g: chosen.weight_g,
        })
    }
}
