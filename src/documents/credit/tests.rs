use proptest::prelude::*;

use super::*;
use crate::{
    documents::{
        advances,
        trial::{blank, order, sums},
    },
    kernel::Rate,
};

fn three_of(net: i64, vat: i64) -> Paper {
    let mut paper = order(&[(net, vat, 21)]);
    paper.lines[0].qty = Qty::pieces(3);
    blank(paper.lines)
}

#[test]
fn the_last_unit_takes_the_remainder() {
    let invoice = three_of(100_00, 21_00);
    let (mut before, mut notes) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        let (note, taken) = credit(&invoice, &before, &Wish::Lines(vec![(0, Qty::ONE)]), "").unwrap();
        note.adds_up().unwrap();
        before.extend(taken);
        notes.push(sums(&note));
    }
    assert_eq!(notes, [(33_33, 7_00, 40_33), (33_34, 7_00, 40_34), (33_33, 7_00, 40_33)]);
    assert!(matches!(credit(&invoice, &before, &Wish::Whole, ""), Err(Fault::NothingLeft)));
    assert!(matches!(credit(&invoice, &before, &Wish::Lines(vec![(0, Qty(1))]), ""), Err(Fault::MoreThanInvoiced)));
}

#[test]
fn a_lower_price_is_a_row_a_rate_and_leaves_the_goods() {
    let invoice = order(&[(100_00, 21_00, 21), (100_00, 5_00, 5)]);
    let (note, taken) =
        credit(&invoice, &[], &Wish::Amount { gross: Money::eur(22_60), lines: Vec::new() }, "Kainos sumažinimas").unwrap();
    assert_eq!(note.lines.iter().map(|l| (l.gross.minor, l.qty)).collect::<Vec<_>>(), [(12_10, Qty::ONE), (10_50, Qty::ONE)]);
    assert_eq!(sums(&note), (20_00, 2_60, 22_60));
    let rest = left(&invoice, &taken);
    assert_eq!((rest[0].qty, rest[0].gross), (Qty::ONE, 108_90), "the thing itself may still come back");
    let (whole, _) = credit(&invoice, &taken, &Wish::Whole, "").unwrap();
    assert_eq!(whole.gross.minor + note.gross.minor, invoice.gross.minor);
    assert_eq!(whole.lines[0].discount_net.minor, 10_00, "what was credited before stands as a discount");
}

#[test]
fn one_line_may_become_cheaper() {
    let invoice = order(&[(100_00, 21_00, 21), (100_00, 21_00, 21)]);
    let wish = |minor| Wish::Amount { gross: Money::eur(minor), lines: vec![1] };
    let (note, taken) = credit(&invoice, &[], &wish(12_10), "Nuolaida").unwrap();
    assert_eq!((note.lines.len(), note.lines[0].detail.as_str()), (1, "Prekė 1"));
    assert_eq!(left(&invoice, &taken).iter().map(|l| l.gross).collect::<Vec<_>>(), [121_00, 108_90]);
    assert!(matches!(credit(&invoice, &taken, &wish(108_91), ""), Err(Fault::MoreThanInvoiced)));
}

#[test]
fn an_invoice_with_advances_is_credited_up_to_what_it_asked_for() {
    let whole = order(&[(500_00, 105_00, 21)]);
    let advance = whole.clone().deposit(Money::eur(121_00), &[], "A").unwrap();
    let invoice = whole.conclude(advances(&advance), Money::eur(121_00)).unwrap();
    let too_much = Wish::Amount { gross: Money::eur(484_01), lines: Vec::new() };
    assert!(matches!(credit(&invoice, &[], &too_much, ""), Err(Fault::AdvanceFirst)));
    let (part, taken) = credit(&invoice, &[], &Wish::Amount { gross: Money::eur(84_00), lines: Vec::new() }, "").unwrap();
    let (rest, _) = credit(&invoice, &taken, &Wish::Whole, "").unwrap();
    assert_eq!(part.gross.minor + rest.gross.minor, 484_00);
    assert_eq!(rest.advances, invoice.advances, "what was taken off comes back with the whole of it");
    rest.adds_up().unwrap();
}

fn wish() -> impl Strategy<Value = (u8, usize, i64)> {
    (0_u8..4, 0_usize..4, 1_i64..100)
}

proptest! {
    /// Any credits in any order: each adds up and is positive, what is left never turns negative,
    /// and together with the rest they are the invoice by rate, net and VAT.
    #[test]
    fn all_credits_of_an_invoice_are_the_invoice(
        goods in prop::collection::vec((1_i64..90_000, 1_i64..6_000, prop::sample::select(vec![21_i64, 12, 5])), 1..4),
        wishes in prop::collection::vec(wish(), 0..12),
    ) {
        let rows: Vec<(i64, i64, i64)> = goods.iter().map(|(net, _, rate)| {
            (*net, tax::vat_on(Money::eur(*net), Rate::percent(*rate)).unwrap().minor, *rate)
        }).collect();
        let mut lines = order(&rows).lines;
        for (line, (_, qty, _)) in lines.iter_mut().zip(&goods) {
            line.qty = Qty(*qty);
        }
        let invoice = blank(lines);
        let (mut before, mut notes): (Vec<Credited>, Vec<Paper>) = (Vec::new(), Vec::new());
        for (kind, line, percent) in wishes {
            let rest = left(&invoice, &before);
            let line = line % invoice.lines.len();
            let wish = match kind {
                0 => Wish::Lines(vec![(line, Qty((rest[line].qty.0 * percent / 100).max(1)))]),
                1 => Wish::Lines((0..invoice.lines.len()).map(|i| (i, Qty(rest[i].qty.0 * percent / 100))).collect()),
                2 => Wish::Amount { gross: Money::eur((rest[line].gross * percent / 100).max(1)), lines: vec![line] },
                _ => Wish::Amount { gross: Money::eur(rest.iter().map(|r| r.gross).sum::<i64>() * percent / 100), lines: Vec::new() },
            };
            if let Ok((note, taken)) = credit(&invoice, &before, &wish, "T") {
                prop_assert!(note.adds_up().is_ok());
                prop_assert!(note.gross.minor > 0 && note.vat.minor >= 0);
                before.extend(taken);
                notes.push(note);
            }
            for row in left(&invoice, &before) {
                prop_assert!(row.qty.0 >= 0 && row.net >= 0 && row.gross >= row.net, "{:?}", row);
            }
        }
        if let Ok((note, _)) = credit(&invoice, &before, &Wish::Whole, "T") {
            notes.push(note);
        }
        for tax in &invoice.taxes {
            let of = |note: &Paper| note.taxes.iter().filter(|t| t.rate == tax.rate).fold((0, 0), |a, t| (a.0 + t.net.minor, a.1 + t.vat.minor));
            let all = notes.iter().map(of).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
            prop_assert_eq!(all, (tax.net.minor, tax.vat.minor));
        }
    }
}
