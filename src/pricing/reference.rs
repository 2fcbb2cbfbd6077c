//! The reference price of an announced reduction: pure arithmetic on a history.

use time::Duration;

use crate::kernel::{Moment, Money};

/// A price in force from a moment until the next entry; `None` while nothing was on sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InForce {
    pub from: Moment,
    pub minor: Option<i64>,
}

/// The lowest price in force at any moment of the 30 days before `start`, that is in
/// [start − 30 days, start). The history is in order of time; entries at or after `start` do not
/// count. `None` when nothing was on sale in that time.
///
/// Goods on sale for less than 30 days are judged by what history there is.
pub fn lowest_before(history: &[InForce], start: Moment) -> Option<i64> {
    let window = thirty_days_before(start);
    let ends = history.iter().skip(1).map(|next| next.from).chain([start]);
    history
        .iter()
        .zip(ends)
        .map(|(price, end)| (price, end.min(start)))
        // Half-open: what ended exactly when the window opens was not in force in it, and what
        // was replaced in the same moment was never in force at all.
        .filter(|(price, end)| *end > window && *end > price.from)
        .filter_map(|(price, _)| price.minor)
        .min()
}

/// The same time of day 30 calendar days earlier in the shop's zone: across a change of the
/// clocks 30 × 24 hours would cut off or add an hour.
fn thirty_days_before(start: Moment) -> Moment {
    let day = start.date();
    let into_day = start.0 - Moment::start_of(day).0;
    Moment::start_of(day - Duration::days(30)).plus_millis(into_day)
}

/// By how many whole percent the amount lies below the reference, rounded down so that no more
/// is promised than given; `None` when that is nothing.
pub fn percent_off(amount: Money, reference: Money) -> Option<u32> {
    if amount.currency != reference.currency || reference.minor <= 0 || amount.minor >= reference.minor {
        return None;
    }
    let off = i128::from(reference.minor - amount.minor) * 100 / i128::from(reference.minor);
    u32::try_from(off).ok().filter(|percent| *percent > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(month: u8, day: u8) -> Moment {
        let noon = Moment::from_ymd(2026, month, day).unwrap().plus_hours(12);
        Moment::start_of(noon.date())
    }
    fn history(entries: &[(Moment, i64)]) -> Vec<InForce> {
        entries.iter().map(|(from, minor)| InForce { from: *from, minor: Some(*minor) }).collect()
    }

    #[test]
    fn the_example_of_the_lithuanian_rules() {
        // 1–10 June 100, 11–30 June 80, from 1 July 75: the reference is 80, the cut 5.
        let past = history(&[(day(6, 1), 100_00), (day(6, 11), 80_00), (day(7, 1), 75_00)]);
        assert_eq!(lowest_before(&past, day(7, 1)), Some(80_00));
    }

    #[test]
    fn the_example_of_the_commission() {
        // Lowest 20, last 40, "50 % off" must come from 20: the new price is 10.
        let past = history(&[(day(5, 1), 30_00), (day(6, 10), 20_00), (day(6, 20), 40_00)]);
        let reference = lowest_before(&past, day(7, 1)).unwrap();
        assert_eq!(reference, 20_00);
        assert_eq!(percent_off(Money::eur(10_00), Money::eur(reference)), Some(50));
    }

    #[test]
    fn the_window_opens_thirty_days_before() {
        let past = history(&[(day(1, 1), 100_00), (day(6, 1), 90_00), (day(6, 11), 100_00)]);
        assert_eq!(lowest_before(&past, day(7, 1)), Some(90_00), "10 June lies within");
        assert_eq!(percent_off(Money::eur(80_00), Money::eur(90_00)), Some(11), "11.1 is shown as 11");
        assert_eq!(lowest_before(&past, day(7, 15)), Some(100_00), "[15 June, 15 July)");
        assert_eq!(percent_off(Money::eur(80_00), Money::eur(100_00)), Some(20));
        assert_eq!(lowest_before(&past, day(7, 11)), Some(100_00), "it ended when the window opened");
        assert_eq!(lowest_before(&past, day(7, 11).plus_millis(-1)), Some(90_00), "a moment of it lies within");
    }

    #[test]
    fn a_change_of_the_clocks_moves_no_day() {
        // 25 October 2026: the clocks go back. 30 days before 10 November begins 11 October.
        let past = history(&[(day(9, 1), 90_00), (day(10, 11), 100_00)]);
        assert_eq!(lowest_before(&past, day(11, 10)), Some(100_00));
        assert_eq!(lowest_before(&past, day(11, 9)), Some(90_00));
    }

    #[test]
    fn less_than_thirty_days_on_sale_is_judged_by_what_there_is() {
        assert_eq!(lowest_before(&history(&[(day(6, 25), 50_00)]), day(7, 1)), Some(50_00));
        assert_eq!(lowest_before(&[], day(7, 1)), None);
        assert_eq!(lowest_before(&history(&[(day(7, 1), 50_00)]), day(7, 1)), None);
    }

    #[test]
    fn time_off_sale_does_not_count() {
        let mut past = history(&[(day(4, 1), 10_00)]);
        past.push(InForce { from: day(5, 1), minor: None });
        past.push(InForce { from: day(6, 20), minor: Some(50_00) });
        assert_eq!(lowest_before(&past, day(7, 1)), Some(50_00));
    }

    #[test]
    fn a_price_replaced_in_the_same_moment_was_never_in_force() {
        let past = history(&[(day(6, 1), 100_00), (day(6, 20), 1), (day(6, 20), 95_00)]);
        assert_eq!(lowest_before(&past, day(7, 1)), Some(95_00));
    }

    #[test]
    fn raising_first_helps_nobody() {
        let past = history(&[(day(1, 1), 80_00), (day(6, 25), 120_00)]);
        assert_eq!(lowest_before(&past, day(7, 1)), Some(80_00));
    }

    proptest! {
        #[test]
        fn the_reference_is_the_minimum_seen_by_looking_every_hour(
            steps in prop::collection::vec((0_i64..24 * 60, 1_i64..500), 1..40),
            start in 24_i64 * 31..24 * 70,
        ) {
            let mut steps = steps;
            steps.sort_by_key(|s| s.0);
            steps.dedup_by_key(|s| s.0);
            let zero = day(6, 1);
            let past: Vec<_> = steps.iter().map(|(h, m)| InForce { from: zero.plus_hours(*h), minor: Some(*m) }).collect();
            let start_at = zero.plus_hours(start);
            let looked = (start - 24 * 30..start)
                .filter_map(|hour| past.iter().rev().find(|p| p.from <= zero.plus_hours(hour)).and_then(|p| p.minor))
                .min();
            prop_assert_eq!(lowest_before(&past, start_at), looked);
        }

        #[test]
        fn never_more_percent_than_given(amount in 0_i64..1_000_000, reference in 1_i64..1_000_000) {
            if let Some(percent) = percent_off(Money::eur(amount), Money::eur(reference)) {
                prop_assert!(i64::from(percent) * reference <= (reference - amount) * 100);
            }
        }
    }
}
