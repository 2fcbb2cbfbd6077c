//! From the rows of one product to its draft.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::complaint::{Code, Complaint};
use crate::draft::{Given, OptionValue, Picture, Price, ProductDraft, VariantDraft};
use crate::field::Field;
use crate::lists;
use crate::notes::Notes;
use crate::plan::{Facts, Plan};
use crate::product;
use crate::profile::GroupBy;
use crate::source::Row;
use crate::variant;

/// The draft of `rows`, which are one product, and all that is to be said.
pub(crate) fn assemble(rows: &[Row], plan: &Plan) -> (ProductDraft, Notes) {
    let mut notes = Notes::default();
    let mut draft = ProductDraft::default();
    let clean: Vec<Cow<Row>> = rows.iter().map(|row| legible(row, plan, &mut notes)).collect();
    let facts: Vec<Facts> = clean.iter().map(|row| plan.facts(row)).collect();
    let roles: Vec<Role> = facts.iter().map(|facts| role(facts, plan)).collect();
    let has_parent = roles.contains(&Role::Parent);
    for (facts, role) in facts.iter().zip(&roles) {
        if !has_parent || *role == Role::Parent {
            notes.on(facts.number);
            product::add(&mut draft, facts, plan, &mut notes);
        }
    }
    draft.variants = variants(&mut draft, &facts, &roles, plan, &mut notes);
    let first = facts.first().map_or(1, |facts| facts.number);
    identify(&mut draft, &facts, &roles, plan);
    settle_options(&mut draft, first, &mut notes);
    notes.on(first);
    if draft.external_id.is_empty() {
        notes.say(Complaint::new(Code::ValueRequired), "sku");
    }
    if draft.variants.is_empty() && !notes.has_error() {
        notes.say(Complaint::new(Code::VariantsNone), "");
    }
    tidy(&mut draft);
    draft.given = plan.given.unwrap_or_else(|| given(&facts));
    (draft, notes)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Product and variant in one row.
    Both,
    Parent,
    Variant,
}

fn role(facts: &Facts, plan: &Plan) -> Role {
    let kind = facts.text(&Field::RowType).unwrap_or("");
    let has = |word: &str| kind.split(',').any(|part| part.trim().eq_ignore_ascii_case(word));
    match plan.profile.grouping.by {
        GroupBy::Parent if has("variable") => Role::Parent,
        GroupBy::Parent if has("variation") => Role::Variant,
        GroupBy::Variations if has("configurable") => Role::Parent,
        _ => Role::Both,
    }
}

fn variants(draft: &mut ProductDraft, facts: &[Facts], roles: &[Role], plan: &Plan, notes: &mut Notes) -> Vec<VariantDraft> {
    let listed = variations(facts);
    let mut names: Vec<(u32, String)> = Vec::new();
    let mut found: Vec<(u64, VariantDraft)> = Vec::new();
    for (facts, role) in facts.iter().zip(roles) {
        names.extend(variant::option_names(facts));
        let tells = facts.cells.iter().any(|fact| fact.rule.field.is_of_variant() && !shared(&fact.rule.field));
        if *role == Role::Parent || !tells {
            continue;
        }
        notes.on(facts.number);
        let mut variant = variant::read(facts, &names, plan, notes);
        if *role == Role::Variant {
            variant.external_id = facts.text(&Field::ExternalId).map(str::to_owned);
            variant.options.extend(named_values(facts));
        }
        if *role == Role::Variant || listed.contains_key(variant.sku.as_deref().unwrap_or("")) {
            own_pictures(draft, &mut variant, facts);
        }
        if let Some(options) = variant.sku.as_deref().and_then(|sku| listed.get(sku)) {
            variant.options = options.clone();
        }
        if let Some(price) = further_price(&found, &variant) {
            let known = found.iter_mut().find(|(_, known)| known.sku == variant.sku);
            known.into_iter().for_each(|(_, known)| {
                variant::add_price(known, price.clone(), &plan.currency);
            });
            continue;
        }
        found.push((facts.number, variant));
    }
    complain_of_missing(&listed, &found, facts, notes);
    // A master row (Spree) speaks for the product when others have options.
    let with_options = found.iter().any(|(_, variant)| !variant.options.is_empty());
    if with_options && found.len() > 1 && found[0].1.options.is_empty() {
        let row = found.remove(0).0;
        notes.list.retain(|c| c.row != Some(row) || c.code != Code::PriceMissing.word());
    }
    found.into_iter().map(|(_, variant)| variant).collect()
}

