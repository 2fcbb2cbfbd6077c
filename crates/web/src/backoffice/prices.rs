//! Prices and stock of a product, and the change of many prices, seen before it is made.

use serde_json::{Value, json};
use vitrina::{
    catalog, channels,
    flows::{self, prices::PriceForm, stock::CountForm},
    kernel::{Fault, Money, ProductId, Qty, Rate, Right, VariantId},
    pricing::{self, BulkChange, Change, Margin, Preview, Reduction, Rounding},
    stock,
};

use super::{
    desk::{Answer, Desk, Told},
    orders::plain_qty,
    page::Choice,
    product::{self, Opened, PATH},
};
use crate::forms::{self, Slips};

/// `1090,00`: what a person would type.
pub fn plain_money(money: Money) -> String {
    let (sign, minor) = (if money.minor < 0 { "-" } else { "" }, money.minor.unsigned_abs());
    format!("{sign}{},{:02}", minor / 100, minor % 100)
}

fn variants(opened: &Opened) -> Result<Vec<VariantId>, Fault> {
    Ok(opened.product()?.variants.iter().map(|v| v.id).collect())
}

fn reduction(desk: &Desk) -> Reduction {
    if desk.form.get("announced") == "yes" { Reduction::Announced } else { Reduction::None }
}

pub async fn show(desk: Desk) -> Answer {
    let opened = product::open(&desk).await?;
    let db = desk.app.reader();
    let list = opened.channel.price_list;
    let prices = pricing::prices_of(db, list, &variants(&opened)?, desk.app.now()).await?;
    let (mut rows, mut history) = (Vec::new(), Vec::new());
    let names = vitrina::access::names(db).await?;
    let shown = if desk.may(Right::PricesWrite) { variants(&opened)? } else { Vec::new() };
    let costs = pricing::costs(db, &shown).await?;
    let law = vitrina::tax::rates(db).await?;
    let rate = law.charged(&opened.channel.country, &opened.product()?.vat_category, desk.app.now()).ok();
    for variant in &opened.product()?.variants {
        let price = prices.get(&variant.id);
        let stored = price.map(|p| plain_money(p.amount)).unwrap_or_default();
        rows.push(json!({
            "id": variant.id, "sku": variant.sku, "name": opened.variant_name(variant, desk.locale),
            "price": price.map(|p| p.amount), "lowest": price.and_then(|p| p.reference),
            "input": desk.old(&format!("price.{}", variant.id), stored),
            "cost": desk.old(&format!("cost.{}", variant.id), costs.get(&variant.id).map(|c| plain_money(*c)).unwrap_or_default()),
            "margin": margin(price.map(|p| p.amount), rate, costs.get(&variant.id).copied()),
        }));
        for past in pricing::history(db, list, variant.id).await?.into_iter().take(20) {
            let by = past.actor.strip_prefix("staff:").and_then(|id| names.get(&id.parse().ok()?).cloned());
            history.push(json!({
                "at": past.from, "sku": variant.sku, "price": past.amount, "announced": past.reference.is_some(),
                "by": by.unwrap_or_else(|| desk.t("office.origin.system")), "campaign": past.campaign,
            }));
        }
    }
    history.sort_by_key(|h| std::cmp::Reverse(h["at"].as_i64()));
    history.truncate(60);
    product::show(&desk, &opened, "prices", json!({ "variants": rows, "history": history })).await
}

/// What is left of one unit sold at everybody's price.
fn margin(gross: Option<Money>, rate: Option<Rate>, cost: Option<Money>) -> Option<Margin> {
    Margin::of(vitrina::tax::net_of(gross?, rate?).ok()?, cost?, Qty::ONE)
}

