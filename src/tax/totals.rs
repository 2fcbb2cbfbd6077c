//! Net and VAT of gross sums: rounded once per rate, the other side by subtraction.

use rust_decimal::Decimal;
use serde::Serialize;

use super::{Fault, allocate};
use crate::kernel::{Currency, Money, Rate};

/// The sums of one rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RateTotal {
    pub rate: Rate,
    pub gross: Money,
    pub net: Money,
    pub vat: Money,
}

/// The sums of a document; `by_rate` falls from the highest rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Totals {
    pub gross: Money,
    pub net: Money,
    pub vat: Money,
    pub by_rate: Vec<RateTotal>,
}

/// The net of a gross sum: gross / (1 + rate), rounded once. VAT is gross − net, never rounded
/// by itself: at 12 % both sides of 0.14 would round up and make 0.15.
///
/// # Faults
/// `tax.too_large` when the amount does not fit.
pub fn net_of(gross: Money, rate: Rate) -> Result<Money, Fault> {
    let divisor = Decimal::ONE + rate.to_decimal();
    let exact = gross.to_decimal().checked_div(divisor).ok_or(Fault::TooLarge)?;
    Money::from_decimal(exact, gross.currency).ok_or(Fault::TooLarge)
}

/// Totals of gross parts (lines after their discounts, delivery) by rate.
///
/// No parts give zeros in the shop's home currency.
///
/// # Faults
/// `tax.currencies` for mixed currencies, `tax.too_large` when a sum does not fit.
pub fn gross_totals(parts: &[(Rate, Money)]) -> Result<Totals, Fault> {
    let currency = parts.first().map_or(Currency::EUR, |(_, money)| money.currency);
    let zero = Money::zero(currency);
    let mut by_rate: Vec<RateTotal> = Vec::new();
    for (rate, gross) in parts {
        let at = match by_rate.iter().position(|t| t.rate == *rate) {
            Some(at) => at,
            None => {
                by_rate.push(RateTotal { rate: *rate, gross: zero, net: zero, vat: zero });
                by_rate.len() - 1
            }
        };
        by_rate[at].gross = add(by_rate[at].gross, *gross)?;
    }
    by_rate.sort_by_key(|t| std::cmp::Reverse(t.rate));

    let mut totals = Totals { gross: zero, net: zero, vat: zero, by_rate };
    for total in &mut totals.by_rate {
        total.net = net_of(total.gross, total.rate)?;
        total.vat = total.gross.checked_sub(total.net).ok_or(Fault::TooLarge)?;
        totals.gross = add(totals.gross, total.gross)?;
        totals.net = add(totals.net, total.net)?;
        totals.vat = add(totals.vat, total.vat)?;
    }
    Ok(totals)
}

/// The net of every part, such that the nets of one rate sum to that rate's net (largest remainder).
///
/// # Faults
/// As [`gross_totals`].
pub fn net_shares(parts: &[(Rate, Money)]) -> Result<Vec<Money>, Fault> {
    let totals = gross_totals(parts)?;
    let mut nets: Vec<Money> = parts.iter().map(|(_, m)| Money::zero(m.currency)).collect();
    for total in &totals.by_rate {
        let of_rate: Vec<usize> = (0..parts.len()).filter(|i| parts[*i].0 == total.rate).collect();
        let weights: Vec<i64> = of_rate.iter().map(|i| parts[*i].1.minor).collect();
        for (i, share) in of_rate.into_iter().zip(allocate(total.net.minor, &weights)) {
            nets[i].minor = share;
        }
    }
    Ok(nets)
}

/// Splits an ancillary charge (delivery) or a document discount over the rates of the goods, by
/// their value: one part per rate, the parts summing to the charge.
///
/// # Faults
/// As [`gross_totals`].
pub fn pro_rata(charge: Money, goods: &[(Rate, Money)]) -> Result<Vec<(Rate, Money)>, Fault> {
    let totals = gross_totals(goods)?;
    let weights: Vec<i64> = totals.by_rate.iter().map(|t| t.gross.minor).collect();
    let shares = allocate(charge.minor, &weights);
    Ok(totals.by_rate.iter().zip(shares).map(|(t, minor)| (t.rate, Money::new(minor, charge.currency))).collect())
}

