//! Prices that were agreed: levels of customers, what each gives, and what one customer has of
//! their own; with a question that answers *why this price*.

use std::collections::HashMap;

use serde_json::{Value, json};
use vitrina::{
    catalog::{self, field},
    channels,
    flows::{
        self,
        terms::{Explained, LevelForm, Wish},
    },
    kernel::{CategoryId, Currency, Fault, Kind, Moment, Money, PartyId, PriceLevelId, PriceRuleId, ProductId, Qty, Right},
    parties,
    pricing::{self, Gives, Holder, NewRule, RuleRow, What},
    translation,
};

use super::{
    campaigns::percent,
    desk::{Answer, Desk, Told},
    list::{Asked, Cell, Empty, Row},
    orders::plain_qty,
    page::Choice,
};
use crate::forms::{self, Slips};

const LEVELS: &str = "/office/levels";
const CUSTOMERS: &str = "/office/customers";
/// Rules on one page.
const PAGE: usize = 100;
/// Pasted lines that one form takes.
const LINES: usize = 2_000;

pub async fn levels(desk: Desk) -> Answer {
    let asked = Asked::new(LEVELS, &desk.query, &[]);
    let mut list = asked.list("office.place.levels", Empty::new("office.level.empty", "office.level.empty_text"));
    list.columns = vec![
        asked.column("office.level.name", "wide"),
        asked.column("office.level.customers", ""),
        asked.column("office.level.rules", "num less"),
    ];
    let row = |level: pricing::Level| {
        Row::new(level.id, level.name.clone()).cells(vec![
            Cell::open(format!("{LEVELS}/{}", level.id), level.name),
            Cell::quiet(desk.say("office.level.have", &[("n", level.customers.to_string())])),
            Cell::text(level.rules.to_string()),
        ])
    };
    list.rows = pricing::levels(desk.app.reader(), desk.app.now()).await?.into_iter().map(row).collect();
    desk.show("levels", "levels", json!({ "list": list, "typed": desk.old("name", "") })).await
}

pub async fn create(desk: Desk) -> Answer {
    let id = flows::terms::add_level(&desk.app, &desk.actor, desk.form.get("name")).await?;
    desk.done(&format!("{LEVELS}/{id}"), "office.flash.saved")
}

pub async fn level(desk: Desk) -> Answer {
    let id: PriceLevelId = desk.param("id")?;
    let level = pricing::level(desk.app.reader(), id, desk.app.now()).await?;
    let path = format!("{LEVELS}/{id}");
    // Half open inside, whole days outside.
    let (since, until) = (level.valid_from.map(|m| m.date()), level.valid_to.map(|m| Moment(m.0 - 1).date()));
    let day = |at: Option<time::Date>| at.map(|d| d.to_string()).unwrap_or_default();
    let head = json!({
        "since": desk.old("valid_from", day(since)), "until": desk.old("valid_until", day(until)),
        "off": !level.holds(desk.app.now()), "ended": level.valid_to.is_some_and(|to| to <= desk.app.now()),
        "export": format!("{path}/export"), "title": level.name, "up": LEVELS, "up_label": desk.t("office.place.levels"), "path": path,
        "name": desk.old("name", level.name), "customers": level.customers, "level": id,
    });
    page(&desk, Holder::Level(id), head, None).await
}

pub async fn change(desk: Desk) -> Answer {
    let id: PriceLevelId = desk.param("id")?;
    let mut slips = Slips::default();
    let mut named = |name: &str, read: fn(&forms::Form, &str) -> Result<Moment, Fault>| {
        if desk.form.get(name).is_empty() { None } else { slips.take(read(&desk.form, name)) }
    };
    let (valid_from, valid_to) = (named("valid_from", forms::day), named("valid_until", forms::end_of_day));
    slips.done()?;
    let to = LevelForm { name: desk.form.get("name").to_owned(), valid_from, valid_to };
    // The form calls the end by another name than the rule does.
    let done = flows::terms::change_level(&desk.app, &desk.actor, id, &to).await;
    done.map_err(|fault| if fault.code == "pricing.ends" { Fault::invalid("valid_until", "pricing.ends") } else { fault })?;
    desk.done(&format!("{LEVELS}/{id}"), "office.flash.saved")
}

