//! What is new in the catalogue: goods, prices, campaigns, and the open offers that a new price touches.

use serde_json::{Value, json};
use vitrina::{
    crm, desk,
    flows::{self, digest},
    kernel::{Fault, Right},
};

use super::desk::{Answer, Desk};

const PATH: &str = "/office/news";
/// Rows of each list on the page.
const PAGE: usize = 200;
/// Spans that can be chosen beside the newest.
const DAYS: &[i64] = &[7, 30];

fn reader(desk: &Desk) -> Result<desk::Reader, Fault> {
    digest::reader(&desk.actor, desk.locale)
}

pub async fn show(desk: Desk) -> Answer {
    let days = desk.query.get("days").parse::<i64>().ok().filter(|n| DAYS.contains(n));
    let news = digest::look(&desk.app, &desk.actor, reader(&desk)?, days, PAGE).await?;
    let chip = |n: &i64| json!({ "url": format!("{PATH}?days={n}"), "label": desk.say("office.news.days", &[("n", n.to_string())]), "on": days == Some(*n) });
    let mut spans = vec![json!({ "url": PATH, "label": desk.t("office.news.lately"), "on": days.is_none() })];
    spans.extend(DAYS.iter().map(chip));
    let campaigns: Vec<Value> = news
        .campaigns
        .iter()
        .map(|c| json!({ "name": c.name, "turn": c.turn, "at": c.at, "url": format!("/office/campaigns/{}", c.id) }))
        .collect();
    // A customer's name is for whoever may see customers.
    let names = desk.may(Right::CustomersRead);
    let offers: Vec<Value> = news
        .offers
        .iter()
        .map(|o| {
            json!({ "number": o.number, "customer": if names { o.customer.as_str() } else { "" }, "goods": o.goods,
                "url": format!("/office/offers/{}", o.offer), "customer_url": format!("/office/customers/{}", o.party) })
        })
        .collect();
    let context = json!({ "news": {
        "since": news.since, "spans": spans, "empty": news.is_empty(),
        "goods": news.goods, "more_goods": news.goods_count - count(news.goods.len()),
        "prices": news.prices, "more_prices": news.prices_count - count(news.prices.len()),
        "campaigns": campaigns, "offers": offers, "letter": letter_of(&desk).await?,
    }});
    desk.show("day", "news", context).await
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// Whether this person gets the letter; nothing for whom it is not written.
async fn letter_of(desk: &Desk) -> Result<Value, Fault> {
    if !desk.may(Right::OffersWrite) {
        return Ok(Value::Null);
    }
    let settings = desk.app.settings();
    let state = match (settings.flag("digest.on"), crm::wants_digest(desk.app.reader(), desk.staff.user).await?) {
        (false, _) => "nobody",
        (true, true) => "on",
        (true, false) => "off",
    };
    let hour = settings.int("digest.hour").to_string();
    Ok(json!({ "state": state, "text": desk.say(&format!("office.news.letter_{state}"), &[("hour", hour)]) }))
}

/// The person's own letter, on or off.
pub async fn letter(desk: Desk) -> Answer {
    let wanted = desk.form.get("on") == "1";
    flows::digest::want(&desk.app, &desk.actor, wanted).await?;
    desk.done(desk.back(PATH), if wanted { "office.flash.news_on" } else { "office.flash.news_off" })
}

/// A line for each kind of news with its place on the page, for My day; nothing where nothing is new.
///
/// # Faults
/// Whatever the database says.
pub async fn brief(desk: &Desk) -> Result<Vec<Value>, Fault> {
    if !desk.may(Right::CatalogRead) {
        return Ok(Vec::new());
    }
    let news = digest::look(&desk.app, &desk.actor, reader(desk)?, None, 0).await?;
    let line = |(key, n): (&str, i64)| json!({ "text": desk.say(&format!("office.news.count.{key}"), &[("n", n.to_string())]), "url": format!("{PATH}#{key}") });
    let all = [
        ("offers", count(news.offers.len())),
        ("prices", news.prices_count),
        ("campaigns", count(news.campaigns.len())),
        ("goods", news.goods_count),
    ];
    Ok(all.into_iter().filter(|(_, n)| *n > 0).map(line).collect())
}
