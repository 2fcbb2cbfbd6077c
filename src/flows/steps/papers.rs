//! From an order to a paper: its frozen lines and sums, copied. No tax is computed here.

use crate::{
    documents::{self, Kind, Paper, PaperLine, PaperTax, PayBy, Side},
    kernel::{App, Currency, Fault, Locale, Moment, Money, Qty, Settings, UnitPrice, round_half_away},
    pricing::Exchange,
    sales::{LineView, OrderView, Transfer},
    stage::Stage,
    tax::Treatment,
};

/// What the paper of an order is made with, beside the order.
pub(crate) struct Desk<'a> {
    pub app: &'a App,
    pub exchange: &'a Exchange,
    pub now: Moment,
}

impl Desk<'_> {
    /// The whole order as a paper: all lines with the delivery as one of them, nothing paid. Other
    /// documents are made from it.
    pub(crate) fn whole(&self, order: &OrderView, kind: Kind) -> Paper {
        let (settings, currency) = (self.app.settings(), order.gross.currency);
        let zero = Money::zero(currency);
        let untaxed = order.treatment == Treatment::NotSubject;
        let lines = lines(order);
        Paper {
            kind,
            number: String::new(),
            locale: order.locale,
            currency,
            issued_on: self.now.date().to_string(),
            due_on: None,
            supplied_on: supplied_on(order, self.now),
            seller: seller(&settings, untaxed),
            buyer: buyer(order),
            deliver_to: deliver_to(order),
            order: order.number.clone(),
            buyer_reference: String::new(),
            taxes: self.taxes(order, &lines),
            lines,
            net: order.net,
            vat: order.vat,
            gross: order.gross,
            prepaid: zero,
            advances: Vec::new(),
            rounding: zero,
            due: order.gross,
            vat_eur: None,
            corrects: None,
            pay: None,
            words: String::new(),
            cash: None,
            notes: Vec::new(),
            untaxed,
        }
    }

    /// What depends on the sums and is said last: the sum in words, VAT in euro, how and by when to pay.
    ///
    /// # Faults
    /// `documents.no_rate`.
    pub(crate) fn finish(&self, mut paper: Paper, order: &OrderView) -> Result<Paper, Fault> {
        paper.words = match paper.kind {
            Kind::OrderConfirmation => String::new(),
            _ => documents::in_words(if paper.due.minor > 0 { paper.due } else { paper.gross }, paper.locale),
        };
        if paper.currency != Currency::EUR && !paper.untaxed && paper.kind.is_tax() {
            paper.vat_eur = Some(self.in_euro(paper.vat)?);
        }
        let asks = matches!(paper.kind, Kind::PrepaymentInvoice | Kind::Invoice) && paper.due.minor > 0;
        if asks {
            let settings = self.app.settings();
            let days = settings.int("payment.days").max(1);
            // An order that waited long is not overdue on the day of its invoice.
            let due_at = if order.due_at > self.now { order.due_at } else { self.now.plus_days(days) };
            paper.due_on = Some(due_at.date().to_string());
            let transfer = Transfer::new(&settings, paper.due, &order.reference, due_at);
            paper.pay = Some(PayBy {
                recipient: transfer.recipient,
                bank: transfer.bank,
                iban: transfer.iban.replace(' ', ""),
                reference: order.reference.clone(),
                epc: transfer.epc,
            })
            .filter(|pay| !pay.iban.is_empty());
        }
        Ok(paper)
    }

    fn in_euro(&self, vat: Money) -> Result<Money, Fault> {
        let none = || documents::Fault::NoRate(vat.currency.to_string());
        let rate = self.exchange.rate(Currency::EUR, vat.currency, self.now).ok_or_else(none)?;
        let per_euro = rust_decimal::Decimal::new(rate.rate_micro, 6);
        let euro = vat.to_decimal().checked_div(per_euro).map(|exact| round_half_away(exact, 2));
        Ok(euro.and_then(|euro| Money::from_decimal(euro, Currency::EUR)).ok_or_else(none)?)
    }

    /// The order's own breakdown. VAT stands there by rate; where there is none, goods of several
    /// categories may share the rate of nothing, so that those are told apart by their lines.
    fn taxes(&self, order: &OrderView, lines: &[PaperLine]) -> Vec<PaperTax> {
        let mut rows: Vec<PaperTax> = Vec::new();
        for line in lines {
            if rows.iter().any(|t| t.rate == line.rate && t.tax_code == line.tax_code) {
                continue;
            }
            let same = lines.iter().filter(|l| l.rate == line.rate && l.tax_code == line.tax_code);
            let (net, gross) = same.fold((0, 0), |(n, g), l| (n + l.net.minor, g + l.gross.minor));
            let money = |minor| Money { minor, ..order.gross };
            let (reason, reason_code) = self.why(order.locale, &line.tax_code);
            rows.push(PaperTax {
                tax_code: line.tax_code.clone(),
                rate: line.rate,
                net: money(net),
                vat: money(gross - net),
                reason,
                reason_code,
            });
        }
        rows.sort_by(|a, b| (b.rate, &a.tax_code).cmp(&(a.rate, &b.tax_code)));
        rows
    }

    /// Why a group bears no VAT; goods at a rate, also at that of zero, need no reason.
    fn why(&self, locale: Locale, code: &str) -> (String, String) {
        if matches!(code, "S" | "Z") {
            return Default::default();
        }
        (self.text(locale, &format!("documents.tax_reason.{code}"), &[]), documents::vatex(code).to_owned())
    }

    pub(crate) fn text(&self, locale: Locale, key: &str, args: &[(&str, String)]) -> String {
        self.app.port::<Stage>().text(locale, key, args)
    }

    /// The words of a deposit's line.
    pub(crate) fn deposit_title(&self, order: &OrderView) -> String {
        self.text(order.locale, "paper.deposit", &[("number", order.number.clone())])
    }
}

