//! The adapter against a stand-in Stripe, over HTTP.

mod events;
mod support;

use std::time::Duration;

use support::{ATTEMPT, Shop, order_of, refund, start};
use vitrina::{
    kernel::{Locale, Moment, Money},
    payments::{DisputeState, Fact, Gateway, RefundState, Trouble},
};
use vitrina_stripe::Stripe;
use vitrina_tests::stripe::{Endpoint, Fault, StripeStandIn};

#[tokio::test]
async fn a_page_says_exactly_what_is_due() {
    let shop = Shop::open().await;
    let started = shop.gateway.start(&start(1, Money::eur(19_90))).await.unwrap();
    let session = shop.stripe.session(&started.session).unwrap();
    assert_eq!(started.url, format!("{}/pay/{}", shop.stripe.url(), session.id));
    assert_eq!((session.amount, session.currency.as_str(), session.title.as_str()), (19_90, "eur", "Užsakymas UZS-2026-000001"));
    assert_eq!(session.email.as_deref(), Some("ona@demo.test"));
    assert_eq!(session.locale.as_deref(), Some("lt"));
    assert_eq!(session.success_url, "https://shop.test/lt/checkout/paid?a=1&b=2");
    assert_eq!(session.cancel_url.as_deref(), Some("https://shop.test/lt/checkout"));
    assert_eq!(session.client_reference_id.as_deref(), Some(ATTEMPT));
    for metadata in [&session.metadata, &session.payment_metadata] {
        assert_eq!(metadata["vitrina_attempt"], ATTEMPT);
        assert_eq!(metadata["vitrina_order"], order_of(1));
        assert_eq!(metadata["vitrina_number"], "UZS-2026-000001");
    }
}

#[tokio::test]
async fn currencies_without_cents_are_charged_as_they_are() {
    let shop = Shop::open().await;
    for (n, code, minor, sent) in
        [(1, "JPY", 500, 500), (2, "ISK", 500, 50_000), (3, "KWD", 5_120, 5_120), (4, "HUF", 5_000_00, 5_000_00)]
    {
        let amount = Money::new(minor, code.parse().unwrap());
        let session = shop.gateway.start(&start(n, amount)).await.unwrap().session;
        assert_eq!(shop.stripe.session(&session).unwrap().amount, sent, "{code}");
        let payment = shop.stripe.pay(&session).unwrap();
        let facts = shop.gateway.ask(&session).await.unwrap();
        assert!(matches!(&facts[0], Fact::Paid { payment: p, amount: a, .. } if *p == payment && *a == amount), "{facts:?}");
    }
    let unsendable = shop.gateway.start(&start(5, Money::new(5_124, "KWD".parse().unwrap()))).await;
    assert!(matches!(unsendable, Err(Trouble::Refused(_))), "{unsendable:?}");
}

#[tokio::test]
async fn a_page_lives_from_half_an_hour_to_a_day() {
    let shop = Shop::open().await;
    for (n, minutes, want) in [(1, 1, 35), (2, 60, 60), (3, 3 * 24 * 60, 24 * 60)] {
        let mut asked = start(n, Money::eur(10_00));
        asked.expires_at = shop.now().plus_minutes(minutes);
        let session = shop.gateway.start(&asked).await.unwrap().session;
        assert_eq!(shop.stripe.session(&session).unwrap().expires_at, shop.now().plus_minutes(want).0 / 1000, "{minutes}");
    }
}

#[tokio::test]
async fn asking_twice_opens_one_page_also_when_the_answer_was_lost() {
    let shop = Shop::open().await;
    let asked = start(1, Money::eur(10_00));
    for fault in
        [Fault::Cut, Fault::Late(Duration::from_secs(3)), Fault::Garbage, Fault::Error(503), Fault::CutBefore, Fault::Error(429)]
    {
        shop.stripe.faults().next(Endpoint::Start, fault);
        let lost = shop.gateway.start(&asked).await;
        assert!(matches!(lost, Err(Trouble::Silent(_))), "{fault:?}: {lost:?}");
    }
    // Minutes later: the same words are sent, or Stripe would refuse the key.
    shop.stripe.advance(Duration::from_secs(240));
    let first = shop.gateway.start(&asked).await.unwrap();
    assert_eq!(shop.gateway.start(&asked).await.unwrap(), first);
    assert_eq!(shop.stripe.sessions().len(), 1);
    // Another sum is another page.
    let other = shop.gateway.start(&start(1, Money::eur(12_00))).await.unwrap();
    assert_ne!(other.session, first.session);
}

