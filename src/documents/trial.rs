//! Papers for tests of the arithmetic: an order by its rates, with a line for each.

use super::{Kind, Paper, PaperLine, Side};
use crate::kernel::{Currency, Locale, Money, Qty, Rate, UnitPrice};

/// Net, VAT and rate in percent of each line.
pub(super) fn order(rows: &[(i64, i64, i64)]) -> Paper {
    let lines = rows.iter().enumerate().map(|(i, (net, vat, percent))| PaperLine {
        sku: format!("SKU-{i}"),
        title: format!("Prekė {i}"),
        detail: String::new(),
        qty: Qty::ONE,
        unit: "piece".into(),
        unit_net_micro: UnitPrice::from_money(Money::eur(*net)).0,
        discount_net: Money::eur(0),
        net: Money::eur(*net),
        gross: Money::eur(net + vat),
        rate: Rate::percent(*percent),
        tax_code: "S".into(),
    });
    blank(lines.collect())
}

/// A paper of these lines.
pub(super) fn blank(lines: Vec<PaperLine>) -> Paper {
    let zero = Money::eur(0);
    let paper = Paper {
        kind: Kind::Invoice,
        number: "VIT-000001".into(),
        locale: Locale::LT,
        currency: Currency::EUR,
        issued_on: "2026-11-23".into(),
        due_on: None,
        supplied_on: None,
        seller: Side::default(),
        buyer: Side::default(),
        deliver_to: None,
        order: "UZS-2026-000001".into(),
        buyer_reference: String::new(),
        lines,
        taxes: Vec::new(),
        net: zero,
        vat: zero,
        gross: zero,
        prepaid: zero,
        advances: Vec::new(),
        rounding: zero,
        due: zero,
        vat_eur: None,
        corrects: None,
        pay: None,
        words: String::new(),
        cash: None,
        notes: Vec::new(),
        untaxed: false,
    };
    paper.total(zero)
}

pub(super) fn sums(paper: &Paper) -> (i64, i64, i64) {
    (paper.net.minor, paper.vat.minor, paper.gross.minor)
}
