//! A snapshot as the semantic model of EN 16931: one mapping, from which both syntaxes are written.

use std::borrow::Cow;

use en16931::{
    Date, DocumentKind, DocumentReference, Identifier, Invoice, InvoiceAmount, InvoiceLine, Percentage, Quantity,
    UnitPriceAmount,
    invoice::{
        Code, Contact, CreditTransfer, Delivery, DocumentTotals, Item, ItemAttribute, LineAllowanceCharge, LineVat, Party,
        PaymentInstructions, PaymentMeans, PostalAddress, PrecedingInvoice, PriceDetails, VatBreakdown,
    },
};
use rust_decimal::Decimal;

use super::units::{AGREED, endpoint_of_vat, unit_code};
use crate::{
    documents::{Advance, Kind, Paper, PaperLine, PaperTax, Side},
    kernel::{Currency, Locale, Money, Qty, Rate, UnitPrice},
};

/// The process of Peppol BIS Billing 3.0 (BT-23).
const BILLING: &str = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0";
/// UNCL 5189: discount.
const DISCOUNT: &str = "95";

/// `None` when something of the snapshot has no form in the model (a date that is none, an amount
/// with three decimals); [`super::super::admissible`] says which.
pub(super) fn model(paper: &Paper) -> Option<Invoice> {
    let credit = paper.kind == Kind::CreditNote;
    let type_code = match paper.kind {
        Kind::CreditNote => "381",
        Kind::AdvanceInvoice => "386",
        _ => "380",
    };
    let issued = date(&paper.issued_on)?;
    let mut invoice = Invoice::builder("", text(&paper.number)?, issued, type_code, paper.currency.as_str()).build();
    invoice.kind = if credit { DocumentKind::CreditNote } else { DocumentKind::Invoice };
    invoice.business_process = Some(BILLING.to_owned());
    // UBL's credit note has no due date of its own; what is to happen stands in the terms.
    invoice.due_date = paper.due_on.as_deref().filter(|_| !credit).and_then(date);
    invoice.payment_terms = paper.corrects.as_ref().and_then(|c| text(&c.reason));
    invoice.buyer_reference = text(&paper.buyer_reference).or_else(|| text(&paper.order));
    if text(&paper.buyer_reference).is_some() {
        // An order of the seller stands beside one of the buyer; alone it would need an invented one.
        invoice.purchase_order_reference = text(&paper.buyer_reference).map(DocumentReference::new);
        invoice.sales_order_reference = text(&paper.order).map(DocumentReference::new);
    }
    invoice.notes = note(paper).map(en16931::InvoiceNote::new).into_iter().collect();
    invoice.preceding_invoices = preceding(paper)?;
    let taxes = taxes(paper);
    let subject = taxes.iter().all(|t| t.tax_code != "O");
    invoice.seller = party(&paper.seller, subject);
    invoice.buyer = party(&paper.buyer, subject);
    invoice.delivery = delivery(paper);
    invoice.payment = payment(paper);
    invoice.vat_breakdown = taxes.iter().map(breakdown).collect::<Option<_>>()?;
    invoice.lines = lines(paper)?;
    invoice.totals = totals(paper)?;
    if paper.currency != Currency::EUR
        && let Some(euro) = paper.vat_eur
    {
        invoice.vat_accounting_currency = Some(Code::new("EUR"));
        invoice.totals.vat_total_accounting = Some(amount(euro)?);
    }
    Some(invoice)
}

/// A text as XML can carry it; `None` when nothing is left.
pub(in crate::documents) fn text(of: &str) -> Option<String> {
    let carried: String = of.chars().filter(|c| !c.is_control() || c.is_whitespace()).collect();
    Some(carried.trim()).filter(|t| !t.is_empty()).map(str::to_owned)
}

fn date(of: &str) -> Option<Date> {
    Date::parse(of).ok()
}

/// Two decimals at most; a currency with none is written with two zeros.
pub(in crate::documents) fn amount(money: Money) -> Option<InvoiceAmount> {
    InvoiceAmount::from_decimal_exact(money.to_decimal().normalize()).ok()
}

fn negated(money: Money) -> Option<InvoiceAmount> {
    amount(money)?.checked_neg().ok()
}

fn percent(rate: Rate) -> Percentage {
    Percentage::new((rate.to_decimal() * Decimal::ONE_HUNDRED).normalize())
}

/// The total in words, why a document corrects another, and further remarks: one note, since
/// Peppol allows one.
fn note(paper: &Paper) -> Option<String> {
    let reason = paper.corrects.iter().map(|c| &c.reason);
    let all: Vec<String> = std::iter::once(&paper.words).chain(reason).chain(&paper.notes).filter_map(|t| text(t)).collect();
    (!all.is_empty()).then(|| all.join("\n"))
}

