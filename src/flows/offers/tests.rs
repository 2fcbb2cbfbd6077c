//! Offers on every engine, from the first line to the order.

use std::{collections::BTreeSet, sync::Arc};

use uuid::Uuid;

use super::{Asking, Begin, Change, Refusal, SetOffer};
use crate::{
    channels::Channel,
    crm::{self, TaskFilter, TaskKind, TaskQuery},
    flows::{
        counter::{self, Post, Press},
        letters, offers as flow, payments,
        prices::{self, PriceForm},
        work,
    },
    jobs::{Registry, Worker},
    kernel::{
        Actor, App, Fault, Locale, Money, OfferId, PartyId, Qty, Rate, Right, Role, Settings, StaffActor, UserId, db, testing,
    },
    mail::{Outgoing, SendLetter},
    offers::{
        self, Buyer, Choice, Consent, Content, Deposit, Edit, Goods, Head, Item, Off, OfferQuery, Patch, Range, State, What,
        Written,
    },
    parties::Contact,
    pricing::Reduction,
    sales::{self, DeliveryKind},
};

mod ends;
mod translated;

const LT: Locale = Locale::LT;
const SYSTEM: Actor = Actor::System;

pub(in crate::flows) struct Shop {
    pub app: App,
    channel: Channel,
    pub party: PartyId,
    press: Arc<Press>,
    post: Arc<Post>,
}

pub(in crate::flows) fn staff(role: Role, user: UserId) -> Actor {
    Actor::Staff(StaffActor::new(user, "Rasa", role))
}

impl Shop {
    /// A lamp at 40.00 €, a table at 299.00 €, a chair of which three are there; a van at 49.00 €.
    pub(in crate::flows) async fn open(fresh: &testing::Fresh) -> Self {
        Self::open_with(fresh, counter::company()).await
    }
    async fn open_with(fresh: &testing::Fresh, settings: Settings) -> Self {
        let (app, press, post) = counter::with_papers(fresh, settings);
        let channel = counter::channel(&app).await;
        counter::delivery(&app, &channel, DeliveryKind::Van, 49_00).await;
        counter::stock_up(&app, &[("LA-1", 40_00, 90), ("TA-1", 299_00, 90), ("KE-1", 80_00, 3)]).await;
        let contact = Contact {
            name: "Ona Onaitė".into(),
            email: Some("ona@b.lt".into()),
            phone: None,
            company: Some("UAB Linija".into()),
            company_code: Some("302000002".into()),
            vat_code: None,
            locale: LT,
        };
        let party = work::add_customer(&app, &SYSTEM, contact).await.unwrap().party;
        Self { app, channel, party, press, post }
    }

    pub(in crate::flows) async fn goods(&self, sku: &str, pieces: i64) -> Item {
        let (product, variant) = counter::find(&self.app, sku).await;
        let goods = Goods { product, variant, chosen: Default::default() };
        Item::new(self.app_id(), What::Goods(goods), Qty::pieces(pieces))
    }
    pub(in crate::flows) fn app_id(&self) -> Uuid {
        let mut bytes = [0; 16];
        self.app.entropy().fill(&mut bytes);
        Uuid::from_bytes(bytes)
    }

