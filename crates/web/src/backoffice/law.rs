//! What the law says: VAT rates by country and date, whether the shop is a VAT payer, whose rates
//! it charges abroad; and which customers are businesses.

use serde_json::{Value, json};
use vitrina::{
    channels, desk as counts, flows,
    kernel::{Fault, Moment, Money, PartyId, Rate, Right},
    parties,
    tax::{self, Buyer, Law, LawRow, RateRow, Standing, VatCode},
};

use super::{
    desk::{Answer, Desk},
    page::Choice,
};
use crate::forms::{self, Slips};

const PAGE: &str = "/office/tax";

pub async fn show(desk: Desk) -> Answer {
    let db = desk.app.reader();
    let now = desk.app.now();
    let home = channels::all(db).await?.first().map_or_else(|| "LT".to_owned(), |c| c.country.clone());
    let country = desk.query.opt("country").unwrap_or(&home).to_ascii_uppercase();
    let all = tax::rate_rows(db).await?;
    let mut countries: Vec<&str> = all.iter().map(|r| r.country.as_str()).collect();
    countries.dedup();
    let choices: Vec<Choice> = countries.iter().map(|c| Choice::new(*c, named(&desk, c))).collect();
    let mut last = "";
    let mut rates = Vec::new();
    for row in all.iter().filter(|r| r.country == country) {
        // The rows of a category fall in time: the first that has begun is in force.
        let waits = row.valid_from > now;
        let holds = !waits && last != row.category;
        if !waits {
            last = &row.category;
        }
        rates.push(json!({
            "category": row.category, "word": word(&desk, &row.category), "rate": row.rate, "from": row.valid_from,
            "waits": waits, "holds": holds,
        }));
    }
    let law = tax::rates(db).await?;
    let facts = tax::law_rows(db).await?;
    let dated = |kind: Law| -> Vec<Value> {
        let of = facts.iter().filter(|f| f.kind == kind.as_str() && f.country == home);
        of.map(|f| json!({ "holds": f.holds, "from": f.valid_from, "waits": f.valid_from > now })).collect()
    };
    let abroad = abroad(&desk, &home).await?;
    let context = json!({
        "abroad": abroad,
        "country": country, "home": home, "countries": choices, "rates": rates,
        "payer": law.payer(&home, now), "oss": law.oss(&home, now),
        "facts": [
            { "kind": "no_payer", "holds": !law.payer(&home, now), "rows": dated(Law::NoPayer) },
            { "kind": "oss", "holds": law.oss(&home, now), "rows": dated(Law::Oss) },
        ],
        "typed": {
            "category": desk.old("category", "standard"), "rate": desk.old("rate", ""), "from": desk.old("from", ""),
        },
    });
    desk.show("tax", "tax", context).await
}

/// How sales to consumers elsewhere in the Union stand to the threshold; nothing where there is
/// nothing to decide.
pub async fn abroad(desk: &Desk, home: &str) -> Result<Value, Fault> {
    let threshold = Money::eur(desk.app.settings().int("tax.oss_threshold") * 100);
    let Some(count) = counts::abroad(desk.app.reader(), home, threshold, desk.app.now()).await? else { return Ok(Value::Null) };
    let uncounted: Vec<String> = count.uncounted.iter().map(ToString::to_string).collect();
    Ok(json!({ "count": count, "uncounted": uncounted.join(", "), "year": count.year.to_string() }))
}

fn named(desk: &Desk, country: &str) -> String {
    let key = format!("country.{country}");
    let name = desk.t(&key);
    if name == key { country.to_owned() } else { format!("{name} ({country})") }
}

fn word(desk: &Desk, category: &str) -> String {
    let key = format!("office.tax.category.{category}");
    let word = desk.t(&key);
    if word == key { category.to_owned() } else { word }
}

fn from(desk: &Desk, slips: &mut Slips) -> Moment {
    slips.take(forms::day(&desk.form, "from")).unwrap_or_else(|| desk.app.now())
}

