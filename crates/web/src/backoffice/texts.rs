//! Translations: what waits in which language, source and translation side by side, what it costs.

use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;
use vitrina::{
    catalog::{self, Again, Open, Sort},
    channels::{self, Channel},
    flows::{self, translations::Wish},
    jobs,
    kernel::{Fault, Locale, Money, Right},
    translation::{self, Domain, Item, Mark, Segment, TextState, Translator},
};

use super::{
    desk::{Answer, Desk, Told},
    list::{Asked, Cell, Empty, Row},
    page::Choice,
};
use crate::urls;

pub const PATH: &str = "/office/texts";
/// Entities of a page.
const SHOWN: u32 = 50;

/// A tab of the trade's pages.
#[derive(Serialize)]
struct Tab {
    key: &'static str,
    url: &'static str,
    on: bool,
}

pub fn tabs(here: &str) -> Value {
    let tab = |(key, url): &(&'static str, &'static str)| Tab { key, url, on: *key == here };
    let all = [
        ("review", PATH),
        ("memory", "/office/memory"),
        ("glossary", "/office/glossary"),
        ("files", "/office/texts/files"),
        ("usage", "/office/texts/usage"),
    ];
    json!(all.iter().map(tab).collect::<Vec<_>>())
}

/// The languages that texts are translated into: the channel's but for the first.
pub async fn targets(desk: &Desk) -> Result<(Channel, Vec<Locale>), Fault> {
    let channel = channels::by_code(desk.app.reader(), "default").await?;
    let source = channel.source();
    let all = channel.locales.iter().copied().filter(|l| *l != source).collect();
    Ok((channel, all))
}

pub fn language(desk: &Desk, locale: Locale) -> String {
    desk.t(&format!("office.locale.{locale}"))
}

/// The language that was asked for, else the first.
fn wanted(typed: &str, targets: &[Locale]) -> Result<Locale, Fault> {
    typed
        .parse()
        .ok()
        .filter(|l| targets.contains(l))
        .or(targets.first().copied())
        .ok_or_else(|| Fault::not_found("request.not_found"))
}

/// What a number of characters costs by the shop's price.
pub fn cost(desk: &Desk, characters: i64) -> String {
    let price = desk.app.settings().int("translation.price");
    let cents = (i128::from(characters) * i128::from(price) + 500_000) / 1_000_000;
    desk.stage.money(desk.locale, Money::eur(i64::try_from(cents).unwrap_or(i64::MAX)))
}

fn provider(desk: &Desk) -> &'static str {
    desk.app.try_port::<dyn Translator>().map_or("none", |t| t.name())
}

pub async fn list(desk: Desk) -> Answer {
    let scope = desk.scope(Right::TextsWrite)?;
    let db = desk.app.reader();
    let (channel, targets) = targets(&desk).await?;
    if targets.is_empty() {
        return desk.show("texts", "texts_none", json!({ "tabs": tabs("review") })).await;
    }
    let asked = Asked::new(PATH, &desk.query, &["to", "open"]);
    let to = wanted(desk.query.get("to"), &targets)?;
    let waiting = catalog::waiting(db, &scope, to, Again::Never).await?;
    let counts = [(Open::Review, waiting.review), (Open::Stale, waiting.stale), (Open::Missing, waiting.missing)];
    // What waits most is shown first, unless somebody chose.
    let first = counts.iter().find(|(_, n)| *n > 0).map_or(Open::Review, |(o, _)| *o);
    let open: Open = desk.query.get("open").parse().unwrap_or(first);
    let page = catalog::open_texts(db, &scope, (to, open, channel.source()), desk.query.opt("after"), SHOWN).await?;
    let mut list = asked.list("office.place.texts", Empty::new("office.texts.empty", "office.texts.empty_text"));
    list.empty = Empty::new("office.texts.empty", "office.texts.empty_text");
    let url = |values: &[(&str, &str)]| urls::with(PATH, values);
    list.chips = counts
        .iter()
        .map(|(o, n)| super::list::Chip {
            url: url(&[("to", to.as_str()), ("open", o.as_str())]),
            label: desk.t(&format!("office.texts.open.{}", o.as_str())),
            on: *o == open,
            count: Some(*n),
        })
        .collect();
    list.columns = vec![
        asked.column("office.texts.what", "wide"),
        asked.column("office.texts.sort", "nowrap"),
        asked.column("office.texts.count", "num"),
    ];
    list.next = asked.next(page.next.as_deref());
    list.rows = page
        .rows
        .iter()
        .map(|row| {
            let title = if row.title.is_empty() { row.id.to_string() } else { row.title.clone() };
            Row::new(row.id, title.clone()).cells(vec![
                Cell::Open { url: urls::with(&format!("{PATH}/{}", row.id), &[("to", to.as_str())]), text: title, sub: None },
                Cell::quiet(sort(&desk, row.sort)),
                Cell::text(row.count.to_string()),
            ])
        })
        .collect();
    let languages: Vec<Value> = targets
        .iter()
        .map(|l| json!({ "url": url(&[("to", l.as_str())]), "label": language(&desk, *l), "on": *l == to }))
        .collect();
    let context = json!({
        "list": list, "tabs": tabs("review"), "languages": languages, "to": to, "language": language(&desk, to),
        "work": work(&desk, to, waiting).await?,
    });
    desk.show("texts", "texts", context).await
}