    pub(in crate::flows) async fn begin(&self, actor: &Actor, items: Vec<Item>) -> OfferId {
        let key = self.app_id().to_string();
        let new = Begin {
            party: Some(self.party),
            title: "Kavinės baldai".into(),
            origin: None,
            template: None,
            written_in: None,
            key,
        };
        let id = flow::start(&self.app, actor, new).await.unwrap();
        let buyer = Buyer {
            name: "Ona Onaitė".into(),
            email: "ona@b.lt".into(),
            company: "UAB Linija".into(),
            street: "Pilies g. 1".into(),
            city: "Vilnius".into(),
            postcode: "01123".into(),
            country: "LT".into(),
            ..Buyer::default()
        };
        let head = Head { buyer: Some(buyer), ..Head::default() };
        self.edit(actor, id, vec![Edit::Head(Box::new(head)), Edit::Add(None, items)]).await.unwrap();
        id
    }
    pub(in crate::flows) async fn edit(&self, actor: &Actor, id: OfferId, edits: Vec<Edit>) -> Result<(), Fault> {
        flow::edit(&self.app, actor, id, Change { edits, ..Change::default() }).await
    }
    pub(in crate::flows) async fn sent(&self, items: Vec<Item>) -> (OfferId, String) {
        let id = self.begin(&SYSTEM, items).await;
        flow::prepare(&self.app, &SYSTEM, id).await.unwrap();
        flow::send(&self.app, &SYSTEM, id, flow::Unread::Refused).await.unwrap();
        (id, self.offer(id).await.token.unwrap())
    }
    pub(in crate::flows) async fn offer(&self, id: OfferId) -> offers::Offer {
        offers::offer(self.app.reader(), &SYSTEM.scope(Right::OffersRead).unwrap(), id).await.unwrap()
    }
    pub(in crate::flows) async fn consent(&self, token: &str, choice: Option<Choice>) -> Consent {
        let page = flow::page(&self.app, token, choice.as_ref()).await.unwrap();
        Consent {
            version: page.version.n,
            hash: page.version.hash,
            choice: page.seen.choice,
            seen: page.seen.settled.totals.gross,
            name: "Ona Onaitė".into(),
            role: "direktorė".into(),
            agreed: true,
            street: String::new(),
            city: String::new(),
            postcode: String::new(),
            phone: String::new(),
            payment: "bank_transfer".into(),
            address: "127.0.0.1".into(),
            agent: "test".into(),
        }
    }
    pub(in crate::flows) async fn tasks(&self, kind: TaskKind) -> usize {
        let filter = TaskFilter { party: Some(self.party), kind: Some(kind), ..TaskFilter::default() };
        let scope = SYSTEM.scope(Right::TasksRead).unwrap();
        let found = crm::tasks(self.app.reader(), &scope, &TaskQuery { filter, after: None, limit: 50 }, self.app.now()).await;
        found.unwrap().rows.len()
    }
    pub(in crate::flows) async fn history(&self) -> Vec<String> {
        let scope = SYSTEM.scope(Right::CustomersRead).unwrap();
        let rows = crm::timeline(self.app.reader(), &scope, self.party, None).await.unwrap().rows;
        rows.into_iter().rev().map(|row| row.code).filter(|code| code.starts_with("offer.") || code == "order.placed").collect()
    }
    pub(in crate::flows) async fn work(&self) {
        let registry = Registry::new()
            .on(|app, job: SendLetter| async move { letters::send(&app, job).await })
            .on(|app, job: crate::flows::documents::SetDocument| async move { crate::flows::documents::set(&app, job).await })
            .on(|app, job: SetOffer| async move { flow::set(&app, job).await });
        Worker::new(self.app.clone(), registry).run_until_idle().await.unwrap();
    }
    pub(in crate::flows) fn pressed(&self) -> Vec<serde_json::Value> {
        self.press.0.lock().unwrap().clone()
    }
    pub(in crate::flows) fn letters(&self) -> Vec<Outgoing> {
        self.post.0.lock().unwrap().clone()
    }
}

pub(in crate::flows) async fn shops() -> Vec<(testing::Fresh, Shop)> {
    let mut all = Vec::new();
    for fresh in testing::databases().await {
        let shop = Shop::open(&fresh).await;
        all.push((fresh, shop));
    }
    all
}

fn asking(text: &str, item: Option<Uuid>, key: &str) -> Asking {
    Asking { item, text: text.into(), address: "127.0.0.1".into(), key: key.into() }
}

