//! Several currencies on every engine: lists that follow, rates that change, and an order in złoty.

use super::{
    carts, checkout,
    checkout::Agreement,
    configure as making,
    price_lists::{self, FollowLists, ListForm},
    prices::{self, PriceForm},
    terms, undo,
};
use crate::{
    channels::{self, Channel},
    configure::Input,
    kernel::{Actor, App, Currency, Kind, Locale, Money, Origin, PriceListId, Qty, Rate, VariantId, testing},
    parties,
    pricing::{self, Gives, Holder, NewRule, Reduction, Rounding, What},
    sales::{self, Address, CartKey, Contact, DeliveryKind, MethodId},
    showcase::{self, Channelled},
};

use crate::flows::counter;

const LT: Locale = Locale::LT;
const SYSTEM: Actor = Actor::System;

fn pln() -> Currency {
    "PLN".parse().unwrap()
}

struct Shop {
    app: App,
    channel: Channel,
    zloty: PriceListId,
    parcel: MethodId,
}

impl Shop {
    /// A lamp at 100.00 € and a table at 299.00 €; a list in złoty that follows at 4.27, shown in the
    /// shop; parcels at 5.90 €.
    async fn open(app: App) -> Self {
        let channel = counter::channel(&app).await;
        let parcel = counter::delivery(&app, &channel, DeliveryKind::Parcel, 5_90).await;
        counter::stock_up(&app, &[("LA-1", 100_00, 10), ("TA-1", 299_00, 10)]).await;
        let form = ListForm { name: "Złote".into(), follows: Some(channel.price_list), ending: Rounding::Ninety };
        let none = price_lists::add(&app, &SYSTEM, pln(), &form).await.unwrap_err();
        assert_eq!((none.kind, none.code), (Kind::Invalid, "pricing.no_exchange"), "nothing is converted without a rate");
        price_lists::set_rate(&app, &SYSTEM, (Currency::EUR, pln()), None, 4_270_000).await.unwrap();
        let zloty = price_lists::add(&app, &SYSTEM, pln(), &form).await.unwrap();
        price_lists::show_in(&app, &SYSTEM, &channel, zloty, true).await.unwrap();
        let channel = channels::by_id(app.reader(), channel.id).await.unwrap();
        Self { app, channel, zloty, parcel }
    }
    async fn variant(&self, sku: &str) -> VariantId {
        counter::find(&self.app, sku).await.1
    }
    /// What the shop shows in złoty; the list says the same.
    async fn shown(&self, sku: &str) -> Option<i64> {
        let (db, (product, variant)) = (self.app.reader(), counter::find(&self.app, sku).await);
        let viewer = self.channel.in_currency(pln()).unwrap().viewer(LT, self.app.now());
        let card = showcase::card(db, product, &viewer).await.unwrap();
        let listed = pricing::prices_of(db, self.zloty, &[variant], self.app.now()).await.unwrap();
        let shown = card.as_ref().and_then(|c| c.variant(variant)).map(|v| v.price.gross);
        assert_eq!(shown, listed.get(&variant).map(|p| p.amount), "{sku}");
        shown.map(|money| money.minor)
    }
    async fn set(&self, sku: &str, minor: i64, reduction: Reduction) {
        let form =
            PriceForm { list: self.channel.price_list, variant: self.variant(sku).await, amount: Money::eur(minor), reduction };
        prices::set(&self.app, &SYSTEM, form).await.unwrap();
    }
}

async fn shops() -> Vec<(testing::Fresh, Shop)> {
    counter::each(Shop::open).await
}

