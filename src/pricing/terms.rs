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
mod tests;
