//! Selling from the cart to the delivered parcel, on each database that is at hand.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use super::{carts, checkout, checkout::Agreement, letters, orders};
use crate::{
    catalog::{self, NewProduct, NewVariant},
    channels::{self, Channel, NewChannel, TaxDisplay},
    jobs::{self, Pace, Registry, Worker},
    kernel::{
        Actor, App, Currency, Fault, Kind, Locale, Money, Origin, Qty, Reads, Right, Role, Settings, StaffActor, UserId,
        VariantId, db,
        testing::{Fresh, databases},
    },
    mail::{self, Outgoing, Refusal, SendLetter, Transport},
    pricing::{self, Reduction},
    sales::{self, Address, CartKey, Contact, DeliveryKind, Method, MethodId, NewShipment, OrderQuery, Placed, State, Tariff},
    showcase::{self, Channelled},
    stage::{Source, Stage},
    stock::{self, NewLocation},
};

/// A shop with a table (120.00) and a lamp (19.99), ten and `lamps` of them, and two ways of delivery.
struct Shop {
    app: App,
    channel: Channel,
    table: VariantId,
    lamp: VariantId,
    pickup: MethodId,
    parcel: MethodId,
    post: Arc<Post>,
    _fresh: Fresh,
}

/// A transport that refuses as often as it is told to.
#[derive(Default)]
struct Post {
    refusals: AtomicUsize,
    taken: Mutex<Vec<Outgoing>>,
}

#[async_trait::async_trait]
impl Transport for Post {
    async fn send(&self, letter: &Outgoing) -> Result<(), Refusal> {
        if self.refusals.load(Ordering::SeqCst) > 0 {
            self.refusals.fetch_sub(1, Ordering::SeqCst);
            return Err(Refusal::Later("busy".into()));
        }
        self.taken.lock().unwrap().push(letter.clone());
        Ok(())
    }
    fn name(&self) -> &'static str {
        "test"
    }
}

impl Shop {
    async fn open(fresh: Fresh, lamps: i64) -> Self {
        let post = Arc::new(Post::default());
        let stage = Arc::new(Stage::open(Source { own: Some(words(&fresh)), ..Source::embedded() }).unwrap());
        let mut settings = Settings::defaults();
        settings.set("payment.iban", "LT121000011101001000".into(), crate::kernel::Source::File);
        let builder = fresh.builder().with_settings(settings);
        let app = builder.with_port::<dyn Transport>(post.clone()).with_port(stage).build();
        let tx = app.begin(&Actor::System).await.unwrap();
        let list = pricing::add_list(&tx, "base", "Base", Currency::EUR).await.unwrap();
        let place = NewLocation { code: "main".into(), name: "Main".into(), position: 0 };
        let place = stock::add_location(&tx, place).await.unwrap();
        let new = NewChannel {
            code: "default".into(),
            name: "Shop".into(),
            locales: vec![Locale::LT, Locale::EN],
            currency: Currency::EUR,
            price_list: list,
            tax_display: TaxDisplay::Gross,
            country: "LT".into(),
            locations: vec![place],
            origins: vec![],
        };
        let channel = channels::add(&tx, new).await.unwrap();
        let goods = |title: &str, sku: &str| NewProduct::goods(Locale::LT, title).published().variant(NewVariant::new(sku));
        let drafts = vec![goods("Ąžuolinis stalas", "TABLE"), goods("Šviestuvas", "LAMP")];
        let placed = catalog::put(&tx, drafts).await.unwrap();
        let (table, lamp) = (placed[0].variants[0], placed[1].variants[0]);
        for (variant, cents, pieces) in [(table, 12_000, 10), (lamp, 1_999, lamps)] {
            pricing::set_price(&tx, list, variant, Money::eur(cents), Reduction::None).await.unwrap();
            stock::count(&tx, place, variant, Qty::pieces(pieces)).await.unwrap();
        }
        showcase::project(&tx, &placed.iter().map(|p| p.product).collect::<Vec<_>>()).await.unwrap();
        let pickup = sales::save_method(&tx, &method(&tx, "pickup", DeliveryKind::Pickup, 0)).await.unwrap();
        let parcel = sales::save_method(&tx, &method(&tx, "parcel", DeliveryKind::Parcel, 590)).await.unwrap();
        tx.commit().await.unwrap();
        Self { app, channel, table, lamp, pickup, parcel, post, _fresh: fresh }
    }

