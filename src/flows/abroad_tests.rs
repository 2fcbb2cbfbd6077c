//! Orders from abroad counted against the threshold, on every engine.

use super::{carts, checkout, checkout::Agreement, orders, tax as flow};
use crate::{
    channels::Channel,
    desk::{self, Reach},
    flows::counter,
    kernel::{Actor, App, Locale, Moment, Money, Origin, Qty},
    sales::{self, Address, CartKey, Contact, DeliveryKind, MethodId},
    showcase::Channelled,
    tax::{Law, LawRow},
};

const LT: Locale = Locale::LT;
const SYSTEM: Actor = Actor::System;

struct Shop {
    app: App,
    channel: Channel,
    parcel: MethodId,
}

impl Shop {
    /// A machine of 4,000.00 without VAT, brought for nothing.
    async fn open(app: App) -> Self {
        let channel = counter::channel(&app).await;
        let parcel = counter::delivery(&app, &channel, DeliveryKind::Parcel, 0).await;
        counter::stock_up(&app, &[("MA-1", 4_840_00, 100)]).await;
        app.clock().set(Moment::from_ymd(2026, 6, 1).unwrap());
        Self { app, channel, parcel }
    }
    async fn order(&self, country: &str) -> String {
        let wish = (counter::find(&self.app, "MA-1").await.1, Qty::ONE);
        let token = carts::add(&self.app, &Actor::Guest, (&self.channel, LT), None, wish).await.unwrap();
        let contact = Contact { name: "Ona".into(), email: "ona@demo.test".into(), ..Contact::default() };
        let address = Address { street: "A 1".into(), city: "B".into(), postcode: "10115".into(), country: country.into() };
        checkout::save_contact(&self.app, &Actor::Guest, &token, contact, address).await.unwrap();
        checkout::save_delivery(&self.app, &Actor::Guest, &token, self.parcel).await.unwrap();
        let (db, viewer) = (self.app.reader(), self.channel.viewer(LT, self.app.now()));
        let tariffs = sales::Tariffs::read(db).await.unwrap();
        let view = sales::checkout(db, &CartKey::of(&token), &viewer, (&tariffs, "LT")).await.unwrap().unwrap();
        let seen = view.settled.unwrap().totals.gross;
        let agreed = Agreement { seen: Some(seen), button_label: "Mokėti".into(), locale: LT, origin: Origin::Shop, key: None };
        checkout::place(&self.app, &Actor::Guest, &self.channel, &token, agreed).await.unwrap().token
    }
    async fn count(&self) -> Option<(Reach, i64, i64)> {
        let found = desk::abroad(self.app.reader(), "LT", Money::eur(10_000_00), self.app.now()).await.unwrap();
        found.map(|a| (a.reach, a.net.minor, a.last_year.minor))
    }
}

#[tokio::test]
async fn sales_abroad_are_counted_and_warned_of_before_and_when_they_cross_the_threshold() {
    for (_fresh, s) in counter::each(Shop::open).await {
        s.order("lt").await;
        s.order("ch").await;
        assert_eq!(s.count().await, Some((Reach::Calm, 0, 0)), "neither at home nor out of the Union");
        s.order("de").await;
        assert_eq!(s.count().await, Some((Reach::Calm, 4_000_00, 0)));
        s.order("pl").await;
        assert_eq!(s.count().await, Some((Reach::Near, 8_000_00, 0)), "four fifths");
        let last = s.order("de").await;
        assert_eq!(s.count().await, Some((Reach::Crossed, 12_000_00, 0)));
        let told = desk::abroad(s.app.reader(), "LT", Money::eur(10_000_00), s.app.now()).await.unwrap().unwrap();
        assert_eq!((told.crossed.map(|m| m.date()), told.uncounted.len()), (Some(s.app.now().date()), 0));
        let order = sales::by_token(s.app.reader(), &last).await.unwrap();
        orders::cancel(&s.app, &SYSTEM, order.id, "Apsigalvojo").await.unwrap();
        assert_eq!(s.count().await, Some((Reach::Near, 8_000_00, 0)), "what was cancelled was not sold");
        s.order("lv").await;
        s.app.clock().set(Moment::from_ymd(2027, 1, 5).unwrap());
        assert_eq!(s.count().await, Some((Reach::Crossed, 0, 12_000_00)), "the year before binds this one");
        s.app.clock().set(Moment::from_ymd(2028, 1, 5).unwrap());
        assert_eq!(s.count().await, Some((Reach::Calm, 0, 0)));
        let row = LawRow { kind: String::new(), country: "LT".into(), holds: true, valid_from: s.app.now() };
        flow::set_law(&s.app, &SYSTEM, Law::Oss, &row).await.unwrap();
        assert_eq!(s.count().await, None, "there is nothing left to decide");
    }
}
