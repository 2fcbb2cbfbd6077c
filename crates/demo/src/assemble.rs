//! From the data files to the catalogue: variants are multiplied out, prices get their past,
//! texts their passages and slugs, pictures their names and alternative texts.

use std::collections::BTreeMap;

use crate::dice::Dice;
use crate::goods::*;
use crate::raw::{Passage, RawCategory, RawFact, RawProduct, RawSize, RawText, ShopFile};
use crate::words::{Words, html, slug};

/// Everything was first priced when the shop's books of this demo begin.
pub const OPENED: i64 = 280;

/// The product whose picture stands for a top category.
fn face(category: &str) -> Option<String> {
    let name = match category {
        "tables" => "nerija-oiled",
        "desks" => "venta-oiled",
        "storage" => "rusne-oiled",
        "seating" => "liepa-oiled",
        "bedroom" => "dusia-oiled",
        "lamps" => "globo-lit",
        "textiles" => "linas-natural",
        "accessories" => "dubuo-bleached",
        "services" => "surinkimas",
        _ => return None,
    };
    Some(format!("{name}.webp"))
}

pub fn categories(raw: Vec<RawCategory>) -> Vec<Category> {
    raw.into_iter()
        .map(|raw| Category {
            slug: Words { lt: slug(&raw.name.lt), en: slug(&raw.name.en), de: slug(&raw.name.de) },
            picture: face(&raw.key),
            key: raw.key,
            parent: raw.parent,
            name: raw.name,
            text: raw.text,
        })
        .collect()
}

/// Sizes are named by the products; equal names are one value, so that a filter can use them.
pub fn add_sizes(options: &mut [OptionKind], products: &[RawProduct]) {
    let Some(sizes) = options.iter_mut().find(|option| option.key == "size") else {
        return;
    };
    for size in products.iter().flat_map(|product| &product.size) {
        let named = Named { key: size_key(size), name: size.name.words() };
        if !sizes.values.iter().any(|value| value.key == named.key) {
            sizes.values.push(named);
        }
    }
}

fn size_key(size: &RawSize) -> String {
    slug(&size.name.words().lt)
}

pub fn product(raw: RawProduct, shop: &ShopFile) -> Product {
    let texts = Texts {
        lt: text(&raw.lt, &raw, |passage| &passage.lt, shop),
        en: text(&raw.en, &raw, |passage| &passage.en, shop),
        de: text(&raw.de, &raw, |passage| &passage.de, shop),
    };
    let variants = variants(&raw);
    Product {
        options: variants
            .first()
            .map(|first| first.choices.iter().map(|choice| choice.option.clone()).collect())
            .unwrap_or_default(),
        facts: facts(&raw.facts),
        pictures: pictures(&raw, &variants, shop),
        documents: documents(&raw),
        producer: (raw.producer != "none").then_some(raw.producer),
        key: raw.key,
        kind: raw.kind,
        category: raw.category,
        unit: raw.unit,
        tags: raw.tags,
        warnings: raw.warnings,
        related: raw.related,
        accessories: raw.accessories,
        texts,
        variants,
    }
}

fn text(own: &RawText, raw: &RawProduct, of: impl Fn(&Passage) -> &String, shop: &ShopFile) -> ProductText {
    let mut description = html(&own.text);
    for key in &raw.passages {
        let passage = shop.passage.iter().find(|passage| passage.key == *key);
        let passage = passage.unwrap_or_else(|| panic!("{}: no passage {key}", raw.key));
        description.push_str(&html(of(passage)));
    }
    ProductText { title: own.title.clone(), slug: slug(&own.title), teaser: own.teaser.clone(), description }
}

fn facts(raw: &BTreeMap<String, RawFact>) -> Vec<Fact> {
    let value = |fact: &RawFact| match fact {
        RawFact::Whole(number) => FactValue::Number(number * 1000),
        RawFact::Part(number) => FactValue::Number((f64::from(*number) * 100.0).round() as i64 * 10),
        RawFact::Choice(key) => FactValue::Choice(key.clone()),
    };
    raw.iter().map(|(key, fact)| Fact { attribute: key.clone(), value: value(fact) }).collect()
}