pub async fn remove(desk: Desk) -> Answer {
    flows::terms::remove_level(&desk.app, &desk.actor, desk.param("id")?).await?;
    desk.done(LEVELS, "office.flash.level_removed")
}

pub async fn level_rules(mut desk: Desk) -> Answer {
    super::sheet::take(&mut desk, LINES).await?;
    let id: PriceLevelId = desk.param("id")?;
    add(&desk, Holder::Level(id), &format!("{LEVELS}/{id}")).await
}

pub async fn level_end(desk: Desk) -> Answer {
    let id: PriceLevelId = desk.param("id")?;
    end(&desk, Holder::Level(id), &format!("{LEVELS}/{id}")).await
}

pub async fn customer(desk: Desk) -> Answer {
    let db = desk.app.reader();
    let id: PartyId = desk.param("id")?;
    let found = parties::customer(db, &desk.scope(Right::CustomersRead)?, id).await?;
    let path = format!("{CUSTOMERS}/{id}");
    let has = pricing::level_of(db, id).await?.map(|(level, _)| level.to_string()).unwrap_or_default();
    let mut levels = vec![Choice::new("", desk.t("office.level.none"))];
    levels.extend(pricing::levels(db, desk.app.now()).await?.into_iter().map(|l| Choice::new(l.id.to_string(), l.name)));
    let currency = pricing::currency_of(db, id).await?.map(|c| c.to_string()).unwrap_or_default();
    let offered = channels::all(db).await?.first().map(channels::Channel::offered).unwrap_or_default();
    let own = |(i, c): (usize, &Currency)| Choice::new(if i == 0 { String::new() } else { c.to_string() }, c.to_string());
    let currencies: Vec<Choice> = offered.iter().enumerate().map(own).collect();
    let head = json!({
        "export": format!("{path}/rules/export"), "title": desk.t("office.level.prices"), "up": path, "up_label": found.display.clone(), "path": path,
        "currencies": currencies, "currency": desk.old("currency", currency),
        "levels": levels, "has": desk.old("level", has), "standing": super::law::standing(&desk, &found).await?,
    });
    page(&desk, Holder::Customer(id), head, Some(id)).await
}

pub async fn set_level(desk: Desk) -> Answer {
    let id: PartyId = desk.param("id")?;
    let level = match desk.form.opt("level") {
        Some(text) => Some(text.parse::<PriceLevelId>().map_err(|_| Fault::invalid("level", "form.choose"))?),
        None => None,
    };
    flows::terms::set_level(&desk.app, &desk.actor, id, level).await?;
    desk.done(&format!("{CUSTOMERS}/{id}/prices"), "office.flash.saved")
}

pub async fn set_currency(desk: Desk) -> Answer {
    let id: PartyId = desk.param("id")?;
    let currency = match desk.form.opt("currency") {
        Some(text) => Some(text.parse::<Currency>().map_err(|_| Fault::invalid("currency", "form.choose"))?),
        None => None,
    };
    flows::terms::set_currency(&desk.app, &desk.actor, id, currency).await?;
    desk.done(&format!("{CUSTOMERS}/{id}/prices"), "office.flash.saved")
}

pub async fn customer_rules(mut desk: Desk) -> Answer {
    super::sheet::take(&mut desk, LINES).await?;
    let id: PartyId = desk.param("id")?;
    add(&desk, Holder::Customer(id), &format!("{CUSTOMERS}/{id}/prices")).await
}

pub async fn customer_end(desk: Desk) -> Answer {
    let id: PartyId = desk.param("id")?;
    end(&desk, Holder::Customer(id), &format!("{CUSTOMERS}/{id}/prices")).await
}

