//! What a code is worth for some goods at this moment.

use super::{Fault, Gives, Part, Who, share, uses::used_by, views::by_code};
use crate::{
    channels::TaxDisplay,
    kernel::{self, Currency, DiscountId, Moment, Money, ProductId, Qty, Reads},
    pricing::{self, Goods},
    showcase::Line,
};

/// What a code takes off an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub discount: DiscountId,
    pub code: String,
    pub total: Money,
    /// Of each line, in their order.
    pub shares: Vec<Money>,
    pub free_delivery: bool,
}

impl Taken {
    /// The lines after their shares.
    pub fn off(&self, lines: Vec<Line>) -> Vec<Line> {
        debug_assert_eq!(self.shares.len(), lines.len());
        lines.into_iter().zip(&self.shares).map(|(line, share)| line.less(*share)).collect()
    }
}

/// Weighs a code as it is kept for lines before any discount. The inner fault is what the customer
/// is told; whether a use is left is decided once more when it is redeemed.
///
/// # Faults
/// Whatever the database says.
pub async fn weigh(
    db: &impl Reads,
    code: &str,
    (lines, currency): (&[Line], Currency),
    who: &Who,
    at: Moment,
) -> Result<Result<Taken, Fault>, kernel::Fault> {
    let Some(known) = by_code(db, code).await? else { return Ok(Err(Fault::Unknown)) };
    let d = &known.discount;
    if d.stopped_at.is_some() || d.valid_to.is_some_and(|to| to <= at) {
        return Ok(Err(Fault::Expired));
    }
    if d.valid_from > at {
        return Ok(Err(Fault::NotYet { from: d.valid_from }));
    }
    if known.most.is_some_and(|most| known.used >= most) {
        return Ok(Err(Fault::UsedUp));
    }
    if let Some(limit) = d.per_customer
        && used_by(db, d.id, who).await? >= limit
    {
        return Ok(Err(Fault::CustomerUsed));
    }
    let mut products: Vec<ProductId> = lines.iter().map(|l| l.product).collect();
    products.sort_unstable();
    products.dedup();
    let asks = !d.goods.categories.is_empty() && !products.is_empty();
    let shelves = if asks { pricing::shelves(db, &products).await? } else { Default::default() };
    let part = |l: &Line| {
        let stands = shelves.get(&l.product).map(Vec::as_slice).unwrap_or_default();
        let covered = d.goods.covers(&Goods { variant: l.variant, product: l.product, shelves: stands });
        let net = || l.unit_net.times(Qty::pieces(1), currency).map_or(0, |unit| unit.minor);
        let unit = if l.tax == TaxDisplay::Net { net() } else { l.unit_gross.minor };
        Part { covered, qty: l.qty, unit, total: l.shown().minor }
    };
    let parts: Vec<Part> = lines.iter().map(part).collect();
    Ok(judge(&known.discount, known.code, &parts, currency))
}

fn judge(d: &super::Discount, code: String, parts: &[Part], currency: Currency) -> Result<Taken, Fault> {
    let money = |minor| Money::new(minor, currency);
    let about: i64 = parts.iter().filter(|p| p.covered).map(|p| p.total).sum();
    let priced = matches!(d.gives, Gives::Amount(_)) || d.minimum.is_some();
    if !parts.iter().any(|p| p.covered) || priced && d.currency != currency {
        return Err(Fault::NotForThese);
    }
    if let Some(sum) = d.minimum.filter(|sum| about < sum.minor) {
        return Err(Fault::Minimum { sum, missing: money(sum.minor - about) });
    }
    let shares = share(d.gives, parts);
    let free_delivery = d.gives == Gives::FreeDelivery;
    if shares.total == 0 && !free_delivery {
        let pieces: i64 = parts.iter().filter(|p| p.covered).map(|p| p.qty.0 / 1000).sum();
        return Err(match d.gives {
            Gives::BuyGet { buy, gets } if pieces < buy + gets => Fault::MorePieces { n: buy + gets - pieces },
            _ => Fault::NotForThese,
        });
    }
    let of = shares.minor.into_iter().map(money).collect();
    Ok(Taken { discount: d.id, code, total: money(shares.total), shares: of, free_delivery })
}
