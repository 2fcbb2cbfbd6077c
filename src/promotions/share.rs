//! What a discount takes off each line: pure.

use crate::{
    kernel::{Qty, Rate, round_half_away},
    tax::allocate,
};

/// What a discount gives, in minor units of its currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// Off the goods that it is about.
    Percent(Rate),
    /// Off their sum, as far as it reaches.
    Amount(i64),
    FreeDelivery,
    /// Of every `buy` + `gets` pieces the cheapest `gets` are free.
    BuyGet {
        buy: i64,
        gets: i64,
    },
}

/// A line that it may be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Whether it is about these goods.
    pub covered: bool,
    pub qty: Qty,
    /// Of one unit, minor units.
    pub unit: i64,
    /// Of the line, minor units.
    pub total: i64,
}

/// What comes off each line, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shares {
    pub minor: Vec<i64>,
    pub total: i64,
}

/// Shares a discount over lines: never more than a line is worth, nothing where it is not about
/// them, and the shares sum to what is given.
pub fn share(gives: Gives, parts: &[Part]) -> Shares {
    let covered: Vec<usize> = (0..parts.len()).filter(|i| parts[*i].covered && parts[*i].total > 0).collect();
    let weights: Vec<i64> = covered.iter().map(|i| parts[*i].total).collect();
    let sum = weights.iter().fold(0_i64, |sum, w| sum.saturating_add(*w));
    let mut minor = vec![0; parts.len()];
    let given = match gives {
        Gives::FreeDelivery => 0,
        Gives::Amount(amount) => amount.min(sum),
        Gives::Percent(rate) => part_of(sum, rate),
        Gives::BuyGet { buy, gets } => {
            for (i, off) in free_pieces(parts, &covered, buy, gets) {
                minor[i] = off;
            }
            0
        }
    };
    // No share is a whole cent above its part of a sum that is at most theirs: none outgrows its line.
    for (i, off) in covered.into_iter().zip(allocate(given.max(0), &weights)) {
        minor[i] += off;
    }
    Shares { total: minor.iter().sum(), minor }
}

fn part_of(sum: i64, rate: Rate) -> i64 {
    let exact = rust_decimal::Decimal::from(sum) * rate.to_decimal();
    i64::try_from(round_half_away(exact, 0)).unwrap_or(0).clamp(0, sum)
}