#[tokio::test]
async fn a_list_follows_every_price_and_every_rate() {
    for (_fresh, s) in shops().await {
        assert_eq!((s.shown("LA-1").await, s.shown("TA-1").await), (Some(426_90), Some(1_276_90)), "427.00 and 1276.73");
        s.set("LA-1", 120_00, Reduction::None).await;
        assert_eq!(s.shown("LA-1").await, Some(512_90), "512.40 lies between two endings: the upper, with the same commit");

        let by_hand = PriceForm {
            list: s.zloty,
            variant: s.variant("LA-1").await,
            amount: Money::new(1, pln()),
            reduction: Reduction::None,
        };
        let refused = prices::set(&s.app, &SYSTEM, by_hand).await.unwrap_err();
        assert_eq!((refused.kind, refused.code), (Kind::Conflict, "pricing.follows"));

        let later = s.app.now().plus_days(3);
        price_lists::set_rate(&s.app, &SYSTEM, (Currency::EUR, pln()), Some(later), 5_000_000).await.unwrap();
        assert_eq!(s.shown("LA-1").await, Some(512_90), "not before its day");
        s.app.clock().set(later);
        price_lists::followed(&s.app, FollowLists { at: later }).await.unwrap();
        assert_eq!((s.shown("LA-1").await, s.shown("TA-1").await), (Some(599_90), Some(1_494_90)));
        let past = pricing::history(s.app.reader(), s.zloty, s.variant("LA-1").await).await.unwrap();
        assert_eq!(past.len(), 2, "each price that was in force is written down");
        price_lists::followed(&s.app, FollowLists { at: later }).await.unwrap();
        let again = pricing::history(s.app.reader(), s.zloty, s.variant("LA-1").await).await.unwrap();
        assert_eq!(again.len(), 2, "what is right is not written again");

        prices::withdraw(&s.app, &SYSTEM, s.channel.price_list, s.variant("TA-1").await).await.unwrap();
        assert_eq!(s.shown("TA-1").await, None, "off sale in both");
        let taken_back = price_lists::drop_rate(&s.app, &SYSTEM, (Currency::EUR, pln()), later).await.unwrap_err();
        assert_eq!(taken_back.code, "pricing.exchange_in_force");
    }
}

#[tokio::test]
async fn an_announced_reduction_has_its_reference_in_both_currencies() {
    for (_fresh, s) in shops().await {
        s.app.clock().set(s.app.now().plus_days(40));
        s.set("LA-1", 80_00, Reduction::Announced).await;
        let prices = pricing::prices_of(s.app.reader(), s.zloty, &[s.variant("LA-1").await], s.app.now()).await.unwrap();
        let price = prices.values().next().unwrap();
        assert_eq!((price.amount.minor, price.reference.map(|r| r.minor)), (341_90, Some(426_90)));
    }
}

#[tokio::test]
async fn no_list_follows_itself_by_any_way() {
    for (_fresh, s) in shops().await {
        let form = |follows| ListForm { name: "Kita".into(), follows: Some(follows), ending: Rounding::Cent };
        for (list, source) in [(s.zloty, s.zloty), (s.channel.price_list, s.zloty), (s.channel.price_list, s.channel.price_list)]
        {
            let refused = price_lists::change(&s.app, &SYSTEM, list, &form(source)).await.unwrap_err();
            assert_eq!((refused.kind, refused.code), (Kind::Invalid, "pricing.follows_itself"));
        }
        let chain = price_lists::add(&s.app, &SYSTEM, Currency::EUR, &form(s.zloty)).await.unwrap_err();
        assert_eq!(chain.code, "pricing.follows_itself");
        // By itself again it keeps what it has, and a hand may set it.
        let alone = ListForm { name: "Złote".into(), follows: None, ending: Rounding::Cent };
        price_lists::change(&s.app, &SYSTEM, s.zloty, &alone).await.unwrap();
        s.set("LA-1", 1_00, Reduction::None).await;
        assert_eq!(s.shown("LA-1").await, Some(426_90));
    }
}

#[tokio::test]
async fn a_sheet_is_taken_whole_and_taken_back() {
    for (_fresh, s) in shops().await {
        let list = s.channel.price_list;
        let (lamp, table) = (s.variant("LA-1").await, s.variant("TA-1").await);
        let wrong = [(lamp, Some(Money::eur(1_00))), (table, Some(Money::new(1_00, pln())))];
        let refused = price_lists::take_sheet(&s.app, &SYSTEM, list, &wrong).await.unwrap_err();
        assert_eq!(refused.code, "pricing.currency");
        assert_eq!(s.shown("LA-1").await, Some(426_90), "nothing is half-written");
        let sheet = [(lamp, Some(Money::eur(200_00))), (table, Some(Money::eur(299_00)))];
        let taken = price_lists::take_sheet(&s.app, &SYSTEM, list, &sheet).await.unwrap();
        assert_eq!((taken.changed, s.shown("LA-1").await), (1, Some(853_90)), "what is so already is no change");
        undo::take_back(&s.app, &SYSTEM, taken.batch.unwrap()).await.unwrap();
        assert_eq!(s.shown("LA-1").await, Some(426_90));
        let off = price_lists::take_sheet(&s.app, &SYSTEM, list, &[(lamp, None)]).await.unwrap();
        assert_eq!((off.changed, s.shown("LA-1").await), (1, None));
        let rows = price_lists::export(&s.app, &SYSTEM, list).await.unwrap();
        assert_eq!(rows, [("TA-1".to_owned(), Money::eur(299_00))]);
        assert_eq!(price_lists::take_sheet(&s.app, &Actor::Guest, list, &sheet).await.unwrap_err().kind, Kind::Forbidden);
    }
}

