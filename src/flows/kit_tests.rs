//! Kits on every engine: what they cost, what they take from the stock, and what cannot be one.

use futures_util::future::join_all;

use super::{
    carts,
    carts::Wish,
    checkout,
    checkout::Agreement,
    configure as making, orders,
    prices::{self, PriceForm},
    terms,
};
use crate::{
    catalog::{NewProduct, NewVariant},
    channels::Channel,
    configure::{self, Input},
    flows::catalogue,
    kernel::{Actor, App, Fault, Kind, Locale, Money, Origin, ProductId, Qty, Rate, VariantId, testing},
    parties,
    pricing::{self, Gives, Holder, NewRule, Reduction, What},
    sales::{self, CartKey, DeliveryKind, MethodId, NewShipment, Placed},
    showcase::{self, Availability, Channelled, ProductCard},
    stock,
};

use crate::flows::counter;

const LT: Locale = Locale::LT;
const SYSTEM: Actor = Actor::System;

/// A bed in two widths or none, two night stands, lamps by number.
const BEDROOM: &str = r#"
choice bed "Lova" en "Bed" of
  b140 "140" sku "LO-140",
  b160 "160" sku "LO-160",
  none "be lovos"
number lamps "Šviestuvai" en "Lamps" 0..4 step 1 default 1
rule bed <> 'b140' or lamps <= 2 else "Prie siauros lovos telpa du šviestuvai" en "A narrow bed has room for two lamps"
goods bed = 1
goods "NS-1" = 2
goods "LA-1" = lamps
discount 10%
"#;

struct Shop {
    app: App,
    channel: Channel,
    van: MethodId,
    kit: ProductId,
}

impl Shop {
    async fn open(app: App) -> Self {
        let channel = counter::channel(&app).await;
        let van = counter::delivery(&app, &channel, DeliveryKind::Van, 0).await;
        let goods = [("LO-140", 500_00, 5), ("LO-160", 600_00, 5), ("NS-1", 99_99, 6), ("LA-1", 33_33, 50), ("KIT-1", 1_00, 0)];
        counter::stock_up(&app, &goods).await;
        let (kit, _) = counter::find(&app, "KIT-1").await;
        let shop = Self { app, channel, van, kit };
        shop.publish(shop.kit, BEDROOM).await.unwrap();
        shop
    }
    async fn publish(&self, product: ProductId, text: &str) -> Result<(), Fault> {
        making::save_and_publish(&self.app, &SYSTEM, product, (text, LT)).await.map(drop)
    }
    async fn product(&self, sku: &str) -> ProductId {
        counter::find(&self.app, sku).await.0
    }
    async fn variant(&self, sku: &str) -> VariantId {
        counter::find(&self.app, sku).await.1
    }
    async fn card(&self) -> ProductCard {
        let viewer = self.channel.viewer(LT, self.app.now());
        showcase::card(self.app.reader(), self.kit, &viewer).await.unwrap().unwrap()
    }
    async fn line(&self, chosen: &[(&str, &str)], pieces: i64) -> Result<showcase::Line, Fault> {
        let viewer = self.channel.viewer(LT, self.app.now());
        let card = self.card().await;
        making::line(self.app.reader(), &card, (&input(chosen), Qty::pieces(pieces)), &viewer).await
    }
    async fn free(&self, sku: &str) -> i64 {
        let variant = self.variant(sku).await;
        let levels = stock::levels(self.app.reader(), &[variant]).await.unwrap();
        levels.iter().map(|l| l.free().0 / 1000).sum()
    }
    /// A cart that waits for the button.
    async fn cart(&self, wish: Wish) -> Result<String, Fault> {
        let token = carts::add(&self.app, &Actor::Guest, (&self.channel, LT), None, wish).await?;
        counter::fill_in(&self.app, &token, "ona@demo.test", self.van).await?;
        Ok(token)
    }
    async fn kit(&self, chosen: &[(&str, &str)], pieces: i64) -> Wish {
        Wish { variant: self.variant("KIT-1").await, qty: Qty::pieces(pieces), chosen: Some(input(chosen)), offer: None }
    }
    async fn press(&self, token: &str) -> Result<Placed, Fault> {
        let agreed = Agreement { seen: None, button_label: "Mokėti".into(), locale: LT, origin: Origin::Shop, key: None };
        checkout::place(&self.app, &Actor::Guest, &self.channel, token, agreed).await
    }
}

