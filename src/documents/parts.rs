//! The parts of a sheet.

use serde_json::{Value, json};

use super::{
    Kind, Paper, Side,
    paper::{Advance, PaperLine},
    sheet::{Column, Party, Said, Sum, Till, key, less, say},
};
use crate::{kernel::Rate, stage::Voice};

/// Letters after which a word without a break gets one: a part number of sixty characters would
/// else run out of its column.
const UNBROKEN: usize = 24;

/// The text with places to break where a word is too long for any column.
pub fn soft(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = 0;
    for c in text.chars() {
        run = if c.is_whitespace() || c == '-' || c == '\u{200b}' { 0 } else { run + 1 };
        if run > UNBROKEN {
            out.push('\u{200b}');
            run = 1;
        }
        out.push(c);
    }
    out
}

pub fn under(paper: &Paper, voice: &Voice) -> Vec<String> {
    let mut under = Vec::new();
    if let Some(corrects) = &paper.corrects {
        let args = [("number", corrects.number.clone()), ("date", voice.day(&corrects.issued_on))];
        under.push(voice.fill(&key("corrects"), &args));
        if !corrects.reason.is_empty() {
            under.push(voice.fill(&key("reason"), &[("reason", soft(&corrects.reason))]));
        }
    }
    if paper.kind == Kind::PrepaymentInvoice {
        under.push(say(voice, "no_vat_document"));
    }
    under
}

pub fn facts(paper: &Paper, voice: &Voice) -> Vec<Said> {
    let mut facts = vec![Said::new(say(voice, "issued_on"), voice.day(&paper.issued_on))];
    let day = |name: &str, day: &Option<String>| day.as_ref().map(|d| Said::new(say(voice, name), voice.day(d)));
    let supplied = paper.supplied_on.clone().filter(|d| *d != paper.issued_on);
    facts.extend(day("supplied_on", &supplied));
    if paper.due.minor > 0 && paper.kind != Kind::CreditNote {
        facts.extend(day("due_on", &paper.due_on));
    }
    for (name, value) in [("order", &paper.order), ("buyer_reference", &paper.buyer_reference)] {
        if !value.is_empty() {
            facts.push(Said::new(say(voice, name), soft(value)));
        }
    }
    facts
}

pub fn parties(paper: &Paper, voice: &Voice) -> Vec<Party> {
    let mut parties = vec![party(&paper.seller, "seller", voice), party(&paper.buyer, "buyer", voice)];
    if let Some(place) = paper.deliver_to.as_ref().filter(|p| **p != paper.buyer) {
        parties.push(party(place, "deliver_to", voice));
    }
    parties
}

pub fn party(side: &Side, label: &str, voice: &Voice) -> Party {
    let mut lines = Vec::new();
    for (name, value) in [("code", &side.code), ("vat_code", &side.vat_code)] {
        if !value.is_empty() {
            lines.push(format!("{} {value}", say(voice, name)));
        }
    }
    if !side.street.is_empty() {
        lines.push(soft(&side.street));
    }
    let city = [&*side.postcode, &*side.city].into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" ");
    let country = country(&side.country, voice);
    let place = [city, country].into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", ");
    if !place.is_empty() {
        lines.push(soft(&place));
    }
    if !side.contact.is_empty() {
        lines.push(soft(&side.contact));
    }
    Party { label: say(voice, label), name: soft(&side.name), lines }
}

fn country(code: &str, voice: &Voice) -> String {
    let key = format!("country.{code}");
    if voice.has(&key) { voice.say(&key) } else { code.to_owned() }
}

pub fn columns(paper: &Paper, voice: &Voice) -> Vec<Column> {
    let discounted = paper.lines.iter().any(|l| !l.discount_net.is_zero());
    // Who reads prices with VAT in the shop finds them here, too.
    let with_vat = !paper.untaxed && paper.buyer.person;
    let kinds = [
        ("n", true),
        ("goods", true),
        ("qty", true),
        ("price", true),
        ("discount", discounted),
        ("rate", !paper.untaxed),
        ("net", true),
        ("gross", with_vat),
    ];
    let label = |kind: &str| {
        let untaxed = if paper.untaxed && matches!(kind, "price" | "net") { "_untaxed" } else { "" };
        say(voice, &format!("column.{kind}{untaxed}"))
    };
    kinds.into_iter().filter(|(_, shown)| *shown).map(|(kind, _)| Column { kind, label: label(kind) }).collect()
}

pub fn lines(paper: &Paper, columns: &[Column], voice: &Voice) -> Vec<Vec<Value>> {
    let goods = paper
        .lines
        .iter()
        .enumerate()
        .map(|(i, line)| columns.iter().map(|column| cell(column.kind, i, line, voice)).collect::<Vec<Value>>());
    let advances = paper.advances.iter().enumerate().map(|(i, advance)| {
        columns.iter().map(|column| taken_off(column.kind, paper.lines.len() + i, advance, voice)).collect::<Vec<Value>>()
    });
    goods.chain(advances).collect()
}

fn cell(kind: &str, i: usize, line: &PaperLine, voice: &Voice) -> Value {
    match kind {
        "n" => voice.integer(i as i64 + 1).into(),
        "goods" => {
            let details = [&line.detail, &line.sku].into_iter().filter(|t| !t.is_empty());
            json!({ "title": soft(&line.title), "details": details.map(|t| soft(t)).collect::<Vec<_>>() })
        }
        "qty" => amount(line, voice).into(),
        "price" => voice.each(line.unit_net_micro, line.net.currency).into(),
        "discount" if line.discount_net.is_zero() => "".into(),
        "discount" => voice.money(less(line.discount_net)).into(),
        "rate" => rate(&line.tax_code, line.rate, voice).into(),
        "net" => voice.money(line.net).into(),
        _ => voice.money(line.gross).into(),
    }
}

