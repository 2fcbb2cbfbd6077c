//! Price lists: what they are, the exchange rates between them, and their prices as a sheet.

use std::collections::HashMap;

use serde_json::{Value, json};
use vitrina::{
    catalog::{self, SheetRow},
    channels,
    flows::{self, price_lists::ListForm},
    kernel::{Currency, Fault, Money, PriceListId, ProductId, VariantId},
    pricing::{self, ExchangeRate, PriceList, Rounding},
};

use super::{
    desk::{Answer, Desk, Told},
    list::{Asked, Cell, Empty, Row},
    page::Choice,
    prices::plain_money,
    product::Opened,
};
use crate::forms::{self, Slips};

const PATH: &str = "/office/price-lists";
/// Rows of a sheet on one page.
const PAGE: usize = 100;
/// Pasted lines that one form takes.
const LINES: usize = 5_000;

pub async fn list(desk: Desk) -> Answer {
    let db = desk.app.reader();
    let asked = Asked::new(PATH, &desk.query, &[]);
    let mut list = asked.list("office.place.lists", Empty::new("office.lists.empty", "office.lists.empty_text"));
    list.columns = vec![
        asked.column("office.lists.name", "wide"),
        asked.column("office.lists.currency", ""),
        asked.column("office.lists.follows", "extra"),
        asked.column("office.lists.shown", ""),
        asked.column("office.lists.prices", "num"),
    ];
    let lists = pricing::lists(db).await?;
    let sizes = pricing::list_sizes(db).await?;
    let channels = channels::all(db).await?;
    for l in &lists {
        let shown: Vec<&str> = channels.iter().filter(|c| shows(c, l)).map(|c| c.name.as_str()).collect();
        let follows = l.follows.and_then(|id| lists.iter().find(|o| o.id == id)).map_or("", |o| o.name.as_str());
        list.rows.push(Row::new(l.id, l.name.clone()).cells(vec![
            Cell::open(format!("{PATH}/{}", l.id), l.name.clone()),
            Cell::text(l.currency.to_string()),
            Cell::quiet(follows.to_owned()),
            Cell::text(shown.join(", ")),
            Cell::text(sizes.get(&l.id).copied().unwrap_or(0).to_string()),
        ]));
    }
    let exchange = pricing::exchange(db).await?;
    let by = vitrina::access::names(db).await?;
    let rate = |r: &ExchangeRate| {
        let who = r.actor.strip_prefix("staff:").and_then(|id| by.get(&id.parse().ok()?).cloned());
        json!({
            "base": r.base, "quote": r.quote, "from": r.valid_from, "rate": plain_rate(r.rate_micro), "by": who,
            "waits": r.valid_from > desk.app.now(), "at": r.valid_from.0,
        })
    };
    let home = channels.first().map_or(Currency::EUR, |c| c.currency);
    let context = json!({
        "list": list, "rates": exchange.rates().iter().take(60).map(rate).collect::<Vec<_>>(),
        "typed": {
            "name": desk.old("name", ""), "currency": desk.old("currency", ""),
            "follows": desk.old("follows", channels.first().map(|c| c.price_list.to_string()).unwrap_or_default()),
            "ending": desk.old("ending", Rounding::Ninety.as_str()),
            "base": desk.old("base", home.to_string()), "quote": desk.old("quote", ""), "rate": desk.old("rate", ""),
            "from": desk.old("from", ""),
        },
        "sources": sources(&desk, &lists, None), "endings": endings(&desk),
    });
    desk.show("lists", "price_lists", context).await
}

fn shows(channel: &channels::Channel, list: &PriceList) -> bool {
    channel.price_list == list.id || channel.currencies.iter().any(|(_, id)| *id == list.id)
}

/// Lists that may be followed: those that follow none.
fn sources(desk: &Desk, lists: &[PriceList], but: Option<PriceListId>) -> Vec<Choice> {
    let mut all = vec![Choice::new("", desk.t("office.lists.by_hand"))];
    let free = lists.iter().filter(|l| l.follows.is_none() && Some(l.id) != but);
    all.extend(free.map(|l| Choice::new(l.id.to_string(), format!("{} · {}", l.name, l.currency))));
    all
}

fn endings(desk: &Desk) -> Vec<Choice> {
    Rounding::ALL.iter().map(|r| Choice::new(r.as_str(), desk.t(&format!("office.reprice.{}", r.as_str())))).collect()
}