#[tokio::test]
async fn an_offer_is_sent_chosen_from_and_accepted_as_an_order_of_the_same_lines() {
    for (fresh, s) in shops().await {
        let (table, mut lamp, mut chair) = (s.goods("TA-1", 2).await, s.goods("LA-1", 4).await, s.goods("KE-1", 2).await);
        (lamp.optional, lamp.range) = (true, Some(Range { least: Qty::pieces(1), most: Qty::pieces(10) }));
        chair.group = "kėdės".into();
        let mut other = chair.clone();
        (other.id, other.qty) = (s.app_id(), Qty::pieces(1));
        let words = Written {
            title: "Surinkimas".into(),
            unit: "service".into(),
            price: Money::eur(60_00),
            vat_category: "standard".into(),
        };
        let fitting = Item::new(s.app_id(), What::Written(words), Qty::ONE);
        let (lamp_id, other_id) = (lamp.id, other.id);
        let id = s.begin(&SYSTEM, vec![table, lamp, chair, other, fitting]).await;
        let head = Head {
            off: Some(Some(Off::Percent(Rate::percent(10)))),
            deposit: Some(Some(Deposit::Percent(Rate::percent(30)))),
            intro: Some("Laba diena, {contact}, galioja iki {valid_until}.".into()),
            ..Head::default()
        };
        s.edit(&SYSTEM, id, vec![Edit::Head(Box::new(head))]).await.unwrap();
        assert_eq!(flow::prepare(&s.app, &SYSTEM, id).await.unwrap(), State::Ready);
        assert!(s.edit(&SYSTEM, id, Vec::new()).await.is_err(), "{}: what is ready is not written", fresh.name);
        let number = flow::send(&s.app, &SYSTEM, id, flow::Unread::Refused).await.unwrap();
        assert_eq!(number, "KP-2026-000001");
        s.work().await;
        let letter = s.letters().pop().unwrap();
        assert_eq!((letter.to.as_str(), letter.attachments.len()), ("ona@b.lt", 1));
        assert_eq!(letter.attachments[0].name, "KP-2026-000001.pdf");
        assert_eq!(s.tasks(TaskKind::FollowUp).await, 1);

        let token = s.offer(id).await.token.unwrap();
        assert!(letter.html.contains(&token) && letter.html.contains("Laba diena, Ona Onaitė, galioja iki"), "{}", letter.html);
        // (2 × 299 + 2 × 80 + 60) less 10 %, with the van.
        let page = flow::page(&s.app, &token, None).await.unwrap();
        assert_eq!(page.seen.settled.totals.gross, Money::eur(736_20 + 49_00), "{}", fresh.name);
        let set = s.press.0.lock().unwrap()[0].clone();
        assert_eq!(set["due"]["value"], "785,20\u{a0}€", "page and paper have one sum");
        assert!(set["intro"][0].as_str().unwrap().contains("galioja iki"), "{set}");

        flow::saw(&s.app, &Actor::Guest, &token).await.unwrap();
        flow::saw(&s.app, &Actor::Guest, &token).await.unwrap();
        let seen = s.offer(id).await;
        assert_eq!((seen.state, seen.views), (State::Viewed, 1), "looks within half an hour are one");

        flow::ask(&s.app, &Actor::Guest, &token, asking("Ar tinka lauke?", Some(lamp_id), "k1")).await.unwrap();
        flow::ask(&s.app, &Actor::Guest, &token, asking("Ar tinka lauke?", Some(lamp_id), "k1")).await.unwrap();
        assert_eq!((s.offer(id).await.state, s.tasks(TaskKind::Letter).await), (State::Question, 1));
        let question = offers::questions(s.app.reader(), id).await.unwrap().pop().unwrap();
        assert_eq!(question.about, "LA-1");
        flow::answer(&s.app, &SYSTEM, id, (question.id, "Taip, tinka.")).await.unwrap();
        s.work().await;
        assert!(s.letters().pop().unwrap().plain.contains("Taip, tinka."));
        assert_eq!((s.offer(id).await.state, s.tasks(TaskKind::Letter).await), (State::Viewed, 0));

        let mut wish = Choice { picked: BTreeSet::from([lamp_id, other_id]), ..Choice::default() };
        wish.qty.insert(lamp_id, Qty::pieces(5));
        let consent = s.consent(&token, Some(wish)).await;
        // (2 × 299 + 5 × 40 + 80 + 60) less 10 %, with the van.
        assert_eq!(consent.seen, Money::eur(844_20 + 49_00));
        let stale = Consent { seen: Money::eur(1), ..consent.clone() };
        let refused = flow::accept(&s.app, &Actor::Guest, &token, (stale, "Užsakyti")).await.unwrap_err();
        assert_eq!(refused.code, "offers.sum_changed");
        let silent = Consent { agreed: false, name: String::new(), ..consent.clone() };
        let refused = flow::accept(&s.app, &Actor::Guest, &token, (silent, "Užsakyti")).await.unwrap_err();
        assert_eq!(refused.all().count(), 2, "all that is missing at once");

        let yes = flow::accept(&s.app, &Actor::Guest, &token, (consent.clone(), "Užsakyti")).await.unwrap();
        let order = sales::order(s.app.reader(), &SYSTEM.scope(Right::OrdersRead).unwrap(), yes.order.unwrap()).await.unwrap();
        assert_eq!((order.gross, order.goods), (Money::eur(893_20), Money::eur(938_00)));
        assert_eq!(order.discount.as_ref().map(|d| (d.code.as_str(), d.amount)), Some(("KP-2026-000001", Money::eur(93_80))));
        let lines: Vec<(&str, i64, i64)> = order.lines.iter().map(|l| (l.title.as_str(), l.qty.0, l.total.minor)).collect();
        assert_eq!(lines, [("TA-1", 2000, 538_20), ("LA-1", 5000, 180_00), ("KE-1", 1000, 72_00), ("Surinkimas", 1000, 54_00)]);
        assert_eq!(payments::due(s.app.reader(), order.id).await.unwrap().ask, Money::eur(267_96), "the deposit");
        assert_eq!((s.offer(id).await.state, s.offer(id).await.order), (State::Ordered, Some(order.id)));
        assert_eq!((s.tasks(TaskKind::FollowUp).await, s.tasks(TaskKind::OrderReview).await), (0, 1));
        let told = ["offer.sent", "offer.viewed", "offer.asked", "offer.answered", "order.placed", "offer.accepted"];
        assert_eq!(s.history().await, told);

        let again = flow::accept(&s.app, &Actor::Guest, &token, (consent.clone(), "Užsakyti")).await.unwrap();
        assert_eq!(again.order, yes.order, "sent twice, it is one order");
        let other = Consent { name: "Kitas Žmogus".into(), ..consent };
        assert!(flow::accept(&s.app, &Actor::Guest, &token, (other, "Užsakyti")).await.is_err());

        s.work().await;
        // The prepayment invoice is set at the same time, by another job.
        let certificate = s.press.0.lock().unwrap().iter().rfind(|set| set["certificate"].is_object()).cloned().unwrap();
        let rows = certificate["certificate"]["rows"].to_string();
        assert!(rows.contains("Ona Onaitė") && rows.contains(&page.version.hash) && rows.contains("893,20"), "{rows}");
        assert!(flow::certificate(&s.app, &token).await.is_ok());
        let kinds: Vec<_> = crate::documents::of_order(s.app.reader(), order.id).await.unwrap();
        assert_eq!(kinds.iter().map(|d| d.kind.as_str()).collect::<Vec<_>>(), ["prepayment_invoice"]);
        // The prices of the catalogue are others by now; what was agreed is not.
        reprice(&s, "TA-1", 500_00).await;
        let later = flow::page(&s.app, &token, None).await.unwrap();
        assert_eq!(later.seen.settled.totals.gross, Money::eur(893_20));
    }
}