pub async fn save(desk: Desk) -> Answer {
    let opened = product::open(&desk).await?;
    let list = opened.channel.price_list;
    let now = pricing::prices_of(desk.app.reader(), list, &variants(&opened)?, desk.app.now()).await?;
    let mut slips = Slips::default();
    let mut prices = Vec::new();
    for variant in &opened.product()?.variants {
        let field = format!("price.{}", variant.id);
        if desk.form.opt(&field).is_none() {
            continue;
        }
        let Some(amount) = slips.take(forms::money(&desk.form, &field, opened.channel.currency)) else { continue };
        if amount.minor < 0 {
            slips.add(&field, "pricing.negative");
            continue;
        }
        if now.get(&variant.id).is_none_or(|p| p.amount != amount) {
            prices.push(PriceForm { list, variant: variant.id, amount, reduction: reduction(&desk) });
        }
    }
    let mut costs = Vec::new();
    for variant in &opened.product()?.variants {
        let field = format!("cost.{}", variant.id);
        match desk.form.opt(&field) {
            Some(_) => {
                costs.extend(slips.take(forms::money(&desk.form, &field, opened.channel.currency)).map(|c| (variant.id, Some(c))))
            }
            None if desk.form.has(&field) => costs.push((variant.id, None)),
            None => {}
        }
    }
    slips.done()?;
    flows::prices::save(&desk.app, &desk.actor, &prices, &costs).await?;
    desk.done(&format!("{PATH}/{}/prices", opened.id), "office.flash.saved")
}

pub async fn stock(desk: Desk) -> Answer {
    let opened = product::open(&desk).await?;
    let db = desk.app.reader();
    let places = stock::locations(db).await?;
    let levels = stock::levels(db, &variants(&opened)?).await?;
    let mut rows: Vec<Value> = Vec::new();
    for variant in &opened.product()?.variants {
        for place in places.iter().filter(|p| p.active) {
            let level = levels.iter().find(|l| l.variant_id == variant.id && l.location_id == place.id);
            let (on_hand, held) = level.map_or((0, 0), |l| (l.on_hand.0, l.held.0));
            let key = format!("{}_{}", variant.id, place.id);
            rows.push(json!({
                "key": key, "sku": variant.sku, "name": opened.variant_name(variant, desk.locale), "location": place.name,
                "on_hand": on_hand, "held": held, "free": on_hand - held, "input": desk.old(&format!("stock.{key}"), ""),
                "known": plain_qty(vitrina::kernel::Qty(on_hand)),
            }));
        }
    }
    product::show(&desk, &opened, "stock", json!({ "stock": rows })).await
}

/// What was counted; a field left empty was not.
pub async fn count(desk: Desk) -> Answer {
    let opened = product::open(&desk).await?;
    let mut slips = Slips::default();
    let mut counted: Vec<CountForm> = Vec::new();
    for (key, typed) in desk.form.below("stock.") {
        if typed.is_empty() {
            continue;
        }
        let field = format!("stock.{key}");
        let place = key.split_once('_').and_then(|(v, l)| Some((v.parse::<VariantId>().ok()?, l.parse().ok()?)));
        match (place, slips.take(forms::qty(&desk.form, &field))) {
            (Some((variant, location)), Some(on_hand)) if opened.product()?.variants.iter().any(|v| v.id == variant) => {
                counted.push(CountForm { location, variant, on_hand });
            }
            (_, None) => {}
            _ => slips.add(&field, "form.number"),
        }
    }
    slips.done()?;
    flows::stock::count_all(&desk.app, &desk.actor, &counted).await?;
    desk.done(&format!("{PATH}/{}/stock", opened.id), "office.flash.saved")
}

fn wanted(desk: &Desk, list: vitrina::kernel::PriceListId, variants: Vec<VariantId>) -> Result<BulkChange, Fault> {
    let amount = desk.form.get("amount");
    let wrong = || Fault::invalid("amount", "form.number");
    let change = match desk.form.get("how") {
        // Four places: 2.5 % is 25,000 millionths.
        "add" => Change::Amount(forms::decimal(amount, 2).ok_or_else(wrong)?),
        _ => Change::Percent(Rate(forms::decimal(amount, 4).ok_or_else(wrong)?)),
    };
    let rounding = match desk.form.get("ending") {
        "whole" => Rounding::Whole,
        "ninety" => Rounding::Ninety,
        _ => Rounding::Cent,
    };
    Ok(BulkChange { list, variants, change, rounding, reduction: reduction(desk) })
}

