//! What the rows of a product say about the product as a whole.

use crate::amount;
use crate::complaint::{Code, Complaint};
use crate::draft::{Attribute, Contact, Document, Kind, Measure, Picture, ProductDraft, Status, Texts, Vat};
use crate::field::Field;
use crate::html;
use crate::lists;
use crate::notes::Notes;
use crate::plan::{Fact, Facts, Plan};
use crate::variant::{is_picture, yes_or_no};

/// Adds what one row says; what an earlier row said stays.
pub(crate) fn add(draft: &mut ProductDraft, facts: &Facts, plan: &Plan, notes: &mut Notes) {
    for fact in &facts.cells {
        texts(draft, *fact, plan, notes);
        words(draft, *fact, notes);
        lists_of(draft, *fact, plan, notes);
    }
    numbered_attributes(draft, facts);
    if draft.measure.is_none() {
        draft.measure = measure(facts, plan, notes);
    }
    let fallback = facts.get(&Field::CategoryFallback).filter(|_| draft.categories.is_empty());
    if let Some(fact) = fallback {
        draft.categories.extend(path(fact.text, fact, plan));
    }
}

fn texts(draft: &mut ProductDraft, fact: Fact, plan: &Plan, notes: &mut Notes) {
    let slot: fn(&mut Texts) -> &mut Option<String> = match fact.rule.field {
        Field::Title => |t| &mut t.title,
        Field::Teaser => |t| &mut t.teaser,
        Field::Description => |t| &mut t.description,
        Field::SeoTitle => |t| &mut t.seo_title,
        Field::SeoDescription => |t| &mut t.seo_description,
        Field::Safety => |t| &mut t.safety,
        _ => return,
    };
    let locale = fact.rule.locale.as_deref().unwrap_or(&plan.locale).to_lowercase();
    let slot = slot(draft.texts.entry(locale).or_default());
    if slot.is_some() {
        return;
    }
    let text = if fact.rule.field == Field::Description {
        let (clean, dropped) = html::clean(fact.text);
        if dropped {
            notes.say(Complaint::new(Code::HtmlCleaned), fact.column);
        }
        clean
    } else {
        html::plain(fact.text).trim().to_owned()
    };
    if fact.rule.field == Field::Title && text.chars().count() > LONGEST_TITLE {
        notes.say(Complaint::new(Code::ValueTooLong).with("limit", LONGEST_TITLE), fact.column);
    }
    *slot = (!text.is_empty()).then_some(text);
}

/// Longer titles are descriptions in the wrong column.
const LONGEST_TITLE: usize = 400;

fn words(draft: &mut ProductDraft, fact: Fact, notes: &mut Notes) {
    let own = || Some(fact.text.to_owned());
    let producer = |draft: &mut ProductDraft, slot: fn(&mut Contact) -> &mut Option<String>| {
        slot(draft.producer.get_or_insert_default()).get_or_insert_with(|| fact.text.to_owned());
    };
    let responsible = |draft: &mut ProductDraft, slot: fn(&mut Contact) -> &mut Option<String>| {
        slot(draft.responsible.get_or_insert_default()).get_or_insert_with(|| fact.text.to_owned());
    };
    match fact.rule.field {
        Field::Handle if draft.handle.is_none() => draft.handle = own(),
        Field::Brand if draft.brand.is_none() => draft.brand = own(),
        Field::Unit if draft.unit.is_none() => draft.unit = own(),
        Field::ProducerName => producer(draft, |c| &mut c.name),
        Field::ProducerAddress => producer(draft, |c| &mut c.address),
        Field::ProducerEmail => producer(draft, |c| &mut c.email),
        Field::ResponsibleName => responsible(draft, |c| &mut c.name),
        Field::ResponsibleAddress => responsible(draft, |c| &mut c.address),
        Field::ResponsibleEmail => responsible(draft, |c| &mut c.email),
        Field::Kind => match fact.word().as_str() {
            "service" | "virtual" | "digital" | "paslauga" => draft.kind = Kind::Service,
            "goods" | "physical" | "product" | "prekė" => {}
            _ => expected(fact, "goods, service", notes),
        },
        Field::RowType if fact.text.to_lowercase().contains("virtual") => draft.kind = Kind::Service,
        Field::Status => match fact.word().as_str() {
            "active" => draft.status = Some(Status::Active),
            "draft" => draft.status = Some(Status::Draft),
            "archived" => draft.status = Some(Status::Archived),
            _ => expected(fact, "active, draft, archived", notes),
        },
        Field::Published if draft.status.is_none() => {
            let shown = yes_or_no(fact, notes);
            draft.status = shown.map(|shown| if shown { Status::Active } else { Status::Draft });
        }
        Field::VatCategory => {
            draft.vat.get_or_insert_with(Vat::default).category.get_or_insert_with(|| fact.text.to_owned());
        }
        Field::VatRate => {
            let rate = rate(fact, notes);
            let vat = draft.vat.get_or_insert_with(Vat::default);
            vat.rate_micro = vat.rate_micro.or(rate);
        }
        _ => {}
    }
}

