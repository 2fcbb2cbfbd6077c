//! Agreed prices from the office to the order, on every engine.

use crate::{
    catalog::NewCategory,
    channels::Channel,
    flows::{catalogue, prices, terms},
    kernel::{Actor, App, CategoryId, Locale, Money, PartyId, PriceLevelId, Qty, Rate, VariantId, testing},
    parties::Contact,
    pricing::{self, Gives, Ground, Holder, NewRule, Reduction, What},
    showcase::{self, Channelled, Line, ListQuery},
};

use crate::flows::counter;

const LT: Locale = Locale::LT;
const SYSTEM: Actor = Actor::System;

struct Office {
    app: App,
    channel: Channel,
    lamps: CategoryId,
    party: PartyId,
    partner: PriceLevelId,
}

impl Office {
    async fn open(app: App) -> Self {
        let channel = counter::channel(&app).await;
        let tree = vec![NewCategory::new("light", LT, "Šviesa")];
        let light = catalogue::create_categories(&app, &SYSTEM, LT, tree).await.unwrap()[0];
        let mut below = NewCategory::new("lamps", LT, "Lempos");
        below.parent = Some(light);
        let lamps = catalogue::create_categories(&app, &SYSTEM, LT, vec![below]).await.unwrap()[0];
        for (sku, minor) in [("LA-1", 100_00), ("LA-2", 40_00)] {
            let mut lamp = counter::goods((sku, minor, 100));
            lamp.categories = vec![lamps];
            catalogue::create(&app, &SYSTEM, lamp).await.unwrap();
        }
        let contact = Contact {
            name: "Ona".into(),
            email: Some("ona@b.lt".into()),
            phone: None,
            company: Some("UAB Linija".into()),
            company_code: None,
            vat_code: None,
            locale: LT,
        };
        let party = crate::flows::work::add_customer(&app, &SYSTEM, contact).await.unwrap().party;
        let partner = terms::add_level(&app, &SYSTEM, "Partneris").await.unwrap();
        Self { app, channel, lamps: light, party, partner }.checked(lamps)
    }
    fn checked(self, lamps: CategoryId) -> Self {
        assert_ne!(self.lamps, lamps);
        self
    }
    async fn variant(&self, sku: &str) -> VariantId {
        counter::find(&self.app, sku).await.1
    }
    async fn agree(&self, holder: Holder, rules: Vec<NewRule>) {
        assert_eq!(terms::agree(&self.app, &SYSTEM, holder, &rules).await.unwrap(), rules.len());
    }
    /// The price everywhere: card in a list, line of a cart, explanation; they must be one.
    async fn price(&self, sku: &str, qty: i64) -> (i64, Option<Ground>) {
        let mut viewer = self.channel.viewer(LT, self.app.now());
        viewer.customer = Some(self.party);
        let db = self.app.reader();
        let listed = showcase::list(db, &ListQuery::default(), &viewer).await.unwrap().rows;
        let variant = self.variant(sku).await;
        let card = listed.iter().find(|c| c.variant(variant).is_some()).unwrap();
        assert_eq!(&showcase::card(db, card.product, &viewer).await.unwrap().unwrap(), card);
        let line = Line::freeze(card, variant, Qty::pieces(qty)).unwrap();
        let none = crate::configure::Input::new();
        let wanted = (sku, Qty::pieces(qty), &none);
        let told = terms::explain(&self.app, &SYSTEM, (&self.channel, LT), Some(self.party), wanted).await.unwrap();
        assert_eq!((told.unit, told.total, &told.why), (line.unit_gross, line.total_gross, &line.why));
        assert_eq!(told.weighed.iter().any(|w| w.won), line.why.is_some());
        (line.unit_gross.minor, line.why.map(|w| w.ground))
    }
}

