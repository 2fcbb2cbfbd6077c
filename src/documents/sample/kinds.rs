//! One of each: every treatment of VAT, every way to pay before, every kind of document.

use super::{Goods, company, deduct, german, invoice, paper, person, sum_up};
use crate::{
    channels::TaxDisplay,
    documents::{Advance, Cash, Correction, Kind, Paper, Side, in_words},
    kernel::{Locale, Money, Qty, Rate},
};

fn furniture() -> [Goods; 2] {
    [
        Goods::new("SP-001", "Spinta „Ąžuolas“", 100_00, 21).pieces(3).less(13_40).detail("1200 × 2000 mm, natūralus aliejus"),
        Goods::new("KN-014", "Knyga „Stalo istorija“", 12_43, 5).pieces(5),
    ]
}

/// Every kind of invoice and document, by name, in a language.
///
/// # Panics
/// Never for the goods that it holds.
pub fn all(locale: Locale) -> Vec<(&'static str, Paper)> {
    let mut all = invoices(locale);
    let mut asked = Paper { kind: Kind::PrepaymentInvoice, number: "IS-000031".into(), ..all[0].1.clone() };
    asked.supplied_on = None;
    asked.due = Money::eur(asked.gross.minor * 3 / 10);
    asked.words = in_words(asked.due, locale);
    let mut confirmed = Paper { kind: Kind::OrderConfirmation, number: asked.order.clone(), ..all[0].1.clone() };
    (confirmed.pay, confirmed.supplied_on) = (None, None);
    let receipt = cash_order(Kind::CashReceipt, "KPO-000008", &all[1].1);
    let refund = cash_order(Kind::CashRefund, "KIO-000002", &all[1].1);
    all.extend([("prepayment", asked), ("order_confirmation", confirmed), ("cash_receipt", receipt), ("cash_refund", refund)]);
    all
}

/// The invoices and credit notes of [`all`]: what also exists as an e-invoice.
///
/// # Panics
/// Never for the goods that it holds.
pub fn invoices(locale: Locale) -> Vec<(&'static str, Paper)> {
    use TaxDisplay::{Gross, Net};
    let business = invoice(locale, Net, &furniture());
    let consumer = consumer(invoice(locale, Gross, &[Goods::new("PI-1", "Pieštukas", 1_99, 21)]));
    let mut mixed = invoice(
        locale,
        Gross,
        &[
            Goods::new("LE-3", "Lentyna „Beržas“", 49_90, 21).pieces(2).less(9_98),
            Goods::new("AU-2", "Linas", 12_35, 21).measured(Qty(2_750), "m"),
            Goods::new("KN-1", "Knyga", 9_99, 5),
            Goods::new("VA-9", "Varžtai", 3, 21).pieces(10_000),
            Goods::new("PV-1", "Pristatymas", 4_99, 21).measured(Qty::ONE, "service"),
        ],
    );
    mixed.deliver_to = Some(Side { street: "Pramonės g. 8".into(), ..company() });
    mixed.buyer_reference = "PO-7781".into();
    mixed.notes = vec!["Prekės atsiimtos sandėlyje.".into()];

    let mut prepaid = business.clone();
    prepaid.prepaid = Money::eur(142_63);
    sum_up(&mut prepaid);
    let mut deducted = invoice(locale, Net, &[Goods::new("VR-1", "Virtuvės baldai pagal brėžinį", 500_00, 21)]);
    let advance = Advance {
        number: "VIT-000101".into(),
        issued_on: "2026-10-02".into(),
        net: Money::eur(100_00),
        vat: Money::eur(21_00),
        rate: Rate::percent(21),
        tax_code: "S".into(),
    };
    deduct(&mut deducted, advance);
    let mut cash = Paper { pay: None, cash: None, ..prepaid.clone() };
    cash.rounding = Money::eur(-2);
    sum_up(&mut cash);
    let till = Cash {
        payer: cash.buyer.name.clone(),
        basis: cash.number.clone(),
        sum: cash.due,
        words: cash.words.clone(),
        fiscal_receipt: String::new(),
        by: "Jonas Petraitis".into(),
    };
    cash.cash = Some(till);
    let mut credit = Paper { kind: Kind::CreditNote, number: "VITK-000007".into(), ..business.clone() };
    credit.corrects = Some(Correction {
        number: "VIT-000123".into(),
        issued_on: "2026-11-23".into(),
        reason: if locale == Locale::LT { "Prekės grąžintos" } else { "Goods returned" }.into(),
    });
    (credit.due_on, credit.pay) = (None, None);
    let zloty = paper(locale, "PLN".parse().expect("a currency"), Net, &furniture());
    vec![
        ("business", business),
        ("consumer", consumer),
        ("mixed", mixed),
        ("intra_eu", abroad(locale, "K", german())),
        ("reverse_charge", reverse_charge(locale)),
        ("export", abroad(locale, "G", Side { vat_code: String::new(), country: "CH".into(), ..german() })),
        ("exempt", invoice(locale, Net, &[Goods::new("KU-1", "Mokymai", 240_00, 0).untaxed("E"), furniture()[1].clone()])),
        ("not_subject", not_subject(locale)),
        ("prepaid", prepaid),
        ("advance_deducted", deducted),
        ("cash_rounding", cash),
        ("credit_note", credit),
        ("zloty", zloty),
    ]
}

fn consumer(mut paper: Paper) -> Paper {
    paper.buyer = person();
    paper
}

fn abroad(locale: Locale, tax_code: &str, buyer: Side) -> Paper {
    let goods = furniture().map(|g| g.untaxed(tax_code));
    let mut paper = invoice(locale, TaxDisplay::Net, &goods);
    (paper.deliver_to, paper.buyer) = (Some(buyer.clone()), buyer);
    paper
}

fn reverse_charge(locale: Locale) -> Paper {
    let scrap = Goods::new("ME-1", "Metalo laužas", 35, 0).measured(Qty(812_500), "kg").untaxed("AE");
    invoice(locale, TaxDisplay::Net, &[scrap, furniture()[0].clone()])
}

fn not_subject(locale: Locale) -> Paper {
    let goods = [Goods::new("MU-1", "Rankų darbo muilas", 4_50, 0).pieces(4).untaxed("O")];
    let mut paper = consumer(invoice(locale, TaxDisplay::Gross, &goods));
    paper.untaxed = true;
    paper.seller.vat_code = String::new();
    paper
}

/// A document of the till over what an invoice says is due.
fn cash_order(kind: Kind, number: &str, of: &Paper) -> Paper {
    let mut paper = Paper { kind, number: number.into(), pay: None, ..of.clone() };
    let five = 5 * ((of.due.minor + 2) / 5);
    paper.rounding.minor = five - of.due.minor;
    sum_up(&mut paper);
    paper.cash = Some(Cash {
        payer: of.buyer.name.clone(),
        basis: of.number.clone(),
        sum: paper.due,
        words: paper.words.clone(),
        fiscal_receipt: String::new(),
        by: "Jonas Petraitis".into(),
    });
    paper
}
