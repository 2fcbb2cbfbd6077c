//! The translation memory and the glossary, and both as files.

use poem::Response;
use serde_json::json;
use vitrina::{
    flows::{self, translations::Wanted},
    kernel::{Fault, Locale, MemoryId, Right, TermId},
    translation::{self, Domain, Narrow, NewMemory, NewTerm, TextOrigin, exchange::Format},
};

use super::{
    desk::{Answer, Desk, Told},
    list::{Action, Asked, Cell, Empty, Row},
    page::{Choice, Field, FormPage, Post, Up},
    texts::{choices, language, tabs, targets},
};
use crate::forms::Slips;

const MEMORY: &str = "/office/memory";
const GLOSSARY: &str = "/office/glossary";
/// Rows of a page.
const SHOWN: u32 = 50;
/// Letters of a text that a row shows.
const GLIMPSE: usize = 140;

fn glimpse(text: &str) -> String {
    let plain = translation::words(text);
    let short: String = plain.chars().take(GLIMPSE).collect();
    if short.len() < plain.len() { format!("{}…", short.trim_end()) } else { short }
}

pub async fn list(desk: Desk) -> Answer {
    let scope = desk.scope(Right::TextsWrite)?;
    let db = desk.app.reader();
    let asked = Asked::new(MEMORY, &desk.query, &["q", "to", "domain"]);
    let narrow = Narrow {
        words: desk.query.get("q").to_owned(),
        to: desk.query.get("to").parse().ok(),
        domain: desk.query.get("domain").parse().ok(),
    };
    let page = translation::entries(db, &scope, &narrow, desk.query.opt("after"), SHOWN).await?;
    let new = format!("{MEMORY}/new");
    let empty = Empty::new("office.memory.empty", "office.memory.empty_text").first(&new, "office.memory.new");
    let mut list = asked.list("office.memory.title", empty);
    list.count = Some(translation::count(db, &scope).await?);
    list.actions = vec![Action { url: new, label: "office.memory.new", main: true }];
    list.search = asked.search("office.memory.search");
    let domains = Domain::ALL.iter().map(|d| Choice::new(d.as_str(), desk.t(&format!("office.memory.domain.{}", d.as_str()))));
    list.filters = vec![
        asked.filter("to", "office.memory.any_language", choices(&desk, "").await?),
        asked.filter("domain", "office.memory.any_domain", domains.collect()),
    ];
    list.columns = vec![
        asked.column("office.memory.source", "wide wrap"),
        asked.column("office.memory.target", "wide wrap"),
        asked.column("office.memory.pair", "nowrap"),
        asked.column("office.memory.domain_label", "nowrap extra"),
        asked.column("office.when", "nowrap extra"),
    ];
    list.next = asked.next(page.next.as_deref());
    for e in page.rows {
        list.rows.push(Row::new(e.id, glimpse(&e.source)).cells(vec![
            Cell::open(format!("{MEMORY}/{}", e.id), glimpse(&e.source)),
            Cell::text(glimpse(&e.target)),
            Cell::quiet(format!("{} → {}", language(&desk, e.from), language(&desk, e.to))),
            Cell::quiet(desk.t(&format!("office.memory.domain.{}", e.domain))),
            Cell::date(Some(e.at)),
        ]));
    }
    desk.show("texts", "texts_list", json!({ "list": list, "tabs": tabs("memory") })).await
}

/// Source and target language as two fields: the shop's own first.
async fn pair(desk: &Desk) -> Result<Vec<Field>, Fault> {
    let (channel, targets) = targets(desk).await?;
    let all = choices(desk, "").await?;
    let target = targets.first().map(Locale::to_string).unwrap_or_default();
    Ok(vec![
        Field::select("from", "office.memory.from", desk.old("from", channel.source().as_str()), all.clone()),
        Field::select("to", "office.memory.to", desk.old("to", target), all),
    ])
}

fn area(name: &'static str, label: &'static str, value: String) -> Field {
    Field { wide: true, ..Field::new(name, label, "area", value).required().attr("rows", "4") }
}

pub async fn form(desk: Desk) -> Answer {
    let mut fields = pair(&desk).await?;
    let domains = Domain::ALL.iter().map(|d| Choice::new(d.as_str(), desk.t(&format!("office.memory.domain.{}", d.as_str()))));
    fields.push(Field::select("domain", "office.memory.domain_label", desk.old("domain", "product"), domains.collect()));
    fields.push(area("source", "office.memory.source", desk.old("source", "")));
    fields.push(area("target", "office.memory.target", desk.old("target", "")));
    let form = FormPage {
        title: desk.t("office.memory.new"),
        up: Some(Up { url: MEMORY.into(), label: "office.memory.title" }),
        url: MEMORY.into(),
        intro: "office.memory.new_text",
        fields,
        save: "office.memory.keep",
        ..FormPage::default()
    };
    desk.show("texts", "form", json!({ "form": form })).await
}

