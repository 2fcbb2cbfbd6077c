//! The variant a row tells of.

use crate::amount;
use crate::complaint::{Code, Complaint};
use crate::draft::{OptionValue, Price, Sale, VariantDraft};
use crate::field::Field;
use crate::lists;
use crate::notes::Notes;
use crate::plan::{Fact, Facts, Plan};

/// The variant of a row; `names` are the option names known from other rows of
/// the product (Shopify says them once).
pub(crate) fn read(facts: &Facts, names: &[(u32, String)], plan: &Plan, notes: &mut Notes) -> VariantDraft {
    let mut variant = VariantDraft {
        external_id: facts.text(&Field::VariantExternalId).map(str::to_owned),
        sku: facts.text(&Field::Sku).map(str::to_owned),
        options: options(facts, names),
        ..VariantDraft::default()
    };
    variant.gtin = facts.get(&Field::Gtin).and_then(|fact| gtin(fact, notes));
    prices(&mut variant, facts, plan, notes);
    variant.stock_milli = stock(facts, plan, notes);
    variant.weight_g = weight(facts, plan, notes);
    variant.active = facts.get(&Field::Active).and_then(|fact| yes_or_no(fact, notes));
    for fact in facts.all(&Field::VariantPicture) {
        let separator = fact.rule.split.as_deref();
        let sources = separator.map_or_else(|| vec![fact.text.to_owned()], |s| lists::split(fact.text, s));
        variant.pictures.extend(sources.into_iter().filter(|source| is_picture(source)));
    }
    variant
}

/// Number → option name, as far as this row says.
pub(crate) fn option_names(facts: &Facts) -> Vec<(u32, String)> {
    let name = |fact: &Fact| match fact.rule.field {
        Field::OptionName(number) => Some((number, fact.text.to_owned())),
        _ => None,
    };
    facts.cells.iter().filter_map(name).collect()
}

fn options(facts: &Facts, names: &[(u32, String)]) -> Vec<OptionValue> {
    let mut options: Vec<OptionValue> = Vec::new();
    for fact in &facts.cells {
        let separator = fact.rule.split.as_deref().unwrap_or("|");
        match &fact.rule.field {
            Field::OptionValue(number) => {
                let name = names.iter().find(|(n, _)| n == number).map_or("", |(_, name)| name);
                // Shopify's word for "no options".
                let none = fact.text == "Default Title" || name.is_empty();
                if !none {
                    options.push(OptionValue { name: name.to_owned(), value: fact.text.to_owned() });
                }
            }
            Field::OptionNamed(name) => {
                options.push(OptionValue { name: name.clone(), value: fact.text.to_owned() });
            }
            Field::Options => options.extend(lists::pieces(fact.text, separator).into_iter().filter_map(pair)),
            _ => {}
        }
    }
    options
}

/// `Size = XL`
pub(crate) fn pair(text: &str) -> Option<OptionValue> {
    let (name, value) = lists::halves(text, "=");
    let [name, value] = [name, value?].map(|part| lists::unescape(part.trim()));
    (!name.is_empty() && !value.is_empty()).then_some(OptionValue { name, value })
}

fn prices(variant: &mut VariantDraft, facts: &Facts, plan: &Plan, notes: &mut Notes) {
    let named = facts.get(&Field::Currency);
    let mut currency = named.map_or(plan.currency.as_str(), |fact| fact.text).to_owned();
    if let Some(fact) = facts.get(&Field::Price) {
        if let Some((minor, code)) = price(fact, &currency, plan, notes) {
            currency = code.clone();
            variant.price = Some(Price { minor, currency: code });
        }
    } else if plan.has(&Field::Price) {
        notes.say(Complaint::new(Code::PriceMissing), "");
    }
    if let Some(fact) = facts.get(&Field::OtherPrices) {
        for piece in lists::pieces(fact.text, fact.rule.split.as_deref().unwrap_or("|")) {
            let other = price(Fact { text: piece, ..fact }, &currency, plan, notes);
            let other = other.map(|(minor, currency)| Price { minor, currency });
            variant.other_prices.extend(other);
        }
    }
    // Zero means "none" in every export that has the column.
    let second = |field, notes: &mut Notes| {
        let fact = facts.get(field)?;
        let (minor, code) = price(fact, &currency, plan, notes)?;
        if code != currency {
            notes.say(Complaint::new(Code::CurrencyUnknown).with("value", fact.text), fact.column);
        }
        (minor > 0).then_some((minor, fact.column.to_owned()))
    };
    variant.compare_at_minor = second(&Field::CompareAt, notes).map(|(minor, _)| minor);
    let Some((minor, column)) = second(&Field::SalePrice, notes) else {
        return;
    };
    if variant.price.as_ref().is_some_and(|price| minor >= price.minor) {
        notes.say(Complaint::new(Code::SaleNotLower), &column);
    }
    let mut date = |field| {
        facts.get(field).and_then(|fact| {
            let date = amount::date(fact.text);
            if date.is_none() {
                notes.about(Code::DateInvalid, fact);
            }
            date
        })
    };
    let (mut from, mut until) = (date(&Field::SaleFrom), date(&Field::SaleUntil));
    if let Some(fact) = facts.get(&Field::SaleRange) {
        let (start, end) = fact.text.split_once('/').unwrap_or((fact.text, ""));
        (from, until) = (amount::date(start), amount::date(end));
        if from.is_none() {
            notes.about(Code::DateInvalid, fact);
        }
    }
    variant.sale = Some(Sale { minor, from, until });
}

