//! Money that comes by card: once, whatever is told, by whom and how often.

use super::*;

/// T12: the record is there before the payment, so nothing has to be made of a payment later. T7: told
/// twice, it counts once.
#[tokio::test]
async fn a_card_order_waits_is_paid_once_and_begins() {
    for shop in Shop::each().await {
        let order = shop.order(Payment::Card).await;
        assert_eq!(shop.money(order.id).await, (State::AwaitingPayment, "unpaid".into(), 0, 10_000));
        // Nobody works on it and nobody is written to before the money is there; the stock is held.
        assert_eq!((shop.count("crm_task").await, shop.count("letter").await, shop.free().await), (0, 0, 4));
        let attempt = shop.begin(&order).await.unwrap();
        assert_eq!(shop.message("evt_1", vec![paid(Some(attempt), "pi_1", 10_000)]).await.unwrap(), Receipted::Processed);
        assert_eq!(shop.message("evt_1", vec![paid(Some(attempt), "pi_1", 10_000)]).await.unwrap(), Receipted::Before);
        assert_eq!(shop.message("evt_2", vec![paid(Some(attempt), "pi_1", 10_000)]).await.unwrap(), Receipted::Processed);
        assert_eq!(shop.money(order.id).await, (State::Confirmed, "paid".into(), 10_000, 0));
        assert_eq!((shop.count("payment_entry").await, shop.count("letter").await), (1, 1));
        shop.sound().await;
    }
}

/// T11, T13, T20: page, message and sweeper race; one of them settles it.
#[tokio::test]
async fn page_message_and_sweeper_at_once_are_one_payment() {
    for shop in Shop::each().await {
        let order = shop.order(Payment::Card).await;
        let attempt = shop.begin(&order).await.unwrap();
        let fact = vec![paid(Some(attempt), "pi_1", 10_000)];
        shop.provider.say(&format!("cs_{}", attempt.simple()), fact.clone());
        shop.later(10);
        for name in ["evt_a", "evt_b", "evt_c"] {
            shop.provider.say(name, fact.clone());
        }
        let app = &shop.app;
        let (a, b, c, d, e) = tokio::join!(
            returned(app, &order.token),
            receive(app, b"evt_a", "good"),
            receive(app, b"evt_b", "good"),
            sweep(app),
            receive(app, b"evt_c", "good"),
        );
        a.unwrap();
        d.unwrap();
        assert!([b, c, e].iter().all(Result::is_ok));
        assert_eq!(shop.money(order.id).await, (State::Confirmed, "paid".into(), 10_000, 0));
        assert_eq!((shop.count("payment_entry").await, shop.count("payment_allocation").await), (1, 1));
        shop.sound().await;
    }
}

/// T9, T6: a message that cannot be understood is kept, alarmed and answered so that it comes again.
#[tokio::test]
async fn what_cannot_be_understood_is_kept_and_tried_again() {
    for shop in Shop::each().await {
        let order = shop.order(Payment::Card).await;
        let attempt = shop.begin(&order).await.unwrap();
        assert_eq!(receive(&shop.app, b"evt_1", "good").await.unwrap_err().code, "payments.unreadable");
        let scope = Actor::System.scope(Right::PaymentsRead).unwrap();
        assert_eq!(payments::stuck(shop.app.reader(), &scope, 10).await.unwrap().len(), 1);
        // The next version of the program understands it.
        shop.provider.say("evt_1", vec![paid(Some(attempt), "pi_1", 10_000)]);
        shop.later(60);
        assert_eq!(sweep(&shop.app).await.unwrap().events, 1);
        assert_eq!(shop.money(order.id).await.1, "paid");
        assert_eq!(payments::stuck(shop.app.reader(), &scope, 10).await.unwrap().len(), 0);
    }
}

/// T4: nobody but the provider can say that money came.
#[tokio::test]
async fn a_forged_message_leaves_no_trace() {
    for shop in Shop::each().await {
        let order = shop.order(Payment::Card).await;
        shop.provider.say("evt_1", vec![paid(None, "pi_1", 10_000)]);
        assert_eq!(receive(&shop.app, b"evt_1", "forged").await.unwrap_err().code, "payments.unsigned");
        assert_eq!((shop.count("payment_event").await, shop.count("payment_receipt").await), (0, 0));
        // T3: that a browser came back proves nothing either.
        shop.begin(&order).await.unwrap();
        returned(&shop.app, &order.token).await.unwrap();
        assert_eq!(shop.money(order.id).await.0, State::AwaitingPayment);
    }
}

