//! Prices on both engines: the history is complete, the reference is frozen.

use super::*;
use crate::kernel::{Actor, App, Currency, Moment, Money, PriceListId, Qty, Rate, VariantId, db, testing};

/// Midnight of a day of 2026 in the shop's zone.
fn day(month: u8, day: u8) -> Moment {
    Moment::start_of(Moment::from_ymd(2026, month, day).unwrap().plus_hours(12).date())
}

struct Ground {
    app: App,
    list: PriceListId,
    variant: VariantId,
}

impl Ground {
    async fn new(app: App) -> Self {
        let tx = app.begin(&Actor::System).await.unwrap();
        let list = add_list(&tx, "base", "Base", Currency::EUR).await.unwrap();
        let variant = VariantId::new(&tx);
        tx.commit().await.unwrap();
        Self { app, list, variant }
    }
    async fn set(&self, at: Moment, minor: i64, reduction: Reduction) -> Result<Outcome, crate::kernel::Fault> {
        self.app.clock().set(at);
        let tx = self.app.begin(&Actor::System).await?;
        let outcome = set_price(&tx, self.list, self.variant, Money::eur(minor), reduction).await?;
        tx.commit().await?;
        Ok(outcome)
    }
    async fn price(&self, at: Moment) -> Option<Price> {
        prices_of(self.app.reader(), self.list, &[self.variant], at).await.unwrap().remove(&self.variant)
    }
}

async fn grounds() -> Vec<(testing::Fresh, Ground)> {
    let mut all = Vec::new();
    for fresh in testing::databases().await {
        let ground = Ground::new(fresh.app()).await;
        all.push((fresh, ground));
    }
    all
}

#[tokio::test]
async fn a_reduction_shows_the_lowest_price_of_the_thirty_days_before() {
    for (_fresh, g) in grounds().await {
        g.set(day(1, 1), 100_00, Reduction::None).await.unwrap();
        g.set(day(6, 1), 90_00, Reduction::None).await.unwrap();
        g.set(day(6, 11), 100_00, Reduction::None).await.unwrap();
        let outcome = g.set(day(7, 1), 80_00, Reduction::Announced).await.unwrap();
        assert_eq!(outcome, Outcome::Reduced { reference: Money::eur(90_00) });
        let price = g.price(day(7, 1)).await.unwrap();
        assert_eq!((price.amount, price.reference, price.percent_off()), (Money::eur(80_00), Some(Money::eur(90_00)), Some(11)));
    }
}

#[tokio::test]
async fn the_reference_is_frozen_while_the_reduction_runs() {
    for (_fresh, g) in grounds().await {
        g.set(day(1, 1), 100_00, Reduction::None).await.unwrap();
        g.set(day(7, 1), 80_00, Reduction::Announced).await.unwrap();
        // Two months later it is said again: still the same reduction, still from 100.
        assert_eq!(g.set(day(9, 1), 80_00, Reduction::Announced).await.unwrap(), Outcome::Unchanged);
        assert_eq!(g.price(day(9, 1)).await.unwrap().reference, Some(Money::eur(100_00)));
        // Its end is an entry too: the same price, announced no more.
        assert_eq!(g.set(day(9, 2), 80_00, Reduction::None).await.unwrap(), Outcome::Set);
        assert_eq!(g.price(day(9, 2)).await.unwrap().reference, None);
        assert_eq!(history(g.app.reader(), g.list, g.variant).await.unwrap().len(), 3);
    }
}

#[tokio::test]
async fn a_further_cut_is_judged_strictly_unless_the_list_says_otherwise() {
    for (_fresh, g) in grounds().await {
        g.set(day(1, 1), 100_00, Reduction::None).await.unwrap();
        g.set(day(7, 1), 80_00, Reduction::Announced).await.unwrap();
        let cut = g.set(day(7, 10), 70_00, Reduction::Announced).await.unwrap();
        assert_eq!(cut, Outcome::Reduced { reference: Money::eur(80_00) });

        let tx = g.app.begin(&Actor::System).await.unwrap();
        db::run(&tx, "update price_list set progressive = 'first'", vec![]).await.unwrap();
        tx.commit().await.unwrap();
        let cut = g.set(day(7, 15), 60_00, Reduction::Announced).await.unwrap();
        assert_eq!(cut, Outcome::Reduced { reference: Money::eur(80_00) }, "the reference of the running one stays");
    }
}