fn variants(raw: &RawProduct) -> Vec<Variant> {
    let sizes: Vec<Option<&RawSize>> = some_or_one(&raw.size);
    let mut out: Vec<Variant> = Vec::new();
    for size in sizes {
        for finish in some_or_one(&raw.finish) {
            for fabric in some_or_one(&raw.fabric) {
                for colour in some_or_one(&raw.colour) {
                    let looks = [("finish", finish), ("fabric", fabric), ("colour", colour)];
                    let first = out.is_empty();
                    out.push(variant(raw, size, &looks, first));
                }
            }
        }
    }
    out
}

fn some_or_one<T>(list: &[T]) -> Vec<Option<&T>> {
    if list.is_empty() { vec![None] } else { list.iter().map(Some).collect() }
}

fn variant(raw: &RawProduct, size: Option<&RawSize>, looks: &[(&str, Option<&String>); 3], first: bool) -> Variant {
    let mut sku = raw.sku.clone();
    let mut choices = Vec::new();
    let mut base = raw.price.unwrap_or_default();
    if let Some(size) = size {
        sku.push_str(&format!("-{}", size.code.to_uppercase()));
        choices.push(Choice { option: "size".into(), value: size_key(size) });
        base = size.price;
    }
    let mut picture = raw.key.clone();
    for (option, value) in looks {
        let Some(value) = value else { continue };
        sku.push_str(&format!("-{}", value[..3].to_uppercase()));
        choices.push(Choice { option: (*option).into(), value: (*value).clone() });
        base += raw.extra.get(*value).copied().unwrap_or_default();
        picture.push_str(&format!("-{value}"));
    }
    let facts = size.map(|size| facts(&size.facts)).unwrap_or_default();
    Variant {
        stock: stock(raw, &sku, first),
        prices: prices(raw, base),
        weight_grams: weight(&facts).or_else(|| weight(&self::facts(&raw.facts))).unwrap_or_default(),
        content: size
            .and_then(|size| size.content)
            .map(|milli| Content { unit: raw.content_unit.clone().unwrap_or_else(|| "l".into()), milli }),
        picture: format!("{}.webp", raw.pictured.as_ref().unwrap_or(&picture)),
        lead_days: raw.made,
        facts,
        choices,
        sku,
    }
}

/// Weights stand in thousandths of a kilogram, which are grams. Fabric and panels are weighed
/// per unit of sale.
fn weight(facts: &[Fact]) -> Option<i64> {
    facts.iter().find_map(|fact| match (&*fact.attribute, &fact.value) {
        ("weight", FactValue::Number(milli)) => Some(*milli),
        _ => None,
    })
}

fn prices(raw: &RawProduct, base: i64) -> Vec<PriceStep> {
    let mut steps = Vec::new();
    let mut from = OPENED;
    for (until, percent) in &raw.history {
        steps.push(PriceStep { days_ago: from, minor: round(base * (100 + percent) / 100), reduced: false });
        from = *until;
    }
    steps.push(PriceStep { days_ago: from, minor: base, reduced: false });
    if let Some(sale) = &raw.sale {
        let minor = round(base * (100 - sale.percent) / 100);
        steps.push(PriceStep { days_ago: sale.days, minor, reduced: true });
    }
    steps
}

/// Whole euros above fifty, ten cents below: nobody prices a table at 1,118.60.
fn round(minor: i64) -> i64 {
    let step = if minor >= 5000 { 100 } else { 10 };
    (minor + step / 2) / step * step
}

