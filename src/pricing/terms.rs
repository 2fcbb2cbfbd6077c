//! What a customer agreed with the shop: which rule wins, and why. Pure, so that the precedence
//! stands in one place.
//!
//! One rule wins: what was agreed with the customer for the goods, then with the customer for a
//! group of goods, then the customer's level. Within each the narrower rule beats the wider, the
//! higher quantity the lower, and at last the lower price. Whoever has terms still never pays more
//! than the list says; whether a reduction for everybody beats them is the channel's to say.
//!
//! None is added to another but a percentage that was declared to: one such rule comes off what is
//! paid without it, and all of it together never takes off more than the rule's own cap.

use std::cmp::Reverse;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::percent_off;
use crate::kernel::{CategoryId, Money, PriceRuleId, ProductId, Qty, Rate, VariantId, round_half_away};

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
    /// A percentage that comes off what is paid without it: so much of the list price may be taken
    /// off by all of it. `None`: it is weighed against the others.
    pub stacks: Option<Rate>,
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
    pub beside: Beside,
}

/// What a reduction for everybody does beside an agreement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Beside {
    /// The lower price is paid.
    #[default]
    Best,
    /// What was agreed is paid, though the reduction be lower.
    Agreed,
}

impl Public {
    /// What an agreement has to be below to hold.
    fn bar(&self) -> Money {
        match self.beside {
            Beside::Best => self.now,
            Beside::Agreed => self.regular,
        }
    }
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
    /// A person gave this line its price.
    Manual,
}

impl Ground {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Special => "special",
            Self::Agreement => "agreement",
            Self::Level => "level",
            Self::Manual => "manual",
        }
    }
}

/// Why a price is what it is; frozen with an order's line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    pub ground: Ground,
    /// `None` for a price by hand.
    pub rule: Option<PriceRuleId>,
    /// The level's name at that time; empty for the other grounds.
    pub level: String,
    /// As agreed, else what it comes to, in whole percent rounded down; 0 when that is nothing.
    pub percent: String,
    /// A percentage that was agreed, as against a price: it holds for what is made or put together too.
    #[serde(default)]
    pub off: Option<Rate>,
    /// The quantity from which it holds, where that is more than one.
    pub from: Option<Qty>,
    /// A percentage that came off on top of it, since it was declared to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub and: Option<Box<Self>>,
    /// Of a price by hand, for staff; empty otherwise.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
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

    fn off(&self) -> Option<Rate> {
        match self.gives {
            Gives::Off(rate) => Some(rate),
            Gives::Price(_) => None,
        }
    }

    fn unit(&self, public: &Public) -> Option<Money> {
        match self.gives {
            Gives::Price(money) => (money.currency == public.now.currency).then_some(money),
            Gives::Off(rate) => less(public.regular, rate),
        }
    }

    /// What a stacking rule leaves of a price: never less than its cap leaves of the list price, and
    /// never more than the price.
    fn on_top(&self, price: Money, public: &Public) -> Option<Money> {
        let floor = less(public.regular, self.stacks?)?;
        let minor = less(price, self.off()?)?.minor.max(floor.minor).min(price.minor);
        Some(Money { minor, ..price })
    }

    fn why(&self, unit: Money, of: Money) -> Why {
        let whole = |rate: Rate| (rate.to_decimal() * Decimal::ONE_HUNDRED).normalize().to_string();
        // Where the cap held it back, what it comes to is said.
        let percent = match self.off().filter(|rate| self.stacks.is_none() || less(of, *rate) == Some(unit)) {
            Some(rate) => whole(rate),
            None => percent_off(unit, of).unwrap_or(0).to_string(),
        };
        let level = match &self.who {
            Who::Level(name) => name.clone(),
            Who::Customer => String::new(),
        };
        let from = Some(self.from).filter(|q| *q > Qty::ONE);
        Why {
            ground: self.ground(),
            rule: Some(self.id),
            level,
            percent,
            off: self.off(),
            from,
            and: None,
            reason: String::new(),
        }
    }
}

fn less(price: Money, off: Rate) -> Option<Money> {
    let exact = price.to_decimal().checked_mul(Decimal::ONE.checked_sub(off.to_decimal())?)?;
    Money::from_decimal(exact, price.currency)
}

