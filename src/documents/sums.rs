//! Whether a document adds up: to the cent, where the rules of the e-invoice allow a whole unit.

use rust_decimal::Decimal;

use super::{Complaint, Kind, Paper, PaperLine, admissible::amount, einvoice};
use crate::kernel::{Currency, Money, Qty, Rate, UnitPrice};

/// All sums in the document's currency (VAT in euro apart), none finer than the wire can say.
pub(super) fn currencies(paper: &Paper) -> Vec<Complaint> {
    let mut all = vec![
        ("net", paper.net),
        ("vat", paper.vat),
        ("gross", paper.gross),
        ("prepaid", paper.prepaid),
        ("rounding", paper.rounding),
        ("due", paper.due),
    ];
    all.extend(paper.lines.iter().flat_map(|l| [("lines", l.net), ("lines", l.gross), ("lines", l.discount_net)]));
    all.extend(paper.taxes.iter().flat_map(|t| [("taxes", t.net), ("taxes", t.vat)]));
    all.extend(paper.advances.iter().flat_map(|a| [("advances", a.net), ("advances", a.vat)]));
    let foreign = all.iter().filter(|(_, money)| money.currency != paper.currency);
    let mut found: Vec<Complaint> = foreign
        .map(|(at, money)| Complaint::new("PEPPOL-EN16931-R051", "documents.currency", *at).what(amount(*money)))
        .collect();
    if paper.vat_eur.is_some_and(|euro| euro.currency != Currency::EUR) {
        found.push(Complaint::new("BR-53", "documents.no_vat_eur", "vat_eur").what(amount(paper.vat)));
    }
    if einvoice::exists(paper.kind) {
        let fine = all.iter().filter(|(_, money)| einvoice::amount(*money).is_none());
        found.extend(fine.map(|(at, money)| Complaint::new("BR-DEC-23", "documents.decimals", *at).what(amount(*money))));
    }
    found
}

/// Quantity times price less the discount is the line's net. A net that was taken out of a gross
/// sum lies beside it by what a unit price of four places leaves open, its cent and its
/// discount's.
pub(super) fn line(n: usize, line: &PaperLine) -> Option<Complaint> {
    let full = line.net.to_decimal() + line.discount_net.to_decimal();
    let exact = UnitPrice(line.unit_net_micro).to_decimal().checked_mul(line.qty.to_decimal());
    let open = line.qty.to_decimal().abs() * Decimal::new(5, 5) + Money::new(2, line.net.currency).to_decimal();
    let right = exact.is_some_and(|exact| (exact - full).abs() <= open);
    let at = format!("lines.{n}.net");
    (!right && line.qty != Qty::ZERO).then(|| {
        Complaint::new("PEPPOL-EN16931-R120", "documents.line_sum", at).what(format!("{}: {}", line.title, amount(line.net)))
    })
}

pub(super) fn totals(paper: &Paper) -> Vec<Complaint> {
    let mut found = Vec::new();
    let mut same = |rule: &str, code, at: &str, said: Money, made: i128| {
        if i128::from(said.minor) != made {
            let made = i64::try_from(made).map_or_else(|_| made.to_string(), |m| amount(Money::new(m, paper.currency)));
            found.push(Complaint::new(rule, code, at).what(format!("{} ≠ {made}", amount(said))));
        }
    };
    let sum = |all: &mut dyn Iterator<Item = i64>| all.map(i128::from).sum::<i128>();
    let (net, vat, gross) = (i128::from(paper.net.minor), i128::from(paper.vat.minor), i128::from(paper.gross.minor));
    same("BR-CO-15", "documents.gross_sum", "gross", paper.gross, net + vat);
    if !einvoice::exists(paper.kind) {
        return found;
    }
    let due = gross - i128::from(paper.prepaid.minor) + i128::from(paper.rounding.minor);
    same("BR-CO-16", "documents.due_sum", "due", paper.due, due);
    let advances = |of: fn(&super::Advance) -> i64| sum(&mut paper.advances.iter().map(of));
    let lines = sum(&mut paper.lines.iter().map(|l| l.net.minor)) - advances(|a| a.net.minor);
    same("BR-CO-10", "documents.lines_sum", "net", paper.net, lines);
    let with_vat = sum(&mut paper.lines.iter().map(|l| l.gross.minor)) - advances(|a| a.net.minor) - advances(|a| a.vat.minor);
    same("sums.gross", "documents.gross_lines", "gross", paper.gross, with_vat);
    let taxes = einvoice::taxes(paper);
    same("BR-CO-13", "documents.taxes_sum", "net", paper.net, sum(&mut taxes.iter().map(|t| t.net.minor)));
    same("BR-CO-14", "documents.vat_sum", "vat", paper.vat, sum(&mut taxes.iter().map(|t| t.vat.minor)));
    found.extend(by_rate(paper));
    found.extend(bounds(paper));
    found
}