    async fn cart(&self, items: &[(VariantId, i64)]) -> String {
        let mut token = None;
        for (variant, pieces) in items {
            let wish = (*variant, Qty::pieces(*pieces));
            token =
                Some(carts::add(&self.app, &Actor::Guest, (&self.channel, Locale::LT), token.as_deref(), wish).await.unwrap());
        }
        token.unwrap()
    }

    /// A cart ready for the button.
    async fn ready(&self, items: &[(VariantId, i64)], method: MethodId) -> String {
        let token = self.cart(items).await;
        let address =
            Address { street: "Pilies g. 1".into(), city: "Vilnius".into(), postcode: "01123".into(), country: "lt".into() };
        checkout::save_contact(&self.app, &Actor::Guest, &token, ona(), address).await.unwrap();
        checkout::save_delivery(&self.app, &Actor::Guest, &token, method).await.unwrap();
        token
    }

    async fn press(&self, token: &str, seen: Option<i64>) -> Result<Placed, Fault> {
        let agreed = Agreement {
            seen: seen.map(Money::eur),
            button_label: "Užsakymas su prievole sumokėti".into(),
            locale: Locale::LT,
            origin: Origin::Shop,
            key: None,
        };
        checkout::place(&self.app, &Actor::Guest, &self.channel, token, agreed).await
    }

    async fn count(&self, table: &str) -> i64 {
        count(self.app.reader(), table).await
    }

    async fn free(&self, variant: VariantId) -> Qty {
        stock::available(self.app.reader(), stock::Places::All, &[variant]).await.unwrap()[&variant].free
    }

    fn worker(&self) -> Worker {
        let registry = Registry::new().on::<SendLetter, _, _>(|app, job| async move { letters::send(&app, job).await });
        Worker::new(self.app.clone(), registry).with_pace(Pace { tries: 3, ..Pace::default() })
    }
}