/// The rules about these goods with what each makes of the price at a quantity, the winner first;
/// behind them those that come off on top of it, again the one that does first. Less than one unit
/// (half a metre) costs what one does.
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
            // No rule is a price by hand.
            Ground::Level | Ground::Manual => 0,
        };
        let minor = unit.map_or(i64::MAX, |u| u.minor);
        // What cannot be said in this currency stands behind everything.
        (rule.stacks.is_some(), unit.is_none(), Reverse(rank), Reverse(*width), Reverse(rule.from), minor, rule.id)
    });
    let stacking = all.split_off(all.partition_point(|(rule, ..)| rule.stacks.is_none()));
    let mut found: Vec<Considered<'a>> = Vec::with_capacity(all.len() + stacking.len());
    for (rule, _, unit) in all {
        let won = found.is_empty() && unit.is_some_and(|unit| unit.minor < public.bar().minor);
        found.push(Considered { rule, unit, won });
    }
    let paid = found.first().filter(|c| c.won).and_then(|c| c.unit).unwrap_or(public.now);
    for (i, (rule, ..)) in stacking.into_iter().enumerate() {
        let unit = rule.on_top(paid, public);
        found.push(Considered { rule, unit, won: i == 0 && unit.is_some_and(|unit| unit.minor < paid.minor) });
    }
    found
}

/// The customer's price at a quantity.
pub fn decide(rules: &[Rule], goods: &Goods<'_>, public: &Public, qty: Qty) -> Tier {
    let mut tier = Tier { from: Qty::ZERO, unit: public.now, why: None, net: None };
    for (rule, unit) in consider(rules, goods, public, qty).into_iter().filter(|c| c.won).filter_map(|c| Some((c.rule, c.unit?)))
    {
        let of = if rule.stacks.is_some() { tier.unit } else { public.regular };
        let why = rule.why(unit, of);
        tier.why = Some(match tier.why {
            Some(first) => Why { off: first.off.and_then(|off| together(off, rule)), and: Some(Box::new(why)), ..first },
            None => why,
        });
        (tier.from, tier.unit) = (tier.from.max(rule.from), unit);
    }
    tier
}

