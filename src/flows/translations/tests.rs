//! The trade with a translator that does as it is told.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use super::*;
use crate::{
    catalog::{self, Again, NewProduct, NewVariant, field},
    flows::{catalogue, steps::market},
    kernel::{Actor, App, Locale, Money, ProductId, Right, Settings, Source, StaffActor, UserId, testing, testing::Fresh},
    showcase,
    translation::{
        self, Answer, Batch, Domain, Item, Mark, NewTerm, Quota, TextOrigin, TextState, Translator, Trouble, exchange::Format,
    },
};

const LT: Locale = Locale::LT;
const EN: Locale = Locale::EN;

/// Translates words to capitals; refuses, spoils or stops where it is told to.
#[derive(Default)]
struct Machine {
    calls: AtomicUsize,
    texts: Mutex<Vec<String>>,
    spoil: AtomicUsize,
    quota_after: Option<usize>,
}

#[async_trait::async_trait]
impl Translator for Machine {
    fn name(&self) -> &'static str {
        "machine"
    }
    async fn translate(&self, batch: &Batch) -> Result<Answer, Trouble> {
        let n = self.calls.fetch_add(1, Ordering::SeqCst);
        if self.quota_after.is_some_and(|most| n >= most) {
            return Err(Trouble::Quota);
        }
        self.texts.lock().unwrap().extend(batch.texts.iter().cloned());
        let said = |text: &String| {
            if self.spoil.load(Ordering::SeqCst) > 0 && text.contains("<x ") {
                return text.split("<x ").next().unwrap().to_owned();
            }
            let mut inside = false;
            let each = |c: char| {
                inside = c == '<' || inside && c != '>';
                if inside { c.to_string() } else { c.to_uppercase().to_string() }
            };
            text.chars().map(each).collect()
        };
        let texts = batch.texts.iter().map(said).collect();
        self.spoil.store(self.spoil.load(Ordering::SeqCst).saturating_sub(1), Ordering::SeqCst);
        Ok(Answer { texts, billed: None })
    }
    async fn quota(&self) -> Result<Option<Quota>, Trouble> {
        Ok(None)
    }
}

struct Shop {
    app: App,
    machine: Arc<Machine>,
    goods: Vec<ProductId>,
    name: &'static str,
    _fresh: Fresh,
}

async fn shops(goods: usize, machine: impl Fn() -> Machine, settings: &[(&str, i64)]) -> Vec<Shop> {
    let mut all = Vec::new();
    for fresh in testing::databases().await {
        let machine = Arc::new(machine());
        let mut own = Settings::defaults();
        for (key, value) in settings {
            own.set(key, (*value).into(), Source::File);
        }
        let app = fresh.builder().with_settings(own).with_port::<dyn Translator>(machine.clone()).build();
        let tx = app.begin(&Actor::System).await.unwrap();
        market::found(&tx).await.unwrap();
        tx.commit().await.unwrap();
        let draft = |n: usize| {
            NewProduct::goods(LT, format!("stalas nr {n}"))
                .published()
                .text(field::DESCRIPTION, LT, format!("<p>plotis <b>{n} cm</b></p>"))
                .variant(NewVariant::new(format!("T-{n}")).price(Money::eur(9_90)).stock(3))
        };
        let placed = catalogue::create_many(&app, &Actor::System, (0..goods).map(draft).collect()).await.unwrap();
        all.push(Shop { app, machine, goods: placed.iter().map(|p| p.product).collect(), name: fresh.name, _fresh: fresh });
    }
    all
}

impl Shop {
    async fn text(&self, id: ProductId, field: &str) -> Option<(String, TextOrigin, TextState)> {
        let texts = translation::texts_of(self.app.reader(), &[id.0]).await.unwrap();
        texts.exact(id, field, EN).map(|t| (t.value.clone(), t.origin, t.state))
    }
    async fn missing(&self) -> catalog::Waiting {
        let scope = Actor::System.scope(Right::TextsWrite).unwrap();
        catalog::waiting(self.app.reader(), &scope, EN, Again::Never).await.unwrap()
    }
    async fn run(&self) -> Outcome {
        run(&self.app, &Actor::System, &Order { to: EN, again: Again::Never }, |_| {}).await.unwrap()
    }
}

