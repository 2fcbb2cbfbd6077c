//! Campaigns on every engine: exact beginnings, exact ends, and nobody else's price touched.

use crate::{
    catalog::{self, NewCategory, NewProduct, NewVariant},
    channels::Channel,
    configure::Input,
    flows::{
        campaigns::{self, TurnCampaign},
        catalogue,
        prices::{self, PriceForm},
        terms, upkeep,
    },
    kernel::{Actor, App, CampaignId, Locale, Moment, Money, Qty, Rate, VariantId, testing},
    pricing::{self, Campaign, Change, Effect, NewCampaign, Phase, Picked, Price, Reduction, Rounding},
    showcase::{self, Channelled},
};

use crate::flows::counter;

const LT: Locale = Locale::LT;
const SYSTEM: Actor = Actor::System;

struct Shop {
    app: App,
    channel: Channel,
    lamps: Picked,
    start: Moment,
}

impl Shop {
    /// Two lamps below a category and a table beside it; forty days at 100, 40 and 300 euros.
    async fn open(app: App) -> Self {
        let channel = counter::channel(&app).await;
        let light =
            catalogue::create_categories(&app, &SYSTEM, LT, vec![NewCategory::new("light", LT, "Šviesa")]).await.unwrap()[0];
        let below = NewCategory::new("lamps", LT, "Lempos").below(light);
        let lamps = catalogue::create_categories(&app, &SYSTEM, LT, vec![below]).await.unwrap()[0];
        for (sku, minor, shelf) in [("LA-1", 100_00, Some(lamps)), ("LA-2", 40_00, Some(lamps)), ("TA-1", 300_00, None)] {
            let mut new = counter::goods((sku, minor, 100));
            new.categories = shelf.into_iter().collect();
            catalogue::create(&app, &SYSTEM, new).await.unwrap();
        }
        let start = app.now().plus_days(40);
        app.clock().set(start);
        Self { app, channel, lamps: Picked { categories: vec![light], ..Picked::default() }, start }
    }
    fn plan(&self, name: &str, percent: i64) -> NewCampaign {
        NewCampaign {
            name: name.into(),
            list: self.channel.price_list,
            goods: self.lamps.clone(),
            change: Change::Percent(Rate::percent(-percent)),
            rounding: Rounding::Cent,
            reduction: Reduction::Announced,
            begins_at: None,
            ends_at: None,
        }
    }
    async fn save(&self, new: NewCampaign) -> Campaign {
        campaigns::save(&self.app, &SYSTEM, None, &new).await.unwrap()
    }
    async fn variant(&self, sku: &str) -> VariantId {
        counter::find(&self.app, sku).await.1
    }
    async fn price(&self, sku: &str) -> Price {
        let variant = self.variant(sku).await;
        let db = self.app.reader();
        let price = pricing::prices_of(db, self.channel.price_list, &[variant], self.app.now()).await.unwrap()[&variant];
        // The window says the same in the same commit.
        let viewer = self.channel.viewer(LT, self.app.now());
        let product = catalog::find_skus(db, &[sku.to_owned()]).await.unwrap()[sku].0;
        let card = showcase::card(db, product, &viewer).await.unwrap().unwrap();
        let shown = &card.variant(variant).unwrap().price;
        assert_eq!((shown.gross, shown.reference), (price.amount, price.reference), "{sku}");
        price
    }
    async fn cents(&self, sku: &str) -> (i64, Option<i64>) {
        let price = self.price(sku).await;
        (price.amount.minor, price.reference.map(|r| r.minor))
    }
    async fn set(&self, sku: &str, minor: i64) {
        let form = PriceForm {
            list: self.channel.price_list,
            variant: self.variant(sku).await,
            amount: Money::eur(minor),
            reduction: Reduction::None,
        };
        prices::set(&self.app, &SYSTEM, form).await.unwrap();
    }
    async fn turn(&self, id: CampaignId) {
        campaigns::turn(&self.app, &TurnCampaign { campaign: id, at: self.app.now() }).await.unwrap();
    }
    async fn phase(&self, id: CampaignId) -> Phase {
        pricing::campaign(self.app.reader(), id).await.unwrap().phase
    }
    async fn effects(&self, id: CampaignId) -> Vec<(i64, String)> {
        let campaign = pricing::campaign(self.app.reader(), id).await.unwrap();
        let rows = pricing::campaign_prices(self.app.reader(), &campaign, None, None, 100).await.unwrap();
        rows.into_iter().map(|r| (r.after.minor, r.effect)).collect()
    }
    fn to(&self, days: i64) {
        self.app.clock().set(self.start.plus_days(days));
    }
}