fn sort(desk: &Desk, sort: Option<Sort>) -> String {
    desk.t(&format!("office.texts.of.{}", sort.map_or("other", Sort::as_str)))
}

/// The panel about everything that is missing: how much, what it costs, how far it has come.
async fn work(desk: &Desk, to: Locale, waiting: catalog::Waiting) -> Result<Value, Fault> {
    let cap = desk.app.settings().int("translation.monthly_cap");
    let spent = translation::spent(desk.app.reader(), desk.app.now()).await?;
    let provider = provider(desk);
    let busy = jobs::waits(desk.app.reader(), "translation.run", &format!("translation.run {to}")).await?;
    Ok(json!({
        "missing": waiting.missing, "characters": waiting.characters, "cost": cost(desk, waiting.characters),
        "provider": provider, "alone": provider == "none", "cap": (cap > 0).then_some(cap), "spent": spent,
        "left": (cap > 0).then(|| (cap - spent).max(0)), "beyond": cap > 0 && waiting.characters > cap - spent, "busy": busy,
    }))
}

/// Everything that is missing goes to the worker.
pub async fn run(desk: Desk) -> Answer {
    let (_, targets) = targets(&desk).await?;
    let to = wanted(desk.form.get("to"), &targets)?;
    flows::translations::order(&desk.app, &desk.actor, to).await?;
    desk.done(&urls::with(PATH, &[("to", to.as_str()), ("open", "review")]), "office.flash.translation_ordered")
}

pub async fn show(desk: Desk) -> Answer {
    let scope = desk.scope(Right::TextsWrite)?;
    let db = desk.app.reader();
    let id: Uuid = desk.param("id")?;
    let (channel, targets) = targets(&desk).await?;
    let typed = if desk.form.has("to") { desk.form.get("to") } else { desk.query.get("to") };
    let to = wanted(typed, &targets)?;
    let sorts = catalog::sorts_of(db, &[id]).await?;
    let what = sorts.get(&id).copied().ok_or_else(|| Fault::not_found("translation.no_source"))?;
    let segments = translation::segments(db, &scope, &[id], to).await?;
    let texts = translation::texts_of(db, &[id]).await?;
    let title = ["title", "name", "alt"].map(|f| texts.word(id, f, channel.source()).to_owned());
    let title = title.into_iter().find(|t| !t.is_empty()).unwrap_or_default();
    let open: Vec<&Segment> = segments.iter().filter(|s| s.target.is_none()).collect();
    let characters: usize = open.iter().map(|s| s.source.chars().count()).sum();
    let lines: Vec<Value> = segments.iter().enumerate().map(|(n, s)| line(&desk, n, s)).collect();
    let at = format!("{PATH}/{id}");
    let languages: Vec<Value> = targets
        .iter()
        .map(|l| json!({ "url": urls::with(&at, &[("to", l.as_str())]), "label": language(&desk, *l), "on": *l == to }))
        .collect();
    let next = next(&desk, id, to, &channel).await?;
    let context = json!({
        "entity": id, "title": title, "sort": sort(&desk, Some(what)), "to": to, "language": language(&desk, to),
        "from": segments.first().map(|s| language(&desk, s.from)), "languages": languages, "segments": lines,
        "green": segments.iter().filter(|s| s.is_green()).count(),
        "missing": open.len(), "cost": cost(&desk, i64::try_from(characters).unwrap_or(0)), "characters": characters,
        "alone": provider(&desk) == "none", "url": at, "next": next,
        "record": (what == Sort::Product).then(|| format!("/office/products/{id}")),
        "done": segments.iter().all(Segment::is_done),
    });
    desk.show("texts", "texts_of", context).await
}

