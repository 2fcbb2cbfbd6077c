//! The news of goods, prices and campaigns: who is told what, once.

use std::sync::Arc;

use uuid::Uuid;

use super::{
    campaigns,
    counter::{self, Post},
    digest, letters, offers as flow, prices,
    prices::PriceForm,
    staff::{self, NewUser},
    work,
};
use crate::{
    channels::Channel,
    desk::Turn,
    jobs::{Registry, Worker},
    kernel::{Actor, App, Locale, Moment, Money, OfferId, Qty, Role, Source, StaffActor, UserId, db, testing},
    mail::{Outgoing, SendLetter},
    offers::{Buyer, Edit, Goods, Head, Item, What},
    parties::Contact,
    pricing::{Change, NewCampaign, Picked, Reduction, Rounding},
    sales::DeliveryKind,
};

const LT: Locale = Locale::LT;
const SYSTEM: Actor = Actor::System;

/// Three goods on sale since long ago, an owner who reads English, a manager who reads Lithuanian, a viewer.
struct Shop {
    app: App,
    channel: Channel,
    owner: UserId,
    manager: UserId,
    post: Arc<Post>,
}

async fn shops() -> Vec<(testing::Fresh, Shop)> {
    let mut all = Vec::new();
    for fresh in testing::databases().await {
        let mut settings = counter::company();
        settings.set("shop.url", "https://shop.example".into(), Source::Office);
        let (app, _, post) = counter::with_papers(&fresh, settings);
        let now = app.now();
        app.clock().set(now.plus_days(-60));
        let channel = counter::channel(&app).await;
        counter::delivery(&app, &channel, DeliveryKind::Van, 9_00).await;
        counter::stock_up(&app, &[("LA-1", 40_00, 90), ("TA-1", 299_00, 90), ("KE-1", 80_00, 90)]).await;
        let mut users = Vec::new();
        for (email, role, locale) in
            [("o@v.lt", Role::Owner, Locale::EN), ("m@v.lt", Role::Manager, LT), ("v@v.lt", Role::Viewer, LT)]
        {
            let new =
                NewUser { email: email.into(), name: "Rasa".into(), role, locale, password: Some("ilgas slaptažodis 9".into()) };
            users.push(staff::create(&app, &SYSTEM, new).await.unwrap().user);
        }
        app.clock().set(now);
        all.push((fresh, Shop { app, channel, owner: users[0], manager: users[1], post }));
    }
    all
}

impl Shop {
    fn manager(&self) -> Actor {
        Actor::Staff(StaffActor::new(self.manager, "Rasa", Role::Manager))
    }
    async fn reprice(&self, sku: &str, minor: i64) {
        let (_, variant) = counter::find(&self.app, sku).await;
        let form = PriceForm { list: self.channel.price_list, variant, amount: Money::eur(minor), reduction: Reduction::None };
        prices::set(&self.app, &SYSTEM, form).await.unwrap();
    }
    /// An offer of the manager's over these goods, sent.
    async fn offer(&self, sku: &str) -> OfferId {
        let contact = Contact {
            name: "Slapta Pirkėja".into(),
            email: Some("slapta@b.lt".into()),
            phone: None,
            company: None,
            company_code: None,
            vat_code: None,
            locale: LT,
        };
        let party = work::add_customer(&self.app, &self.manager(), contact).await.unwrap().party;
        let (product, variant) = counter::find(&self.app, sku).await;
        let mut bytes = [0; 16];
        self.app.entropy().fill(&mut bytes);
        let id = Uuid::from_bytes(bytes);
        let item = Item::new(id, What::Goods(Goods { product, variant, chosen: Default::default() }), Qty::ONE);
        let begun = flow::Begin { party: Some(party), title: "Baldai".into(), key: id.to_string(), ..Default::default() };
        let offer = flow::start(&self.app, &self.manager(), begun).await.unwrap();
        let buyer =
            Buyer { name: "Slapta Pirkėja".into(), email: "slapta@b.lt".into(), country: "LT".into(), ..Buyer::default() };
        let head = Head { buyer: Some(buyer), ..Head::default() };
        let edits = vec![Edit::Head(Box::new(head)), Edit::Add(None, vec![item])];
        flow::edit(&self.app, &self.manager(), offer, flow::Change { edits, ..Default::default() }).await.unwrap();
        flow::prepare(&self.app, &SYSTEM, offer).await.unwrap();
        flow::send(&self.app, &SYSTEM, offer, flow::Unread::Refused).await.unwrap();
        offer
    }
    async fn write(&self) -> usize {
        digest::write(&self.app).await.unwrap()
    }
    async fn rows(&self) -> i64 {
        db::scalar(self.app.reader(), "select count(*) from digest", Vec::new()).await.unwrap().unwrap_or(0)
    }
    /// The letters with the news that left, by who got them.
    async fn letters(&self) -> Vec<Outgoing> {
        let registry = Registry::new()
            .on(|app, job: SendLetter| async move { letters::send(&app, job).await })
            .on(|app, job: flow::SetOffer| async move { flow::set(&app, job).await });
        Worker::new(self.app.clone(), registry).run_until_idle().await.unwrap();
        let mut all = self.post.0.lock().unwrap().clone();
        all.retain(|letter| letter.to.ends_with("@v.lt"));
        all.sort_by(|a, b| a.to.cmp(&b.to));
        all
    }
    fn to(&self, days: i64, hours: i64) {
        self.app.clock().set(testing::MONDAY.plus_days(days).plus_hours(hours));
    }
}

