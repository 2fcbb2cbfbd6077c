//! Lines of an order in a form: ticked, with a quantity each.

use vitrina::{
    aftersales,
    flows::aftersales::{Chosen, Goods, Upload},
    kernel::{Fault, Kind, Qty},
    parties::Email,
    stage::Stage,
};

use super::super::{
    pages::{CaseLine, CheckedGoods, Frame},
    visit::Visit,
};
use crate::forms::{self, Form};

pub fn title(title: &str, variant: &str) -> String {
    if variant.is_empty() { title.to_owned() } else { format!("{title}, {variant}") }
}

/// The lines as they are shown: at first with what `first` chooses, then as they were sent.
pub fn shown(goods: &[Goods], form: &Form, first: impl Fn(&Goods) -> bool) -> Vec<CaseLine> {
    let line = |g: &Goods| {
        let id = g.line.to_string();
        let typed = form.get(&format!("qty.{id}"));
        CaseLine {
            title: g.title.clone(),
            variant: g.variant_name.clone(),
            picture_hash: g.picture_hash.clone(),
            unit: g.unit.clone(),
            qty: g.qty,
            free: g.free,
            whole: g.qty.0 % 1000 == 0,
            chosen: g.free.0 > 0 && if form.is_empty() { first(g) } else { form.all("line").any(|l| l == id) },
            typed: typed.to_owned(),
            batch: form.get(&format!("batch.{id}")).to_owned(),
            excepted: g.excepted,
            cases: g.cases.clone(),
            wrong: String::new(),
            id,
        }
    };
    goods.iter().map(line).collect()
}

/// What was ticked, and how much of it; every slip beside its quantity.
pub fn chosen(goods: &[Goods], form: &Form, slips: &mut Vec<Fault>) -> Vec<Chosen> {
    let mut chosen = Vec::new();
    for g in goods.iter().filter(|g| form.all("line").any(|l| l == g.line.to_string())) {
        let field = format!("qty.{}", g.line);
        let qty = match form.opt(&field) {
            // One piece needs no field; what is declared already is refused by its number.
            None => Ok(if g.free.0 > 0 { g.free } else { g.qty }),
            Some(_) => forms::qty(form, &field),
        };
        match qty {
            Ok(qty) if qty.0 <= 0 || qty > g.qty => slips.push(Fault::invalid(field, "aftersales.quantity")),
            Ok(qty) => chosen.push(Chosen { line: g.line, qty, batch: form.get(&format!("batch.{}", g.line)).to_owned() }),
            Err(slip) => slips.push(slip),
        }
    }
    if chosen.is_empty() && slips.is_empty() {
        slips.push(aftersales::Fault::NoItems.into());
    }
    chosen
}

pub fn checked(goods: &[Goods], chosen: &[Chosen]) -> Vec<CheckedGoods> {
    let line = |c: &Chosen| {
        let g = goods.iter().find(|g| g.line == c.line)?;
        Some(CheckedGoods {
            title: g.title.clone(),
            variant: g.variant_name.clone(),
            picture_hash: g.picture_hash.clone(),
            qty: c.qty,
            unit: g.unit.clone(),
            excepted: g.excepted,
        })
    };
    chosen.iter().filter_map(line).collect()
}

/// The flow counts what was chosen; the form knows its lines by their ids.
pub fn by_line(mut fault: Fault, chosen: &[Chosen]) -> Fault {
    for field in std::iter::once(&mut fault.field).chain(fault.more.iter_mut().map(|f| &mut f.field)) {
        let at = field.as_deref().and_then(|f| f.strip_prefix("items.")?.strip_suffix(".qty")?.parse::<usize>().ok());
        if let Some(line) = at.and_then(|at| chosen.get(at)) {
            *field = Some(format!("qty.{}", line.line));
        }
    }
    fault
}

/// What was said beside each quantity.
pub fn mark(lines: &mut [CaseLine], page: &Frame) {
    for line in lines {
        line.wrong = page.wrong.get(&format!("qty.{}", line.id)).cloned().unwrap_or_default();
    }
}

/// A letter has to find its way.
pub fn reachable(form: &Form, name: &str) -> Result<(), Fault> {
    match form.opt(name) {
        None => Err(aftersales::Fault::Missing { field: "email" }.into()),
        Some(email) => email.parse::<Email>().map(drop).map_err(Fault::from),
    }
    .map_err(|fault| fault.at(name))
}

/// The photos that came along.
pub fn photos(visit: &mut Visit) -> Vec<Upload> {
    std::mem::take(&mut visit.uploads).into_iter().map(|u| Upload { name: u.name, bytes: u.bytes }).collect()
}

/// Whether the form is shown again with what was typed.
pub fn is_slip(fault: &Fault) -> bool {
    matches!(fault.kind, Kind::Invalid | Kind::Conflict | Kind::TooMany)
}

/// The frame with what is wrong, in words that fit photos of goods.
pub fn said(page: Frame, stage: &Stage, fault: &Fault) -> Frame {
    let mut all: Vec<Fault> = Vec::new();
    for one in fault.all() {
        let code = if one.code == "media.unknown_kind" { "cases.unknown_kind" } else { one.code };
        all.push(Fault {
            kind: one.kind,
            code,
            field: one.field.clone(),
            args: one.args.clone(),
            source: None,
            more: Vec::new(),
        });
    }
    match Fault::gather(all) {
        Some(fault) => page.with_faults(stage, &fault),
        None => page,
    }
}

/// `1,5`, as a field has it that nobody changed.
pub fn plain(qty: Qty) -> String {
    let (whole, part) = (qty.0 / 1000, qty.0 % 1000);
    if part == 0 { whole.to_string() } else { format!("{whole},{}", format!("{part:03}").trim_end_matches('0')) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_reads_back_as_it_was_written() {
        for milli in [1, 500, 1000, 1250, 12_000] {
            assert_eq!(forms::decimal(&plain(Qty(milli)), 3), Some(milli));
        }
    }
}
