//! Stock on both engines: nothing sold twice, everything given back, every move written down.

use std::sync::Arc;

use super::*;
use crate::kernel::{Actor, App, LocationId, OrderId, Qty, Tx, VariantId, testing};

struct Ground {
    main: LocationId,
    salon: LocationId,
    variant: VariantId,
}

/// Two places; the first is drawn on first.
async fn ground(tx: &Tx) -> Ground {
    let place = |code: &str, position| NewLocation { code: code.into(), name: code.into(), position };
    let salon = add_location(tx, place("salon", 2)).await.unwrap();
    let main = add_location(tx, place("main", 1)).await.unwrap();
    Ground { main, salon, variant: VariantId::new(tx) }
}

async fn free(app: &App, variant: VariantId) -> i64 {
    available(app.reader(), Places::All, &[variant]).await.unwrap()[&variant].free.0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_last_piece_is_sold_once() {
    for fresh in testing::databases().await {
        let app = fresh.app();
        let tx = app.begin(&Actor::System).await.unwrap();
        let g = ground(&tx).await;
        count(&tx, g.salon, g.variant, Qty::ONE).await.unwrap();
        tx.commit().await.unwrap();

        let wishes = (0..20).map(|_| {
            let app = app.clone();
            tokio::spawn(async move {
                let tx = app.begin(&Actor::Guest).await.unwrap();
                let order = OrderId::new(&tx);
                match take(&tx, Places::All, g.variant, Qty::ONE, order).await {
                    Ok(_) => tx.commit().await.map(|()| true).unwrap(),
                    Err(fault) => {
                        assert_eq!(fault.code, "stock.out_of_stock", "{fault}");
                        false
                    }
                }
            })
        });
        let won = futures_util::future::join_all(wishes).await.into_iter().filter(|w| *w.as_ref().unwrap()).count();
        assert_eq!(won, 1, "{}", fresh.name);
        assert_eq!(free(&app, g.variant).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_orders_of_many_lines_neither_oversell_nor_wait_for_each_other() {
    for fresh in testing::databases().await {
        let app = fresh.app();
        let tx = app.begin(&Actor::System).await.unwrap();
        let g = ground(&tx).await;
        let variants: Arc<Vec<VariantId>> = Arc::new((0..5).map(|_| VariantId::new(&tx)).collect());
        for variant in variants.iter() {
            count(&tx, g.main, *variant, Qty::pieces(9)).await.unwrap();
            count(&tx, g.salon, *variant, Qty::pieces(7)).await.unwrap();
        }
        tx.commit().await.unwrap();
        let wishes = (0..48_usize).map(|n| {
            let (app, variants) = (app.clone(), variants.clone());
            tokio::spawn(async move {
                let tx = app.begin(&Actor::Guest).await.unwrap();
                // Every task names the variants in another order; some want more than one place has.
                let lines: Vec<_> = (0..3).map(|i| (variants[(n + i * 2) % 5], Qty::pieces(1 + (n as i64 % 4)))).collect();
                match take_all(&tx, Places::All, &lines, OrderId::new(&tx)).await {
                    Ok(taken) => {
                        tx.commit().await.unwrap();
                        taken.len()
                    }
                    Err(fault) => {
                        assert_eq!(fault.code, "stock.out_of_stock", "{fault}");
                        0
                    }
                }
            })
        });
        let lines: usize = futures_util::future::join_all(wishes).await.into_iter().map(Result::unwrap).sum();
        assert!(lines > 0);
        for level in levels(app.reader(), &variants).await.unwrap() {
            assert!(level.held <= level.on_hand && level.held >= Qty::ZERO, "{}: {level:?}", fresh.name);
        }
    }
}

#[tokio::test]
async fn a_sale_draws_on_the_first_place_that_has_enough_and_else_on_several() {
    for fresh in testing::databases().await {
        let app = fresh.app();
        let tx = app.begin(&Actor::System).await.unwrap();
        let g = ground(&tx).await;
        count(&tx, g.main, g.variant, Qty::pieces(2)).await.unwrap();
        count(&tx, g.salon, g.variant, Qty::pieces(5)).await.unwrap();
        let held = async |tx: &Tx| {
            let found = levels(tx, &[g.variant]).await.unwrap();
            (found[0].held.0 / 1000, found[1].held.0 / 1000)
        };
        let order = OrderId::new(&tx);
        take(&tx, Places::All, g.variant, Qty::pieces(3), order).await.unwrap();
        assert_eq!(held(&tx).await, (0, 3), "the showroom alone has three");
        take(&tx, Places::All, g.variant, Qty::pieces(4), order).await.unwrap();
        assert_eq!(held(&tx).await, (2, 5), "two from the warehouse, two from the showroom");
        let fault = take(&tx, Places::All, g.variant, Qty(1), order).await.unwrap_err();
        assert_eq!(fault.code, "stock.out_of_stock");
        release(&tx, order).await.unwrap();
        assert_eq!(held(&tx).await, (0, 0));
        let fault = take(&tx, Places::Only(&[g.main]), g.variant, Qty::pieces(3), order).await.unwrap_err();
        assert_eq!(fault.args[1].1, "2", "a channel sees its own places only");
        assert!(take(&tx, Places::Only(&[]), g.variant, Qty::ONE, order).await.is_err());
    }
}

#[tokio::test]
async fn words_change_when_the_window_must() {
    for fresh in testing::databases().await {
        let app = fresh.app();
        let tx = app.begin(&Actor::System).await.unwrap();
        let g = ground(&tx).await;
        let shift = count(&tx, g.main, g.variant, Qty::pieces(5)).await.unwrap().unwrap();
        assert_eq!((shift.before, shift.after), (Word::OutOfStock, Word::InStock));
        assert_eq!(count(&tx, g.main, g.variant, Qty::pieces(5)).await.unwrap(), None);
        let order = OrderId::new(&tx);
        assert_eq!(take(&tx, Places::All, g.variant, Qty::ONE, order).await.unwrap().shift, None);
        let few = take(&tx, Places::All, g.variant, Qty::ONE, order).await.unwrap().shift.unwrap();
        assert_eq!((few.before, few.after), (Word::InStock, Word::Few));
        let gone = take(&tx, Places::All, g.variant, Qty::pieces(3), order).await.unwrap().shift.unwrap();
        assert_eq!(gone.after, Word::OutOfStock);
        let made = set_policy(&tx, g.variant, Policy::MadeToOrder { days: 20 }).await.unwrap().unwrap();
        assert_eq!(made.after, Word::MadeToOrder { days: 20 });
        assert_eq!(set_policy(&tx, g.variant, Policy::MadeToOrder { days: 20 }).await.unwrap(), None);
        let back = release(&tx, order).await.unwrap();
        assert_eq!((back[0].before, back[0].after), (Word::MadeToOrder { days: 20 }, Word::InStock));
    }
}

#[tokio::test]
async fn a_channel_that_draws_on_one_place_learns_that_it_sold_out() {
    for fresh in testing::databases().await {
        let app = fresh.app();
        let tx = app.begin(&Actor::System).await.unwrap();
        let g = ground(&tx).await;
        count(&tx, g.main, g.variant, Qty::ONE).await.unwrap();
        count(&tx, g.salon, g.variant, Qty::pieces(9)).await.unwrap();
        let order = OrderId::new(&tx);
        let taken = take(&tx, Places::Only(&[g.main]), g.variant, Qty::ONE, order).await.unwrap();
        assert_eq!(taken.shift.unwrap().after, Word::OutOfStock, "nine are in the showroom, none in the warehouse");
        assert_eq!(release(&tx, order).await.unwrap()[0].after, Word::Few);
    }
}

#[tokio::test]
async fn what_is_made_to_order_is_promised_beyond_the_shelf_and_shipped_from_it() {
    for fresh in testing::databases().await {
        let app = fresh.app();
        let tx = app.begin(&Actor::System).await.unwrap();
        let g = ground(&tx).await;
        set_policy(&tx, g.variant, Policy::MadeToOrder { days: 20 }).await.unwrap();
        count(&tx, g.salon, g.variant, Qty::ONE).await.unwrap();
        let order = OrderId::new(&tx);
        let taken = take(&tx, Places::All, g.variant, Qty::pieces(3), order).await.unwrap();
        assert_eq!(taken.from_stock, Qty::ONE);
        assert_eq!(available(&tx, Places::All, &[g.variant]).await.unwrap()[&g.variant].free, Qty::pieces(-2));
        ship(&tx, order, &[(g.variant, Qty::pieces(2))]).await.unwrap();
        ship(&tx, order, &[(g.variant, Qty::ONE)]).await.unwrap();
        for level in levels(&tx, &[g.variant]).await.unwrap() {
            assert_eq!((level.on_hand, level.held), (Qty::ZERO, Qty::ZERO));
        }
        let sum = |reason: &str, all: &[Movement]| -> i64 { all.iter().filter(|m| m.reason == reason).map(|m| m.qty.0).sum() };
        let all = movements(&tx, g.variant, 50).await.unwrap();
        assert_eq!((sum("count", &all), sum("received", &all), sum("shipped", &all)), (1000, 2000, -3000));
    }
}

#[tokio::test]
async fn shipping_takes_off_the_shelf_what_the_order_holds_and_no_more() {
    for fresh in testing::databases().await {
        let app = fresh.app();
        let tx = app.begin(&Actor::System).await.unwrap();
        let g = ground(&tx).await;
        count(&tx, g.main, g.variant, Qty::pieces(5)).await.unwrap();
        let order = OrderId::new(&tx);
        take(&tx, Places::All, g.variant, Qty::pieces(3), order).await.unwrap();
        ship(&tx, order, &[(g.variant, Qty::pieces(2))]).await.unwrap();
        let level = &levels(&tx, &[g.variant]).await.unwrap()[0];
        assert_eq!((level.on_hand, level.held), (Qty::pieces(3), Qty::ONE));
        release(&tx, order).await.unwrap();
        assert_eq!(levels(&tx, &[g.variant]).await.unwrap()[0].free(), Qty::pieces(3));
        take(&tx, Places::All, g.variant, Qty::ONE, order).await.unwrap();
        let fault = ship(&tx, order, &[(g.variant, Qty::pieces(2))]).await.unwrap_err();
        assert_eq!(fault.code, "stock.not_held");
    }
}

#[tokio::test]
async fn holds_end_by_themselves() {
    for fresh in testing::databases().await {
        let app = fresh.app();
        let tx = app.begin(&Actor::System).await.unwrap();
        let g = ground(&tx).await;
        count(&tx, g.main, g.variant, Qty::pieces(2)).await.unwrap();
        let until = tx.now().plus_minutes(15);
        hold(&tx, Places::All, &[(g.variant, Qty::pieces(2))], tx.uuid(), until).await.unwrap();
        take(&tx, Places::All, g.variant, Qty::ONE, OrderId::new(&tx)).await.unwrap_err();
        assert_eq!(expire_holds(&tx, 10).await.unwrap(), Expired::default());
        tx.commit().await.unwrap();

        app.clock().set(until);
        let tx = app.begin(&Actor::System).await.unwrap();
        let expired = expire_holds(&tx, 10).await.unwrap();
        assert_eq!((expired.holds, expired.shifts[0].after), (1, Word::Few));
        take(&tx, Places::All, g.variant, Qty::ONE, OrderId::new(&tx)).await.unwrap();
    }
}

#[tokio::test]
async fn services_are_never_out_of_stock() {
    for fresh in testing::databases().await {
        let app = fresh.app();
        let tx = app.begin(&Actor::System).await.unwrap();
        let g = ground(&tx).await;
        set_policy(&tx, g.variant, Policy::Untracked).await.unwrap();
        let order = OrderId::new(&tx);
        let taken = take(&tx, Places::All, g.variant, Qty(1500), order).await.unwrap();
        assert_eq!((taken.from_stock, taken.shift), (Qty(1500), None));
        ship(&tx, order, &[(g.variant, Qty(1500))]).await.unwrap();
        assert!(movements(&tx, g.variant, 5).await.unwrap().is_empty());
        assert_eq!(take(&tx, Places::All, g.variant, Qty(0), order).await.unwrap_err().code, "stock.bad_quantity");
    }
}

#[tokio::test]
async fn a_shelf_never_holds_less_than_nothing() {
    for fresh in testing::databases().await {
        let app = fresh.app();
        let tx = app.begin(&Actor::System).await.unwrap();
        let g = ground(&tx).await;
        adjust(&tx, g.main, g.variant, Qty::pieces(2), Reason::Received).await.unwrap();
        let fault = adjust(&tx, g.main, g.variant, Qty::pieces(-3), Reason::Written).await.unwrap_err();
        assert_eq!(fault.code, "stock.below_zero");
        adjust(&tx, g.main, g.variant, Qty::pieces(-2), Reason::Written).await.unwrap();
        assert_eq!(count(&tx, g.main, g.variant, Qty(-1)).await.unwrap_err().code, "stock.below_zero");
        let moves: Vec<i64> = movements(&tx, g.variant, 9).await.unwrap().iter().map(|m| m.qty.0).collect();
        assert_eq!(moves, [-2000, 2000]);
    }
}

#[tokio::test]
async fn a_thousand_counts_are_few_statements_and_the_same_again_is_nothing() {
    for fresh in testing::databases().await {
        let app = fresh.app();
        let tx = app.begin(&Actor::System).await.unwrap();
        let g = ground(&tx).await;
        let counts: Vec<_> = (0..1100).map(|n| Counted { variant: VariantId::new(&tx), on_hand: Qty::pieces(n % 7) }).collect();
        let shifts = count_many(&tx, g.main, &counts, Reason::Import).await.unwrap();
        assert_eq!(shifts.len(), counts.iter().filter(|c| c.on_hand.0 > 0).count());
        assert!(count_many(&tx, g.main, &counts, Reason::Import).await.unwrap().is_empty());
        assert_eq!(movements(&tx, counts[3].variant, 9).await.unwrap().len(), 1);
        let ids: Vec<_> = counts.iter().map(|c| c.variant).collect();
        let known = available(&tx, Places::All, &ids).await.unwrap();
        assert!(counts.iter().all(|c| known[&c.variant].free == c.on_hand));
    }
}