pub async fn add_rate(desk: Desk) -> Answer {
    let mut slips = Slips::default();
    let text = desk.form.get("rate").trim().trim_end_matches('%').trim();
    let rate = slips.take(forms::decimal(text, 4).map(Rate).ok_or_else(|| Fault::invalid("rate", "form.number")));
    let valid_from = from(&desk, &mut slips);
    slips.done()?;
    let country = desk.form.get("country").to_ascii_uppercase();
    let category = desk.form.get("category").trim().to_ascii_lowercase();
    let row = RateRow { country: country.clone(), category, rate: rate.unwrap_or_default(), valid_from };
    flows::tax::set_rate(&desk.app, &desk.actor, &row).await?;
    desk.done(&format!("{PAGE}?country={country}"), "office.flash.saved")
}

pub async fn take_back(desk: Desk) -> Answer {
    let lost = || Fault::not_found("request.not_found");
    let (country, category) = (desk.query.get("country").to_owned(), desk.query.get("category").to_owned());
    let valid_from = Moment(desk.query.get("from").parse().map_err(|_| lost())?);
    let row = RateRow { country: country.clone(), category, rate: Rate::ZERO, valid_from };
    flows::tax::take_back(&desk.app, &desk.actor, &row).await?;
    desk.done(&format!("{PAGE}?country={country}"), "office.flash.saved")
}

pub async fn set_fact(desk: Desk) -> Answer {
    let kind: Law = desk.form.get("kind").parse().map_err(|_| Fault::invalid("kind", "form.choose"))?;
    let mut slips = Slips::default();
    let valid_from = from(&desk, &mut slips);
    slips.done()?;
    let country = desk.form.get("country").to_ascii_uppercase();
    let row = LawRow { kind: kind.as_str().to_owned(), country, holds: desk.form.get("holds") == "yes", valid_from };
    flows::tax::set_law(&desk.app, &desk.actor, kind, &row).await?;
    desk.done(PAGE, "office.flash.saved")
}

/// A customer's standing, for the page of their prices.
pub async fn standing(desk: &Desk, card: &parties::CustomerView) -> Result<Value, Fault> {
    let buyer = tax::buyer(desk.app.reader(), card.id).await?;
    let by = vitrina::access::names(desk.app.reader()).await?;
    let code = card.vat_code.as_deref();
    let Buyer { net, note, .. } = buyer.clone();
    let stored = |on: bool| if on { "yes" } else { "" };
    Ok(json!({
        "business": desk.old("business", stored(buyer.business())), "net": desk.old("net", stored(net)), "note": desk.old("note", note),
        "verified_at": buyer.verified_at,
        "by": buyer.verified_by.as_deref().and_then(|b| b.strip_prefix("staff:")).and_then(|id| by.get(&id.parse().ok()?).cloned()),
        "code": code, "sound": code.is_some_and(|c| c.parse::<VatCode>().is_ok()),
        "state": buyer.state(code), "checked_at": buyer.vat_checked_at, "asked_at": buyer.vat_asked_at, "proof": buyer.vat_proof,
        "name": buyer.vat_name, "problem": buyer.vat_problem, "may": desk.may(Right::CustomersWrite),
    }))
}

pub async fn set_standing(desk: Desk) -> Answer {
    let id: PartyId = desk.param("id")?;
    let to = Standing { business: desk.form.has("business"), net: desk.form.has("net"), note: desk.form.get("note").to_owned() };
    flows::tax::set_standing(&desk.app, &desk.actor, id, &to).await?;
    desk.done(&format!("/office/customers/{id}/prices"), "office.flash.saved")
}

pub async fn ask_register(desk: Desk) -> Answer {
    let id: PartyId = desk.param("id")?;
    flows::tax::ask(&desk.app, &desk.actor, id).await?;
    desk.done(&format!("/office/customers/{id}/prices"), "office.flash.register_asked")
}
