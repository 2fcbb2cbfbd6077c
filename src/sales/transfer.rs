//! Paying by bank transfer: the ISO 11649 reference and the EPC069-12 picture.

use serde::Serialize;

use super::Fault;
use crate::kernel::{Currency, Moment, Money, Settings, checks, mod97, qr};

/// How an order is paid by transfer, ready to print.
#[derive(Clone, Debug, Serialize)]
pub struct Transfer {
    pub amount: Money,
    pub recipient: String,
    pub bank: String,
    /// In groups of four.
    pub iban: String,
    /// In groups of four.
    pub reference: String,
    /// What the picture for a bank's app holds; empty where there is none (another currency than
    /// EUR, no IBAN).
    pub epc: String,
    pub due_at: Moment,
}

impl Transfer {
    /// The shop's account comes from the settings.
    pub fn new(settings: &Settings, amount: Money, reference: &str, due_at: Moment) -> Self {
        let text = |key| settings.text(key).trim().to_owned();
        let recipient = [text("payment.recipient"), text("shop.company"), text("shop.name")];
        let recipient = recipient.into_iter().find(|t| !t.is_empty()).unwrap_or_default();
        let iban: String = text("payment.iban").chars().filter(|c| !c.is_whitespace()).collect();
        let epc = epc(&recipient, &iban, amount, reference).unwrap_or_default();
        Self { amount, recipient, bank: text("payment.bank"), iban: grouped(&iban), reference: grouped(reference), epc, due_at }
    }

    /// The picture as an SVG element, drawn where it is shown: drawing takes a millisecond, and
    /// most readers of an order do not look at it.
    pub fn qr(&self) -> Option<String> {
        (!self.epc.is_empty()).then(|| qr_svg(&self.epc).ok()).flatten()
    }
}

/// The creditor reference of a number: `RF`, two check digits, its letters and digits
/// (ISO 11649; at most 21 of them are used, from the right, since the end tells orders apart).
pub fn reference(number: &str) -> String {
    let body: Vec<char> = number.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    let body: String = body[body.len().saturating_sub(21)..].iter().collect();
    let check = 98 - mod97(&format!("{body}RF00"));
    format!("RF{check:02}{body}")
}

fn grouped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 5 / 4);
    for (i, c) in text.chars().enumerate() {
        if i > 0 && i % 4 == 0 {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

/// The payload of an EPC069-12 code, version 002 (no BIC needed in the EEA).
///
/// # Errors
/// [`Fault::NoQr`] outside its bounds: EUR only, 0.01 to 999 999 999.99, a recipient and a valid IBAN.
pub fn epc(recipient: &str, iban: &str, amount: Money, reference: &str) -> Result<String, Fault> {
    let fits = amount.currency == Currency::EUR && (1..=99_999_999_999).contains(&amount.minor);
    if !fits || recipient.is_empty() || !checks(iban) || !checks(reference) {
        return Err(Fault::NoQr);
    }
    let name: String = recipient.chars().take(70).collect();
    Ok(format!("BCD\n002\n1\nSCT\n\n{name}\n{iban}\nEUR{}\n\n{reference}", amount.amount_text()))
}

/// The picture of a payload, as an SVG element.
///
/// # Errors
/// [`Fault::NoQr`] when the payload is too long for version 13, the largest the standard allows.
pub fn qr_svg(payload: &str) -> Result<String, Fault> {
    qr::svg(payload).ok_or(Fault::NoQr)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_carry_the_check_digits_of_the_standard() {
        // Vectors of the domain notes, §3.3, checked there against python-stdnum.
        for (number, want) in [
            ("539007547034", "RF18539007547034"),
            ("VIT202600001", "RF38VIT202600001"),
            ("UZS000123", "RF07UZS000123"),
            ("2348231", "RF712348231"),
            ("43256216", "RF0243256216"),
            ("123456", "RF97123456"),
        ] {
            assert_eq!(reference(number), want);
            assert!(checks(want));
        }
        assert!(!checks("RF17539007547034"));
        assert!(checks("LT121000011101001000"));
        assert_eq!(reference("UZS-2026-000123").len(), 17);
    }

    #[test]
    fn the_epc_payload_is_the_reference_one() {
        let payload = epc("UAB Vitrina Demo", "LT121000011101001000", Money::eur(25732), "RF38VIT202600001").unwrap();
        let want = "BCD\n002\n1\nSCT\n\nUAB Vitrina Demo\nLT121000011101001000\nEUR257.32\n\nRF38VIT202600001";
        assert_eq!(payload, want);
        assert_eq!(payload.len(), 80);
        let svg = qr_svg(&payload).unwrap();
        assert!(svg.starts_with("<svg") && !svg.contains("style"));
    }

    #[test]
    fn what_the_standard_does_not_allow_gets_no_picture() {
        let (iban, rf) = ("LT121000011101001000", "RF38VIT202600001");
        assert!(epc("X", iban, Money::eur(0), rf).is_err());
        assert!(epc("X", iban, Money::new(100, "PLN".parse().unwrap()), rf).is_err());
        assert!(epc("X", "LT121000011101001001", Money::eur(100), rf).is_err());
        assert!(qr_svg(&"x".repeat(332)).is_err());
    }

    #[test]
    fn numbers_are_printed_in_groups_of_four() {
        assert_eq!(grouped("LT121000011101001000"), "LT12 1000 0111 0100 1000");
    }
}
