//! Papers for tests of the arithmetic: an order by its rates, with a line for each.

use super::{Paper, PaperLine, Side};
use crate::{
    channels::TaxDisplay,
    kernel::{Locale, Money, Qty, Rate, UnitPrice},
};

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
    let paper = Paper {
        number: "VIT-000001".into(),
        seller: Side::default(),
        buyer: Side::default(),
        order: "UZS-2026-000001".into(),
        due_on: None,
        supplied_on: None,
        pay: None,
        lines,
        ..super::sample::invoice(Locale::LT, TaxDisplay::Net, &[])
    };
    paper.total(Money::eur(0))
}

pub(super) fn sums(paper: &Paper) -> (i64, i64, i64) {
    (paper.net.minor, paper.vat.minor, paper.gross.minor)
}
