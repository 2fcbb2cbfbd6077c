//! The API as a program meets it: real HTTP, on every engine at hand. Whatever is asked here,
//! the answer is held to the OpenAPI document.

mod archive;
mod buying;
mod cases;
mod contracts;
mod door;
mod links;
mod lists;
mod offers;
mod office;
mod prices;
mod scopes;

use serde_json::{Value, json};
use vitrina_tests::{Answer, Contract, How, Shop, Visitor, engines};

/// One side of the API, with its key.
pub struct Api {
    visitor: Visitor,
    contract: Contract,
    key: (&'static str, String),
}

impl Api {
    /// The store with the channel's publishable key.
    pub async fn store(shop: &Shop) -> Self {
        let key = shop.info["publishable_key"].as_str().expect("a publishable key");
        assert!(key.starts_with("vitrina_pk_"), "{key}");
        Self::new(shop, "/store/v1", ("Vitrina-Key", key.to_owned())).await
    }

    /// The office with the demo's key, which opens everything.
    pub async fn office(shop: &Shop) -> Self {
        Self::office_with(shop, shop.info["secret_key"].as_str().expect("a secret key")).await
    }

    pub async fn office_with(shop: &Shop, key: &str) -> Self {
        assert!(key.starts_with("vitrina_sk_"), "{key}");
        Self::new(shop, "/admin/v1", ("Authorization", format!("Bearer {key}"))).await
    }

    async fn new(shop: &Shop, base: &str, key: (&'static str, String)) -> Self {
        let visitor = shop.visitor();
        let document = visitor.get(&format!("{base}/openapi.json")).await.expect(200).value();
        Self { visitor, contract: Contract::of(document), key }
    }

    pub fn contract(&self) -> &Contract {
        &self.contract
    }

    /// Asks with the key and holds the answer to the document.
    pub async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&str>) -> Answer {
        let mut all = vec![(self.key.0, self.key.1.as_str())];
        all.extend_from_slice(headers);
        self.bare(method, path, &all, body).await
    }

    /// Asks without the key.
    pub async fn bare(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&str>) -> Answer {
        let answer = self.visitor.ask(method, path, headers, body).await;
        if !matches!(answer.status, 304) && method != "OPTIONS" && method != "HEAD" {
            let breaches = self.contract.breaches(method, path, answer.status, &answer.content_type, &answer.body);
            assert!(breaches.is_empty(), "{method} {path}: {breaches:#?}\n{}", answer.body);
        }
        answer
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], None).await
    }

    pub async fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.ask(method, path, &[], Some(&body.to_string())).await
    }
}

/// A cart with one piece of something that can be had, ready for the button; its token and sum.
pub async fn ready_cart(store: &Api, email: &str) -> (String, Value) {
    let products = store.get("/store/v1/products?limit=100").await.expect(200).value();
    let all = products["data"].as_array().expect("products");
    let variants = all.iter().flat_map(|p| p["variants"].as_array().expect("variants"));
    let stocked = |v: &&Value| v["availability"]["word"] == "in_stock" || v["availability"]["state"] == "in_stock";
    let variant = variants.clone().find(stocked).or_else(|| variants.clone().next()).expect("a variant");
    let cart = store.ask("POST", "/store/v1/carts", &[], None).await.expect(201);
    let token = cart.value()["token"].as_str().expect("a token").to_owned();
    assert_eq!(cart.header("location"), format!("/store/v1/carts/{token}"));
    let at = |rest: &str| format!("/store/v1/carts/{token}{rest}");
    store.send("POST", &at("/items"), &json!({ "variant": variant["id"], "quantity": "1" })).await.expect(200);
    let contact = json!({ "name": "Ona Programėlė", "email": email, "street": "Pilies g. 1", "city": "Vilnius",
        "postcode": "01123", "country": "LT" });
    store.send("PUT", &at("/contact"), &contact).await.expect(200);
    let options = store.get(&at("/shipping-options")).await.expect(200).value();
    let cart = store.send("PUT", &at("/delivery"), &json!({ "method": options["data"][0]["id"] })).await.expect(200).value();
    assert_eq!(cart["step"], "review");
    let total = cart["totals"]["gross"].clone();
    (token, total)
}

/// Orders a ready cart.
pub async fn order(store: &Api, email: &str) -> Value {
    let (token, total) = ready_cart(store, email).await;
    let agreed = json!({ "terms": true, "button_label": "Order with obligation to pay", "seen": total });
    store.send("POST", &format!("/store/v1/carts/{token}/order"), &agreed).await.expect(201).value()
}

/// A shop on each engine at hand.
pub fn shops() -> Vec<Shop> {
    engines().into_iter().map(Shop::open).collect()
}

/// A shop with settings of its own.
pub fn shop_with(engine: &str, settings: &[(&str, &str)]) -> Shop {
    let env = settings.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Shop::open_with(engine, How { env, args: Vec::new() })
}