#[tokio::test]
async fn other_words_under_the_same_key_do_not_end_the_attempt() {
    let shop = Shop::open().await;
    let mut asked = start(1, Money::eur(10_00));
    shop.gateway.start(&asked).await.unwrap();
    asked.locale = Locale::DE;
    let conflict = shop.gateway.start(&asked).await;
    // The page of the first words may be open, and bring money.
    assert!(matches!(&conflict, Err(Trouble::Silent(why)) if why.contains("same parameters")), "{conflict:?}");
    assert_eq!(shop.stripe.sessions().len(), 1);
}

#[tokio::test]
async fn what_stripe_will_not_have_is_refused_and_a_wrong_key_is_not() {
    let shop = Shop::open().await;
    for amount in [Money::eur(10), Money::eur(0), Money::eur(-5)] {
        let refused = shop.gateway.start(&start(1, amount)).await;
        assert!(matches!(refused, Err(Trouble::Refused(_))), "{amount:?}: {refused:?}");
    }
    let wrong = Stripe::new(&shop.stripe.url(), "pk_test_1", vec![]).unwrap();
    let silent = wrong.start(&start(1, Money::eur(10_00))).await.unwrap_err();
    assert!(matches!(&silent, Trouble::Silent(why) if !why.contains("pk_test_1")), "{silent:?}");
    let nobody = Stripe::new("http://127.0.0.1:9", "sk_test_1", vec![]).unwrap();
    assert!(matches!(nobody.start(&start(1, Money::eur(10_00))).await, Err(Trouble::Silent(_))));
}

#[tokio::test]
async fn a_session_is_asked_how_it_stands() {
    let shop = Shop::open().await;
    let attempt = Some(ATTEMPT.parse().unwrap());
    let session = shop.page(1, Money::eur(19_90)).await;
    let name = Some(session.clone());
    let ask = || shop.gateway.ask(&session);
    assert_eq!(ask().await.unwrap(), [Fact::Open { attempt, session: name.clone() }]);
    shop.stripe.decline(&session).unwrap();
    assert_eq!(ask().await.unwrap(), [Fact::Open { attempt, session: name.clone() }], "a declined card ends nothing");
    let payment = shop.stripe.pay_by_bank(&session).unwrap();
    assert_eq!(ask().await.unwrap(), [Fact::Processing { attempt, session: name.clone() }]);
    shop.stripe.advance(Duration::from_secs(3 * 86_400));
    shop.stripe.bank_pays(&session).unwrap();
    let at = shop.now().plus_days(3);
    assert_eq!(ask().await.unwrap(), [Fact::Paid { payment, attempt, session: name, amount: Money::eur(19_90), at }]);
}

#[tokio::test]
async fn a_page_that_brings_nothing_says_so() {
    let shop = Shop::open().await;
    let (refused, expired) = (shop.page(1, Money::eur(10_00)).await, shop.page(2, Money::eur(10_00)).await);
    shop.stripe.pay_by_bank(&refused).unwrap();
    shop.stripe.bank_refuses(&refused).unwrap();
    let facts = shop.gateway.ask(&refused).await.unwrap();
    assert!(
        matches!(facts.as_slice(), [Fact::Failed { why, .. }] if why == "payment_intent_payment_attempt_failed"),
        "{facts:?}"
    );
    shop.stripe.advance(Duration::from_secs(2 * 86_400));
    let facts = shop.gateway.ask(&expired).await.unwrap();
    assert!(matches!(facts.as_slice(), [Fact::Expired { .. }]), "{facts:?}");
    for strange in ["cs_test_nobody", "", "../refunds", "cs_1?x=1"] {
        assert!(matches!(shop.gateway.ask(strange).await, Err(Trouble::Refused(_))), "{strange}");
    }
}

