//! Money that goes back: refunds and disputes.

use super::*;

/// A refund: asked of the provider by a job, booked once, and not asked for again.
#[tokio::test]
async fn refunds_are_partial_several_and_never_more_than_came() {
    for shop in Shop::each().await {
        let order = shop.order(Payment::Card).await;
        let attempt = shop.begin(&order).await.unwrap();
        shop.message("evt_1", vec![paid(Some(attempt), "pi_1", 10_000)]).await.unwrap();
        let scope = Actor::System.scope(Right::PaymentsRead).unwrap();
        let receipt = payments::receipts(shop.app.reader(), &scope, order.id).await.unwrap()[0].id;
        let want =
            |cents: i64| NewRefund { receipt, order: Some(order.id), amount: Money::eur(cents), reason: "scratched".into() };
        refund(&shop.app, &Actor::System, want(3_000)).await.unwrap();
        let much = refund(&shop.app, &Actor::System, want(7_001)).await.unwrap_err();
        assert_eq!((much.code, much.args[0].1.as_str()), ("payments.too_much", "70.00"));
        shop.run_jobs().await;
        assert_eq!(shop.money(order.id).await, (State::Confirmed, "part_refunded".into(), 7_000, 0));
        let second = refund(&shop.app, &Actor::System, want(7_000)).await.unwrap();
        shop.run_jobs().await;
        assert_eq!(shop.money(order.id).await, (State::Confirmed, "refunded".into(), 0, 0));
        // The message about it comes too, and later the bank refuses it: the money is here again.
        let name = format!("re_{}", second.uuid().simple());
        let told = |state| Fact::Refunded {
            refund: name.clone(),
            payment: "pi_1".into(),
            ours: Some(second.uuid()),
            amount: Money::eur(7_000),
            state,
            at: MONDAY,
        };
        shop.message("evt_2", vec![told(RefundState::Succeeded)]).await.unwrap();
        shop.message("evt_3", vec![told(RefundState::Failed)]).await.unwrap();
        assert_eq!(shop.money(order.id).await, (State::Confirmed, "part_refunded".into(), 7_000, 0));
        assert_eq!(shop.account(order.id).await.attention, "refund_failed");
        shop.sound().await;
    }
}

/// Two people refund the same money at the same moment: one of them is told so.
#[tokio::test]
async fn two_refunds_at_once_never_exceed_the_payment() {
    for shop in Shop::each().await {
        let order = shop.order(Payment::Card).await;
        let attempt = shop.begin(&order).await.unwrap();
        shop.message("evt_1", vec![paid(Some(attempt), "pi_1", 10_000)]).await.unwrap();
        let scope = Actor::System.scope(Right::PaymentsRead).unwrap();
        let receipt = payments::receipts(shop.app.reader(), &scope, order.id).await.unwrap()[0].id;
        let want = || NewRefund { receipt, order: Some(order.id), amount: Money::eur(6_000), reason: "gone".into() };
        let (one, two) = tokio::join!(refund(&shop.app, &Actor::System, want()), refund(&shop.app, &Actor::System, want()));
        assert_eq!([one, two].iter().filter(|r| r.is_ok()).count(), 1);
        shop.run_jobs().await;
        assert_eq!(shop.money(order.id).await.2, 4_000);
        shop.sound().await;
    }
}

/// A refund or dispute that overtakes its payment waits for it.
#[tokio::test]
async fn an_event_before_its_object_is_told_again() {
    for shop in Shop::each().await {
        let order = shop.order(Payment::Card).await;
        let attempt = shop.begin(&order).await.unwrap();
        let early = shop.message("evt_1", vec![back("re_1", "pi_1", 1_000, RefundState::Succeeded)]).await.unwrap_err();
        assert_eq!(early.code, "payments.not_yet");
        shop.message("evt_2", vec![paid(Some(attempt), "pi_1", 10_000)]).await.unwrap();
        shop.later(60);
        sweep(&shop.app).await.unwrap();
        assert_eq!(shop.money(order.id).await, (State::Confirmed, "part_refunded".into(), 9_000, 0));
        shop.sound().await;
    }
}

#[tokio::test]
async fn a_dispute_takes_the_money_and_winning_brings_it_back() {
    for shop in Shop::each().await {
        let order = shop.order(Payment::Card).await;
        let attempt = shop.begin(&order).await.unwrap();
        shop.message("evt_1", vec![paid(Some(attempt), "pi_1", 10_000)]).await.unwrap();
        shop.message("evt_2", vec![dispute("pi_1", 10_000, DisputeState::Open)]).await.unwrap();
        assert_eq!(shop.money(order.id).await, (State::Confirmed, "disputed".into(), 0, 10_000));
        let scope = Actor::System.scope(Right::PaymentsRead).unwrap();
        let receipt = payments::receipts(shop.app.reader(), &scope, order.id).await.unwrap()[0].id;
        let want = NewRefund { receipt, order: None, amount: Money::eur(100), reason: "kind".into() };
        assert_eq!(refund(&shop.app, &Actor::System, want).await.unwrap_err().code, "payments.disputed");
        shop.message("evt_3", vec![dispute("pi_1", 10_000, DisputeState::Won)]).await.unwrap();
        assert_eq!(shop.money(order.id).await, (State::Confirmed, "paid".into(), 10_000, 0));
        shop.sound().await;
    }
}