fn stock(raw: &RawProduct, sku: &str, first: bool) -> Vec<Stock> {
    let mut dice = Dice::of(sku);
    let measured = matches!(raw.unit, Unit::Metre | Unit::SquareMetre);
    let (warehouse, showroom) = match (raw.kind, &*raw.stock) {
        (Kind::Service, _) => return Vec::new(),
        (_, "shelf") if measured => (dice.between(18, 90) * 1000 + 500, dice.between(2, 8) * 1000),
        (_, "shelf") if !first && dice.chance(6) => (0, 0),
        (_, "shelf") => (dice.between(4, 36) * 1000, dice.between(0, 3) * 1000),
        (_, "few") => (0, dice.between(1, 2) * 1000),
        _ => (0, i64::from(first) * 1000),
    };
    vec![Stock { location: "warehouse".into(), milli: warehouse }, Stock { location: "showroom".into(), milli: showroom }]
}

fn pictures(raw: &RawProduct, variants: &[Variant], shop: &ShopFile) -> Vec<Picture> {
    let title = Words { lt: raw.lt.title.clone(), en: raw.en.title.clone(), de: raw.de.title.clone() };
    let mut out: Vec<Picture> = Vec::new();
    for variant in variants {
        if out.iter().any(|picture| picture.file == variant.picture) {
            continue;
        }
        let choices: Vec<Choice> = variant.choices.iter().filter(|choice| choice.option != "size").cloned().collect();
        let mut alt = title.clone();
        for choice in &choices {
            alt = alt.join(&lowered(value_name(shop, choice)), ", ");
        }
        out.push(Picture { file: variant.picture.clone(), alt, choices });
    }
    let words = |lt: &str, en: &str, de: &str| Words { lt: lt.into(), en: en.into(), de: de.into() };
    if raw.detail {
        let alt = title.join(&words("iš arti", "close view", "Nahaufnahme"), ", ");
        out.push(Picture { file: format!("{}-detail.webp", raw.key), alt, choices: Vec::new() });
    }
    if raw.lit {
        let alt = title.join(&words("įjungtas vakare", "lit in the evening", "am Abend eingeschaltet"), ", ");
        out.push(Picture { file: format!("{}-lit.webp", raw.key), alt, choices: Vec::new() });
    }
    out
}

fn value_name(shop: &ShopFile, choice: &Choice) -> Words {
    let option = shop.option.iter().find(|option| option.key == choice.option);
    let value = option.and_then(|option| option.values.iter().find(|value| value.key == choice.value));
    value.unwrap_or_else(|| panic!("no value {} of {}", choice.value, choice.option)).name.clone()
}

/// Inside a sentence a value begins small; German nouns keep their capital.
fn lowered(words: Words) -> Words {
    let small = |text: &str| {
        let mut letters = text.chars();
        letters.next().map(|first| first.to_lowercase().collect::<String>() + letters.as_str()).unwrap_or_default()
    };
    Words { lt: small(&words.lt), en: small(&words.en), de: words.de }
}

/// Care instructions for everything of oak and of linen, a file a language; one that is not in
/// the reader's language says so in its name.
fn documents(raw: &RawProduct) -> Vec<Document> {
    let name = |lt: &str, en: &str, de: &str| Words { lt: lt.into(), en: en.into(), de: de.into() };
    let (stem, title) = if raw.passages.iter().any(|passage| passage == "oak") {
        ("care-oak", name("Ąžuolo priežiūra", "Care of oak", "Pflege der Eiche"))
    } else if raw.passages.iter().any(|passage| passage == "linen") {
        ("care-linen", name("Lino priežiūra", "Care of linen", "Pflege von Leinen"))
    } else {
        return Vec::new();
    };
    let languages = [
        ("lt", name("", " (in Lithuanian)", " (auf Litauisch)")),
        ("en", name(" (angliškai)", "", " (auf Englisch)")),
        ("de", name(" (vokiškai)", " (in German)", "")),
    ];
    languages.map(|(locale, said)| Document { file: format!("{stem}.{locale}.pdf"), name: title.join(&said, ""), locale }).into()
}