fn lists_of(draft: &mut ProductDraft, fact: Fact, plan: &Plan, notes: &mut Notes) {
    let separator = fact.rule.split.as_deref();
    let pieces = || separator.map_or_else(|| vec![fact.text], |s| lists::pieces(fact.text, s));
    match &fact.rule.field {
        Field::Categories => {
            for piece in pieces() {
                once(&mut draft.categories, path(piece, fact, plan));
            }
        }
        Field::Tags => words_of(pieces()).for_each(|tag| once(&mut draft.tags, Some(tag))),
        Field::Related => words_of(pieces()).for_each(|sku| once(&mut draft.related, Some(sku))),
        Field::Picture | Field::PictureList => {
            for piece in pieces() {
                let picture = picture(piece);
                if is_picture(&picture.source) {
                    add_picture(draft, picture);
                } else {
                    notes.remark(Code::PictureInvalid, fact);
                }
            }
        }
        Field::PictureAlt => {
            if let Some(last) = draft.pictures.last_mut() {
                last.alt.get_or_insert_with(|| html::plain(fact.text).into_owned());
            }
        }
        Field::Documents => {
            for piece in pieces() {
                let Picture { source, alt } = picture(piece);
                let document = Document { source, title: alt };
                once(&mut draft.documents, is_picture(&document.source).then_some(document));
            }
        }
        Field::Attributes => {
            for piece in pieces() {
                once(&mut draft.attributes, attribute(piece).filter(|a| !NOISE.contains(&a.name.as_str())));
            }
        }
        Field::AttributeNamed(name) => {
            let (value, unit) = (fact.text.to_owned(), fact.rule.unit.clone());
            once(&mut draft.attributes, Some(Attribute { name: name.clone(), value, unit }));
        }
        _ => {}
    }
}

/// Magento's flags among the attributes.
const NOISE: &[&str] = &["has_options", "required_options"];

/// A source that is already there keeps its place and gains the alt text.
pub(crate) fn add_picture(draft: &mut ProductDraft, picture: Picture) {
    match draft.pictures.iter_mut().find(|known| known.source == picture.source) {
        Some(known) => known.alt = known.alt.take().or(picture.alt),
        None => draft.pictures.push(picture),
    }
}

/// `https://… = alt text`
fn picture(text: &str) -> Picture {
    let (source, alt) = lists::halves(text, " = ");
    let alt = alt.map(|alt| lists::unescape(alt.trim())).filter(|alt| !alt.is_empty());
    Picture { source: lists::unescape(source.trim()), alt }
}

/// `Width = 120 [cm]`; Magento's `color=Black`, `climate=Cool|Indoor`.
fn attribute(text: &str) -> Option<Attribute> {
    let (name, value) = lists::halves(text, "=");
    let value = value?.trim();
    let (value, unit) = match lists::halves(value, "[") {
        (value, Some(unit)) if unit.ends_with(']') => (value, Some(&unit[..unit.len() - 1])),
        _ => (value, None),
    };
    let clean = |text: &str| lists::unescape(text.trim());
    let unit = unit.map(clean).filter(|unit| !unit.is_empty());
    let (name, value) = (clean(name), clean(value));
    (!name.is_empty() && !value.is_empty()).then_some(Attribute { name, value, unit })
}

/// Name and value in columns of their own, and Google's `product_detail`.
fn numbered_attributes(draft: &mut ProductDraft, facts: &Facts) {
    for fact in &facts.cells {
        let Field::AttributeName(number) = fact.rule.field else {
            continue;
        };
        let value = facts.get(&Field::AttributeValue(number));
        let unit = facts.text(&Field::AttributeUnit(number)).map(str::to_owned);
        let Some(value) = value else { continue };
        let separator = value.rule.split.as_deref();
        let value = separator.map_or_else(|| value.text.to_owned(), |s| lists::split(value.text, s).join(", "));
        once(&mut draft.attributes, Some(Attribute { name: fact.text.to_owned(), value, unit }));
    }
    let values = facts.all(&Field::DetailValue);
    for (name, value) in facts.all(&Field::DetailName).zip(values) {
        let (name, value) = (name.text.to_owned(), value.text.to_owned());
        once(&mut draft.attributes, Some(Attribute { name, value, unit: None }));
    }
}

