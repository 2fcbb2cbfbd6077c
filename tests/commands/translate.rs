//! `vitrina translate` against a stand-in for DeepL, killed on its way; files out and in; what the
//! doctor says of the account.

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;
use vitrina_tests::{
    apertium::Apertium,
    binary,
    deepl::{DeepLStandIn, Fault, KEY},
    left_out,
};

use crate::{Place, places};

/// A shop with so many products, each with a title and a description of its own.
fn shop(place: &Place, products: usize) {
    let mut csv = "sku,title,price,description\n".to_owned();
    for n in 0..products {
        csv.push_str(&format!("T-{n},Stalas {},9.90,<p>Aukštis <b>{n} cm</b></p>\n", letters(n)));
    }
    let file = place.folder.path().join("goods.csv");
    std::fs::write(&file, csv).expect("a file");
    place.run(&["migrate"]).ended(0);
    place.run(&["import", file.to_str().expect("a path")]).ended(0);
}

/// A word for a number: a title of nothing but a name and a figure would be the same text twice.
fn letters(mut n: usize) -> String {
    let mut word = String::from("x");
    loop {
        word.push(char::from(b'a' + u8::try_from(n % 26).unwrap_or(0)));
        n /= 26;
        if n == 0 {
            return word;
        }
    }
}

fn told(url: &str) -> Vec<(&str, &str)> {
    vec![
        ("VITRINA_TRANSLATION_PROVIDER", "deepl"),
        ("VITRINA_TRANSLATION_DEEPL_URL", url),
        ("VITRINA_TRANSLATION_MONTHLY_CAP", "0"),
        ("VITRINA_DEEPL_KEY", KEY),
    ]
}

fn last(out: &str) -> Value {
    let line = out.lines().last().unwrap_or_default();
    serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {out}"))
}