async fn reprice(s: &Shop, sku: &str, minor: i64) {
    let (_, variant) = counter::find(&s.app, sku).await;
    let new = PriceForm { list: s.channel.price_list, variant, amount: Money::eur(minor), reduction: Reduction::None };
    prices::set(&s.app, &SYSTEM, new).await.unwrap();
}

#[tokio::test]
async fn what_was_sent_stays_and_the_next_version_says_what_changed() {
    for (fresh, s) in shops().await {
        let table = s.goods("TA-1", 1).await;
        let table_id = table.id;
        let (id, token) = s.sent(vec![table]).await;
        let said = flow::page(&s.app, &token, None).await.unwrap().version.drawn;
        assert!(said.intro.starts_with("Laba diena, Ona Onaitė,"), "the theme's own texts are filled: {}", said.intro);
        assert!(
            said.terms.validity.ends_with(char::is_numeric) || said.terms.validity.contains("2026"),
            "{}",
            said.terms.validity
        );
        reprice(&s, "TA-1", 350_00).await;
        let before = flow::page(&s.app, &token, None).await.unwrap();
        assert_eq!(before.seen.sums.left, Money::eur(299_00), "{}", fresh.name);
        let old = s.consent(&token, None).await;
        flow::revise(&s.app, &SYSTEM, id).await.unwrap();
        let patch = Patch { qty: Some(Qty::pieces(3)), ..Patch::default() };
        let lamp = s.goods("LA-1", 1).await;
        s.edit(&SYSTEM, id, vec![Edit::Set(table_id, Box::new(patch)), Edit::Add(None, vec![lamp])]).await.unwrap();
        assert_eq!(
            flow::page(&s.app, &token, None).await.unwrap().seen.sums.left,
            Money::eur(299_00),
            "it stands until the next"
        );
        flow::send(&s.app, &SYSTEM, id, flow::Unread::Refused).await.unwrap();
        let page = flow::page(&s.app, &token, None).await.unwrap();
        assert_eq!((page.version.n, page.seen.sums.left), (2, Money::eur(3 * 350_00 + 40_00)));
        let changed: Vec<(&str, &str)> = page.changed.iter().map(|d| (d.code, d.title.as_str())).collect();
        assert_eq!(changed, [("quantity", "TA-1"), ("added", "LA-1")]);
        let refused = flow::accept(&s.app, &Actor::Guest, &token, (old, "Užsakyti")).await.unwrap_err();
        assert_eq!(refused.code, "offers.superseded");
        let first = offers::version(s.app.reader(), id, 1).await.unwrap();
        assert_eq!(crate::kernel::token::hash(&serde_json::to_string(&first.drawn).unwrap()), first.hash);
    }
}

