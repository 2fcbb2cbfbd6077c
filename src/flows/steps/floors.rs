//! What lines cost the shop, and how low a price may go: asked once for as many lines as there are.

use rust_decimal::Decimal;

use crate::{
    kernel::{Fault, Money, Qty, Rate, Reads, Settings, VariantId},
    pricing::{self, Floor},
    showcase::Line,
};

/// The lowest price of goods that cost so much.
pub(crate) fn floor(settings: &Settings, cost: Option<Money>) -> Floor {
    // A hundred percent of a price cannot be left of it.
    Floor { cost, least: Rate::percent(settings.int("prices.least_margin").clamp(0, 99)) }
}

/// What one unit of each line costs the shop: the goods, those of a kit, or what a configurator counted
/// without overhead and margin. `None` where a part of it is not known, or is in another currency, and
/// for what is not of the catalogue.
pub(crate) async fn costs(db: &impl Reads, lines: &[&Line]) -> Result<Vec<Option<Money>>, Fault> {
    let mut goods: Vec<VariantId> = lines.iter().flat_map(|line| line.leaves()).map(|(variant, _)| variant).collect();
    goods.sort_unstable();
    goods.dedup();
    let known = pricing::costs(db, &goods).await?;
    let of = |line: &&Line| {
        let currency = line.unit_gross.currency;
        let each = |sum: Decimal| sum.checked_div(line.qty.to_decimal());
        match &line.configured {
            Some(by) if by.made_to_choice() => {
                let same = by.quote.net.currency == currency;
                each(by.quote.cost).filter(|_| same).and_then(|cost| Money::from_decimal(cost, currency))
            }
            _ if !line.of_catalogue() => None,
            _ => {
                let of = |(variant, qty): &(VariantId, Qty)| {
                    let cost = known.get(variant).filter(|cost| cost.currency == currency)?;
                    cost.to_decimal().checked_mul(qty.to_decimal())
                };
                let sum: Option<Decimal> = line.leaves().iter().map(of).sum();
                sum.and_then(each).and_then(|cost| Money::from_decimal(cost, currency))
            }
        }
    };
    Ok(lines.iter().map(of).collect())
}