fn lines(order: &OrderView) -> Vec<PaperLine> {
    let mut lines: Vec<PaperLine> = order.lines.iter().map(line).collect();
    let d = &order.delivery;
    if !(d.net.is_zero() && d.gross.is_zero()) {
        lines.push(PaperLine {
            sku: String::new(),
            title: d.name.clone(),
            detail: String::new(),
            qty: Qty::ONE,
            unit: "service".into(),
            unit_net_micro: UnitPrice::from_money(d.net).0,
            discount_net: Money::zero(d.net.currency),
            net: d.net,
            gross: d.gross,
            rate: d.rate,
            tax_code: d.tax_code.to_owned(),
        });
    }
    lines
}

fn line(l: &LineView) -> PaperLine {
    let (unit_net_micro, discount_net) = documents::fitted(l.unit_net, l.qty, l.total_net, !l.discount.is_zero());
    PaperLine {
        sku: l.sku.clone(),
        title: l.title.clone(),
        detail: l.variant_name.clone(),
        qty: l.qty,
        unit: l.unit.clone(),
        unit_net_micro,
        discount_net,
        net: l.total_net,
        gross: l.total,
        rate: l.rate,
        tax_code: l.tax_code.clone(),
    }
}

/// When the last of it left, where that is another day than the issue.
fn supplied_on(order: &OrderView, now: Moment) -> Option<String> {
    let last = order.shipments.iter().map(|s| s.shipped_at).max()?;
    (last.date() != now.date()).then(|| last.date().to_string())
}

/// What of an invoice's VAT in euro falls on a credit note. Taken from the running sum, so that all
/// credit notes of an invoice are its VAT in euro to the cent.
pub(crate) fn mirrored(euro: Money, whole: Money, earlier: i64, vat: Money) -> Money {
    let up_to = |minor: i64| {
        let share = Money { minor, ..whole }.to_decimal().checked_div(whole.to_decimal()).unwrap_or_default();
        Money::from_decimal(euro.to_decimal() * share, euro.currency).map_or(0, |money| money.minor)
    };
    Money { minor: up_to(earlier + vat.minor) - up_to(earlier), ..euro }
}

