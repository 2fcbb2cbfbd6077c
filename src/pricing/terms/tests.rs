//! One winner, its reason, and what may come on top.

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