#[tokio::test]
async fn what_was_agreed_is_the_price_in_every_window() {
    for fresh in testing::databases().await {
        let g = Office::open(fresh.app()).await;
        assert_eq!(g.price("LA-1", 1).await, (100_00, None));
        let level = Holder::Level(g.partner);
        let off = |percent| Gives::Off(Rate::percent(percent));
        g.agree(
            level,
            vec![
                NewRule::new(level, What::Everything, off(8)),
                NewRule::new(level, What::Everything, off(12)).from(Qty::pieces(10)),
            ],
        )
        .await;
        assert_eq!(g.price("LA-1", 1).await, (100_00, None), "the customer has no level yet");
        terms::set_level(&g.app, &SYSTEM, g.party, Some(g.partner)).await.unwrap();
        assert_eq!(g.price("LA-1", 9).await, (92_00, Some(Ground::Level)));
        assert_eq!(g.price("LA-1", 10).await, (88_00, Some(Ground::Level)));
        let own = Holder::Customer(g.party);
        g.agree(own, vec![NewRule::new(own, What::Category(g.lamps), off(5))]).await;
        assert_eq!(g.price("LA-1", 10).await, (95_00, Some(Ground::Agreement)), "what stands below the category too");
        let price = |minor| Gives::Price(Money::eur(minor));
        let variant = g.variant("LA-1").await;
        let special = NewRule::new(own, What::Variant(variant), price(71_00));
        g.agree(own, vec![special.clone()]).await;
        assert_eq!(g.price("LA-1", 1).await, (71_00, Some(Ground::Special)));
        assert_eq!(g.price("LA-2", 1).await, (38_00, Some(Ground::Agreement)));
        // Agreed anew: the earlier rule ends where the later begins, and one is left.
        g.app.clock().set(g.app.now().plus_days(1));
        g.agree(own, vec![NewRule { gives: price(69_00), ..special }]).await;
        assert_eq!(g.price("LA-1", 1).await, (69_00, Some(Ground::Special)));
        let rules = pricing::rules_of(g.app.reader(), own, g.app.now(), None, 50).await.unwrap();
        assert_eq!(rules.len(), 2, "{rules:?}");
        // Pasted twice in one go: the last line counts.
        let twice = [70_00, 68_00].map(|minor| NewRule::new(own, What::Variant(variant), price(minor)));
        assert_eq!(terms::agree(&g.app, &SYSTEM, own, &twice).await.unwrap(), 1);
        assert_eq!(g.price("LA-1", 1).await, (68_00, Some(Ground::Special)));
        let rules = pricing::rules_of(g.app.reader(), own, g.app.now(), None, 50).await.unwrap();
        assert_eq!(rules.len(), 2, "{rules:?}");
        terms::end(&g.app, &SYSTEM, own, rules[0].id).await.unwrap();
        assert_eq!(g.price("LA-1", 1).await, (95_00, Some(Ground::Agreement)));
    }
}

#[tokio::test]
async fn a_sale_that_is_better_than_the_agreement_wins() {
    for fresh in testing::databases().await {
        let g = Office::open(fresh.app()).await;
        let own = Holder::Customer(g.party);
        g.agree(own, vec![NewRule::new(own, What::Everything, Gives::Off(Rate::percent(15)))]).await;
        g.app.clock().set(g.app.now().plus_days(40));
        let form = |minor, reduction| prices::PriceForm {
            list: g.channel.price_list,
            variant: VariantId(uuid::Uuid::nil()),
            amount: Money::eur(minor),
            reduction,
        };
        let variant = g.variant("LA-1").await;
        let set = async |minor, reduction| {
            prices::set(&g.app, &SYSTEM, prices::PriceForm { variant, ..form(minor, reduction) }).await.unwrap();
        };
        set(90_00, Reduction::Announced).await;
        assert_eq!(g.price("LA-1", 1).await, (85_00, Some(Ground::Agreement)), "taken off the regular price, not off the sale");
        g.app.clock().set(g.app.now().plus_days(1));
        set(80_00, Reduction::Announced).await;
        assert_eq!(g.price("LA-1", 1).await, (80_00, None));
        g.app.clock().set(g.app.now().plus_days(1));
        set(100_00, Reduction::None).await;
        assert_eq!(g.price("LA-1", 1).await, (85_00, Some(Ground::Agreement)));
    }
}

#[tokio::test]
async fn a_level_in_use_stays_and_a_rule_that_cannot_be_is_refused() {
    for fresh in testing::databases().await {
        let g = Office::open(fresh.app()).await;
        terms::set_level(&g.app, &SYSTEM, g.party, Some(g.partner)).await.unwrap();
        let fault = terms::remove_level(&g.app, &SYSTEM, g.partner).await.unwrap_err();
        assert_eq!(fault.code, "pricing.level_in_use");
        assert_eq!(terms::add_level(&g.app, &SYSTEM, "partneris").await.unwrap_err().code, "pricing.level_taken");
        let own = Holder::Customer(g.party);
        let refused = async |rule: NewRule| terms::agree(&g.app, &SYSTEM, own, &[rule]).await.unwrap_err().code;
        let off = |micro| NewRule::new(own, What::Everything, Gives::Off(Rate(micro)));
        assert_eq!(refused(off(0)).await, "pricing.percent");
        assert_eq!(refused(off(1_000_000)).await, "pricing.percent");
        assert_eq!(refused(NewRule::new(own, What::Everything, Gives::Price(Money::eur(1)))).await, "pricing.price_of_group");
        assert_eq!(refused(NewRule { valid_to: Some(g.app.now()), ..off(1000) }).await, "pricing.ends");
        let nothing = What::Variant(VariantId(uuid::Uuid::from_u128(5)));
        assert_eq!(refused(NewRule::new(own, nothing, Gives::Price(Money::eur(1)))).await, "pricing.no_goods");
        assert!(
            pricing::rules_of(g.app.reader(), own, g.app.now(), None, 9).await.unwrap().is_empty(),
            "nothing is half-written"
        );
        terms::set_level(&g.app, &SYSTEM, g.party, None).await.unwrap();
        terms::remove_level(&g.app, &SYSTEM, g.partner).await.unwrap();
        let code = terms::rename_level(&g.app, &SYSTEM, g.partner, "X").await.unwrap_err().code;
        assert_eq!(code, "pricing.no_level");
    }
}