/// One percentage for two, to a millionth: what is made or put together has no list price to take them
/// off one after the other.
fn together(first: Rate, rule: &Rule) -> Option<Rate> {
    let left = |rate: Rate| Decimal::ONE.checked_sub(rate.to_decimal());
    let off = Decimal::ONE.checked_sub(left(first)?.checked_mul(left(rule.off()?)?)?)?.checked_mul(Decimal::from(1_000_000))?;
    let both = i64::try_from(round_half_away(off, 0)).ok()?;
    Some(Rate(both.min(rule.stacks?.0.max(first.0))))
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
        Rule { id: PriceRuleId(Uuid::from_u128(n)), who, what, gives, from: Qty::pieces(from), stacks: None }
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
        reduced(minor, minor)
    }
    fn reduced(now: i64, regular: i64) -> Public {
        Public { now: Money::eur(now), regular: Money::eur(regular), beside: Beside::Best }
    }
    fn stacking(n: u128, percent: i64, cap: i64) -> Rule {
        Rule { stacks: Some(Rate::percent(cap)), ..rule(n, Who::Customer, What::Everything, off(percent), 0) }
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
        let sale = reduced(80_00, 100_00);
        let tier = decide(&rules, &goods(), &sale, Qty::ONE);
        assert_eq!((tier.unit.minor, tier.why), (80_00, None), "the sale is better than 12 % off the regular price");
        let small = reduced(95_00, 100_00);
        assert_eq!(unit(&rules, &small, 1), 88_00, "a discount is never taken off a discount");
    }

    #[test]
    fn the_channel_says_whether_a_campaign_competes_with_what_was_agreed() {
        let rules = [rule(1, partner(), What::Everything, off(12), 0)];
        let sale = reduced(80_00, 100_00);
        assert_eq!(unit(&rules, &sale, 1), 80_00);
        assert_eq!(unit(&rules, &Public { beside: Beside::Agreed, ..sale }, 1), 88_00, "the level goes before the campaign");
        let dear = [rule(1, Who::Customer, What::Variant(goods().variant), price(101_00), 0)];
        assert_eq!(unit(&dear, &Public { beside: Beside::Agreed, ..sale }, 1), 80_00, "what is no better than the list is none");
        assert_eq!(unit(&[], &Public { beside: Beside::Agreed, ..sale }, 1), 80_00);
    }

    #[test]
    fn only_what_was_declared_to_comes_off_on_top_and_no_further_than_its_cap() {
        let level = rule(1, partner(), What::Everything, off(12), 0);
        assert_eq!(unit(&[level.clone(), stacking(2, 5, 30)], &list(100_00), 1), 83_60, "5 % off 88.00");
        let tier = decide(&[level.clone(), stacking(2, 5, 30)], &goods(), &list(100_00), Qty::ONE);
        let why = tier.why.unwrap();
        assert_eq!((why.ground, why.percent.as_str(), why.off), (Ground::Level, "12", Some(Rate(164_000))));
        let and = why.and.unwrap();
        assert_eq!((and.ground, and.percent.as_str()), (Ground::Agreement, "5"));
        assert_eq!(unit(&[stacking(2, 5, 30)], &reduced(80_00, 100_00), 1), 76_00, "off the price of the campaign");
        assert_eq!(unit(&[stacking(2, 5, 15)], &reduced(80_00, 100_00), 1), 80_00, "the campaign alone is past the cap");
        let held = decide(&[level.clone(), stacking(2, 5, 15)], &goods(), &list(100_00), Qty::ONE);
        assert_eq!(held.unit, Money::eur(85_00), "not below 15 % off the list price");
        let why = held.why.unwrap();
        assert_eq!((why.off, why.and.unwrap().percent.as_str()), (Some(Rate::percent(15)), "3"), "3.00 of 88.00, rounded down");
        let two = [level, stacking(2, 5, 30), Rule { from: Qty::pieces(10), ..stacking(3, 10, 30) }];
        assert_eq!((unit(&two, &list(100_00), 9), unit(&two, &list(100_00), 10)), (83_60, 79_20), "one of them, not both");
        let special = [rule(4, Who::Customer, What::Variant(goods().variant), price(70_00), 0), stacking(2, 5, 90)];
        assert_eq!(decide(&special, &goods(), &list(100_00), Qty::ONE).unit, Money::eur(66_50));
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
        (1_u128..500, any::<bool>(), what, gives, 0_i64..30, prop::option::of(1_i64..999_999)).prop_map(
            |(n, own, what, gives, from, cap)| {
                let plain = rule(n, if own { Who::Customer } else { partner() }, what, gives, from);
                let stacks = plain.off().and_then(|off| Some(Rate(cap?.max(off.0))));
                Rule { stacks, ..plain }
            },
        )
    }

    proptest! {
        #[test]
        fn tiers_say_what_deciding_says(rules in prop::collection::vec(any_rule(), 0..12), now in 1_i64..100_00, more in 0_i64..50_00, milli in 1_i64..40_000, agreed in any::<bool>()) {
            let beside = if agreed { Beside::Agreed } else { Beside::Best };
            let public = Public { beside, ..reduced(now, now + more) };
            let found = tiers(&rules, &goods(), &public);
            let qty = Qty(milli);
            let at = found.iter().rfind(|t| t.from <= qty).unwrap();
            prop_assert_eq!(at.unit, decide(&rules, &goods(), &public, qty).unit);
            prop_assert!(found.iter().all(|t| t.unit.minor <= public.bar().minor), "never dearer than for everybody");
            prop_assert!(found.windows(2).all(|w| w[0].from < w[1].from && w[0].unit != w[1].unit));
        }

        /// Neither without end nor where nothing was declared: the most that comes off is the larger of
        /// the winner's part and a cap.
        #[test]
        fn a_cap_holds(rules in prop::collection::vec(any_rule(), 0..12), now in 1_i64..100_00, more in 0_i64..50_00) {
            let public = reduced(now, now + more);
            let plain: Vec<Rule> = rules.iter().filter(|r| r.stacks.is_none()).cloned().collect();
            let (all, alone) = (decide(&rules, &goods(), &public, Qty::ONE), decide(&plain, &goods(), &public, Qty::ONE));
            prop_assert!(all.unit.minor <= alone.unit.minor);
            let deepest = rules.iter().filter_map(|r| less(public.regular, r.stacks?)).map(|m| m.minor).min();
            prop_assert!(all.unit == alone.unit || Some(all.unit.minor) >= deepest);
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