#[tokio::test]
async fn finland_lets_cuts_name_the_first_price_for_sixty_days() {
    assert_eq!(["LT", "FI", "IE"].map(Progressive::of_country), [Progressive::Strict, Progressive::First60, Progressive::First]);
    for (_fresh, g) in grounds().await {
        g.set(day(1, 1), 100_00, Reduction::None).await.unwrap();
        let tx = g.app.begin(&Actor::System).await.unwrap();
        set_progressive(&tx, g.list, Progressive::of_country("FI")).await.unwrap();
        tx.commit().await.unwrap();
        g.set(day(3, 1), 80_00, Reduction::Announced).await.unwrap();
        let cut = g.set(day(4, 30), 70_00, Reduction::Announced).await.unwrap();
        assert_eq!(cut, Outcome::Reduced { reference: Money::eur(100_00) }, "the sixtieth day");
        let cut = g.set(day(5, 1), 60_00, Reduction::Announced).await.unwrap();
        assert_eq!(cut, Outcome::Reduced { reference: Money::eur(70_00) }, "the sixty-first");
        let tx = g.app.begin(&Actor::System).await.unwrap();
        set_progressive(&tx, g.list, Progressive::of_country("IE")).await.unwrap();
        tx.commit().await.unwrap();
        let cut = g.set(day(9, 1), 50_00, Reduction::Announced).await.unwrap();
        assert_eq!(cut, Outcome::Reduced { reference: Money::eur(70_00) }, "as long as they run");
        let change = BulkChange {
            list: g.list,
            variants: vec![g.variant],
            change: Change::Percent(Rate::percent(-50)),
            rounding: Rounding::Cent,
            reduction: Reduction::Announced,
        };
        let seen = preview(g.app.reader(), &change, day(9, 2)).await.unwrap();
        assert_eq!(seen.proposals[0].reference, Some(Money::eur(70_00)), "a look ahead says the same");
    }
}

#[tokio::test]
async fn the_examples_of_the_law_from_history_to_tag() {
    for (_fresh, g) in grounds().await {
        // Lithuania: 1–10 June 100, 11–30 June 80, from 1 July 75: reference 80.
        g.set(day(6, 1), 100_00, Reduction::None).await.unwrap();
        g.set(day(6, 11), 80_00, Reduction::None).await.unwrap();
        g.set(day(7, 1), 75_00, Reduction::Announced).await.unwrap();
        let tag = g.price(day(7, 1)).await.unwrap();
        assert_eq!((tag.reference, tag.percent_off()), (Some(Money::eur(80_00)), Some(6)), "6.25 % is shown as 6");
        // The Commission: lowest 20, last 40, "50 % off" makes 10.
        g.set(day(9, 1), 20_00, Reduction::None).await.unwrap();
        g.set(day(9, 20), 40_00, Reduction::None).await.unwrap();
        let half = BulkChange {
            list: g.list,
            variants: vec![g.variant],
            change: Change::Percent(Rate::percent(-50)),
            rounding: Rounding::Cent,
            reduction: Reduction::Announced,
        };
        let seen = preview(g.app.reader(), &half, day(9, 25)).await.unwrap();
        assert_eq!((seen.proposals[0].after, seen.proposals[0].percent_off), (Money::eur(10_00), Some(50)));
    }
}

#[tokio::test]
async fn what_is_no_reduction_is_not_called_one() {
    for (_fresh, g) in grounds().await {
        let fault = g.set(day(1, 1), 50_00, Reduction::Announced).await.unwrap_err();
        assert_eq!(fault.code, "pricing.no_reduction");
        g.set(day(1, 1), 80_00, Reduction::None).await.unwrap();
        g.set(day(6, 25), 120_00, Reduction::None).await.unwrap();
        let fault = g.set(day(7, 1), 90_00, Reduction::Announced).await.unwrap_err();
        assert_eq!((fault.code, fault.args[1].1.as_str()), ("pricing.no_reduction", "80.00"));
        assert_eq!(g.price(day(7, 1)).await.unwrap().amount, Money::eur(120_00), "and nothing was written");

        let tx = g.app.begin(&Actor::System).await.unwrap();
        let new = NewPrice { variant: g.variant, amount: Money::eur(90_00), reduction: Reduction::Announced };
        let outcomes = set_prices(&tx, g.list, &[new]).await.unwrap();
        assert_eq!(outcomes, [Outcome::NotReduced { lowest: Some(Money::eur(80_00)) }]);
        tx.commit().await.unwrap();
        let price = g.price(day(7, 1)).await.unwrap();
        assert_eq!((price.amount, price.reference), (Money::eur(90_00), None), "an import sets it plainly");
    }
}