#[tokio::test]
async fn everybody_who_writes_offers_is_told_once_a_day_in_their_language() {
    for (fresh, s) in shops().await {
        s.offer("TA-1").await;
        s.to(0, 1);
        s.reprice("TA-1", 315_00).await;
        s.reprice("LA-1", 35_00).await;
        counter::stock_up(&s.app, &[("NA-1", 55_00, 5)]).await;
        s.to(1, -2);
        assert_eq!((s.write().await, s.rows().await), (0, 0), "{}: seven in the morning", fresh.name);
        s.to(1, -1);
        assert_eq!(s.write().await, 2, "the viewer sells nothing");
        assert_eq!((s.write().await, s.write().await), (0, 0));
        let told = s.letters().await;
        assert_eq!(told.iter().map(|l| l.to.as_str()).collect::<Vec<_>>(), ["m@v.lt", "o@v.lt"]);
        let [manager, owner] = told.as_slice() else { panic!("two letters") };
        for (letter, was) in [(manager, "buvo 299,00\u{a0}€"), (owner, "was €299.00")] {
            for text in ["TA-1", "LA-1", "NA-1", was] {
                assert!(letter.html.contains(text) && letter.plain.contains(text), "{text} in {}", letter.html);
            }
            assert!(!letter.html.contains("KE-1"), "what did not change is no news");
            assert!(!letter.html.contains("Slapta") && !letter.plain.contains("Slapta"), "a letter names no customer");
        }
        assert!(manager.plain.contains("Yra pasiūlyme KP-2026-000001"), "{}", manager.plain);
        assert!(!owner.plain.contains("KP-2026"), "it is the manager's offer");
        // The page names the customer to their manager.
        let reader = digest::reader(&s.manager(), LT).unwrap();
        let news = digest::look(&s.app, &s.manager(), reader, None, 50).await.unwrap();
        assert_eq!((news.goods_count, news.prices_count), (1, 2));
        assert_eq!(news.prices[0].title, "TA-1", "what an offer holds comes first");
        let held: Vec<&str> = news.offers.iter().map(|o| o.customer.as_str()).collect();
        assert_eq!(held, ["Slapta Pirkėja"]);
        // The next day begins where this one ended: nothing is told twice.
        s.to(2, 0);
        assert_eq!((s.write().await, s.rows().await), (0, 4), "nothing new is no letter, and a day all the same");
        s.to(2, 3);
        s.reprice("KE-1", 90_00).await;
        assert_eq!(s.write().await, 0, "it waits for tomorrow");
        s.to(3, 0);
        assert_eq!(s.write().await, 2);
        let last = s.letters().await.into_iter().rfind(|l| l.to == "m@v.lt").unwrap();
        assert!(last.plain.contains("KE-1") && !last.plain.contains("TA-1") && !last.plain.contains("NA-1"), "{}", last.plain);
    }
}

#[tokio::test]
async fn nothing_is_written_on_days_off_or_to_whom_wants_none() {
    for (_fresh, s) in shops().await {
        s.to(4, 3);
        s.reprice("KE-1", 90_00).await;
        // 28 November 2026 is a Saturday.
        s.to(5, 3);
        assert_eq!((s.write().await, s.rows().await), (0, 0));
        let manager = s.manager();
        assert_eq!(digest::want(&s.app, &manager, false).await.unwrap(), s.manager);
        digest::want(&s.app, &manager, false).await.unwrap();
        s.to(7, 0);
        assert_eq!(s.write().await, 1, "the owner alone");
        assert_eq!(s.letters().await[0].to, "o@v.lt");
        digest::want(&s.app, &manager, true).await.unwrap();
        assert_eq!(s.write().await, 1, "what was turned on today is written today");
        assert!(digest::want(&s.app, &Actor::Guest, true).await.is_err());
        let mut settings = (*s.app.settings()).clone();
        settings.set("digest.on", false.into(), Source::Office);
        s.app.replace_settings(settings);
        s.reprice("KE-1", 95_00).await;
        s.to(8, 0);
        assert_eq!(s.write().await, 0);
    }
}