fn input(chosen: &[(&str, &str)]) -> Input {
    chosen.iter().map(|(code, value)| ((*code).to_owned(), (*value).to_owned())).collect()
}

async fn shops() -> Vec<(testing::Fresh, Shop)> {
    counter::each(Shop::open).await
}

#[tokio::test]
async fn a_kit_costs_what_its_goods_cost_less_its_discount() {
    for (_fresh, s) in shops().await {
        // 500.00 + 2 × 99.99 + 33.33 = 733.31; a tenth less is 659.979.
        let line = s.line(&[], 1).await.unwrap();
        assert_eq!((line.total_gross, line.unit_gross), (Money::eur(659_98), Money::eur(659_98)));
        assert_eq!(s.card().await.price.gross, Money::eur(659_98), "the tile says the same");
        let parts = line.configured.as_ref().unwrap().parts.clone();
        let seen: Vec<_> = parts.iter().map(|p| (p.sku.as_str(), p.qty.0 / 1000, p.share.minor)).collect();
        assert_eq!(seen, [("LO-140", 1, 450_00), ("NS-1", 2, 179_98), ("LA-1", 1, 30_00)]);
        assert_eq!(line.variant_name, "1 × LO-140 · 2 × NS-1 · 1 × LA-1");
        // Three of the larger one: (600.00 + 199.98 + 4 × 33.33) × 3 = 2799.90 → 2519.91.
        let more = s.line(&[("bed", "b160"), ("lamps", "4")], 3).await.unwrap();
        assert_eq!(more.total_gross, Money::eur(2_519_91));
        let shares: i64 = more.configured.as_ref().unwrap().parts.iter().map(|p| p.share.minor).sum();
        assert_eq!(shares, more.total_gross.minor, "shares make the sum");
        let narrow = s.line(&[("lamps", "3")], 1).await.unwrap_err();
        assert_eq!((narrow.code, narrow.args[0].1.as_str()), ("configure.rule", "Prie siauros lovos telpa du šviestuvai"));
        let none = s.line(&[("bed", "none"), ("lamps", "0")], 1).await.unwrap();
        assert_eq!(none.total_gross, Money::eur(179_98), "a slot may stay empty");
    }
}