fn add(a: Money, b: Money) -> Result<Money, Fault> {
    if a.currency != b.currency {
        return Err(Fault::Currencies);
    }
    a.checked_add(b).ok_or(Fault::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Qty;
    use proptest::prelude::*;

    fn split(gross: i64, percent: i64) -> (i64, i64) {
        let t = gross_totals(&[(Rate::percent(percent), Money::eur(gross))]).unwrap();
        (t.net.minor, t.vat.minor)
    }

    #[test]
    fn the_examples_of_the_domain_notes() {
        assert_eq!(split(100_00, 21), (82_64, 17_36));
        assert_eq!(split(19_99, 21), (16_52, 3_47));
        assert_eq!(split(9_99, 5), (9_51, 48));
        assert_eq!(split(49_90, 12), (44_55, 5_35));
    }

    #[test]
    fn half_cent_ties_at_twelve_percent_still_add_up() {
        // G = 0.14 × odd: both sides end in exactly half a cent.
        for gross in (14..=1414).step_by(28) {
            let (net, vat) = split(gross, 12);
            assert_eq!(net + vat, gross);
        }
        assert_eq!(split(14, 12), (13, 1));
        assert_eq!(split(42, 12), (38, 4));
        assert_eq!(split(70, 12), (63, 7));
    }

    #[test]
    fn prices_that_no_net_reaches_keep_their_gross() {
        // No cent amount n has n + round(n × 21 %) = 1.99; the customer still paid 1.99.
        for gross in [3, 9, 14, 20, 26, 1_99, 12_99, 15_99, 18_99, 26_99] {
            let by_addition = (0..gross).any(|n| n + (n * 21 + 50) / 100 == gross);
            assert!(!by_addition, "{gross}");
            let (net, vat) = split(gross, 21);
            assert_eq!(net + vat, gross);
        }
        assert_eq!(split(1_99, 21), (1_64, 35));
    }

    #[test]
    fn the_unit_net_is_never_rounded_and_multiplied() {
        let line = Qty::pieces(7).times(Money::eur(1_01)).unwrap();
        assert_eq!(line, Money::eur(7_07));
        assert_eq!(net_of(line, Rate::percent(21)).unwrap(), Money::eur(5_84));
        assert_eq!(net_of(Money::eur(1_01), Rate::percent(21)).unwrap().minor * 7, 5_81);
    }

    #[test]
    fn vat_is_rounded_once_per_rate_not_per_line() {
        let lines = [(Rate::percent(21), Money::eur(12)); 10];
        let totals = gross_totals(&lines).unwrap();
        assert_eq!((totals.gross.minor, totals.net.minor, totals.vat.minor), (1_20, 99, 21));
        assert_eq!(net_shares(&lines).unwrap().iter().map(|m| m.minor).sum::<i64>(), 99);
    }

    #[test]
    fn rates_stand_apart_and_fall() {
        let parts =
            [(Rate::percent(5), Money::eur(9_99)), (Rate::percent(21), Money::eur(100_00)), (Rate::percent(5), Money::eur(1))];
        let totals = gross_totals(&parts).unwrap();
        assert_eq!(
            totals.by_rate.iter().map(|t| (t.rate, t.gross.minor)).collect::<Vec<_>>(),
            [(Rate::percent(21), 100_00), (Rate::percent(5), 10_00)]
        );
        assert_eq!(totals.gross, Money::eur(110_00));
    }

    #[test]
    fn delivery_follows_the_goods_by_value() {
        let goods = [(Rate::percent(21), Money::eur(75_00)), (Rate::percent(5), Money::eur(25_00))];
        assert_eq!(
            pro_rata(Money::eur(9_99), &goods).unwrap(),
            [(Rate::percent(21), Money::eur(7_49)), (Rate::percent(5), Money::eur(2_50))]
        );
    }

    #[test]
    fn currencies_do_not_mix() {
        let mixed = [(Rate::percent(21), Money::eur(1)), (Rate::percent(21), Money::new(1, "PLN".parse().unwrap()))];
        assert!(matches!(gross_totals(&mixed), Err(Fault::Currencies)));
    }

    proptest! {
        #[test]
        fn net_and_vat_always_make_the_gross(
            parts in prop::collection::vec((prop::sample::select(vec![0_i64, 5, 12, 19, 21, 25]), -5_000_000_i64..50_000_000), 0..30)
        ) {
            let parts: Vec<_> = parts.into_iter().map(|(p, m)| (Rate::percent(p), Money::eur(m))).collect();
            let totals = gross_totals(&parts).unwrap();
            prop_assert_eq!(totals.net.minor + totals.vat.minor, totals.gross.minor);
            prop_assert_eq!(totals.gross.minor, parts.iter().map(|(_, m)| m.minor).sum::<i64>());
            prop_assert_eq!(net_shares(&parts).unwrap().iter().map(|m| m.minor).sum::<i64>(), totals.net.minor);
        }

        #[test]
        fn a_credit_note_mirrors_its_invoice(gross in 0_i64..100_000_000, percent in 0_i64..30) {
            let (net, vat) = split(gross, percent);
            prop_assert_eq!(split(-gross, percent), (-net, -vat));
        }
    }
}
