//! A customer with an agreement on nearly everything: what that costs beside what everybody sees.

use std::time::Duration;

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use crate::{clerk::Clerk, shop::Shop, wire::Wire};

/// Special prices that the customer has.
pub const AGREED: usize = 50_000;
/// Lines that one form of the office takes.
const FORM: usize = 2_000;
/// Different goods that one cart holds.
pub const LINES: usize = 100;

/// Somebody who has come in.
pub struct Partner {
    /// For the shop's pages.
    pub cookie: String,
    /// For the store API.
    session: String,
}

impl Partner {
    /// Makes the customer, agrees on the prices as the office's form does, and lets them in by the
    /// letter's link.
    pub async fn come(shop: &Shop, skus: &[String]) -> anyhow::Result<Self> {
        let mut clerk = Clerk::sign_in(shop).await?;
        let email = "partner@bench.test";
        let body = format!("name=Partner&email={email}&locale=lt");
        let made = clerk.post("/office/customers/new", "/office/customers", &body).await?;
        let customer = made.context("the customer's page")?;
        let mut lines = Vec::with_capacity(AGREED);
        // A price for one piece, then for three, then for ten: until there are enough.
        for (i, from) in ["", " 3", " 10", " 30", " 100"].iter().enumerate() {
            lines.extend(skus.iter().map(|sku| format!("{sku} {}{from}", 500 - i * 20)));
        }
        lines.truncate(AGREED);
        ensure!(lines.len() == AGREED, "{} goods are too few for {AGREED} prices", skus.len());
        for chunk in lines.chunks(FORM) {
            let body = format!("do=lines&lines={}", chunk.join("%0A").replace(' ', "+"));
            let prices = format!("{customer}/prices");
            clerk.post(&prices, &format!("{customer}/rules"), &body).await?.context("the agreement is refused")?;
        }
        let mut wire = Wire::open(&shop.url).await?;
        wire.json("POST", "/store/v1/sessions/links", &json!({ "email": email })).await?;
        let token = clerk.link(email).await?;
        let entered = wire.json("POST", "/store/v1/sessions", &json!({ "link": token })).await?;
        let session = entered.json()?["token"].as_str().context("nobody is let in")?.to_owned();
        Ok(Self { cookie: format!("vitrina=.{session}"), session })
    }

    /// The median time of pricing a cart of [`LINES`] different goods, in milliseconds: the
    /// partner's, and the same goods for nobody in particular.
    pub async fn carts(&self, shop: &Shop, variants: &[String]) -> anyhow::Result<(f64, f64)> {
        let own = format!("vitrina-session: {}\r\n", self.session);
        Ok((cart(shop, variants, &own).await?, cart(shop, variants, "").await?))
    }
}

async fn cart(shop: &Shop, variants: &[String], headers: &str) -> anyhow::Result<f64> {
    let mut wire = Wire::open(&shop.url).await?;
    let json = format!("content-type: application/json\r\n{headers}");
    let made: Value = wire.send("POST", "/store/v1/carts", &json, b"{}").await?.json()?;
    let token = made["token"].as_str().context("a cart")?.to_owned();
    let path = format!("/store/v1/carts/{token}");
    for variant in variants.iter().take(LINES) {
        let item = json!({ "variant": variant, "quantity": "3" }).to_string();
        let put = wire.send("POST", &format!("{path}/items"), &json, item.as_bytes()).await?;
        ensure!(put.status == 200, "the cart takes nothing: {}", String::from_utf8_lossy(&put.body));
    }
    let mut times = Vec::new();
    for _ in 0..21 {
        let begun = std::time::Instant::now();
        let seen = wire.send("GET", &path, headers, &[]).await?;
        ensure!(seen.status == 200, "the cart is gone");
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    Ok(median(&times).as_secs_f64() * 1000.0)
}

fn median(sorted: &[Duration]) -> Duration {
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}