async fn shops() -> Vec<(testing::Fresh, Shop)> {
    counter::each(Shop::open).await
}

#[tokio::test]
async fn a_campaign_begins_and_ends_at_its_moments() {
    for (_fresh, s) in shops().await {
        let new = NewCampaign {
            begins_at: Some(s.start.plus_days(1)),
            ends_at: Some(s.start.plus_days(8)),
            ..s.plan("Lempų savaitė", 20)
        };
        let seen = campaigns::preview(&s.app, &SYSTEM, &new).await.unwrap();
        assert_eq!((seen.count, seen.offers[0].percent_off()), (2, Some(20)));
        let c = s.save(new).await;
        assert_eq!((c.phase, s.cents("LA-1").await), (Phase::Planned, (100_00, None)));
        s.turn(c.id).await;
        assert_eq!(s.cents("LA-1").await, (100_00, None), "a worker that comes early does nothing");
        s.to(1);
        s.turn(c.id).await;
        assert_eq!(s.phase(c.id).await, Phase::Running);
        assert_eq!(s.cents("LA-1").await, (80_00, Some(100_00)));
        assert_eq!(s.cents("LA-2").await, (32_00, Some(40_00)));
        assert_eq!(s.cents("TA-1").await, (300_00, None));
        let told =
            terms::explain(&s.app, &SYSTEM, (&s.channel, LT), None, ("LA-1", Qty::pieces(1), &Input::new())).await.unwrap();
        assert_eq!(told.campaign.as_deref(), Some("Lempų savaitė"));
        s.turn(c.id).await;
        s.to(8);
        // The job was lost: whoever tidies finds what is due.
        upkeep::tidy(&s.app).await.unwrap();
        let due = pricing::due_campaigns(s.app.reader(), s.app.now()).await.unwrap();
        assert_eq!(due, [c.id]);
        s.turn(c.id).await;
        assert_eq!((s.phase(c.id).await, s.cents("LA-1").await), (Phase::Ended, (100_00, None)));
        assert_eq!(s.price("LA-1").await.campaign, None);
        s.turn(c.id).await;
        let variant = s.variant("LA-1").await;
        let past = pricing::history(s.app.reader(), s.channel.price_list, variant).await.unwrap();
        let said: Vec<_> = past.iter().map(|p| (p.amount.unwrap().minor, p.campaign.as_deref())).collect();
        assert_eq!(said, [(100_00, None), (80_00, Some("Lempų savaitė")), (100_00, None)]);
    }
}

#[tokio::test]
async fn the_end_restores_only_what_the_campaign_set_and_nobody_changed() {
    for (_fresh, s) in shops().await {
        let c = s.save(s.plan("Dabar", 20)).await;
        assert_eq!((c.phase, s.cents("LA-2").await), (Phase::Running, (32_00, Some(40_00))), "it began with the answer");
        s.to(1);
        s.set("LA-1", 95_00).await;
        let rows = pricing::campaign_prices(s.app.reader(), &c, None, None, 9).await.unwrap();
        assert_eq!(rows.iter().filter(|r| r.changed).count(), 1);
        s.to(2);
        let ended = campaigns::end(&s.app, &SYSTEM, c.id).await.unwrap();
        assert_eq!(ended.phase, Phase::Ended);
        assert_eq!((s.cents("LA-1").await.0, s.cents("LA-2").await.0), (95_00, 40_00));
        assert_eq!(campaigns::end(&s.app, &SYSTEM, c.id).await.unwrap_err().code, "pricing.campaign_over");
        assert_eq!(campaigns::remove(&s.app, &SYSTEM, c.id).await.unwrap_err().code, "pricing.campaign_began");
    }
}