/// The next entity whose texts wait, to go on without the list.
async fn next(desk: &Desk, id: Uuid, to: Locale, channel: &Channel) -> Result<Option<String>, Fault> {
    let scope = desk.scope(Right::TextsWrite)?;
    let after = vitrina::kernel::cursor(&id);
    for open in [Open::Review, Open::Stale] {
        let page = catalog::open_texts(desk.app.reader(), &scope, (to, open, channel.source()), Some(&after), 1).await?;
        if let Some(row) = page.rows.first() {
            return Ok(Some(urls::with(&format!("{PATH}/{}", row.id), &[("to", to.as_str())])));
        }
    }
    Ok(None)
}

pub fn line(desk: &Desk, n: usize, s: &Segment) -> Value {
    let field = match s.field.as_str() {
        "title" | "teaser" | "description" => format!("office.product.text.{}", s.field),
        "seo_title" => "office.product.text.meta_title".into(),
        "seo_description" => "office.product.text.meta_description".into(),
        "warnings" => "office.product.warnings".into(),
        "name" | "intro" | "alt" | "body" | "opening" | "closing" | "delivery" | "payment" | "validity" | "note" | "text" => {
            format!("office.texts.field.{}", s.field)
        }
        _ => String::new(),
    };
    let label = if field.is_empty() { s.field.trim_start_matches("attr.").to_owned() } else { desk.t(&field) };
    let tone = match s.state {
        None => "",
        Some(TextState::Stale) => "late",
        Some(TextState::Review) if s.flags.is_empty() => "live",
        Some(TextState::Review) => "soon",
        Some(TextState::Ok) => "good",
    };
    // The form that came back says which text it was about.
    let about = desk.form.get("entity");
    let mine = desk.fault.is_some() && desk.form.get("field") == s.field && (about.is_empty() || about == s.entity.to_string());
    let target = if mine { desk.form.get("text").to_owned() } else { s.target.clone().unwrap_or_default() };
    let rows = (s.source.chars().count().max(target.chars().count()) / 46 + 1 + s.source.matches('\n').count()).clamp(1, 14);
    json!({
        "n": n, "entity": s.entity, "field": s.field, "label": label, "source": s.source, "target": target, "rows": rows, "seen": s.seen,
        "from": s.from, "to": s.to, "missing": s.target.is_none(), "done": s.is_done(), "tone": tone,
        "origin": s.origin.map(|o| o.as_str()), "state": s.state.map(|o| o.as_str()),
        "flags": s.flags.iter().map(|f| desk.t(&format!("office.texts.flag.{}", f.as_str()))).collect::<Vec<_>>(),
        "suggestion": s.suggestion, "may_keep": s.is_done() && !desk.app.settings().flag("translation.keep_reviewed"),
        "wrong": mine.then(|| desk.fault.as_ref().map(|f| desk.stage.fault(desk.locale, f))).flatten(),
    })
}

/// One text: accepted as it stands, written anew, taken from a suggestion, or kept.
pub async fn save(desk: Desk) -> Answer {
    let scope = desk.scope(Right::TextsWrite)?;
    let id: Uuid = desk.param("id")?;
    let (_, targets) = targets(&desk).await?;
    let to = wanted(desk.form.get("to"), &targets)?;
    let mark = Mark { entity: id, field: desk.form.get("field").to_owned() };
    let (app, actor, seen) = (&desk.app, &desk.actor, desk.form.get("seen"));
    let text = match desk.form.get("do") {
        "take" => desk.form.get("suggestion"),
        _ => desk.form.get("text"),
    }
    .replace("\r\n", "\n");
    let standing = translation::segments(app.reader(), &scope, &[id], to).await?;
    let standing = standing.into_iter().find(|s| s.field == mark.field).and_then(|s| s.target);
    let said = match desk.form.get("do") {
        "keep" => {
            flows::translations::remember(app, actor, &mark, to).await?;
            "office.flash.translation_kept"
        }
        _ if standing.as_deref().map(str::trim) == Some(text.trim()) => {
            flows::translations::approve(app, actor, &mark, to, seen).await?;
            "office.flash.translation_approved"
        }
        _ => {
            flows::translations::edit(app, actor, &mark, to, &text, seen).await?;
            "office.flash.translation_saved"
        }
    };
    let at = urls::with(&format!("{PATH}/{id}"), &[("to", to.as_str())]);
    // On to the text after it.
    let n = desk.form.get("n").parse().unwrap_or(0_usize);
    desk.done(&format!("{at}#s{}", n + 1), said)
}