#[tokio::test]
async fn the_catalogue_is_translated_and_shown_in_the_same_commit() {
    for shop in shops(3, Machine::default, &[]).await {
        let before = shop.missing().await;
        assert!(before.missing >= 6 && before.characters > 30, "{}: {before:?}", shop.name);
        let mut told = Vec::new();
        let order = Order { to: EN, again: Again::Never };
        let outcome = run(&shop.app, &Actor::System, &order, |p| told.push(p)).await.unwrap();
        assert!(outcome.trouble.is_none() && outcome.translated >= 6, "{}: {outcome:?}", shop.name);
        assert_eq!(shop.missing().await.missing, 0);
        assert_eq!(told.last().map(|p| p.done), told.last().map(|p| p.total));
        let first = shop.goods[1];
        assert_eq!(shop.text(first, field::TITLE).await, Some(("STALAS NR 1".into(), TextOrigin::Machine, TextState::Review)));
        assert_eq!(shop.text(first, field::DESCRIPTION).await.unwrap().0, "<p>PLOTIS <b>1 cm</b></p>");
        let channel = crate::channels::by_code(shop.app.reader(), "default").await.unwrap();
        let viewer = showcase::Channelled::viewer(&channel, EN, shop.app.now());
        let cards = showcase::cards(shop.app.reader(), &[first], &viewer).await.unwrap();
        assert_eq!(cards[0].title, "STALAS NR 1", "{}", shop.name);
        let calls = shop.machine.calls.load(Ordering::SeqCst);
        assert_eq!(shop.run().await.translated, 0);
        assert_eq!(shop.machine.calls.load(Ordering::SeqCst), calls, "nothing is asked twice");
        let used = translation::usage(shop.app.reader(), &Actor::System.scope(Right::TextsWrite).unwrap()).await.unwrap();
        assert_eq!((used.len(), used[0].provider.as_str()), (1, "machine"));
        assert_eq!(used[0].characters, translation::spent(shop.app.reader(), shop.app.now()).await.unwrap());
    }
}

#[tokio::test]
async fn a_run_that_was_stopped_goes_on_where_it_was() {
    for shop in shops(120, || Machine { quota_after: Some(2), ..Machine::default() }, &[]).await {
        let outcome = shop.run().await;
        assert_eq!(outcome.trouble.as_ref().map(|f| f.code), Some("translation.quota"), "{}", shop.name);
        assert!(outcome.translated > 0 && outcome.left > 0);
        let left = shop.missing().await.missing;
        assert_eq!(i64::try_from(outcome.left).unwrap(), left);
        // Another process with another account.
        let machine = Arc::new(Machine::default());
        let app = App::builder(shop.app.database().clone()).with_port::<dyn Translator>(machine.clone()).build();
        let again = run(&app, &Actor::System, &Order { to: EN, again: Again::Never }, |_| {}).await.unwrap();
        assert_eq!(again.translated, outcome.left, "{}", shop.name);
        assert_eq!(shop.missing().await.missing, 0);
    }
}

#[tokio::test]
async fn what_is_spoiled_twice_stays_untranslated() {
    for shop in shops(1, || Machine { spoil: AtomicUsize::new(1), ..Machine::default() }, &[]).await {
        assert_eq!(shop.run().await.spoiled, 0, "{}: the second try is good", shop.name);
        assert_eq!(shop.machine.calls.load(Ordering::SeqCst), 2);
    }
    for shop in shops(1, || Machine { spoil: AtomicUsize::new(9), ..Machine::default() }, &[]).await {
        let outcome = shop.run().await;
        assert_eq!((outcome.spoiled, outcome.translated), (2, 0), "{}", shop.name);
        assert_eq!(shop.text(shop.goods[0], field::TITLE).await, None);
    }
}

#[tokio::test]
async fn without_a_provider_or_beyond_the_limit_it_is_said() {
    for shop in shops(2, Machine::default, &[("translation.monthly_cap", 15)]).await {
        let items = |n: usize, words: &str| vec![Item::new(shop.goods[n], "teaser", LT, words)];
        let wish = |items| Wish { items, to: EN, domain: Domain::Offer };
        let done = fill(&shop.app, &Actor::System, wish(items(0, "labai geras"))).await.unwrap();
        assert_eq!((done.translated, done.left), (1, 0), "{}", shop.name);
        let over = fill(&shop.app, &Actor::System, wish(items(1, "dar geresnis"))).await.unwrap();
        assert_eq!(over.trouble.as_ref().map(|f| f.code), Some("translation.cap_reached"));
        assert_eq!((over.left, shop.machine.calls.load(Ordering::SeqCst)), (1, 1), "{}: nobody was asked", shop.name);
        let alone = App::builder(shop.app.database().clone()).build();
        let none = fill(&alone, &Actor::System, wish(items(1, "dar geresnis"))).await.unwrap();
        assert_eq!(none.trouble.as_ref().map(|f| f.code), Some("translation.no_provider"), "{}", shop.name);
        assert_eq!(shop.text(shop.goods[1], "teaser").await, None, "untranslated is said, not feigned");
    }
}

