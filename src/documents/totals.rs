//! The sums of a paper: what its lines make, and how a line says its own.

use std::collections::HashMap;

use rust_decimal::Decimal;

use super::{Fault, Paper, PaperTax};
use crate::kernel::{Currency, Money, Qty, Rate, UnitPrice};

/// A category and rate of VAT.
pub(super) type Group = (String, Rate);

impl Paper {
    /// Whether it adds up in every direction: lines less advances make the tax rows, tax rows the
    /// totals, and what is due follows from them. Asked before a number is drawn.
    ///
    /// # Errors
    /// [`Fault::Sums`] with the sum that does not fit.
    pub fn adds_up(&self) -> Result<(), Fault> {
        let mut groups: HashMap<Group, (i64, i64)> = HashMap::new();
        let mut put = |code: &str, rate, net: i64, vat: i64| {
            let group = groups.entry((code.to_owned(), rate)).or_default();
            *group = (group.0 + net, group.1 + vat);
        };
        for line in &self.lines {
            put(&line.tax_code, line.rate, line.net.minor, line.gross.minor - line.net.minor);
        }
        for advance in &self.advances {
            put(&advance.tax_code, advance.rate, -advance.net.minor, -advance.vat.minor);
        }
        for tax in &self.taxes {
            put(&tax.tax_code, tax.rate, -tax.net.minor, -tax.vat.minor);
        }
        if groups.values().any(|left| *left != (0, 0)) {
            return Err(Fault::Sums("taxes"));
        }
        let sum = |of: fn(&PaperTax) -> i64| self.taxes.iter().map(of).sum::<i64>();
        // An order of the till has no lines: its sum is the money that changed hands.
        let till = self.cash.as_ref().filter(|_| self.lines.is_empty() && self.taxes.is_empty());
        let made = match till {
            Some(cash) => (cash.sum.minor, 0),
            None => (sum(|t| t.net.minor), sum(|t| t.vat.minor)),
        };
        if made != (self.net.minor, self.vat.minor) {
            return Err(Fault::Sums("totals"));
        }
        if self.net.minor + self.vat.minor != self.gross.minor || self.gross.minor < 0 {
            return Err(Fault::Sums("gross"));
        }
        if self.gross.minor - self.prepaid.minor + self.rounding.minor != self.due.minor {
            return Err(Fault::Sums("due"));
        }
        Ok(())
    }

    /// Makes tax rows and totals from lines and advances; why a group bears no VAT is taken from the
    /// rows that stood here. Nothing is rounded: all of it was before.
    pub(super) fn total(mut self, prepaid: Money) -> Self {
        let mut rows: Vec<PaperTax> = Vec::new();
        let known = std::mem::take(&mut self.taxes);
        let zero = Money::zero(self.currency);
        let mut put = |code: &str, rate: Rate, net: i64, vat: i64| {
            if !rows.iter().any(|t| t.tax_code == code && t.rate == rate) {
                let words = known.iter().find(|t| t.tax_code == code && t.rate == rate);
                let (reason, reason_code) = words.map(|t| (t.reason.clone(), t.reason_code.clone())).unwrap_or_default();
                rows.push(PaperTax { tax_code: code.to_owned(), rate, net: zero, vat: zero, reason, reason_code });
            }
            if let Some(row) = rows.iter_mut().find(|t| t.tax_code == code && t.rate == rate) {
                row.net.minor += net;
                row.vat.minor += vat;
            }
        };
        for line in &self.lines {
            put(&line.tax_code, line.rate, line.net.minor, line.gross.minor - line.net.minor);
        }
        for advance in &self.advances {
            put(&advance.tax_code, advance.rate, -advance.net.minor, -advance.vat.minor);
        }
        rows.sort_by(|a, b| (b.rate, &a.tax_code).cmp(&(a.rate, &b.tax_code)));
        let money = |minor| Money::new(minor, self.currency);
        self.net = money(rows.iter().map(|t| t.net.minor).sum());
        self.vat = money(rows.iter().map(|t| t.vat.minor).sum());
        self.gross = money(self.net.minor + self.vat.minor);
        self.prepaid = prepaid;
        self.rounding = zero;
        self.due = money(self.gross.minor - prepaid.minor);
        self.taxes = rows;
        self
    }
}

/// Unit price and discount that make the line's net: the agreed price where it does, else the
/// price that the net is made of. A printed line always multiplies out (Peppol R120).
pub fn fitted(agreed: UnitPrice, qty: Qty, net: Money, discounted: bool) -> (i64, Money) {
    let full = agreed.times(qty, net.currency).map(|full| full.minor - net.minor);
    match full {
        Some(0) => (agreed.0, Money::zero(net.currency)),
        Some(off) if discounted && off > 0 => (agreed.0, Money::new(off, net.currency)),
        _ => {
            let exact = net.to_decimal().checked_div(qty.to_decimal()).and_then(UnitPrice::from_decimal);
            (exact.map_or(agreed.0, |unit| unit.0), Money::zero(net.currency))
        }
    }
}

/// A part of a sum, rounded half away from zero; all of it is all of it.
pub(super) fn part(sum: i64, of: i64, whole: i64, currency: Currency) -> i64 {
    if of == whole {
        return sum;
    }
    let exact = (Decimal::from(sum) * Decimal::from(of)).checked_div(Decimal::from(whole)).unwrap_or_default();
    let scaled = exact / Decimal::from(10_i64.pow(currency.exponent()));
    Money::from_decimal(scaled, currency).map_or(0, |money| money.minor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_multiplies_out() {
        let eur = Money::eur;
        assert_eq!(fitted(UnitPrice(1_644_628), Qty::pieces(1), eur(164), false), (1_644_628, eur(0)));
        assert_eq!(fitted(UnitPrice(1_644_628), Qty::pieces(1), eur(165), false), (1_650_000, eur(0)), "a cent by the remainder");
        assert_eq!(fitted(UnitPrice(10_000_000), Qty::pieces(3), eur(2_500), true), (10_000_000, eur(500)));
        assert_eq!(fitted(UnitPrice(10_000_000), Qty(333), eur(333), false), (10_000_000, eur(0)));
    }

    #[test]
    fn the_whole_is_never_rounded() {
        assert_eq!(part(1001, 3, 3, Currency::EUR), 1001);
        assert_eq!(part(1001, 1, 2, Currency::EUR), 501);
        assert_eq!(part(-1001, 1, 2, Currency::EUR), -501);
    }
}
