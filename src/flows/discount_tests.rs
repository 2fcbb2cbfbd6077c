//! Discount codes from the cart to the cancelled order, on every engine; and a code for a hundred
//! uses that a hundred and sixty customers want at once.

use futures_util::future::join_all;

use super::{carts, checkout, checkout::Agreement, discounts, orders};
use crate::{
    catalog::NewCategory,
    channels::Channel,
    flows::catalogue,
    kernel::{Actor, App, DiscountId, Fault, Kind, Locale, Money, Origin, PartyId, Qty, Rate, VariantId, db, testing},
    pricing::Picked,
    promotions::{self, Codes, Gives, Limits, NewDiscount},
    sales::{self, CartKey, CartView, DeliveryKind, MethodId, Placed},
    showcase::Channelled,
};

use crate::flows::counter;

const LT: Locale = Locale::LT;
const SYSTEM: Actor = Actor::System;

struct Shop {
    app: App,
    channel: Channel,
    lamps: Picked,
    parcel: MethodId,
    pickup: MethodId,
}

impl Shop {
    /// Lamps at 100.00 and 19.99 below a category, a table at 300.00 beside it, parcels at 5.90.
    async fn open(app: App) -> Self {
        let channel = counter::channel(&app).await;
        let parcel = counter::delivery(&app, &channel, DeliveryKind::Parcel, 5_90).await;
        let pickup = counter::delivery(&app, &channel, DeliveryKind::Pickup, 0).await;
        let light =
            catalogue::create_categories(&app, &SYSTEM, LT, vec![NewCategory::new("light", LT, "Šviesa")]).await.unwrap()[0];
        for (sku, minor, shelf) in [("LA-1", 100_00, true), ("LA-2", 19_99, true), ("TA-1", 300_00, false)] {
            let mut new = counter::goods((sku, minor, 1_000));
            new.categories = if shelf { vec![light] } else { Vec::new() };
            catalogue::create(&app, &SYSTEM, new).await.unwrap();
        }
        Self { app, channel, lamps: Picked { categories: vec![light], ..Picked::default() }, parcel, pickup }
    }
    fn code(&self, code: &str, gives: Gives) -> NewDiscount {
        NewDiscount {
            name: code.into(),
            codes: Codes::One { code: code.into(), most: None },
            gives,
            currency: self.channel.currency,
            minimum: None,
            goods: Picked::default(),
            valid_from: None,
            valid_to: None,
            per_customer: None,
        }
    }
    async fn add(&self, new: NewDiscount) -> DiscountId {
        discounts::add(&self.app, &SYSTEM, &new).await.unwrap()
    }
    async fn variant(&self, sku: &str) -> VariantId {
        counter::find(&self.app, sku).await.1
    }
    /// A cart that waits for the button.
    async fn cart(&self, goods: &[(&str, i64)], email: &str) -> String {
        let mut token = None;
        for (sku, pieces) in goods {
            let wish = (self.variant(sku).await, Qty::pieces(*pieces));
            token = Some(carts::add(&self.app, &Actor::Guest, (&self.channel, LT), token.as_deref(), wish).await.unwrap());
        }
        let token = token.unwrap();
        counter::fill_in(&self.app, &token, email, self.parcel).await.unwrap();
        token
    }
    async fn apply(&self, token: &str, code: &str) -> Result<(), Fault> {
        carts::apply_code(&self.app, &Actor::Guest, (&self.channel, LT), token, code).await
    }
    async fn seen(&self, token: &str) -> (CartView, Money) {
        let viewer = self.channel.viewer(LT, self.app.now());
        let tariffs = sales::Tariffs::read(self.app.reader()).await.unwrap();
        let view = sales::checkout(self.app.reader(), &CartKey::of(token), &viewer, (&tariffs, "LT")).await.unwrap().unwrap();
        (view.cart, view.settled.unwrap().totals.gross)
    }
    async fn press(&self, token: &str, seen: Option<Money>) -> Result<Placed, Fault> {
        let button_label = "Užsakymas su prievole sumokėti".into();
        let agreed = Agreement { seen, button_label, locale: LT, origin: Origin::Shop, key: None };
        checkout::place(&self.app, &Actor::Guest, &self.channel, token, agreed).await
    }
    async fn buy(&self, goods: &[(&str, i64)], email: &str, code: &str) -> Result<sales::OrderView, Fault> {
        let token = self.cart(goods, email).await;
        self.apply(&token, code).await?;
        let (_, sum) = self.seen(&token).await;
        let placed = self.press(&token, Some(sum)).await?;
        sales::by_token(self.app.reader(), &placed.token).await
    }
    async fn used(&self, id: DiscountId) -> i64 {
        promotions::discount(self.app.reader(), id).await.unwrap().used
    }
}

