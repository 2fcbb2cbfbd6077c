//! Memory, glossary, planning and review, on every engine.

use std::time::{Duration, Instant};

use uuid::Uuid;

use super::*;
use crate::kernel::{Actor, Locale, Right, Scope, Tx, testing};

const LT: Locale = Locale::LT;
const EN: Locale = Locale::EN;
const DE: Locale = Locale::DE;

fn scope() -> Scope {
    Actor::System.scope(Right::TextsWrite).unwrap()
}

fn memory(source: &str, target: &str, domain: Domain) -> NewMemory {
    NewMemory { from: LT, to: DE, domain, source: source.into(), target: target.into(), origin: TextOrigin::Human }
}

#[tokio::test]
async fn what_was_kept_is_found_again_whatever_its_spaces() {
    for db in testing::databases().await {
        let app = db.app();
        let tx = app.begin(&Actor::System).await.unwrap();
        // Composed and decomposed letters are one text.
        let kept = vec![memory("Stalas  iš\u{a0}a\u{328}žuolo ", "Tisch aus Eiche", Domain::Product)];
        keep(&tx, kept).await.unwrap();
        keep(&tx, vec![memory("Stalas iš ąžuolo", "Eichentisch", Domain::Legal)]).await.unwrap();
        let wanted = ["Stalas iš ąžuolo", "stalas iš ąžuolo", "Kėdė"];
        let hits = exact(&tx, LT, DE, Domain::Product, &wanted).await.unwrap();
        assert_eq!(hits.len(), 1, "{}: case counts", db.name);
        assert_eq!(hits["Stalas iš ąžuolo"], Hit { target: "Tisch aus Eiche".into(), same_domain: true });
        let other = exact(&tx, LT, DE, Domain::Email, &wanted[..1]).await.unwrap();
        assert!(!other["Stalas iš ąžuolo"].same_domain, "{}", db.name);
        assert!(exact(&tx, LT, EN, Domain::Product, &wanted).await.unwrap().is_empty());
        // The same source again gives way to the newer word.
        keep(&tx, vec![memory("Stalas iš ąžuolo", "Tisch, Eiche", Domain::Product)]).await.unwrap();
        assert_eq!(exact(&tx, LT, DE, Domain::Product, &wanted).await.unwrap()["Stalas iš ąžuolo"].target, "Tisch, Eiche");
        assert_eq!(count(&tx, &scope()).await.unwrap(), 2, "{}", db.name);
        for wrong in
            [memory(" ", "a", Domain::Ui), memory("a", "", Domain::Ui), NewMemory { to: LT, ..memory("a", "b", Domain::Ui) }]
        {
            assert!(keep(&tx, vec![wrong]).await.is_err());
        }
    }
}

#[tokio::test]
async fn ten_thousand_segments_are_filled_from_memory_within_a_second() {
    for db in testing::databases().await {
        let app = db.app();
        let tx = app.begin(&Actor::System).await.unwrap();
        let source = |n: usize| format!("Prekė {n} iš medžio su ąžuolo kojomis");
        let all = (0..10_000).map(|n| memory(&source(n), &format!("Ware {n} aus Holz"), Domain::Product)).collect();
        keep(&tx, all).await.unwrap();
        let wanted: Vec<String> = (0..10_000).map(source).collect();
        let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
        let begun = Instant::now();
        let hits = exact(&tx, LT, DE, Domain::Product, &wanted).await.unwrap();
        let took = begun.elapsed();
        assert_eq!(hits.len(), 10_000);
        // The bench says what an optimised build takes; this one is not.
        assert!(took < Duration::from_secs(4), "{}: {took:?}", db.name);
        eprintln!("{}: 10,000 segments from memory in {took:?}", db.name);
    }
}

#[tokio::test]
async fn a_like_text_is_suggested_and_never_taken() {
    for db in testing::databases().await {
        let app = db.app();
        let tx = app.begin(&Actor::System).await.unwrap();
        let mut all: Vec<NewMemory> =
            (0..300).map(|n| memory(&format!("Visai kitas tekstas numeris {n}"), "x", Domain::Product)).collect();
        all.push(memory(
            "Ąžuolinis valgomojo stalas su metalinėmis kojomis",
            "Esstisch aus Eiche mit Metallbeinen",
            Domain::Product,
        ));
        keep(&tx, all).await.unwrap();
        let wanted = "Ąžuolinis valgomojo stalas su medinėmis kojomis";
        let found = similar(&tx, LT, DE, &[wanted, "Lempa"]).await.unwrap();
        assert_eq!(found[wanted].target, "Esstisch aus Eiche mit Metallbeinen", "{}", db.name);
        assert!((80..100).contains(&found[wanted].likeness) && !found.contains_key("Lempa"));
        let it = tx.uuid();
        let plan = plan(&tx, vec![Item::new(it, "title", LT, wanted)], DE, Domain::Product).await.unwrap();
        assert_eq!((plan.found, plan.rest.len()), (0, 1), "{}", db.name);
        assert_eq!(plan.characters, wanted.chars().count() as i64);
    }
}