#[tokio::test]
async fn an_order_in_another_currency_is_what_was_shown() {
    for (_fresh, s) in shops().await {
        let zloty = s.channel.in_currency(pln()).unwrap();
        assert_eq!(zloty.in_currency(Currency::EUR).unwrap(), s.channel, "and back");
        let wish = (s.variant("LA-1").await, Qty::pieces(2));
        let token = carts::add(&s.app, &Actor::Guest, (&zloty, LT), None, wish).await.unwrap();
        let contact = Contact { name: "Jan".into(), email: "jan@demo.test".into(), ..Contact::default() };
        let address =
            Address { street: "Złota 1".into(), city: "Warszawa".into(), postcode: "00-019".into(), country: "pl".into() };
        checkout::save_contact(&s.app, &Actor::Guest, &token, contact, address).await.unwrap();
        checkout::save_delivery(&s.app, &Actor::Guest, &token, s.parcel).await.unwrap();
        let (db, viewer) = (s.app.reader(), zloty.viewer(LT, s.app.now()));
        let tariffs = sales::Tariffs::read(db).await.unwrap();
        let view = sales::checkout(db, &CartKey::of(&token), &viewer, (&tariffs, "LT")).await.unwrap().unwrap();
        let settled = view.settled.unwrap();
        assert_eq!(settled.delivery.as_ref().unwrap().gross, Money::new(25_00, pln()), "5.90 € at 4.27, in whole złoty");
        assert_eq!(settled.totals.gross, Money::new(2 * 426_90 + 25_00, pln()));
        assert!(!view.cart.changed, "a price in another currency is no change of price");
        let agreed =
            |seen| Agreement { seen: Some(seen), button_label: "Mokėti".into(), locale: LT, origin: Origin::Shop, key: None };
        let euros = checkout::place(&s.app, &Actor::Guest, &s.channel, &token, agreed(settled.totals.gross)).await.unwrap_err();
        assert_eq!(euros.code, "sales.price_changed", "who was shown złoty does not order in euros");
        let placed = checkout::place(&s.app, &Actor::Guest, &zloty, &token, agreed(settled.totals.gross)).await.unwrap();
        assert_eq!(placed.total, settled.totals.gross);
        let order = sales::by_token(db, &placed.token).await.unwrap();
        assert_eq!(order.lines[0].total, Money::new(853_80, pln()));
    }
}

const SHELF: &str = "number length \"Ilgis\" 30..300 unit cm default 120\n\
    choice board \"Plokštė\" of lmdp \"balta LMDP\" 10, oak \"ąžuolas\" 40\n\
    use board = length / 100\n\
    work cutting \"Pjovimas\" setup 0.25 each 0.10 rate 24\n";