/// The shop, from its settings.
pub(crate) fn seller(settings: &Settings, untaxed: bool) -> Side {
    let text = |key| settings.text(key).trim().to_owned();
    let (street, postcode, city) = address(settings.text("shop.address"));
    Side {
        name: [text("shop.company"), text("shop.name")].into_iter().find(|t| !t.is_empty()).unwrap_or_default(),
        person: false,
        code: text("shop.company_code"),
        vat_code: if untaxed { String::new() } else { text("shop.vat_code") },
        street,
        city,
        postcode,
        country: text("shop.country"),
        contact: text("shop.name"),
        phone: text("shop.phone"),
        email: text("shop.email"),
    }
}

/// Street, post code and city out of the one field that holds an address: „Ąžuolų g. 7; LT-02189
/// Vilnius; Lietuva“.
fn address(text: &str) -> (String, String, String) {
    let mark = if text.contains(';') { ';' } else { ',' };
    let parts: Vec<&str> = text.split(mark).map(str::trim).filter(|p| !p.is_empty()).collect();
    let is_code = |word: &str| word.chars().any(|c| c.is_ascii_digit());
    let street = parts.first().copied().unwrap_or_default().to_owned();
    let town = parts.iter().skip(1).find(|p| p.split(' ').any(is_code)).or_else(|| parts.get(1)).copied().unwrap_or_default();
    let (code, city): (Vec<&str>, Vec<&str>) = town.split_whitespace().partition(|word| is_code(word));
    (street, code.join(" "), city.join(" "))
}

fn buyer(order: &OrderView) -> Side {
    let (c, a) = (&order.contact, &order.address);
    let company = !c.company.trim().is_empty();
    Side {
        name: if company { c.company.clone() } else { c.name.clone() },
        person: !company,
        code: c.company_code.clone(),
        vat_code: if order.buyer_vat.is_empty() { c.vat_code.clone() } else { order.buyer_vat.clone() },
        street: a.street.clone(),
        city: a.city.clone(),
        postcode: a.postcode.clone(),
        country: a.country.to_uppercase(),
        contact: if company { c.name.clone() } else { String::new() },
        phone: c.phone.clone(),
        email: c.email.clone(),
    }
}

/// Where it is brought; what is fetched is handed over at the seller's.
fn deliver_to(order: &OrderView) -> Option<Side> {
    let a = &order.address;
    let brought = order.delivery.kind != crate::sales::DeliveryKind::Pickup && !a.street.is_empty();
    brought.then(|| Side {
        name: order.contact.name.clone(),
        person: true,
        street: a.street.clone(),
        city: a.city.clone(),
        postcode: a.postcode.clone(),
        country: a.country.to_uppercase(),
        ..Side::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credit_notes_share_the_vat_in_euro_to_the_cent() {
        let (euro, pln) = (Money::eur(4_93), |minor| Money::new(minor, "PLN".parse().unwrap()));
        let parts = [700, 700, 700];
        let mut earlier = 0;
        let shares = parts.map(|part| {
            let share = mirrored(euro, pln(2_100), earlier, pln(part)).minor;
            earlier += part;
            share
        });
        assert_eq!((shares, shares.iter().sum::<i64>()), ([164, 165, 164], 4_93));
    }

    #[test]
    fn the_sellers_address_is_read_as_it_is_written() {
        let read = |text| {
            let (street, postcode, city) = address(text);
            [street, postcode, city]
        };
        assert_eq!(
            read("Ąžuolų g. 7, 2 korpusas; LT-02189 Vilnius; Lietuva"),
            ["Ąžuolų g. 7, 2 korpusas", "LT-02189", "Vilnius"]
        );
        assert_eq!(read("Dirbtuvių g. 7, LT-02189 Naujoji Akmenė"), ["Dirbtuvių g. 7", "LT-02189", "Naujoji Akmenė"]);
        assert_eq!(read("Hauptstr. 1; 10115 Berlin"), ["Hauptstr. 1", "10115", "Berlin"]);
        assert_eq!(read("Vilnius"), ["Vilnius", "", ""]);
    }
}