#[tokio::test]
async fn an_offer_that_nobody_looks_after_is_told_to_the_owner() {
    for (fresh, s) in shops().await {
        s.offer("TA-1").await;
        let left = s.offer("TA-1").await;
        let tx = s.app.begin(&SYSTEM).await.unwrap();
        db::run(&tx, "update offer set manager = null where id = $1", db::params![left]).await.unwrap();
        tx.commit().await.unwrap();
        s.to(0, 1);
        s.reprice("TA-1", 315_00).await;
        s.to(1, 0);
        assert_eq!(s.write().await, 2, "{}", fresh.name);
        let told = s.letters().await;
        let [manager, owner] = told.as_slice() else { panic!("two letters") };
        assert!(manager.plain.contains("KP-2026-000001") && !manager.plain.contains("KP-2026-000002"), "{}", manager.plain);
        assert!(owner.plain.contains("KP-2026-000002") && !owner.plain.contains("KP-2026-000001"), "{}", owner.plain);
    }
}

#[tokio::test]
async fn a_shop_that_is_open_at_weekends_has_its_news_then() {
    for (_fresh, s) in shops().await {
        let mut settings = (*s.app.settings()).clone();
        settings.set("digest.days", "every".into(), Source::Office);
        s.app.replace_settings(settings);
        s.to(4, 3);
        s.reprice("KE-1", 90_00).await;
        // 28 November 2026 is a Saturday.
        s.to(5, 3);
        assert_eq!(s.write().await, 2);
        s.to(6, 3);
        assert_eq!(s.write().await, 0, "nothing new on Sunday");
    }
}

#[tokio::test]
async fn two_workers_and_a_killed_one_write_one_letter() {
    for (_fresh, s) in shops().await {
        s.reprice("KE-1", 90_00).await;
        s.to(1, 0);
        let (a, b) = tokio::join!(digest::write(&s.app), digest::write(&s.app));
        assert_eq!(a.unwrap() + b.unwrap(), 2, "two people, whoever wrote to them");
        assert_eq!((s.rows().await, s.letters().await.len()), (2, 2));
        // Killed before its commit: neither the row nor the letter is there, and the next look writes both.
        s.reprice("KE-1", 99_00).await;
        s.to(2, 0);
        let tx = s.app.begin(&SYSTEM).await.unwrap();
        let span = (Moment(0), s.app.now());
        assert!(crate::crm::claim_digest(&tx, s.owner, s.app.now().date(), span, None).await.unwrap());
        drop(tx);
        assert_eq!(s.write().await, 2);
        assert_eq!((s.rows().await, s.letters().await.len()), (4, 4));
        // A clock that was put back tells nobody twice.
        s.to(1, 5);
        s.reprice("LA-1", 41_00).await;
        assert_eq!(s.write().await, 0);
    }
}

#[tokio::test]
async fn campaigns_are_told_when_they_turn_and_their_prices_with_them() {
    for (_fresh, s) in shops().await {
        s.offer("LA-1").await;
        let (_, lamp) = counter::find(&s.app, "LA-1").await;
        let new = NewCampaign {
            name: "Lempų savaitė".into(),
            list: s.channel.price_list,
            goods: Picked { variants: vec![lamp], ..Picked::default() },
            change: Change::Percent(crate::kernel::Rate::percent(-20)),
            rounding: Rounding::Cent,
            reduction: Reduction::Announced,
            begins_at: None,
            ends_at: Some(testing::MONDAY.plus_days(7)),
        };
        s.to(0, 1);
        let c = campaigns::save(&s.app, &SYSTEM, None, &new).await.unwrap();
        let told = async |days: i64| {
            s.to(days, 0);
            assert_eq!(s.write().await, 2);
            let reader = digest::reader(&s.manager(), LT).unwrap();
            digest::look(&s.app, &s.manager(), reader, None, 50).await.unwrap()
        };
        let news = told(1).await;
        assert_eq!(news.campaigns.iter().map(|c| c.turn).collect::<Vec<_>>(), [Turn::Began]);
        assert_eq!((news.prices_count, news.offers.len()), (0, 1), "told by the campaign; the offer is touched all the same");
        for quiet in [2, 3] {
            s.to(quiet, 0);
            assert_eq!(s.write().await, 0);
        }
        // On Friday, and once: it ends on Monday.
        let news = told(4).await;
        assert_eq!(news.campaigns.iter().map(|c| c.turn).collect::<Vec<_>>(), [Turn::EndsSoon]);
        s.to(7, 0);
        campaigns::turn(&s.app, &campaigns::TurnCampaign { campaign: c.id, at: s.app.now() }).await.unwrap();
        let news = told(8).await;
        assert_eq!(news.campaigns.iter().map(|c| c.turn).collect::<Vec<_>>(), [Turn::Ended]);
        let last = s.letters().await.into_iter().rfind(|l| l.to == "m@v.lt").unwrap();
        assert!(last.plain.contains("Lempų savaitė: Baigėsi"), "{}", last.plain);
    }
}
