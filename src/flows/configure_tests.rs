//! A configurable product from the office's text to the order's line, on every engine.

use crate::{
    catalog::{NewProduct, NewVariant},
    channels::Channel,
    configure::{self, Input},
    flows::{
        carts::{self, Wish},
        catalogue, configure as making,
    },
    kernel::{Actor, App, ConfiguratorId, Locale, Money, ProductId, Qty, VariantId, testing},
    pricing,
    sales::{self, CartKey, CartView, Change},
    showcase::{self, Channelled, Line},
};

use crate::flows::{counter, prices};

const LT: Locale = Locale::LT;
const SYSTEM: Actor = Actor::System;

const SHELF: &str = "number length \"Ilgis\" 30..300 unit cm default 120\n\
    choice board \"Plokštė\" of lmdp \"balta LMDP\" 10, oak \"ąžuolas\" 40\n\
    use board = length / 100\n\
    work cutting \"Pjovimas\" setup 0.25 each 0.10 rate 24\n";

struct House {
    app: App,
    channel: Channel,
    shelf: ProductId,
    variant: VariantId,
}

impl House {
    async fn open(app: App) -> Self {
        let channel = counter::channel(&app).await;
        let shelf =
            NewProduct::goods(LT, "Lentyna").published().variant(NewVariant::new("LE-1").price(Money::eur(1)).made_in(10));
        catalogue::create(&app, &SYSTEM, shelf).await.unwrap();
        let (shelf, variant) = counter::find(&app, "LE-1").await;
        Self { app, channel, shelf, variant }
    }

    async fn publish(&self, source: &str) -> ConfiguratorId {
        making::save_and_publish(&self.app, &SYSTEM, self.shelf, (source, LT)).await.unwrap()
    }

    async fn line(&self, input: &Input, pieces: i64) -> Line {
        let viewer = self.channel.viewer(LT, self.app.now());
        let card = showcase::card(self.app.reader(), self.shelf, &viewer).await.unwrap().unwrap();
        making::line(self.app.reader(), &card, (input, Qty::pieces(pieces)), &viewer).await.unwrap()
    }

    async fn add(&self, token: Option<&str>, input: Option<&Input>, pieces: i64) -> Result<String, crate::kernel::Fault> {
        let wish = Wish { variant: self.variant, qty: Qty::pieces(pieces), chosen: input.cloned(), offer: None };
        carts::add(&self.app, &Actor::Guest, (&self.channel, LT), token, wish).await
    }

    async fn cart(&self, token: &str) -> CartView {
        let viewer = self.channel.viewer(LT, self.app.now());
        sales::view(self.app.reader(), &CartKey::of(token), &viewer).await.unwrap().unwrap()
    }
}

fn chosen(pairs: &[(&str, &str)]) -> Input {
    pairs.iter().map(|(code, value)| ((*code).to_owned(), (*value).to_owned())).collect()
}

#[tokio::test]
async fn two_configurations_are_two_lines_and_the_same_one_adds_up() {
    for fresh in testing::databases().await {
        let house = House::open(fresh.app()).await;
        let unready = house.add(None, Some(&Input::new()), 1).await.unwrap_err();
        assert_eq!(unready.code, "configure.not_configurable");
        house.publish(SHELF).await;

        let (short, oak) = (chosen(&[("length", "100")]), chosen(&[("length", "100"), ("board", "oak")]));
        let token = house.add(None, Some(&short), 1).await.unwrap();
        house.add(Some(&token), Some(&oak), 1).await.unwrap();
        // The same in other words: no third line.
        house.add(Some(&token), Some(&chosen(&[("length", "100,0"), ("board", "lmdp")])), 2).await.unwrap();
        let cart = house.cart(&token).await;
        let lines: Vec<_> = cart.lines.iter().map(|l| (l.variant_name.as_str(), l.qty.0 / 1000, l.total.minor)).collect();
        // 3 × 10.00 + (0.25 + 3 × 0.10) × 24 = 43.20 net; 40.00 + 0.35 × 24 = 48.40 net.
        let mut sorted = lines.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, [("Ilgis: 100 cm · Plokštė: balta LMDP", 3, 52_27), ("Ilgis: 100 cm · Plokštė: ąžuolas", 1, 58_56)]);
        assert!(cart.ready && !cart.changed);
        assert_eq!(cart.goods, Money::eur(52_27 + 58_56));
        assert_eq!(house.line(&oak, 1).await.total_gross, Money::eur(58_56), "asked alone it costs the same");

        // A line is found by its own key.
        let id = cart.lines.iter().find(|l| l.total == Money::eur(58_56)).unwrap().id;
        carts::remove(&house.app, &Actor::Guest, &token, id).await.unwrap();
        let left = house.cart(&token).await;
        assert_eq!((left.lines.len(), left.goods), (1, Money::eur(52_27)));
    }
}

#[tokio::test]
async fn what_cannot_be_made_never_gets_into_a_cart() {
    for fresh in testing::databases().await {
        let house = House::open(fresh.app()).await;
        house.publish(&format!("{SHELF}rule length < 250 or board = 'oak' else \"Per ilga\"\n")).await;
        let refused = async |input: &Input| house.add(None, Some(input), 1).await.unwrap_err();
        assert_eq!(refused(&chosen(&[("length", "10")])).await.code, "configure.below");
        assert_eq!(refused(&chosen(&[("board", "gold")])).await.code, "configure.not_offered");
        let rule = refused(&chosen(&[("length", "280")])).await;
        assert_eq!((rule.code, rule.args[0].1.as_str()), ("configure.rule", "Per ilga"));
        let unchosen = house.add(None, None, 1).await.unwrap_err();
        assert_eq!(unchosen.code, "configure.unchosen", "nor without a choice");
    }
}

