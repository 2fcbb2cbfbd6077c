//! Each way to spoil a document, and the rule that refuses it.

use super::{
    sample::{paper, *},
    *,
};
use crate::{
    channels::TaxDisplay::{Gross, Net},
    kernel::{Faulty as _, Locale, Money, Qty, Rate},
};

fn named(name: &str) -> Paper {
    let found = invoices(Locale::LT).into_iter().find(|(n, _)| *n == name);
    found.unwrap_or_else(|| panic!("no sample {name}")).1
}

fn rules(paper: &Paper) -> Vec<String> {
    admissible(paper).err().unwrap_or_default().into_iter().map(|c| c.rule).collect()
}

/// What spoils a sample, and the rule that has to say so.
fn spoilt(name: &str, rule: &str, how: impl FnOnce(&mut Paper)) {
    let mut paper = named(name);
    assert_eq!(rules(&paper), Vec::<String>::new(), "{name} is right before it is spoilt");
    how(&mut paper);
    let rules = rules(&paper);
    assert!(rules.iter().any(|r| r == rule), "{rule} should refuse {name}; found {rules:?}");
    assert!(ubl(&paper).is_err() && factur_x(&paper).is_err(), "{rule}: nothing is written of what is refused");
}

#[test]
fn every_sample_may_be_issued() {
    for locale in [Locale::LT, Locale::EN, Locale::DE] {
        for (name, paper) in all(locale) {
            assert_eq!(admissible(&paper), Ok(()), "{name}");
        }
    }
}

#[test]
fn who_sells_and_who_buys_must_be_known() {
    spoilt("business", "BR-06", |p| p.seller.name.clear());
    spoilt("business", "BR-07", |p| p.buyer.name = "  ".into());
    spoilt("business", "BR-09", |p| p.seller.country.clear());
    spoilt("business", "BR-11", |p| p.buyer.country.clear());
    spoilt("business", "BR-CL-14", |p| p.buyer.country = "LTU".into());
    spoilt("business", "BR-S-02", |p| p.seller.vat_code.clear());
    spoilt("business", "BR-CO-09", |p| p.buyer.vat_code = "100001919017".into());
    spoilt("not_subject", "BR-CO-26", |p| p.seller.code.clear());
    spoilt("business", "BR-CO-26", |p| (p.seller.code, p.seller.vat_code) = (String::new(), String::new()));
}

#[test]
fn a_way_of_taxing_has_its_conditions() {
    spoilt("intra_eu", "BR-IC-02", |p| p.buyer.vat_code.clear());
    spoilt("intra_eu", "BR-IC-12", |p| p.deliver_to = None);
    spoilt("intra_eu", "destination.abroad", |p| p.deliver_to = Some(company()));
    spoilt("intra_eu", "BR-IC-10", |p| (p.taxes[0].reason, p.taxes[0].reason_code) = (String::new(), String::new()));
    spoilt("intra_eu", "BR-IC-05", |p| p.lines[0].rate = Rate::percent(21));
    spoilt("intra_eu", "PEPPOL-EN16931-P0104", |p| p.taxes[0].reason_code = "VATEX-EU-G".into());
    spoilt("reverse_charge", "BR-AE-02", |p| (p.buyer.code, p.buyer.vat_code) = (String::new(), String::new()));
    spoilt("business", "BR-S-05", |p| p.lines[0].rate = Rate::ZERO);
    spoilt("business", "BR-S-10", |p| p.taxes[0].reason = "why not".into());
    spoilt("business", "BR-CL-18", |p| p.lines[0].tax_code = "X".into());
    spoilt("business", "BR-O-11", |p| p.untaxed = true);
    spoilt("business", "BR-O-11", |p| (p.lines[1].tax_code, p.lines[1].rate) = ("O".into(), Rate::ZERO));
    spoilt("zloty", "BR-53", |p| p.vat_eur = None);
}