/// Whole pieces only: half a metre is no second piece. Of equal prices the later line is free, so
/// that what was put in first is what was bought.
fn free_pieces(parts: &[Part], covered: &[usize], buy: i64, gets: i64) -> Vec<(usize, i64)> {
    let pieces = |i: usize| parts[i].qty.0.max(0) / 1000;
    let all: i64 = covered.iter().map(|i| pieces(*i)).sum();
    let group = buy.saturating_add(gets);
    if group <= 0 {
        return Vec::new();
    }
    let mut free = all / group * gets;
    let mut cheapest: Vec<usize> = covered.to_vec();
    cheapest.sort_by_key(|i| (parts[*i].unit, std::cmp::Reverse(*i)));
    let mut off = Vec::new();
    for i in cheapest {
        let n = pieces(i).min(free);
        free -= n;
        off.push((i, n.saturating_mul(parts[i].unit).min(parts[i].total)));
    }
    off
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        kernel::Money,
        tax::{gross_totals, net_shares},
    };

    fn part(covered: bool, pieces: i64, unit: i64) -> Part {
        Part { covered, qty: Qty::pieces(pieces), unit, total: unit * pieces }
    }

    #[test]
    fn ten_percent_of_thirds_is_whole() {
        let lines = [part(true, 1, 33_33), part(true, 1, 33_33), part(true, 1, 33_33), part(false, 1, 50_00)];
        assert_eq!(share(Gives::Percent(Rate::percent(10)), &lines), Shares { minor: vec![3_34, 3_33, 3_33, 0], total: 10_00 });
    }

    #[test]
    fn an_amount_reaches_no_further_than_its_goods() {
        let lines = [part(true, 2, 10_00), part(false, 1, 90_00)];
        assert_eq!(share(Gives::Amount(50_00), &lines).minor, [20_00, 0]);
        assert_eq!(share(Gives::Amount(5_00), &lines).minor, [5_00, 0]);
        assert_eq!(share(Gives::FreeDelivery, &lines).total, 0);
        assert_eq!(share(Gives::Amount(5_00), &[]).total, 0);
    }

    #[test]
    fn the_cheapest_pieces_are_free() {
        let three_for_two = Gives::BuyGet { buy: 2, gets: 1 };
        let lines = [part(true, 2, 10_00), part(true, 1, 7_00), part(true, 1, 7_00), part(false, 9, 1_00)];
        assert_eq!(share(three_for_two, &lines).minor, [0, 0, 7_00, 0], "four pieces make one group of three");
        assert_eq!(share(three_for_two, &[part(true, 2, 10_00)]).total, 0);
        assert_eq!(share(three_for_two, &[part(true, 7, 10_00)]).minor, [20_00]);
        let metres = Part { covered: true, qty: Qty(2_500), unit: 4_00, total: 10_00 };
        assert_eq!(share(Gives::BuyGet { buy: 1, gets: 1 }, &[metres]).minor, [4_00], "whole metres only");
    }

    fn any_gives() -> impl Strategy<Value = Gives> {
        prop_oneof![
            (1_i64..=1_000_000).prop_map(|micro| Gives::Percent(Rate(micro))),
            (1_i64..1_000_000).prop_map(Gives::Amount),
            Just(Gives::FreeDelivery),
            (1_i64..5, 1_i64..5).prop_map(|(buy, gets)| Gives::BuyGet { buy, gets }),
        ]
    }

    fn any_part() -> impl Strategy<Value = (Part, Rate)> {
        (any::<bool>(), 1_i64..20_000, 0_i64..5_000_00, prop::sample::select(vec![0_i64, 5, 12, 21])).prop_map(
            |(covered, milli, unit, rate)| {
                let total = Qty(milli).times(Money::eur(unit)).unwrap().minor;
                (Part { covered, qty: Qty(milli), unit, total }, Rate::percent(rate))
            },
        )
    }

    proptest! {
        #[test]
        fn every_cent_is_where_it_belongs(gives in any_gives(), lines in prop::collection::vec(any_part(), 0..25)) {
            let parts: Vec<Part> = lines.iter().map(|(part, _)| *part).collect();
            let off = share(gives, &parts);
            prop_assert_eq!(off.minor.iter().sum::<i64>(), off.total);
            let mut covered = 0;
            for (part, off) in parts.iter().zip(&off.minor) {
                prop_assert!(*off >= 0 && *off <= part.total, "{} off {:?}", off, part);
                prop_assert!(part.covered || *off == 0);
                covered += if part.covered { part.total } else { 0 };
            }
            match gives {
                Gives::Amount(amount) => prop_assert_eq!(off.total, amount.min(covered)),
                Gives::Percent(rate) => prop_assert_eq!(off.total, part_of(covered, rate)),
                Gives::FreeDelivery => prop_assert_eq!(off.total, 0),
                Gives::BuyGet { .. } => prop_assert!(off.total <= covered),
            }
            // What is left makes the same sum by rate, by line and in all.
            let left: Vec<(Rate, Money)> =
                lines.iter().zip(&off.minor).map(|((part, rate), off)| (*rate, Money::eur(part.total - off))).collect();
            let totals = gross_totals(&left).unwrap();
            let goods: i64 = parts.iter().map(|p| p.total).sum();
            prop_assert_eq!(totals.gross.minor, goods - off.total);
            prop_assert_eq!(totals.net.minor + totals.vat.minor, totals.gross.minor);
            prop_assert_eq!(net_shares(&left).unwrap().iter().map(|n| n.minor).sum::<i64>(), totals.net.minor);
        }

        #[test]
        fn fewer_pieces_are_free_than_bought(buy in 1_i64..5, gets in 1_i64..5, counts in prop::collection::vec((1_i64..9, 1_i64..100_00), 1..8)) {
            let parts: Vec<Part> = counts.iter().map(|(n, unit)| part(true, *n, *unit)).collect();
            let all: i64 = counts.iter().map(|(n, _)| n).sum();
            let off = share(Gives::BuyGet { buy, gets }, &parts);
            // The free ones are the cheapest of all: their sum is the smallest that so many pieces can make.
            let mut units: Vec<i64> = counts.iter().flat_map(|(n, unit)| vec![*unit; usize::try_from(*n).unwrap()]).collect();
            units.sort_unstable();
            let free = usize::try_from(all / (buy + gets) * gets).unwrap();
            prop_assert_eq!(off.total, units[..free].iter().sum::<i64>());
        }
    }
}