#[tokio::test]
async fn refunds_in_part_and_no_more_than_was_paid() {
    let shop = Shop::open().await;
    let session = shop.page(1, Money::eur(20_00)).await;
    let payment = shop.stripe.pay(&session).unwrap();
    let first = shop.gateway.refund(&refund(1, &payment, Money::eur(5_00))).await.unwrap();
    let want = |state| (payment.clone(), Some(support::uuid(1)), Money::eur(5_00), state);
    assert_eq!(support::refunded(&first), want(RefundState::Succeeded));
    let again = shop.gateway.refund(&refund(1, &payment, Money::eur(5_00))).await.unwrap();
    assert_eq!(again, first);
    let too_much = shop.gateway.refund(&refund(2, &payment, Money::eur(15_01))).await;
    assert!(matches!(&too_much, Err(Trouble::Refused(why)) if why.contains("greater than unrefunded")), "{too_much:?}");
    shop.gateway.refund(&refund(3, &payment, Money::eur(15_00))).await.unwrap();
    let spent = shop.gateway.refund(&refund(4, &payment, Money::eur(1))).await;
    assert!(matches!(&spent, Err(Trouble::Refused(why)) if why.contains("already been refunded")), "{spent:?}");
    assert_eq!(shop.stripe.balance()["eur"], 0);
    assert_eq!(shop.gateway.ask(&session).await.unwrap().len(), 3, "the payment and two refunds");
}

#[tokio::test]
async fn a_refund_is_made_once_even_after_stripe_forgot_the_key() {
    let shop = Shop::open().await;
    let payment = shop.stripe.pay(&shop.page(1, Money::eur(20_00)).await).unwrap();
    let asked = refund(1, &payment, Money::eur(5_00));
    // Done, and every answer lost; the last is remembered by Stripe as a failure.
    for fault in [Fault::ErrorAfter(500), Fault::Cut, Fault::Late(Duration::from_secs(3))] {
        shop.stripe.faults().next(Endpoint::Refund, fault);
    }
    assert!(matches!(shop.gateway.refund(&asked).await, Err(Trouble::Silent(_))));
    assert_eq!(shop.stripe.refunds().len(), 1);
    shop.stripe.faults().clear();
    shop.stripe.forget_keys();
    let made = shop.gateway.refund(&asked).await.unwrap();
    assert_eq!(support::refunded(&made).3, RefundState::Succeeded);
    assert_eq!((shop.stripe.refunds().len(), shop.stripe.balance()["eur"]), (1, 15_00));
}

#[tokio::test]
async fn refunds_wait_fail_and_come_back() {
    let shop = Shop::open().await;
    shop.stripe.refunds_wait(true);
    let session = shop.page(1, Money::eur(20_00)).await;
    let payment = shop.stripe.pay(&session).unwrap();
    let waiting = shop.gateway.refund(&refund(1, &payment, Money::eur(5_00))).await.unwrap();
    assert_eq!(support::refunded(&waiting).3, RefundState::Pending);
    let name = shop.stripe.refunds()[0].id.clone();
    shop.stripe.refund_succeeds(&name).unwrap();
    assert_eq!(shop.stripe.balance()["eur"], 15_00);
    shop.stripe.refund_fails(&name).unwrap();
    assert_eq!(shop.stripe.balance()["eur"], 20_00);
    let facts = shop.gateway.ask(&session).await.unwrap();
    assert_eq!(support::refunded(&facts[1]).3, RefundState::Failed);
}

