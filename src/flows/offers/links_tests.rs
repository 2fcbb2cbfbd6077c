//! From an offer into the shop and to an order at the prices that its customer agreed on.

use std::sync::Arc;

use uuid::Uuid;

use super::{Begin, Change, SetOffer};
use crate::{
    channels::Channel,
    crm::{self, TaskFilter, TaskKind, TaskQuery},
    desk,
    flows::{
        carts::{self, Wish},
        checkout::{self, Agreement},
        counter::{self, Post, Press},
        letters, offers as flow, terms, work,
    },
    jobs::{Registry, Worker},
    kernel::{Actor, App, Fault, Locale, Money, OfferId, Origin, PartyId, ProductId, Qty, Right, Source, VariantId, db, testing},
    mail::SendLetter,
    offers::{self, Buyer, Edit, Goods, Head, Item, What},
    parties::Contact,
    pricing::{Gives, Holder, NewRule, What as Ruled},
    sales::{self, CartKey, DeliveryKind, MethodId, Placed},
    showcase::{self, Channelled, Found},
};

const LT: Locale = Locale::LT;
const SYSTEM: Actor = Actor::System;
const GUEST: Actor = Actor::Guest;

/// A lamp at 40.00 € that the customer gets at 31.00 €, a table at 299.00 € without an agreement.
struct Shop {
    app: App,
    channel: Channel,
    party: PartyId,
    van: MethodId,
    lamp: (ProductId, VariantId),
    press: Arc<Press>,
    post: Arc<Post>,
}

async fn shops() -> Vec<(testing::Fresh, Shop)> {
    let mut all = Vec::new();
    for fresh in testing::databases().await {
        let mut settings = counter::company();
        settings.set("shop.url", "https://shop.example".into(), Source::Office);
        let (app, press, post) = counter::with_papers(&fresh, settings);
        let channel = counter::channel(&app).await;
        let van = counter::delivery(&app, &channel, DeliveryKind::Van, 9_00).await;
        counter::stock_up(&app, &[("LA-1", 40_00, 90), ("TA-1", 299_00, 90)]).await;
        let party = customer(&app, "Ona Onaitė", "ona@b.lt").await;
        let lamp = counter::find(&app, "LA-1").await;
        let own = Holder::Customer(party);
        let rule = NewRule::new(own, Ruled::Variant(lamp.1), Gives::Price(Money::eur(31_00)));
        terms::agree(&app, &SYSTEM, own, &[rule]).await.unwrap();
        all.push((fresh, Shop { app, channel, party, van, lamp, press, post }));
    }
    all
}

async fn customer(app: &App, name: &str, email: &str) -> PartyId {
    let contact = Contact {
        name: name.into(),
        email: Some(email.into()),
        phone: None,
        company: None,
        company_code: None,
        vat_code: None,
        locale: LT,
    };
    work::add_customer(app, &SYSTEM, contact).await.unwrap().party
}

