//! Product files: sent, looked at, taken in by the worker, taken back.

use poem::{Body, Response};
use serde_json::{Value, json};
use vitrina::{
    access,
    flows::{self, imports::Sent},
    imports::{self, Glance, Problem, Run, Wish},
    kernel::{Fault, ImportId, Locale, Money, Qty, Right},
};

use super::{
    desk::{Answer, Desk, Told},
    list::{Action, Asked, Cell, Empty, Row},
    page::{Choice, FactLine},
};
use crate::problems;

const PATH: &str = "/office/imports";
/// Problems that a page shows; all of them stand in the file.
const SHOWN: u32 = 200;
const PROFILES: &[(&str, &str)] = &[
    ("vitrina", "Vitrina"),
    ("shopify", "Shopify"),
    ("woocommerce", "WooCommerce"),
    ("magento2", "Magento 2"),
    ("spree", "Spree"),
    ("google-merchant", "Google Merchant"),
    ("generic", "CSV / XLSX"),
];

fn tone(state: &str) -> &'static str {
    match state {
        "failed" => "late",
        "checking" | "running" | "undoing" => "live",
        "ready" => "soon",
        "done" => "good",
        _ => "",
    }
}

fn state(desk: &Desk, run: &Run) -> String {
    desk.t(&format!("office.import.state.{}", run.state))
}

pub async fn list(desk: Desk) -> Answer {
    let asked = Asked::new(PATH, &desk.query, &[]);
    let scope = desk.scope(Right::ImportsRun)?;
    let mut found = imports::runs(desk.app.reader(), &scope, desk.query.get("after").parse().ok(), 51).await?;
    let new = format!("{PATH}/new");
    let empty = Empty::new("office.import.empty", "office.import.empty_text").first(&new, "office.import.new");
    let mut list = asked.list("office.place.imports", empty);
    list.actions = vec![Action { url: new.clone(), label: "office.import.new", main: true }];
    list.columns = vec![
        asked.column("office.import.file", ""),
        asked.column("office.import.state_label", ""),
        asked.column("office.import.products", "num"),
        asked.column("office.import.count.created", "num extra"),
        asked.column("office.import.count.updated", "num extra"),
        asked.column("office.import.count.skipped", "num extra"),
        asked.column("office.import.started", "nowrap extra"),
    ];
    let more = found.len() > 50;
    found.truncate(50);
    list.next = asked.next(found.last().filter(|_| more).map(|run| run.id.to_string()).as_deref());
    list.rows = found.iter().map(|run| row(&desk, run)).collect();
    desk.show("imports", "list", json!({ "list": list })).await
}

fn row(desk: &Desk, run: &Run) -> Row {
    // Before it runs the counts say what would be.
    let count = |n: i64| if run.state == "ready" { Cell::quiet(n.to_string()) } else { Cell::text(n.to_string()) };
    Row::new(run.id, run.name.clone()).cells(vec![
        Cell::open(format!("{PATH}/{}", run.id), run.name.clone()),
        Cell::badge(state(desk, run), tone(&run.state)),
        Cell::text(run.total.to_string()),
        count(run.created),
        count(run.updated),
        count(run.skipped),
        Cell::datetime(Some(run.started_at)),
    ])
}

pub async fn form(desk: Desk) -> Answer {
    let picked = desk.form.get("profile").to_owned();
    let mut profiles = vec![Choice::ticked("", desk.t("office.import.profile_auto"), picked.is_empty())];
    profiles.extend(PROFILES.iter().map(|(value, label)| Choice::ticked(*value, *label, picked == *value)));
    let locales =
        [Locale::LT, Locale::EN, Locale::DE].map(|l| Choice::new(l.to_string(), desk.t(&format!("office.import.language.{l}"))));
    let most = super::PRODUCTS >> 20;
    let context = json!({
        "profiles": profiles, "profile": picked, "locales": locales, "locale": desk.old("locale", "lt"), "mb": most,
    });
    desk.show("imports", "import_new", context).await
}

pub async fn create(mut desk: Desk) -> Answer {
    let upload = desk.uploads.iter_mut().find(|u| u.field == "file");
    let Some((name, spooled)) = upload.and_then(|u| Some((u.name.clone(), u.spooled.take()?))) else {
        return Err(Fault::invalid("file", "form.empty"));
    };
    let wish = Wish { profile: desk.form.owned("profile"), locale: desk.form.owned("locale"), currency: None };
    let sent = Sent { name, path: spooled.path.clone(), wish };
    match flows::imports::receive(&desk.app, &desk.actor, sent).await {
        Ok(id) => desk.done(&format!("{PATH}/{id}"), "office.flash.import_sent"),
        Err(fault) => Err(problems::said(&desk.stage, desk.locale, fault)),
    }
}