#[tokio::test]
async fn goods_that_come_while_it_runs_belong_to_it_too() {
    for (_fresh, s) in shops().await {
        let c = s.save(s.plan("Šviesos mėnuo", 20)).await;
        s.to(1);
        s.set("LA-1", 95_00).await;
        let mut new = counter::goods(("LA-3", 50_00, 100));
        new.categories =
            catalog::categories(s.app.reader()).await.unwrap().iter().filter(|c| c.parent_id.is_some()).map(|c| c.id).collect();
        catalogue::create(&s.app, &SYSTEM, new).await.unwrap();
        assert_eq!(s.cents("LA-3").await.0, 50_00);
        let due = pricing::due_campaigns(s.app.reader(), s.app.now()).await.unwrap();
        assert_eq!(due, [c.id], "a running campaign is looked at again");
        s.turn(c.id).await;
        // It was never sold at another price: cheaper, and no announced reduction.
        assert_eq!(s.cents("LA-3").await, (40_00, None));
        assert_eq!(s.cents("LA-1").await.0, 95_00, "what somebody set by hand since stays theirs");
        assert!(pricing::due_campaigns(s.app.reader(), s.app.now()).await.unwrap().is_empty());
        campaigns::end(&s.app, &SYSTEM, c.id).await.unwrap();
        assert_eq!((s.cents("LA-3").await.0, s.cents("LA-2").await.0), (50_00, 40_00));
    }
}

#[tokio::test]
async fn of_two_campaigns_the_lower_price_wins_and_the_other_returns() {
    for (_fresh, s) in shops().await {
        let ten = s.save(NewCampaign { reduction: Reduction::None, ..s.plan("Dešimt", 10) }).await;
        s.to(1);
        let one = Picked { variants: vec![s.variant("LA-1").await], ..Picked::default() };
        let half = s.save(NewCampaign { goods: one, change: Change::To(50_00), ..s.plan("Pusė", 1) }).await;
        assert_eq!(s.cents("LA-1").await, (50_00, Some(90_00)), "what the first one charged counts");
        let weak = s.save(NewCampaign { reduction: Reduction::None, ..s.plan("Penki", 5) }).await;
        assert_eq!(s.effects(weak.id).await, [(95_00, "outdone".into()), (38_00, "outdone".into())]);
        s.to(2);
        campaigns::end(&s.app, &SYSTEM, half.id).await.unwrap();
        assert_eq!(s.cents("LA-1").await, (90_00, None), "back to the other campaign, not to the regular price");
        s.to(3);
        campaigns::end(&s.app, &SYSTEM, ten.id).await.unwrap();
        assert_eq!((s.cents("LA-1").await.0, s.cents("LA-2").await.0), (95_00, 38_00));
        // Somebody sets a price: no campaign has a claim on it any more, not even when another one ends.
        s.to(4);
        s.set("LA-1", 99_00).await;
        s.to(5);
        let again = s.save(NewCampaign { reduction: Reduction::None, ..s.plan("Vėl", 50) }).await;
        assert_eq!(s.cents("LA-1").await.0, 49_50);
        s.to(6);
        campaigns::end(&s.app, &SYSTEM, again.id).await.unwrap();
        assert_eq!((s.cents("LA-1").await.0, s.cents("LA-2").await.0), (99_00, 38_00));
        s.to(7);
        campaigns::end(&s.app, &SYSTEM, weak.id).await.unwrap();
        assert_eq!((s.cents("LA-1").await.0, s.cents("LA-2").await.0), (99_00, 40_00));
    }
}

#[tokio::test]
async fn what_is_no_reduction_says_so() {
    for (_fresh, s) in shops().await {
        s.set("LA-1", 60_00).await;
        s.to(10);
        s.set("LA-1", 100_00).await;
        s.to(11);
        let c = s.save(NewCampaign { change: Change::To(70_00), ..s.plan("Po 70", 1) }).await;
        let effects = s.effects(c.id).await;
        assert_eq!(effects, [(70_00, Effect::NotReduced.as_str().into()), (70_00, Effect::NotLower.as_str().into())]);
        assert_eq!(s.cents("LA-1").await, (70_00, None), "lowered, but not called a reduction");
        let rows = pricing::campaign_prices(s.app.reader(), &c, Some(Effect::NotReduced), None, 9).await.unwrap();
        assert_eq!((rows.len(), rows[0].lowest), (1, Some(Money::eur(60_00))));
        campaigns::end(&s.app, &SYSTEM, c.id).await.unwrap();
        // −20 % on everything is taken off each product's own reference.
        s.to(12);
        s.save(s.plan("Nuo žemiausios", 20)).await;
        assert_eq!(s.cents("LA-1").await, (48_00, Some(60_00)));
    }
}