#[tokio::test]
async fn an_agreed_percentage_comes_off_the_choice_and_a_price_does_not() {
    for (_fresh, s) in shops().await {
        let tx = s.app.begin(&SYSTEM).await.unwrap();
        let contact = parties::Contact::person("Ona", "ona@demo.test", LT);
        let party = parties::resolve(&tx, contact, Origin::Shop).await.unwrap().party;
        tx.commit().await.unwrap();
        let holder = Holder::Customer(party);
        let rules = [
            NewRule::new(holder, What::Everything, Gives::Off(Rate::percent(10))),
            NewRule::new(holder, What::Variant(s.variant("KIT-1").await), Gives::Price(Money::eur(1_00))),
            NewRule::new(holder, What::Variant(s.variant("LO-140").await), Gives::Price(Money::eur(1_00))),
        ];
        let refused = terms::agree(&s.app, &SYSTEM, holder, &rules).await.unwrap_err();
        assert_eq!((refused.code, refused.args[0].1.as_str()), ("configure.price_agreed", "KIT-1"));
        // Agreed on when it was no kit yet: then it is about another thing.
        let tx = s.app.begin(&SYSTEM).await.unwrap();
        pricing::agree(&tx, &rules).await.unwrap();
        tx.commit().await.unwrap();
        let (db, viewer) = (s.app.reader(), s.channel.viewer(LT, s.app.now()).by(Some(party), false));
        let card = showcase::card(db, s.kit, &viewer).await.unwrap().unwrap();
        // 659.98 less a tenth is 593.982: what the parts cost this customer alone is no matter.
        assert_eq!(card.price.gross, Money::eur(593_98), "the tile");
        let line = making::line(db, &card, (&Input::new(), Qty::ONE), &viewer).await.unwrap();
        assert_eq!((line.total_gross, line.list_gross), (Money::eur(593_98), Some(Money::eur(659_98))));
        assert_eq!(line.why.as_ref().and_then(|why| why.off), Some(Rate::percent(10)));
        let shares: i64 = line.configured.unwrap().parts.iter().map(|p| p.share.minor).sum();
        assert_eq!(shares, 593_98, "the shares make the sum");
        let business = viewer.clone().by(Some(party), true);
        let card = showcase::card(db, s.kit, &business).await.unwrap().unwrap();
        let line = making::line(db, &card, (&Input::new(), Qty::pieces(7)), &business).await.unwrap();
        assert_eq!((line.total_gross, line.total_net), (Money::eur(4_157_87), Money::eur(3_436_26)));
    }
}

#[tokio::test]
async fn the_tile_follows_every_price_and_the_stock() {
    for (_fresh, s) in shops().await {
        let (list, variant) = (s.channel.price_list, s.variant("LA-1").await);
        let form = PriceForm { list, variant, amount: Money::eur(43_33), reduction: Reduction::None };
        prices::set(&s.app, &SYSTEM, form).await.unwrap();
        let card = s.card().await;
        assert_eq!((card.price.gross, card.availability), (Money::eur(668_98), Availability::Few), "three kits of night stands");
        let history = pricing::history(s.app.reader(), list, s.variant("KIT-1").await).await.unwrap();
        assert!(history.iter().any(|p| p.amount == Some(Money::eur(668_98))), "and the price is written down");
        prices::withdraw(&s.app, &SYSTEM, list, variant).await.unwrap();
        let gone = s.line(&[], 1).await.unwrap_err();
        assert_eq!((gone.kind, gone.code), (Kind::Invalid, "configure.part_gone"));
        assert!(s.line(&[("lamps", "0")], 1).await.is_ok(), "without it the kit is there");
    }
}

#[tokio::test]
async fn an_order_takes_ships_and_gives_back_the_goods() {
    for (_fresh, s) in shops().await {
        let token = s.cart(s.kit(&[("lamps", "2")], 2).await).await.unwrap();
        let viewer = s.channel.viewer(LT, s.app.now());
        let view = sales::view(s.app.reader(), &CartKey::of(&token), &viewer).await.unwrap().unwrap();
        assert_eq!(view.lines[0].variant_name, "2 × LO-140 · 4 × NS-1 · 4 × LA-1");
        let placed = s.press(&token).await.unwrap();
        assert_eq!((s.free("LO-140").await, s.free("NS-1").await, s.free("LA-1").await), (3, 2, 46));
        let order = sales::by_token(s.app.reader(), &placed.token).await.unwrap();
        assert_eq!(order.lines[0].total, view.lines[0].total, "cart and order agree");
        assert_eq!(order.lines[0].configured.as_ref().unwrap().parts.len(), 3);
        let ship = NewShipment {
            order: placed.id,
            lines: vec![(order.lines[0].id, Qty::ONE)],
            batches: Vec::new(),
            carrier: String::new(),
            tracking: String::new(),
            tracking_url: String::new(),
            note: String::new(),
            shipped_at: s.app.now(),
        };
        orders::confirm(&s.app, &SYSTEM, placed.id).await.unwrap();
        orders::ship(&s.app, &SYSTEM, ship).await.unwrap();
        let on_hand = stock::levels(s.app.reader(), &[s.variant("NS-1").await]).await.unwrap();
        assert_eq!(on_hand.iter().map(|l| l.on_hand.0).sum::<i64>(), 4_000, "one kit left the house with two of them");

        let other = s.press(&s.cart(s.kit(&[], 1).await).await.unwrap()).await.unwrap();
        assert_eq!(s.free("NS-1").await, 0);
        orders::cancel(&s.app, &SYSTEM, other.id, "persigalvojo").await.unwrap();
        assert_eq!(s.free("NS-1").await, 2, "a cancelled kit gives its goods back");
    }
}

