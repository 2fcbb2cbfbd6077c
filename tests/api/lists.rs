//! Walking through long lists while others write.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{Api, order, shops};

/// All ids of a list, page by page, with something done between the pages.
async fn walk<F: AsyncFnMut(usize)>(api: &Api, path: &str, id: &str, mut between: F) -> Vec<String> {
    let mut ids = Vec::new();
    let mut after: Option<String> = None;
    for page in 0.. {
        assert!(page < 200, "{path} does not end");
        let cursor = after.as_deref().map_or_else(String::new, |a| format!("&after={a}"));
        let answer = api.get(&format!("{path}{cursor}")).await.expect(200).value();
        ids.extend(answer["data"].as_array().expect("rows").iter().map(|row| row[id].as_str().expect("an id").to_owned()));
        match answer["page"]["next"].as_str() {
            Some(next) => after = Some(next.to_owned()),
            None => break,
        }
        between(page).await;
    }
    ids
}

fn once(ids: &[String], path: &str) -> BTreeSet<String> {
    let set: BTreeSet<String> = ids.iter().cloned().collect();
    assert_eq!(set.len(), ids.len(), "{path}: a row came twice");
    set
}

#[tokio::test(flavor = "multi_thread")]
async fn products_are_walked_in_every_order_without_gap_or_repeat() {
    for shop in shops() {
        let store = Api::store(&shop).await;
        let whole = store.get("/store/v1/products?limit=100").await.expect(200).value();
        assert_eq!(whole["page"]["next"], Value::Null, "the demo fits on one page of a hundred");
        let all: Vec<String> =
            whole["data"].as_array().expect("rows").iter().map(|p| p["id"].as_str().expect("an id").to_owned()).collect();
        assert!(all.len() >= 60);
        let all = once(&all, "whole");
        for sort in ["rank", "price", "-price", "new", "name"] {
            for locale in ["lt", "de"] {
                let path = format!("/store/v1/products?limit=7&locale={locale}&sort={sort}");
                assert_eq!(once(&walk(&store, &path, "id", async |_| ()).await, &path), all, "{path}: a row is missing");
            }
        }
        let cheap = walk(&store, "/store/v1/search?limit=9&q=oak&locale=en&sort=price", "id", async |_| ()).await;
        once(&cheap, "search");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_that_come_in_meanwhile_neither_repeat_nor_hide_a_row() {
    for shop in shops() {
        let (store, office) = (Api::store(&shop).await, Api::office(&shop).await);
        let before = once(&walk(&office, "/admin/v1/orders?limit=200", "id", async |_| ()).await, "before");
        assert!(before.len() > 100, "the demo has a past");
        for sort in ["newest", "oldest", "dearest", "cheapest"] {
            let path = format!("/admin/v1/orders?limit=60&sort={sort}");
            let seen = walk(&office, &path, "id", async |page| {
                order(&store, &format!("tuo.metu.{sort}.{page}@demo.test")).await;
            });
            let seen = once(&seen.await, &path);
            assert!(seen.is_superset(&before), "{path}: {} rows are missing", before.difference(&seen).count());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_of_the_office_ends_and_says_each_row_once() {
    for shop in shops() {
        let office = Api::office(&shop).await;
        let lists = [
            "/admin/v1/customers?limit=7&sort=name",
            "/admin/v1/customers?limit=7&sort=touched",
            "/admin/v1/customers?limit=7&sort=created",
            "/admin/v1/tasks?limit=5",
            "/admin/v1/tasks?limit=50&done=true",
            "/admin/v1/inquiries?limit=5",
            "/admin/v1/products?limit=9",
        ];
        for path in lists {
            let rows = walk(&office, path, "id", async |_| ()).await;
            assert!(!rows.is_empty(), "{path}: the demo has some");
            once(&rows, path);
            let wide = path.split("limit=").next().unwrap_or_default().to_owned() + "limit=200";
            let wide = if path.contains("sort=") || path.contains("done=") {
                format!("{wide}&{}", path.split_once('&').map_or("", |(_, rest)| rest))
            } else {
                wide
            };
            assert_eq!(walk(&office, &wide, "id", async |_| ()).await, rows, "{path}: the same rows in the same order");
        }
        let placed = office.get("/admin/v1/orders?state=placed,confirmed&limit=200").await.expect(200).value();
        let states: BTreeSet<&str> =
            placed["data"].as_array().expect("rows").iter().filter_map(|o| o["state"].as_str()).collect();
        assert!(!states.is_empty() && states.iter().all(|s| ["placed", "confirmed"].contains(s)), "{states:?}");
        office.get("/admin/v1/orders?state=lost").await.expect(422);
    }
}
