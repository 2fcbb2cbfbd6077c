//! A configured product as a line: the card says what it is, its configurator what it costs.

use serde::{Deserialize, Serialize};

use super::{
    Components, Line, ProductCard, kit,
    kit::{Assembled, Part},
    written::with_vat,
};
use crate::{
    channels::TaxDisplay,
    configure::{self, Configurator, Input, Quote, Refusal},
    kernel::{self, ConfiguratorId, Money, Qty, Rate, UnitPrice, VariantId},
    tax,
};

/// What was chosen and what it is made of, as it was then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Configured {
    pub configurator: ConfiguratorId,
    pub version: i64,
    pub quote: Quote,
    /// Of a kit: the goods in it, which are what leaves the stock.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// Where the formulas count in another currency than was paid: millionths of the one that was paid
    /// for one of theirs, which is what the quote's sums are in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_micro: Option<i64>,
}

impl Configured {
    /// Whether it was made for this customer, as a kit of goods from the shelf is not: what is made
    /// to choice is not taken back.
    pub fn made_to_choice(&self) -> bool {
        self.parts.is_empty()
    }
}

impl Line {
    /// Freezes a choice. The sum is that of the whole quantity, since setting up is shared by it;
    /// the price of one is that sum's part, rounded for reading. A percentage that the customer agreed
    /// on comes off the sum; a price that they agreed on is about goods from the shelf. In a further
    /// currency the sum with VAT is converted by the rate of the day and ends as prices of the reader's
    /// list end; the percentage comes off after that, as it does off the prices of goods.
    ///
    /// # Errors
    /// By parameter `set.CODE` or rule what cannot be made; `configure.broken` when a formula
    /// fails; `configure.currency`.
    pub fn configured(
        card: &ProductCard,
        by: &Configurator,
        (input, qty): (&Input, Qty),
        components: &Components,
    ) -> Result<Self, kernel::Fault> {
        let variant = card.variants.first().ok_or(super::Fault::NoVariant)?;
        let line = Self::freeze(card, variant.id, qty)?;
        let mut quote = by.definition.quote(input, qty, card.locale).inspect_err(|refusal| {
            if let Refusal::Broken(mistake) = refusal {
                tracing::error!(product = %by.product, version = by.version, ?mistake, "a configurator cannot compute");
            }
        })?;
        let why = variant.at(qty).2.filter(|why| why.off.is_some());
        let off = why.and_then(|why| why.off);
        let too_large = || configure::Fault::TooLarge;
        let mut rate_micro = None;
        let (net, Assembled { parts, full, total: total_gross }) = if by.definition.is_kit() {
            let kit = kit::assemble(by, &mut quote, components, (card, off))?;
            quote.net = tax::net_of(kit.total, line.rate)?;
            (quote.net, kit)
        } else if by.definition.currency != card.currency {
            let sum = with_vat(quote.net, line.rate).ok_or_else(too_large)?;
            let (full, rate) = components.changed(sum, card.currency).ok_or(configure::Fault::Currency)?;
            let total = less(full, off).ok_or_else(too_large)?;
            rate_micro = Some(rate);
            (tax::net_of(total, line.rate)?, Assembled { parts: Vec::new(), full, total })
        } else {
            let net = less(quote.net, off).ok_or_else(too_large)?;
            let gross = |net| with_vat(net, line.rate).ok_or_else(too_large);
            (net, Assembled { parts: Vec::new(), full: gross(quote.net)?, total: gross(net)? })
        };
        let each = |sum: Money| {
            let exact = sum.to_decimal().checked_div(qty.to_decimal())?;
            Money::from_decimal(exact, card.currency)
        };
        let unit_gross = each(total_gross).ok_or_else(too_large)?;
        let unit_net = net.to_decimal().checked_div(qty.to_decimal()).and_then(UnitPrice::from_decimal);
        let unit_net = unit_net.ok_or_else(too_large)?;
        let total_net = match line.tax {
            TaxDisplay::Net => net,
            TaxDisplay::Gross => tax::net_of(total_gross, line.rate)?,
        };
        let mut words: Vec<String> =
            parts.iter().map(|part| format!("{} × {}", part.qty.to_decimal().normalize(), part.title)).collect();
        if parts.is_empty() {
            words = quote.words.iter().map(|word| format!("{}: {}", word.name, word.value)).collect();
        }
        Ok(Self {
            unit_gross,
            total_gross,
            unit_net,
            total_net,
            variant_name: words.join(" · "),
            list_gross: why.and_then(|_| each(full)),
            why: why.cloned(),
            configured: Some(Configured { configurator: by.id, version: by.version, quote, parts, rate_micro }),
            ..line
        })
    }

    /// What leaves the stock for it: itself, or the goods of a kit.
    pub fn leaves(&self) -> Vec<(VariantId, Qty)> {
        match &self.configured {
            Some(by) if !by.parts.is_empty() => by.parts.iter().map(|part| (part.variant, part.qty)).collect(),
            _ if !self.of_catalogue() => Vec::new(),
            _ => vec![(self.variant, self.qty)],
        }
    }
}

/// What is left of a sum after a percentage.
pub(super) fn less(sum: Money, off: Option<Rate>) -> Option<Money> {
    let Some(off) = off else { return Some(sum) };
    let left = rust_decimal::Decimal::ONE.checked_sub(off.to_decimal())?;
    Money::from_decimal(sum.to_decimal().checked_mul(left)?, sum.currency)
}
