//! One change of many prices, seen before it is made.

use std::{collections::HashMap, str::FromStr};

use rust_decimal::Decimal;
use serde::Serialize;

use super::{Fault, NewPrice, Outcome, Price, PriceList, Reduction, list, percent_off, prices_of, set, set_prices};
use crate::kernel::{self, Moment, Money, PriceListId, Rate, Reads, Tx, VariantId, round_half_away, token};

/// What is done to each price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Signed: −20 % is `Rate::percent(-20)`.
    Percent(Rate),
    /// Signed minor units of the list's currency.
    Amount(i64),
    /// The same price for all, in minor units of the list's currency.
    To(i64),
}

/// Where the new prices end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(into = "&'static str")]
pub enum Rounding {
    /// At the cent.
    Cent,
    /// At the nearest whole unit: 12.00.
    Whole,
    /// At the nearest ninety: 11.90.
    Ninety,
}

impl Rounding {
    pub const ALL: &'static [Self] = &[Self::Cent, Self::Whole, Self::Ninety];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cent => "exact",
            Self::Whole => "whole",
            Self::Ninety => "ninety",
        }
    }
}
impl From<Rounding> for &'static str {
    fn from(rounding: Rounding) -> Self {
        rounding.as_str()
    }
}
impl FromStr for Rounding {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|r| r.as_str() == text).ok_or("exact, whole or ninety")
    }
}

/// A change of the prices of some variants in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkChange {
    pub list: PriceListId,
    pub variants: Vec<VariantId>,
    pub change: Change,
    pub rounding: Rounding,
    pub reduction: Reduction,
}

/// What would become of one price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proposal {
    pub variant: VariantId,
    pub before: Money,
    pub after: Money,
    /// Of an announced reduction; empty when it would be none, and then only the price changes.
    pub reference: Option<Money>,
    pub percent_off: Option<u32>,
}

/// All proposals and a stamp of them: the change is made only as it was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Preview {
    pub proposals: Vec<Proposal>,
    /// Variants of the selection that have no price in this list.
    pub without_price: usize,
    pub stamp: String,
}

/// How many prices a change touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize)]
pub struct Applied {
    pub changed: usize,
    pub unchanged: usize,
    /// Called a reduction but none; set as plain prices.
    pub not_reduced: usize,
}

/// What the change would do now. A percentage that is announced is taken from each product's own
/// reference price, as the law wants it ("−20 % on everything"), any other from the price in force.
///
/// # Faults
/// `pricing.no_list`, `pricing.leaves_nothing`.
pub async fn preview(db: &impl Reads, wanted: &BulkChange, at: Moment) -> Result<Preview, kernel::Fault> {
    let prices = prices_of(db, wanted.list, &wanted.variants, at).await?;
    let announced = wanted.reduction == Reduction::Announced;
    let list = list(db, wanted.list).await?;
    let lowest = if announced { set::lowest_now(db, wanted.list, &wanted.variants, at).await? } else { HashMap::new() };
    let mut proposals = Vec::with_capacity(prices.len());
    for variant in &wanted.variants {
        let Some(price) = prices.get(variant) else { continue };
        let reference = reference_of(&list, price, lowest.get(variant).copied(), at);
        proposals.push(propose(*variant, price, reference.filter(|_| announced), wanted)?);
    }
    let without_price = wanted.variants.len() - proposals.len();
    Ok(Preview { stamp: stamp_of(&proposals), without_price, proposals })
}

/// The stamp of some proposals: which variants, from what to what.
pub fn stamp_of(proposals: &[Proposal]) -> String {
    let seen: Vec<String> = proposals.iter().map(|p| format!("{} {} {}", p.variant, p.before.minor, p.after.minor)).collect();
    token::hash(&seen.join("\n"))
}

/// Makes the change that was previewed under `stamp`.
///
/// # Faults
/// `pricing.preview_stale` when a price has moved since: then nothing is written.
pub async fn apply(tx: &Tx, wanted: &BulkChange, stamp: &str) -> Result<Applied, kernel::Fault> {
    let now = preview(tx, wanted, tx.now()).await?;
    if !token::same(&now.stamp, stamp) {
        return Err(Fault::PreviewStale.into());
    }
    let new = |p: &Proposal| NewPrice { variant: p.variant, amount: p.after, reduction: wanted.reduction };
    let prices: Vec<NewPrice> = now.proposals.iter().map(new).collect();
    let mut applied = Applied::default();
    for outcome in set_prices(tx, wanted.list, &prices).await? {
        match outcome {
            Outcome::Unchanged => applied.unchanged += 1,
            Outcome::Set | Outcome::Reduced { .. } => applied.changed += 1,
            Outcome::NotReduced { .. } => applied.not_reduced += 1,
        }
    }
    Ok(applied)
}

/// What a reduction at `at` is measured by: the lowest price of the 30 days before, unless the
/// country lets a further cut keep the reference of the first.
pub(super) fn reference_of(list: &PriceList, price: &Price, lowest: Option<i64>, at: Moment) -> Option<Money> {
    let first = price.reference.zip(price.reduced_since).filter(|(_, since)| list.progressive.keeps_first(*since, at));
    first.map(|(reference, _)| reference).or_else(|| lowest.map(|minor| Money::new(minor, list.currency)))
}