#[tokio::test]
async fn memory_and_glossary_are_listed_changed_and_dropped() {
    for db in testing::databases().await {
        let app = db.app();
        let tx = app.begin(&Actor::System).await.unwrap();
        keep(&tx, (0..7).map(|n| memory(&format!("Kėdė {n}"), "Stuhl", Domain::Product)).collect()).await.unwrap();
        keep(&tx, vec![memory("Sąlygos", "Bedingungen", Domain::Legal)]).await.unwrap();
        let narrow = Narrow { words: "kede stuhl".into(), ..Narrow::default() };
        let first = entries(&tx, &scope(), &narrow, None, 5).await.unwrap();
        let second = entries(&tx, &scope(), &narrow, first.next.as_deref(), 5).await.unwrap();
        assert_eq!((first.rows.len(), second.rows.len(), second.next), (5, 2, None), "{}", db.name);
        let legal = Narrow { domain: Some(Domain::Legal), to: Some(DE), ..Narrow::default() };
        let legal = entries(&tx, &scope(), &legal, None, 5).await.unwrap().rows;
        assert_eq!(legal.len(), 1);
        change(&tx, legal[0].id, "AGB").await.unwrap();
        let hits = exact(&tx, LT, DE, Domain::Legal, &["Sąlygos"]).await.unwrap();
        assert_eq!(hits["Sąlygos"].target, "AGB", "{}", db.name);
        forget(&tx, legal[0].id).await.unwrap();
        assert!(forget(&tx, legal[0].id).await.is_err());
        assert!(similar(&tx, LT, DE, &["Sąlygos"]).await.unwrap().is_empty(), "{}", db.name);

        let word = |term: &str, target: &str| NewTerm::Word { from: LT, to: DE, term: term.into(), target: target.into() };
        put_terms(&tx, vec![word("ąžuolas", "Eiche"), word("uosis", "Esche"), NewTerm::Name("Nida".into())]).await.unwrap();
        put_terms(&tx, vec![word("uosis", "Eschenholz")]).await.unwrap();
        assert_eq!(
            terms(&tx, LT, DE).await.unwrap(),
            [("uosis".into(), "Eschenholz".into()), ("ąžuolas".into(), "Eiche".into())]
                .into_iter()
                .collect::<std::collections::BTreeSet<Term>>()
                .into_iter()
                .collect::<Vec<_>>(),
            "{}",
            db.name
        );
        assert!(terms(&tx, LT, EN).await.unwrap().is_empty());
        let listed = listed(&tx, &scope(), "", Some(EN), None, 10).await.unwrap().rows;
        assert_eq!(listed.iter().map(|t| t.term.as_str()).collect::<Vec<_>>(), ["Nida"], "{}", db.name);
        drop_term(&tx, listed[0].id).await.unwrap();
        assert!(put_terms(&tx, vec![word("a\tb", "c")]).await.is_err());
    }
}

async fn say(tx: &Tx, entity: Uuid, field: &'static str, source: &str) {
    set_many(tx, LT, vec![NewText::new(entity, field, LT, source)]).await.unwrap();
}

