//! Documents as a shop issues them, for tests and for trying a theme: invoices of every treatment,
//! advances, cash, credit, another currency.

mod kinds;

use super::{Advance, Kind, Paper, PaperLine, PaperTax, PayBy, Side, in_words, vatex};
use crate::{
    channels::TaxDisplay,
    kernel::{Currency, Locale, Money, Qty, Rate, UnitPrice},
    tax,
};

pub use kinds::{all, invoices};

/// Goods of a sample, priced as its buyer reads prices.
#[derive(Clone, Debug)]
pub struct Goods {
    pub sku: String,
    pub title: String,
    pub detail: String,
    pub unit: String,
    pub qty: Qty,
    /// Minor units of one, with VAT or without as the sample says.
    pub price: i64,
    /// What comes off the line, read the same way.
    pub off: i64,
    pub rate: Rate,
    pub tax_code: String,
}

impl Goods {
    /// One piece at a rate in per cent.
    pub fn new(sku: &str, title: &str, price: i64, percent: i64) -> Self {
        Self {
            sku: sku.into(),
            title: title.into(),
            detail: String::new(),
            unit: "piece".into(),
            qty: Qty::ONE,
            price,
            off: 0,
            rate: Rate::percent(percent),
            tax_code: if percent == 0 { "Z" } else { "S" }.into(),
        }
    }
    pub fn pieces(mut self, n: i64) -> Self {
        self.qty = Qty::pieces(n);
        self
    }
    pub fn measured(mut self, qty: Qty, unit: &str) -> Self {
        (self.qty, self.unit) = (qty, unit.into());
        self
    }
    pub fn detail(mut self, text: &str) -> Self {
        self.detail = text.into();
        self
    }
    pub fn less(mut self, off: i64) -> Self {
        self.off = off;
        self
    }
    /// Without VAT, for the reason of this code (UNCL 5305).
    pub fn untaxed(mut self, tax_code: &str) -> Self {
        (self.rate, self.tax_code) = (Rate::ZERO, tax_code.into());
        self
    }

    /// # Panics
    /// When the line does not fit.
    fn line(&self, currency: Currency, prices: TaxDisplay) -> PaperLine {
        let price = Money::new(self.price, currency);
        let full = self.qty.times(price).expect("a line that fits");
        let (unit, off) = match prices {
            TaxDisplay::Net => (UnitPrice::from_money(price), Money::new(self.off, currency)),
            TaxDisplay::Gross => {
                let off = tax::net_of(Money::new(self.off, currency), self.rate).expect("a discount that fits");
                (tax::unit_net(price, self.rate).expect("a price that fits"), off)
            }
        };
        let left = Money::new(full.minor - self.off, currency);
        PaperLine {
            sku: self.sku.clone(),
            title: self.title.clone(),
            detail: self.detail.clone(),
            qty: self.qty,
            unit: self.unit.clone(),
            unit_net_micro: unit.0,
            discount_net: off,
            net: left,
            gross: left,
            rate: self.rate,
            tax_code: self.tax_code.clone(),
        }
    }
}

/// An invoice of a Lithuanian shop to a Lithuanian company, to be paid by transfer.
///
/// # Panics
/// When a sum does not fit.
pub fn invoice(locale: Locale, prices: TaxDisplay, goods: &[Goods]) -> Paper {
    paper(locale, Currency::EUR, prices, goods)
}