#[tokio::test]
async fn the_last_goods_are_sold_once_in_a_kit_or_alone() {
    for (_fresh, s) in shops().await {
        // Six night stands: three kits, or six alone.
        let alone = s.variant("NS-1").await;
        let mut tokens = Vec::new();
        for n in 0..10 {
            let wish = if n % 2 == 0 { s.kit(&[], 1).await } else { (alone, Qty::pieces(2)).into() };
            tokens.push(s.cart(wish).await.unwrap());
        }
        let sold = join_all(tokens.iter().map(|token| s.press(token))).await;
        assert_eq!(sold.iter().filter(|placed| placed.is_ok()).count(), 3);
        for refused in sold.into_iter().filter_map(Result::err) {
            assert_eq!(refused.code, "stock.out_of_stock");
            assert!(refused.args.iter().any(|(name, title)| *name == "title" && title == "NS-1"), "{refused:?}");
        }
        assert_eq!(s.free("NS-1").await, 0);
        assert_eq!(s.card().await.availability, Availability::OutOfStock, "the window says so in the same commit");
    }
}

#[tokio::test]
async fn what_cannot_be_a_kit_is_refused_with_its_reason() {
    for (_fresh, s) in shops().await {
        let code = |fault: Result<(), Fault>| fault.unwrap_err().code;
        assert_eq!(code(s.publish(s.kit, "goods \"NERA-1\" = 1").await), "configure.unknown_goods");
        assert_eq!(code(s.publish(s.kit, "goods \"KIT-1\" = 1").await), "configure.cycle");
        assert_eq!(code(s.publish(s.kit, "goods \"NS-1\" = 1 / 2").await), "configure.whole");
        assert_eq!(code(s.publish(s.kit, "goods \"NS-1\" = 1\nwork w \"Darbas\" each 1 rate 20").await), "configure.mixed");
        let lamp = s.product("LA-1").await;
        let back = s.publish(lamp, "goods \"KIT-1\" = 1").await.unwrap_err();
        assert_eq!((back.code, back.field.as_deref()), ("configure.cycle", Some("source")));
        assert!(back.args[0].1.contains("KIT-1 → LA-1"), "{back:?}");
        let bed = s.product("LO-160").await;
        configure_free(&s, bed).await;
        // Nothing was half-written: the kit is what it was.
        assert_eq!(s.line(&[], 1).await.unwrap().total_gross, Money::eur(659_98));
        assert!(configure::in_force(s.app.reader(), lamp).await.unwrap().is_none());
    }
}

/// A kit may not hold another one: its parts belong into it.
async fn configure_free(s: &Shop, bed: ProductId) {
    let variant = NewVariant::new("KIT-2").price(Money::eur(1_00)).stock(1);
    catalogue::create(&s.app, &SYSTEM, NewProduct::goods(LT, "KIT-2").published().variant(variant)).await.unwrap();
    let second = s.product("KIT-2").await;
    let nested = s.publish(second, "goods \"KIT-1\" = 1").await.unwrap_err();
    assert_eq!((nested.code, nested.args[0].1.as_str()), ("configure.nested", "KIT-1"));
    assert!(s.publish(bed, "goods \"NS-1\" = 1").await.is_err(), "what lies in a kit does not become one");
}
