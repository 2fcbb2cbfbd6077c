//! The process dies while a campaign turns the prices of a large catalogue; once it is up again every
//! price is what the campaign says, and once it is over what it was before.

use std::{collections::BTreeMap, fmt::Write as _, time::Duration};

use serde_json::Value;
use vitrina_tests::{Shop, engines};

use crate::{borrowed, staff};

/// Some four chunks of two hundred: a kill finds it half done.
const GOODS: usize = 700;
const ROUNDS: u64 = 2;

fn fill(shop: &Shop) {
    let mut csv = String::from("sku,title,price,stock\n");
    for n in 0..GOODS {
        writeln!(csv, "TORN-{n:04},Akcijos prekė {n},{}.{:02},3", 10 + n % 90, n % 100).expect("a line");
    }
    let path = shop.data.join("akcija.csv");
    std::fs::write(&path, csv).expect("a file");
    let out = shop.command(&["import", "--json", path.to_str().expect("a path")]);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
}

/// Cents by SKU, of what was imported.
async fn prices(shop: &Shop) -> BTreeMap<String, i64> {
    let key = shop.info["publishable_key"].as_str().expect("a key");
    let store = shop.visitor().with_header("vitrina-key", key);
    let (mut found, mut after) = (BTreeMap::new(), String::new());
    loop {
        let page = store.get(&format!("/store/v1/products?limit=100{after}")).await.expect(200).value();
        for variant in page["data"].as_array().expect("products").iter().flat_map(|p| p["variants"].as_array().expect("variants"))
        {
            let sku = variant["sku"].as_str().expect("an SKU");
            let amount = variant["price"]["gross"]["amount"].as_str().expect("a sum");
            if sku.starts_with("TORN-") {
                found.insert(sku.to_owned(), amount.replace('.', "").parse().expect("cents"));
            }
        }
        match page["page"]["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return found,
        }
    }
}

/// The campaign of this name as the office's API tells it; nothing when the kill prevented it.
async fn campaign(shop: &Shop, name: &str) -> Option<Value> {
    let secret = format!("Bearer {}", shop.info["secret_key"].as_str().expect("a key"));
    let office = shop.visitor().with_header("authorization", &secret);
    let all = office.get("/admin/v1/campaigns").await.expect(200).value();
    all["data"].as_array().expect("campaigns").iter().find(|c| c["name"] == name).cloned()
}

/// Waits until the worker has brought it there; a minute at most.
async fn turned(shop: &Shop, name: &str, phase: &str) {
    for _ in 0..600 {
        if campaign(shop, name).await.is_some_and(|c| c["phase"] == phase) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{name} never came to {phase}: {:?}", campaign(shop, name).await)
}

/// Sends a form and kills the process some moments later.
async fn killed_within(shop: &mut Shop, path: &str, fields: &[(&'static str, String)], millis: u64) {
    let manager = staff(shop, "manager").await;
    let csrf = manager.get("/office/campaigns/new").await.expect(200).field("csrf").expect("a token");
    let mut fields = fields.to_vec();
    fields.push(("csrf", csrf));
    let path = path.to_owned();
    let sent = tokio::spawn(async move { manager.try_post(&path, &borrowed(&fields)).await.is_ok() });
    tokio::time::sleep(Duration::from_millis(millis)).await;
    shop.kill();
    let _ = sent.await;
    shop.kill_and_start_again();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_that_is_killed_while_it_turns_goes_on_where_it_stopped() {
    for engine in engines() {
        let mut shop = Shop::open(engine);
        fill(&shop);
        let before = prices(&shop).await;
        assert_eq!(before.len(), GOODS);
        let cut: BTreeMap<String, i64> = before.iter().map(|(sku, cents)| (sku.clone(), (cents * 80 + 50) / 100)).collect();
        let mut halfway = 0;
        for round in 0..ROUNDS {
            let name = format!("Nutraukta {round}");
            let fields = [
                ("name", name.clone()),
                ("how", "percent".into()),
                ("amount", "20".into()),
                ("goods", "all".into()),
                ("do", "save".into()),
            ];
            killed_within(&mut shop, "/office/campaigns", &fields, 60 + 240 * round).await;
            let Some(known) = campaign(&shop, &name).await else {
                assert_eq!(prices(&shop).await, before, "what was not planned changes nothing");
                continue;
            };
            halfway += usize::from(known["phase"] == "beginning");
            turned(&shop, &name, "running").await;
            assert_eq!(prices(&shop).await, cut, "round {round}: every price once, none twice");
            let ending = format!("/office/campaigns/{}/end", known["id"].as_str().expect("an id"));
            killed_within(&mut shop, &ending, &[], 40 + 240 * round).await;
            if campaign(&shop, &name).await.is_some_and(|c| c["phase"] == "running") {
                let manager = staff(&shop, "manager").await;
                let csrf = manager.get("/office/campaigns/new").await.expect(200).field("csrf").expect("a token");
                // 409: the end had begun before the kill, and goes on by itself.
                let again = manager.post(&ending, &[("csrf", &csrf)]).await;
                assert!(matches!(again.status, 303 | 409), "{} {}", again.status, again.body);
            }
            turned(&shop, &name, "ended").await;
            assert_eq!(prices(&shop).await, before, "round {round}: restored to the cent");
        }
        eprintln!("{engine}: {halfway} of {ROUNDS} kills met a campaign half turned");
    }
}