/// All texts of an entity that wait and have nothing suspicious.
pub async fn green(desk: Desk) -> Answer {
    let id: Uuid = desk.param("id")?;
    let (_, targets) = targets(&desk).await?;
    let to = wanted(desk.form.get("to"), &targets)?;
    let n = flows::translations::approve_green(&desk.app, &desk.actor, &[id], to).await?;
    let at = urls::with(&format!("{PATH}/{id}"), &[("to", to.as_str())]);
    desk.told(&at, Told { key: "office.flash.translation_green".into(), args: vec![("n".into(), n.to_string())], undo: None })
}

/// Translates what the entity lacks.
pub async fn fill(desk: Desk) -> Answer {
    let scope = desk.scope(Right::TextsWrite)?;
    let id: Uuid = desk.param("id")?;
    let (_, targets) = targets(&desk).await?;
    let to = wanted(desk.form.get("to"), &targets)?;
    if !catalog::sorts_of(desk.app.reader(), &[id]).await?.contains_key(&id) {
        return Err(Fault::not_found("translation.no_source"));
    }
    let segments = translation::segments(desk.app.reader(), &scope, &[id], to).await?;
    let items = segments.into_iter().map(|s| Item::new(s.entity, s.field, s.from, s.source)).collect();
    let outcome = flows::translations::fill(&desk.app, &desk.actor, Wish { items, to, domain: Domain::Product }).await?;
    let done = outcome.found + outcome.translated;
    match outcome.trouble {
        // Nothing came of it: the reason is the answer.
        Some(fault) if done == 0 => Err(fault),
        _ => {
            let at = urls::with(&format!("{PATH}/{id}"), &[("to", to.as_str())]);
            let args = vec![("n".into(), done.to_string()), ("left".into(), (outcome.left + outcome.spoiled).to_string())];
            desk.told(&at, Told { key: "office.flash.translation_filled".into(), args, undo: None })
        }
    }
}

/// Characters by month, and what is left.
pub async fn usage(desk: Desk) -> Answer {
    let scope = desk.scope(Right::TextsWrite)?;
    let db = desk.app.reader();
    let rows = translation::usage(db, &scope).await?;
    let rows: Vec<Value> = rows
        .iter()
        .map(|r| {
            json!({
                "month": r.month, "provider": r.provider, "from": language(&desk, r.from), "to": language(&desk, r.to),
                "texts": r.texts, "characters": r.characters, "cost": cost(&desk, r.characters),
            })
        })
        .collect();
    let (cap, spent) = (desk.app.settings().int("translation.monthly_cap"), translation::spent(db, desk.app.now()).await?);
    let context = json!({
        "tabs": tabs("usage"), "rows": rows, "cap": (cap > 0).then_some(cap), "spent": spent, "cost": cost(&desk, spent),
        "provider": provider(&desk), "alone": provider(&desk) == "none", "month": translation::month(desk.app.now()),
        "may_set": desk.may(Right::SettingsManage),
    });
    desk.show("texts", "texts_usage", context).await
}

/// The channel's languages to choose from.
pub async fn choices(desk: &Desk, first: &str) -> Result<Vec<Choice>, Fault> {
    let channel = channels::by_code(desk.app.reader(), "default").await?;
    let mut all: Vec<Choice> = channel.locales.iter().map(|l| Choice::new(l.as_str(), language(desk, *l))).collect();
    if !first.is_empty() {
        all.insert(0, Choice::new("", desk.t(first)));
    }
    Ok(all)
}
