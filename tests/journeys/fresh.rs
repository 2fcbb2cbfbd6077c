//! What the office changes is what the next reader sees, although pages are kept.

use std::time::{Duration, Instant};

use serde_json::Value;
use vitrina_tests::{Shop, Visitor, engines};

use crate::{CHAIRS, first_product, staff};

/// The product at this address as the store API tells it.
async fn told(guest: &Visitor, path: &str) -> Value {
    let slug = path.rsplit('/').next().expect("a slug");
    guest.get(&format!("/store/v1/products/{slug}?locale=en")).await.expect(200).value()["product"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_price_is_on_the_very_next_page() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let guest = shop.visitor();
        let (path, _) = first_product(&guest, CHAIRS).await;
        let product = told(&guest, &path).await;
        let (id, variant) = (product["id"].as_str().expect("id"), product["variants"][0]["id"].as_str().expect("variant"));
        let owner = staff(&shop, "owner").await;
        for (typed, shown) in [("777,10", "777.10"), ("778,20", "778.20"), ("779,30", "779.30")] {
            // Asked twice, so that a kept page exists.
            for _ in 0..2 {
                assert!(!guest.get(&path).await.expect(200).body.contains(shown));
                guest.get(CHAIRS).await.expect(200);
            }
            let prices = format!("/office/products/{id}/prices");
            let csrf = owner.get(&prices).await.expect(200).field("csrf").expect("a token");
            owner.post(&prices, &[("csrf", &csrf), (&format!("price.{variant}"), typed)]).await.expect(303);
            assert!(guest.get(&path).await.expect(200).body.contains(shown), "the commit has answered, so the page is new");
            assert_eq!(told(&guest, &path).await["variants"][0]["price"]["gross"]["amount"], shown);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_name_is_found_within_a_moment() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let guest = shop.visitor();
        let (path, _) = first_product(&guest, CHAIRS).await;
        let product = told(&guest, &path).await;
        let id = product["id"].as_str().expect("id");
        let owner = staff(&shop, "owner").await;
        let page = format!("/office/products/{id}");
        let csrf = owner.get(&page).await.expect(200).field("csrf").expect("a token");
        owner.post(&format!("{page}/texts"), &[("csrf", &csrf), ("en.title", "Quokkazebra chair")]).await.expect(303);
        let begun = Instant::now();
        // Accents, capitals and the rest of the word do not matter.
        while !guest.get("/en/search?q=QUOKKAZÉB").await.expect(200).body.contains("Quokkazebra chair") {
            assert!(begun.elapsed() < Duration::from_secs(5), "still not found after five seconds");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}
