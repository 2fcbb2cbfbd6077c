//! Money under every weather: messages twice, late, in any order; two tabs, two ways to pay, money
//! that comes after the order was given up. On each engine that is at hand.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use proptest::prelude::*;
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

/// T11, T20: page, message and sweeper race; one of them settles it.
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

        // T10, T14, T17: the goods went to others meanwhile; it is an order all the same.
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

/// A refusal is final for the attempt, and the customer may try again.
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
        let viewer = Actor::Staff(crate::kernel::StaffActor {
            user: crate::kernel::UserId(Uuid::nil()),
            name: "V".into(),
            role: crate::kernel::Role::Viewer,
        });
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

/// A story of one payment: some facts, told in some order, some of them twice.
fn story() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0_usize..7, 1..18)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever order facts come in and however often: once all of them were told, the ledger is the
    /// same, and after each of them sums and rows agree.
    #[test]
    fn the_ledger_does_not_depend_on_the_order_of_facts(told in story()) {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let shop = Shop::open(testing::sqlite().await).await;
            let order = shop.order(Payment::Card).await;
            let attempt = shop.begin(&order).await.unwrap();
            let facts = [
                Fact::Processing { attempt: Some(attempt), session: None },
                paid(Some(attempt), "pi_1", 10_000),
                Fact::Expired { attempt: Some(attempt), session: None },
                back("re_1", "pi_1", 2_500, RefundState::Succeeded),
                back("re_1", "pi_1", 2_500, RefundState::Failed),
                dispute("pi_1", 4_000, DisputeState::Open),
                dispute("pi_1", 4_000, DisputeState::Won),
            ];
            let everything = told.iter().copied().chain([1, 0, 2, 3, 4, 5, 6]);
            for (n, which) in everything.enumerate() {
                let _ = shop.message(&format!("evt_{n}"), vec![facts[which].clone()]).await;
                shop.sound().await;
            }
            shop.later(60 * 24);
            sweep(&shop.app).await.unwrap();
            shop.sound().await;
            let (state, payment, has, due) = shop.money(order.id).await;
            assert_eq!((state, payment.as_str(), has, due), (State::Confirmed, "paid", 10_000, 0));
            assert_eq!(shop.desk().await, 0);
        });
    }
}
