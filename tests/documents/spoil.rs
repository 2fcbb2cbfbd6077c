//! Ways to spoil a document: what people leave out, what arithmetic gets wrong, what does not fit
//! together, and what nobody should have typed.

use vitrina::{
    documents::{Kind, Paper, Side},
    kernel::{Money, Qty, Rate},
};

/// How many ways there are.
pub const WAYS: usize = 60;

/// Spoils a document in the `n`-th way.
pub fn spoil(paper: &mut Paper, n: usize) {
    let by = [1, -1, 100, -7][n / WAYS % 4];
    let at = n / WAYS % paper.lines.len();
    let tax = n / WAYS % paper.taxes.len();
    match n % WAYS {
        way @ 0..20 => text(paper, way, at, tax),
        way @ 20..38 => sum(paper, way, at, tax, by),
        way => fit(paper, way, at, tax),
    }
}

/// What is left out, or holds nothing that can be read.
fn text(paper: &mut Paper, way: usize, at: usize, tax: usize) {
    match way {
        0 => paper.number.clear(),
        1 => paper.seller.name = " \t".into(),
        2 => paper.buyer.name.clear(),
        3 => paper.seller.code.clear(),
        4 => paper.seller.vat_code.clear(),
        5 => paper.buyer.code.clear(),
        6 => paper.buyer.vat_code.clear(),
        7 => (paper.buyer.code, paper.buyer.vat_code) = (String::new(), String::new()),
        8 => paper.seller.country.clear(),
        9 => paper.buyer.country.clear(),
        10 => paper.deliver_to = None,
        11 => paper.order.clear(),
        12 => paper.due_on = None,
        13 => paper.supplied_on = None,
        14 => paper.pay = None,
        15 => paper.corrects = None,
        16 => paper.lines[at].title = "\u{8}".into(),
        17 => paper.lines[at].unit = "handful".into(),
        18 => (paper.taxes[tax].reason, paper.taxes[tax].reason_code) = (String::new(), String::new()),
        _ => (paper.buyer.street, paper.buyer.city, paper.buyer.postcode) = Default::default(),
    }
}

fn sum(paper: &mut Paper, way: usize, at: usize, tax: usize, by: i64) {
    let (line, row) = (&mut paper.lines[at], &mut paper.taxes[tax]);
    match way {
        20 => paper.net.minor += by,
        21 => paper.vat.minor += by,
        22 => paper.gross.minor += by,
        23 => paper.due.minor += by,
        24 => paper.prepaid.minor += by,
        25 => paper.rounding.minor += by,
        26 => line.net.minor += by,
        27 => line.gross.minor += by,
        28 => line.discount_net.minor += by,
        29 => line.unit_net_micro += by * 1000,
        30 => line.qty.0 += by * 10,
        31 => row.net.minor += by,
        32 => row.vat.minor += by,
        33 => (row.net.minor, row.vat.minor) = (row.net.minor + by, row.vat.minor - by),
        34 => line.unit_net_micro = -line.unit_net_micro,
        35 => line.qty = Qty::ZERO,
        // Wrong, and consistent up to the total.
        36 => {
            (row.vat.minor, paper.vat.minor, paper.gross.minor, paper.due.minor) =
                (row.vat.minor + by, paper.vat.minor + by, paper.gross.minor + by, paper.due.minor + by)
        }
        _ => paper.vat_eur = paper.vat_eur.map(|euro| Money { minor: -euro.minor, ..euro }),
    }
}

/// What does not fit together.
fn fit(paper: &mut Paper, way: usize, at: usize, tax: usize) {
    let (line, row) = (&mut paper.lines[at], &mut paper.taxes[tax]);
    match way {
        38 => line.rate = Rate::percent(9),
        39 => line.rate = Rate::ZERO,
        40 => line.tax_code = "K".into(),
        41 => line.tax_code = "O".into(),
        42 => row.tax_code = "AE".into(),
        43 => row.tax_code = "E".into(),
        44 => row.reason_code = "VATEX-EU-G".into(),
        45 => row.reason_code = "VATEX-EU-NONE".into(),
        46 => row.reason = "PVMĮ 5 str.".into(),
        47 => paper.seller.vat_code = "119511515".into(),
        48 => paper.buyer.vat_code = "lt 100001919017".into(),
        49 => paper.buyer.country = "Lietuva".into(),
        50 => paper.issued_on = "2026-11-31".into(),
        51 => paper.due_on = Some("2026-11-01".into()),
        52 => paper.untaxed = !paper.untaxed,
        53 => paper.kind = if paper.kind == Kind::Invoice { Kind::CreditNote } else { Kind::Invoice },
        54 => paper.notes = vec!["Pirma\r\n\u{1}pastaba".into(), "]]> & <antra>".into()],
        55 => paper.buyer = Side { person: true, ..paper.buyer.clone() },
        56 => paper.vat_eur = Some(Money::eur(1)),
        57 => paper.deliver_to = Some(Side { country: "LT".into(), ..Side::default() }),
        58 => paper.pay.iter_mut().for_each(|pay| (pay.iban, pay.reference) = Default::default()),
        _ => paper.taxes.reverse(),
    }
}