#[tokio::test]
async fn a_large_campaign_turns_in_steps_and_goes_on_after_a_kill() {
    for (_fresh, s) in shops().await {
        let tx = s.app.begin(&SYSTEM).await.unwrap();
        let list = pricing::add_list(&tx, "many", "Many", crate::kernel::Currency::EUR).await.unwrap();
        tx.commit().await.unwrap();
        let mut many = NewProduct::goods(LT, "SIENA").published();
        for n in 0..450 {
            many = many.variant(NewVariant::new(format!("SI-{n}")).price(Money::eur(10_00)).stock(1));
        }
        catalogue::create(&s.app, &SYSTEM, many).await.unwrap();
        s.to(1);
        let tx = s.app.begin(&SYSTEM).await.unwrap();
        let new = NewCampaign { goods: Picked::default(), reduction: Reduction::None, ..s.plan("Viskas", 10) };
        let id = pricing::plan_campaign(&tx, None, &new).await.unwrap();
        let empty = pricing::plan_campaign(&tx, None, &NewCampaign { list, ..new.clone() }).await.unwrap();
        tx.commit().await.unwrap();
        let step = async || {
            let tx = s.app.begin(&SYSTEM).await.unwrap();
            let turned = pricing::turn_campaign(&tx, id).await.unwrap();
            tx.commit().await.unwrap();
            (turned.moved.len(), turned.more)
        };
        assert_eq!(step().await, (200, true));
        // Killed within a step: nothing of it happened.
        let tx = s.app.begin(&SYSTEM).await.unwrap();
        pricing::turn_campaign(&tx, id).await.unwrap();
        drop(tx);
        assert_eq!(step().await, (200, true));
        assert_eq!(step().await, (53, false));
        assert_eq!(step().await, (0, false));
        let counts = pricing::campaign_counts(s.app.reader(), &[id, empty]).await.unwrap();
        assert_eq!(counts, [((id, "plain".to_owned()), 453)].into());
        s.to(2);
        // Ended while it ends twice: the second one finds nothing to do.
        campaigns::end(&s.app, &SYSTEM, id).await.unwrap();
        s.turn(id).await;
        assert_eq!((s.price("SI-449").await.amount, s.cents("TA-1").await.0), (Money::eur(10_00), 300_00));
        s.turn(empty).await;
        assert_eq!(s.phase(empty).await, Phase::Running);
    }
}

#[tokio::test]
async fn what_cannot_be_is_refused() {
    for (_fresh, s) in shops().await {
        let refused = async |new: NewCampaign| campaigns::save(&s.app, &SYSTEM, None, &new).await.unwrap_err().code;
        assert_eq!(refused(s.plan(" ", 10)).await, "pricing.campaign_name");
        assert_eq!(refused(s.plan("A", 0)).await, "pricing.percent");
        assert_eq!(refused(s.plan("A", 100)).await, "pricing.percent");
        assert_eq!(refused(NewCampaign { change: Change::To(0), ..s.plan("A", 1) }).await, "pricing.negative");
        assert_eq!(refused(NewCampaign { ends_at: Some(s.start), ..s.plan("A", 1) }).await, "pricing.campaign_ends");
        let guest = campaigns::save(&s.app, &Actor::Guest, None, &s.plan("A", 1)).await.unwrap_err();
        assert_eq!(guest.kind, crate::kernel::Kind::Forbidden);
        // A planned one may be moved and removed.
        let later = |days| NewCampaign { begins_at: Some(s.start.plus_days(days)), ..s.plan("Vėliau", 10) };
        let c = s.save(later(3)).await;
        campaigns::save(&s.app, &SYSTEM, Some(c.id), &later(5)).await.unwrap();
        s.to(3);
        s.turn(c.id).await;
        assert_eq!(s.phase(c.id).await, Phase::Planned);
        campaigns::remove(&s.app, &SYSTEM, c.id).await.unwrap();
        s.to(5);
        s.turn(c.id).await;
        assert_eq!(s.cents("LA-1").await, (100_00, None));
    }
}
