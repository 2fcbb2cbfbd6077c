//! Money that people enter: transfers and cash, and who may.

use super::*;

/// S25: what a manager enters, once; a deposit is enough to begin; cash and transfer go back by hand.
#[tokio::test]
async fn payments_by_hand_cover_a_deposit_and_go_back_by_hand() {
    for shop in Shop::each().await {
        let order = shop.order(Payment::BankTransfer).await;
        set_deposit(&shop.app, &Actor::System, order.id, Some(Money::eur(3_000))).await.unwrap();
        assert_eq!(due(shop.app.reader(), order.id).await.unwrap().ask, Money::eur(3_000));
        let pay = |cents: i64, key: &str| NewPayment {
            order: order.id,
            method: Method::Bank,
            amount: Money::eur(cents),
            at: MONDAY,
            payer: String::new(),
            note: "seen on the account".into(),
            fiscal_receipt: String::new(),
            key: key.into(),
        };
        enter(&shop.app, &Actor::System, pay(3_000, "k1")).await.unwrap();
        let again = enter(&shop.app, &Actor::System, pay(3_000, "k1")).await.unwrap();
        assert_eq!((again.put, shop.count("payment_receipt").await), (Money::eur(3_000), 1));
        assert_eq!(shop.money(order.id).await, (State::Confirmed, "part_paid".into(), 3_000, 7_000));
        assert_eq!(due(shop.app.reader(), order.id).await.unwrap().ask, Money::eur(7_000));
        let more = enter(&shop.app, &Actor::System, pay(7_500, "k2")).await.unwrap();
        assert_eq!((more.put, shop.desk().await), (Money::eur(7_000), 500));
        assert_eq!(shop.money(order.id).await.1, "overpaid");
        let rest = NewRefund { receipt: more.receipt, order: Some(order.id), amount: Money::eur(500), reason: "too much".into() };
        refund(&shop.app, &Actor::System, rest).await.unwrap();
        assert_eq!((shop.desk().await, shop.money(order.id).await.1), (0, "paid".into()));
        let tomorrow = NewPayment { at: MONDAY.plus_days(1), ..pay(100, "k3") };
        assert_eq!(enter(&shop.app, &Actor::System, tomorrow).await.unwrap_err().code, "form.malformed");
        assert_eq!(enter(&shop.app, &Actor::System, pay(0, "k4")).await.unwrap_err().code, "payments.not_a_sum");
        shop.sound().await;
    }
}

/// S28: cash is rounded at the end, limited over the whole deal, and proven by a numbered order.
#[tokio::test]
async fn cash_is_rounded_limited_and_proven() {
    for shop in Shop::each().await {
        let order = shop.order(Payment::BankTransfer).await;
        let pay = |cents: i64, method: Method, key: &str| NewPayment {
            order: order.id,
            method,
            amount: Money::eur(cents),
            at: MONDAY,
            payer: String::new(),
            note: String::new(),
            fiscal_receipt: "0048213".into(),
            key: key.into(),
        };
        enter(&shop.app, &Actor::System, pay(2_567, Method::Terminal, "k1")).await.unwrap();
        // 74.33 is left: cash can pay 74.35.
        let odd = enter(&shop.app, &Actor::System, pay(7_433, Method::Cash, "k2")).await.unwrap_err();
        assert_eq!((odd.code, odd.field.as_deref()), ("payments.cash_step", Some("amount")));
        enter(&shop.app, &Actor::System, pay(7_435, Method::Cash, "k3")).await.unwrap();
        assert_eq!(shop.money(order.id).await, (State::Confirmed, "paid".into(), 10_000, 0));
        assert_eq!(shop.desk().await, 0, "the two cents are rounding and nobody's money");
        let much = enter(&shop.app, &Actor::System, pay(500_000, Method::Cash, "k4")).await.unwrap_err();
        assert_eq!(much.code, "payments.cash_limit");
        let slips =
            db::column::<String>(shop.app.reader(), "select number from issued_document where kind = 'cash_receipt'", vec![])
                .await;
        assert_eq!(slips.unwrap(), ["KPO-000001"]);
        let scope = Actor::System.scope(Right::PaymentsRead).unwrap();
        let cash = payments::receipts(shop.app.reader(), &scope, order.id).await.unwrap().remove(1).id;
        let back = NewRefund { receipt: cash, order: Some(order.id), amount: Money::eur(1_000), reason: "scratched".into() };
        refund(&shop.app, &Actor::System, back).await.unwrap();
        let slips =
            db::column::<String>(shop.app.reader(), "select number from issued_document where kind = 'cash_refund'", vec![])
                .await;
        assert_eq!((slips.unwrap(), shop.money(order.id).await.2), (vec!["KIO-000001".to_owned()], 9_000));
        shop.sound().await;
    }
}