/// The corrected document, and the invoices of the advances that are taken off (BG-3).
fn preceding(paper: &Paper) -> Option<Vec<PrecedingInvoice>> {
    let corrected = paper.corrects.iter().map(|c| (&c.number, &c.issued_on));
    let advances = paper.advances.iter().map(|a| (&a.number, &a.issued_on));
    let mut all: Vec<PrecedingInvoice> = Vec::new();
    for (number, issued_on) in corrected.chain(advances) {
        let reference = DocumentReference::new(number.trim());
        // An advance of two rates is two lines and one document.
        if all.iter().all(|p| p.reference != reference) {
            all.push(PrecedingInvoice { reference, issue_date: Some(date(issued_on)?) });
        }
    }
    Some(all)
}

/// `subject`: a document that VAT does not concern names no VAT numbers (BR-O-02).
fn party(side: &Side, subject: bool) -> Party {
    let vat = vat_code(side);
    let code = text(&side.code);
    let lithuanian = side.country == "LT";
    Party {
        name: text(&side.name),
        legal_registration: code
            .clone()
            .filter(|_| !side.person)
            .map(|code| if lithuanian { Identifier::schemed(code, "0200") } else { Identifier::new(code) }),
        vat_identifier: vat.clone().filter(|_| subject),
        electronic_address: endpoint(side).map(|(scheme, value)| Identifier::schemed(value, scheme)),
        address: address(side),
        contact: Contact { name: text(&side.contact), phone: text(&side.phone), email: text(&side.email) },
        ..Party::default()
    }
}

/// As a VAT number is written on the wire: `LT 119 511 515` is `LT119511515`.
pub(in crate::documents) fn vat_code(side: &Side) -> Option<String> {
    let bare: String = side.vat_code.chars().filter(|c| !c.is_whitespace()).collect();
    text(&bare.to_uppercase())
}

/// Where a party is found on the Peppol network. A Lithuanian company registers with its code; one
/// of another country with its VAT number; a person nowhere.
pub(in crate::documents) fn endpoint(side: &Side) -> Option<(&'static str, String)> {
    if side.person {
        return None;
    }
    match text(&side.code) {
        Some(code) if side.country == "LT" => Some(("0200", code)),
        _ => endpoint_of_vat(&vat_code(side)?),
    }
}

fn address(side: &Side) -> PostalAddress {
    PostalAddress {
        line1: text(&side.street),
        city: text(&side.city),
        post_code: text(&side.postcode),
        country: text(&side.country).map(Code::new),
        ..PostalAddress::default()
    }
}

/// When and where the goods went. A supply within the Union must say both (BR-IC-11, BR-IC-12),
/// also when they left on the day of the issue.
fn delivery(paper: &Paper) -> Option<Delivery> {
    let intra_eu = paper.taxes.iter().any(|t| t.tax_code == "K");
    let on = paper.supplied_on.as_deref().or(intra_eu.then_some(paper.issued_on.as_str())).and_then(date);
    let to = paper.deliver_to.as_ref().filter(|to| text(&to.country).is_some());
    (on.is_some() || to.is_some()).then(|| Delivery {
        party_name: to.and_then(|to| text(&to.name)),
        location: None,
        date: on,
        address: to.map(address),
    })
}

/// UNCL 4461: 10 cash, 30 transfer.
fn payment(paper: &Paper) -> Option<PaymentInstructions> {
    if paper.cash.is_some() || !paper.rounding.is_zero() {
        return Some(PaymentInstructions { means_code: Some(Code::new("10")), ..PaymentInstructions::default() });
    }
    let pay = paper.pay.as_ref()?;
    let to =
        CreditTransfer { account_identifier: text(&pay.iban), account_name: text(&pay.recipient), provider_identifier: None };
    Some(PaymentInstructions {
        means_code: Some(Code::new("30")),
        means_text: None,
        remittance_information: text(&pay.reference),
        means: Some(PaymentMeans::CreditTransfer(vec![to])),
    })
}

/// The VAT of the document. A seller who pays none prints no rows; the wire wants one that says so.
pub(in crate::documents) fn taxes(paper: &Paper) -> Cow<'_, [PaperTax]> {
    if !(paper.untaxed && paper.taxes.is_empty()) {
        return Cow::Borrowed(&paper.taxes);
    }
    Cow::Owned(vec![PaperTax {
        tax_code: "O".into(),
        rate: Rate::ZERO,
        net: paper.net,
        vat: Money::zero(paper.currency),
        reason: String::new(),
        reason_code: "VATEX-EU-O".into(),
    }])
}

fn breakdown(tax: &PaperTax) -> Option<VatBreakdown> {
    Some(VatBreakdown {
        taxable_amount: amount(tax.net)?,
        tax_amount: amount(tax.vat)?,
        category: Code::new(&tax.tax_code),
        rate: rate_of(&tax.tax_code, tax.rate),
        exemption_reason: text(&tax.reason),
        exemption_reason_code: text(&tax.reason_code).map(Code::new),
    })
}