#[test]
fn goods_that_left_on_the_day_of_issue_have_a_date_of_delivery_all_the_same() {
    let mut paper = named("intra_eu");
    paper.supplied_on = None;
    let xml = ubl(&paper).unwrap().xml;
    assert!(xml.contains("<cbc:ActualDeliveryDate>2026-11-23</cbc:ActualDeliveryDate>"), "{xml}");
}

#[test]
fn what_is_sold_must_be_said() {
    spoilt("business", "BR-16", |p| p.lines.clear());
    spoilt("business", "BR-25", |p| p.lines[0].title.clear());
    spoilt("business", "BR-22", |p| p.lines[0].qty = Qty::ZERO);
    spoilt("business", "BR-27", |p| p.lines[0].unit_net_micro = -1);
    spoilt("business", "BR-02", |p| p.number.clear());
    spoilt("business", "PEPPOL-EN16931-F001", |p| p.issued_on = "23.11.2026".into());
    spoilt("business", "PEPPOL-EN16931-F001", |p| p.supplied_on = Some("2026-02-30".into()));
}

#[test]
fn how_it_is_paid_and_what_it_corrects_must_be_said() {
    spoilt("business", "BR-CO-25", |p| p.due_on = None);
    spoilt("business", "BR-61", |p| p.pay.as_mut().unwrap().iban.clear());
    spoilt("credit_note", "BR-55", |p| p.corrects = None);
    spoilt("credit_note", "correction.reason", |p| p.corrects.as_mut().unwrap().reason.clear());
    spoilt("advance_deducted", "BR-55", |p| p.advances[0].number.clear());
}

#[test]
fn a_cent_that_is_lost_or_invented_is_found() {
    let cent = |money: &mut Money| money.minor += 1;
    spoilt("business", "BR-CO-10", |p| cent(&mut p.net));
    spoilt("business", "BR-CO-14", |p| cent(&mut p.vat));
    spoilt("business", "BR-CO-15", |p| cent(&mut p.gross));
    spoilt("business", "BR-CO-16", |p| cent(&mut p.due));
    spoilt("prepaid", "BR-CO-16", |p| cent(&mut p.prepaid));
    spoilt("cash_rounding", "BR-CO-16", |p| cent(&mut p.rounding));
    spoilt("business", "BR-S-08", |p| cent(&mut p.taxes[0].net));
    spoilt("business", "sums.gross", |p| cent(&mut p.lines[0].gross));
    spoilt("business", "BR-CO-10", |p| cent(&mut p.lines[0].net));
    spoilt("advance_deducted", "BR-CO-10", |p| cent(&mut p.advances[0].net));
    spoilt("advance_deducted", "sums.gross", |p| cent(&mut p.advances[0].vat));
    spoilt("business", "PEPPOL-EN16931-R120", |p| p.lines[0].discount_net.minor += 3);
    spoilt("business", "PEPPOL-EN16931-R120", |p| p.lines[0].unit_net_micro += 10_000);
    spoilt("intra_eu", "BR-IC-09", |p| cent(&mut p.taxes[0].vat));
}

/// The official rules let VAT lie a whole euro beside its rate; the house does not.
#[test]
fn vat_beside_its_rate_is_refused_though_the_official_rules_let_it_pass() {
    spoilt("business", "BR-S-09", |p| {
        p.taxes[0].vat.minor += 50;
        p.lines[0].gross.minor += 50;
        sum_up(p);
    });
}

