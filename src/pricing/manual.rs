//! A price that a person gives one line: with a reason, and not below what the shop can bear. Pure.

use rust_decimal::{Decimal, RoundingStrategy};

use super::{Fault, Ground, Margin, Why, percent_off};
use crate::kernel::{Money, Qty, Rate};

/// What somebody wants one unit to cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByHand {
    /// With VAT, as every price is kept.
    pub unit: Money,
    /// Why; for staff, never shown to the customer.
    pub reason: String,
}

/// Below what a price by hand is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Floor {
    /// What one unit costs the shop, without VAT; where nobody wrote it down there is no floor.
    pub cost: Option<Money>,
    /// The least that has to be left of a net price: 0 is the cost itself.
    pub least: Rate,
}

/// Whether whoever gives the price may go below the floor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Below {
    Refused,
    Allowed,
}

/// A price by hand that was found right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manual {
    pub unit: Money,
    pub why: Why,
    /// What is left of one unit; `None` where the cost is not known.
    pub margin: Option<Margin>,
    /// It lies below the floor, and somebody who may said so.
    pub below: bool,
}

impl Floor {
    /// The lowest price of one unit without VAT, up to the cent; `None` without a cost.
    pub fn net(&self) -> Option<Money> {
        let cost = self.cost?;
        let exact = cost.to_decimal().checked_div(Decimal::ONE.checked_sub(self.least.to_decimal())?)?;
        let places = cost.currency.exponent();
        Money::from_decimal(exact.round_dp_with_strategy(places, RoundingStrategy::ToPositiveInfinity), cost.currency)
    }
}

impl ByHand {
    /// Judges a price that takes the place of `list`; `net` is what of it is left without VAT.
    ///
    /// # Faults
    /// `pricing.negative`, `pricing.currency`; `pricing.reason` without one of at most 200 letters;
    /// `pricing.below_floor` where that is refused.
    pub fn judge(&self, (list, net): (Money, Money), floor: &Floor, below: Below) -> Result<Manual, Fault> {
        let reason = self.reason.trim();
        if reason.is_empty() || reason.chars().count() > 200 {
            return Err(Fault::Reason);
        }
        if self.unit.currency != list.currency {
            return Err(Fault::Currency { list: list.currency, given: self.unit.currency });
        }
        if self.unit.minor < 0 {
            return Err(Fault::Negative);
        }
        // A cost in another currency says nothing about this price.
        let least = floor.net().filter(|least| least.currency == net.currency);
        let under = least.filter(|least| net.minor < least.minor);
        if let (Some(floor), Below::Refused) = (under, below) {
            return Err(Fault::BelowFloor { floor });
        }
        let why = Why {
            ground: Ground::Manual,
            rule: None,
            level: String::new(),
            percent: percent_off(self.unit, list).unwrap_or(0).to_string(),
            off: None,
            from: None,
            and: None,
            reason: reason.to_owned(),
        };
        let margin = floor.cost.and_then(|cost| Margin::of(net, cost, Qty::ONE));
        Ok(Manual { unit: self.unit, why, margin, below: under.is_some() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wish(minor: i64, reason: &str) -> ByHand {
        ByHand { unit: Money::eur(minor), reason: reason.into() }
    }
    const SIXTY: Floor = Floor { cost: Some(Money::eur(60_00)), least: Rate::percent(20) };

    #[test]
    fn a_price_by_hand_wants_a_reason_and_leaves_the_least_margin() {
        assert_eq!(SIXTY.net(), Some(Money::eur(75_00)), "a fifth of 75.00 is left");
        let thirds = Floor { cost: Some(Money::eur(10_00)), least: Rate::percent(70) };
        assert_eq!(thirds.net(), Some(Money::eur(33_34)), "33.33 would leave less");
        let judge =
            |minor, net, below| wish(minor, "Parodos pavyzdys").judge((Money::eur(121_00), Money::eur(net)), &SIXTY, below);
        let given = judge(90_75, 75_00, Below::Refused).unwrap();
        assert_eq!((given.below, given.why.percent.as_str(), given.why.ground), (false, "25", Ground::Manual));
        assert_eq!(given.margin.unwrap().rate, Some(Rate::percent(20)));
        let refused = judge(90_74, 74_99, Below::Refused).unwrap_err();
        assert!(matches!(refused, Fault::BelowFloor { floor } if floor == Money::eur(75_00)), "{refused}");
        assert!(judge(90_74, 74_99, Below::Allowed).unwrap().below);
        assert_eq!(judge(130_00, 107_44, Below::Refused).unwrap().why.percent, "0", "dearer than the list is no discount");
    }

    #[test]
    fn what_is_no_price_by_hand() {
        let of = |wish: &ByHand, floor: &Floor| wish.judge((Money::eur(121_00), Money::eur(75_00)), floor, Below::Refused);
        assert!(matches!(of(&wish(90_75, "  "), &SIXTY), Err(Fault::Reason)));
        assert!(matches!(of(&wish(90_75, &"ž".repeat(201)), &SIXTY), Err(Fault::Reason)));
        assert!(matches!(of(&wish(-1, "x"), &SIXTY), Err(Fault::Negative)));
        let zloty = ByHand { unit: Money::new(1, "PLN".parse().unwrap()), ..wish(1, "x") };
        assert!(matches!(of(&zloty, &SIXTY), Err(Fault::Currency { .. })));
        let unknown = Floor { cost: None, ..SIXTY };
        assert_eq!(of(&wish(1, "x"), &unknown).unwrap().margin, None, "no cost, no floor");
    }

    proptest! {
        /// What the floor lets through leaves at least what was asked for.
        #[test]
        fn the_floor_keeps_its_word(cost in 1_i64..1_000_000, least in 0_i64..999_999, net in 0_i64..3_000_000) {
            let floor = Floor { cost: Some(Money::eur(cost)), least: Rate(least) };
            let Some(lowest) = floor.net() else { return Ok(()) };
            let judged = wish(net, "x").judge((Money::eur(net), Money::eur(net)), &floor, Below::Refused);
            prop_assert_eq!(judged.is_ok(), net >= lowest.minor);
            let left = Decimal::from(lowest.minor - cost);
            prop_assert!(left >= Decimal::from(lowest.minor) * Rate(least).to_decimal());
        }
    }
}