const TRANSLATE: &[&str] = &["translate", "--locale", "en", "--missing", "--json"];

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_run_goes_on_where_it_was_and_nothing_is_paid_twice() {
    const PRODUCTS: usize = 400;
    for place in places() {
        let deepl = DeepLStandIn::start().await;
        shop(&place, PRODUCTS);
        let url = deepl.url();
        deepl.pause(Duration::from_millis(500));
        let mut command = Command::new(binary());
        command.args(TRANSLATE).arg("--data").arg(place.data()).envs(told(&url)).stdout(Stdio::null()).stderr(Stdio::null());
        if let Some(database) = place.url() {
            command.env("VITRINA_DATABASE_URL", database);
        }
        let mut child = command.spawn().expect("vitrina starts");
        let begun = Instant::now();
        // The first round of requests has landed, the second one is under way.
        while deepl.translations().len() <= 6 {
            assert!(begun.elapsed() < Duration::from_secs(60), "it never asked");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        // What has landed is written before the next is asked for; give it its commit.
        tokio::time::sleep(Duration::from_millis(100)).await;
        child.kill().expect("killed");
        child.wait().expect("gone");
        deepl.pause(Duration::ZERO);
        let rest = last(&place.run_with(TRANSLATE, &told(&url)).ended(0).out);
        let translated = usize::try_from(rest["translated"].as_i64().expect("a count")).expect("positive");
        assert!(translated > 0 && translated < 2 * PRODUCTS, "what was written before the kill is not asked for again: {rest}");
        let again = last(&place.run_with(TRANSLATE, &told(&url)).ended(0).out);
        assert_eq!((&again["translated"], &again["found"], &again["left"]), (&0.into(), &0.into(), &0.into()), "{again}");
        // Each title once, and at most the requests that were under way when it was killed once more.
        let asked: usize = deepl.translations().iter().map(|h| h.body["text"].as_array().map_or(0, Vec::len)).sum();
        assert!(asked <= 2 * PRODUCTS + 6 * 50 + 50, "{asked}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rate_limit_alone_holds_it_up() {
    let place = Place::new("sqlite");
    let deepl = DeepLStandIn::start().await;
    shop(&place, 500);
    deepl.rate(8);
    let url = deepl.url();
    let done = last(&place.run_with(TRANSLATE, &told(&url)).ended(0).out);
    assert_eq!((&done["left"], &done["trouble"]), (&0.into(), &Value::Null), "{done}");
    assert!(done["translated"].as_i64() >= Some(1_000), "{done}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stops_it_is_said_with_what_to_do() {
    let place = Place::new("sqlite");
    let deepl = DeepLStandIn::start().await;
    shop(&place, 3);
    let url = deepl.url();
    let alone = place.run_with(TRANSLATE, &[]).ended(3);
    assert_eq!(last(&alone.out)["trouble"], "translation.no_provider", "{alone:?}");
    let dry = place.run_with(&["translate", "--locale", "en", "--missing", "--dry-run"], &told(&url)).ended(0);
    assert!(dry.err.contains("characters") && deepl.translations().is_empty(), "{dry:?}");
    let mut capped = told(&url);
    capped.retain(|(k, _)| !k.ends_with("_CAP"));
    capped.push(("VITRINA_TRANSLATION_MONTHLY_CAP", "5"));
    let capped = place.run_with(TRANSLATE, &capped).ended(3);
    assert_eq!(last(&capped.out)["trouble"], "translation.cap_reached");
    assert!(deepl.translations().is_empty(), "nobody was asked beyond the limit");
    deepl.faults([Fault::Spoil, Fault::Spoil, Fault::Spoil]);
    let spoiled = last(&place.run_with(TRANSLATE, &told(&url)).ended(0).out);
    assert!(spoiled["spoiled"].as_i64() >= Some(3), "{spoiled}");
    deepl.quota(100, 100);
    let quota = place.run_with(TRANSLATE, &told(&url)).ended(3);
    assert_eq!(last(&quota.out)["trouble"], "translation.quota");
    let finding = |env: &[(&str, &str)]| {
        let said = place.run_with(&["doctor", "--json"], env);
        let all: Vec<Value> = serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {said:?}"));
        all.into_iter().find(|f| f["check"] == "translate").expect("a finding")
    };
    let used_up = finding(&told(&url));
    assert!(used_up["health"] == "fail" && used_up["what"].as_str().is_some_and(|w| w.contains("100 of 100")), "{used_up}");
    assert!(used_up["fix"].as_str().is_some_and(|f| f.contains("larger plan")), "{used_up}");
    let mut wrong = told(&url);
    wrong.retain(|(k, _)| *k != "VITRINA_DEEPL_KEY");
    let missing = finding(&wrong);
    assert!(missing["health"] == "fail" && missing["fix"].as_str().is_some_and(|f| f.contains("VITRINA_DEEPL_KEY")), "{missing}");
    wrong.push(("VITRINA_DEEPL_KEY", "tellnobody"));
    let refused = finding(&wrong);
    assert!(refused["health"] == "fail" && refused["fix"].as_str().is_some_and(|f| f.contains("API key")), "{refused}");
    assert!(!refused.to_string().contains("tellnobody"), "{refused}");
    assert_eq!(finding(&[])["health"], "ok");
    deepl.quota(95, 100);
    assert_eq!(finding(&told(&url))["health"], "warn");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_go_out_and_come_back() {
    for place in places() {
        let deepl = DeepLStandIn::start().await;
        shop(&place, 5);
        let url = deepl.url();
        place.run_with(TRANSLATE, &told(&url)).ended(0);
        let path = |name: &str| place.folder.path().join(name).to_str().expect("a path").to_owned();
        let rounds = [
            ("t.xlf", "xliff12", "Stalasen", "Desk"),
            ("t2.xlf", "xliff20", "Desk", "Board"),
            ("t.csv", "csv", "Board", "Table"),
        ];
        for (name, format, was, is) in rounds {
            let file = path(name);
            place.run(&["texts", "export", &file, "--locale", "en", "--format", format]).ended(0);
            let text = std::fs::read_to_string(&file).expect("a file");
            assert!(text.contains(was), "{format}: {text}");
            std::fs::write(&file, text.replace(was, is)).expect("a file");
            let said = place.run(&["texts", "import", &file]).ended(0);
            assert!(said.out.contains("texts") && !said.out.contains(" 0 texts"), "{said:?}");
        }
        let glossary = path("glossary.csv");
        std::fs::write(&glossary, "source_locale,target_locale,term,translation\nlt,en,ąžuolas,oak\n,,Nida,Nida\n")
            .expect("a file");
        assert!(place.run(&["texts", "import", &glossary]).ended(0).out.contains("2 into the glossary"));
        let memory = path("m.tmx");
        place.run(&["texts", "export", &memory, "--what", "memory"]).ended(0);
        assert!(std::fs::read_to_string(&memory).expect("a file").contains("<tmx version=\"1.4\">"));
        let broken = path("broken.tmx");
        std::fs::write(&broken, "<tmx>\n<body><tu>").expect("a file");
        let said = place.run(&["texts", "import", &broken]).ended(1);
        assert!(said.err.contains("line 2"), "{said:?}");
    }
}

/// A program that nobody here wrote: what it makes of the words is its own affair, what is protected is ours.
#[tokio::test(flavor = "multi_thread")]
async fn a_real_engine_translates_the_catalogue_and_what_is_protected_survives() {
    let Some(engine) = Apertium::start().await else { return left_out("a real translation engine: no apertium with eng-spa") };
    let url = engine.url();
    let libre = [("VITRINA_TRANSLATION_PROVIDER", "libretranslate"), ("VITRINA_TRANSLATION_LIBRE_URL", url.as_str())];
    for place in places() {
        let goods = [
            ("OAK-1", "Table of solid oak", "<p>The table is <b>180 cm</b> long.</p><ul><li>The chairs are blue.</li></ul>"),
            ("OAK-2", "Chair {{ name }} OAK-2", "<p>Write to info@demo.test: the price is 9.90 EUR.</p>"),
        ];
        let line = |(sku, title, description): &(&str, &str, &str)| {
            serde_json::json!({
                "external_id": sku, "kind": "goods", "status": "active",
                "texts": { "en": { "title": title, "description": description } },
                "categories": [], "brand": "", "vat": { "category": "standard" }, "unit": "piece", "options": [],
                "attributes": [], "pictures": [], "given": 536_870_911,
                "variants": [{
                    "sku": sku, "options": [], "price": { "minor": 990, "currency": "EUR" }, "stock_milli": 9000, "weight_g": 900,
                    "active": true, "pictures": [],
                }],
            })
            .to_string()
        };
        let file = place.folder.path().join("goods.ndjson");
        std::fs::write(&file, goods.iter().map(line).collect::<Vec<_>>().join("\n")).expect("a file");
        place.run(&["migrate"]).ended(0);
        place.run(&["import", file.to_str().expect("a path")]).ended(0);
        let done = last(&place.run_with(&["translate", "--locale", "es", "--missing", "--json"], &libre).ended(0).out);
        assert!(done["translated"].as_i64() >= Some(4) && done["left"] == 0, "{done}");
        let out = place.folder.path().join("texts.csv");
        let out = out.to_str().expect("a path");
        place.run(&["texts", "export", out, "--locale", "es", "--format", "csv"]).ended(0);
        let texts = std::fs::read_to_string(out).expect("the texts");
        for words in ["Mesa de roble", "<b>180 cm</b>", "<ul><li>", "sillas", "{{ name }} OAK-2", "info@demo.test", "9,90 EUR"] {
            // Each stands in the source, too, unless it is Spanish: figures are written as its readers do.
            let times = if ["Mesa de roble", "sillas", "9,90 EUR"].contains(&words) { 1 } else { 2 };
            assert!(texts.matches(words).count() >= times, "„{words}“ {times} times in {texts}");
        }
    }
}