/// [`invoice`] in a currency.
///
/// # Panics
/// When a sum does not fit.
pub fn paper(locale: Locale, currency: Currency, prices: TaxDisplay, goods: &[Goods]) -> Paper {
    let zero = Money::zero(currency);
    let mut paper = Paper {
        kind: Kind::Invoice,
        number: "VIT-000123".into(),
        locale,
        currency,
        issued_on: "2026-11-23".into(),
        due_on: Some("2026-12-23".into()),
        supplied_on: Some("2026-11-20".into()),
        seller: seller(),
        buyer: company(),
        deliver_to: None,
        order: "UZS-2026-000045".into(),
        buyer_reference: String::new(),
        lines: goods.iter().map(|g| g.line(currency, prices)).collect(),
        taxes: Vec::new(),
        net: zero,
        vat: zero,
        gross: zero,
        prepaid: zero,
        advances: Vec::new(),
        rounding: zero,
        due: zero,
        vat_eur: None,
        corrects: None,
        pay: Some(PayBy {
            recipient: "UAB Vitrina Demo".into(),
            bank: "Demo bankas".into(),
            iban: "LT121000011101001000".into(),
            reference: "RF38VIT202600001".into(),
            epc: String::new(),
        }),
        words: String::new(),
        cash: None,
        notes: Vec::new(),
        untaxed: false,
    };
    tax_lines(&mut paper, prices);
    sum_up(&mut paper);
    paper
}

/// The other side of each line, and VAT by category and rate: put on the net once, or taken out of
/// the gross once.
fn tax_lines(paper: &mut Paper, prices: TaxDisplay) {
    let mut groups: Vec<(Rate, String)> = paper.lines.iter().map(|l| (l.rate, l.tax_code.clone())).collect();
    groups.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    groups.dedup();
    for (rate, tax_code) in groups {
        let at: Vec<usize> =
            (0..paper.lines.len()).filter(|i| (paper.lines[*i].rate, &paper.lines[*i].tax_code) == (rate, &tax_code)).collect();
        let parts: Vec<(Rate, Money)> = at.iter().map(|i| (rate, paper.lines[*i].net)).collect();
        let weights: Vec<i64> = parts.iter().map(|(_, m)| m.minor).collect();
        let totals = match prices {
            TaxDisplay::Net => tax::net_totals(&parts),
            TaxDisplay::Gross => tax::gross_totals(&parts),
        }
        .expect("sums that fit");
        let other = if prices == TaxDisplay::Net { totals.gross } else { totals.net };
        for (i, share) in at.into_iter().zip(tax::allocate(other.minor, &weights)) {
            let line = &mut paper.lines[i];
            if prices == TaxDisplay::Net { line.gross.minor = share } else { line.net.minor = share }
        }
        let reason = reason(&tax_code, paper.locale).to_owned();
        let reason_code = vatex(&tax_code).to_owned();
        let (net, vat) = (totals.net, totals.vat);
        paper.taxes.push(PaperTax { tax_code, rate, net, vat, reason, reason_code });
    }
}

fn reason(tax_code: &str, locale: Locale) -> &'static str {
    let lithuanian = locale == Locale::LT;
    match tax_code {
        "AE" if lithuanian => "Atvirkštinis apmokestinimas",
        "AE" => "Reverse charge",
        "K" if lithuanian => "PVMĮ 49 str. / Direktyvos 2006/112/EB 138 str.",
        "K" => "Intra-Community supply, Article 138 of Directive 2006/112/EC",
        "G" if lithuanian => "Prekių eksportas (PVMĮ 41 str.)",
        "G" => "Export of goods, Article 146 of Directive 2006/112/EC",
        "E" if lithuanian => "PVM neapmokestinama (PVMĮ 22 str.)",
        "E" => "Exempt, Article 132 of Directive 2006/112/EC",
        "O" if lithuanian => "Pardavėjas nėra PVM mokėtojas",
        "O" => "The seller is not a VAT payer",
        _ => "",
    }
}

/// The sums of a document from its taxes, its advances, what came before and the rounding.
///
/// # Panics
/// When a sum does not fit.
pub fn sum_up(paper: &mut Paper) {
    let sum = |of: fn(&PaperTax) -> i64| paper.taxes.iter().map(of).sum::<i64>();
    paper.net.minor = sum(|t| t.net.minor);
    paper.vat.minor = sum(|t| t.vat.minor);
    paper.gross.minor = paper.net.minor + paper.vat.minor;
    paper.due.minor = paper.gross.minor - paper.prepaid.minor + paper.rounding.minor;
    paper.words = in_words(if paper.due.is_zero() { paper.gross } else { paper.due }, paper.locale);
    if paper.currency != Currency::EUR && !paper.untaxed {
        // At 4.3035 a euro, as one day's rate of the zloty was.
        let euro = paper.vat.to_decimal() / rust_decimal::Decimal::new(43_035, 4);
        paper.vat_eur = Money::from_decimal(euro, Currency::EUR);
    }
}

