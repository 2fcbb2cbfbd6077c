//! What a customer agreed with the shop: which rule wins, and why. Pure, so that the precedence
//! stands in one place.
//!
//! One rule wins, none is added to another: what was agreed with the customer for the goods, then
//! with the customer for a group of goods, then the customer's level. Within each the narrower
//! rule beats the wider, the higher quantity the lower, and at last the lower price. Whoever has
//! terms still never pays more than everybody does: a public price that is lower stands.

use std::cmp::Reverse;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::percent_off;
use crate::kernel::{CategoryId, Money, PriceRuleId, ProductId, Qty, Rate, VariantId};

/// With whom a rule was agreed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    Customer,
    /// The name of the customer's level.
    Level(String),
}

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum What {
    Variant(VariantId),
    Product(ProductId),
    /// The category and everything below it.
    Category(CategoryId),
    Everything,
}

/// What a rule gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// A gross price of one unit.
    Price(Money),
    /// Off the list price: 0 < rate < 100 %.
    Off(Rate),
}

/// A rule that is in force for this customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub id: PriceRuleId,
    pub who: Who,
    pub what: What,
    pub gives: Gives,
    /// From this quantity on.
    pub from: Qty,
}

/// The goods that a price is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Goods<'a> {
    pub variant: VariantId,
    pub product: ProductId,
    /// The categories in which the product stands and all above them, with their depth.
    pub shelves: &'a [(CategoryId, i64)],
}

/// What everybody pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Public {
    /// In force now, an announced reduction included.
    pub now: Money,
    /// Without the reduction: what discounts are taken from.
    pub regular: Money,
}

/// Which agreement made a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// This customer, these goods.
    Special,
    /// This customer, a group of goods or all of them.
    Agreement,
    Level,
}

impl Ground {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Special => "special",
            Self::Agreement => "agreement",
            Self::Level => "level",
        }
    }
}

/// Why a price is what it is; frozen with an order's line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    pub ground: Ground,
    pub rule: PriceRuleId,
    /// The level's name at that time; empty for the other grounds.
    pub level: String,
    /// As agreed, else what it comes to, in whole percent rounded down; 0 when that is nothing.
    pub percent: String,
    /// A percentage that was agreed, as against a price: it holds for what is made or put together too.
    #[serde(default)]
    pub off: Option<Rate>,
    /// The quantity from which it holds, where that is more than one.
    pub from: Option<Qty>,
}

/// A price of one unit from a quantity on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tier {
    pub from: Qty,
    pub unit: Money,
    /// `None`: what everybody pays.
    pub why: Option<Why>,
    /// Without VAT, for whoever reads prices so.
    #[serde(default)]
    pub net: Option<Money>,
}

/// A rule beside what it would make of the price, for whoever wants to know why another won.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Considered<'a> {
    pub rule: &'a Rule,
    /// `None` when it speaks another currency or the sum does not fit.
    pub unit: Option<Money>,
    pub won: bool,
}

impl Rule {
    /// How narrow the rule is for these goods; `None` when it is not about them.
    fn width(&self, goods: &Goods<'_>) -> Option<i64> {
        match self.what {
            What::Variant(id) => (id == goods.variant).then_some(i64::MAX),
            What::Product(id) => (id == goods.product).then_some(i64::MAX - 1),
            What::Category(id) => goods.shelves.iter().find(|(shelf, _)| *shelf == id).map(|(_, depth)| depth.saturating_add(1)),
            What::Everything => Some(0),
        }
    }

    pub fn ground(&self) -> Ground {
        match (&self.who, self.what) {
            (Who::Level(_), _) => Ground::Level,
            (Who::Customer, What::Variant(_) | What::Product(_)) => Ground::Special,
            (Who::Customer, _) => Ground::Agreement,
        }
    }

    fn unit(&self, public: &Public) -> Option<Money> {
        match self.gives {
            Gives::Price(money) => (money.currency == public.now.currency).then_some(money),
            Gives::Off(rate) => {
                let exact = public.regular.to_decimal().checked_mul(Decimal::ONE.checked_sub(rate.to_decimal())?)?;
                Money::from_decimal(exact, public.regular.currency)
            }
        }
    }

    fn why(&self, unit: Money, public: &Public) -> Why {
        let percent = match self.gives {
            Gives::Off(rate) => (rate.to_decimal() * Decimal::ONE_HUNDRED).normalize().to_string(),
            Gives::Price(_) => percent_off(unit, public.regular).unwrap_or(0).to_string(),
        };
        let level = match &self.who {
            Who::Level(name) => name.clone(),
            Who::Customer => String::new(),
        };
        let off = match self.gives {
            Gives::Off(rate) => Some(rate),
            Gives::Price(_) => None,
        };
        Why { ground: self.ground(), rule: self.id, level, percent, off, from: Some(self.from).filter(|q| *q > Qty::ONE) }
    }
}

