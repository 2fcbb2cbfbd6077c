//! The golden examples: snapshots whose e-invoices were written by hand, term by term.

use std::{fs, path::Path};

use vitrina::{
    channels::TaxDisplay::{Gross, Net},
    documents::{
        Correction, Kind, Paper, PayBy, Side, admissible,
        sample::{self, Goods},
        ubl,
    },
    kernel::{Locale, Money},
};

/// The examples name nobody to call.
fn quiet(side: Side) -> Side {
    Side { contact: String::new(), phone: String::new(), email: String::new(), ..side }
}

fn example(prices: vitrina::channels::TaxDisplay, goods: &[Goods]) -> Paper {
    let mut paper = sample::invoice(Locale::LT, prices, goods);
    paper.order = "UZS-2026-0045".into();
    paper.seller = quiet(sample::seller());
    paper.buyer = Side { code: String::new(), ..quiet(sample::company()) };
    paper.pay = Some(PayBy { recipient: String::new(), ..paper.pay.expect("a transfer") });
    paper
}

/// The wardrobe and the books; what comes off stands on its line.
fn wardrobe(off: i64) -> [Goods; 2] {
    [
        Goods::new("SP-001", "Spinta \"Ąžuolas\"", 100_00, 21).pieces(3).less(off),
        Goods { sku: String::new(), ..Goods::new("", "Knyga", 12_43, 5).pieces(5) },
    ]
}

fn invoice() -> Paper {
    let mut paper = example(Net, &wardrobe(23_40));
    paper.prepaid = Money::eur(142_63);
    sample::sum_up(&mut paper);
    paper.words = format!("Suma žodžiais: {}", paper.words.to_lowercase());
    paper
}

fn credit_note() -> Paper {
    let mut paper = example(Net, &wardrobe(23_40));
    (paper.kind, paper.number) = (Kind::CreditNote, "VITK-000007".into());
    paper.due_on = None;
    paper.corrects =
        Some(Correction { number: "VIT-000123".into(), issued_on: "2026-11-23".into(), reason: "Prekės grąžintos".into() });
    paper
}

fn intra_eu() -> Paper {
    let mut paper = example(Net, &wardrobe(13_40).map(|goods| goods.untaxed("K")));
    paper.taxes[0].reason = "PVM įstatymo 49 str. / Directive 2006/112/EC art. 138".into();
    paper.buyer = Side { country: "DE".into(), vat_code: "DE123456789".into(), ..paper.buyer };
    paper.deliver_to = Some(Side { country: "DE".into(), ..Side::default() });
    paper
}

fn cash_rounding() -> Paper {
    let mut paper = invoice();
    paper.pay = None;
    paper.rounding = Money::eur(-2);
    sample::sum_up(&mut paper);
    paper
}

fn gross_1_99() -> Paper {
    example(Gross, &[Goods { sku: String::new(), ..Goods::new("", "Pieštukas", 1_99, 21) }])
}

fn bare(xml: &str) -> String {
    let mut text = String::new();
    for part in xml.split('>') {
        text.push_str(part.trim_start_matches(['\n', ' ']));
        text.push('>');
    }
    text.replace("&quot;", "\"")
}

#[test]
fn the_golden_examples_come_out_to_the_letter() {
    let examples = [
        ("invoice", invoice()),
        ("credit_note", credit_note()),
        ("intra_eu", intra_eu()),
        ("cash_rounding", cash_rounding()),
        ("gross_1_99", gross_1_99()),
    ];
    for (name, paper) in examples {
        let written = ubl(&paper).unwrap_or_else(|found| panic!("{name}: {found:?}"));
        assert!(written.off_peppol.is_empty(), "{name}: {:?}", written.off_peppol);
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("documents/golden/{name}.xml"));
        let expected = fs::read_to_string(&file).expect("an example");
        assert_eq!(bare(&written.xml), bare(&expected), "{name}:\n{}", written.xml);
    }
}

/// The example's sums, apart from the letters of the file.
#[test]
fn the_golden_example_owes_257_32() {
    let paper = invoice();
    let sums = [paper.net, paper.vat, paper.gross, paper.prepaid, paper.due].map(|money| money.minor);
    assert_eq!(sums, [338_75, 61_20, 399_95, 142_63, 257_32]);
    assert_eq!(cash_rounding().due, Money::eur(257_30));
}

/// The bad examples: no reference at all, a VAT total that is no sum, no country of delivery.
#[test]
fn the_bad_examples_are_refused() {
    let mut unreferenced = invoice();
    unreferenced.order.clear();
    let off = ubl(&unreferenced).expect("an e-invoice, but not for Peppol").off_peppol;
    assert_eq!(off.iter().map(|c| c.rule.as_str()).collect::<Vec<_>>(), ["PEPPOL-EN16931-R003"]);

    let rules = |paper: &Paper| -> Vec<String> {
        admissible(paper).expect_err("a refusal").into_iter().map(|complaint| complaint.rule).collect()
    };
    let mut total = invoice();
    total.vat.minor += 1;
    assert_eq!(rules(&total), ["BR-CO-15", "BR-CO-14"]);
    let mut nowhere = intra_eu();
    nowhere.deliver_to = None;
    assert_eq!(rules(&nowhere), ["BR-IC-12"]);
}