#[tokio::test]
async fn prices_below_the_floor_want_an_approval_and_managers_write_their_own() {
    for (fresh, s) in shops().await {
        let people = ["rasa", "tomas"].map(|name| (name, format!("{name}@demo.test")));
        let mut users = Vec::new();
        for (name, email) in people {
            let new = crate::flows::staff::NewUser { email, name: name.into(), role: Role::Manager, locale: LT, password: None };
            users.push(crate::flows::staff::create(&s.app, &SYSTEM, new).await.unwrap().user);
        }
        let (rasa, tomas) = (staff(Role::Manager, users[0]), staff(Role::Manager, users[1]));
        let owner = staff(Role::Owner, users[1]);
        let (_, variant) = counter::find(&s.app, "TA-1").await;
        let tx = s.app.begin(&SYSTEM).await.unwrap();
        crate::pricing::set_cost(&tx, variant, Some(Money::eur(200_00))).await.unwrap();
        tx.commit().await.unwrap();
        let table = s.goods("TA-1", 1).await;
        let table_id = table.id;
        let id = s.begin(&rasa, vec![table]).await;
        assert_eq!(s.edit(&tomas, id, Vec::new()).await.unwrap_err().code, "offers.no_offer", "{}", fresh.name);
        assert!(offers::offer(s.app.reader(), &tomas.scope(Right::OffersRead).unwrap(), id).await.is_ok(), "but reads it");
        // 299.00 is 247.11 without VAT; 20 % less is 197.69, below what it cost.
        let off = |percent| {
            let patch = Patch { off: Some(Some(Off::Percent(Rate::percent(percent)))), ..Patch::default() };
            vec![Edit::Set(table_id, Box::new(patch))]
        };
        s.edit(&rasa, id, off(20)).await.unwrap();
        let refused = flow::prepare(&s.app, &rasa, id).await.unwrap_err();
        assert_eq!((refused.code, refused.args[0].1.as_str()), ("offers.below_floor", "TA-1"));
        assert_eq!(flow::approve(&s.app, &rasa, id).await.unwrap_err().code, "access.forbidden");
        flow::approve(&s.app, &owner, id).await.unwrap();
        s.edit(&rasa, id, off(25)).await.unwrap();
        assert!(flow::prepare(&s.app, &rasa, id).await.is_err(), "an approval reaches down to what was seen");
        s.edit(&rasa, id, off(20)).await.unwrap();
        assert_eq!(flow::prepare(&s.app, &rasa, id).await.unwrap(), State::Ready);
        assert!(matches!(flow::written(&s.app, &rasa, id).await.unwrap().margin, Some(m) if m.left.minor < 0));
        flow::send(&s.app, &rasa, id, flow::Unread::Refused).await.unwrap();
        let mine = OfferQuery { manager: Some(users[0]), search: "linija ta-1".into(), ..OfferQuery::default() };
        let found = offers::list(s.app.reader(), &SYSTEM.scope(Right::OffersRead).unwrap(), &mine).await.unwrap();
        assert_eq!(found.rows.iter().map(|r| (r.id, r.gross.minor)).collect::<Vec<_>>(), [(id, 239_20 + 49_00)]);
    }
}

