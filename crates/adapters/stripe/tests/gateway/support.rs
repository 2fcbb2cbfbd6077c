//! A shop's side of the wire.

use std::time::Duration;

use serde_json::json;
use uuid::Uuid;
use vitrina::{
    kernel::{Locale, Moment, Money},
    payments::{Fact, Gateway, Refund, RefundState, Start},
};
use vitrina_stripe::Stripe;
use vitrina_tests::stripe::StripeStandIn;

pub const SECRET: &str = "whsec_test";
/// An attempt's id holds its moment.
pub const ATTEMPT: &str = "019ad480-7400-7000-8000-000000000001";
/// The moment in it.
pub const NOW: Moment = Moment(0x019a_d480_7400);

pub struct Shop {
    pub stripe: StripeStandIn,
    pub gateway: Stripe,
}

impl Shop {
    pub async fn open() -> Self {
        Self::at(StripeStandIn::start().await).await
    }

    pub async fn at(stripe: StripeStandIn) -> Self {
        stripe.set_clock(Some(NOW.0 / 1000));
        let secrets = vec!["whsec_older".to_owned(), SECRET.to_owned()];
        let gateway = Stripe::with_timeout(&stripe.url(), "sk_test_1", secrets, Duration::from_secs(1)).unwrap();
        Self { stripe, gateway }
    }

    /// When all began: a whole second.
    pub fn now(&self) -> Moment {
        Moment(NOW.0 / 1000 * 1000)
    }

    pub async fn page(&self, n: u64, amount: Money) -> String {
        self.gateway.start(&start(n, amount)).await.unwrap().session
    }

    /// All parts of the list.
    pub async fn listed(&self, since: Moment) -> Vec<Fact> {
        let (mut all, mut next) = (Vec::new(), None);
        loop {
            let part = self.gateway.list(since, next.as_deref()).await.unwrap();
            assert!(part.facts.len() <= 100, "a part is a part");
            all.extend(part.facts);
            next = part.next;
            if next.is_none() {
                return all;
            }
        }
    }

    /// Money that other software on the account took, in a currency that the shop does not know.
    pub async fn foreign_payment(&self, currency: &str, amount: i64) {
        let form = [
            ("mode", "payment".to_owned()),
            ("line_items[0][quantity]", "1".to_owned()),
            ("line_items[0][price_data][currency]", currency.to_owned()),
            ("line_items[0][price_data][unit_amount]", amount.to_string()),
            ("line_items[0][price_data][product_data][name]", "Something else".to_owned()),
            ("success_url", "https://other.test/".to_owned()),
        ];
        let visitor = vitrina_tests::Visitor::new(&self.stripe.url()).with_header("authorization", "Bearer sk_test_1");
        let fields: Vec<(&str, &str)> = form.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let answer = visitor.post("/v1/checkout/sessions", &fields).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let session = serde_json::from_str::<serde_json::Value>(&answer.body).unwrap_or(json!(null))["id"].clone();
        self.stripe.pay(session.as_str().unwrap()).unwrap();
    }
}

/// The n-th id of this moment.
pub fn uuid(n: u64) -> Uuid {
    let first: Uuid = ATTEMPT.parse().unwrap();
    Uuid::from_u128(first.as_u128() + u128::from(n) - 1)
}

pub fn order_of(n: u64) -> String {
    uuid(n + 1_000_000).to_string()
}

pub fn start(n: u64, amount: Money) -> Start {
    Start {
        attempt: uuid(n),
        order: order_of(n).parse().unwrap(),
        number: format!("UZS-2026-{n:06}"),
        amount,
        title: format!("Užsakymas UZS-2026-{n:06}"),
        email: "ona@demo.test".into(),
        locale: Locale::LT,
        success_url: "https://shop.test/lt/checkout/paid?a=1&b=2".into(),
        cancel_url: "https://shop.test/lt/checkout".into(),
        expires_at: NOW.plus_hours(1),
    }
}

pub fn refund(n: u64, payment: &str, amount: Money) -> Refund {
    Refund { id: uuid(n), payment: payment.to_owned(), amount }
}

/// Payment, ours, amount, state.
#[track_caller]
pub fn refunded(fact: &Fact) -> (String, Option<Uuid>, Money, RefundState) {
    let Fact::Refunded { payment, ours, amount, state, .. } = fact else { panic!("{fact:?}") };
    (payment.clone(), *ours, *amount, *state)
}