#[tokio::test]
async fn a_new_version_is_said_and_the_old_one_stays() {
    for fresh in testing::databases().await {
        let house = House::open(fresh.app()).await;
        let first = house.publish(SHELF).await;
        assert_eq!(house.publish(SHELF).await, first, "the same text is the same version");
        let token = house.add(None, Some(&chosen(&[("length", "100")])), 1).await.unwrap();
        let before = house.cart(&token).await.lines[0].clone();
        let dearer = house.publish(&SHELF.replace("\"balta LMDP\" 10", "\"balta LMDP\" 12")).await;
        let now = house.cart(&token).await;
        assert_eq!(now.lines[0].change, Some(Change::Dearer { was: before.unit_price }));
        assert_eq!(now.lines[0].total, Money::eur(24_68), "12.00 + 8.40 net");
        let versions = configure::versions(house.app.reader(), house.shelf).await.unwrap();
        let told: Vec<_> = versions.iter().map(|v| (v.id, v.version, v.in_force)).collect();
        assert_eq!(told, [(dearer, 2, true), (first, 1, false)]);

        // Back to the first: nothing changed for who added under it.
        making::publish(&house.app, &SYSTEM, house.shelf, first).await.unwrap();
        assert!(!house.cart(&token).await.changed);
        // No longer offered so: it cannot be ordered, and says it.
        house.publish(&SHELF.replace("30..300", "150..300").replace("default 120", "default 200")).await;
        let gone = house.cart(&token).await;
        assert_eq!((gone.lines[0].change, gone.ready), (Some(Change::Gone), false));
        making::withdraw(&house.app, &SYSTEM, house.shelf).await.unwrap();
        assert_eq!(house.cart(&token).await.lines[0].change, Some(Change::Gone));
    }
}

#[tokio::test]
async fn the_price_in_the_lists_is_that_of_the_defaults() {
    for fresh in testing::databases().await {
        let house = House::open(fresh.app()).await;
        house.publish(SHELF).await;
        let viewer = house.channel.viewer(LT, house.app.now());
        let card = showcase::card(house.app.reader(), house.shelf, &viewer).await.unwrap().unwrap();
        // 1.2 × 10 + 0.35 × 24 = 20.40 net.
        assert_eq!(card.price.gross, Money::eur(24_68));
        assert_eq!(house.line(&Input::new(), 1).await.total_gross, card.price.gross);
    }
}

#[tokio::test]
async fn a_mistake_is_refused_and_nothing_is_written() {
    for fresh in testing::databases().await {
        let house = House::open(fresh.app()).await;
        let wrong = SHELF.replace("length / 100", "length / (length - 120)");
        let fault = making::save(&house.app, &SYSTEM, house.shelf, (&wrong, LT)).await.unwrap_err();
        assert_eq!((fault.code, fault.field.as_deref()), ("configure.zero", Some("source")));
        assert_eq!(fault.args[..2], [("line", "3".to_owned()), ("column", "20".to_owned())]);
        assert!(configure::versions(house.app.reader(), house.shelf).await.unwrap().is_empty());
        let guest = making::save(&house.app, &Actor::Guest, house.shelf, (SHELF, LT)).await.unwrap_err();
        assert_eq!(guest.kind, crate::kernel::Kind::Forbidden);
    }
}

/// A trial cannot try every choice: what breaks for one in the middle is refused there, with no price.
#[tokio::test]
async fn a_choice_that_the_formulas_cannot_compute_has_no_price_anywhere() {
    for fresh in testing::databases().await {
        let house = House::open(fresh.app()).await;
        house.publish("number n \"Kiek\" 0..10 default 5\nuse wood \"Mediena\" = 1 / ((n - 3) * (n - 3)) at 200\n").await;
        assert_eq!(house.line(&chosen(&[("n", "5")]), 1).await.total_gross, Money::eur(60_50), "50.00 net");
        let refused = house.add(None, Some(&chosen(&[("n", "3")])), 1).await.unwrap_err();
        assert_eq!((refused.kind, refused.code), (crate::kernel::Kind::Invalid, "configure.broken"));
        let viewer = house.channel.viewer(LT, house.app.now());
        let card = showcase::card(house.app.reader(), house.shelf, &viewer).await.unwrap().unwrap();
        let three = chosen(&[("n", "3")]);
        let asked = making::line(house.app.reader(), &card, (&three, Qty::ONE), &viewer).await.unwrap_err();
        assert_eq!(asked.code, "configure.broken");
    }
}

#[tokio::test]
async fn the_tile_says_what_the_opening_choice_costs_whatever_a_sheet_says() {
    for fresh in testing::databases().await {
        let house = House::open(fresh.app()).await;
        house.publish(SHELF).await;
        let asked = house.line(&Input::new(), 1).await.unit_gross;
        let form = prices::PriceForm {
            list: house.channel.price_list,
            variant: house.variant,
            amount: Money::eur(1_00),
            reduction: pricing::Reduction::None,
        };
        prices::set(&house.app, &SYSTEM, form).await.unwrap();
        let viewer = house.channel.viewer(LT, house.app.now());
        let card = showcase::card(house.app.reader(), house.shelf, &viewer).await.unwrap().unwrap();
        assert_eq!(card.price.gross, asked);
    }
}