/// What VAT does not concern has no rate, not even 0 (BR-O-05).
fn rate_of(tax_code: &str, rate: Rate) -> Option<Percentage> {
    (tax_code != "O").then(|| percent(rate))
}

fn lines(paper: &Paper) -> Option<Vec<InvoiceLine>> {
    let goods = paper.lines.iter().enumerate().map(|(n, l)| line(n + 1, l));
    let from = paper.lines.len() + 1;
    let off = paper.advances.iter().enumerate().map(|(n, a)| advance(from + n, a, paper.locale));
    goods.chain(off).collect()
}

fn line(number: usize, of: &PaperLine) -> Option<InvoiceLine> {
    let unit = Code::new(unit_code(&of.unit));
    let agreed = (unit.as_str() == AGREED).then(|| ItemAttribute { name: Some("unit".into()), value: text(&of.unit) });
    let (qty, net_price, base) = price(of)?;
    let discount = LineAllowanceCharge {
        amount: amount(of.discount_net)?,
        base_amount: None,
        percentage: None,
        reason: None,
        reason_code: Some(Code::new(DISCOUNT)),
    };
    Some(InvoiceLine {
        id: number.to_string(),
        note: None,
        order_line_reference: None,
        accounting_reference: None,
        object_identifier: None,
        quantity: Quantity::new(qty),
        unit_code: unit.clone(),
        net_amount: amount(of.net)?,
        period: None,
        allowances: if of.discount_net.is_zero() { Vec::new() } else { vec![discount] },
        charges: Vec::new(),
        price: PriceDetails {
            net_price: UnitPriceAmount::new(net_price),
            base_quantity_code: base.map(|_| unit),
            base_quantity: base.map(Quantity::new),
            ..PriceDetails::default()
        },
        vat: LineVat { category: Code::new(&of.tax_code), rate: rate_of(&of.tax_code, of.rate) },
        item: Item {
            name: text(&of.title),
            description: text(&of.detail),
            seller_identifier: text(&of.sku),
            attributes: agreed.into_iter().collect(),
            ..Item::default()
        },
    })
}

/// Quantity, price and the quantity that the price is for, such that they make the line's sum to
/// the cent. A line whose net was taken out of a gross sum has no unit price that does (10,000 at
/// 0.0248 are 248.00, not 247.93): it names the price of all of them. A line below nothing has a
/// quantity below nothing, since a price never is (BR-27).
fn price(of: &PaperLine) -> Option<(Decimal, Decimal, Option<Decimal>)> {
    let full = of.net.checked_add(of.discount_net)?;
    let unit = UnitPrice(of.unit_net_micro);
    let qty = of.qty.to_decimal().normalize();
    if of.unit_net_micro >= 0 && unit.times(of.qty, full.currency) == Some(full) {
        return Some((qty, unit.to_decimal().normalize(), None));
    }
    let sign = if (full.minor < 0) == (of.qty < Qty::ZERO) { Decimal::ONE } else { Decimal::NEGATIVE_ONE };
    Some((sign * qty, full.to_decimal().abs(), Some(qty.abs())))
}

/// An advance that had a VAT invoice of its own comes off as a line of its rate (mode B1). Its
/// words stand here, because the wire has no theme.
fn advance(number: usize, of: &Advance, locale: Locale) -> Option<InvoiceLine> {
    let word = match locale.as_str() {
        "lt" => "Avansas pagal sąskaitą faktūrą",
        "de" => "Anzahlung laut Rechnung",
        "pl" => "Zaliczka wg faktury",
        _ => "Advance by invoice",
    };
    let net = negated(of.net)?;
    let vat = rate_of(&of.tax_code, of.rate);
    let name = format!("{word} {}, {}", of.number.trim(), of.issued_on);
    let once = Quantity::new(Decimal::NEGATIVE_ONE);
    let line = InvoiceLine::new(number.to_string(), name, once, "C62", net, of.tax_code.as_str(), vat);
    let price = UnitPriceAmount::new(of.net.to_decimal());
    Some(line.with_price(PriceDetails { net_price: price, ..PriceDetails::default() }))
}

fn totals(paper: &Paper) -> Option<DocumentTotals> {
    let given = |money: Money| if money.is_zero() { Some(None) } else { amount(money).map(Some) };
    Some(DocumentTotals {
        line_total: amount(paper.net)?,
        allowance_total: None,
        charge_total: None,
        taxable_total: amount(paper.net)?,
        vat_total: Some(amount(paper.vat)?),
        vat_total_accounting: None,
        gross_total: amount(paper.gross)?,
        paid: given(paper.prepaid)?,
        rounding: given(paper.rounding)?,
        due: amount(paper.due)?,
    })
}