#[tokio::test]
async fn approved_text_comes_first_then_memory_then_whoever_is_paid() {
    for db in testing::databases().await {
        let app = db.app();
        let tx = app.begin(&Actor::System).await.unwrap();
        let ids: Vec<Uuid> = (0..7).map(|_| tx.uuid()).collect();
        say(&tx, ids[0], "title", "Stalas").await;
        set_many(&tx, LT, vec![NewText::new(ids[0], "title", DE, "Tisch")]).await.unwrap();
        keep(
            &tx,
            vec![
                memory("Stalas", "Tafel", Domain::Product),
                memory("Kėdė", "Stuhl", Domain::Product),
                memory("Lempa", "Lampe", Domain::Legal),
            ],
        )
        .await
        .unwrap();
        put_terms(&tx, vec![NewTerm::Name("Nida".into())]).await.unwrap();
        let sources = ["Stalas", "Stalas", "Kėdė", "Lempa", "180 × 90 cm", "Spinta", "Spinta"];
        let items: Vec<Item> = ids.iter().zip(sources).map(|(id, s)| Item::new(*id, "title", LT, s)).collect();
        let plan = plan(&tx, items.clone(), DE, Domain::Product).await.unwrap();
        assert_eq!((plan.standing, plan.found, plan.rest.len()), (1, 4, 2), "{}", db.name);
        assert_eq!(plan.characters, 6, "the same source costs once");
        write(&tx, plan.texts).await.unwrap();
        let texts = texts_of(&tx, &ids).await.unwrap();
        let of = |n: usize| texts.exact(ids[n], "title", DE).map(|t| (t.value.as_str(), t.origin, t.state));
        assert_eq!(of(0), Some(("Tisch", TextOrigin::Human, TextState::Ok)));
        assert_eq!(of(1), Some(("Tisch", TextOrigin::Catalogue, TextState::Ok)));
        assert_eq!(of(2), Some(("Stuhl", TextOrigin::Memory, TextState::Ok)));
        assert_eq!(of(3), Some(("Lampe", TextOrigin::Memory, TextState::Review)), "kept for another kind of text");
        assert_eq!(of(4), Some(("180 × 90 cm", TextOrigin::Machine, TextState::Ok)), "nothing to translate");
        assert_eq!(of(5), None);
        assert_eq!(texts.source(ids[5], "title"), Some(LT), "the source of a caller's own text is kept");
        // What was landed once is not paid for again.
        land(&tx, DE, vec![(items[5].clone(), "Schrank".into())]).await.unwrap();
        let again = super::plan(&tx, items, DE, Domain::Product).await.unwrap();
        assert_eq!((again.found, again.rest.len(), again.characters), (1, 0, 0), "{}", db.name);
        assert_eq!((again.texts[0].value.as_str(), again.texts[0].state), ("Schrank", TextState::Review));
    }
}

#[tokio::test]
async fn a_persons_text_is_never_written_over() {
    for db in testing::databases().await {
        let app = db.app();
        let tx = app.begin(&Actor::System).await.unwrap();
        let (it, other) = (tx.uuid(), tx.uuid());
        for id in [it, other] {
            say(&tx, id, "title", "Stalas").await;
        }
        let item = |id, source: &str| Item::new(id, "title", LT, source);
        set_many(&tx, LT, vec![NewText::new(it, "title", DE, "Mein Tisch")]).await.unwrap();
        say(&tx, it, "title", "Naujas stalas").await;
        // Stale, and still the person's.
        let asked = plan(&tx, vec![item(it, "Naujas stalas")], DE, Domain::Product).await.unwrap();
        assert_eq!((asked.standing, asked.rest.len()), (1, 0), "{}", db.name);
        land(&tx, DE, vec![(item(it, "Naujas stalas"), "Neuer Tisch".into())]).await.unwrap();
        // Written while the provider thought.
        set_many(&tx, LT, vec![NewText::new(other, "title", DE, "Werktisch")]).await.unwrap();
        land(&tx, DE, vec![(item(other, "Stalas"), "Tisch".into())]).await.unwrap();
        let texts = texts_of(&tx, &[it, other]).await.unwrap();
        assert_eq!(texts.exact(it, "title", DE).map(|t| (t.value.as_str(), t.state)), Some(("Mein Tisch", TextState::Stale)));
        assert_eq!(texts.word(other, "title", DE), "Werktisch", "{}", db.name);
        // The source changed while the provider thought: what it says is of no use.
        say(&tx, other, "teaser", "Geras").await;
        let asked = Item::new(other, "teaser", LT, "Geras");
        say(&tx, other, "teaser", "Blogas").await;
        assert!(land(&tx, DE, vec![(asked, "Gut".into())]).await.unwrap().is_empty(), "{}", db.name);
        // A machine's stale text is done anew.
        land(&tx, EN, vec![(Item::new(other, "teaser", LT, "Blogas"), "Bad".into())]).await.unwrap();
        say(&tx, other, "teaser", "Puikus").await;
        assert_eq!(land(&tx, EN, vec![(Item::new(other, "teaser", LT, "Puikus"), "Great".into())]).await.unwrap(), [other]);
    }
}