/// The price of a row that repeats a SKU without options, in a currency the
/// variant has no price in yet. Anything else of the same SKU is a duplicate.
fn further_price(found: &[(u64, VariantDraft)], row: &VariantDraft) -> Option<Price> {
    let (_, known) = found.iter().find(|(_, known)| known.sku == row.sku && row.sku.is_some())?;
    let price = row.price.clone().filter(|_| row.options.is_empty() || row.options == known.options)?;
    let mut prices = known.price.iter().chain(&known.other_prices);
    prices.all(|other| other.currency != price.currency).then_some(price)
}

/// Cells that alone do not make a row a variant: Shopify repeats the currency
/// of nothing and a picture row has a picture.
fn shared(field: &Field) -> bool {
    matches!(field, Field::Currency | Field::WeightUnit | Field::VariantPicture | Field::Weight)
}

/// Magento: SKU → options, from the product's list of variations.
fn variations(facts: &[Facts]) -> HashMap<String, Vec<OptionValue>> {
    let mut listed = HashMap::new();
    for text in facts.iter().filter_map(|facts| facts.text(&Field::Variations)) {
        for variation in lists::pieces(text, "|") {
            let mut pairs: Vec<_> = lists::pieces(variation, ",").into_iter().filter_map(variant::pair).collect();
            if let Some(at) = pairs.iter().position(|pair| pair.name == "sku") {
                let sku = pairs.remove(at).value;
                listed.insert(sku, pairs);
            }
        }
    }
    listed
}

fn complain_of_missing(
    listed: &HashMap<String, Vec<OptionValue>>,
    found: &[(u64, VariantDraft)],
    facts: &[Facts],
    notes: &mut Notes,
) {
    if listed.is_empty() {
        return;
    }
    let parent = facts.iter().find_map(|f| f.get(&Field::Variations).map(|fact| (f.number, fact)));
    let mut missing: Vec<_> =
        listed.keys().filter(|sku| !found.iter().any(|(_, variant)| variant.sku.as_deref() == Some(sku.as_str()))).collect();
    missing.sort();
    for sku in missing {
        if let Some((row, fact)) = parent {
            notes.on(row);
            notes.say(Complaint::new(Code::VariationMissing).with("value", sku), fact.column);
        }
    }
}

/// WooCommerce: a variation's attributes are its options.
fn named_values(facts: &Facts) -> Vec<OptionValue> {
    let pair = |fact: &crate::plan::Fact| match fact.rule.field {
        Field::AttributeName(number) => {
            Some(OptionValue { name: fact.text.to_owned(), value: facts.text(&Field::AttributeValue(number))?.to_owned() })
        }
        _ => None,
    };
    facts.cells.iter().filter_map(pair).collect()
}

fn own_pictures(draft: &mut ProductDraft, variant: &mut VariantDraft, facts: &Facts) {
    for fact in &facts.cells {
        if !matches!(fact.rule.field, Field::Picture | Field::PictureList) {
            continue;
        }
        let separator = fact.rule.split.as_deref();
        let sources = separator.map_or_else(|| vec![fact.text.to_owned()], |s| lists::split(fact.text, s));
        for source in sources.into_iter().filter(|source| variant::is_picture(source)) {
            if !variant.pictures.contains(&source) {
                variant.pictures.push(source.clone());
            }
            product::add_picture(draft, Picture { source, alt: None });
        }
    }
}