/// The rules about these goods with what each makes of the price at a quantity, the winner first.
/// Less than one unit (half a metre) costs what one does.
pub fn consider<'a>(rules: &'a [Rule], goods: &Goods<'_>, public: &Public, qty: Qty) -> Vec<Considered<'a>> {
    let mut all: Vec<_> = rules
        .iter()
        .filter(|rule| rule.from <= qty.max(Qty::ONE))
        .filter_map(|rule| Some((rule, rule.width(goods)?, rule.unit(public))))
        .collect();
    all.sort_by_key(|(rule, width, unit)| {
        let rank = match rule.ground() {
            Ground::Special => 2,
            Ground::Agreement => 1,
            Ground::Level => 0,
        };
        let minor = unit.map_or(i64::MAX, |u| u.minor);
        // What cannot be said in this currency stands behind everything.
        (unit.is_none(), Reverse(rank), Reverse(*width), Reverse(rule.from), minor, rule.id)
    });
    let considered = |(i, (rule, _, unit)): (usize, (&'a Rule, i64, Option<Money>))| Considered {
        rule,
        unit,
        won: i == 0 && unit.is_some_and(|unit| unit.minor < public.now.minor),
    };
    all.into_iter().enumerate().map(considered).collect()
}

/// The customer's price at a quantity.
pub fn decide(rules: &[Rule], goods: &Goods<'_>, public: &Public, qty: Qty) -> Tier {
    let own = consider(rules, goods, public, qty).into_iter().find(|c| c.won);
    match own.and_then(|c| Some((c.rule, c.unit?))) {
        Some((rule, unit)) => Tier { from: rule.from, unit, why: Some(rule.why(unit, public)), net: None },
        None => Tier { from: Qty::ZERO, unit: public.now, why: None, net: None },
    }
}

/// The customer's prices by quantity, at least one; each from the quantity on where it begins.
pub fn tiers(rules: &[Rule], goods: &Goods<'_>, public: &Public) -> Vec<Tier> {
    let mut steps: Vec<Qty> = rules.iter().filter(|r| r.width(goods).is_some()).map(|r| r.from.max(Qty::ONE)).collect();
    steps.push(Qty::ONE);
    steps.sort_unstable();
    steps.dedup();
    let mut found: Vec<Tier> = Vec::with_capacity(steps.len());
    for from in steps {
        let tier = Tier { from, ..decide(rules, goods, public, from) };
        if found.last().is_none_or(|last| last.unit != tier.unit) {
            found.push(tier);
        }
    }
    found[0].from = Qty::ZERO;
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::kernel::Currency;

    const SHELF: CategoryId = CategoryId(Uuid::from_u128(7));
    const BELOW: CategoryId = CategoryId(Uuid::from_u128(8));
    const SHELVES: &[(CategoryId, i64)] = &[(SHELF, 0), (BELOW, 1)];

    fn goods() -> Goods<'static> {
        Goods { variant: VariantId(Uuid::from_u128(1)), product: ProductId(Uuid::from_u128(2)), shelves: SHELVES }
    }
    fn rule(n: u128, who: Who, what: What, gives: Gives, from: i64) -> Rule {
        Rule { id: PriceRuleId(Uuid::from_u128(n)), who, what, gives, from: Qty::pieces(from) }
    }
    fn partner() -> Who {
        Who::Level("Partner".into())
    }
    fn off(percent: i64) -> Gives {
        Gives::Off(Rate::percent(percent))
    }
    fn price(minor: i64) -> Gives {
        Gives::Price(Money::eur(minor))
    }
    fn list(minor: i64) -> Public {
        Public { now: Money::eur(minor), regular: Money::eur(minor) }
    }
    fn unit(rules: &[Rule], public: &Public, pieces: i64) -> i64 {
        decide(rules, &goods(), public, Qty::pieces(pieces)).unit.minor
    }

    #[test]
    fn the_precedence_of_the_domain_notes() {
        let (variant, product) = (What::Variant(goods().variant), What::Product(goods().product));
        let mut rules = vec![rule(1, partner(), variant, price(10_00), 0)];
        assert_eq!(unit(&rules, &list(100_00), 1), 10_00, "a level");
        rules.push(rule(2, Who::Customer, What::Everything, off(5), 0));
        assert_eq!(unit(&rules, &list(100_00), 1), 95_00, "an agreement with the customer goes before the level, dearer or not");
        rules.push(rule(3, Who::Customer, What::Category(SHELF), off(20), 0));
        rules.push(rule(4, Who::Customer, What::Category(BELOW), off(15), 0));
        assert_eq!(unit(&rules, &list(100_00), 1), 85_00, "the narrower group");
        rules.push(rule(5, Who::Customer, product, price(90_00), 0));
        assert_eq!(unit(&rules, &list(100_00), 1), 90_00, "the goods themselves");
        rules.push(rule(6, Who::Customer, variant, price(91_00), 0));
        assert_eq!(unit(&rules, &list(100_00), 1), 91_00, "the very variant");
        rules.push(rule(7, Who::Customer, variant, price(80_00), 10));
        assert_eq!(unit(&rules, &list(100_00), 9), 91_00);
        assert_eq!(unit(&rules, &list(100_00), 10), 80_00, "from ten on");
        let why = decide(&rules, &goods(), &list(100_00), Qty::pieces(12)).why.unwrap();
        assert_eq!((why.ground, why.percent.as_str(), why.from), (Ground::Special, "20", Some(Qty::pieces(10))));
    }

    #[test]
    fn nobody_pays_more_than_everybody() {
        let rules = [rule(1, partner(), What::Everything, off(12), 0)];
        let sale = Public { now: Money::eur(80_00), regular: Money::eur(100_00) };
        let tier = decide(&rules, &goods(), &sale, Qty::ONE);
        assert_eq!((tier.unit.minor, tier.why), (80_00, None), "the sale is better than 12 % off the regular price");
        let small = Public { now: Money::eur(95_00), regular: Money::eur(100_00) };
        assert_eq!(unit(&rules, &small, 1), 88_00, "a discount is never taken off a discount");
    }

    #[test]
    fn a_price_in_another_currency_is_no_price_here() {
        let zloty = Gives::Price(Money::new(1_00, "PLN".parse::<Currency>().unwrap()));
        let rules =
            [rule(1, Who::Customer, What::Product(goods().product), zloty, 0), rule(2, partner(), What::Everything, off(10), 0)];
        assert_eq!(unit(&rules, &list(50_00), 1), 45_00);
    }

    #[test]
    fn half_a_cent_goes_up() {
        let rules = [rule(1, partner(), What::Everything, Gives::Off(Rate(125_000)), 0)];
        assert_eq!(unit(&rules, &list(1_00), 1), 88, "0.875");
        assert_eq!(decide(&rules, &goods(), &list(1_00), Qty::ONE).why.unwrap().percent, "12.5");
    }

    #[test]
    fn tiers_begin_where_the_price_changes() {
        let rules = [
            rule(1, partner(), What::Everything, off(10), 0),
            rule(2, partner(), What::Everything, off(10), 5),
            rule(3, partner(), What::Category(SHELF), off(12), 10),
        ];
        let found: Vec<_> = tiers(&rules, &goods(), &list(100_00)).into_iter().map(|t| (t.from.0, t.unit.minor)).collect();
        assert_eq!(found, [(0, 90_00), (10_000, 88_00)]);
        assert_eq!(tiers(&[], &goods(), &list(5)).len(), 1);
    }

    fn any_rule() -> impl Strategy<Value = Rule> {
        let what = prop_oneof![
            Just(What::Variant(goods().variant)),
            Just(What::Variant(VariantId(Uuid::from_u128(99)))),
            Just(What::Product(goods().product)),
            Just(What::Category(SHELF)),
            Just(What::Category(BELOW)),
            Just(What::Everything),
        ];
        let gives = prop_oneof![(1_i64..999_999).prop_map(|r| Gives::Off(Rate(r))), (0_i64..200_00).prop_map(price)];
        (1_u128..500, any::<bool>(), what, gives, 0_i64..30)
            .prop_map(|(n, own, what, gives, from)| rule(n, if own { Who::Customer } else { partner() }, what, gives, from))
    }

    proptest! {
        #[test]
        fn tiers_say_what_deciding_says(rules in prop::collection::vec(any_rule(), 0..12), now in 1_i64..100_00, more in 0_i64..50_00, milli in 1_i64..40_000) {
            let public = Public { now: Money::eur(now), regular: Money::eur(now + more) };
            let found = tiers(&rules, &goods(), &public);
            let qty = Qty(milli);
            let at = found.iter().rfind(|t| t.from <= qty).unwrap();
            prop_assert_eq!(at.unit, decide(&rules, &goods(), &public, qty).unit);
            prop_assert!(found.iter().all(|t| t.unit.minor <= now), "never dearer than for everybody");
            prop_assert!(found.windows(2).all(|w| w[0].from < w[1].from && w[0].unit != w[1].unit));
        }

        #[test]
        fn the_order_of_the_rules_does_not_matter(rules in prop::collection::vec(any_rule(), 0..12), qty in 1_i64..40, seed in any::<u64>()) {
            let mut other = rules.clone();
            let n = other.len().max(1);
            other.rotate_left(usize::try_from(seed % n as u64).unwrap());
            other.reverse();
            let public = list(100_00);
            prop_assert_eq!(
                decide(&rules, &goods(), &public, Qty::pieces(qty)).unit,
                decide(&other, &goods(), &public, Qty::pieces(qty)).unit
            );
        }
    }
}
