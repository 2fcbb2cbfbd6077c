//! The configurator of a product: its definition as a text, tried on the spot, version by version.

use serde_json::{Value, json};
use vitrina::{
    configure::{self, Input, Quote, Row, RowKind},
    flows,
    kernel::{ConfiguratorId, Fault, Locale, Money, Qty, round_half_away},
};

use super::{
    desk::{Answer, Desk},
    orders::plain_qty,
    product::{self, Opened, PATH},
};
use crate::{chooser, forms};

fn path(opened: &Opened) -> String {
    format!("{PATH}/{}/configurator", opened.id)
}

pub async fn show(desk: Desk) -> Answer {
    let opened = product::open(&desk).await?;
    page(&desk, &opened).await
}

/// Try, save, or save and publish: whichever button was pressed.
pub async fn write(desk: Desk) -> Answer {
    let opened = product::open(&desk).await?;
    let text = (desk.form.get("source"), desk.locale);
    match desk.form.get("do") {
        "save" => {
            flows::configure::save(&desk.app, &desk.actor, opened.id, text).await?;
            desk.done(&path(&opened), "office.flash.saved")
        }
        "publish" => {
            flows::configure::save_and_publish(&desk.app, &desk.actor, opened.id, text).await?;
            desk.done(&path(&opened), "office.flash.configurator_published")
        }
        _ => page(&desk, &opened).await,
    }
}

pub async fn publish(desk: Desk) -> Answer {
    let opened = product::open(&desk).await?;
    let version: ConfiguratorId = desk.param("other")?;
    flows::configure::publish(&desk.app, &desk.actor, opened.id, version).await?;
    desk.done(&path(&opened), "office.flash.configurator_published")
}

pub async fn withdraw(desk: Desk) -> Answer {
    let opened = product::open(&desk).await?;
    flows::configure::withdraw(&desk.app, &desk.actor, opened.id).await?;
    desk.done(&path(&opened), "office.flash.configurator_off")
}

async fn page(desk: &Desk, opened: &Opened) -> Answer {
    let db = desk.app.reader();
    let wanted = desk.query.get("version").parse::<ConfiguratorId>().ok();
    let stored = configure::source(db, opened.id, wanted).await?;
    let fresh = stored.is_none() && !desk.form.has("source");
    let stored = stored.unwrap_or_else(|| desk.t("office.configurator.example"));
    let source = if desk.form.has("source") { desk.form.get("source").replace("\r\n", "\n") } else { stored };
    let names = vitrina::access::names(db).await?;
    let versions = configure::versions(db, opened.id).await?;
    let rows: Vec<Value> = versions
        .iter()
        .map(|v| {
            let by = v.actor.strip_prefix("staff:").and_then(|id| names.get(&id.parse().ok()?).cloned());
            json!({
                "id": v.id, "version": v.version, "at": v.made_at, "in_force": v.in_force,
                "by": by.unwrap_or_else(|| desk.t("office.origin.system")),
            })
        })
        .collect();
    let context = json!({
        "path": path(opened), "source": source, "fresh": fresh, "lines": source.lines().count().clamp(18, 40),
        "versions": rows, "on": versions.iter().any(|v| v.in_force), "tried": tried(desk, &source),
    });
    product::show(desk, opened, "configurator", context).await
}

/// What the text makes of the test values: a price with its breakdown, or what is wrong and where.
fn tried(desk: &Desk, source: &str) -> Value {
    let input = chooser::input(&desk.form);
    let qty = forms::qty(&desk.form, "pieces").ok().filter(|q| *q > Qty::ZERO).unwrap_or(Qty::ONE);
    let (questions, result) = match configure::read(source) {
        Err(mistake) => (Vec::new(), Err(Fault::from(mistake))),
        Ok(definition) => {
            // A parameter that the text no longer has is not asked about.
            let input: Input =
                input.into_iter().filter(|(code, _)| definition.parameters.iter().any(|p| p.code == *code)).collect();
            let input: Input = definition.opening().into_iter().chain(input).collect();
            let result = flows::configure::attempt(&desk.actor, source, (&input, qty), desk.locale);
            let wrong = |field: &str| match &result {
                Err(fault) => said(desk, fault, field),
                Ok(_) => String::new(),
            };
            (chooser::questions(&definition, &input, desk.locale, wrong), result.map(|(_, quote)| quote))
        }
    };
    let fault = result.as_ref().err().filter(|f| !f.field.as_deref().unwrap_or_default().starts_with("set."));
    json!({
        "questions": questions, "pieces": plain_qty(qty), "quote": result.as_ref().ok().map(|q| breakdown(desk, q)),
        "fault": fault.map(|f| desk.stage.fault(desk.locale, f)), "place": fault.and_then(|f| place(f, source)),
    })
}

fn said(desk: &Desk, fault: &Fault, field: &str) -> String {
    let found = fault.all().find(|f| f.field.as_deref() == Some(field));
    found.map(|f| desk.stage.fault(desk.locale, f)).unwrap_or_default()
}

/// The line that a mistake is in, with a mark under its column.
fn place(fault: &Fault, source: &str) -> Option<Value> {
    let number = |name: &str| fault.args.iter().find(|(n, _)| *n == name)?.1.parse::<usize>().ok().filter(|n| *n > 0);
    let (line, column) = (number("line")?, number("column")?);
    let text = source.lines().nth(line - 1)?;
    Some(json!({ "line": line, "text": text, "mark": format!("{}^", " ".repeat(column - 1)) }))
}

/// A breakdown for the eye: every number as the language writes it, sums to the cent and quantities to
/// the thousandth. What is kept is exact.
pub fn breakdown(desk: &Desk, quote: &Quote) -> Value {
    let plain = |text: String| if desk.locale == Locale::EN { text } else { text.replace('.', ",") };
    let cost = |text: String| {
        let places = text.split_once('.').map_or(0, |(_, after)| after.len());
        plain(if places == 0 { format!("{text}.00") } else { format!("{text}{}", "0".repeat(2_usize.saturating_sub(places))) })
    };
    let money = |amount| Money::from_decimal(amount, quote.net.currency).map(|m| desk.stage.money(desk.locale, m));
    let row = |row: &Row| {
        json!({
            "kind": row.kind, "code": row.code, "name": row.name, "unit": row.unit, "waste": row.waste_percent().map(plain),
            "quantity": plain(round_half_away(row.quantity, 3).normalize().to_string()), "cost": cost(row.cost.to_string()),
            "sum": money(row.sum),
        })
    };
    let rounded = (!quote.rounding.is_zero()).then(|| money(quote.rounding));
    json!({
        "kit": quote.rows.iter().any(|row| row.kind == RowKind::Goods),
        "rows": quote.rows.iter().map(row).collect::<Vec<_>>(), "cost": money(quote.cost),
        "overhead": money(quote.overhead), "margin": money(quote.margin), "rounding": rounded,
        "net": quote.net, "pieces": plain_qty(quote.pieces),
    })
}
