//! A long offer: how long its page takes to open in the office, its customer's page, and its paper.

use std::time::Instant;

use anyhow::{Context, ensure};

use crate::{clerk::Clerk, shop::Shop, wire::Wire};

/// Lines of the offer that is measured, and of the longest that stays fluent.
pub const LINES: [usize; 2] = [200, 500];
/// How often each is asked for.
const TIMES: usize = 15;

/// Medians in milliseconds.
pub struct Opened {
    pub office: f64,
    pub saved: f64,
    pub page: f64,
    pub paper: f64,
    /// Pages of the paper.
    pub pages: usize,
}

/// Makes an offer of so many lines for a customer of the demo, sends it and opens it.
pub async fn measure(shop: &Shop, skus: &[String], lines: usize) -> anyhow::Result<Opened> {
    let mut clerk = Clerk::sign_in(shop).await?;
    let people = clerk.get("/office/offers/new?q=Kopos").await?;
    let customer = people.split("name=\"customer\" value=\"").nth(1).and_then(|t| t.split('"').next()).context("a customer")?;
    let title = format!("Bench {lines}");
    let body = format!("customer={customer}&title={}", title.replace(' ', "+"));
    let own = clerk.post("/office/offers/new", "/office/offers", &body).await?.context("the offer's page")?;
    ensure!(skus.len() >= lines, "{} goods are too few for {lines} lines", skus.len());
    let pasted: Vec<String> = skus.iter().take(lines).map(|sku| format!("{sku}+2")).collect();
    clerk.post(&own, &format!("{own}/add"), &format!("lines={}", pasted.join("%0A"))).await?.context("the lines are refused")?;
    let office = median(TIMES, async || clerk.get(&own).await.map(drop)).await?;
    let token = clerk.csrf(&own).await?;
    let mut days = 30;
    let saved = median(TIMES, async || {
        days += 1;
        let done = clerk.send(&token, &format!("{own}/head"), &format!("valid_days={days}")).await?;
        ensure!(done.is_some(), "a change is refused");
        Ok(())
    })
    .await?;
    let mut pages = 0;
    let paper = median(TIMES, async || {
        let pdf = clerk.bytes(&format!("{own}/pdf")).await?;
        pages = count(&pdf);
        Ok(())
    })
    .await?;
    for (to, body) in [("approve", ""), ("step", "do=prepare"), ("send", "")] {
        // What lies above the floor needs no approval: that step may be refused.
        let done = clerk.post(&own, &format!("{own}/{to}"), body).await?;
        ensure!(done.is_some() || to == "approve", "{to} is refused");
    }
    let sent = clerk.get(&own).await?;
    let link = sent.split("/offer/").nth(1).and_then(|t| t.split(['"', '?']).next()).context("the customer's page")?.to_owned();
    let mut wire = Wire::open(&shop.url).await?;
    let page = median(TIMES, async || {
        let answer = wire.get(&format!("/lt/offer/{link}?look=1")).await?;
        ensure!(answer.status == 200, "the customer's page answers {}", answer.status);
        Ok(())
    })
    .await?;
    Ok(Opened { office, saved, page, paper, pages })
}

async fn median(times: usize, mut each: impl AsyncFnMut() -> anyhow::Result<()>) -> anyhow::Result<f64> {
    each().await?;
    let mut all = Vec::with_capacity(times);
    for _ in 0..times {
        let begun = Instant::now();
        each().await?;
        all.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    all.sort_by(f64::total_cmp);
    Ok(all[times / 2])
}

/// Pages of a PDF: its page tree says how many.
fn count(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf);
    let counts = text.split("/Count ").skip(1).filter_map(|t| t.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok());
    counts.max().unwrap_or(0)
}