#[tokio::test]
async fn the_past_can_be_asked_for() {
    for (_fresh, g) in grounds().await {
        g.set(day(3, 1), 100_00, Reduction::None).await.unwrap();
        g.set(day(5, 1), 110_00, Reduction::None).await.unwrap();
        let tx = g.app.begin(&Actor::System).await.unwrap();
        withdraw(&tx, g.list, g.variant).await.unwrap();
        tx.commit().await.unwrap();
        g.set(day(6, 1), 120_00, Reduction::None).await.unwrap();
        let minor = async |at| g.price(at).await.map(|p| p.amount.minor);
        assert_eq!(minor(day(2, 1)).await, None);
        assert_eq!(minor(day(4, 1)).await, Some(100_00));
        assert_eq!(minor(day(5, 15)).await, None, "withdrawn on the day it was set");
        assert_eq!(minor(day(6, 1)).await, Some(120_00));
    }
}

#[tokio::test]
async fn what_does_not_belong_is_refused_whole() {
    for (_fresh, g) in grounds().await {
        let tx = g.app.begin(&Actor::System).await.unwrap();
        let good = NewPrice { variant: g.variant, amount: Money::eur(1), reduction: Reduction::None };
        let zloty = NewPrice { amount: Money::new(1, "PLN".parse().unwrap()), ..good };
        assert_eq!(set_prices(&tx, g.list, &[good, zloty]).await.unwrap_err().code, "pricing.currency");
        let negative = NewPrice { amount: Money::eur(-1), ..good };
        assert_eq!(set_prices(&tx, g.list, &[good, negative]).await.unwrap_err().code, "pricing.negative");
        assert!(prices_of(&tx, g.list, &[g.variant], tx.now()).await.unwrap().is_empty());
        let nowhere = PriceListId::new(&tx);
        assert_eq!(set_prices(&tx, nowhere, &[good]).await.unwrap_err().code, "pricing.no_list");
        assert_eq!(add_list(&tx, "base", "Again", Currency::EUR).await.unwrap_err().code, "pricing.code_taken");
    }
}

#[tokio::test]
async fn thousands_are_set_in_few_statements_and_the_same_again_is_nothing() {
    for (_fresh, g) in grounds().await {
        let tx = g.app.begin(&Actor::System).await.unwrap();
        let new = |n: i64| NewPrice { variant: VariantId::new(&tx), amount: Money::eur(n), reduction: Reduction::None };
        let prices: Vec<_> = (1..=1500).map(new).collect();
        let twice = NewPrice { amount: Money::eur(7), ..prices[0] };
        let first = set_prices(&tx, g.list, &prices).await.unwrap();
        assert!(first.iter().all(|o| *o == Outcome::Set));
        let again = set_prices(&tx, g.list, &prices).await.unwrap();
        assert!(again.iter().all(|o| *o == Outcome::Unchanged));
        set_prices(&tx, g.list, &[prices[0], twice]).await.unwrap();
        let ids: Vec<_> = prices.iter().map(|p| p.variant).collect();
        let found = prices_of(&tx, g.list, &ids, tx.now()).await.unwrap();
        assert_eq!((found.len(), found[&ids[0]].amount, found[&ids[9]].amount), (1500, Money::eur(7), Money::eur(10)));
    }
}

#[tokio::test]
async fn a_bulk_change_is_made_as_it_was_seen_or_not_at_all() {
    for (_fresh, g) in grounds().await {
        g.set(day(1, 1), 100_00, Reduction::None).await.unwrap();
        g.set(day(6, 20), 130_00, Reduction::None).await.unwrap();
        g.app.clock().set(day(7, 1));
        let stranger = VariantId(uuid::Uuid::from_u128(9));
        let change = BulkChange {
            list: g.list,
            variants: vec![g.variant, stranger],
            change: Change::Percent(Rate::percent(-20)),
            rounding: Rounding::Cent,
            reduction: Reduction::Announced,
        };
        let seen = preview(g.app.reader(), &change, g.app.now()).await.unwrap();
        assert_eq!(seen.without_price, 1);
        let proposal = &seen.proposals[0];
        assert_eq!((proposal.before, proposal.after), (Money::eur(130_00), Money::eur(80_00)), "from the lowest, not the last");
        assert_eq!((proposal.reference, proposal.percent_off), (Some(Money::eur(100_00)), Some(20)));

        let tx = g.app.begin(&Actor::System).await.unwrap();
        assert_eq!(apply(&tx, &change, "other").await.unwrap_err().code, "pricing.preview_stale");
        let applied = apply(&tx, &change, &seen.stamp).await.unwrap();
        assert_eq!(applied, Applied { changed: 1, ..Applied::default() });
        assert_eq!(apply(&tx, &change, &seen.stamp).await.unwrap_err().code, "pricing.preview_stale");
        let price = prices_of(&tx, g.list, &[g.variant], tx.now()).await.unwrap()[&g.variant];
        assert_eq!((price.amount, price.reference), (Money::eur(80_00), Some(Money::eur(100_00))));
        assert_eq!(per_measure(price.amount, Qty::pieces(500), "ml").unwrap().gross, Money::eur(160_00));
    }
}
