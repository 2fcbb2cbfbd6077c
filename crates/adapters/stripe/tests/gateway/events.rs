//! What the stand-in's events say to the adapter: the same, in whatever order they come, as the
//! provider says when it is asked.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use poem::{
    EndpointExt, Route, Server, handler,
    listener::{Acceptor, Listener, TcpListener},
    post,
    web::Data,
};
use proptest::{prelude::*, test_runner::TestRunner};
use uuid::Uuid;
use vitrina::{
    kernel::{Moment, Money},
    payments::{DisputeState, Fact, Gateway, RefundState, Unverified},
};
use vitrina_tests::stripe::{Sending, Signed, StripeEvent, signature};

use crate::support::{SECRET, Shop};

/// What all the facts so far come to, whatever their order was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Picture {
    paid: BTreeMap<String, (Option<Uuid>, Money)>,
    refunds: BTreeMap<String, (String, Money, u8)>,
    disputes: BTreeMap<String, (String, Money, u8)>,
}

impl Picture {
    fn hear(&mut self, fact: Fact) {
        match fact {
            Fact::Paid { payment, attempt, amount, .. } => {
                let before = self.paid.insert(payment, (attempt, amount));
                assert!(before.is_none_or(|b| b == (attempt, amount)), "one payment, one sum");
            }
            Fact::Refunded { refund, payment, amount, state, .. } => {
                let rank = match state {
                    RefundState::Pending => 0,
                    RefundState::Succeeded => 1,
                    RefundState::Failed => 2,
                };
                let row = self.refunds.entry(refund).or_insert((payment, amount, rank));
                row.2 = row.2.max(rank);
            }
            Fact::Disputed { dispute, payment, amount, state, .. } => {
                let rank = match state {
                    DisputeState::Open => 0,
                    DisputeState::Won => 1,
                    DisputeState::Lost => 2,
                };
                let row = self.disputes.entry(dispute).or_insert((payment, amount, rank));
                row.2 = row.2.max(rank);
            }
            Fact::Processing { .. } | Fact::Failed { .. } | Fact::Expired { .. } | Fact::Open { .. } => {}
        }
    }

    /// The money that it makes.
    fn sum(&self) -> i64 {
        let paid: i64 = self.paid.values().map(|(_, amount)| amount.minor).sum();
        let back: i64 = self.refunds.values().filter(|(.., rank)| *rank == 1).map(|(_, amount, _)| amount.minor).sum();
        let taken: i64 = self.disputes.values().filter(|(.., rank)| *rank != 1).map(|(_, amount, _)| amount.minor).sum();
        paid - back - taken
    }
}

/// Does something to the n-th page; what Stripe would not do is left out.
fn act(shop: &Shop, session: &str, what: u8, sum: i64) {
    let stripe = &shop.stripe;
    let payment = stripe.session(session).and_then(|s| s.intent).unwrap_or_default();
    let refund = stripe.refunds().last().map(|r| r.id.clone()).unwrap_or_default();
    let dispute = stripe.disputes().last().map(|d| d.id.clone()).unwrap_or_default();
    let _ = match what {
        0..=3 => stripe.pay(session).map(|_| ()),
        4 => stripe.pay_by_bank(session).map(|_| ()),
        5 => stripe.bank_pays(session).map(|_| ()),
        6 => stripe.bank_refuses(session).map(|_| ()),
        7 => stripe.decline(session).map(|_| ()),
        8 => stripe.expire(session),
        9..=11 => stripe.refund(&payment, Some(sum)).map(|_| ()),
        12 => stripe.refund_fails(&refund),
        13 => stripe.refund_succeeds(&refund),
        14 => stripe.dispute(&payment, None).map(|_| ()),
        15 => stripe.win(&dispute),
        16 => stripe.lose(&dispute),
        17 => stripe.inquire(&payment).map(|_| ()),
        18 => stripe.escalate(&dispute),
        _ => {
            stripe.refunds_wait(what == 19);
            Ok(())
        }
    };
}

fn facts(shop: &Shop, event: &StripeEvent) -> Vec<Fact> {
    let at = shop.now();
    let read = shop.gateway.read(event.body.as_bytes(), &signature(&event.body, SECRET, at.0 / 1000), at).unwrap();
    assert_eq!((read.id.as_str(), read.kind.as_str(), read.live), (event.id.as_str(), event.kind.as_str(), false));
    read.facts.unwrap_or_else(|why| panic!("{why}: {}", event.body))
}

#[test]
fn any_order_and_any_repetition_says_what_stripe_says() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let story = (
        prop::collection::vec((0_usize..4, 0_u8..21, 1_i64..700), 1..40),
        prop::collection::vec(any::<prop::sample::Index>(), 0..20),
        any::<u64>(),
        any::<bool>(),
    );
    let mut runner = TestRunner::new(ProptestConfig::with_cases(48));
    let told = runner.run(&story, |(acts, twice, order, old)| {
        runtime.block_on(async {
            let shop = Shop::open().await;
            if old {
                shop.stripe.speak("2020-08-27");
            }
            let mut sessions = Vec::new();
            for n in 1..=4 {
                sessions.push(shop.page(n, Money::eur(10_00)).await);
            }
            for (page, what, sum) in acts {
                act(&shop, &sessions[page], what, sum);
            }
            let mut events = shop.stripe.events();
            for again in twice.iter().filter(|_| !events.is_empty()).collect::<Vec<_>>() {
                events.push(again.get(&events).clone());
            }
            // Any order will do, if it is the same when the story is told again.
            events.sort_by_cached_key(|e| {
                e.id.bytes().fold(order, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3).rotate_left(17))
            });
            let (mut heard, mut asked, mut listed) = (Picture::default(), Picture::default(), Picture::default());
            events.iter().flat_map(|e| facts(&shop, e)).for_each(|f| heard.hear(f));
            for session in &sessions {
                shop.gateway.ask(session).await.unwrap().into_iter().for_each(|f| asked.hear(f));
            }
            shop.listed(Moment(0)).await.into_iter().for_each(|f| listed.hear(f));
            assert_eq!(heard, asked, "events and answers");
            assert_eq!(heard.sum(), shop.stripe.balance().get("eur").copied().unwrap_or(0), "the money at Stripe");
            // Money that has not moved yet is in no list of movements.
            heard.refunds.retain(|id, (.., rank)| *rank == 1 || listed.refunds.contains_key(id));
            assert_eq!(heard, listed, "events and the list");
        });
        Ok(())
    });
    told.unwrap();
}

