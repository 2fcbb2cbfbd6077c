//! Taking back an invoice, or a part of it. Sums are shares of what is left of its lines, and the
//! last share takes the remainder: whatever is credited in whatever order, all credits of an
//! invoice are the invoice, and never more.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{
    Fault, Paper, PaperLine,
    totals::{Group, fitted, part},
};
use crate::{
    kernel::{Money, Qty, UnitPrice},
    tax,
};

/// What is to be credited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// All that is left.
    Whole,
    /// Goods that came back: a line of the invoice by its place, and how much of it.
    Lines(Vec<(usize, Qty)>),
    /// A lower price, with VAT: of some lines by what they cost; of all of them where none is named.
    Amount { gross: Money, lines: Vec<usize> },
}

/// What a credit note took off a line of its invoice. Places beyond the lines are the invoice's
/// advances, which come back with the whole of it, as negative sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credited {
    pub line: usize,
    pub qty: Qty,
    pub net: i64,
    pub gross: i64,
}

/// What is left of each line, then of each advance.
pub fn left(invoice: &Paper, before: &[Credited]) -> Vec<Credited> {
    let lines = invoice.lines.iter().map(|l| (l.qty, l.net.minor, l.gross.minor));
    let advances = invoice.advances.iter().map(|a| (Qty::ZERO, -a.net.minor, -a.net.minor - a.vat.minor));
    let all = lines.chain(advances).enumerate();
    let mut left: Vec<Credited> = all.map(|(line, (qty, net, gross))| Credited { line, qty, net, gross }).collect();
    for taken in before {
        if let Some(row) = left.get_mut(taken.line) {
            row.qty.0 -= taken.qty.0;
            row.net -= taken.net;
            row.gross -= taken.gross;
        }
    }
    left
}

/// The lines and sums of a credit note, and what it takes off its invoice. `title` is the words of a
/// lower price; number, dates and reason are the caller's.
///
/// # Errors
/// [`Fault::MoreThanInvoiced`], [`Fault::NothingLeft`]; [`Fault::AdvanceFirst`] when a part is more
/// than the invoice asks for once its advances are off.
pub fn credit(invoice: &Paper, before: &[Credited], wish: &Wish, title: &str) -> Result<(Paper, Vec<Credited>), Fault> {
    let rest = left(invoice, before);
    let taken = match wish {
        Wish::Whole => rest,
        Wish::Lines(asked) => by_quantity(invoice, &rest, asked)?,
        Wish::Amount { gross, lines } => by_amount(invoice, &rest, *gross, lines)?,
    };
    let taken: Vec<Credited> = taken.into_iter().filter(|t| t.gross != 0 || t.net != 0).collect();
    if taken.is_empty() {
        return Err(Fault::NothingLeft);
    }
    within_groups(invoice, before, &taken)?;
    let mut note = invoice.clone();
    note.advances.clear();
    note.lines = match wish {
        Wish::Amount { lines, .. } => lower_price(invoice, &taken, lines.len() == 1, title),
        _ => taken.iter().filter_map(|t| returned(invoice, t)).collect(),
    };
    note.advances =
        taken.iter().filter_map(|t| invoice.advances.get(t.line.checked_sub(invoice.lines.len())?).cloned()).collect();
    let note = note.total(Money::zero(invoice.currency));
    if note.gross.minor <= 0 {
        return Err(Fault::NothingLeft);
    }
    Ok((note, taken))
}

fn by_quantity(invoice: &Paper, rest: &[Credited], asked: &[(usize, Qty)]) -> Result<Vec<Credited>, Fault> {
    let mut wanted: HashMap<usize, i64> = HashMap::new();
    for (line, qty) in asked {
        *wanted.entry(*line).or_default() += qty.0.max(0);
    }
    let mut taken = Vec::with_capacity(wanted.len());
    for row in rest.iter().take(invoice.lines.len()) {
        let Some(qty) = wanted.remove(&row.line).filter(|qty| *qty > 0) else { continue };
        if qty > row.qty.0 {
            return Err(Fault::MoreThanInvoiced);
        }
        let share = |sum| part(sum, qty, row.qty.0, invoice.currency);
        taken.push(Credited { line: row.line, qty: Qty(qty), net: share(row.net), gross: share(row.gross) });
    }
    if wanted.into_values().any(|qty| qty > 0) {
        return Err(Fault::MoreThanInvoiced);
    }
    Ok(taken)
}

