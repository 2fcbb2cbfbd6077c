//! Money before the goods: the paper that asks for a deposit, the VAT invoice of an advance, and the
//! final invoice that takes advances off once (domain notes §1.3, modes A and B1).

use super::{Advance, Fault, Paper, PaperLine, PaperTax};
use crate::{
    kernel::{Money, Qty, UnitPrice},
    tax,
};

impl Paper {
    /// A part of what an order costs, shared over its rates by what they weigh: the lines of a
    /// prepayment invoice, or of an advance's VAT invoice. `self` is the whole order, `taken` are the
    /// advances that had VAT invoices before; the last one takes the remainder of its rate, so that
    /// all of them together are the order's net and VAT to the cent.
    ///
    /// All of it keeps the order's own lines.
    ///
    /// # Errors
    /// [`Fault::Deposit`] unless the sum lies above nothing and within what is left.
    pub fn deposit(mut self, sum: Money, taken: &[Advance], title: &str) -> Result<Self, Fault> {
        let groups = left(&self.taxes, taken)?;
        let weights: Vec<i64> = groups.iter().map(|g| g.net.minor + g.vat.minor).collect();
        let whole: i64 = weights.iter().sum();
        if sum.currency != self.currency || sum.minor <= 0 || sum.minor > whole {
            return Err(Fault::Deposit);
        }
        let zero = Money::zero(self.currency);
        if sum.minor == whole && taken.is_empty() {
            return Ok(self.total(zero));
        }
        let shares = tax::allocate(sum.minor, &weights);
        let lines = groups.iter().zip(shares).filter(|(_, share)| *share > 0);
        self.lines = lines.map(|(group, share)| share_of(group, share, title)).collect::<Result<_, Fault>>()?;
        Ok(self.total(zero))
    }

    /// The final invoice: all lines, less the advances that had VAT invoices (each once), less the
    /// money that had none. `received` is all that came for the order and stayed.
    ///
    /// # Errors
    /// [`Fault::AdvanceTooLarge`]; [`Fault::AdvanceUnpaid`] when less came than advance invoices say.
    pub fn conclude(mut self, advances: Vec<Advance>, received: Money) -> Result<Self, Fault> {
        left(&self.taxes, &advances)?;
        let invoiced: i64 = advances.iter().map(|a| a.net.minor + a.vat.minor).sum();
        if received.minor < invoiced {
            return Err(Fault::AdvanceUnpaid);
        }
        self.advances = advances;
        let concluded = self.total(Money::zero(received.currency));
        // What came above the whole sum stays the customer's: nothing here is due to be negative.
        let prepaid = Money { minor: (received.minor - invoiced).min(concluded.gross.minor), ..received };
        Ok(concluded.total(prepaid))
    }
}

/// What an advance's VAT invoice takes off the final one: a row a rate.
pub fn advances(invoice: &Paper) -> Vec<Advance> {
    let row = |t: &PaperTax| Advance {
        number: invoice.number.clone(),
        issued_on: invoice.issued_on.clone(),
        net: t.net,
        vat: t.vat,
        rate: t.rate,
        tax_code: t.tax_code.clone(),
    };
    invoice.taxes.iter().map(row).collect()
}

/// What is left of each rate once advances are taken off.
fn left(taxes: &[PaperTax], advances: &[Advance]) -> Result<Vec<PaperTax>, Fault> {
    let mut groups = taxes.to_vec();
    for advance in advances {
        let group = groups.iter_mut().find(|g| g.rate == advance.rate && g.tax_code == advance.tax_code);
        let group = group.ok_or(Fault::AdvanceTooLarge)?;
        group.net.minor -= advance.net.minor;
        group.vat.minor -= advance.vat.minor;
        if group.net.minor < 0 || group.vat.minor < 0 {
            return Err(Fault::AdvanceTooLarge);
        }
    }
    Ok(groups)
}

