//! Agreed prices from the office to the order, on every engine.

use crate::{
    catalog::NewCategory,
    channels::{self, Channel},
    flows::{
        catalogue,
        market::{ChannelEdit, edit_channel},
        prices,
        terms::{self, LevelForm},
    },
    kernel::{
        Actor, App, CategoryId, Locale, Moment, Money, PartyId, PriceLevelId, Qty, Rate, Role, Source, StaffActor, UserId,
        VariantId, testing,
    },
    parties::Contact,
    pricing::{self, ByHand, Gives, Ground, Holder, NewRule, Reduction, What},
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
    async fn best_price(&mut self, best: bool) {
        let to = ChannelEdit { name: "Shop".into(), origins: vec![], progressive: None, best_price: Some(best) };
        edit_channel(&self.app, &SYSTEM, self.channel.id, to).await.unwrap();
        self.channel = channels::by_id(self.app.reader(), self.channel.id).await.unwrap();
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
        // A wall of products reads less and says the same.
        let wall = showcase::list(db, &ListQuery::default(), &viewer.clone().at_a_glance()).await.unwrap().rows;
        let tile = wall.iter().find(|c| c.product == card.product).unwrap();
        assert_eq!((&tile.price, &tile.variant(variant).unwrap().price), (&card.price, &card.variant(variant).unwrap().price));
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
async fn the_channel_says_whether_a_sale_beats_what_was_agreed() {
    for fresh in testing::databases().await {
        let mut g = Office::open(fresh.app()).await;
        let own = Holder::Customer(g.party);
        g.agree(own, vec![NewRule::new(own, What::Everything, Gives::Off(Rate::percent(15)))]).await;
        g.app.clock().set(g.app.now().plus_days(40));
        let (list, variant) = (g.channel.price_list, g.variant("LA-1").await);
        let sale = prices::PriceForm { list, variant, amount: Money::eur(80_00), reduction: Reduction::Announced };
        prices::set(&g.app, &SYSTEM, sale).await.unwrap();
        assert_eq!(g.price("LA-1", 1).await, (80_00, None));
        g.best_price(false).await;
        assert_eq!(g.price("LA-1", 1).await, (85_00, Some(Ground::Agreement)), "what was agreed goes before a campaign");
        g.best_price(true).await;
        assert_eq!(g.price("LA-1", 1).await, (80_00, None));
    }
}

#[tokio::test]
async fn a_level_gives_nothing_before_and_after_its_time() {
    for fresh in testing::databases().await {
        let g = Office::open(fresh.app()).await;
        let level = Holder::Level(g.partner);
        g.agree(level, vec![NewRule::new(level, What::Everything, Gives::Off(Rate::percent(8)))]).await;
        terms::set_level(&g.app, &SYSTEM, g.party, Some(g.partner)).await.unwrap();
        assert_eq!(g.price("LA-1", 1).await, (92_00, Some(Ground::Level)));
        let (from, to) = (g.app.now().plus_days(1), g.app.now().plus_days(3));
        let timed = |from, to| LevelForm { name: "Partneris".into(), valid_from: Some(from), valid_to: Some(to) };
        let refused = terms::change_level(&g.app, &SYSTEM, g.partner, &timed(to, to)).await.unwrap_err();
        assert_eq!(refused.code, "pricing.ends");
        terms::change_level(&g.app, &SYSTEM, g.partner, &timed(from, to)).await.unwrap();
        for (at, expected) in [(from.0 - 1, None), (from.0, Some(92_00)), (to.0 - 1, Some(92_00)), (to.0, None)] {
            g.app.clock().set(Moment(at));
            assert_eq!(g.price("LA-1", 1).await.0, expected.unwrap_or(100_00), "half open: {at}");
        }
        let level = pricing::level(g.app.reader(), g.partner, g.app.now()).await.unwrap();
        assert_eq!((level.valid_from, level.valid_to, level.holds(from), level.holds(to)), (Some(from), Some(to), true, false));
    }
}

#[tokio::test]
async fn what_was_declared_to_comes_off_on_top() {
    for fresh in testing::databases().await {
        let g = Office::open(fresh.app()).await;
        let (level, own) = (Holder::Level(g.partner), Holder::Customer(g.party));
        let off = |holder, percent| NewRule::new(holder, What::Everything, Gives::Off(Rate::percent(percent)));
        g.agree(level, vec![off(level, 12)]).await;
        terms::set_level(&g.app, &SYSTEM, g.party, Some(g.partner)).await.unwrap();
        let refused = async |rule: NewRule| terms::agree(&g.app, &SYSTEM, own, &[rule]).await.unwrap_err().code;
        assert_eq!(refused(off(own, 5).stacking(Rate::percent(4))).await, "pricing.cap", "a cap below itself");
        assert_eq!(refused(off(own, 5).stacking(Rate::percent(100))).await, "pricing.cap");
        let variant = g.variant("LA-2").await;
        let price = NewRule::new(own, What::Variant(variant), Gives::Price(Money::eur(1_00)));
        assert_eq!(refused(price.stacking(Rate::percent(50))).await, "pricing.cap", "a price is no percentage");
        g.agree(own, vec![off(own, 5).stacking(Rate::percent(30))]).await;
        assert_eq!(g.price("LA-1", 1).await, (83_60, Some(Ground::Level)), "5 % off 88.00");
        // Beside one that does not stack, about the same goods from the same quantity.
        g.agree(own, vec![off(own, 2)]).await;
        assert_eq!(g.price("LA-1", 1).await, (93_10, Some(Ground::Agreement)), "98.00 now, less 5 %");
        g.agree(own, vec![off(own, 50).stacking(Rate::percent(50))]).await;
        assert_eq!(g.price("LA-1", 1).await, (50_00, Some(Ground::Agreement)), "it takes the place of the 5 %; the cap holds");
        let rules = pricing::rules_of(g.app.reader(), own, g.app.now(), None, 9).await.unwrap();
        assert_eq!(rules.len(), 2, "{rules:?}");
        let special = NewRule::new(own, What::Variant(variant), Gives::Price(Money::eur(31_00))).from(Qty::pieces(3));
        g.agree(own, vec![special]).await;
        let lines = terms::sheet(&g.app, &SYSTEM, own).await.unwrap();
        let line = terms::Wish { sku: "LA-2".into(), gives: Gives::Price(Money::eur(31_00)), from: Qty::pieces(3) };
        assert_eq!(lines, [line], "groups and what stacks are no lines of a sheet");
    }
}

#[tokio::test]
async fn a_price_by_hand_has_a_reason_a_floor_and_the_right_behind_it() {
    for fresh in testing::databases().await {
        let g = Office::open(fresh.app()).await;
        let variant = g.variant("LA-1").await;
        prices::save(&g.app, &SYSTEM, &[], &[(variant, Some(Money::eur(60_00)))]).await.unwrap();
        let (db, viewer) = (g.app.reader(), g.channel.viewer(LT, g.app.now()));
        let (product, _) = counter::find(&g.app, "LA-1").await;
        let card = showcase::card(db, product, &viewer).await.unwrap().unwrap();
        let line = Line::freeze(&card, variant, Qty::pieces(3)).unwrap();
        let mut settings = (*g.app.settings()).clone();
        settings.set("prices.least_margin", 20.into(), Source::Office);
        let as_role = |role| Actor::Staff(StaffActor::new(UserId(uuid::Uuid::from_u128(9)), "Rūta", role));
        let give = async |role, minor| {
            let wish = ByHand { unit: Money::eur(minor), reason: " Parodos pavyzdys ".into() };
            terms::by_hand(db, &as_role(role), &settings, line.clone(), &wish).await
        };
        // 60.00 is four fifths of 75.00 without VAT, 90.75 with it.
        let (given, manual) = give(Role::Manager, 90_75).await.unwrap();
        assert_eq!(
            (given.unit_gross, given.total_gross, given.list_gross),
            (Money::eur(90_75), Money::eur(272_25), Some(Money::eur(100_00)))
        );
        assert_eq!((given.total_net, manual.below), (Money::eur(225_00), false));
        let why = given.why.unwrap();
        assert_eq!(
            (why.ground, why.rule, why.percent.as_str(), why.reason.as_str()),
            (Ground::Manual, None, "9", "Parodos pavyzdys")
        );
        let refused = give(Role::Manager, 90_74).await.unwrap_err();
        assert_eq!(
            (refused.code, refused.field.as_deref(), refused.args[0].1.as_str()),
            ("pricing.below_floor", Some("amount"), "75.00")
        );
        assert!(give(Role::Owner, 50_00).await.unwrap().1.below, "the owner may, and it is said");
        assert_eq!(give(Role::Viewer, 90_75).await.unwrap_err().kind, crate::kernel::Kind::Forbidden);
        let silent = ByHand { unit: Money::eur(95_00), reason: String::new() };
        let refused = terms::by_hand(db, &SYSTEM, &settings, line.clone(), &silent).await.unwrap_err();
        assert_eq!((refused.code, refused.field.as_deref()), ("pricing.reason", Some("reason")));
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
        let code = terms::change_level(&g.app, &SYSTEM, g.partner, &LevelForm { name: "X".into(), ..LevelForm::default() })
            .await
            .unwrap_err()
            .code;
        assert_eq!(code, "pricing.no_level");
    }
}
