//! What goods cost the shop, and what is left of a price. For staff only.

use std::collections::HashMap;

use rust_decimal::Decimal;
use serde::Serialize;

use super::{Fault, views::CHUNK};
use crate::kernel::{self, Currency, Money, Qty, Rate, Reads, Tx, VariantId, db};

/// What is left of a net sum when the goods are paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Margin {
    /// Of one unit, without VAT.
    pub cost: Money,
    /// Of the whole sum; below zero when the goods cost more.
    pub left: Money,
    /// Of the net sum; `None` when that is nothing.
    pub rate: Option<Rate>,
}

impl Margin {
    /// The margin of a net sum for a quantity; `None` in another currency or where it does not fit.
    pub fn of(net: Money, cost: Money, qty: Qty) -> Option<Self> {
        let left = net.checked_sub(qty.times(cost)?)?;
        let rate = match net.minor {
            0 => None,
            _ => {
                let exact = left.to_decimal().checked_div(net.to_decimal())?.checked_mul(Decimal::from(1_000_000))?;
                i64::try_from(kernel::round_half_away(exact, 0)).ok().map(Rate)
            }
        };
        Some(Self { cost, left, rate })
    }
}

struct Row {
    variant_id: VariantId,
    currency: Currency,
    cost_minor: i64,
}
db::record!(Row { variant_id, currency, cost_minor });

/// What these goods cost the shop; what nobody wrote down is left out.
///
/// # Faults
/// Whatever the database says.
pub async fn costs(db: &impl Reads, variants: &[VariantId]) -> Result<HashMap<VariantId, Money>, kernel::Fault> {
    let mut found = HashMap::with_capacity(variants.len());
    for chunk in variants.chunks(CHUNK) {
        let marks = db::marks(chunk.len(), 1);
        let sql = format!("select variant_id, currency, cost_minor from variant_cost where variant_id in ({marks})");
        let rows: Vec<Row> = db::all(db, &sql, db::values(chunk)).await?;
        found.extend(rows.into_iter().map(|r| (r.variant_id, Money::new(r.cost_minor, r.currency))));
    }
    Ok(found)
}

/// Writes a cost down, or wipes it. Returns whether that is news.
///
/// # Faults
/// `pricing.negative`.
pub async fn set_cost(tx: &Tx, variant: VariantId, cost: Option<Money>) -> Result<bool, kernel::Fault> {
    let before = costs(tx, &[variant]).await?.get(&variant).copied();
    if before == cost {
        return Ok(false);
    }
    match cost {
        Some(cost) if cost.minor < 0 => return Err(Fault::Negative.into()),
        Some(cost) => {
            let sql = "insert into variant_cost (variant_id, currency, cost_minor, changed_at) values ($1,$2,$3,$4) on conflict (variant_id) \
                       do update set currency = excluded.currency, cost_minor = excluded.cost_minor, changed_at = excluded.changed_at";
            db::run(tx, sql, db::params![variant, cost.currency, cost.minor, tx.now()]).await?;
        }
        None => {
            db::run(tx, "delete from variant_cost where variant_id = $1", db::params![variant]).await?;
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_of_the_net_sum() {
        let margin = Margin::of(Money::eur(100_00), Money::eur(12_50), Qty::pieces(6)).unwrap();
        assert_eq!((margin.left, margin.rate), (Money::eur(25_00), Some(Rate::percent(25))));
        let loss = Margin::of(Money::eur(10_00), Money::eur(12_00), Qty::ONE).unwrap();
        assert_eq!((loss.left, loss.rate), (Money::eur(-2_00), Some(Rate::percent(-20))));
        assert_eq!(Margin::of(Money::eur(0), Money::eur(1_00), Qty::ONE).unwrap().rate, None, "a gift");
        let zloty = Money::new(1_00, "PLN".parse().unwrap());
        assert_eq!(Margin::of(Money::eur(1_00), zloty, Qty::ONE), None);
    }
}