/// An advance with an invoice of its own: a line of its rate that takes it off (mode B1).
fn taken_off(kind: &str, i: usize, advance: &Advance, voice: &Voice) -> Value {
    match kind {
        "n" => voice.integer(i as i64 + 1).into(),
        "goods" => {
            let args = [("number", advance.number.clone()), ("date", voice.day(&advance.issued_on))];
            json!({ "title": voice.fill(&key("advance"), &args), "details": [] })
        }
        "rate" => rate(&advance.tax_code, advance.rate, voice).into(),
        "net" => voice.money(less(advance.net)).into(),
        "gross" => advance.net.checked_add(advance.vat).map_or_else(String::new, |gross| voice.money(less(gross))).into(),
        _ => "".into(),
    }
}

fn amount(line: &PaperLine, voice: &Voice) -> String {
    let key = format!("unit.{}", line.unit);
    let qty = voice.qty(line.qty);
    if line.unit.is_empty() {
        qty
    } else if voice.has(&key) {
        voice.fill(&key, &[("n", qty)]).replace(' ', "\u{a0}")
    } else {
        format!("{qty}\u{a0}{}", line.unit)
    }
}

fn rate(tax_code: &str, rate: Rate, voice: &Voice) -> String {
    if has_rate(tax_code) { voice.rate(rate) } else { "–".into() }
}

/// What is exempt, outside VAT or taxed with the buyer has no rate, not one of nought.
fn has_rate(tax_code: &str) -> bool {
    !matches!(tax_code, "O" | "E" | "AE")
}

pub fn totals(paper: &Paper, voice: &Voice) -> Vec<Sum> {
    let sum = |label: String, value| Sum { label, value: voice.money(value), strong: false };
    let mut totals = Vec::new();
    if !paper.untaxed {
        totals.push(sum(say(voice, "net"), paper.net));
        for tax in &paper.taxes {
            let name = if has_rate(&tax.tax_code) { "vat_of" } else { "no_vat_of" };
            let args = [("rate", voice.rate(tax.rate)), ("net", voice.money(tax.net))];
            totals.push(sum(voice.fill(&key(name), &args), tax.vat));
        }
    }
    let whole = if paper.untaxed { "total_untaxed" } else { "gross" };
    totals.push(Sum { strong: true, ..sum(say(voice, whole), paper.gross) });
    if let Some(vat_eur) = paper.vat_eur {
        totals.push(sum(say(voice, "vat_eur"), vat_eur));
    }
    if !paper.prepaid.is_zero() {
        totals.push(sum(say(voice, "prepaid"), less(paper.prepaid)));
    }
    if !paper.rounding.is_zero() {
        totals.push(sum(say(voice, "rounding"), paper.rounding));
    }
    totals
}

pub fn due(paper: &Paper, voice: &Voice) -> Said {
    let label = match paper.kind {
        Kind::CreditNote => "due_back",
        Kind::OrderConfirmation => "due_order",
        _ => "due",
    };
    Said::new(say(voice, label), voice.money(paper.due))
}

/// Why there is no VAT. A business that owes the VAT itself reads the words that law prescribes
/// (Directive 2006/112/EC art. 226(11a)).
pub fn mentions(paper: &Paper, voice: &Voice) -> Vec<String> {
    let mut mentions: Vec<String> = Vec::new();
    for tax in &paper.taxes {
        let reverse = say(voice, "reverse_charge");
        if tax.tax_code == "AE" && !tax.reason.contains(&reverse) {
            mentions.push(reverse);
        }
        if !tax.reason.is_empty() {
            mentions.push(soft(&tax.reason));
        }
    }
    if paper.untaxed && mentions.is_empty() && paper.kind != Kind::CashReceipt && paper.kind != Kind::CashRefund {
        mentions.push(say(voice, "untaxed"));
    }
    mentions.dedup();
    mentions
}

/// What only a document of the till says.
pub fn till(paper: &Paper, voice: &Voice) -> Option<Till> {
    let cash = paper.cash.as_ref()?;
    let receipt = paper.kind == Kind::CashReceipt;
    if !receipt && paper.kind != Kind::CashRefund {
        return None;
    }
    let mut rows = vec![
        Said::new(say(voice, if receipt { "till.from" } else { "till.to" }), soft(&cash.payer)),
        Said::new(say(voice, "till.basis"), soft(&cash.basis)),
    ];
    if !cash.fiscal_receipt.is_empty() {
        rows.push(Said::new(say(voice, "till.fiscal_receipt"), soft(&cash.fiscal_receipt)));
    }
    let by = || Said::new(say(voice, "till.by"), &*cash.by);
    let signs = |name: &str| Said::new(say(voice, name), "");
    Some(Till {
        slip: if receipt { say(voice, "till.slip") } else { String::new() },
        rows,
        sum: Said::new(say(voice, "till.sum"), voice.money(cash.sum)),
        words: Said::new(say(voice, "words"), &*cash.words),
        signatures: if receipt {
            vec![signs("till.accountant"), by()]
        } else {
            vec![signs("till.head"), by(), signs("till.got")]
        },
        slip_signatures: vec![by()],
        cut: say(voice, "till.cut"),
    })
}
