//! A catalogue comes in, beside a shop that sells.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
};

use serde_json::Value;
use vitrina_tests::{Shop, engines};

use crate::{borrowed, staff, up_to_payment};

const CHAIRS: &str = "sku,title,price,stock,description\n\
    BK-1,Bandomoji kėdė,49.90,5,<p>Ąžuolas</p>\n\
    BS-1,Bandomasis suolas,129.00,5,<p>Uosis</p>\n";

fn file(shop: &Shop, name: &str, text: &str) -> PathBuf {
    let path = shop.data.join(name);
    std::fs::write(&path, text).expect("a file");
    path
}

/// Runs the command and reads the object on its last line.
fn import(shop: &Shop, args: &[&str]) -> Value {
    let mut all = vec!["import", "--json"];
    all.extend(args);
    let out = shop.command(&all);
    let text = String::from_utf8_lossy(&out.stdout);
    let last = text.lines().last().unwrap_or_default();
    serde_json::from_str(last).unwrap_or_else(|e| panic!("{e}: {text}\n{}", String::from_utf8_lossy(&out.stderr)))
}

fn counts(answer: &Value) -> [i64; 4] {
    ["created", "updated", "unchanged", "skipped"].map(|name| answer[name].as_i64().expect(name))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_twice_changes_nothing() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let path = file(&shop, "chairs.csv", CHAIRS);
        let path = path.to_str().expect("a path");
        let dry = import(&shop, &[path, "--dry-run"]);
        assert_eq!(counts(&dry), [2, 0, 0, 0]);
        let guest = shop.visitor();
        guest.get("/lt/p/bandomoji-kede").await.expect(404);
        assert_eq!(counts(&import(&shop, &[path])), [2, 0, 0, 0]);
        let page = guest.get("/lt/p/bandomoji-kede").await.expect(200);
        assert!(page.body.contains("49,90"), "the price is shown");
        assert_eq!(counts(&import(&shop, &[path])), [0, 0, 2, 0]);
        guest.until("/lt/search?q=bandomasis", |page| page.body.contains("/lt/p/bandomasis-suolas")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_row_is_named_and_comes_back_as_a_file() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let path = file(
            &shop,
            "bad.csv",
            "sku,title,price,vat category\nB-1,Gera,5,standard\nB-2,Bloga,-5,standard\nB-3,Keista,5,luxury\n",
        );
        let out = shop.data.join("to-correct.csv");
        let answer = import(&shop, &[path.to_str().expect("a path"), "--errors", out.to_str().expect("a path")]);
        assert_eq!(counts(&answer), [1, 0, 0, 2]);
        let errors = answer["errors"].as_array().expect("errors");
        assert_eq!((&errors[0]["row"], &errors[0]["column"]), (&3.into(), &"price".into()), "{errors:?}");
        assert_eq!(errors[0]["code"], "price.negative");
        assert_eq!((&errors[1]["row"], &errors[1]["code"]), (&4.into(), &"vat.category".into()), "{errors:?}");
        let text = std::fs::read_to_string(&out).expect("the rows to correct");
        assert!(text.contains("B-2") && text.contains("B-3") && !text.contains("B-1"), "{text}");
        let mended = file(&shop, "mended.csv", &text.replace("-5", "5").replace("luxury", "reduced"));
        assert_eq!(counts(&import(&shop, &[mended.to_str().expect("a path")])), [2, 0, 0, 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_killed_in_the_middle_goes_on() {
    const PRODUCTS: i64 = 1500;
    for engine in engines() {
        let shop = Shop::open(engine);
        let mut text = "sku,title,price,related\n".to_owned();
        for n in 0..PRODUCTS {
            // Each is related to the last one, which no row before it knows.
            text.push_str(&format!("K-{n},Kėdė {n},{n}.50,K-{}\n", PRODUCTS - 1));
        }
        let path = file(&shop, "many.csv", &text);
        let path = path.to_str().expect("a path");
        let mut child = shop.begin(&["import", path]);
        let mut lines = BufReader::new(child.stderr.take().expect("its progress")).lines();
        let begun = lines.any(|line| line.is_ok_and(|l| l.contains(&format!("/{PRODUCTS}"))));
        assert!(begun, "it tells its progress");
        child.kill().expect("killed");
        child.wait().expect("gone");
        let rest = import(&shop, &[path]);
        assert_eq!(counts(&rest), [PRODUCTS, 0, 0, 0], "all of it is counted as one run");
        assert!(rest["resumed"].as_i64().is_some_and(|n| n > 0), "{rest}");
        assert_eq!(counts(&import(&shop, &[path])), [0, 0, PRODUCTS, 0]);
        let out = shop.data.join("all.ndjson");
        assert!(shop.command(&["export", out.to_str().expect("a path")]).status.success());
        let all = std::fs::read_to_string(&out).expect("an export");
        let first = all.lines().find(|l| l.contains("\"K-0\"")).expect("the first product");
        let first: Value = serde_json::from_str(first).expect("a product");
        assert_eq!(first["related"][0], format!("K-{}", PRODUCTS - 1), "what was owed before the kill is settled");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undone_import_leaves_what_was_ordered_since() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let path = file(&shop, "chairs.csv", CHAIRS);
        let done = import(&shop, &[path.to_str().expect("a path")]);
        let guest = shop.visitor();
        let page = guest.get("/lt/p/bandomoji-kede").await.expect(200);
        let fields = up_to_payment(&guest, &page.field("variant").expect("a variant"), "importas@demo.test").await;
        guest.post("/en/checkout/payment", &borrowed(&fields)).await.expect(303);
        let run = done["run"].as_str().expect("a run");
        let undone = import(&shop, &["undo", run]);
        assert_eq!(undone["removed"], 1, "{undone}");
        assert_eq!((&undone["kept"][0]["sku"], &undone["kept"][0]["reason"]), (&"BK-1".into(), &"ordered".into()));
        let stranger = shop.visitor();
        stranger.get("/lt/p/bandomoji-kede").await.expect(200);
        stranger.get("/lt/p/bandomasis-suolas").await.expect(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_taken_in_again_changes_nothing() {
    for engine in engines() {
        let shop = Shop::open(engine);
        for name in ["all.csv", "all.ndjson"] {
            let out = shop.data.join(name);
            let out = out.to_str().expect("a path");
            assert!(shop.command(&["export", out]).status.success());
            let told = std::fs::read_to_string(out).expect("an export");
            let shelved = told.lines().filter(|l| l.contains("Virtuvės stalai") || l.contains("Stalai")).count();
            assert!(shelved > 3, "{name} names the categories: {shelved}");
            assert!(!told.contains("\"categories\":[]"), "{name}");
            let [created, updated, unchanged, skipped] = counts(&import(&shop, &[out]));
            assert_eq!((created, updated, skipped), (0, 0, 0), "{name}");
            assert!(unchanged >= 60, "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_office_takes_a_file_in_and_back() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let manager = staff(&shop, "manager").await;
        let form = manager.get("/office/imports/new").await.expect(200);
        let csrf = form.field("csrf").expect("a token");
        let text = format!("{CHAIRS}BX-1,Bandomoji lenta,-3,1,\n");
        let sent = manager.upload("/office/imports", &[("csrf", &csrf)], ("kėdės.csv", text.as_bytes())).await.expect(303);
        let place = sent.location.expect("a page");
        let run = format!("{place}/run");
        let ready = manager.until(&place, |page| page.body.contains(&run)).await;
        assert!(
            ready.body.contains("Kaina -3.00 yra neigiama") || ready.body.contains("Kaina -3 yra neigiama"),
            "{}",
            ready.body
        );
        assert!(ready.body.contains("Bandomasis suolas"), "the first rows are shown");
        shop.visitor().get("/lt/p/bandomasis-suolas").await.expect(404);

        // Whoever may not set prices may look, but not run.
        let marketer = staff(&shop, "marketer").await;
        let seen = marketer.get(&place).await.expect(200);
        assert!(!seen.body.contains(&run));
        let own = seen.field("csrf").expect("a token");
        marketer.post(&run, &[("csrf", &own)]).await.expect(403);

        manager.post(&run, &[("csrf", &csrf)]).await.expect(303);
        manager.until(&place, |page| !page.body.contains("<progress") && page.body.contains("/undo\"")).await;
        shop.visitor().until("/lt/p/bandomasis-suolas", |page| page.status == 200).await;
        let rows = manager.get(&format!("{place}/errors")).await.expect(200);
        assert!(rows.body.contains("BX-1") && !rows.body.contains("BK-1"), "{}", rows.body);
        assert!(manager.get("/office/imports").await.expect(200).link(&place).is_some(), "the list leads to it");

        manager.post(&format!("{place}/undo"), &[("csrf", &csrf)]).await.expect(303);
        manager.until(&place, |page| !page.body.contains("<progress") && !page.body.contains("/undo\"")).await;
        shop.visitor().get("/lt/p/bandomasis-suolas").await.expect(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_of_no_use_is_refused_with_its_place() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let manager = staff(&shop, "manager").await;
        let csrf = manager.get("/office/imports/new").await.field("csrf").expect("a token");
        let send = async |name, text: &str| manager.upload("/office/imports", &[("csrf", &csrf)], (name, text.as_bytes())).await;
        let unknown = send("x.json", "{\"a\": 1}").await.expect(422);
        assert!(unknown.body.contains("Failo formatas neatpažintas"), "{}", unknown.body);
        let cut = send("cut.csv", "sku,title,price\nA-1,Kėdė,5\nA-2,\"Sto").await.expect(303);
        let place = cut.location.expect("a page");
        let page = manager.until(&place, |page| page.body.contains("Failas baigiasi įrašo viduryje")).await;
        assert!(!page.body.contains("/run\""), "nothing of it can be run");
    }
}