#[tokio::test]
async fn what_is_made_to_measure_costs_its_formulas_at_the_rate_of_the_day() {
    for (_fresh, s) in shops().await {
        let (product, variant) = counter::find(&s.app, "TA-1").await;
        making::save_and_publish(&s.app, &SYSTEM, product, (SHELF, LT)).await.unwrap();
        let zloty = s.channel.in_currency(pln()).unwrap();
        let priced = async |viewer: &showcase::Viewer, pieces| {
            let card = showcase::card(s.app.reader(), product, viewer).await.unwrap().unwrap();
            making::line(s.app.reader(), &card, (&Input::new(), Qty::pieces(pieces)), viewer).await
        };
        let anybody = || zloty.viewer(LT, s.app.now());
        // 12.00 + 0.35 × 24 = 20.40 net, 24.68 €; at 4.27 that is 105.38.
        let line = priced(&anybody(), 1).await.unwrap();
        assert_eq!((line.total_gross, s.shown("TA-1").await), (Money::new(104_90, pln()), Some(104_90)), "tile and page are one");
        let by = line.configured.unwrap();
        assert_eq!((by.rate_micro, by.quote.net), (Some(4_270_000), Money::eur(20_40)), "what it was counted from stays");
        // 36.00 + 0.55 × 24 = 49.20 net, 59.53 €; 254.19 zł.
        assert_eq!(priced(&anybody(), 3).await.unwrap().total_gross, Money::new(253_90, pln()));

        let tx = s.app.begin(&SYSTEM).await.unwrap();
        let party =
            parties::resolve(&tx, parties::Contact::person("Jan", "jan@demo.test", LT), Origin::Shop).await.unwrap().party;
        tx.commit().await.unwrap();
        let holder = Holder::Customer(party);
        let special = [NewRule::new(holder, What::Variant(variant), Gives::Price(Money::new(1_00, pln())))];
        assert_eq!(terms::agree(&s.app, &SYSTEM, holder, &special).await.unwrap_err().code, "configure.price_agreed");
        let tenth = [NewRule::new(holder, What::Everything, Gives::Off(Rate::percent(10)))];
        terms::agree(&s.app, &SYSTEM, holder, &tenth).await.unwrap();
        let own = priced(&anybody().by(Some(party), false), 1).await.unwrap();
        assert_eq!((own.total_gross, own.list_gross), (Money::new(94_41, pln()), Some(Money::new(104_90, pln()))));
        let net = priced(&anybody().by(Some(party), true), 1).await.unwrap();
        assert_eq!((net.total_net, net.total_gross), (Money::new(78_02, pln()), Money::new(94_41, pln())), "94.41 / 1.21");

        let later = s.app.now().plus_days(3);
        price_lists::set_rate(&s.app, &SYSTEM, (Currency::EUR, pln()), Some(later), 5_000_000).await.unwrap();
        s.app.clock().set(later);
        price_lists::followed(&s.app, FollowLists { at: later }).await.unwrap();
        let line = priced(&anybody(), 1).await.unwrap();
        assert_eq!((line.total_gross, s.shown("TA-1").await), (Money::new(123_90, pln()), Some(123_90)));
        // Prices by hand: nothing is converted past them.
        let alone = ListForm { name: "Złote".into(), follows: None, ending: Rounding::Cent };
        price_lists::change(&s.app, &SYSTEM, s.zloty, &alone).await.unwrap();
        assert_eq!(priced(&anybody(), 1).await.unwrap_err().code, "configure.currency");
    }
}

#[tokio::test]
async fn a_customers_currency_is_the_currency_of_the_answer() {
    for (_fresh, s) in shops().await {
        let tx = s.app.begin(&SYSTEM).await.unwrap();
        let contact = parties::Contact::person("Jan", "jan@demo.test", LT);
        let party = parties::resolve(&tx, contact, Origin::Shop).await.unwrap().party;
        tx.commit().await.unwrap();
        let krona: Currency = "SEK".parse().unwrap();
        let none = terms::set_currency(&s.app, &SYSTEM, party, Some(krona)).await.unwrap_err();
        assert_eq!(none.code, "channels.no_currency");
        terms::set_currency(&s.app, &SYSTEM, party, Some(pln())).await.unwrap();
        let wish = ("LA-1", Qty::ONE, &Input::new());
        let told = terms::explain(&s.app, &SYSTEM, (&s.channel, LT), Some(party), wish).await.unwrap();
        assert_eq!(told.total, Money::new(426_90, pln()));
        let anybody = terms::explain(&s.app, &SYSTEM, (&s.channel, LT), None, wish).await.unwrap();
        assert_eq!(anybody.total, Money::eur(100_00));
        // A list that is not shown any more leaves the customer with the shop's own currency.
        price_lists::show_in(&s.app, &SYSTEM, &s.channel, s.zloty, false).await.unwrap();
        let channel = channels::by_id(s.app.reader(), s.channel.id).await.unwrap();
        let told = terms::explain(&s.app, &SYSTEM, (&channel, LT), Some(party), wish).await.unwrap();
        assert_eq!(told.total, Money::eur(100_00));
    }
}