/// T1, T16: money that belongs to no order lies in sight, and a person gives it a home.
#[tokio::test]
async fn money_without_an_order_lies_on_the_desk_until_it_has_a_home() {
    for shop in Shop::each().await {
        shop.message("evt_1", vec![paid(Some(Uuid::nil()), "pi_9", 12_000)]).await.unwrap();
        assert_eq!(shop.desk().await, 12_000);
        let order = shop.order(Payment::BankTransfer).await;
        let scope = Actor::System.scope(Right::PaymentsRead).unwrap();
        let row = payments::homeless(shop.app.reader(), &scope, false, None, 10).await.unwrap().rows.remove(0);
        let put = home(&shop.app, &Actor::System, row.id, order.id, None, "called").await.unwrap();
        assert_eq!((put, shop.desk().await), (Money::eur(10_000), 2_000));
        assert_eq!(shop.money(order.id).await, (State::Confirmed, "paid".into(), 10_000, 0));
        let again = home(&shop.app, &Actor::System, row.id, order.id, None, "").await.unwrap_err();
        assert_eq!(again.code, "payments.nothing_due");
        // And takes it back, once.
        let view = payments::receipts(shop.app.reader(), &scope, order.id).await.unwrap().remove(0);
        let put = view.allocations[0].id;
        undo(&shop.app, &Actor::System, put, "another order").await.unwrap();
        assert_eq!((shop.desk().await, shop.money(order.id).await.3), (12_000, 10_000));
        assert_eq!(undo(&shop.app, &Actor::System, put, "").await.unwrap_err().code, "payments.undone");
        shop.sound().await;
    }
}

/// T16: one open page an order; the same sum is the same page, whichever tab asks.
#[tokio::test]
async fn two_tabs_are_one_payment_page() {
    for shop in Shop::each().await {
        let order = shop.order(Payment::Card).await;
        let (one, two) =
            tokio::join!(open_page(&shop.app, &Actor::Guest, &order.token), open_page(&shop.app, &Actor::Guest, &order.token),);
        assert_eq!(one.unwrap(), two.unwrap());
        assert_eq!(shop.count("payment_attempt").await, 1);
    }
}

/// Card and transfer for one order: the second one lies on the desk, and the order says so.
#[tokio::test]
async fn paid_twice_is_overpaid_and_never_lost() {
    for shop in Shop::each().await {
        let order = shop.order(Payment::Card).await;
        let attempt = shop.begin(&order).await.unwrap();
        shop.message("evt_1", vec![paid(Some(attempt), "pi_1", 10_000)]).await.unwrap();
        shop.message("evt_2", vec![paid(Some(attempt), "pi_2", 10_000)]).await.unwrap();
        assert_eq!(shop.money(order.id).await, (State::Confirmed, "overpaid".into(), 10_000, 0));
        assert_eq!((shop.desk().await, shop.account(order.id).await.attention), (10_000, "excess".into()));
        shop.sound().await;
    }
}

/// Another sum or currency than the page was made for: it counts as what it is, and somebody looks.
#[tokio::test]
async fn another_sum_or_currency_is_kept_as_it_is() {
    for shop in Shop::each().await {
        let order = shop.order(Payment::Card).await;
        let attempt = shop.begin(&order).await.unwrap();
        shop.message("evt_1", vec![paid(Some(attempt), "pi_1", 1)]).await.unwrap();
        // T4: a cent does not make an order.
        assert_eq!(shop.money(order.id).await, (State::AwaitingPayment, "part_paid".into(), 1, 9_999));
        assert_eq!(shop.account(order.id).await.attention, "amount");
        let zloty = Money::new(10_000, "PLN".parse().unwrap());
        let fact = Fact::Paid { payment: "pi_2".into(), attempt: Some(attempt), session: None, amount: zloty, at: MONDAY };
        shop.message("evt_2", vec![fact]).await.unwrap();
        assert_eq!(shop.money(order.id).await.2, 1);
        assert_eq!((shop.desk().await, shop.count("payment_receipt").await), (10_000, 2));
    }
}