/// T5: a transfer is waited for, reminded of and given up; the order comes back when it comes.
#[tokio::test]
async fn a_transfer_is_reminded_of_given_up_and_still_welcome() {
    for shop in Shop::each().await {
        let order = shop.order(Payment::BankTransfer).await;
        assert_eq!(remind(&shop.app).await.unwrap(), 0);
        shop.later(4 * 24 * 60);
        assert_eq!((remind(&shop.app).await.unwrap(), remind(&shop.app).await.unwrap()), (1, 0));
        shop.later(4 * 24 * 60);
        assert_eq!(remind(&shop.app).await.unwrap(), 1);
        shop.later(7 * 24 * 60);
        assert_eq!(remind(&shop.app).await.unwrap(), 0);
        assert_eq!((shop.money(order.id).await.0, shop.free().await), (State::Abandoned, 5));
        let late = NewPayment {
            order: order.id,
            method: Method::Bank,
            amount: Money::eur(10_000),
            at: shop.app.now(),
            payer: String::new(),
            note: String::new(),
            fiscal_receipt: String::new(),
            key: "k".into(),
        };
        enter(&shop.app, &Actor::System, late).await.unwrap();
        assert_eq!((shop.money(order.id).await.0, shop.free().await), (State::Confirmed, 4));
        shop.sound().await;
    }
}

#[tokio::test]
async fn money_is_for_those_who_may() {
    for shop in Shop::each().await {
        let order = shop.order(Payment::BankTransfer).await;
        let viewer =
            Actor::Staff(crate::kernel::StaffActor::new(crate::kernel::UserId(Uuid::nil()), "V", crate::kernel::Role::Viewer));
        for actor in [Actor::Guest, viewer] {
            let pay = NewPayment {
                order: order.id,
                method: Method::Cash,
                amount: Money::eur(1),
                at: MONDAY,
                payer: String::new(),
                note: String::new(),
                fiscal_receipt: String::new(),
                key: "k".into(),
            };
            assert_eq!(enter(&shop.app, &actor, pay).await.unwrap_err().kind, crate::kernel::Kind::Forbidden);
            let back = NewRefund {
                receipt: crate::kernel::ReceiptId(Uuid::nil()),
                order: None,
                amount: Money::eur(1),
                reason: "x".into(),
            };
            assert_eq!(refund(&shop.app, &actor, back).await.unwrap_err().kind, crate::kernel::Kind::Forbidden);
        }
        assert_eq!(shop.count("payment_receipt").await, 0);
    }
}

/// Goods that went out before their money came: nobody is asked to send them again.
#[tokio::test]
async fn what_was_sent_before_it_was_paid_is_not_sent_again() {
    for shop in Shop::each().await {
        let order = shop.order(Payment::BankTransfer).await;
        orders::confirm(&shop.app, &Actor::System, order.id).await.unwrap();
        let scope = Actor::System.scope(Right::OrdersRead).unwrap();
        let lines = sales::order(shop.app.reader(), &scope, order.id).await.unwrap().lines;
        let new = sales::NewShipment {
            order: order.id,
            lines: lines.iter().map(|l| (l.id, l.left)).collect(),
            batches: Vec::new(),
            carrier: String::new(),
            tracking: String::new(),
            tracking_url: String::new(),
            note: String::new(),
            shipped_at: shop.app.now(),
        };
        orders::ship(&shop.app, &Actor::System, new).await.unwrap();
        let late = NewPayment {
            order: order.id,
            method: Method::Bank,
            amount: Money::eur(10_000),
            at: shop.app.now(),
            payer: String::new(),
            note: String::new(),
            fiscal_receipt: String::new(),
            key: "k".into(),
        };
        enter(&shop.app, &Actor::System, late).await.unwrap();
        assert_eq!(shop.money(order.id).await, (State::Shipped, "paid".into(), 10_000, 0));
        assert_eq!(shop.count("crm_task where kind = 'fulfil' and state = 'open'").await, 0);
    }
}