pub async fn show(desk: Desk) -> Answer {
    let id: ImportId = desk.param("id")?;
    let scope = desk.scope(Right::ImportsRun)?;
    let db = desk.app.reader();
    let run = imports::run(db, &scope, id).await?;
    let found = imports::problems(db, &scope, id, SHOWN).await?;
    let (errors, warnings) = imports::problem_counts(db, &scope, id).await?;
    let by = match run.actor.strip_prefix("staff:") {
        Some(user) => access::names(db).await?.into_iter().find(|(u, _)| u.to_string() == user).map(|(_, name)| name),
        None => None,
    };
    let may_write = [Right::CatalogWrite, Right::PricesWrite, Right::StockWrite].into_iter().all(|r| desk.may(r));
    let preview = run.preview().filter(|_| run.state == "ready");
    let context = json!({
        "import": {
            "id": run.id, "file": run.name, "state": run.state, "state_text": state(&desk, &run), "tone": tone(&run.state),
            "at": run.started_at, "busy": run.is_busy(), "done": run.done, "all": run.total, "looked_at": run.looked_at,
            "errors_url": (errors > 0 && run.was_sent() && run.state != "failed").then(|| format!("{PATH}/{id}/errors")),
            "facts": facts(&desk, &run, by.unwrap_or_else(|| desk.t("office.import.by_command"))),
        },
        "may": { "run": run.state == "ready" && may_write, "undo": matches!(run.state.as_str(), "running" | "done") && may_write },
        "counts": counts(&run, errors),
        "undo_kept": kept(&desk, &run),
        "problems": found.iter().map(|p| problem(&desk, p)).collect::<Vec<_>>(),
        "problems_count": errors + warnings,
        "problems_shown": found.len(),
        "preview": preview.map(|p| json!({ "rows": p.first.iter().map(|g| glance(&desk, g)).collect::<Vec<_>>() })),
    });
    desk.show("imports", "import", context).await
}

fn facts(desk: &Desk, run: &Run, by: String) -> Vec<FactLine> {
    let format = PROFILES.iter().find(|(value, _)| *value == run.source).map_or(run.source.as_str(), |(_, label)| label);
    let mut facts = vec![FactLine::new("office.import.format", format), FactLine::new("office.import.by", by)];
    if let Some(preview) = run.preview() {
        facts.push(FactLine::new("office.import.encoding", preview.encoding));
        if !preview.columns.is_empty() {
            facts.push(FactLine::new("office.import.columns", preview.columns.join(", ")));
        }
    }
    facts.push(FactLine::new("office.import.started", desk.datetime(run.started_at)));
    facts
}

fn counts(run: &Run, errors: i64) -> Value {
    let count = |key: &str, n: i64, tone: &str| json!({ "key": key, "n": n, "tone": if n > 0 { tone } else { "muted" } });
    if matches!(run.state.as_str(), "undone" | "undoing") {
        let kept = i64::try_from(run.kept().len()).unwrap_or(0);
        let list = [count("removed", run.removed, ""), count("restored", run.restored, ""), count("kept", kept, "soon")];
        return json!({ "title": "office.import.undone", "list": list });
    }
    if matches!(run.state.as_str(), "checking" | "failed") {
        return Value::Null;
    }
    let title = if run.state == "ready" { "office.import.would" } else { "office.import.changed" };
    let list = [
        count("created", run.created, "good"),
        count("updated", run.updated, ""),
        count("unchanged", run.unchanged, ""),
        count("skipped", run.skipped, "late"),
        count("errors", errors, "late"),
    ];
    json!({ "title": title, "list": list })
}

fn kept(desk: &Desk, run: &Run) -> Vec<Value> {
    let line = |k: &imports::Kept| json!({ "name": k.sku, "url": format!("/office/products/{}", k.product), "why": desk.t(&format!("office.import.kept_{}", k.reason)) });
    run.kept().iter().map(line).collect()
}

fn problem(desk: &Desk, p: &Problem) -> Value {
    let text = problems::say(&desk.stage, desk.locale, p);
    json!({ "row": p.row, "column": p.column, "text": text, "error": p.is_error() })
}

fn glance(desk: &Desk, g: &Glance) -> Value {
    let price = g.price.as_ref().and_then(|(minor, currency)| Some(Money::new(*minor, currency.parse().ok()?)));
    json!({
        "row": g.row, "title": g.title, "sku": g.skus.first(), "more": g.skus.len().saturating_sub(1),
        "price": price.map(|p| desk.stage.money(desk.locale, p)), "stock": g.stock.map(|n| Qty(n).0 / 1000),
        "categories": g.categories.join("; "), "pictures": g.pictures,
    })
}

/// The rows to correct, as a file; it is gone from the disk once it is open.
pub async fn errors(desk: Desk) -> Answer {
    let id: ImportId = desk.param("id")?;
    let (path, ending) = flows::imports::error_rows(&desk.app, &desk.actor, id).await?;
    let file = tokio::fs::File::open(&path).await.map_err(Fault::bug)?;
    tokio::fs::remove_file(&path).await.map_err(Fault::bug)?;
    let kind = if ending == "csv" { "text/csv; charset=utf-8" } else { "application/x-ndjson" };
    Ok(Response::builder()
        .content_type(kind)
        .header("content-disposition", format!("attachment; filename=\"errors.{ending}\""))
        .header("cache-control", "no-store")
        .body(Body::from_async_read(file)))
}

pub async fn run(desk: Desk) -> Answer {
    let id: ImportId = desk.param("id")?;
    flows::imports::start(&desk.app, &desk.actor, id).await?;
    desk.done(&format!("{PATH}/{id}"), "office.flash.import_started")
}

pub async fn undo(desk: Desk) -> Answer {
    let id: ImportId = desk.param("id")?;
    flows::imports::ask_undo(&desk.app, &desk.actor, id).await?;
    desk.told(&format!("{PATH}/{id}"), Told { key: "office.flash.import_undoing".to_owned(), ..Told::default() })
}