pub async fn level_export(desk: Desk) -> Answer {
    let id: PriceLevelId = desk.param("id")?;
    export(&desk, Holder::Level(id)).await
}

pub async fn customer_export(desk: Desk) -> Answer {
    let id: PartyId = desk.param("id")?;
    export(&desk, Holder::Customer(id)).await
}

/// What is agreed on goods as a file that comes back through the same page.
async fn export(desk: &Desk, holder: Holder) -> Answer {
    let mut csv = super::sheet::Csv::new("sku;price;from;currency");
    for wish in flows::terms::sheet(&desk.app, &desk.actor, holder).await? {
        let (gives, currency) = match wish.gives {
            Gives::Off(rate) => (format!("{}%", super::campaigns::plain_percent(rate)), String::new()),
            Gives::Price(money) => (super::prices::plain_money(money), money.currency.to_string()),
        };
        let from = if wish.from > Qty::ONE { plain_qty(wish.from) } else { String::new() };
        csv.row(&wish.sku, &[&gives, &from, &currency]);
    }
    Ok(csv.answer("agreed-prices.csv"))
}

async fn end(desk: &Desk, holder: Holder, back: &str) -> Answer {
    let rule: PriceRuleId = desk.param("other")?;
    flows::terms::end(&desk.app, &desk.actor, holder, rule).await?;
    desk.done(back, "office.flash.rule_ended")
}

/// Either the pasted lines or the discount of a group, whichever button was pressed.
async fn add(desk: &Desk, holder: Holder, back: &str) -> Answer {
    let rules = if desk.form.get("do") == "group" { vec![group(desk, holder)?] } else { pasted(desk, holder).await? };
    let n = flows::terms::agree(&desk.app, &desk.actor, holder, &rules).await?;
    desk.told(back, Told { key: "office.flash.agreed".into(), args: vec![("n".into(), n.to_string())], undo: None })
}

fn group(desk: &Desk, holder: Holder) -> Result<NewRule, Fault> {
    let mut slips = Slips::default();
    let about = match desk.form.get("category") {
        "" => What::Everything,
        id => match id.parse::<CategoryId>() {
            Ok(id) => What::Category(id),
            Err(_) => return Err(Fault::invalid("category", "form.choose")),
        },
    };
    let off = slips.take(percent(desk.form.get("percent")).ok_or_else(|| Fault::invalid("percent", "form.number")));
    let from = if desk.form.get("from").is_empty() { Some(Qty::ZERO) } else { slips.take(forms::qty(&desk.form, "from")) };
    // The day that is named still belongs to it.
    let valid_to = if desk.form.get("until").is_empty() { None } else { slips.take(forms::end_of_day(&desk.form, "until")) };
    let cap = match desk.form.get("cap") {
        "" => None,
        text => slips.take(percent(text).ok_or_else(|| Fault::invalid("cap", "form.number"))),
    };
    slips.done()?;
    let (off, from) = (off.unwrap_or_default(), from.unwrap_or_default());
    let mut rule = NewRule { valid_to, stacks: cap, ..NewRule::new(holder, about, Gives::Off(off)).from(from) };
    rule.note = desk.form.get("note").to_owned();
    Ok(rule)
}

/// Lines as they come out of a sheet: SKU, a price or `12%`, and the quantity from which it holds.
async fn pasted(desk: &Desk, holder: Holder) -> Result<Vec<NewRule>, Fault> {
    let currency = channels::all(desk.app.reader()).await?.first().map_or(Currency::EUR, |c| c.currency);
    let mut wishes = Vec::new();
    let text = desk.form.get("lines").lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    for (i, line) in text {
        let slip = || Fault::invalid("lines", "office.line").arg("n", i + 1).arg("line", line.trim());
        wishes.push(wish(line, currency).ok_or_else(slip)?);
    }
    if wishes.is_empty() || wishes.len() > LINES {
        return Err(Fault::invalid("lines", "office.lines").arg("most", LINES));
    }
    let (rules, unknown) = flows::terms::rules_by_sku(&desk.app, holder, &wishes).await?;
    match unknown.as_slice() {
        [] => Ok(rules),
        some => Err(Fault::invalid("lines", "office.unknown_skus")
            .arg("skus", some.iter().take(8).cloned().collect::<Vec<_>>().join(", "))),
    }
}