fn by_amount(invoice: &Paper, rest: &[Credited], gross: Money, lines: &[usize]) -> Result<Vec<Credited>, Fault> {
    let rows: Vec<&Credited> =
        rest.iter().take(invoice.lines.len()).filter(|r| lines.is_empty() || lines.contains(&r.line)).collect();
    let weights: Vec<i64> = rows.iter().map(|r| r.gross).collect();
    if gross.currency != invoice.currency || gross.minor <= 0 || gross.minor > weights.iter().sum() {
        return Err(Fault::MoreThanInvoiced);
    }
    let shares = tax::allocate(gross.minor, &weights);
    let take = |(row, share): (&&Credited, i64)| {
        let net = part(row.net, share, row.gross, invoice.currency);
        Credited { line: row.line, qty: if share == row.gross { row.qty } else { Qty::ZERO }, net, gross: share }
    };
    Ok(rows.iter().zip(shares).filter(|(row, share)| row.gross > 0 && *share > 0).map(take).collect())
}

/// A part may not take more off a rate than the invoice asked for there, which is less than its
/// lines where advances had been taken off.
fn within_groups(invoice: &Paper, before: &[Credited], taken: &[Credited]) -> Result<(), Fault> {
    let mut groups: HashMap<Group, (i64, i64)> =
        invoice.taxes.iter().map(|t| ((t.tax_code.clone(), t.rate), (t.net.minor, t.vat.minor))).collect();
    for row in before.iter().chain(taken) {
        let group = match invoice.lines.get(row.line) {
            Some(line) => (line.tax_code.clone(), line.rate),
            None => match invoice.advances.get(row.line - invoice.lines.len()) {
                Some(advance) => (advance.tax_code.clone(), advance.rate),
                None => return Err(Fault::MoreThanInvoiced),
            },
        };
        let left = groups.entry(group).or_default();
        *left = (left.0 - row.net, left.1 - (row.gross - row.net));
    }
    if groups.values().any(|(net, vat)| *net < 0 || *vat < 0) {
        return Err(if invoice.advances.is_empty() { Fault::MoreThanInvoiced } else { Fault::AdvanceFirst });
    }
    Ok(())
}

/// Goods of a line that came back.
fn returned(invoice: &Paper, taken: &Credited) -> Option<PaperLine> {
    let line = invoice.lines.get(taken.line)?;
    let (net, gross) = (Money { minor: taken.net, ..line.net }, Money { minor: taken.gross, ..line.gross });
    let (unit_net_micro, discount_net) = fitted(UnitPrice(line.unit_net_micro), taken.qty, net, true);
    Some(PaperLine { qty: taken.qty, net, gross, unit_net_micro, discount_net, ..line.clone() })
}

/// A lower price: a row a rate, or the one line that it is about.
fn lower_price(invoice: &Paper, taken: &[Credited], one: bool, title: &str) -> Vec<PaperLine> {
    let mut rows: Vec<PaperLine> = Vec::new();
    for part in taken {
        let Some(line) = invoice.lines.get(part.line) else { continue };
        match rows.iter_mut().find(|r| r.rate == line.rate && r.tax_code == line.tax_code) {
            Some(row) => {
                row.net.minor += part.net;
                row.gross.minor += part.gross;
            }
            None => rows.push(PaperLine {
                sku: if one { line.sku.clone() } else { String::new() },
                title: title.to_owned(),
                detail: if one { line.title.clone() } else { String::new() },
                qty: Qty::ONE,
                unit: "piece".into(),
                net: Money { minor: part.net, ..line.net },
                gross: Money { minor: part.gross, ..line.gross },
                discount_net: Money { minor: 0, ..line.net },
                ..line.clone()
            }),
        }
    }
    for row in &mut rows {
        row.unit_net_micro = UnitPrice::from_money(row.net).0;
    }
    rows
}

#[cfg(test)]
mod tests;