fn ways(desk: &Desk) -> Result<(Locale, Locale), Fault> {
    let mut slips = Slips::default();
    let mut read =
        |name: &str| slips.take(desk.form.get(name).parse::<Locale>().map_err(|_| Fault::invalid(name, "form.choose")));
    let (from, to) = (read("from"), read("to"));
    slips.done()?;
    Ok((from.unwrap_or(Locale::LT), to.unwrap_or(Locale::EN)))
}

pub async fn create(desk: Desk) -> Answer {
    let (from, to) = ways(&desk)?;
    let text = |name: &str| desk.form.get(name).replace("\r\n", "\n");
    let new = NewMemory {
        from,
        to,
        domain: desk.form.get("domain").parse().unwrap_or_default(),
        source: text("source"),
        target: text("target"),
        origin: TextOrigin::Human,
    };
    flows::translations::keep_memory(&desk.app, &desk.actor, vec![new]).await?;
    desk.done(MEMORY, "office.flash.memory_kept")
}

pub async fn show(desk: Desk) -> Answer {
    let scope = desk.scope(Right::TextsWrite)?;
    let id: MemoryId = desk.param("id")?;
    let e = translation::entry(desk.app.reader(), &scope, id).await?;
    let at = format!("{MEMORY}/{id}");
    let source = Field { wide: true, ..Field::new("source", "office.memory.source", "area", e.source.clone()) };
    let form = FormPage {
        title: format!("{} → {}", language(&desk, e.from), language(&desk, e.to)),
        up: Some(Up { url: MEMORY.into(), label: "office.memory.title" }),
        url: at.clone(),
        fields: vec![
            source.attr("rows", "4").attr("readonly", "readonly"),
            area("target", "office.memory.target", desk.old("target", e.target)),
        ],
        save: "office.save",
        posts: vec![Post {
            title: "office.memory.forget_title",
            text: "office.memory.forget_text",
            url: format!("{at}/forget"),
            label: "office.memory.forget",
            class: "bad",
            ..Post::default()
        }],
        ..FormPage::default()
    };
    desk.show("texts", "form", json!({ "form": form })).await
}

pub async fn change(desk: Desk) -> Answer {
    let text = desk.form.get("target").replace("\r\n", "\n");
    flows::translations::change_memory(&desk.app, &desk.actor, desk.param("id")?, &text).await?;
    desk.done(MEMORY, "office.flash.saved")
}

pub async fn forget(desk: Desk) -> Answer {
    flows::translations::forget_memory(&desk.app, &desk.actor, desk.param("id")?).await?;
    desk.done(MEMORY, "office.flash.memory_forgotten")
}

pub async fn glossary(desk: Desk) -> Answer {
    let scope = desk.scope(Right::TextsWrite)?;
    let asked = Asked::new(GLOSSARY, &desk.query, &["q", "to"]);
    let to = desk.query.get("to").parse().ok();
    let page = translation::listed(desk.app.reader(), &scope, desk.query.get("q"), to, desk.query.opt("after"), SHOWN).await?;
    let new = format!("{GLOSSARY}/new");
    let empty = Empty::new("office.glossary.empty", "office.glossary.empty_text").first(&new, "office.glossary.new");
    let mut list = asked.list("office.glossary.title", empty);
    list.actions = vec![Action { url: new, label: "office.glossary.new", main: true }];
    list.search = asked.search("office.glossary.search");
    list.filters = vec![asked.filter("to", "office.memory.any_language", choices(&desk, "").await?)];
    list.columns = vec![
        asked.column("office.glossary.term", "wide"),
        asked.column("office.glossary.target", "wide"),
        asked.column("office.memory.pair", "nowrap"),
        asked.column("office.when", "nowrap extra"),
    ];
    list.next = asked.next(page.next.as_deref());
    for t in page.rows {
        let pair = match (t.from.parse(), t.to.parse()) {
            (Ok(from), Ok(to)) => format!("{} → {}", language(&desk, from), language(&desk, to)),
            _ => desk.t("office.glossary.every_language"),
        };
        let target = if t.from.is_empty() { Cell::quiet(desk.t("office.glossary.stays")) } else { Cell::text(t.target) };
        list.rows.push(Row::new(t.id, t.term.clone()).cells(vec![
            Cell::open(format!("{GLOSSARY}/{}", t.id), t.term),
            target,
            Cell::quiet(pair),
            Cell::date(Some(t.at)),
        ]));
    }
    desk.show("texts", "texts_list", json!({ "list": list, "tabs": tabs("glossary") })).await
}

pub async fn term_form(desk: Desk) -> Answer {
    let kinds = ["word", "name"].map(|k| Choice::new(k, desk.t(&format!("office.glossary.kind.{k}"))));
    let mut fields = vec![
        Field::select("kind", "office.glossary.kind_label", desk.old("kind", "word"), kinds.to_vec()),
        Field::new("term", "office.glossary.term", "text", desk.old("term", "")).required(),
        Field {
            help: "office.glossary.target_help",
            ..Field::new("target", "office.glossary.target", "text", desk.old("target", ""))
        },
    ];
    fields.extend(pair(&desk).await?);
    let form = FormPage {
        title: desk.t("office.glossary.new"),
        up: Some(Up { url: GLOSSARY.into(), label: "office.glossary.title" }),
        url: GLOSSARY.into(),
        intro: "office.glossary.new_text",
        fields,
        save: "office.glossary.put",
        ..FormPage::default()
    };
    desk.show("texts", "form", json!({ "form": form })).await
}