#[tokio::test]
async fn disputes_are_seen_and_block_refunds() {
    let shop = Shop::open().await;
    let session = shop.page(1, Money::eur(20_00)).await;
    let payment = shop.stripe.pay(&session).unwrap();
    let dispute = shop.stripe.dispute(&payment, None).unwrap();
    let state =
        |facts: &[Fact]| facts.iter().find_map(|f| if let Fact::Disputed { state, .. } = f { Some(*state) } else { None });
    assert_eq!(state(&shop.gateway.ask(&session).await.unwrap()), Some(DisputeState::Open));
    let blocked = shop.gateway.refund(&refund(1, &payment, Money::eur(1_00))).await;
    assert!(matches!(&blocked, Err(Trouble::Refused(why)) if why.contains("charge_disputed")), "{blocked:?}");
    shop.stripe.win(&dispute).unwrap();
    assert_eq!(state(&shop.gateway.ask(&session).await.unwrap()), Some(DisputeState::Won));
    assert_eq!(shop.stripe.balance()["eur"], 20_00);
}

#[tokio::test]
async fn the_list_shows_every_movement_when_it_moved() {
    let shop = Shop::open().await;
    let late = shop.page(1, Money::eur(7_00)).await;
    shop.stripe.pay_by_bank(&late).unwrap();
    for n in 2..140 {
        shop.stripe.pay(&shop.page(n, Money::eur(10_00)).await).unwrap();
    }
    let payments = shop.stripe.payments();
    for payment in &payments[1..90] {
        shop.stripe.refund(&payment.id, Some(3_00)).unwrap();
    }
    let lost = shop.stripe.dispute(&payments[100].id, None).unwrap();
    shop.stripe.lose(&lost).unwrap();
    let failed = shop.stripe.refunds()[0].id.clone();
    shop.stripe.refund_fails(&failed).unwrap();
    let all = shop.listed(shop.now()).await;
    let count = |of: fn(&Fact) -> bool| all.iter().filter(|f| of(f)).count();
    assert_eq!(count(|f| matches!(f, Fact::Paid { .. })), 138);
    assert_eq!(count(|f| matches!(f, Fact::Refunded { state: RefundState::Succeeded, .. })), 88);
    assert_eq!(count(|f| matches!(f, Fact::Refunded { state: RefundState::Failed, .. })), 2, "there and back");
    assert_eq!(count(|f| matches!(f, Fact::Disputed { state: DisputeState::Lost, .. })), 1);
    // Days later the debit that took its time is in the list of that day, and nothing else is.
    shop.stripe.advance(Duration::from_secs(5 * 86_400));
    shop.stripe.bank_pays(&late).unwrap();
    let new = shop.listed(shop.now().plus_days(4)).await;
    assert!(matches!(new.as_slice(), [Fact::Paid { attempt: Some(_), amount, .. }] if *amount == Money::eur(7_00)), "{new:?}");
}

#[tokio::test]
async fn a_movement_in_a_foreign_currency_hides_no_other() {
    let shop = Shop::open().await;
    shop.foreign_payment("brl", 5_00).await;
    shop.stripe.pay(&shop.page(1, Money::eur(10_00)).await).unwrap();
    let all = shop.listed(Moment(0)).await;
    assert!(matches!(all.as_slice(), [Fact::Paid { amount, .. }] if *amount == Money::eur(10_00)), "{all:?}");
}

#[tokio::test]
async fn the_customers_page_pays_by_a_button() {
    let stripe = StripeStandIn::start().await;
    let shop = Shop::at(stripe).await;
    let session = shop.page(1, Money::eur(19_90)).await;
    let visitor = vitrina_tests::Visitor::new(&shop.stripe.url());
    let page = visitor.get(&format!("/pay/{session}")).await;
    assert!(page.body.contains("19.90 EUR") && page.body.contains("Užsakymas UZS-2026-000001"), "{}", page.body);
    let declined = visitor.post(&format!("/pay/{session}"), &[("outcome", "declined")]).await;
    assert!(declined.body.contains("declined"), "{}", declined.body);
    let paid = visitor.post(&format!("/pay/{session}"), &[("outcome", "paid")]).await;
    assert_eq!((paid.status, paid.location.as_deref()), (303, Some("https://shop.test/lt/checkout/paid?a=1&b=2")));
    assert_eq!(shop.stripe.balance()["eur"], 19_90);
    let twice = visitor.post(&format!("/pay/{session}"), &[("outcome", "paid")]).await;
    assert!(twice.status == 200 && twice.body.contains("complete"), "{}", twice.body);
}