type Heard = Arc<Mutex<Vec<(String, Result<Result<Vec<Fact>, String>, Unverified>)>>>;

/// A shop's address for events: reads each with the adapter and says 400 to what is not signed.
#[handler]
async fn hook(
    body: String,
    request: &poem::Request,
    shop: Data<&Arc<vitrina_stripe::Stripe>>,
    heard: Data<&Heard>,
) -> poem::http::StatusCode {
    let header = request.header("stripe-signature").unwrap_or_default();
    let read = shop.read(body.as_bytes(), header, crate::support::NOW);
    let id = serde_json::from_str::<serde_json::Value>(&body).unwrap_or_default()["id"].as_str().unwrap_or_default().to_owned();
    let good = read.is_ok();
    heard.lock().unwrap().push((id, read.map(|event| event.facts)));
    if good { poem::http::StatusCode::OK } else { poem::http::StatusCode::BAD_REQUEST }
}

#[tokio::test]
async fn messages_come_twice_late_old_forged_and_not_at_all() {
    let mut shop = Shop::open().await;
    let secrets = vec![SECRET.to_owned()];
    let gateway = Arc::new(std::mem::replace(
        &mut shop.gateway,
        vitrina_stripe::Stripe::new(&shop.stripe.url(), "sk_test_1", secrets).unwrap(),
    ));
    let heard = Heard::default();
    let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.unwrap();
    let url = format!("http://{}/hooks", acceptor.local_addr()[0].0.as_socket_addr().unwrap());
    let routes = Route::new().at("/hooks", post(hook)).data(gateway).data(heard.clone());
    let server = tokio::spawn(async move { Server::new_with_acceptor(acceptor).run(routes).await });
    shop.stripe.webhooks(&url, SECRET);
    shop.stripe.delivery(|event| match event.kind.as_str() {
        "charge.succeeded" => vec![],
        "payment_intent.succeeded" => {
            vec![Sending::after(Duration::from_millis(300)), Sending { signed: Signed::Wrong, ..Sending::AT_ONCE }]
        }
        _ => vec![Sending::AT_ONCE, Sending::AT_ONCE, Sending { signed: Signed::Old, ..Sending::AT_ONCE }],
    });
    let payment = shop.stripe.pay(&shop.page(1, Money::eur(10_00)).await).unwrap();
    shop.stripe.quiet().await;
    let events = shop.stripe.events();
    let named = |kind: &str| events.iter().find(|e| e.kind == kind).unwrap().id.clone();
    let (dropped, late, twice) =
        (named("charge.succeeded"), named("payment_intent.succeeded"), named("checkout.session.completed"));
    let all = heard.lock().unwrap().clone();
    let of = |id: &str| all.iter().filter(|(i, _)| i == id).map(|(_, r)| r.clone()).collect::<Vec<_>>();
    assert!(of(&dropped).is_empty());
    let is_paid = |r: &Result<Result<Vec<Fact>, String>, Unverified>| matches!(r, Ok(Ok(f)) if matches!(f.as_slice(), [Fact::Paid { payment: p, .. }] if *p == payment));
    let (mut forged, mut old) = (of(&late), of(&twice));
    forged.sort_by_key(Result::is_ok);
    old.sort_by_key(Result::is_ok);
    assert!(forged.len() == 2 && forged[0] == Err(Unverified::Signature) && is_paid(&forged[1]), "{forged:?}");
    assert!(old.len() == 3 && old[0] == Err(Unverified::Age) && is_paid(&old[1]) && is_paid(&old[2]), "{old:?}");
    assert_eq!(all.last().unwrap().0, late, "what was delayed came last");
    assert_eq!(shop.stripe.unacknowledged().iter().map(|e| e.id.clone()).collect::<Vec<_>>(), std::slice::from_ref(&dropped));
    assert_eq!(shop.stripe.send_again().await, 0, "Stripe tries again");
    assert!(heard.lock().unwrap().iter().any(|(id, r)| *id == dropped && *r == Ok(Ok(vec![]))));
    server.abort();
}

#[tokio::test]
async fn events_of_the_other_world_are_not_booked() {
    let shop = Shop::open().await;
    let live = vitrina_stripe::Stripe::new(&shop.stripe.url(), "sk_live_1", vec![SECRET.to_owned()]).unwrap();
    shop.stripe.pay(&shop.page(1, Money::eur(10_00)).await).unwrap();
    let paid = shop.stripe.events().pop().unwrap();
    let header = signature(&paid.body, SECRET, shop.now().0 / 1000);
    let event = live.read(paid.body.as_bytes(), &header, shop.now()).unwrap();
    assert!(!event.live && event.facts.is_err(), "{event:?}");
}