/// "4.27": no more places than it has.
pub fn plain_rate(micro: i64) -> String {
    let text = format!("{}.{:06}", micro / 1_000_000, micro % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn currency(desk: &Desk, name: &str) -> Result<Currency, Fault> {
    desk.form.get(name).trim().parse().map_err(|_| Fault::invalid(name, "form.currency"))
}

fn wanted(desk: &Desk) -> Result<ListForm, Fault> {
    let follows = match desk.form.opt("follows") {
        Some(id) => Some(id.parse().map_err(|_| Fault::invalid("follows", "form.choose"))?),
        None => None,
    };
    let ending = desk.form.get("ending").parse().unwrap_or(Rounding::Cent);
    Ok(ListForm { name: desk.form.get("name").to_owned(), follows, ending })
}

pub async fn create(desk: Desk) -> Answer {
    let mut slips = Slips::default();
    let (currency, form) = (slips.take(currency(&desk, "currency")), slips.take(wanted(&desk)));
    slips.done()?;
    let (Some(currency), Some(form)) = (currency, form) else { return Err(Fault::invalid("currency", "form.choose")) };
    let id = flows::price_lists::add(&desk.app, &desk.actor, currency, &form).await?;
    desk.done(&format!("{PATH}/{id}"), "office.flash.saved")
}

pub async fn change(desk: Desk) -> Answer {
    let id: PriceListId = desk.param("id")?;
    flows::price_lists::change(&desk.app, &desk.actor, id, &wanted(&desk)?).await?;
    desk.done(&format!("{PATH}/{id}"), "office.flash.saved")
}

pub async fn set_rate(desk: Desk) -> Answer {
    let mut slips = Slips::default();
    let (base, quote) = (slips.take(currency(&desk, "base")), slips.take(currency(&desk, "quote")));
    let typed = forms::decimal(desk.form.get("rate"), 6).ok_or_else(|| Fault::invalid("rate", "form.number"));
    let rate = slips.take(typed);
    let from = desk.form.opt("from").and_then(|_| slips.take(forms::day(&desk.form, "from")));
    slips.done()?;
    let (Some(base), Some(quote), Some(rate)) = (base, quote, rate) else { return Err(Fault::invalid("rate", "form.number")) };
    flows::price_lists::set_rate(&desk.app, &desk.actor, (base, quote), from, rate).await?;
    desk.done(PATH, "office.flash.saved")
}

pub async fn drop_rate(desk: Desk) -> Answer {
    let between = (currency(&desk, "base")?, currency(&desk, "quote")?);
    let from = desk.form.get("at").parse().map(vitrina::kernel::Moment).map_err(|_| Fault::not_found("request.not_found"))?;
    flows::price_lists::drop_rate(&desk.app, &desk.actor, between, from).await?;
    desk.done(PATH, "office.flash.saved")
}

pub async fn shown(desk: Desk) -> Answer {
    let id: PriceListId = desk.param("id")?;
    let channel = channels::by_id(desk.app.reader(), desk.form.get("channel").parse().map_err(|_| unknown())?).await?;
    flows::price_lists::show_in(&desk.app, &desk.actor, &channel, id, desk.form.get("shown") == "yes").await?;
    desk.done(&format!("{PATH}/{id}"), "office.flash.saved")
}

fn unknown() -> Fault {
    Fault::not_found("request.not_found")
}

pub async fn show(desk: Desk) -> Answer {
    page(&desk, Value::Null).await
}

async fn page(desk: &Desk, preview: Value) -> Answer {
    let db = desk.app.reader();
    let id: PriceListId = desk.param("id")?;
    let lists = pricing::lists(db).await?;
    let own = pricing::list(db, id).await?;
    let channels = channels::all(db).await?;
    let limit = u32::try_from(PAGE + 1).unwrap_or(u32::MAX);
    let mut rows = catalog::sheet(db, desk.query.get("q"), desk.query.get("after"), limit).await?;
    let next = rows.get(PAGE).is_some().then(|| rows[PAGE - 1].sku.clone());
    rows.truncate(PAGE);
    // Beside a list by hand stand the prices of the shop's own list; beside that one nothing.
    let home = channels.first().map(|c| c.price_list).filter(|list| *list != id);
    let beside = own.follows.or(home).and_then(|beside| lists.iter().find(|l| l.id == beside));
    let shown = |c: &channels::Channel| {
        let can = c.currency != own.currency;
        json!({ "id": c.id, "name": c.name, "own": c.price_list == id, "on": shows(c, &own), "can": can })
    };
    let here = json!({
        "path": format!("{PATH}/{id}"), "title": own.name, "currency": own.currency, "by_hand": own.follows.is_none(),
        "name": desk.old("name", own.name.clone()), "ending": desk.old("ending", own.ending.as_str()),
        "follows": desk.old("follows", own.follows.map(|f| f.to_string()).unwrap_or_default()),
        "q": desk.query.get("q"), "beside": beside.map(|l| l.name.clone()), "lines": desk.old("lines", desk.form.get("lines")),
    });
    let query = desk.query.get("q");
    let context = json!({
        "here": here, "rows": sheet(desk, &rows, &own, beside).await?, "sources": sources(desk, &lists, Some(id)),
        "endings": endings(desk), "preview": preview,
        "channels": channels.iter().map(shown).collect::<Vec<_>>(),
        "may_show": desk.may(vitrina::kernel::Right::SettingsManage),
        "next": next.map(|sku| crate::urls::with(&format!("{PATH}/{id}"), &[("q", query), ("after", &sku)])),
        "first": desk.query.has("after").then(|| crate::urls::with(&format!("{PATH}/{id}"), &[("q", query)])),
    });
    desk.show("lists", "price_list", context).await
}

/// What goods are called, by variant.
async fn names(desk: &Desk, rows: &[SheetRow]) -> Result<HashMap<VariantId, String>, Fault> {
    let db = desk.app.reader();
    let mut ids: Vec<ProductId> = rows.iter().map(|r| r.product).collect();
    ids.sort_unstable();
    ids.dedup();
    let Some(first) = ids.first().copied() else { return Ok(HashMap::new()) };
    let all = catalog::bundles(db, &ids).await?;
    let opened = Opened { id: first, all, channel: channels::by_code(db, "default").await? };
    let mut names = HashMap::new();
    for product in &opened.all.products {
        let title = opened.all.texts.word(product.id, catalog::field::TITLE, desk.locale);
        for variant in &product.variants {
            let own = opened.variant_name(variant, desk.locale);
            let name = if product.variants.len() > 1 { format!("{title} · {own}") } else { title.to_owned() };
            names.insert(variant.id, name);
        }
    }
    Ok(names)
}

async fn sheet(desk: &Desk, rows: &[SheetRow], own: &PriceList, beside: Option<&PriceList>) -> Result<Vec<Value>, Fault> {
    let (db, now) = (desk.app.reader(), desk.app.now());
    let ids: Vec<VariantId> = rows.iter().map(|r| r.variant).collect();
    let prices = pricing::prices_of(db, own.id, &ids, now).await?;
    let others = match beside {
        Some(list) => pricing::prices_of(db, list.id, &ids, now).await?,
        None => HashMap::new(),
    };
    let names = names(desk, rows).await?;
    let row = |r: &SheetRow| {
        let price = prices.get(&r.variant);
        let stored = price.map(|p| plain_money(p.amount)).unwrap_or_default();
        let field = format!("p.{}", r.variant);
        json!({
            "field": field, "was": format!("was.{}", r.variant), "sku": r.sku, "name": names.get(&r.variant),
            "url": format!("/office/products/{}/prices", r.product), "price": price.map(|p| p.amount),
            "reduced": price.is_some_and(|p| p.reference.is_some()), "campaign": price.is_some_and(|p| p.campaign.is_some()),
            "beside": others.get(&r.variant).map(|p| p.amount), "input": desk.old(&field, stored.clone()), "stored": stored,
        })
    };
    Ok(rows.iter().map(row).collect())
}

/// The cells that were changed; an emptied one takes its goods off sale in this list.
pub async fn save(desk: Desk) -> Answer {
    let id: PriceListId = desk.param("id")?;
    let list = pricing::list(desk.app.reader(), id).await?;
    let mut slips = Slips::default();
    let mut sheet: Vec<(VariantId, Option<Money>)> = Vec::new();
    for (variant, typed) in desk.form.below("p.") {
        if typed == desk.form.get(&format!("was.{variant}")) {
            continue;
        }
        let field = format!("p.{variant}");
        let Ok(variant) = variant.parse::<VariantId>() else { continue };
        match typed.trim() {
            "" => sheet.push((variant, None)),
            _ => match slips.take(forms::money(&desk.form, &field, list.currency)) {
                Some(amount) if amount.minor < 0 => slips.add(&field, "pricing.negative"),
                amount => sheet.extend(amount.map(|amount| (variant, Some(amount)))),
            },
        }
    }
    slips.done()?;
    let (query, after) = (desk.query.get("q").to_owned(), desk.query.get("after").to_owned());
    taken(&desk, id, &sheet, &crate::urls::with(&format!("{PATH}/{id}"), &[("q", &query), ("after", &after)])).await
}

async fn taken(desk: &Desk, id: PriceListId, sheet: &[(VariantId, Option<Money>)], back: &str) -> Answer {
    let done = flows::price_lists::take_sheet(&desk.app, &desk.actor, id, sheet).await?;
    let args = vec![("n".into(), done.changed.to_string())];
    let undo = done.batch.map(|batch| format!("/office/undo/{batch}"));
    desk.told(back, Told { key: "office.flash.repriced".into(), args, undo })
}

/// Lines out of a sheet: seen first, then taken.
pub async fn paste(mut desk: Desk) -> Answer {
    super::sheet::take(&mut desk, LINES).await?;
    let id: PriceListId = desk.param("id")?;
    let db = desk.app.reader();
    let list = pricing::list(db, id).await?;
    let lines = lines(&desk, list.currency)?;
    let skus: Vec<String> = lines.iter().map(|(sku, _)| sku.clone()).collect();
    let known = catalog::find_skus(db, &skus).await?;
    let unknown: Vec<&str> = skus.iter().filter(|sku| !known.contains_key(*sku)).map(String::as_str).collect();
    if !unknown.is_empty() {
        let some = unknown.iter().take(8).copied().collect::<Vec<_>>().join(", ");
        return Err(Fault::invalid("lines", "office.unknown_skus").arg("skus", some));
    }
    let sheet: Vec<(VariantId, Option<Money>)> = lines.iter().map(|(sku, price)| (known[sku].1, Some(*price))).collect();
    if desk.form.get("do") == "apply" {
        return taken(&desk, id, &sheet, &format!("{PATH}/{id}")).await;
    }
    let ids: Vec<VariantId> = sheet.iter().map(|(variant, _)| *variant).collect();
    let now = pricing::prices_of(db, id, &ids, desk.app.now()).await?;
    let rows: Vec<SheetRow> = lines
        .iter()
        .map(|(sku, _)| SheetRow { variant: known[sku].1, product: known[sku].0, sku: sku.clone() })
        .take(PAGE)
        .collect();
    let names = names(&desk, &rows).await?;
    let changes = lines.iter().filter(|(sku, price)| now.get(&known[sku].1).is_none_or(|p| p.amount != *price)).count();
    let row = |((sku, price), row): (&(String, Money), &SheetRow)| json!({ "sku": sku, "name": names.get(&row.variant), "before": now.get(&row.variant).map(|p| p.amount), "after": price });
    let seen: Vec<Value> = lines.iter().zip(&rows).map(row).collect();
    page(&desk, json!({ "rows": seen, "changes": changes, "all": lines.len(), "lines": desk.form.get("lines") })).await
}

/// SKU and price; a sheet's columns come apart by tabs or semicolons, what a person types by spaces.
fn lines(desk: &Desk, currency: Currency) -> Result<Vec<(String, Money)>, Fault> {
    let mut lines = Vec::new();
    for (i, line) in desk.form.get("lines").lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let cells: Vec<&str> = match line.contains(['\t', ';']) {
            true => line.split(['\t', ';']).map(str::trim).collect(),
            false => line.split_whitespace().collect(),
        };
        let read = match cells.as_slice() {
            [sku, price, ..] => {
                let (price, named) = super::sheet::priced(price);
                if let Some(given) = named.filter(|given| *given != currency) {
                    return Err(Fault::invalid("lines", "office.line_currency").arg("n", i + 1).arg("given", given));
                }
                forms::decimal(price, 2).filter(|minor| *minor >= 0).map(|minor| ((*sku).to_owned(), minor))
            }
            _ => None,
        };
        let slip = || Fault::invalid("lines", "office.line").arg("n", i + 1).arg("line", line.trim());
        let (sku, minor) = read.ok_or_else(slip)?;
        lines.push((sku, Money::new(minor, currency)));
    }
    match lines.len() {
        0 => Err(Fault::invalid("lines", "office.lines").arg("most", LINES)),
        n if n > LINES => Err(Fault::invalid("lines", "office.lines").arg("most", LINES)),
        _ => Ok(lines),
    }
}

/// The list as a file that comes back through the same page.
pub async fn export(desk: Desk) -> Answer {
    let id: PriceListId = desk.param("id")?;
    let mut csv = super::sheet::Csv::new("sku;price;currency");
    for (sku, price) in flows::price_lists::export(&desk.app, &desk.actor, id).await? {
        csv.row(&sku, &[&plain_money(price), &price.currency.to_string()]);
    }
    Ok(csv.answer("prices.csv"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_written_as_short_as_it_is() {
        assert_eq!(plain_rate(4_270_000), "4.27");
        assert_eq!(plain_rate(1_000_000), "1");
        assert_eq!(plain_rate(12), "0.000012");
    }
}