/// A sheet's columns come apart by tabs or semicolons, what a person types by spaces.
fn wish(line: &str, currency: Currency) -> Option<Wish> {
    let line = line.trim();
    let cells: Vec<&str> = match line.contains(['\t', ';']) {
        true => line.split(['\t', ';']).map(str::trim).collect(),
        false => line.split_whitespace().collect(),
    };
    let (sku, gives, from) = match cells.as_slice() {
        [sku, gives] => (sku, gives, None),
        [sku, gives, from] => (sku, gives, Some(*from).filter(|f| !f.is_empty())),
        _ => return None,
    };
    // An agreement may be in another currency than the shop's own.
    let (gives, named) = super::sheet::priced(gives);
    let currency = named.unwrap_or(currency);
    let gives = match gives.strip_suffix('%') {
        Some(number) => Gives::Off(percent(number.trim_start_matches(['-', '−']))?),
        None => Gives::Price(Money { minor: forms::decimal(gives, 2)?, currency }),
    };
    let from = match from {
        Some(text) => Qty(forms::decimal(text, 3)?),
        None => Qty::ZERO,
    };
    Some(Wish { sku: (*sku).to_owned(), gives, from })
}

async fn page(desk: &Desk, holder: Holder, head: Value, customer: Option<PartyId>) -> Answer {
    let db = desk.app.reader();
    let after = desk.query.get("after").parse().ok();
    let mut rules = pricing::rules_of(db, holder, desk.app.now(), after, PAGE + 1).await?;
    let next = rules.get(PAGE).is_some().then(|| rules[PAGE - 1].id);
    rules.truncate(PAGE);
    let tree = catalog::categories(db).await?;
    let shelves = names(desk, tree.iter().map(|c| c.id.0).collect(), field::NAME).await?;
    let goods: Vec<ProductId> = rules.iter().filter_map(|r| r.product).collect();
    let titles = names(desk, goods.iter().map(|p| p.0).collect(), field::TITLE).await?;
    let mut categories = vec![Choice::new("", desk.t("office.level.everything"))];
    categories.extend(tree.iter().map(|c| {
        let indent = "\u{2003}".repeat(usize::try_from(c.depth).unwrap_or(0));
        Choice::new(c.id.to_string(), format!("{indent}{}", shelves.get(&c.id.0).cloned().unwrap_or_else(|| c.code.clone())))
    }));
    let by = vitrina::access::names(db).await?;
    let row = |r: &RuleRow| {
        let about = match (r.product, r.category) {
            (Some(product), _) => titles.get(&product.0).cloned().unwrap_or_default(),
            (None, Some(category)) => shelves.get(&category.0).cloned().unwrap_or_default(),
            (None, None) => desk.t("office.level.everything"),
        };
        json!({
            "id": r.id, "about": about, "sku": r.sku, "url": r.product.map(|p| format!("/office/products/{p}/prices")),
            "amount": r.amount, "off": r.off, "stacks": r.stacks, "from": Some(r.from).filter(|q| *q > Qty::ONE).map(plain_qty),
            "since": r.valid_from, "until": r.valid_to, "waits": r.valid_from > desk.app.now(), "note": r.note,
            "by": r.actor.strip_prefix("staff:").and_then(|id| by.get(&id.parse().ok()?).cloned()),
        })
    };
    let context = json!({
        "head": head, "rules": rules.iter().map(row).collect::<Vec<_>>(),
        "next": next.map(|id| crate::urls::with(&desk.path, &[("after", &id.to_string())])),
        "categories": categories, "ask": customer.is_some(),
        "typed": {
            "lines": desk.old("lines", ""), "category": desk.old("category", ""), "percent": desk.old("percent", ""),
            "from": desk.old("from", ""), "until": desk.old("until", ""), "cap": desk.old("cap", ""), "note": desk.old("note", ""),
            "sku": desk.query.get("sku"), "qty": desk.query.opt("qty").unwrap_or("1"),
        },
        "why": match customer {
            Some(party) if desk.query.has("sku") => why(desk, party).await?,
            _ => Value::Null,
        },
    });
    desk.show(if customer.is_some() { "customers" } else { "levels" }, "terms", context).await
}