/// T8, T34: an order is given up only after the provider was asked, and late money brings it back.
#[tokio::test]
async fn late_money_brings_an_order_back_or_says_that_the_goods_are_gone() {
    for shop in Shop::each().await {
        let order = shop.order(Payment::Card).await;
        let attempt = shop.begin(&order).await.unwrap();
        shop.later(200);
        // A page is open still: the clock alone gives nothing up.
        assert_eq!(run_out(&shop.app).await.unwrap(), 0);
        shop.message("evt_1", vec![Fact::Expired { attempt: Some(attempt), session: None }]).await.unwrap();
        shop.later(10);
        assert_eq!(run_out(&shop.app).await.unwrap(), 1);
        assert_eq!((shop.money(order.id).await.0, shop.free().await), (State::Abandoned, 5));
        shop.message("evt_2", vec![paid(Some(attempt), "pi_1", 10_000)]).await.unwrap();
        assert_eq!((shop.money(order.id).await.0, shop.free().await), (State::Confirmed, 4));
        assert_eq!(shop.account(order.id).await.attention, "");

        // T10, T14, T17, T18: the goods went to others meanwhile; it is an order all the same.
        let late = shop.order(Payment::Card).await;
        let attempt = shop.begin(&late).await.unwrap();
        shop.message("evt_3", vec![Fact::Expired { attempt: Some(attempt), session: None }]).await.unwrap();
        shop.later(200);
        run_out(&shop.app).await.unwrap();
        for _ in 0..4 {
            shop.order(Payment::BankTransfer).await;
        }
        shop.message("evt_4", vec![paid(Some(attempt), "pi_2", 10_000)]).await.unwrap();
        assert_eq!(shop.money(late.id).await, (State::Confirmed, "paid".into(), 10_000, 0));
        assert_eq!((shop.account(late.id).await.attention, shop.free().await), ("stock".into(), 0));
        shop.sound().await;
    }
}

/// Money for a cancelled order is not swallowed by it.
#[tokio::test]
async fn money_for_a_cancelled_order_lies_on_the_desk() {
    for shop in Shop::each().await {
        let order = shop.order(Payment::Card).await;
        let attempt = shop.begin(&order).await.unwrap();
        orders::cancel(&shop.app, &Actor::System, order.id, "changed mind").await.unwrap();
        shop.message("evt_1", vec![paid(Some(attempt), "pi_1", 10_000)]).await.unwrap();
        assert_eq!((shop.desk().await, shop.account(order.id).await.attention), (10_000, "late_money".into()));
        assert_eq!(shop.money(order.id).await.0, State::Cancelled);
        assert_eq!(open_page(&shop.app, &Actor::Guest, &order.token).await.unwrap_err().code, "payments.closed");
        shop.sound().await;
    }
}

/// Asynchronous ways to pay take days: the order says so, nobody is asked to pay again.
#[tokio::test]
async fn a_payment_under_way_is_neither_paid_nor_failed() {
    for shop in Shop::each().await {
        let order = shop.order(Payment::Card).await;
        let attempt = shop.begin(&order).await.unwrap();
        shop.message("evt_1", vec![Fact::Processing { attempt: Some(attempt), session: None }]).await.unwrap();
        assert_eq!(shop.money(order.id).await.1, "processing");
        assert_eq!(open_page(&shop.app, &Actor::Guest, &order.token).await.unwrap_err().code, "payments.busy");
        shop.later(3 * 24 * 60);
        assert_eq!(run_out(&shop.app).await.unwrap(), 0);
        shop.message("evt_2", vec![Fact::Failed { attempt: Some(attempt), session: None, why: "no funds".into() }])
            .await
            .unwrap();
        assert_eq!(shop.money(order.id).await.1, "unpaid");
        let second = shop.begin(&order).await.unwrap();
        assert_ne!(attempt, second);
    }
}