#[tokio::test]
async fn five_hundred_lines_take_as_many_queries_as_five() {
    let fresh = testing::sqlite().await;
    let s = Shop::open(&fresh).await;
    let mut items = Vec::new();
    for n in 0..500 {
        items.push(s.goods(["LA-1", "TA-1", "KE-1"][n % 3], 1).await);
    }
    let id = s.begin(&SYSTEM, items).await;
    let written = flow::written(&s.app, &SYSTEM, id).await.unwrap();
    assert_eq!(written.drawn.items().filter(|i| i.line.is_some()).count(), 500);
    assert_eq!(written.seen.unwrap().rows.len(), 500);
}

#[tokio::test]
async fn a_customer_may_ask_for_their_offers_and_to_be_forgotten() {
    for (fresh, s) in shops().await {
        let (id, token) = s.sent(vec![s.goods("LA-1", 1).await]).await;
        let told = crate::flows::steps::personal::export(s.app.reader(), s.party, s.app.now()).await.unwrap();
        assert_eq!(told["offers"][0]["number"], "KP-2026-000001");
        let tx = s.app.begin(&SYSTEM).await.unwrap();
        offers::erase(&tx, s.party).await.unwrap();
        tx.commit().await.unwrap();
        assert!(offers::by_token(s.app.reader(), &token).await.is_err(), "{}", fresh.name);
        let left: i64 = db::scalar(s.app.reader(), "select count(*) from offer_version", Vec::new()).await.unwrap().unwrap();
        assert_eq!(left, 0);
        s.work().await;
        let again = flow::start(
            &s.app,
            &SYSTEM,
            Begin {
                party: Some(s.party),
                title: String::new(),
                origin: Some(offers::Origins::Offer(id.0)),
                template: None,
                written_in: None,
                key: "x".into(),
            },
        );
        assert!(again.await.is_err(), "nothing is left to copy");
        let empty = Content::default();
        assert_eq!(empty.items().count(), 0);
    }
}