pub async fn put(desk: Desk) -> Answer {
    let term = desk.form.get("term").to_owned();
    let new = if desk.form.get("kind") == "name" {
        NewTerm::Name(term)
    } else {
        let (from, to) = ways(&desk)?;
        NewTerm::Word { from, to, term, target: desk.form.get("target").to_owned() }
    };
    flows::translations::put_terms(&desk.app, &desk.actor, vec![new]).await?;
    desk.done(GLOSSARY, "office.flash.term_put")
}

pub async fn term(desk: Desk) -> Answer {
    let scope = desk.scope(Right::TextsWrite)?;
    let id: TermId = desk.param("id")?;
    let t = translation::term(desk.app.reader(), &scope, id).await?;
    let drop = Post {
        title: "office.glossary.drop_title",
        text: "office.glossary.drop_text",
        url: format!("{GLOSSARY}/{id}/drop"),
        label: "office.glossary.drop",
        class: "bad",
        ..Post::default()
    };
    let word = !t.from.is_empty();
    let fields = if word {
        vec![Field::new("target", "office.glossary.target", "text", desk.old("target", t.target)).required()]
    } else {
        Vec::new()
    };
    let form = FormPage {
        title: t.term,
        up: Some(Up { url: GLOSSARY.into(), label: "office.glossary.title" }),
        url: format!("{GLOSSARY}/{id}"),
        fields,
        save: "office.save",
        posts: vec![drop],
        ..FormPage::default()
    };
    desk.show("texts", "form", json!({ "form": form })).await
}

pub async fn change_term(desk: Desk) -> Answer {
    let scope = desk.scope(Right::TextsWrite)?;
    let t = translation::term(desk.app.reader(), &scope, desk.param("id")?).await?;
    let (Ok(from), Ok(to)) = (t.from.parse(), t.to.parse()) else { return Err(Fault::not_found("translation.no_entry")) };
    let new = NewTerm::Word { from, to, term: t.term, target: desk.form.get("target").to_owned() };
    flows::translations::put_terms(&desk.app, &desk.actor, vec![new]).await?;
    desk.done(GLOSSARY, "office.flash.saved")
}

pub async fn drop_term(desk: Desk) -> Answer {
    flows::translations::drop_term(&desk.app, &desk.actor, desk.param("id")?).await?;
    desk.done(GLOSSARY, "office.flash.term_dropped")
}

/// Files out and in.
pub async fn files(desk: Desk) -> Answer {
    let (_, targets) = targets(&desk).await?;
    let languages: Vec<Choice> = targets.iter().map(|l| Choice::new(l.as_str(), language(&desk, *l))).collect();
    let formats = |all: &[Format]| -> Vec<Choice> {
        all.iter().map(|f| Choice::new(f.as_str(), desk.t(&format!("office.texts.format.{}", f.as_str())))).collect()
    };
    let context = json!({
        "tabs": tabs("files"), "languages": languages, "mb": flows::translations::MOST >> 20,
        "text_formats": formats(&[Format::Xliff12, Format::Xliff20, Format::Csv]),
        "memory_formats": formats(&[Format::Tmx, Format::Csv]),
    });
    desk.show("texts", "texts_files", context).await
}

pub async fn take_out(desk: Desk) -> Answer {
    let wanted = match desk.form.get("what") {
        "memory" => Wanted::Memory,
        "glossary" => Wanted::Glossary,
        _ => Wanted::Texts(desk.form.get("to").parse().map_err(|_| Fault::invalid("to", "form.choose"))?),
    };
    let format: Format = desk.form.get("format").parse().map_err(|_| Fault::invalid("format", "form.choose"))?;
    let file = flows::translations::take_out(&desk.app, &desk.actor, wanted, format).await?;
    Ok(Response::builder()
        .content_type(file.mime)
        .header("content-disposition", format!("attachment; filename=\"{}\"", file.name))
        .header("cache-control", "no-store")
        .header("x-content-type-options", "nosniff")
        .body(file.text))
}

pub async fn bring(mut desk: Desk) -> Answer {
    let upload = desk.uploads.iter_mut().find(|u| u.field == "file");
    let Some(spooled) = upload.and_then(|u| u.spooled.take()) else { return Err(Fault::invalid("file", "form.empty")) };
    let bytes = tokio::fs::read(&spooled.path).await.map_err(Fault::bug)?;
    let b = flows::translations::bring(&desk.app, &desk.actor, bytes).await?;
    let args = [("memory", b.memory), ("terms", b.terms), ("texts", b.texts), ("skipped", b.skipped)];
    let args = args.into_iter().map(|(k, n)| (k.to_owned(), n.to_string())).collect();
    desk.told("/office/texts/files", Told { key: "office.flash.texts_brought".into(), args, undo: None })
}