/// What the source calls the product, and each variant.
fn identify(draft: &mut ProductDraft, facts: &[Facts], roles: &[Role], plan: &Plan) {
    let parent = facts.iter().zip(roles).find(|(_, role)| **role == Role::Parent).map(|(facts, _)| facts);
    let Some(first) = parent.or(facts.first()) else {
        return;
    };
    let grouped = first.text(&Field::Parent).filter(|_| plan.profile.grouping.by == GroupBy::Key);
    let own = first.text(&Field::ExternalId);
    if plan.profile.grouping.by == GroupBy::Key && (grouped.is_some() || facts.len() > 1) {
        // The id of a row is that of the variant; the group has its own.
        let ids = facts.iter().map(|facts| facts.text(&Field::ExternalId));
        for (variant, id) in draft.variants.iter_mut().zip(ids) {
            variant.external_id = variant.external_id.take().or(id.map(str::to_owned));
        }
    }
    let sku = || first.text(&Field::Sku).or_else(|| draft.variants.first()?.sku.as_deref());
    // Magento's products are known by SKU; the handle of one may be missing.
    let listed = plan.profile.grouping.by == GroupBy::Variations;
    let own = own.or(first.text(&Field::Sku).filter(|_| listed));
    let id = grouped.or(own).map(str::to_owned).or_else(|| draft.handle.clone());
    draft.external_id = id.or_else(|| sku().map(str::to_owned)).unwrap_or_default();
    // A feed without an own SKU column sells by its id.
    if plan.profile.name == "google-merchant" {
        for (variant, facts) in draft.variants.iter_mut().zip(facts) {
            variant.sku = variant.sku.take().or(facts.text(&Field::ExternalId).map(str::to_owned));
        }
    }
}

/// Every variant has a value for each option, in one order, and no two the same.
fn settle_options(draft: &mut ProductDraft, first: u64, notes: &mut Notes) {
    notes.on(first);
    if draft.variants.len() == 1 && draft.options.is_empty() {
        // One variant: its "options" are what the product is like (a feed's colour).
        let only = &mut draft.variants[0];
        draft.options = only.options.iter().map(|option| option.name.clone()).collect();
        return;
    }
    let mut names: Vec<String> = Vec::new();
    for option in draft.variants.iter().flat_map(|variant| &variant.options) {
        if !names.contains(&option.name) {
            names.push(option.name.clone());
        }
    }
    let mut seen = HashMap::new();
    for variant in &mut draft.variants {
        let given = std::mem::take(&mut variant.options);
        for name in &names {
            match given.iter().find(|option| option.name == *name) {
                Some(option) => variant.options.push(option.clone()),
                None => notes.say(Complaint::new(Code::OptionMissing).with("value", name), ""),
            }
        }
        let values: Vec<_> = variant.options.iter().map(|o| o.value.clone()).collect();
        if seen.insert(values.clone(), ()).is_some() {
            notes.say(Complaint::new(Code::OptionsTwice).with("value", values.join(" / ")), "");
        }
    }
    draft.attributes.retain(|attribute| !names.contains(&attribute.name));
    draft.options = names;
}

fn given(facts: &[Facts]) -> Given {
    let mut given = Given::default();
    for fact in facts.iter().flat_map(|facts| &facts.cells) {
        given.add(fact.rule.field.gives());
    }
    given
}

/// Empty parts go, and pictures of variants stand among the product's.
fn tidy(draft: &mut ProductDraft) {
    draft.texts.retain(|_, texts| *texts != Default::default());
    let sources: Vec<String> = draft.variants.iter().flat_map(|v| v.pictures.clone()).collect();
    for source in sources {
        product::add_picture(draft, Picture { source, alt: None });
    }
}

/// Control characters out; letters lost in decoding refused.
fn legible<'r>(row: &'r Row, plan: &Plan, notes: &mut Notes) -> Cow<'r, Row> {
    let odd = |c: char| c == '\u{fffd}' || c == '\r' || (c.is_control() && !matches!(c, '\n' | '\t'));
    if !row.cells.iter().any(|(_, text)| text.contains(odd)) {
        return Cow::Borrowed(row);
    }
    let mut clean = row.clone();
    notes.on(row.number);
    for (column, text) in &mut clean.cells {
        if text.contains('\u{fffd}') {
            notes.say(Complaint::new(Code::EncodingBroken), plan.heading(*column));
        }
        let breaks = text.replace("\r\n", "\n").replace('\r', "\n");
        let kept: String = breaks.chars().filter(|c| *c != '\u{fffd}' && !odd(*c)).collect();
        if kept.len() < breaks.len() && !text.contains('\u{fffd}') {
            notes.say(Complaint::new(Code::CellControl), plan.heading(*column));
        }
        *text = kept;
    }
    Cow::Owned(clean)
}