fn price(fact: Fact, currency: &str, plan: &Plan, notes: &mut Notes) -> Option<(i64, String)> {
    let (minor, code, remark) = notes.take(amount::price(fact.text, currency, plan.comma), fact.column)?;
    if let Some(remark) = remark {
        notes.say(remark, fact.column);
    }
    Some((minor, code))
}

fn stock(facts: &Facts, plan: &Plan, notes: &mut Notes) -> Option<i64> {
    if let Some(fact) = facts.get(&Field::Stock) {
        let value = notes.take(amount::bare(fact.text, plan.comma), fact.column)?;
        let milli = amount::milli(value);
        if milli.is_none() {
            notes.about(Code::NumberRange, fact);
        }
        // Oversold in the old shop: nothing is there to be sold.
        if milli.is_some_and(|milli| milli < 0) {
            notes.remark(Code::NumberNegative, fact);
            return Some(0);
        }
        return milli;
    }
    let fact = facts.get(&Field::InStock)?;
    matches!(fact.word().as_str(), "no" | "0" | "false" | "ne" | "nein").then_some(0)
}

fn weight(facts: &Facts, plan: &Plan, notes: &mut Notes) -> Option<i64> {
    let fact = facts.get(&Field::Weight)?;
    let (value, beside) = notes.take(amount::number(fact.text, plan.comma), fact.column)?;
    let named = facts.text(&Field::WeightUnit).or(fact.rule.unit.as_deref()).unwrap_or("kg");
    let grams = amount::grams(value, if beside.is_empty() { named } else { beside });
    if grams.is_none() {
        notes.about(Code::UnitInvalid, fact);
    }
    grams.filter(|grams| *grams > 0 || fact.rule.unit.as_deref() == Some("g"))
}

fn gtin(fact: Fact, notes: &mut Notes) -> Option<String> {
    // Excel shows long numbers as text with an apostrophe, shops with blanks.
    let digits: String = fact.text.chars().filter(|c| !matches!(c, ' ' | '-' | '\'')).collect();
    if amount::is_gtin(&digits) {
        return Some(digits);
    }
    notes.about(Code::GtinInvalid, fact);
    None
}

pub(crate) fn yes_or_no(fact: Fact, notes: &mut Notes) -> Option<bool> {
    match fact.word().as_str() {
        "1" | "true" | "yes" | "y" | "taip" | "ja" | "active" => Some(true),
        "0" | "false" | "no" | "n" | "ne" | "nein" | "draft" => Some(false),
        _ => {
            let complaint = Complaint::new(Code::ValueUnknown).with("value", fact.text);
            notes.say(complaint.with("expected", "true, false"), fact.column);
            None
        }
    }
}

/// A row that says one more price of a variant known by its SKU (Spree, per
/// currency). The caller's currency becomes the price, whichever came first.
pub(crate) fn add_price(known: &mut VariantDraft, price: Price, preferred: &str) {
    match &mut known.price {
        None => known.price = Some(price),
        Some(main) if price.currency == preferred && main.currency != preferred => {
            known.other_prices.push(std::mem::replace(main, price));
        }
        Some(_) => known.other_prices.push(price),
    }
}

/// A web address or a file name; never a script, a path out of the folder or
/// an address with a user in it.
pub(crate) fn is_picture(source: &str) -> bool {
    let lower = source.to_ascii_lowercase();
    let web = lower.starts_with("https://") || lower.starts_with("http://");
    let scheme = lower.contains(':');
    let outside = source.split(['/', '\\']).any(|part| part == "..");
    source.len() <= 2000 && !source.contains(char::is_control) && (web || (!scheme && !outside))
}