/// Three steps on one page: choose the change, see it, make it.
pub async fn reprice(desk: Desk) -> Answer {
    let db = desk.app.reader();
    let ids: Vec<ProductId> = desk.form.all("id").filter_map(|id| id.parse().ok()).collect();
    if ids.is_empty() {
        return Err(Fault::invalid("id", "form.tick"));
    }
    let list = channels::by_code(db, "default").await?.price_list;
    let variants: Vec<VariantId> = catalog::variants_of(db, &ids).await?.into_iter().map(|(_, v)| v).collect();
    let asked = desk.fault.is_none() && desk.form.opt("amount").is_some();
    if asked && desk.form.get("do") == "apply" {
        let change = wanted(&desk, list, variants)?;
        let applied = flows::prices::change_many(&desk.app, &desk.actor, &change, desk.form.get("stamp")).await?;
        let args = vec![("n".into(), applied.changed.to_string())];
        let undo = applied.batch.map(|batch| format!("/office/undo/{batch}"));
        return desk.told(PATH, Told { key: "office.flash.repriced".into(), args, undo });
    }
    let preview = match asked {
        true => Some(pricing::preview(db, &wanted(&desk, list, variants)?, desk.app.now()).await?),
        false => None,
    };
    let rows = match &preview {
        Some(preview) => rows(&desk, &ids, preview).await?,
        None => Vec::new(),
    };
    let choice = |value: &str| Choice::new(value, desk.t(&format!("office.reprice.{value}")));
    let (how, endings) = (["percent", "add"].map(choice), ["exact", "whole", "ninety"].map(choice));
    let context = json!({
        "count": ids.len(), "ids": ids,
        "how": how,
        "endings": endings,
        "chosen": {
            "how": desk.form.get("how"), "amount": desk.form.get("amount"), "ending": desk.form.get("ending"),
            "announced": desk.form.get("announced") == "yes",
        },
        "changes": preview.as_ref().map_or(0, |p| p.proposals.iter().filter(|r| r.before != r.after).count()),
        "without_price": preview.as_ref().map_or(0, |p| p.without_price),
        "stamp": preview.as_ref().map_or("", |p| p.stamp.as_str()),
        "rows": rows,
    });
    desk.show("products", "reprice", context).await
}

/// The most that one page shows of a change; the change itself has no such bound.
const SHOWN: usize = 300;

async fn rows(desk: &Desk, ids: &[ProductId], preview: &Preview) -> Result<Vec<Value>, Fault> {
    desk.scope(Right::PricesWrite)?;
    let opened = Opened {
        id: ids[0],
        all: catalog::bundles(desk.app.reader(), &ids[..ids.len().min(SHOWN)]).await?,
        channel: channels::by_code(desk.app.reader(), "default").await?,
    };
    let mut rows = Vec::new();
    for proposal in preview.proposals.iter().take(SHOWN) {
        let found = opened.all.products.iter().find_map(|p| Some((p, p.variants.iter().find(|v| v.id == proposal.variant)?)));
        let Some((product, variant)) = found else { continue };
        let title = opened.all.texts.word(product.id, catalog::field::TITLE, desk.locale);
        let name = format!("{title} · {}", opened.variant_name(variant, desk.locale));
        let (before, after) = (proposal.before.minor, proposal.after.minor);
        // Tenths of a per cent, towards zero: an orientation, not a price.
        let tenths = if before == 0 { 0 } else { (after - before) * 1000 / before };
        let percent = format!(
            "{}{},{}",
            if tenths > 0 {
                "+"
            } else if tenths < 0 {
                "−"
            } else {
                ""
            },
            tenths.abs() / 10,
            tenths.abs() % 10
        );
        let tone = if tenths < 0 { "late" } else { "" };
        rows.push(json!({
            "sku": variant.sku, "name": name, "before": proposal.before, "after": proposal.after, "percent": percent,
            "tone": tone, "off": proposal.percent_off,
        }));
    }
    Ok(rows)
}
