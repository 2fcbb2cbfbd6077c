//! What would be an invalid document is refused before it has a number: an issued one can only be
//! corrected by another.

use super::{Complaint, Kind, Paper, PaperLine, PaperTax, Side, einvoice, sums};
use crate::kernel::{Money, Rate};

/// Whether a document may be issued as it stands. All that is wrong comes at once, each with its
/// rule and its remedy. Invoices and credit notes are held to every rule of EN 16931, whether or
/// not they will travel as an e-invoice; other documents to what any document needs.
///
/// # Errors
/// The complaints; never an empty list.
pub fn admissible(paper: &Paper) -> Result<(), Vec<Complaint>> {
    let mut found = basics(paper);
    found.extend(sums::currencies(paper));
    if found.is_empty() {
        found.extend(sums::totals(paper));
    }
    if einvoice::exists(paper.kind) {
        found.extend(parties(paper));
        found.extend(paper.lines.iter().enumerate().flat_map(|(n, l)| line(n, l)));
        found.extend(einvoice::taxes(paper).iter().enumerate().flat_map(|(n, t)| tax(n, t)));
        found.extend(categories(paper));
        found.extend(terms(paper));
        if found.is_empty() {
            found = einvoice::against(paper);
        }
    }
    if found.is_empty() { Ok(()) } else { Err(found) }
}

fn missing(text: &str) -> bool {
    einvoice::text(text).is_none()
}

fn basics(paper: &Paper) -> Vec<Complaint> {
    let mut found = Vec::new();
    if missing(&paper.number) {
        found.push(Complaint::new("BR-02", "documents.no_number", "number"));
    }
    for (side, at, rule) in [(&paper.seller, "seller", "BR-06"), (&paper.buyer, "buyer", "BR-07")] {
        if missing(&side.name) {
            found.push(Complaint::new(rule, "documents.no_name", format!("{at}.name")));
        }
    }
    let corrected = paper.corrects.as_ref().map(|c| ("corrects.issued_on", &c.issued_on));
    let advances = paper.advances.iter().map(|a| ("advances.issued_on", &a.issued_on));
    let dates =
        [("issued_on", Some(&paper.issued_on)), ("due_on", paper.due_on.as_ref()), ("supplied_on", paper.supplied_on.as_ref())];
    let dates = dates.into_iter().filter_map(|(at, date)| Some((at, date?))).chain(corrected).chain(advances);
    let wrong = dates.filter(|(_, date)| en16931::Date::parse(date).is_err());
    found.extend(wrong.map(|(at, date)| Complaint::new("PEPPOL-EN16931-F001", "documents.date", at).what(date)));
    if paper.lines.is_empty() && paper.cash.is_none() {
        found.push(Complaint::new("BR-16", "documents.no_lines", "lines"));
    }
    found
}

fn parties(paper: &Paper) -> Vec<Complaint> {
    let mut found = Vec::new();
    for (side, at, rule) in [(&paper.seller, "seller", "BR-09"), (&paper.buyer, "buyer", "BR-11")] {
        found.extend(country(side, at, rule));
        if let Some(vat) = einvoice::vat_code(side).filter(|vat| !prefixed(vat)) {
            found.push(Complaint::new("BR-CO-09", "documents.vat_prefix", format!("{at}.vat_code")).what(vat));
        }
    }
    found.extend(paper.deliver_to.iter().filter(|to| !missing(&to.country)).flat_map(|to| country(to, "deliver_to", "BR-57")));
    let seller = &paper.seller;
    // A document that VAT does not concern names no VAT number, so it cannot be the seller's id.
    let by_vat = !seller.vat_code.trim().is_empty() && !coded(paper, "O");
    if !by_vat && (missing(&seller.code) || seller.person) {
        found.push(Complaint::new("BR-CO-26", "documents.no_seller_id", "seller.code"));
    }
    found
}

fn country(side: &Side, at: &str, rule: &str) -> Option<Complaint> {
    let at = format!("{at}.country");
    if missing(&side.country) {
        return Some(Complaint::new(rule, "documents.no_country", at).what(&side.name));
    }
    let known = en16931::codes::guard::country(&side.country).is_ok();
    (!known).then(|| Complaint::new("BR-CL-14", "documents.country", at).what(&side.country))
}

/// Greece writes EL before its numbers and GR everywhere else; Northern Ireland has XI.
fn prefixed(vat: &str) -> bool {
    vat.get(..2).is_some_and(|p| p == "EL" || p == "XI" || en16931::codes::guard::country(p).is_ok())
}

fn line(n: usize, line: &PaperLine) -> Vec<Complaint> {
    let at = |field: &str| format!("lines.{n}.{field}");
    let named = |rule: &str, code, field: &str| Complaint::new(rule, code, at(field)).what(&line.title);
    let mut found = Vec::new();
    if missing(&line.title) {
        found.push(Complaint::new("BR-25", "documents.no_title", at("title")).what(n + 1));
    }
    if line.qty.0 == 0 {
        found.push(named("BR-22", "documents.no_quantity", "qty"));
    }
    if line.unit_net_micro < 0 {
        found.push(named("BR-27", "documents.price", "unit_net_micro"));
    }
    if line.discount_net.minor < 0 {
        found.push(named("BR-41", "documents.discount", "discount_net"));
    }
    found.extend(category(&line.tax_code, line.rate, &at("rate"), "05"));
    found.extend(sums::line(n, line));
    found
}

/// The family of a category's rules: those of K are called IC.
fn family(tax_code: &str) -> &str {
    if tax_code == "K" { "IC" } else { tax_code }
}