async fn shops() -> Vec<(testing::Fresh, Shop)> {
    counter::each(Shop::open).await
}

#[tokio::test]
async fn cart_and_order_agree_to_the_cent_whatever_the_code_gives() {
    for (_fresh, s) in shops().await {
        let goods = [("LA-1", 1), ("LA-2", 3), ("TA-1", 1)];
        let cases = [
            ("TEN", Gives::Percent(Rate::percent(10)), Picked::default(), 46_00, 5_90),
            ("LAMPS", Gives::Percent(Rate(333_333)), s.lamps.clone(), 53_32, 5_90),
            ("TWENTY", Gives::Amount(20_00), Picked::default(), 20_00, 5_90),
            ("FREE", Gives::FreeDelivery, Picked::default(), 0, 0),
            ("THREE", Gives::BuyGet { buy: 2, gets: 1 }, s.lamps.clone(), 19_99, 5_90),
            ("ALL", Gives::Percent(Rate::percent(100)), Picked::default(), 459_97, 5_90),
        ];
        for (code, gives, about, off, delivery) in cases {
            let id = s.add(NewDiscount { goods: about, ..s.code(code, gives) }).await;
            let token = s.cart(&goods, "ona@demo.test").await;
            s.apply(&token, &format!(" {} ", code.to_lowercase())).await.unwrap();
            let (cart, sum) = s.seen(&token).await;
            assert_eq!((cart.goods, cart.taken().unwrap().total), (Money::eur(459_97), Money::eur(off)), "{code}");
            assert_eq!(sum, Money::eur(459_97 - off + delivery), "{code}");
            let placed = s.press(&token, Some(sum)).await.unwrap();
            assert_eq!(placed.total, sum);
            let order = sales::by_token(s.app.reader(), &placed.token).await.unwrap();
            let kept = order.discount.as_ref().unwrap();
            assert_eq!((kept.code.as_str(), kept.amount, order.goods), (code, Money::eur(off), cart.goods));
            assert_eq!(order.lines.iter().map(|l| l.discount.minor).sum::<i64>(), off, "{code}");
            assert!(order.lines.iter().all(|l| l.discount.minor >= 0 && l.total.minor >= 0));
            let left: i64 = order.lines.iter().map(|l| l.total.minor).sum();
            assert_eq!(left + order.delivery.gross.minor, order.gross.minor, "{code}");
            assert_eq!(order.taxes.iter().map(|t| t.gross.minor).sum::<i64>(), order.gross.minor);
            assert_eq!(order.taxes.iter().map(|t| t.net.minor + t.vat.minor).sum::<i64>(), order.gross.minor);
            // Sent again, it is the same order and the same one use.
            assert!(s.press(&token, Some(sum)).await.unwrap().before);
            assert_eq!(s.used(id).await, 1, "{code}");
        }
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_code_is_said() {
    for (_fresh, s) in shops().await {
        let now = s.app.now();
        s.add(NewDiscount { valid_from: Some(now.plus_days(2)), ..s.code("LATER", Gives::Amount(1_00)) }).await;
        s.add(NewDiscount { valid_to: Some(now.plus_days(1)), ..s.code("SHORT", Gives::Amount(1_00)) }).await;
        s.add(NewDiscount { minimum: Some(150_00), goods: s.lamps.clone(), ..s.code("BIG", Gives::Amount(1_00)) }).await;
        s.add(NewDiscount { goods: s.lamps.clone(), ..s.code("LAMPS", Gives::Percent(Rate::percent(5))) }).await;
        s.add(NewDiscount { goods: s.lamps.clone(), ..s.code("THREE", Gives::BuyGet { buy: 2, gets: 1 }) }).await;
        let stopped = s.add(s.code("STOPPED", Gives::Amount(1_00))).await;
        discounts::stop(&s.app, &SYSTEM, stopped).await.unwrap();
        let table = s.cart(&[("TA-1", 1)], "ona@demo.test").await;
        let lamp = s.cart(&[("LA-1", 1), ("TA-1", 1)], "ona@demo.test").await;
        let said = async |token: &str, code: &str| s.apply(token, code).await.unwrap_err();
        for (token, code, fault) in [
            (&table, "NOTHING", "promotions.unknown"),
            (&table, "x", "promotions.unknown"),
            (&table, "LATER", "promotions.not_yet"),
            (&table, "STOPPED", "promotions.expired"),
            (&table, "LAMPS", "promotions.not_for_these"),
            (&lamp, "BIG", "promotions.minimum"),
            (&lamp, "THREE", "promotions.more_pieces"),
        ] {
            assert_eq!(said(token, code).await.code, fault, "{code}");
        }
        let missing = said(&lamp, "BIG").await;
        assert_eq!((missing.field.as_deref(), missing.args[1].1.as_str()), (Some("code"), "50.00"), "of the lamps alone");
        assert!(s.seen(&lamp).await.0.code.is_none(), "a refused code is not kept");

        // A code that held and holds no more: the cart says so, and nobody orders by mistake.
        s.apply(&lamp, "SHORT").await.unwrap();
        let (_, cheaper) = s.seen(&lamp).await;
        s.app.clock().set(now.plus_days(1));
        let (cart, whole) = s.seen(&lamp).await;
        assert_eq!(cart.discount, Some(Err(promotions::Fault::Expired)));
        assert_eq!(whole.minor, cheaper.minor + 1_00);
        assert_eq!(s.press(&lamp, Some(cheaper)).await.unwrap_err().code, "promotions.expired");
        assert_eq!(s.press(&lamp, None).await.unwrap_err().code, "promotions.expired");
        // Whoever saw the whole sum and presses all the same agreed to it.
        assert_eq!(s.press(&lamp, Some(whole)).await.unwrap().total, whole);
        carts::drop_code(&s.app, &Actor::Guest, &table).await.unwrap();
        assert_eq!(carts::drop_code(&s.app, &Actor::Guest, "none").await.unwrap_err().code, "sales.cart_gone");
    }
}

#[tokio::test]
async fn a_discount_that_runs_is_changed_for_orders_to_come() {
    for (_fresh, s) in shops().await {
        let now = s.app.now();
        let id = s.add(s.code("RUNS", Gives::Amount(10_00))).await;
        let first = s.buy(&[("LA-1", 1)], "ona@demo.test", "RUNS").await.unwrap();
        let waiting = s.cart(&[("LA-1", 1)], "jonas@demo.test").await;
        s.apply(&waiting, "RUNS").await.unwrap();
        let same =
            Limits { name: "Runs".into(), minimum: None, valid_from: None, valid_to: None, per_customer: None, most: None };
        let change = async |to: Limits| discounts::change(&s.app, &SYSTEM, id, &to).await;

        change(Limits { minimum: Some(150_00), valid_from: Some(now.plus_days(9)), ..same.clone() }).await.unwrap();
        let after = promotions::discount(s.app.reader(), id).await.unwrap();
        assert_eq!((after.name.as_str(), after.minimum), ("Runs", Some(Money::eur(150_00))));
        assert!(after.valid_from <= now, "what has begun has begun");
        assert!(
            matches!(s.seen(&waiting).await.0.discount, Some(Err(promotions::Fault::Minimum { .. }))),
            "an open cart is told"
        );
        let kept = sales::by_token(s.app.reader(), &first.token).await.unwrap();
        assert_eq!(kept.discount.unwrap().amount, Money::eur(10_00), "an order stays as it was agreed");

        change(Limits { most: Some(1), ..same.clone() }).await.unwrap();
        assert_eq!(s.seen(&waiting).await.0.discount, Some(Err(promotions::Fault::UsedUp)));
        change(Limits { most: Some(2), per_customer: Some(1), ..same.clone() }).await.unwrap();
        assert_eq!(s.buy(&[("LA-1", 1)], "ona@demo.test", "RUNS").await.unwrap_err().code, "promotions.customer_used");
        s.buy(&[("LA-1", 1)], "jonas@demo.test", "RUNS").await.unwrap();
        let refused = change(Limits { most: Some(1), name: "Never".into(), ..same.clone() }).await.unwrap_err();
        assert_eq!((refused.code, refused.field.as_deref()), ("promotions.fewer_than_used", Some("most")));
        assert_eq!(promotions::discount(s.app.reader(), id).await.unwrap().name, "Runs", "nothing is half-changed");
        for (wrong, code) in [
            (Limits { name: " ".into(), ..same.clone() }, "promotions.name"),
            (Limits { per_customer: Some(0), ..same.clone() }, "promotions.limit"),
            (Limits { minimum: Some(-1), ..same.clone() }, "promotions.amount"),
            (Limits { valid_to: Some(now), ..same.clone() }, "promotions.ends"),
        ] {
            assert_eq!(change(wrong).await.unwrap_err().code, code);
        }
        let guest = discounts::change(&s.app, &Actor::Guest, id, &same).await.unwrap_err();
        assert_eq!(guest.kind, Kind::Forbidden);
        let notes = "select count(*) from journal where code = 'promotions.discount.changed'";
        assert_eq!(db::scalar::<i64>(s.app.reader(), notes, vec![]).await.unwrap(), Some(3));

        // It ends at its moment; a past end may stay while a name is put right.
        let end = Some(now.plus_days(1));
        change(Limits { valid_to: end, ..same.clone() }).await.unwrap();
        s.app.clock().set(now.plus_days(2));
        change(Limits { valid_to: end, name: "Ran".into(), ..same.clone() }).await.unwrap();
        assert_eq!(s.buy(&[("LA-1", 1)], "rasa@demo.test", "RUNS").await.unwrap_err().code, "promotions.expired");
        change(same.clone()).await.unwrap();
        s.buy(&[("LA-1", 1)], "rasa@demo.test", "RUNS").await.unwrap();
        discounts::stop(&s.app, &SYSTEM, id).await.unwrap();
        assert_eq!(change(same).await.unwrap_err().code, "promotions.stopped");
    }
}

/// Everything is given: collected by its customer, the order costs nothing, and nothing waits for money.
#[tokio::test]
async fn a_code_of_a_hundred_percent_makes_an_order_of_nothing() {
    for (_fresh, s) in shops().await {
        let id = s.add(s.code("GIFT", Gives::Percent(Rate::percent(100)))).await;
        let token = s.cart(&[("LA-1", 1), ("LA-2", 3)], "ona@demo.test").await;
        checkout::save_delivery(&s.app, &Actor::Guest, &token, s.pickup).await.unwrap();
        s.apply(&token, "GIFT").await.unwrap();
        let (_, sum) = s.seen(&token).await;
        assert_eq!(sum, Money::eur(0));
        let placed = s.press(&token, Some(sum)).await.unwrap();
        let order = sales::by_token(s.app.reader(), &placed.token).await.unwrap();
        assert_eq!((order.gross, order.goods), (Money::eur(0), Money::eur(159_97)));
        assert!(order.lines.iter().all(|l| l.total.minor == 0 && l.discount == l.full()), "every line is given whole");
        assert!(order.taxes.iter().all(|t| t.net.minor == 0 && t.vat.minor == 0));
        assert_eq!(s.used(id).await, 1);
        orders::confirm(&s.app, &SYSTEM, order.id).await.unwrap();
        orders::cancel(&s.app, &SYSTEM, order.id, "Persigalvojo").await.unwrap();
        assert_eq!(s.used(id).await, 0);
    }
}

#[tokio::test]
async fn a_cancelled_order_gives_its_use_back_once() {
    for (_fresh, s) in shops().await {
        let most = Codes::One { code: "ONCE".into(), most: Some(1) };
        let id = s.add(NewDiscount { codes: most, ..s.code("ONCE", Gives::Amount(10_00)) }).await;
        let order = s.buy(&[("LA-1", 1)], "ona@demo.test", "once").await.unwrap();
        let refused = s.buy(&[("LA-1", 1)], "jonas@demo.test", "ONCE").await.unwrap_err();
        assert_eq!((refused.code, refused.kind), ("promotions.used_up", Kind::Conflict));
        orders::cancel(&s.app, &SYSTEM, order.id, "Persigalvojo").await.unwrap();
        assert_eq!(s.used(id).await, 0);
        assert!(orders::cancel(&s.app, &SYSTEM, order.id, "Dar kartą").await.is_err());
        s.buy(&[("LA-1", 1)], "jonas@demo.test", "ONCE").await.unwrap();
        let uses = promotions::uses(s.app.reader(), id, 10).await.unwrap();
        assert_eq!((s.used(id).await, uses.len(), uses.iter().filter(|u| u.undone_at.is_some()).count()), (1, 2, 1));
    }
}

#[tokio::test]
async fn a_customer_uses_a_code_as_often_as_allowed_under_any_spelling() {
    for (_fresh, s) in shops().await {
        let batch = Codes::Batch { prefix: "mugė".into(), count: 3 };
        let new = NewDiscount { codes: batch, per_customer: Some(1), ..s.code("MUGĖ", Gives::Percent(Rate::percent(10))) };
        let id = s.add(new).await;
        let codes = discounts::codes(&s.app, &SYSTEM, id).await.unwrap();
        assert!(codes.len() == 3 && codes.iter().all(|(code, used)| code.starts_with("MUGĖ-") && *used == 0));
        let order = s.buy(&[("LA-1", 1)], "ona@demo.test", &codes[0].0).await.unwrap();
        for again in ["Ona@Demo.test", "ona+dar@demo.test"] {
            let refused = s.buy(&[("LA-1", 1)], again, &codes[1].0).await.unwrap_err();
            assert_eq!(refused.code, "promotions.customer_used", "{again}");
        }
        assert_eq!(s.buy(&[("LA-1", 1)], "jonas@demo.test", &codes[0].0).await.unwrap_err().code, "promotions.used_up");
        s.buy(&[("LA-1", 1)], "jonas@demo.test", &codes[1].0).await.unwrap();
        // Forgotten with the customer: the use counts, the person does not.
        let tx = s.app.begin(&SYSTEM).await.unwrap();
        let party: PartyId = order.party;
        assert_eq!(promotions::export(&tx, party).await.unwrap().as_array().unwrap().len(), 1);
        promotions::erase(&tx, party).await.unwrap();
        assert!(promotions::export(&tx, party).await.unwrap().as_array().unwrap().is_empty());
        tx.commit().await.unwrap();
        assert_eq!(s.used(id).await, 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_code_for_a_hundred_uses_is_used_a_hundred_times() {
    for (fresh, s) in shops().await {
        let hundred = Codes::One { code: "ŠIMTAS".into(), most: Some(100) };
        let id = s.add(NewDiscount { codes: hundred, ..s.code("ŠIMTAS", Gives::Amount(10_00)) }).await;
        let mut tokens = Vec::new();
        for n in 0..160 {
            let token = s.cart(&[("LA-1", 1)], &format!("pirkejas{n}@demo.test")).await;
            s.apply(&token, "šimtas").await.unwrap();
            tokens.push(token);
        }
        let sum = Money::eur(95_90);
        let press = |token: String| {
            let (app, channel) = (s.app.clone(), s.channel.clone());
            tokio::spawn(async move {
                let label = "Užsakymas su prievole sumokėti".into();
                let agreed = Agreement { seen: Some(sum), button_label: label, locale: LT, origin: Origin::Shop, key: None };
                checkout::place(&app, &Actor::Guest, &channel, &token, agreed).await
            })
        };
        // Every second cart is sent twice at once: still one order and one use.
        let twice = tokens.iter().step_by(2).chain(&tokens).cloned();
        let all: Vec<Result<Placed, Fault>> = join_all(twice.map(press)).await.into_iter().map(Result::unwrap).collect();
        let refused: Vec<&Fault> = all.iter().filter_map(|r| r.as_ref().err()).collect();
        assert!(refused.iter().all(|f| f.code == "promotions.used_up"), "{}: {:?}", fresh.name, refused.first());
        let orders: std::collections::HashSet<_> = all.iter().flatten().map(|p| p.id).collect();
        assert_eq!((orders.len(), s.used(id).await), (100, 100), "{}", fresh.name);
        assert!(all.iter().flatten().all(|p| p.total == sum), "{}", fresh.name);
        let count = async |sql: &str| db::scalar::<i64>(s.app.reader(), sql, vec![]).await.unwrap().unwrap();
        assert_eq!(count("select count(*) from sales_order").await, 100);
        assert_eq!(count("select count(*) from discount_use").await, 100);
        // The hundred and first is told, and pays the whole sum or nothing.
        let left = count("select count(*) from cart where order_id is null").await;
        assert_eq!(left, 60, "a refused cart stays a cart");
        let token = {
            let mut open = None;
            for token in &tokens {
                if sales::ordered_as(s.app.reader(), &CartKey::of(token)).await.unwrap().is_none() {
                    open = Some(token.clone());
                }
            }
            open.unwrap()
        };
        let (cart, whole) = s.seen(&token).await;
        assert_eq!((cart.discount, whole), (Some(Err(promotions::Fault::UsedUp)), Money::eur(105_90)));
        assert_eq!(s.press(&token, Some(sum)).await.unwrap_err().code, "promotions.used_up");
        assert_eq!(s.press(&token, Some(whole)).await.unwrap().total, whole);
        assert_eq!(s.used(id).await, 100);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_customer_in_many_windows_uses_a_batch_once() {
    for (fresh, s) in shops().await {
        let batch = Codes::Batch { prefix: String::new(), count: 12 };
        let id = s.add(NewDiscount { codes: batch, per_customer: Some(1), ..s.code("VIENAS", Gives::Amount(5_00)) }).await;
        let codes = promotions::codes(s.app.reader(), id).await.unwrap();
        let mut tokens = Vec::new();
        for (code, _) in &codes {
            let token = s.cart(&[("LA-1", 1)], "ona@demo.test").await;
            s.apply(&token, code).await.unwrap();
            tokens.push(token);
        }
        let presses = tokens.iter().map(|token| s.press(token, Some(Money::eur(100_90))));
        let all = join_all(presses).await;
        assert_eq!((all.iter().flatten().count(), s.used(id).await), (1, 1), "{}", fresh.name);
        assert!(all.iter().filter_map(|r| r.as_ref().err()).all(|f| f.code == "promotions.customer_used"));
    }
}

#[tokio::test]
async fn what_makes_no_discount_is_refused() {
    for (_fresh, s) in shops().await {
        let refused = async |new: NewDiscount| discounts::add(&s.app, &SYSTEM, &new).await.unwrap_err().code;
        let amount = Gives::Amount(1_00);
        assert_eq!(refused(NewDiscount { name: " ".into(), ..s.code("AAA", amount) }).await, "promotions.name");
        assert_eq!(refused(s.code("a;b", amount)).await, "promotions.malformed");
        assert_eq!(refused(s.code("AAA", Gives::Percent(Rate(1_000_001)))).await, "promotions.percent");
        assert_eq!(refused(s.code("AAA", Gives::Amount(0))).await, "promotions.amount");
        assert_eq!(refused(s.code("AAA", Gives::BuyGet { buy: 0, gets: 1 })).await, "promotions.pieces");
        assert_eq!(refused(NewDiscount { per_customer: Some(0), ..s.code("AAA", amount) }).await, "promotions.limit");
        assert_eq!(refused(NewDiscount { valid_to: Some(s.app.now()), ..s.code("AAA", amount) }).await, "promotions.ends");
        let many = Codes::Batch { prefix: String::new(), count: 5_001 };
        assert_eq!(refused(NewDiscount { codes: many, ..s.code("AAA", amount) }).await, "promotions.batch");
        s.add(s.code("Aaa", amount)).await;
        assert_eq!(refused(s.code("a a a", amount)).await, "promotions.taken");
        assert_eq!(promotions::list(s.app.reader()).await.unwrap().len(), 1, "nothing is half-made");
        let guest = discounts::add(&s.app, &Actor::Guest, &s.code("BBB", amount)).await.unwrap_err();
        assert_eq!(guest.kind, Kind::Forbidden);
    }
}