fn path(text: &str, fact: Fact, plan: &Plan) -> Option<Vec<String>> {
    let mut path = match &fact.rule.level {
        Some(level) => lists::split(text, level),
        None => vec![lists::unescape(text.trim())],
    };
    if path.first() == plan.profile.grouping.root_category.as_ref() {
        path.remove(0);
    }
    path.retain(|level| !level.is_empty());
    (!path.is_empty()).then_some(path)
}

fn measure(facts: &Facts, plan: &Plan, notes: &mut Notes) -> Option<Measure> {
    let content = facts.get(&Field::Measure)?;
    let (content_milli, beside) = amount_of(content, plan, notes)?;
    let unit = facts.text(&Field::MeasureUnit).unwrap_or(&beside).to_owned();
    if unit.is_empty() || content_milli <= 0 {
        // Shopify writes 0 where nothing is measured.
        if content_milli != 0 {
            notes.about(Code::UnitInvalid, content);
        }
        return None;
    }
    let base = facts.get(&Field::MeasureBase).and_then(|fact| Some((fact, amount_of(fact, plan, notes)?)));
    let base_milli = base.and_then(|(fact, (milli, beside))| {
        let own = facts.text(&Field::MeasureBaseUnit).unwrap_or(&beside).to_owned();
        let milli = if own.is_empty() { Some(milli) } else { convert(milli, &own, &unit) };
        if milli.is_none() {
            notes.about(Code::UnitInvalid, fact);
        }
        milli
    });
    Some(Measure { content_milli, unit, base_milli: base_milli.filter(|milli| *milli > 0) })
}

fn amount_of(fact: Fact, plan: &Plan, notes: &mut Notes) -> Option<(i64, String)> {
    let (value, unit) = notes.take(amount::number(fact.text, plan.comma), fact.column)?;
    let milli = amount::milli(value);
    if milli.is_none_or(|milli| milli < 0) {
        notes.about(Code::NumberRange, fact);
    }
    milli.map(|milli| (milli, unit.to_owned()))
}

/// Between the units of one kind; None between litres and metres.
fn convert(milli: i64, from: &str, to: &str) -> Option<i64> {
    const UNITS: &[(&str, &str, i64)] = &[
        ("l", "ml", 1000),
        ("l", "cl", 100),
        ("cl", "ml", 10),
        ("kg", "g", 1000),
        ("g", "mg", 1000),
        ("m", "cm", 100),
        ("m", "mm", 1000),
        ("cm", "mm", 10),
    ];
    let (from, to) = (from.to_lowercase(), to.to_lowercase());
    if from == to {
        return Some(milli);
    }
    UNITS.iter().find_map(|(large, small, times)| match () {
        () if (*large, *small) == (&*from, &*to) => milli.checked_mul(*times),
        () if (*small, *large) == (&*from, &*to) => Some(milli / times),
        () => None,
    })
}

/// Percent as millionths; `0.21` means 21 %: no rate is below one percent.
fn rate(fact: Fact, notes: &mut Notes) -> Option<i64> {
    let text = fact.text.trim_end_matches('%').trim();
    let value = notes.take(amount::bare(text, amount::Comma::Decimal), fact.column)?;
    let milli = amount::milli(value)?;
    let milli = if (1..1000).contains(&milli) && !fact.text.contains('%') { milli * 100 } else { milli };
    if !(0..=100_000).contains(&milli) {
        notes.about(Code::NumberRange, fact);
        return None;
    }
    Some(milli * 10)
}

fn expected(fact: Fact, words: &str, notes: &mut Notes) {
    let complaint = Complaint::new(Code::ValueUnknown).with("value", fact.text);
    notes.say(complaint.with("expected", words), fact.column);
}

fn words_of(pieces: Vec<&str>) -> impl Iterator<Item = String> {
    pieces.into_iter().map(|piece| lists::unescape(piece.trim())).filter(|word| !word.is_empty())
}

fn once<T: PartialEq>(list: &mut Vec<T>, item: Option<T>) {
    if let Some(item) = item.filter(|item| !list.contains(item)) {
        list.push(item);
    }
}