async fn names(desk: &Desk, ids: Vec<uuid::Uuid>, field: &str) -> Result<HashMap<uuid::Uuid, String>, Fault> {
    let texts = translation::texts_of(desk.app.reader(), &ids).await?;
    Ok(ids.into_iter().map(|id| (id, texts.word(id, field, desk.locale).to_owned())).collect())
}

/// The answer to *why this price*, or what is wrong with the question.
async fn why(desk: &Desk, party: PartyId) -> Result<Value, Fault> {
    let channel = channels::all(desk.app.reader()).await?.into_iter().next().ok_or_else(|| Fault::not_found("page.not_found"))?;
    let qty = forms::decimal(desk.query.opt("qty").unwrap_or("1"), 3).map(Qty).filter(|q| *q > Qty::ZERO).unwrap_or(Qty::ONE);
    let none = vitrina::configure::Input::new();
    let wanted = (desk.query.get("sku").trim(), qty, &none);
    let asked = flows::terms::explain(&desk.app, &desk.actor, (&channel, desk.locale), Some(party), wanted);
    match asked.await {
        Ok(told) => Ok(explained(desk, &told)),
        Err(fault) if matches!(fault.kind, Kind::Invalid | Kind::NotFound) => {
            Ok(json!({ "fault": desk.say(&format!("fault.{}", fault.code), &fault.args) }))
        }
        Err(fault) => Err(fault),
    }
}

fn explained(desk: &Desk, e: &Explained) -> Value {
    let weighed = e.weighed.iter().map(|w| {
        json!({
            "ground": desk.t(&format!("office.level.ground.{}", w.ground)), "level": w.level,
            "about": desk.t(&format!("office.level.about.{}", w.about)), "off": w.off, "stacks": w.stacks, "price": w.price,
            "from": Some(w.from).filter(|q| *q > Qty::ONE).map(plain_qty), "unit": w.unit, "won": w.won,
        })
    });
    json!({
        "title": e.title, "sku": e.sku, "qty": plain_qty(e.qty), "unit": e.each, "without_vat": e.tax == channels::TaxDisplay::Net, "total": e.total, "net": e.net, "vat": e.vat,
        "rate": e.rate, "regular": e.regular, "public": e.public, "campaign": e.campaign, "own": e.why, "margin": e.margin, "weighed": weighed.collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use vitrina::kernel::Rate;

    use super::*;

    #[test]
    fn lines_come_from_sheets_and_from_fingers() {
        let read = |line: &str| wish(line, Currency::EUR).map(|w| (w.sku, w.gives, w.from.0));
        assert_eq!(read("KD-1 215,00 6"), Some(("KD-1".into(), Gives::Price(Money::eur(215_00)), 6_000)));
        assert_eq!(read("KD-1\t1 215.50\t"), Some(("KD-1".into(), Gives::Price(Money::eur(1_215_50)), 0)));
        assert_eq!(read("KD-1;-12,5%;2,5"), Some(("KD-1".into(), Gives::Off(Rate(125_000)), 2_500)));
        assert_eq!(read(" KD-1  12% "), Some(("KD-1".into(), Gives::Off(Rate::percent(12)), 0)));
        for wrong in ["KD-1", "KD-1 x", "KD-1 1,234", "KD-1 5 6 7", "KD-1 12% x"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