fn propose(variant: VariantId, price: &Price, reference: Option<Money>, wanted: &BulkChange) -> Result<Proposal, Fault> {
    let before = price.amount;
    let after = changed(before, reference, wanted.change, wanted.rounding).ok_or(Fault::LeavesNothing)?;
    let reference = reference.filter(|reference| reference.minor > after.minor);
    Ok(Proposal { variant, before, after, reference, percent_off: reference.and_then(|r| percent_off(after, r)) })
}

/// What a change makes of a price: a percentage off comes from the reference where there is one
/// that is lower. `None` when nothing would be left.
pub(super) fn changed(before: Money, reference: Option<Money>, change: Change, rounding: Rounding) -> Option<Money> {
    let exact = match change {
        Change::Percent(percent) => {
            let base = reference.filter(|_| percent.0 < 0).map_or(before, |r| if r.minor < before.minor { r } else { before });
            base.to_decimal() * (Decimal::ONE + percent.to_decimal())
        }
        Change::Amount(minor) => Money::new(before.minor.checked_add(minor)?, before.currency).to_decimal(),
        Change::To(minor) => Money::new(minor, before.currency).to_decimal(),
    };
    let after = rounded(exact, before, rounding)?;
    // A percentage that is said aloud is given whole: the ending below it, not the nearest.
    let promised = reference.is_some() && matches!(change, Change::Percent(percent) if percent.0 < 0);
    let step = if rounding == Rounding::Cent { 1 } else { 10_i64.pow(before.currency.exponent()) };
    let over = promised && after.to_decimal() > exact;
    Some(Money { minor: if over { after.minor - step } else { after.minor }, ..after }).filter(|after| after.minor > 0)
}

/// The nearest price of the wanted ending that is not nothing.
pub(super) fn rounded(exact: Decimal, like: Money, rounding: Rounding) -> Option<Money> {
    let ninety = Decimal::new(9, 1);
    let whole = |d: Decimal| round_half_away(d, 0);
    let exact = match rounding {
        _ if exact <= Decimal::ZERO || like.currency.exponent() == 0 => exact,
        Rounding::Cent => exact,
        Rounding::Whole => whole(exact).max(Decimal::ONE),
        Rounding::Ninety => (whole(exact - ninety) + ninety).max(ninety),
    };
    Money::from_decimal(exact, like.currency)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn after(before: i64, change: Change, rounding: Rounding) -> Option<i64> {
        let price = Price {
            amount: Money::eur(before),
            reference: None,
            regular: None,
            reduced_since: None,
            campaign: None,
            since: Moment(0),
        };
        let list = PriceListId(uuid::Uuid::nil());
        let variant = VariantId(uuid::Uuid::nil());
        let wanted = BulkChange { list, variants: vec![variant], change, rounding, reduction: Reduction::None };
        propose(variant, &price, None, &wanted).ok().map(|p| p.after.minor)
    }

    #[test]
    fn endings_are_the_nearest_of_their_kind() {
        let up5 = Change::Percent(Rate::percent(5));
        assert_eq!(after(129_00, up5, Rounding::Cent), Some(135_45));
        assert_eq!(after(129_00, up5, Rounding::Whole), Some(135_00));
        assert_eq!(after(129_00, up5, Rounding::Ninety), Some(135_90));
        assert_eq!(after(20, up5, Rounding::Ninety), Some(90));
        assert_eq!(after(20, up5, Rounding::Whole), Some(1_00));
    }

    #[test]
    fn a_change_never_leaves_nothing() {
        assert_eq!(after(10_00, Change::Amount(-10_00), Rounding::Cent), None);
        assert_eq!(after(10_00, Change::Percent(Rate::percent(-100)), Rounding::Ninety), None);
        assert_eq!(after(10_00, Change::Amount(-1), Rounding::Cent), Some(9_99));
    }

    #[test]
    fn an_announced_percentage_is_taken_from_the_reference() {
        let price = Price {
            amount: Money::eur(100_00),
            reference: None,
            regular: None,
            reduced_since: None,
            campaign: None,
            since: Moment(0),
        };
        let variant = VariantId(uuid::Uuid::nil());
        let wanted = BulkChange {
            list: PriceListId(uuid::Uuid::nil()),
            variants: vec![variant],
            change: Change::Percent(Rate::percent(-20)),
            rounding: Rounding::Cent,
            reduction: Reduction::Announced,
        };
        let proposal = propose(variant, &price, Some(Money::eur(90_00)), &wanted).unwrap();
        assert_eq!((proposal.after, proposal.percent_off), (Money::eur(72_00), Some(20)));
    }

    proptest! {
        #[test]
        fn a_percentage_said_aloud_is_given_whole(
            before in 1_00_i64..10_000_000, lowest in 1_00_i64..10_000_000, percent in 1_i64..60, ending in 0_usize..3,
        ) {
            let (before, lowest) = (Money::eur(before), Money::eur(lowest));
            let change = Change::Percent(Rate::percent(-percent));
            if let Some(after) = changed(before, Some(lowest), change, Rounding::ALL[ending]) {
                let base = lowest.minor.min(before.minor);
                prop_assert!(after.minor * 100 <= base * (100 - percent), "{} of {}", after.minor, base);
                prop_assert!(percent_off(after, lowest).unwrap_or(0) >= u32::try_from(percent).unwrap());
            }
        }

        #[test]
        fn endings_hold(before in 1_i64..10_000_000, percent in -95_i64..300) {
            let change = Change::Percent(Rate::percent(percent));
            prop_assert_eq!(after(before, change, Rounding::Whole).unwrap() % 100, 0);
            prop_assert_eq!(after(before, change, Rounding::Ninety).unwrap() % 100, 90);
        }
    }
}