/// Takes an advance that had a VAT invoice of its own off a document (mode B1).
///
/// # Panics
/// When the document has no VAT of the advance's rate.
pub fn deduct(paper: &mut Paper, advance: Advance) {
    let of_rate = |t: &&mut PaperTax| (t.rate, &t.tax_code) == (advance.rate, &advance.tax_code);
    let tax = paper.taxes.iter_mut().find(of_rate).expect("VAT of the advance's rate");
    tax.net.minor -= advance.net.minor;
    tax.vat.minor -= advance.vat.minor;
    paper.advances.push(advance);
    sum_up(paper);
}

/// The shop itself.
pub fn seller() -> Side {
    Side {
        name: "UAB Vitrina Demo".into(),
        code: "111951517".into(),
        vat_code: "LT119511515".into(),
        street: "Gedimino pr. 1".into(),
        city: "Vilnius".into(),
        postcode: "LT-01103".into(),
        country: "LT".into(),
        phone: "+370 5 200 0000".into(),
        email: "parduotuve@example.lt".into(),
        ..Side::default()
    }
}

/// A Lithuanian company that pays VAT.
pub fn company() -> Side {
    Side {
        name: "UAB Pirkėjas".into(),
        code: "300000016".into(),
        vat_code: "LT100001919017".into(),
        street: "Laisvės al. 10".into(),
        city: "Kaunas".into(),
        postcode: "LT-44240".into(),
        country: "LT".into(),
        contact: "Rūta Žąsinaitė".into(),
        email: "buhalterija@example.lt".into(),
        ..Side::default()
    }
}

/// A company elsewhere in the Union.
pub fn german() -> Side {
    Side {
        name: "Möbelhaus Grün GmbH".into(),
        vat_code: "DE123456789".into(),
        street: "Hauptstraße 1".into(),
        city: "Berlin".into(),
        postcode: "10115".into(),
        country: "DE".into(),
        ..Side::default()
    }
}

/// A customer who is no business.
pub fn person() -> Side {
    Side {
        name: "Žydrūnė Čepaitė".into(),
        person: true,
        street: "Šviesos g. 5-12".into(),
        city: "Šiauliai".into(),
        postcode: "LT-76001".into(),
        country: "LT".into(),
        email: "zydrune@example.lt".into(),
        ..Side::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Paper {
        invoices(Locale::LT).into_iter().find(|(n, _)| *n == name).unwrap().1
    }

    #[test]
    fn the_sums_of_the_domain_notes() {
        let business = named("business");
        assert_eq!((business.net.minor, business.vat.minor, business.gross.minor), (348_75, 63_30, 412_05));
        let consumer = named("consumer");
        assert_eq!((consumer.net.minor, consumer.vat.minor, consumer.due.minor), (1_64, 35, 1_99));
        let deducted = named("advance_deducted");
        assert_eq!((deducted.net.minor, deducted.vat.minor, deducted.due.minor), (400_00, 84_00, 484_00));
        let cash = named("cash_rounding");
        assert_eq!(cash.due.minor % 5, 0, "cash is paid in five cents");
    }

    #[test]
    fn lines_and_taxes_make_the_sums() {
        for (name, paper) in all(Locale::EN) {
            let lines: i64 = paper.lines.iter().map(|l| l.net.minor).sum();
            let gross: i64 = paper.lines.iter().map(|l| l.gross.minor).sum();
            let (net, vat) = paper.advances.iter().fold((0, 0), |(n, v), a| (n + a.net.minor, v + a.vat.minor));
            assert_eq!((lines - net, gross - net - vat), (paper.net.minor, paper.gross.minor), "{name}");
            assert_eq!(paper.net.minor + paper.vat.minor, paper.gross.minor, "{name}");
        }
    }
}
