//! One product: its texts side by side, its place, its safety.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Value, json};
use vitrina::{
    catalog::{self, Bundle, Bundles, Kind, Status, field},
    channels::{self, Channel},
    flows,
    kernel::{Fault, Locale, ProductId, Right},
    translation::{TextOrigin, TextState},
};

use super::{
    desk::{Answer, Desk, Told},
    page::{Choice, Field},
};
use crate::forms::Slips;

pub const PATH: &str = "/office/products";

/// The product of the page with everything said of it, and the channel it is shown in.
pub struct Opened {
    pub id: ProductId,
    pub all: Bundles,
    pub channel: Channel,
}

impl Opened {
    pub fn product(&self) -> Result<&Bundle, Fault> {
        self.all.products.first().ok_or_else(|| Fault::not_found("catalog.no_product"))
    }
    /// What a variant is called: its options, else its SKU.
    pub fn variant_name(&self, variant: &catalog::VariantRow, locale: Locale) -> String {
        let words = variant.options.iter().map(|(_, value)| self.all.texts.word(*value, field::NAME, locale));
        let name = words.filter(|w| !w.is_empty()).collect::<Vec<_>>().join(", ");
        if name.is_empty() { variant.sku.clone() } else { name }
    }
}

/// # Faults
/// `catalog.no_product`.
pub async fn open(desk: &Desk) -> Result<Opened, Fault> {
    desk.scope(Right::CatalogRead)?;
    let id: ProductId = desk.param("id")?;
    let db = desk.app.reader();
    let opened = Opened { id, all: catalog::bundles(db, &[id]).await?, channel: channels::by_code(db, "default").await? };
    opened.product()?;
    Ok(opened)
}

/// A tab of the product's page.
#[derive(Serialize)]
struct Tab {
    key: &'static str,
    url: String,
    on: bool,
    count: Option<usize>,
}

/// Shows one part of the product under its head and tabs.
pub async fn show(desk: &Desk, opened: &Opened, part: &'static str, mut context: Value) -> Answer {
    let p = opened.product()?;
    let at = format!("{PATH}/{}", p.id);
    let tab = |key: &'static str, count| Tab {
        key,
        url: if key == "texts" { at.clone() } else { format!("{at}/{key}") },
        on: key == part,
        count,
    };
    let has_warnings = opened.all.texts.of(p.id).iter().any(|t| t.field == field::WARNINGS);
    let producer = p.producer.and_then(|id| opened.all.producers.get(&id));
    let gaps = catalog::gaps(p.kind, producer, !p.pictures.is_empty(), has_warnings);
    let slug = p.slugs.iter().find(|(l, _)| *l == desk.locale).or(p.slugs.first());
    let published = p.status == Status::Published;
    context["product"] = json!({
        "id": p.id,
        "title": opened.all.texts.word(p.id, field::TITLE, desk.locale),
        "state": p.status.as_str(), "tone": super::catalog::tone(p.status), "published": published,
        "shop_url": slug.filter(|_| published).map(|(locale, slug)| format!("/{locale}/p/{slug}")),
    });
    context["gaps"] = gaps.iter().map(|g| g.as_str()).collect::<Vec<_>>().into();
    let mut tabs = vec![
        tab("texts", None),
        tab("prices", Some(p.variants.len())),
        tab("pictures", Some(p.pictures.len())),
        tab("stock", None),
        tab("facts", None),
    ];
    // It shows costs.
    if desk.may(Right::PricesWrite) {
        tabs.push(tab("configurator", None));
    }
    context["tabs"] = serde_json::to_value(tabs)?;
    context["may"] = json!({
        "write": desk.may(Right::CatalogWrite),
        "prices": desk.may(Right::PricesWrite),
        "stock": desk.may(Right::StockWrite),
        "texts": desk.may(Right::TextsWrite),
    });
    desk.show("products", &format!("product_{part}"), context).await
}

/// The texts of a product in the order in which they are written.
const TEXTS: &[(&str, &str, &str, &str)] = &[
    (field::TITLE, "office.product.text.title", "text", ""),
    (field::TEASER, "office.product.text.teaser", "area", "2"),
    (field::DESCRIPTION, "office.product.text.description", "area", "9"),
    (field::WARNINGS, "office.product.warnings", "area", "2"),
    (field::SEO_TITLE, "office.product.text.meta_title", "text", ""),
    (field::SEO_DESCRIPTION, "office.product.text.meta_description", "area", "2"),
];

pub async fn texts(desk: Desk) -> Answer {
    let opened = open(&desk).await?;
    let columns: Vec<Value> = opened.channel.locales.iter().map(|l| column(&desk, &opened, *l)).collect();
    show(&desk, &opened, "texts", json!({ "texts": columns })).await
}

fn column(desk: &Desk, opened: &Opened, locale: Locale) -> Value {
    let texts = &opened.all.texts;
    let field = |(name, label, kind, rows): &(&str, &str, &str, &str)| {
        let key = format!("{locale}.{name}");
        let own = texts.exact(opened.id, name, locale);
        let shown = texts.pick(opened.id, name, locale).filter(|p| p.fallback);
        let tone = match own.map(|t| (t.state, t.origin)) {
            Some((TextState::Review, _)) => "soon",
            Some((TextState::Stale, _)) => "late",
            Some((TextState::Ok, TextOrigin::Human)) => "good",
            _ => "",
        };
        json!({
            "name": key, "kind": kind, "label": label,
            "value": desk.old(&key, own.map(|t| t.value.clone()).unwrap_or_default()),
            "origin": own.map(|t| t.origin.as_str()), "state": own.map(|t| t.state.as_str()), "tone": tone,
            "fallback": shown.map(|p| desk.t(&format!("office.locale.{}", p.locale))),
            "attrs": if rows.is_empty() { json!({}) } else { json!({ "rows": rows }) },
        })
    };
    json!({ "locale": locale, "fields": TEXTS.iter().map(field).collect::<Vec<_>>() })
}