fn category(tax_code: &str, rate: Rate, at: &str, number: &str) -> Option<Complaint> {
    let right = match tax_code {
        "S" => rate > Rate::ZERO,
        "Z" | "E" | "AE" | "K" | "G" | "O" => rate == Rate::ZERO,
        _ => return Some(Complaint::new("BR-CL-18", "documents.tax_code", at).what(tax_code)),
    };
    (!right).then(|| Complaint::new(format!("BR-{}-{number}", family(tax_code)), "documents.rate", at).what(tax_code))
}

fn tax(n: usize, tax: &PaperTax) -> Vec<Complaint> {
    let at = format!("taxes.{n}.reason");
    let family = family(&tax.tax_code);
    let mut found: Vec<Complaint> = category(&tax.tax_code, tax.rate, &format!("taxes.{n}.rate"), "09").into_iter().collect();
    let said = !(missing(&tax.reason) && missing(&tax.reason_code));
    match tax.tax_code.as_str() {
        "S" | "Z" if said => found.push(Complaint::new(format!("BR-{family}-10"), "documents.needless_reason", at)),
        "E" | "AE" | "K" | "G" | "O" if !said => {
            found.push(Complaint::new(format!("BR-{family}-10"), "documents.no_reason", at).what(&tax.tax_code));
        }
        _ => {}
    }
    // Peppol's P0104 to P0111: what the code says, the category has to say too.
    let meant = match tax.reason_code.trim() {
        "VATEX-EU-G" => Some(("G", "P0104")),
        "VATEX-EU-O" => Some(("O", "P0105")),
        "VATEX-EU-IC" => Some(("K", "P0106")),
        "VATEX-EU-AE" => Some(("AE", "P0107")),
        "VATEX-EU-D" => Some(("E", "P0108")),
        "VATEX-EU-F" => Some(("E", "P0109")),
        "VATEX-EU-I" => Some(("E", "P0110")),
        "VATEX-EU-J" => Some(("E", "P0111")),
        _ => None,
    };
    if let Some((_, rule)) = meant.filter(|(code, _)| *code != tax.tax_code) {
        let at = format!("taxes.{n}.reason_code");
        found.push(Complaint::new(format!("PEPPOL-EN16931-{rule}"), "documents.reason_code", at).what(&tax.reason_code));
    }
    found
}

fn coded(paper: &Paper, tax_code: &str) -> bool {
    let lines = paper.lines.iter().map(|l| &l.tax_code);
    lines.chain(paper.taxes.iter().map(|t| &t.tax_code)).any(|code| code == tax_code)
}

/// Who must be named by number, and where the goods must have gone, for a way of taxing.
fn categories(paper: &Paper) -> Vec<Complaint> {
    let mut found = Vec::new();
    let vat = |side: &Side| einvoice::vat_code(side);
    let (seller, buyer) = (vat(&paper.seller), vat(&paper.buyer));
    let taxed = ["S", "Z", "E", "AE", "K", "G"].into_iter().find(|code| coded(paper, code));
    if let Some(code) = taxed.filter(|_| seller.is_none()) {
        found.push(Complaint::new(format!("BR-{}-02", family(code)), "documents.no_seller_vat", "seller.vat_code"));
    }
    if (coded(paper, "O") || paper.untaxed) && taxed.is_some() {
        found.push(Complaint::new("BR-O-11", "documents.untaxed_mixed", "taxes"));
    }
    if coded(paper, "AE") && buyer.is_none() && (missing(&paper.buyer.code) || paper.buyer.person) {
        found.push(Complaint::new("BR-AE-02", "documents.no_buyer_id", "buyer.vat_code").what(&paper.buyer.name));
    }
    if coded(paper, "K") {
        if buyer.is_none() {
            found.push(Complaint::new("BR-IC-02", "documents.no_buyer_vat", "buyer.vat_code").what(&paper.buyer.name));
        }
        match paper.deliver_to.as_ref().map(|to| to.country.trim()).filter(|to| !to.is_empty()) {
            None => found.push(Complaint::new("BR-IC-12", "documents.no_destination", "deliver_to.country")),
            Some(to) if to == paper.seller.country => {
                found.push(Complaint::new("destination.abroad", "documents.not_abroad", "deliver_to.country").what(to));
            }
            Some(_) => {}
        }
    }
    found
}

/// By when and how it is paid, and what it corrects.
fn terms(paper: &Paper) -> Vec<Complaint> {
    let mut found = Vec::new();
    if paper.due.minor > 0 && paper.due_on.is_none() && paper.kind == Kind::Invoice {
        found.push(Complaint::new("BR-CO-25", "documents.no_due_date", "due_on"));
    }
    if paper.pay.as_ref().is_some_and(|pay| missing(&pay.iban)) {
        found.push(Complaint::new("BR-61", "documents.no_iban", "pay.iban"));
    }
    if paper.kind == Kind::CreditNote {
        let corrects = paper.corrects.as_ref();
        if corrects.is_none_or(|c| missing(&c.number)) {
            found.push(Complaint::new("BR-55", "documents.no_original", "corrects.number"));
        }
        if corrects.is_none_or(|c| missing(&c.reason)) {
            found.push(Complaint::new("correction.reason", "documents.no_correction_reason", "corrects.reason"));
        }
    }
    for advance in paper.advances.iter().filter(|a| missing(&a.number)) {
        found.push(Complaint::new("BR-55", "documents.no_original", "advances.number").what(advance.net.amount_text()));
    }
    let foreign = paper.currency != crate::kernel::Currency::EUR && !paper.vat.is_zero();
    if foreign && paper.vat_eur.is_none_or(|euro| euro.minor.signum() != paper.vat.minor.signum()) {
        found.push(Complaint::new("BR-53", "documents.no_vat_eur", "vat_eur").what(amount(paper.vat)));
    }
    found
}

pub(super) fn amount(money: Money) -> String {
    format!("{} {}", money.amount_text(), money.currency)
}