/// Each category and rate: its net is that of its lines less its advances, and its VAT what the
/// rate makes of it. VAT that was taken out of a gross sum lies up to two cents beside that, and so
/// does each line's share and each advance's. The last of several credits takes what the roundings
/// of the others left, so that it has the official rules' one unit (BR-S-09).
fn by_rate(paper: &Paper) -> Vec<Complaint> {
    let taxes = einvoice::taxes(paper);
    let mut found = Vec::new();
    for tax in taxes.iter() {
        let of = |code: &str, rate: Rate| code == tax.tax_code && rate == tax.rate;
        let lines = paper.lines.iter().filter(|l| of(&l.tax_code, l.rate)).map(|l| i128::from(l.net.minor));
        let advances = paper.advances.iter().filter(|a| of(&a.tax_code, a.rate)).map(|a| -i128::from(a.net.minor));
        let family = if tax.tax_code == "K" { "IC" } else { tax.tax_code.as_str() };
        if lines.chain(advances).sum::<i128>() != i128::from(tax.net.minor) {
            found.push(Complaint::new(format!("BR-{family}-08"), "documents.tax_base", "taxes").what(amount(tax.net)));
        }
        let beside = match paper.kind {
            Kind::Invoice => 2 + paper.lines.len() + 2 * paper.advances.len(),
            _ => 99,
        };
        let open = Money::new(i64::try_from(beside).unwrap_or(i64::MAX), paper.currency).to_decimal();
        let made = tax.net.to_decimal().checked_mul(tax.rate.to_decimal());
        if made.is_none_or(|made| (made - tax.vat.to_decimal()).abs() > open) || (tax.rate == Rate::ZERO && !tax.vat.is_zero()) {
            found.push(Complaint::new(format!("BR-{family}-09"), "documents.vat_rate", "taxes").what(amount(tax.vat)));
        }
    }
    let rates = paper.lines.iter().map(|l| (&l.tax_code, l.rate)).chain(paper.advances.iter().map(|a| (&a.tax_code, a.rate)));
    let lost = rates.into_iter().find(|(code, rate)| taxes.iter().all(|t| (&t.tax_code, t.rate) != (code, *rate)));
    found.extend(lost.map(|(code, _)| Complaint::new("BR-CO-18", "documents.no_tax_row", "taxes").what(code)));
    found
}

/// Cash is rounded to half a major unit at most (a Swedish crown); money that came before is not
/// negative.
fn bounds(paper: &Paper) -> Vec<Complaint> {
    let mut found = Vec::new();
    if 2 * paper.rounding.minor.unsigned_abs() > 10_u64.pow(paper.currency.exponent()) {
        found.push(Complaint::new("sums.rounding", "documents.rounding", "rounding").what(amount(paper.rounding)));
    }
    if paper.prepaid.minor < 0 {
        found.push(Complaint::new("sums.prepaid", "documents.prepaid", "prepaid").what(amount(paper.prepaid)));
    }
    found
}
