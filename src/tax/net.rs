//! Documents between businesses: prices without VAT, and VAT once per rate on their sum.

use super::{Fault, RateTotal, Totals};
use crate::kernel::{Currency, Money, Rate, UnitPrice, round_half_away};

/// Decimal places of a unit price without VAT. What is shown is what is multiplied: 10.00 with
/// 21 % is 8.2645, and seven of them are 57.85, not 57.82.
const PLACES: u32 = 4;

/// The unit price without VAT of a price on the tag.
///
/// # Faults
/// `tax.too_large` when the amount does not fit.
pub fn unit_net(gross: Money, rate: Rate) -> Result<UnitPrice, Fault> {
    let divisor = rust_decimal::Decimal::ONE + rate.to_decimal();
    let exact = gross.to_decimal().checked_div(divisor).ok_or(Fault::TooLarge)?;
    UnitPrice::from_decimal(round_half_away(exact, PLACES)).ok_or(Fault::TooLarge)
}

/// VAT on a net sum, rounded once (EN 16931 BT-117).
///
/// # Faults
/// `tax.too_large` when the amount does not fit.
pub fn vat_on(net: Money, rate: Rate) -> Result<Money, Fault> {
    let exact = net.to_decimal().checked_mul(rate.to_decimal()).ok_or(Fault::TooLarge)?;
    Money::from_decimal(exact, net.currency).ok_or(Fault::TooLarge)
}

/// Totals of net parts (lines after their discounts, delivery) by rate, falling from the highest.
///
/// No parts give zeros in the shop's home currency.
///
/// # Faults
/// `tax.currencies` for mixed currencies, `tax.too_large` when a sum does not fit.
pub fn net_totals(parts: &[(Rate, Money)]) -> Result<Totals, Fault> {
    let currency = parts.first().map_or(Currency::EUR, |(_, money)| money.currency);
    let zero = Money::zero(currency);
    let mut by_rate: Vec<RateTotal> = Vec::new();
    for (rate, net) in parts {
        let at = by_rate.iter().position(|t| t.rate == *rate).unwrap_or_else(|| {
            by_rate.push(RateTotal { rate: *rate, gross: zero, net: zero, vat: zero });
            by_rate.len() - 1
        });
        by_rate[at].net = add(by_rate[at].net, *net)?;
    }
    by_rate.sort_by_key(|t| std::cmp::Reverse(t.rate));
    let mut totals = Totals { gross: zero, net: zero, vat: zero, by_rate };
    for total in &mut totals.by_rate {
        total.vat = vat_on(total.net, total.rate)?;
        total.gross = add(total.net, total.vat)?;
        totals.gross = add(totals.gross, total.gross)?;
        totals.net = add(totals.net, total.net)?;
        totals.vat = add(totals.vat, total.vat)?;
    }
    Ok(totals)
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

    fn vat(nets: &[i64], percent: i64) -> i64 {
        let parts: Vec<_> = nets.iter().map(|n| (Rate::percent(percent), Money::eur(*n))).collect();
        net_totals(&parts).unwrap().vat.minor
    }

    #[test]
    fn vat_once_per_rate_by_the_vectors_of_the_domain_notes() {
        assert_eq!(vat(&[1_07; 7], 21), 1_57, "by line it would be 1.54");
        assert_eq!(vat(&[12; 10], 21), 25, "by line it would be 0.30");
        assert_eq!(vat(&[276_60], 21), 58_09);
        assert_eq!(vat(&[62_15], 5), 3_11);
        // The configured shelf of §9: 72.34 net.
        let shelf = net_totals(&[(Rate::percent(21), Money::eur(72_34))]).unwrap();
        assert_eq!((shelf.vat.minor, shelf.gross.minor), (15_19, 87_53));
    }

    #[test]
    fn the_prepayment_examples_of_the_domain_notes() {
        // A: lines 348.75 less 10.00, 61.20 VAT (276.60 at 21 %, 62.15 at 5 %), 142.63 paid before.
        let totals = net_totals(&[(Rate::percent(21), Money::eur(276_60)), (Rate::percent(5), Money::eur(62_15))]).unwrap();
        assert_eq!((totals.net.minor, totals.vat.minor, totals.gross.minor), (338_75, 61_20, 399_95));
        assert_eq!(totals.gross.minor - 142_63, 257_32);
        // B1: the advance comes off as a line of its own.
        let totals = net_totals(&[(Rate::percent(21), Money::eur(500_00)), (Rate::percent(21), Money::eur(-100_00))]).unwrap();
        assert_eq!((totals.net.minor, totals.vat.minor, totals.gross.minor), (400_00, 84_00, 484_00));
    }

    #[test]
    fn a_unit_price_is_what_is_multiplied() {
        let unit = unit_net(Money::eur(10_00), Rate::percent(21)).unwrap();
        assert_eq!(unit, UnitPrice(8_264_500));
        assert_eq!(unit.times(Qty::pieces(7), Currency::EUR), Some(Money::eur(57_85)));
        let screw = unit_net(Money::eur(3), Rate::percent(21)).unwrap();
        assert_eq!(screw.times(Qty::pieces(1000), Currency::EUR), Some(Money::eur(24_80)), "2 cents would make 20.00");
    }

    proptest! {
        #[test]
        fn net_and_vat_always_make_the_gross(
            parts in prop::collection::vec((prop::sample::select(vec![0_i64, 5, 12, 19, 21, 25]), -5_000_000_i64..50_000_000), 0..30)
        ) {
            let parts: Vec<_> = parts.into_iter().map(|(p, m)| (Rate::percent(p), Money::eur(m))).collect();
            let totals = net_totals(&parts).unwrap();
            prop_assert_eq!(totals.net.minor + totals.vat.minor, totals.gross.minor);
            prop_assert_eq!(totals.net.minor, parts.iter().map(|(_, m)| m.minor).sum::<i64>());
        }

        /// A net price that somebody typed comes back to the cent from the gross one that is stored. At
        /// 1 % four places are too few (1821.50 comes back as 1821.505); no country of the Union has
        /// a rate between nothing and France's 2.1 %.
        #[test]
        fn a_net_price_survives_being_stored_with_vat(net in 0_i64..10_000_000, percent in prop_oneof![Just(0_i64), 2_i64..30]) {
            let gross = net_totals(&[(Rate::percent(percent), Money::eur(net))]).unwrap().gross;
            let back = unit_net(gross, Rate::percent(percent)).unwrap();
            prop_assert_eq!(back.to_money(Currency::EUR), Some(Money::eur(net)));
        }

        #[test]
        fn a_credit_note_mirrors_its_invoice(net in 0_i64..100_000_000, percent in 0_i64..30) {
            prop_assert_eq!(vat(&[-net], percent), -vat(&[net], percent));
        }
    }
}