impl Shop {
    fn id(&self) -> Uuid {
        let mut bytes = [0; 16];
        self.app.entropy().fill(&mut bytes);
        Uuid::from_bytes(bytes)
    }
    /// An offer of one lamp, sent: its id, its page's token and the row.
    async fn sent(&self) -> (OfferId, String, Uuid) {
        let goods = Goods { product: self.lamp.0, variant: self.lamp.1, chosen: Default::default() };
        let item = Item::new(self.id(), What::Goods(goods), Qty::pieces(2));
        let (row, key) = (item.id, self.id().to_string());
        let begun = Begin { party: Some(self.party), title: "Lempos".into(), key, ..Begin::default() };
        let id = flow::start(&self.app, &SYSTEM, begun).await.unwrap();
        let buyer = Buyer { name: "Ona Onaitė".into(), email: "ona@b.lt".into(), country: "LT".into(), ..Buyer::default() };
        let head = Head { buyer: Some(buyer), ..Head::default() };
        let edits = vec![Edit::Head(Box::new(head)), Edit::Add(None, vec![item])];
        flow::edit(&self.app, &SYSTEM, id, Change { edits, ..Change::default() }).await.unwrap();
        flow::prepare(&self.app, &SYSTEM, id).await.unwrap();
        flow::send(&self.app, &SYSTEM, id, flow::Unread::Refused).await.unwrap();
        (id, self.offer(id).await.token.unwrap(), row)
    }
    async fn offer(&self, id: OfferId) -> offers::Offer {
        offers::offer(self.app.reader(), &SYSTEM.scope(Right::OffersRead).unwrap(), id).await.unwrap()
    }
    /// The token of the row's link.
    async fn link(&self, page: &str, row: Uuid) -> String {
        let to = flow::opened(&self.app, &GUEST, page, row).await.unwrap();
        to.split("for=").nth(1).expect("a token").to_owned()
    }
    /// What the lamp costs whoever comes by this link, in cents.
    async fn price(&self, token: &str) -> i64 {
        let (db, now) = (self.app.reader(), self.app.now());
        let meant = desk::meant_by_link(db, token, now).await.unwrap().map(|(meant, _)| meant);
        let viewer = self.channel.viewer(LT, now).meant_for(meant.map(|m| m.party), meant.is_some_and(|m| m.net));
        let Found::Here(found) = showcase::by_slug(db, &self.slug().await, &viewer).await.unwrap() else { panic!("a lamp") };
        found.card.price.gross.minor
    }
    async fn slug(&self) -> String {
        let viewer = self.channel.viewer(LT, self.app.now());
        let card = showcase::card(self.app.reader(), self.lamp.0, &viewer).await.unwrap().unwrap();
        card.slug
    }
    /// A cart with one lamp, begun by the link.
    async fn cart(&self, token: &str) -> String {
        let meant = desk::meant_by_link(self.app.reader(), token, self.app.now()).await.unwrap();
        let offer = meant.map(|(meant, until)| (meant.offer, until));
        let wish = Wish { offer, ..Wish::from((self.lamp.1, Qty::ONE)) };
        carts::add(&self.app, &GUEST, (&self.channel, LT), None, wish).await.unwrap()
    }
    async fn order(&self, cart: &str, email: &str, seen: i64) -> Result<Placed, Fault> {
        counter::fill_in(&self.app, cart, email, self.van).await?;
        let agreed = Agreement {
            seen: Some(Money::eur(seen)),
            button_label: "Užsakymas su prievole sumokėti".into(),
            locale: LT,
            origin: Origin::Shop,
            key: None,
        };
        checkout::place(&self.app, &GUEST, &self.channel, cart, agreed).await
    }
    async fn history(&self) -> Vec<String> {
        let scope = SYSTEM.scope(Right::CustomersRead).unwrap();
        let rows = crm::timeline(self.app.reader(), &scope, self.party, None).await.unwrap().rows;
        rows.into_iter().rev().map(|row| row.code).collect()
    }
    async fn count(&self, code: &str) -> usize {
        self.history().await.iter().filter(|own| *own == code).count()
    }
    async fn calls(&self) -> usize {
        let filter = TaskFilter { party: Some(self.party), kind: Some(TaskKind::Call), ..TaskFilter::default() };
        let scope = SYSTEM.scope(Right::TasksRead).unwrap();
        let found = crm::tasks(self.app.reader(), &scope, &TaskQuery { filter, after: None, limit: 50 }, self.app.now()).await;
        found.unwrap().rows.len()
    }
}

#[tokio::test]
async fn a_link_shows_the_agreed_price_and_the_cart_keeps_it_to_the_order() {
    for (fresh, s) in shops().await {
        let (_, page, row) = s.sent().await;
        let token = s.link(&page, row).await;
        assert_eq!((s.price(&token).await, s.price("").await), (31_00, 40_00), "{}", fresh.name);
        let cart = s.cart(&token).await;
        // The same cart by its cookie alone, and one that nobody's link began.
        let meant = desk::meant_by_cart(s.app.reader(), &CartKey::of(&cart), s.app.now()).await.unwrap();
        assert_eq!(meant.map(|m| m.party), Some(s.party));
        let plain = s.cart("").await;
        assert_eq!(desk::meant_by_cart(s.app.reader(), &CartKey::of(&plain), s.app.now()).await.unwrap(), None);
        let placed = s.order(&cart, "ona@b.lt", 31_00 + 9_00).await.unwrap();
        assert_eq!(placed.total, Money::eur(40_00));
        let scope = SYSTEM.scope(Right::OrdersRead).unwrap();
        let order = sales::order(s.app.reader(), &scope, placed.id).await.unwrap();
        assert_ne!(order.party, s.party, "who typed an address is not who owns it");
        assert_eq!((s.count("offer.link_ordered").await, s.calls().await), (1, 0));
        assert_eq!(s.order(&plain, "ona@b.lt", 40_00 + 9_00).await.unwrap().total, Money::eur(49_00));
    }
}

#[tokio::test]
async fn somebody_else_orders_at_the_price_that_was_shown_and_the_manager_hears_of_it() {
    for (_fresh, s) in shops().await {
        let (_, page, row) = s.sent().await;
        let cart = s.cart(&s.link(&page, row).await).await;
        let placed = s.order(&cart, "kitas@b.lt", 40_00).await.unwrap();
        let scope = SYSTEM.scope(Right::OrdersRead).unwrap();
        let order = sales::order(s.app.reader(), &scope, placed.id).await.unwrap();
        assert_ne!(order.party, s.party, "a link proves nothing about who buys");
        assert_eq!(s.count("order.placed").await, 0, "it is not in the customer's history");
        assert_eq!((s.count("offer.link_ordered_elsewhere").await, s.calls().await), (1, 1));
    }
}