/// Only what was changed is written: a text that a machine made stays the machine's until
/// somebody touches it.
pub async fn save_texts(desk: Desk) -> Answer {
    let opened = open(&desk).await?;
    let mut changed: Vec<(Cow<'static, str>, Locale, String)> = Vec::new();
    for locale in &opened.channel.locales {
        for (name, ..) in TEXTS {
            let key = format!("{locale}.{name}");
            if !desk.form.has(&key) {
                continue;
            }
            let before = opened.all.texts.exact(opened.id, name, *locale).map_or("", |t| t.value.as_str());
            let typed = desk.form.get(&key).replace("\r\n", "\n");
            if typed != before.trim() {
                changed.push((Cow::Borrowed(*name), *locale, typed));
            }
        }
    }
    if !changed.is_empty() {
        flows::catalogue::edit_texts(&desk.app, &desk.actor, opened.id, changed).await?;
    }
    desk.done(&format!("{PATH}/{}", opened.id), "office.flash.saved")
}

pub async fn publish(desk: Desk) -> Answer {
    let id: ProductId = desk.param("id")?;
    let on = desk.form.get("published") == "yes";
    let to = if on { Status::Published } else { Status::Draft };
    let batch = flows::catalogue::set_status(&desk.app, &desk.actor, &[id], to).await?;
    let key = if on { "office.flash.published" } else { "office.flash.hidden" };
    let undo = batch.map(|batch| format!("/office/undo/{batch}"));
    desk.told(&format!("{PATH}/{id}"), Told { key: key.into(), args: Vec::new(), undo })
}

/// The tags that the shop knows how to show.
const TAGS: &[&str] = &["new", "clearance"];

pub async fn facts(desk: Desk) -> Answer {
    let opened = open(&desk).await?;
    let db = desk.app.reader();
    let p = opened.product()?;
    let categories = super::catalog::category_choices(&desk, db).await?;
    let mut producers = vec![Choice::new("", "—")];
    producers.extend(catalog::producers(db).await?.into_iter().map(|p| Choice::new(p.id.to_string(), p.name)));
    let stored = |id: Option<String>| id.unwrap_or_default();
    let kind = if p.kind == Kind::Service { "service" } else { "goods" };
    let mut tags: Vec<Choice> = TAGS
        .iter()
        .map(|t| Choice::ticked(*t, desk.t(&format!("office.product.tag.{t}")), p.tags.iter().any(|h| h == t)))
        .collect();
    tags.extend(p.tags.iter().filter(|t| !TAGS.contains(&t.as_str())).map(|t| Choice::ticked(t.clone(), t.clone(), true)));
    let maker = p.producer.and_then(|id| opened.all.producers.get(&id));
    let context = json!({
        "fields": [
            Field::select("category", "office.product.category", desk.old("category", stored(p.category.map(|c| c.to_string()))), categories),
            Field::new("kind", "office.product.kind_label", "text", desk.t(&format!("office.product.kind.{kind}"))).attr("disabled", "disabled"),
            Field::new("vat", "office.product.vat_category", "text", p.vat_category.clone()).attr("disabled", "disabled"),
            Field::new("unit", "office.product.unit", "text", p.unit.clone()).attr("disabled", "disabled"),
        ],
        "slugs": opened.channel.locales.iter().map(|l| slug_field(&desk, p, *l)).collect::<Vec<_>>(),
        "tags": tags,
        "safety": [
            Field::select("producer", "office.product.producer", desk.old("producer", stored(p.producer.map(|c| c.to_string()))), producers),
        ],
        "maker": maker.map(|m| json!({
            "name": m.name, "address": m.address, "country": m.country, "contact": m.contact,
            "rep_name": m.rep_name, "rep_address": m.rep_address, "rep_contact": m.rep_contact,
        })),
    });
    show(&desk, &opened, "facts", context).await
}

/// The address in one language: `/lt/p/` and what follows it.
fn slug_field(desk: &Desk, p: &Bundle, locale: Locale) -> Value {
    let stored = p.slugs.iter().find(|(l, _)| *l == locale).map_or("", |(_, slug)| slug.as_str());
    let name = format!("slug.{locale}");
    json!({ "value": desk.old(&name, stored), "name": name, "label": format!("/{locale}/p/…") })
}

pub async fn save_facts(desk: Desk) -> Answer {
    let opened = open(&desk).await?;
    let p = opened.product()?;
    let mut slips = Slips::default();
    let category = desk.form.get("category").parse().ok();
    if category.is_none() {
        slips.add("category", "form.choose");
    }
    let mut slugs = Vec::new();
    for (locale, text) in desk.form.below("slug.") {
        let before = p.slugs.iter().find(|(l, _)| l.as_str() == locale).map_or("", |(_, slug)| slug.as_str());
        match locale.parse::<Locale>() {
            Ok(_) if text.trim() == before => {}
            Ok(locale) if text.chars().any(char::is_alphanumeric) => slugs.push((locale, text.to_owned())),
            _ => slips.add(&format!("slug.{locale}"), "form.slug"),
        }
    }
    slips.done()?;
    let Some(category) = category else { return Err(Fault::invalid("category", "form.choose")) };
    let producer = desk.form.get("producer").parse().ok();
    let tags: Vec<String> = desk.form.all("tag").map(str::to_owned).collect();
    let to = flows::catalogue::Arrangement { category, producer, tags, slugs };
    flows::catalogue::arrange(&desk.app, &desk.actor, p.id, to).await?;
    desk.done(&format!("{PATH}/{}/facts", p.id), "office.flash.saved")
}
