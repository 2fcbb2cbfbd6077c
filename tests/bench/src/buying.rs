//! A crowd of buyers: cart additions as the shop's form makes them, whole checkouts as a
//! headless shop makes them.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use futures_util::future::try_join_all;
use serde_json::{Value, json};

use crate::{load::Rate, shop, wire::Wire};

/// Who buys, where.
pub struct Buyers<'a> {
    pub url: &'a str,
    pub server: u32,
    pub connections: usize,
    pub seconds: u64,
    pub variants: &'a [String],
}

impl Buyers<'_> {
    /// `POST /lt/cart/add` without a pause; a new cart after every tenth piece.
    pub async fn additions(&self) -> anyhow::Result<Rate> {
        self.crowd(|mut buyer| async move {
            let mut cookie = String::new();
            while buyer.goes_on() {
                if buyer.done.is_multiple_of(10) {
                    cookie.clear();
                }
                let body = format!("variant={}&qty=1", buyer.pick());
                // A browser says where the form came from.
                let headers = format!("content-type: application/x-www-form-urlencoded\r\norigin: {}\r\n{cookie}", buyer.url);
                let begun = Instant::now();
                let answer = buyer.wire.send("POST", "/lt/cart/add", &headers, body.as_bytes()).await?;
                buyer.note(begun, answer.status == 303);
                if let Some(set) = answer.header("set-cookie").and_then(|c| c.split(';').next()) {
                    cookie = format!("cookie: {set}\r\n");
                }
            }
            Ok(buyer)
        })
        .await
    }

    /// Five requests of the store API from an empty cart to an order that is paid by transfer.
    pub async fn checkouts(&self) -> anyhow::Result<Rate> {
        let method = self.delivery().await?;
        self.crowd(|mut buyer| {
            let method = method.clone();
            async move {
                while buyer.goes_on() {
                    let begun = Instant::now();
                    let bought = buyer.buy(&method).await?;
                    buyer.note(begun, bought);
                }
                Ok(buyer)
            }
        })
        .await
    }

    async fn delivery(&self) -> anyhow::Result<String> {
        let mut wire = Wire::open(self.url).await?;
        let cart = wire.json("POST", "/store/v1/carts", &json!({})).await?.json()?;
        let path = format!("/store/v1/carts/{}", cart["token"].as_str().context("a cart")?);
        let item = json!({ "variant": self.variants[0], "quantity": "1" });
        let added = wire.json("POST", &format!("{path}/items"), &item).await?;
        ensure!(added.status < 300, "{}", String::from_utf8_lossy(&added.body));
        wire.json("PUT", &format!("{path}/contact"), &contact(0)).await?;
        let options = wire.get(&format!("{path}/shipping-options")).await?.json()?;
        let first = options["data"].as_array().and_then(|all| all.first()).context("a way to deliver")?;
        Ok(first["id"].as_str().or_else(|| first["method"].as_str()).context("its id")?.to_owned())
    }

    async fn crowd<F, R>(&self, one: F) -> anyhow::Result<Rate>
    where
        F: Fn(Buyer) -> R,
        R: Future<Output = anyhow::Result<Buyer>> + Send + 'static,
    {
        let before = shop::cpu(self.server);
        let begun = Instant::now();
        let mut all = Vec::new();
        for seat in 0..self.connections {
            let buyer = Buyer {
                url: self.url.to_owned(),
                wire: Wire::open(self.url).await?,
                variants: self.variants.to_vec(),
                seat,
                done: 0,
                errors: 0,
                times: Vec::new(),
                until: begun + Duration::from_secs(self.seconds),
            };
            all.push(tokio::spawn(one(buyer)));
        }
        let buyers = try_join_all(all).await?.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
        let lasted = begun.elapsed();
        let spent = shop::cpu(self.server) - before;
        let times = buyers.iter().flat_map(|b| b.times.iter().copied()).collect();
        Rate::of(times, buyers.iter().map(|b| b.errors).sum(), lasted, spent).context("nobody could buy anything")
    }
}

struct Buyer {
    url: String,
    wire: Wire,
    variants: Vec<String>,
    seat: usize,
    done: usize,
    errors: u64,
    /// Microseconds.
    times: Vec<u32>,
    until: Instant,
}

impl Buyer {
    fn goes_on(&self) -> bool {
        Instant::now() < self.until
    }

    fn pick(&self) -> &str {
        &self.variants[(self.seat * 7919 + self.done * 104_729) % self.variants.len()]
    }

    fn note(&mut self, begun: Instant, good: bool) {
        self.done += 1;
        if good {
            self.times.push(u32::try_from(begun.elapsed().as_micros()).unwrap_or(u32::MAX));
        } else {
            self.errors += 1;
        }
    }

    async fn buy(&mut self, method: &str) -> anyhow::Result<bool> {
        let opened = self.wire.json("POST", "/store/v1/carts", &json!({})).await?;
        let Some(token) = opened.json()?["token"].as_str().map(str::to_owned) else { return Ok(false) };
        let path = format!("/store/v1/carts/{token}");
        let item = json!({ "variant": self.pick(), "quantity": "1" });
        if self.wire.json("POST", &format!("{path}/items"), &item).await?.status >= 300 {
            return Ok(false);
        }
        let contact = contact(self.seat * 1_000_000 + self.done);
        if self.wire.json("PUT", &format!("{path}/contact"), &contact).await?.status >= 300 {
            return Ok(false);
        }
        let chosen = self.wire.json("PUT", &format!("{path}/delivery"), &json!({ "method": method })).await?;
        if chosen.status >= 300 {
            return Ok(false);
        }
        let agreed = json!({ "terms": true, "button_label": "Užsakyti ir įsipareigoti sumokėti" });
        let ordered = self.wire.json("POST", &format!("{path}/order"), &agreed).await?;
        Ok(ordered.status == 201)
    }
}

fn contact(n: usize) -> Value {
    json!({
        "name": format!("Pirkėja {n}"),
        "email": format!("pirkeja-{n}@demo.test"),
        "phone": "+37060000000",
        "street": "Gedimino pr. 1",
        "city": "Vilnius",
        "postcode": "LT-01103",
        "country": "LT",
    })
}