fn viewer() -> Actor {
    Actor::Staff(StaffActor::new(UserId(uuid::Uuid::from_u128(7)), "V", crate::kernel::Role::Viewer))
}

#[tokio::test]
async fn review_shows_and_remembers_and_asks_for_its_right() {
    for shop in shops(2, Machine::default, &[]).await {
        shop.run().await;
        let (app, it) = (&shop.app, shop.goods[0]);
        let scope = Actor::System.scope(Right::TextsWrite).unwrap();
        let all = translation::segments(app.reader(), &scope, &[it.0], EN).await.unwrap();
        let title = all.iter().find(|s| s.field == field::TITLE).unwrap();
        let mark = Mark { entity: it.0, field: field::TITLE.into() };
        let refused = edit(app, &viewer(), &mark, EN, "Table", &title.seen).await.unwrap_err();
        assert_eq!(refused.code, "access.forbidden");
        edit(app, &Actor::System, &mark, EN, "Table no. 0", &title.seen).await.unwrap();
        assert_eq!(shop.text(it, field::TITLE).await, Some(("Table no. 0".into(), TextOrigin::Human, TextState::Ok)));
        let slugs = catalog::slugs_of(app.reader(), &[it.0]).await.unwrap();
        assert!(slugs[&it.0].iter().any(|(l, s)| *l == EN && s == "table-no-0"), "{}: {slugs:?}", shop.name);
        assert_eq!(translation::count(app.reader(), &scope).await.unwrap(), 1, "{}: kept for the future", shop.name);
        let other = Mark { entity: uuid::Uuid::from_u128(9), field: "title".into() };
        assert!(approve(app, &Actor::System, &other, EN, "").await.is_err(), "another trade's text");
        let green = approve_green(app, &Actor::System, &[shop.goods[1].0], EN).await.unwrap();
        assert!(green >= 1, "{}", shop.name);
    }
}

#[tokio::test]
async fn texts_go_out_to_a_translator_and_come_back() {
    for shop in shops(2, Machine::default, &[]).await {
        let (app, actor) = (&shop.app, Actor::System);
        edit_title(&shop, "Hand-made table").await;
        for format in [Format::Xliff12, Format::Xliff20, Format::Csv] {
            let out = take_out(app, &actor, Wanted::Texts(EN), format).await.unwrap();
            assert!(out.count >= 4, "{}", shop.name);
            let back = out.text.replace("Hand-made table", "Handmade table");
            let brought = bring(app, &actor, back.into_bytes()).await.unwrap();
            assert_eq!((brought.texts, brought.skipped), (1, 0), "{} {format:?}", shop.name);
            assert_eq!(shop.text(shop.goods[0], field::TITLE).await.unwrap().0, "Handmade table", "{}", shop.name);
            edit_title(&shop, "Hand-made table").await;
        }
        let out = take_out(app, &actor, Wanted::Texts(EN), Format::Xliff12).await.unwrap();
        catalogue::edit_texts(app, &actor, shop.goods[0], vec![("title".into(), LT, "kitas".into())]).await.unwrap();
        let late = bring(app, &actor, out.text.into_bytes()).await.unwrap();
        assert_eq!((late.texts, late.skipped), (0, 1), "{}: its source says something else by now", shop.name);
        let memory = take_out(app, &actor, Wanted::Memory, Format::Tmx).await.unwrap();
        assert!(memory.count >= 1 && memory.text.contains("srclang=\"lt\""));
        put_terms(app, &actor, vec![NewTerm::Name("Nida".into())]).await.unwrap();
        let glossary = take_out(app, &actor, Wanted::Glossary, Format::Csv).await.unwrap();
        assert_eq!(bring(app, &actor, glossary.text.into_bytes()).await.unwrap().terms, 1);
        assert_eq!(bring(app, &actor, memory.text.into_bytes()).await.unwrap().memory, memory.count);
        assert!(bring(app, &viewer(), vec![]).await.is_err());
    }
}

async fn edit_title(shop: &Shop, text: &str) {
    let scope = Actor::System.scope(Right::TextsWrite).unwrap();
    let all = translation::segments(shop.app.reader(), &scope, &[shop.goods[0].0], EN).await.unwrap();
    let title = all.iter().find(|s| s.field == field::TITLE).unwrap();
    let mark = Mark { entity: shop.goods[0].0, field: field::TITLE.into() };
    edit(&shop.app, &Actor::System, &mark, EN, text, &title.seen).await.unwrap();
}
