//! Money under every weather: messages twice, late, in any order; two tabs, two ways to pay, money
//! that comes after the order was given up. On each engine that is at hand.

mod coming;
mod going;
mod hand;
mod story;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use uuid::Uuid;

use super::*;
use crate::{
    channels::Channel,
    flows::{
        carts,
        checkout::{self, Agreement},
        counter::{channel, delivery, fill_in, find, stock_up},
        orders,
    },
    jobs::{Registry, Worker},
    kernel::{
        Actor, App, Fault, Locale, Moment, Money, OrderId, Origin, Qty, Right, db,
        testing::{self, Fresh, MONDAY},
    },
    payments::{self, DisputeState, Event, Fact, Gateway, Listing, Method, RefundState, Start, Started, Trouble, Unverified},
    sales::{self, DeliveryKind, MethodId, Payment, Placed, State},
    stock::{self, Places},
};

/// A provider that knows what it is told to know. Messages are named facts; their signature is `good`.
#[derive(Default)]
struct Provider {
    told: Mutex<HashMap<String, Vec<Fact>>>,
    started: Mutex<Vec<Start>>,
    /// How the next calls end.
    moods: Mutex<Vec<Trouble>>,
    list: Mutex<Vec<Fact>>,
}

impl Provider {
    fn say(&self, name: &str, facts: Vec<Fact>) {
        self.told.lock().unwrap().insert(name.to_owned(), facts);
    }
    fn mood(&self) -> Result<(), Trouble> {
        self.moods.lock().unwrap().pop().map_or(Ok(()), Err)
    }
}

#[async_trait::async_trait]
impl Gateway for Provider {
    fn name(&self) -> &'static str {
        "stripe"
    }
    async fn start(&self, start: &Start) -> Result<Started, Trouble> {
        self.started.lock().unwrap().push(start.clone());
        self.mood()?;
        let session = format!("cs_{}", start.attempt.simple());
        Ok(Started { url: format!("https://pay.test/{session}"), session })
    }
    async fn ask(&self, session: &str) -> Result<Vec<Fact>, Trouble> {
        self.mood()?;
        Ok(self.told.lock().unwrap().get(session).cloned().unwrap_or_default())
    }
    async fn refund(&self, refund: &payments::Refund) -> Result<Fact, Trouble> {
        self.mood()?;
        Ok(Fact::Refunded {
            refund: format!("re_{}", refund.id.simple()),
            payment: refund.payment.clone(),
            ours: Some(refund.id),
            amount: refund.amount,
            state: RefundState::Succeeded,
            at: MONDAY,
        })
    }
    fn read(&self, raw: &[u8], signature: &str, _now: Moment) -> Result<Event, Unverified> {
        if signature != "good" {
            return Err(Unverified::Signature);
        }
        self.reread(raw)
    }
    fn reread(&self, raw: &[u8]) -> Result<Event, Unverified> {
        let id = std::str::from_utf8(raw).map_err(|_| Unverified::Shape)?.to_owned();
        let facts = self.told.lock().unwrap().get(&id).cloned().ok_or_else(|| "gibberish".to_owned());
        Ok(Event { id, kind: "test".into(), live: false, facts })
    }
    async fn list(&self, _since: Moment, next: Option<&str>) -> Result<Listing, Trouble> {
        self.mood()?;
        let from: usize = next.and_then(|n| n.parse().ok()).unwrap_or(0);
        let all = self.list.lock().unwrap();
        let facts: Vec<Fact> = all.iter().skip(from).take(2).cloned().collect();
        let next = (from + 2 < all.len()).then(|| (from + 2).to_string());
        Ok(Listing { facts, next })
    }
}

struct Shop {
    app: App,
    channel: Channel,
    parcel: MethodId,
    provider: Arc<Provider>,
    _fresh: Fresh,
}

impl Shop {
    async fn open(fresh: Fresh) -> Self {
        let provider = Arc::new(Provider::default());
        let app = fresh.builder().with_port::<dyn Gateway>(provider.clone()).build();
        let channel = channel(&app).await;
        let parcel = delivery(&app, &channel, DeliveryKind::Parcel, 0).await;
        stock_up(&app, &[("CHAIR", 10_000, 5)]).await;
        Self { app, channel, parcel, provider, _fresh: fresh }
    }

    async fn each() -> Vec<Self> {
        let mut all = Vec::new();
        for fresh in testing::databases().await {
            all.push(Self::open(fresh).await);
        }
        all
    }

