//! What comes off lines, sections and the whole, in this order: pure. Each is shared over its lines by
//! the largest remainder, so that every line keeps its own rate of VAT.

use super::Off;
use crate::{
    kernel::{Qty, Rate},
    promotions::{Gives, Part, share},
};

/// A line as discounts see it: where it stands, what it costs, what comes off it alone.
#[derive(Clone, Copy, Debug)]
pub struct Offed {
    pub section: usize,
    /// What the buyer reads, minor units.
    pub full: i64,
    pub off: Option<Off>,
}

/// What came off one line, by where it came from. Minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shared {
    pub line: i64,
    pub section: i64,
    pub whole: i64,
}

impl Shared {
    pub fn sum(self) -> i64 {
        self.line + self.section + self.whole
    }
}

/// Shares all discounts of an offer; nothing is worth less than nothing.
pub fn shared(lines: &[Offed], sections: &[Option<Off>], whole: Option<Off>) -> Vec<Shared> {
    let mut all: Vec<Shared> = vec![Shared::default(); lines.len()];
    let mut left: Vec<i64> = lines.iter().map(|l| l.full.max(0)).collect();
    for (i, line) in lines.iter().enumerate() {
        let one = [left[i]];
        all[i].line = taken(line.off, &one, |_| true)[0];
        left[i] -= all[i].line;
    }
    for (n, off) in sections.iter().enumerate() {
        for (i, share) in taken(*off, &left, |i| lines[i].section == n).into_iter().enumerate() {
            all[i].section += share;
            left[i] -= share;
        }
    }
    for (i, share) in taken(whole, &left, |_| true).into_iter().enumerate() {
        all[i].whole = share;
    }
    all
}

fn taken(off: Option<Off>, left: &[i64], of: impl Fn(usize) -> bool) -> Vec<i64> {
    let Some(off) = off else { return vec![0; left.len()] };
    let gives = match off {
        Off::Percent(rate) => Gives::Percent(Rate(rate.0.clamp(0, 1_000_000))),
        Off::Sum(minor) => Gives::Amount(minor.max(0)),
    };
    let part = |(i, total): (usize, &i64)| Part { covered: of(i), qty: Qty::ONE, unit: *total, total: *total };
    share(gives, &left.iter().enumerate().map(part).collect::<Vec<_>>()).minor
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn percent(p: i64) -> Option<Off> {
        Some(Off::Percent(Rate::percent(p)))
    }

    #[test]
    fn a_line_goes_first_then_its_section_then_the_whole() {
        let line = |section, full, off| Offed { section, full, off };
        let lines = [line(0, 100_00, percent(10)), line(0, 50_00, None), line(1, 60_00, None)];
        let all = shared(&lines, &[percent(20), None], Some(Off::Sum(10_00)));
        assert_eq!(all[0], Shared { line: 10_00, section: 18_00, whole: 4_19 });
        assert_eq!(all[1], Shared { line: 0, section: 10_00, whole: 2_32 });
        assert_eq!(all[2], Shared { line: 0, section: 0, whole: 3_49 });
        assert_eq!(all.iter().map(|s| s.whole).sum::<i64>(), 10_00);
    }

    fn any_off() -> impl Strategy<Value = Option<Off>> {
        prop_oneof![
            Just(None),
            (0..1_000_001_i64).prop_map(|r| Some(Off::Percent(Rate(r)))),
            (0..100_000_i64).prop_map(|m| Some(Off::Sum(m)))
        ]
    }

    proptest! {
        /// Nothing costs less than nothing, and a sum that fits comes off to the cent.
        #[test]
        fn shares_stay_within_their_lines(
            lines in prop::collection::vec((0..3_usize, 0..1_000_000_i64, any_off()), 1..30),
            sections in prop::collection::vec(any_off(), 3), whole in any_off(),
        ) {
            let lines: Vec<Offed> = lines.into_iter().map(|(section, full, off)| Offed { section, full, off }).collect();
            let all = shared(&lines, &sections, whole);
            for (line, share) in lines.iter().zip(&all) {
                prop_assert!(share.line >= 0 && share.section >= 0 && share.whole >= 0);
                prop_assert!(share.sum() <= line.full);
            }
            if let Some(Off::Sum(sum)) = whole {
                let left: i64 = lines.iter().zip(&all).map(|(l, s)| l.full - s.line - s.section).sum();
                prop_assert_eq!(all.iter().map(|s| s.whole).sum::<i64>(), sum.min(left));
            }
        }
    }
}