/// The part of an advance that falls on a rate.
fn share_of(group: &PaperTax, share: i64, title: &str) -> Result<PaperLine, Fault> {
    let gross = Money { minor: share, ..group.net };
    let whole = group.net.minor + group.vat.minor;
    let exact = tax::net_of(gross, group.rate).map_err(|_| Fault::Deposit)?.minor;
    // Neither side may outgrow what its rate has left.
    let net = if share == whole { group.net.minor } else { exact.clamp(share - group.vat.minor, group.net.minor) };
    let net = Money { minor: net, ..group.net };
    Ok(PaperLine {
        sku: String::new(),
        title: title.to_owned(),
        detail: String::new(),
        qty: Qty::ONE,
        unit: "piece".into(),
        unit_net_micro: UnitPrice::from_money(net).0,
        discount_net: Money::zero(net.currency),
        net,
        gross,
        rate: group.rate,
        tax_code: group.tax_code.clone(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        documents::trial::{order, sums},
        kernel::Rate,
    };

    /// Domain notes §1.3, example A.
    #[test]
    fn t49_a_deposit_without_vat_invoice_is_taken_off_the_sum_and_nothing_else() {
        let whole = order(&[(338_75, 61_20, 0)]);
        let paper = whole.conclude(Vec::new(), Money::eur(142_63)).unwrap();
        assert_eq!(sums(&paper), (338_75, 61_20, 399_95));
        assert_eq!((paper.prepaid.minor, paper.due.minor), (142_63, 257_32));
        paper.adds_up().unwrap();
    }

    /// Domain notes §1.3, example B1.
    #[test]
    fn t49_an_advance_with_vat_invoice_is_taken_off_once_with_its_vat() {
        let whole = order(&[(500_00, 105_00, 21)]);
        let advance = whole.clone().deposit(Money::eur(121_00), &[], "Avansas").unwrap();
        assert_eq!(sums(&advance), (100_00, 21_00, 121_00));
        let paper = whole.conclude(advances(&advance), Money::eur(121_00)).unwrap();
        assert_eq!(sums(&paper), (400_00, 84_00, 484_00));
        assert_eq!((paper.prepaid.minor, paper.due.minor), (0, 484_00), "never taken off twice");
        assert_eq!(21_00 + paper.vat.minor, 105_00, "all VAT is declared once");
        paper.adds_up().unwrap();
    }

    #[test]
    fn money_beside_an_advance_invoice_is_prepaid_and_an_overpayment_is_not_owed_back_by_the_invoice() {
        let whole = order(&[(500_00, 105_00, 21)]);
        let advance = advances(&whole.clone().deposit(Money::eur(121_00), &[], "A").unwrap()).remove(0);
        let paper = whole.clone().conclude(vec![advance.clone()], Money::eur(150_00)).unwrap();
        assert_eq!((paper.prepaid.minor, paper.due.minor), (29_00, 455_00));
        let paper = whole.clone().conclude(vec![advance.clone()], Money::eur(700_00)).unwrap();
        assert_eq!((paper.prepaid.minor, paper.due.minor), (484_00, 0));
        assert!(matches!(whole.conclude(vec![advance], Money::eur(100_00)), Err(Fault::AdvanceUnpaid)));
    }

    #[test]
    fn a_deposit_is_part_of_what_is_due() {
        let whole = order(&[(100_00, 21_00, 21)]);
        for sum in [0, -1, 121_01] {
            assert!(matches!(whole.clone().deposit(Money::eur(sum), &[], "A"), Err(Fault::Deposit)));
        }
        assert_eq!(whole.clone().deposit(Money::eur(121_00), &[], "A").unwrap().lines, whole.lines, "all of it is the order");
    }

    proptest! {
        /// However many advances and of whatever rates: each adds up, none outgrows the order, and
        /// with the final invoice they are the order's net and VAT to the cent.
        #[test]
        fn advances_and_the_final_invoice_are_the_order(
            groups in prop::collection::vec((1_i64..500_000, prop::sample::select(vec![21_i64, 12, 5])), 1..4),
            cuts in prop::collection::vec(1_i64..90, 0..6), all in any::<bool>(),
        ) {
            let mut rows: Vec<(i64, i64, i64)> = Vec::new();
            for (net, rate) in groups {
                let vat = crate::tax::vat_on(Money::eur(net), Rate::percent(rate)).unwrap().minor;
                rows.push((net, vat, rate));
            }
            let whole = order(&rows);
            let (mut taken, mut left) = (Vec::<Advance>::new(), whole.gross.minor);
            for cut in cuts {
                if left == 0 { break; }
                let sum = (left * cut / 100).clamp(1, left);
                let advance = whole.clone().deposit(Money::eur(sum), &taken, "A").unwrap();
                prop_assert!(advance.adds_up().is_ok());
                prop_assert_eq!(advance.gross.minor, sum);
                prop_assert!(advance.lines.iter().all(|l| l.net.minor >= 0 && l.net.minor <= l.gross.minor));
                taken.extend(super::advances(&advance));
                left -= sum;
            }
            if all && left > 0 {
                let advance = whole.clone().deposit(Money::eur(left), &taken, "A").unwrap();
                taken.extend(super::advances(&advance));
                left = 0;
            }
            let (net, vat): (i64, i64) = taken.iter().fold((0, 0), |(n, v), a| (n + a.net.minor, v + a.vat.minor));
            let paper = whole.clone().conclude(taken, Money::eur(whole.gross.minor - left)).unwrap();
            prop_assert!(paper.adds_up().is_ok());
            prop_assert_eq!((paper.net.minor + net, paper.vat.minor + vat), (whole.net.minor, whole.vat.minor));
            prop_assert_eq!(paper.due.minor, left);
        }
    }
}