/// A letter of our own, so that these tests do not hang on the theme's wording.
fn words(fresh: &Fresh) -> std::path::PathBuf {
    let own = fresh.folder().join("own");
    for (file, text) in [
        ("mail/order_placed.html", "<a href=\"{{ order.url }}\">{{ order.number }}</a>"),
        ("mail/order_placed.txt", "{{ bank.reference }}"),
        ("locales/lt.json", "{\"mail\": {\"order_placed\": {\"subject\": \"Užsakymas {order.number}\"}}}"),
    ] {
        let path = own.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    own
}

async fn count(db: &impl Reads, table: &str) -> i64 {
    db::scalar(db, &format!("select count(*) from {table}"), vec![]).await.unwrap().unwrap()
}

fn method(tx: &crate::kernel::Tx, code: &str, kind: DeliveryKind, cents: i64) -> Method {
    Method {
        id: MethodId::new(tx),
        code: code.into(),
        kind,
        names: [("lt".to_owned(), code.to_owned())].into(),
        notes: sales::Words::new(),
        vat_category: "standard".into(),
        currency: Currency::EUR,
        free_above: None,
        days: (1, 3),
        position: cents,
        active: true,
        tariffs: vec![Tariff { country: "LT".into(), up_to_grams: None, up_to: None, gross: Money::eur(cents) }],
    }
}

fn ona() -> Contact {
    Contact {
        name: "Ona Šešelgytė".into(), email: "ona@demo.test".into(), phone: "+370 600 00000".into(), ..Contact::default()
    }
}

fn manager() -> Actor {
    Actor::Staff(StaffActor::new(UserId(uuid::Uuid::from_u128(9)), "Rūta", Role::Manager))
}

#[tokio::test]
async fn a_cart_becomes_an_order_with_everything_it_means() {
    for fresh in databases().await {
        let shop = Shop::open(fresh, 5).await;
        let token = shop.ready(&[(shop.table, 1), (shop.lamp, 2)], shop.parcel).await;
        let viewer = shop.channel.viewer(Locale::LT, shop.app.now());
        let tariffs = sales::Tariffs::read(shop.app.reader()).await.unwrap();
        let view = sales::checkout(shop.app.reader(), &CartKey::of(&token), &viewer, (&tariffs, "LT")).await.unwrap().unwrap();
        assert_eq!((view.stage, view.cart.pieces, view.cart.goods), (sales::Stage::Review, 3, Money::eur(15_998)));
        assert_eq!(view.settled.as_ref().unwrap().totals.gross, Money::eur(16_588));

        let placed = shop.press(&token, Some(16_588)).await.unwrap();
        let order = sales::by_token(shop.app.reader(), &placed.token).await.unwrap();
        assert_eq!((order.number.as_str(), order.state, order.lines.len()), ("UZS-2026-000001", State::Placed, 2));
        assert_eq!((order.gross, order.net, order.vat), (Money::eur(16_588), Money::eur(13_709), Money::eur(2_879)));
        assert!(crate::kernel::checks(&order.reference) && order.button_label.contains("prievole"));
        assert_eq!(order.due_at, shop.app.now().plus_days(7));
        assert_eq!(shop.free(shop.lamp).await, Qty::pieces(3));
        for (table, rows) in [("sales_order", 1), ("order_event", 1), ("letter", 1), ("crm_timeline", 1), ("job", 1)] {
            assert_eq!(shop.count(table).await, rows, "{table}");
        }
        assert!(shop.count("crm_task").await <= 1);
    }
}

#[tokio::test]
async fn the_same_cart_sent_twice_or_at_once_is_one_order() {
    for fresh in databases().await {
        let shop = Shop::open(fresh, 5).await;
        let token = shop.ready(&[(shop.table, 1)], shop.pickup).await;
        let presses = (0..8).map(|_| shop.press(&token, None));
        let all: Vec<Placed> = futures_util::future::join_all(presses).await.into_iter().map(Result::unwrap).collect();
        assert!(
            all.iter().all(|p| (p.id, &p.number, &p.token, p.total) == (all[0].id, &all[0].number, &all[0].token, all[0].total))
        );
        assert_eq!(all.iter().filter(|p| !p.before).count(), 1);
        let again = shop.press(&token, None).await.unwrap();
        assert!(again.before && again.id == all[0].id);
        assert_eq!((shop.count("sales_order").await, shop.count("letter").await), (1, 1));
        assert_eq!(shop.free(shop.table).await, Qty::pieces(9));
        let late = carts::set(&shop.app, &Actor::Guest, &token, shop.table, Qty::pieces(3)).await.unwrap_err();
        assert_eq!(late.code, "sales.cart_gone");
    }
}

#[tokio::test]
async fn nothing_is_oversold_when_many_want_the_last_ones() {
    for fresh in databases().await {
        let shop = Shop::open(fresh, 3).await;
        let mut tokens = Vec::new();
        for _ in 0..8 {
            tokens.push(shop.ready(&[(shop.table, 1), (shop.lamp, 1)], shop.pickup).await);
        }
        let all = futures_util::future::join_all(tokens.iter().map(|t| shop.press(t, None))).await;
        assert_eq!(all.iter().filter(|r| r.is_ok()).count(), 3);
        for refused in all.into_iter().filter_map(Result::err) {
            assert!(matches!(refused.kind, Kind::Conflict), "{refused}");
        }
        assert_eq!((shop.free(shop.lamp).await, shop.free(shop.table).await), (Qty::ZERO, Qty::pieces(7)));
        assert_eq!(shop.count("sales_order").await, 3);
    }
}

#[tokio::test]
async fn a_price_that_changed_since_the_review_is_said_and_nothing_is_written() {
    for fresh in databases().await {
        let shop = Shop::open(fresh, 5).await;
        let token = shop.ready(&[(shop.table, 1)], shop.pickup).await;
        let tx = shop.app.begin(&Actor::System).await.unwrap();
        pricing::set_price(&tx, shop.channel.price_list, shop.table, Money::eur(13_000), Reduction::None).await.unwrap();
        showcase::project_variants(&tx, &[shop.table]).await.unwrap();
        tx.commit().await.unwrap();

        let fault = shop.press(&token, Some(12_000)).await.unwrap_err();
        assert_eq!((fault.code, fault.args[0].1.as_str()), ("sales.price_changed", "130.00"));
        for table in ["sales_order", "letter", "party", "stock_hold", "job"] {
            assert_eq!(shop.count(table).await, 0, "{table}");
        }
        let viewer = shop.channel.viewer(Locale::LT, shop.app.now());
        let view = sales::view(shop.app.reader(), &CartKey::of(&token), &viewer).await.unwrap().unwrap();
        assert_eq!(view.lines[0].change, Some(sales::Change::Dearer { was: Money::eur(12_000) }));
        shop.press(&token, Some(13_000)).await.unwrap();
    }
}

#[tokio::test]
async fn what_is_missing_is_said_by_field() {
    for fresh in databases().await {
        let shop = Shop::open(fresh, 5).await;
        let token = shop.cart(&[(shop.table, 1)]).await;
        assert_eq!(shop.press(&token, None).await.unwrap_err().code, "form.missing");
        let address = Address { country: "LT".into(), ..Address::default() };
        checkout::save_contact(&shop.app, &Actor::Guest, &token, ona(), address).await.unwrap();
        assert_eq!(shop.press(&token, None).await.unwrap_err().code, "sales.no_delivery");
        checkout::save_delivery(&shop.app, &Actor::Guest, &token, shop.parcel).await.unwrap();
        let fields: Vec<_> = shop.press(&token, None).await.unwrap_err().all().filter_map(|f| f.field.clone()).collect();
        assert_eq!(fields, ["street", "city", "postcode"]);
        checkout::save_delivery(&shop.app, &Actor::Guest, &token, shop.pickup).await.unwrap();
        shop.press(&token, None).await.unwrap();
        let unknown = VariantId(uuid::Uuid::from_u128(1));
        let wish = (unknown, Qty::ONE);
        let fault = carts::add(&shop.app, &Actor::Guest, (&shop.channel, Locale::LT), None, wish).await.unwrap_err();
        assert_eq!((fault.code, shop.count("cart").await), ("sales.no_variant", 1));
    }
}

#[tokio::test]
async fn an_order_goes_its_way_and_never_ships_more_than_was_ordered() {
    for fresh in databases().await {
        let shop = Shop::open(fresh, 5).await;
        let placed = shop.press(&shop.ready(&[(shop.lamp, 3)], shop.pickup).await, None).await.unwrap();
        let (app, id, office) = (&shop.app, placed.id, manager());
        let line = sales::by_token(app.reader(), &placed.token).await.unwrap().lines[0].id;
        let parcel = |pieces: i64| NewShipment {
            order: id,
            lines: vec![(line, Qty::pieces(pieces))],
            batches: Vec::new(),
            carrier: "Kurjeris".into(),
            tracking: "AB123".into(),
            tracking_url: "https://track.test/AB123".into(),
            note: String::new(),
            shipped_at: app.now(),
        };
        assert_eq!(orders::confirm(app, &Actor::Guest, id).await.unwrap_err().kind, Kind::Forbidden);
        assert_eq!(orders::ship(app, &office, parcel(1)).await.unwrap_err().code, "sales.wrong_state");
        assert_eq!(orders::confirm(app, &office, id).await.unwrap(), State::Confirmed);
        assert_eq!(orders::confirm(app, &office, id).await.unwrap_err().code, "sales.wrong_state");
        assert_eq!(orders::ship(app, &office, parcel(2)).await.unwrap().moved.after, State::PartShipped);
        assert_eq!(orders::ship(app, &office, parcel(2)).await.unwrap_err().code, "sales.more_than_ordered");
        assert_eq!(orders::cancel(app, &office, id, "x").await.unwrap_err().code, "sales.wrong_state");
        let rest = NewShipment { lines: vec![], ..parcel(0) };
        assert_eq!(orders::ship(app, &office, rest).await.unwrap().moved.after, State::Shipped);
        assert_eq!(orders::deliver(app, &office, id).await.unwrap(), State::Delivered);
        let order = sales::by_token(app.reader(), &placed.token).await.unwrap();
        let steps: Vec<&str> = order.events.iter().map(|e| e.step.as_str()).collect();
        assert_eq!(steps, ["place", "confirm", "ship_part", "ship_rest", "deliver"]);
        assert_eq!((order.shipments.len(), order.lines[0].left, order.shipments[1].lines[0].qty), (2, Qty::ZERO, Qty::ONE));
        assert_eq!(shop.free(shop.lamp).await, Qty::pieces(2));
    }
}

#[tokio::test]
async fn a_cancelled_order_gives_its_stock_back() {
    for fresh in databases().await {
        let shop = Shop::open(fresh, 2).await;
        let placed = shop.press(&shop.ready(&[(shop.lamp, 2)], shop.pickup).await, None).await.unwrap();
        assert_eq!(shop.free(shop.lamp).await, Qty::ZERO);
        assert_eq!(orders::cancel(&shop.app, &manager(), placed.id, " ").await.unwrap_err().code, "form.missing");
        assert_eq!(orders::cancel(&shop.app, &manager(), placed.id, "Pirkėjas persigalvojo").await.unwrap(), State::Cancelled);
        assert_eq!(shop.free(shop.lamp).await, Qty::pieces(2));
        let order = sales::by_token(shop.app.reader(), &placed.token).await.unwrap();
        assert_eq!(order.events.last().unwrap().reason, "Pirkėjas persigalvojo");
        assert_eq!(shop.count("letter").await, 2);
    }
}

#[tokio::test]
async fn orders_are_found_by_any_word_and_paged_by_key() {
    for fresh in databases().await {
        let shop = Shop::open(fresh, 100).await;
        for _ in 0..5 {
            shop.press(&shop.ready(&[(shop.lamp, 1)], shop.pickup).await, None).await.unwrap();
        }
        let scope = manager().scope(Right::OrdersRead).unwrap();
        let db = shop.app.reader();
        let found = |search: &str| OrderQuery { search: search.into(), ..OrderQuery::default() };
        assert_eq!(sales::list(db, &scope, &found("seselgyte 000003")).await.unwrap().rows.len(), 1);
        assert_eq!(sales::list(db, &scope, &found("ŠEŠELGYTĖ")).await.unwrap().rows.len(), 5);
        assert_eq!(sales::list(db, &scope, &found("100%")).await.unwrap().rows.len(), 0);
        let (mut numbers, mut after) = (Vec::new(), None);
        loop {
            let page = sales::list(db, &scope, &OrderQuery { limit: 2, after, ..OrderQuery::default() }).await.unwrap();
            numbers.extend(page.rows.into_iter().map(|r| r.number));
            match page.next {
                Some(next) => after = Some(next.parse().unwrap()),
                None => break,
            }
        }
        let want: Vec<String> = (1..=5).rev().map(|n| format!("UZS-2026-{n:06}")).collect();
        assert_eq!(numbers, want);
        let cancelled = OrderQuery { states: vec![State::Cancelled], ..OrderQuery::default() };
        assert!(sales::list(db, &scope, &cancelled).await.unwrap().rows.is_empty());
    }
}

#[tokio::test]
async fn a_letter_is_tried_again_with_the_same_message_id() {
    for fresh in databases().await {
        let shop = Shop::open(fresh, 5).await;
        let placed = shop.press(&shop.ready(&[(shop.lamp, 1)], shop.parcel).await, None).await.unwrap();
        shop.post.refusals.store(1, Ordering::SeqCst);
        assert_eq!(shop.worker().run_until_idle().await.unwrap(), 1);
        assert!(shop.post.taken.lock().unwrap().is_empty());
        shop.app.clock().set(shop.app.now().plus_minutes(1));
        assert_eq!(shop.worker().run_until_idle().await.unwrap(), 1);
        let taken = shop.post.taken.lock().unwrap().clone();
        assert_eq!(taken.len(), 1);
        assert!(taken[0].subject.contains(&placed.number), "{}", taken[0].subject);
        assert!(taken[0].plain.contains("RF") && taken[0].html.contains(&placed.token));

        let scope = Actor::System.scope(Right::MailRead).unwrap();
        let row = mail::list(shop.app.reader(), &scope, &mail::LetterQuery { limit: 10, ..Default::default() })
            .await
            .unwrap()
            .rows
            .remove(0);
        assert_eq!((row.state, row.tries), (mail::State::Sent, 2));
        let letter = mail::letter(shop.app.reader(), &scope, row.id).await.unwrap();
        assert_eq!(letter.message_id, taken[0].message_id);
        // The worker is killed between sending and noting: the job comes back, the letter is left alone.
        letters::send(&shop.app, SendLetter { letter: row.id }).await.unwrap();
        assert_eq!(shop.post.taken.lock().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_letter_that_nobody_takes_is_given_up_and_stays_visible() {
    for fresh in databases().await {
        let shop = Shop::open(fresh, 5).await;
        shop.press(&shop.ready(&[(shop.lamp, 1)], shop.pickup).await, None).await.unwrap();
        shop.post.refusals.store(100, Ordering::SeqCst);
        for _ in 0..5 {
            shop.worker().run_until_idle().await.unwrap();
            shop.app.clock().set(shop.app.now().plus_hours(1));
        }
        let scope = Actor::System.scope(Right::JobsManage).unwrap();
        let dead = jobs::list(shop.app.reader(), &scope, Some("failed"), None, 10).await.unwrap();
        assert_eq!((dead.len(), dead[0].attempts, dead[0].last_error.as_deref()), (1, 3, Some("busy")));
        shop.post.refusals.store(0, Ordering::SeqCst);
        let tx = shop.app.begin(&Actor::System).await.unwrap();
        jobs::retry(&tx, dead[0].id).await.unwrap();
        tx.commit().await.unwrap();
        shop.worker().run_until_idle().await.unwrap();
        assert_eq!(shop.post.taken.lock().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_killed_workers_job_runs_again_when_its_lease_ends() {
    for fresh in databases().await {
        let shop = Shop::open(fresh, 5).await;
        shop.press(&shop.ready(&[(shop.lamp, 1)], shop.pickup).await, None).await.unwrap();
        let tx = shop.app.begin(&Actor::System).await.unwrap();
        let sql = "update job set state = 'running', attempts = 1, lease_until = $1";
        db::run(&tx, sql, db::params![shop.app.now().plus_minutes(5)]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(shop.worker().run_until_idle().await.unwrap(), 0);
        shop.app.clock().set(shop.app.now().plus_minutes(6));
        assert_eq!(shop.worker().run_until_idle().await.unwrap(), 1);
        assert_eq!(shop.post.taken.lock().unwrap().len(), 1);
    }
}