#[test]
fn sums_of_another_currency_and_finer_than_cents_are_refused() {
    spoilt("business", "PEPPOL-EN16931-R051", |p| p.lines[0].net = Money::new(1, "PLN".parse().unwrap()));
    let dinar = paper(Locale::EN, "KWD".parse().unwrap(), Net, &[Goods::new("A", "Lamp", 1_005, 21)]);
    assert_eq!(rules(&dinar).first().map(String::as_str), Some("BR-DEC-23"));
    let yen = paper(Locale::EN, "JPY".parse().unwrap(), Net, &[Goods::new("A", "Lamp", 1_005, 21)]);
    let xml = ubl(&yen).unwrap().xml;
    assert!(xml.contains(r#"<cbc:TaxInclusiveAmount currencyID="JPY">1216.00<"#), "a currency without cents: {xml}");
}

#[test]
fn everything_that_is_wrong_comes_at_once_with_its_place() {
    let mut paper = named("business");
    paper.buyer.country.clear();
    paper.lines[1].title = "\u{8}".into();
    paper.due_on = None;
    let found = admissible(&paper).unwrap_err();
    let places: Vec<Option<String>> = found.iter().map(Complaint::field).collect();
    assert_eq!(places, ["buyer.country", "lines.1.title", "due_on"].map(|at| Some(at.to_owned())));
    assert_eq!(found[1].to_string(), "BR-25: documents.no_title at lines.1.title (2)");
    let refusal = Complaint::refusal(found).unwrap();
    assert_eq!(
        refusal.all().map(|f| f.code).collect::<Vec<_>>(),
        ["documents.no_country", "documents.no_title", "documents.no_due_date"]
    );
    assert_eq!(Complaint::refusal(Vec::new()).map(|f| f.code), None);
}

#[test]
fn without_an_address_on_the_network_it_is_a_plain_e_invoice() {
    let at_home = ubl(&named("business")).unwrap();
    assert!(at_home.off_peppol.is_empty() && at_home.xml.contains("urn:fdc:peppol.eu:2017:poacc:billing:3.0"));
    let consumer = ubl(&named("consumer")).unwrap();
    assert_eq!(consumer.off_peppol.iter().map(|c| c.rule.as_str()).collect::<Vec<_>>(), ["PEPPOL-EN16931-R010"]);
    assert!(consumer.xml.contains("<cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID>"));
    assert!(!consumer.xml.contains("peppol"), "a document that is not for the network does not say that it is");
    let mut unordered = named("business");
    unordered.order.clear();
    let unordered = ubl(&unordered).unwrap();
    assert_eq!(unordered.off_peppol.first().map(|c| c.rule.as_str()), Some("PEPPOL-EN16931-R003"));
}

#[test]
fn only_invoices_and_credit_notes_exist_as_e_invoices() {
    for (name, paper) in all(Locale::LT) {
        let exists = matches!(paper.kind, Kind::Invoice | Kind::CreditNote);
        assert_eq!(ubl(&paper).is_ok(), exists, "{name}");
    }
}

#[test]
fn a_seller_who_pays_no_vat_may_print_no_rows() {
    let mut paper = named("not_subject");
    paper.taxes.clear();
    let xml = ubl(&paper).unwrap().xml;
    assert!(xml.contains("VATEX-EU-O") && !xml.contains("<cbc:Percent>"), "{xml}");
}

/// A shop may sell by any word of its own; no code is guessed for one that no list has.
#[test]
fn a_unit_that_no_list_has_is_named_by_its_word() {
    let mut paper = named("business");
    paper.lines[0].unit = "handful".into();
    let xml = ubl(&paper).unwrap().xml;
    assert!(xml.contains(r#"<cbc:InvoicedQuantity unitCode="ZZ">3<"#) && xml.contains("<cbc:Value>handful</cbc:Value>"), "{xml}");
}

#[test]
fn a_line_names_a_price_that_makes_its_sum() {
    let screws = Goods::new("S", "Screws", 3, 21).pieces(10_000);
    let xml = ubl(&invoice(Locale::EN, Gross, &[screws])).unwrap().xml;
    assert!(xml.contains(r#"<cbc:PriceAmount currencyID="EUR">247.93</cbc:PriceAmount>"#), "{xml}");
    assert!(xml.contains(r#"<cbc:BaseQuantity unitCode="H87">10000</cbc:BaseQuantity>"#), "{xml}");
}