#[tokio::test]
async fn what_is_over_forged_or_taken_back_leads_to_everybodys_prices() {
    for (fresh, s) in shops().await {
        let (id, page, row) = s.sent().await;
        let token = s.link(&page, row).await;
        let cart = s.cart(&token).await;
        let mut forged = token.clone().into_bytes();
        forged[20] = if forged[20] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(forged).unwrap();
        for nobody in ["", "x", forged.as_str(), page.as_str(), &token[1..]] {
            assert_eq!(s.price(nobody).await, 40_00, "{}: {nobody}", fresh.name);
        }
        assert_eq!(s.price(&token).await, 31_00);
        flow::withdraw(&s.app, &SYSTEM, id, "suklydome").await.unwrap();
        assert_eq!(s.price(&token).await, 40_00, "taken back");
        let changed = s.order(&cart, "ona@b.lt", 40_00).await.unwrap_err();
        assert_eq!(changed.code, "sales.price_changed", "said before it binds");

        let (id, page, row) = s.sent().await;
        let token = s.link(&page, row).await;
        let cart = s.cart(&token).await;
        let until = s.offer(id).await.expires_at.unwrap();
        s.app.clock().set(until.plus_millis(-1));
        assert_eq!(s.price(&token).await, 31_00);
        s.app.clock().set(until);
        assert_eq!(s.price(&token).await, 40_00, "over");
        assert_eq!(desk::meant_by_cart(s.app.reader(), &CartKey::of(&cart), until).await.unwrap(), None);
        assert_eq!(s.order(&cart, "ona@b.lt", 40_00).await.unwrap_err().code, "sales.price_changed");
        assert!(!flow::opened(&s.app, &GUEST, &page, row).await.unwrap().contains("for="), "a new link is not made any more");
    }
}

#[tokio::test]
async fn another_shop_did_not_make_it() {
    for (fresh, s) in shops().await {
        let (_, page, row) = s.sent().await;
        let token = s.link(&page, row).await;
        assert_eq!(s.price(&token).await, 31_00);
        // The same shop to the letter, offers and all, but for its secret.
        let tx = s.app.begin(&SYSTEM).await.unwrap();
        db::run(&tx, "update shop_secret set secret = $1", db::params!["another shop's"]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(s.price(&token).await, 40_00, "{}", fresh.name);
        assert_eq!(s.price(&s.link(&page, row).await).await, 31_00, "its own links hold");
    }
}

#[tokio::test]
async fn the_history_has_a_visit_once_a_day() {
    for (_fresh, s) in shops().await {
        let (_, page, row) = s.sent().await;
        let token = s.link(&page, row).await;
        for _ in 0..3 {
            flow::looked(&s.app, &GUEST, &token, s.lamp.0).await.unwrap();
        }
        s.link(&page, row).await;
        assert_eq!(s.count("offer.product_opened").await, 1, "loaded again is the same visit");
        let (table, _) = counter::find(&s.app, "TA-1").await;
        flow::looked(&s.app, &GUEST, &token, table).await.unwrap();
        flow::looked(&s.app, &GUEST, "forged", s.lamp.0).await.unwrap();
        assert_eq!(s.count("offer.product_opened").await, 1);
        s.app.clock().set(s.app.now().plus_days(1));
        flow::looked(&s.app, &GUEST, &token, s.lamp.0).await.unwrap();
        assert_eq!(s.count("offer.product_opened").await, 2);
    }
}

#[tokio::test]
async fn paper_and_letter_carry_the_same_link() {
    for (_fresh, s) in shops().await {
        let (id, page, row) = s.sent().await;
        let registry = Registry::new()
            .on(|app, job: SendLetter| async move { letters::send(&app, job).await })
            .on(|app, job: SetOffer| async move { flow::set(&app, job).await });
        Worker::new(s.app.clone(), registry).run_until_idle().await.unwrap();
        let to = flow::opened(&s.app, &GUEST, &page, row).await.unwrap();
        let whole = format!("https://shop.example/lt/{to}");
        assert!(to.contains("?v=LA-1&for="), "{to}");
        let set = s.press.0.lock().unwrap()[0].clone();
        assert_eq!(set["sections"][0]["rows"][0]["url"], whole);
        let letter = s.post.0.lock().unwrap()[0].clone();
        assert!(letter.html.contains(&whole.replace('&', "&amp;")), "{}", letter.html);
        assert!(letter.plain.contains(&whole), "{}", letter.plain);
        // A draft on paper leads nowhere: nothing was promised yet.
        flow::revise(&s.app, &SYSTEM, id).await.unwrap();
        flow::preview(&s.app, &SYSTEM, id).await.unwrap();
        assert_eq!(s.press.0.lock().unwrap().last().unwrap()["sections"][0]["rows"][0]["url"], "");
    }
}