    /// A chair for 100.00, ordered.
    async fn order(&self, payment: Payment) -> Placed {
        let (_, chair) = find(&self.app, "CHAIR").await;
        let wish = (chair, Qty::ONE);
        let token = carts::add(&self.app, &Actor::Guest, (&self.channel, Locale::LT), None, wish).await.unwrap();
        fill_in(&self.app, &token, "ona@demo.test", self.parcel).await.unwrap();
        checkout::save_payment(&self.app, &Actor::Guest, &token, payment).await.unwrap();
        let agreed = Agreement {
            seen: None,
            button_label: "Užsakymas su prievole sumokėti".into(),
            locale: Locale::LT,
            origin: Origin::Shop,
            key: None,
        };
        checkout::place(&self.app, &Actor::Guest, &self.channel, &token, agreed).await.unwrap()
    }

    async fn begin(&self, order: &Placed) -> Result<Uuid, Fault> {
        open_page(&self.app, &Actor::Guest, &order.token).await?;
        Ok(self.provider.started.lock().unwrap().last().unwrap().attempt)
    }

    async fn message(&self, id: &str, facts: Vec<Fact>) -> Result<Receipted, Fault> {
        self.provider.say(id, facts);
        receive(&self.app, id.as_bytes(), "good").await
    }

    async fn account(&self, order: OrderId) -> sales::Account {
        sales::account(self.app.reader(), order).await.unwrap()
    }

    async fn money(&self, order: OrderId) -> (State, String, i64, i64) {
        let account = self.account(order).await;
        let due = due(self.app.reader(), order).await.unwrap().due.minor;
        (account.state, account.payment_state, account.paid - account.refunded, due)
    }

    async fn count(&self, table: &str) -> i64 {
        db::scalar(self.app.reader(), &format!("select count(*) from {table}"), vec![]).await.unwrap().unwrap()
    }

    async fn free(&self) -> i64 {
        let (_, chair) = find(&self.app, "CHAIR").await;
        stock::available(self.app.reader(), Places::All, &[chair]).await.unwrap()[&chair].free.0 / 1000
    }

    /// What lies on the desk, in cents.
    async fn desk(&self) -> i64 {
        let scope = Actor::System.scope(Right::PaymentsRead).unwrap();
        let rows = payments::homeless(self.app.reader(), &scope, false, None, 100).await.unwrap().rows;
        rows.iter().map(|r| r.free.minor).sum()
    }

    /// Sums are what rows add up to, and money at the provider = allocations + desk.
    async fn sound(&self) {
        assert_eq!(payments::unsound(self.app.reader()).await.unwrap(), []);
        let sum = |sql: &'static str| async move { db::scalar::<i64>(self.app.reader(), sql, vec![]).await.unwrap().unwrap() };
        let entries = sum("select cast(coalesce(sum(amount_minor), 0) as bigint) from payment_entry").await;
        let put = sum("select cast(coalesce(sum(amount_minor), 0) as bigint) from payment_allocation").await;
        let free = sum("select cast(coalesce(sum(balance_minor - allocated_minor), 0) as bigint) from payment_receipt").await;
        assert_eq!(entries, put + free, "money at the provider = allocations + desk");
    }

    async fn run_jobs(&self) {
        let registry = Registry::new()
            .on(|app, job: MakeRefund| async move { make_refund(&app, job).await })
            .on(|_, _: crate::mail::SendLetter| async move { Ok(()) });
        Worker::new(self.app.clone(), registry).run_until_idle().await.unwrap();
    }

    fn later(&self, minutes: i64) {
        self.app.clock().set(self.app.now().plus_minutes(minutes));
    }
}

fn paid(attempt: Option<Uuid>, payment: &str, cents: i64) -> Fact {
    Fact::Paid { payment: payment.into(), attempt, session: None, amount: Money::eur(cents), at: MONDAY }
}

fn back(refund: &str, payment: &str, cents: i64, state: RefundState) -> Fact {
    Fact::Refunded { refund: refund.into(), payment: payment.into(), ours: None, amount: Money::eur(cents), state, at: MONDAY }
}

fn dispute(payment: &str, cents: i64, state: DisputeState) -> Fact {
    Fact::Disputed { dispute: "dp_1".into(), payment: payment.into(), amount: Money::eur(cents), state, at: MONDAY }
}