#[tokio::test]
async fn review_is_of_what_was_looked_at() {
    for db in testing::databases().await {
        let app = db.app();
        let tx = app.begin(&Actor::System).await.unwrap();
        let it = tx.uuid();
        say(&tx, it, "description", "<p>Plotis 90 cm</p>").await;
        say(&tx, it, "title", "Stalas").await;
        say(&tx, it, "teaser", "Tvirtas").await;
        let land = async |field: &str, source: &str, target: &str| {
            land(&tx, DE, vec![(Item::new(it, field, LT, source), target.to_owned())]).await.unwrap();
        };
        land("title", "Stalas", "Tisch").await;
        land("description", "<p>Plotis 90 cm</p>", "<p>Breite 80 cm</p>").await;
        let seen = segments(&tx, &scope(), &[it], DE).await.unwrap();
        assert_eq!(seen.iter().map(|s| s.field.as_str()).collect::<Vec<_>>(), ["title", "teaser", "description"], "{}", db.name);
        assert!(seen[0].is_green() && seen[1].target.is_none());
        assert_eq!((seen[2].flags.as_slice(), seen[2].is_green()), ([Flag::Number].as_slice(), false));
        let mark = |field: &str| Mark { entity: it, field: field.into() };
        assert_eq!(approve_green(&tx, &scope(), &[it], DE).await.unwrap().len(), 1, "{}", db.name);
        assert!(remember(&tx, &[mark("description")], DE, Domain::Product).await.is_err(), "nobody stands for it yet");
        edit(&tx, &mark("description"), DE, "<p>Breite 90 cm</p>", &seen[2].seen).await.unwrap();
        // Somebody else was quicker.
        assert!(edit(&tx, &mark("description"), DE, "<p>b</p>", &seen[2].seen).await.is_err());
        assert!(approve(&tx, &mark("description"), DE, &seen[2].seen).await.is_err());
        assert!(approve(&tx, &mark("teaser"), DE, &seen[1].seen).await.is_err(), "nothing to say yes to");
        remember(&tx, &[mark("title"), mark("description")], DE, Domain::Product).await.unwrap();
        assert_eq!(count(&tx, &scope()).await.unwrap(), 2);
        // The source changes, the words still fit: a person says so.
        say(&tx, it, "title", "Stalas.").await;
        let stale = segments(&tx, &scope(), &[it], DE).await.unwrap();
        assert_eq!(stale[0].state, Some(TextState::Stale));
        assert_eq!(stale[0].suggestion.as_ref().map(|s| s.target.as_str()), Some("Tisch"), "{}", db.name);
        approve(&tx, &mark("title"), DE, &stale[0].seen).await.unwrap();
        let done = segments(&tx, &scope(), &[it], DE).await.unwrap();
        assert!(done[0].is_done() && done[0].origin == Some(TextOrigin::Machine));
        edit(&tx, &mark("title"), DE, " ", &done[0].seen).await.unwrap();
        assert!(segments(&tx, &scope(), &[it], DE).await.unwrap()[0].target.is_none(), "{}", db.name);
    }
}

#[tokio::test]
async fn the_months_limit_is_never_passed() {
    for db in testing::databases().await {
        let app = db.app();
        let mut taken = Vec::new();
        for n in 0..8 {
            let app = app.clone();
            taken.push(tokio::spawn(async move {
                let tx = app.begin(&Actor::System).await.unwrap();
                let got = reserve(&tx, 30 + n, 100).await.is_ok();
                tx.commit().await.unwrap();
                if got { 30 + n } else { 0 }
            }));
        }
        let mut sum = 0;
        for one in taken {
            sum += one.await.unwrap();
        }
        assert!(sum <= 100 && sum > 60, "{}: {sum}", db.name);
        assert_eq!(spent(app.reader(), app.now()).await.unwrap(), sum);
        let tx = app.begin(&Actor::System).await.unwrap();
        let done = Spent { provider: "deepl", from: LT, to: DE, texts: 2, characters: 10, reserved: sum, reserved_at: tx.now() };
        settle(&tx, &done).await.unwrap();
        assert_eq!(spent(&tx, tx.now()).await.unwrap(), 10, "{}: what was not used is given back", db.name);
        reserve(&tx, 90, 100).await.unwrap();
        assert!(reserve(&tx, 1, 100).await.is_err());
        reserve(&tx, 1_000_000, 0).await.unwrap();
        assert_eq!(usage(&tx, &scope()).await.unwrap()[0].characters, 10);
    }
}