/// The provider does not answer: nobody knows whether the page exists, so the sweeper finds out.
#[tokio::test]
async fn a_silent_provider_is_asked_again_with_the_same_name() {
    for shop in Shop::each().await {
        let order = shop.order(Payment::Card).await;
        shop.provider.moods.lock().unwrap().push(Trouble::Silent("cut".into()));
        assert_eq!(shop.begin(&order).await.unwrap_err().code, "payments.silent");
        let attempt = shop.provider.started.lock().unwrap()[0].attempt;
        shop.provider.say(&format!("cs_{}", attempt.simple()), vec![paid(Some(attempt), "pi_1", 10_000)]);
        shop.later(2);
        assert_eq!(sweep(&shop.app).await.unwrap().found, 1);
        assert_eq!(shop.money(order.id).await.1, "paid");
        let started = shop.provider.started.lock().unwrap();
        assert!(started.iter().all(|s| s.attempt == attempt && s.amount == Money::eur(10_000)));
    }
}

/// T15: a refusal ends the attempt; the order is neither done nor lost, and the customer may try again.
#[tokio::test]
async fn a_refusal_ends_the_attempt_and_not_the_order() {
    for shop in Shop::each().await {
        let order = shop.order(Payment::Card).await;
        shop.provider.moods.lock().unwrap().push(Trouble::Refused("no".into()));
        assert_eq!(shop.begin(&order).await.unwrap_err().code, "payments.refused");
        assert_eq!(shop.money(order.id).await.0, State::AwaitingPayment);
        shop.begin(&order).await.unwrap();
        assert_eq!(shop.count("payment_attempt").await, 2);
    }
}

/// T12: messages never came; the daily list is without age limit, and goes on where it stopped.
#[tokio::test]
async fn the_daily_comparison_finds_what_nobody_told() {
    for shop in Shop::each().await {
        let order = shop.order(Payment::Card).await;
        let attempt = shop.begin(&order).await.unwrap();
        // The newest first, as providers list.
        let all = vec![
            dispute("pi_3", 700, DisputeState::Open),
            paid(None, "pi_3", 700),
            back("re_1", "pi_2", 100, RefundState::Succeeded),
            paid(Some(attempt), "pi_1", 10_000),
            paid(None, "pi_2", 500),
        ];
        *shop.provider.list.lock().unwrap() = all;
        assert_eq!(compare(&shop.app).await.unwrap(), 5);
        assert_eq!((shop.money(order.id).await.1, shop.desk().await), ("paid".into(), 400));
        assert_eq!(compare(&shop.app).await.unwrap(), 0, "it rests for a day");
        shop.later(25 * 60);
        // Cut off in the middle: the next call goes on there.
        shop.provider.moods.lock().unwrap().push(Trouble::Silent("cut".into()));
        assert_eq!(compare(&shop.app).await.unwrap_err().code, "payments.silent");
        assert_eq!(compare(&shop.app).await.unwrap(), 0);
        shop.sound().await;
    }
}

/// T2: letters have a life of their own. Where none can be written, the order is paid all the same,
/// and the letter waits with its reason.
#[tokio::test]
async fn a_letter_that_cannot_be_written_stops_no_payment() {
    for shop in Shop::each().await {
        let order = shop.order(Payment::Card).await;
        let attempt = shop.begin(&order).await.unwrap();
        shop.message("evt_1", vec![paid(Some(attempt), "pi_1", 10_000)]).await.unwrap();
        let broken = Registry::new().on(|_, _: crate::mail::SendLetter| async move {
            Err(crate::jobs::Failure::Fail("a template of the year before last".into()))
        });
        Worker::new(shop.app.clone(), broken).run_until_idle().await.unwrap();
        assert_eq!(shop.money(order.id).await, (State::Confirmed, "paid".into(), 10_000, 0));
        let waits = "job where done_at is null and last_error like '%year before last%'";
        assert_eq!(shop.count(waits).await, 1);
        shop.sound().await;
    }
}

/// T19: what a provider said is the shop's own record. Keeping the shop tidy never drops it.
#[tokio::test]
async fn years_of_upkeep_drop_no_message_and_no_entry() {
    for shop in Shop::each().await {
        let order = shop.order(Payment::Card).await;
        let attempt = shop.begin(&order).await.unwrap();
        shop.message("evt_1", vec![paid(Some(attempt), "pi_1", 10_000)]).await.unwrap();
        for _ in 0..3 {
            shop.later(400 * 24 * 60);
            crate::flows::upkeep::tidy(&shop.app).await.unwrap();
        }
        let kept = [shop.count("payment_event").await, shop.count("payment_entry").await, shop.count("payment_attempt").await];
        assert_eq!(kept, [1, 1, 1]);
        shop.sound().await;
    }
}
