//! How offers end: in time, or with a yes that the stock would not bear.

use super::*;

#[tokio::test]
async fn what_is_over_is_over_and_may_be_wanted_again() {
    for (fresh, s) in shops().await {
        let (id, token) = s.sent(vec![s.goods("LA-1", 1).await]).await;
        let consent = s.consent(&token, None).await;
        assert!(flow::want_again(&s.app, &Actor::Guest, &token, asking("", None, "a0")).await.is_err(), "it still holds");
        assert_eq!(flow::expire(&s.app).await.unwrap(), 0);
        s.app.clock().set(s.app.now().plus_days(31));
        let late = flow::accept(&s.app, &Actor::Guest, &token, (consent.clone(), "Užsakyti")).await.unwrap_err();
        assert_eq!(late.code, "offers.expired", "{}", fresh.name);
        assert_eq!((flow::expire(&s.app).await.unwrap(), flow::expire(&s.app).await.unwrap()), (1, 0));
        assert_eq!(s.offer(id).await.state, State::Expired);
        assert!(flow::page(&s.app, &token, None).await.unwrap().over);
        flow::want_again(&s.app, &Actor::Guest, &token, asking("", None, "a1")).await.unwrap();
        assert_eq!(s.tasks(TaskKind::Call).await, 1);
        flow::revise(&s.app, &SYSTEM, id).await.unwrap();
        flow::send(&s.app, &SYSTEM, id, flow::Unread::Refused).await.unwrap();
        assert_eq!(s.tasks(TaskKind::Call).await, 0, "a new version settles the call");
        let no = Refusal { reason: "price".into(), note: "Rado pigiau".into(), address: "127.0.0.1".into() };
        flow::decline(&s.app, &Actor::Guest, &token, no).await.unwrap();
        let lost = s.offer(id).await;
        assert_eq!((lost.state, lost.loss_reason.as_str()), (State::Declined, "price: Rado pigiau"));
        let codes = ["offer.sent", "offer.expired", "offer.wanted_again", "offer.sent", "offer.declined"];
        assert_eq!(s.history().await, codes);
    }
}

#[tokio::test]
async fn a_yes_stands_when_the_stock_would_not_bear_the_order() {
    for (fresh, s) in shops().await {
        let (id, token) = s.sent(vec![s.goods("KE-1", 5).await]).await;
        let consent = s.consent(&token, None).await;
        let yes = flow::accept(&s.app, &Actor::Guest, &token, (consent, "Užsakyti")).await.unwrap();
        assert_eq!((yes.order, s.offer(id).await.state), (None, State::Accepted), "{}", fresh.name);
        assert_eq!(s.tasks(TaskKind::OrderReview).await, 1);
        assert_eq!(flow::order(&s.app, &SYSTEM, id).await.unwrap_err().code, "offers.out_of_stock");
        let (_, variant) = counter::find(&s.app, "KE-1").await;
        let tx = s.app.begin(&SYSTEM).await.unwrap();
        crate::stock::adjust(&tx, s.channel.locations[0], variant, Qty::pieces(9), crate::stock::Reason::Count).await.unwrap();
        tx.commit().await.unwrap();
        let order = flow::order(&s.app, &SYSTEM, id).await.unwrap();
        assert_eq!((s.offer(id).await.state, s.offer(id).await.order), (State::Ordered, Some(order)));
    }
}
