//! What the letters of the shop and the order's own page say about an order: plain data.
//!
//! Addresses in a letter are absolute, on a page they need not be. Money is always with VAT
//! unless its name says otherwise.

mod samples;

use serde::Serialize;

pub use samples::samples;

use super::Returns;
use crate::kernel::{Locale, Moment, Money, Qty, Rate, Settings, UnitAmount};

/// Who writes: stands at the head and foot of every letter and page.
#[derive(Clone, Debug, Serialize)]
pub struct Sender {
    /// The brand as people know it.
    pub name: String,
    pub company: String,
    pub code: String,
    pub vat_code: String,
    /// Street, city with post code, country: one line each.
    pub address: Vec<String>,
    pub email: String,
    pub phone: String,
    /// `https://shop.example/lt/`
    pub url: String,
}

/// A line of an order as it was agreed.
#[derive(Clone, Debug, Serialize)]
pub struct OrderLine {
    pub title: String,
    /// Empty when the product has one variant.
    pub variant: String,
    pub sku: String,
    /// The product's page while there is one.
    pub url: Option<String>,
    pub picture_hash: Option<String>,
    pub qty: Qty,
    /// "piece", "m", "l": the text `unit.CODE`.
    pub unit: String,
    pub unit_price: UnitAmount,
    pub total: Money,
    pub shipped: Qty,
}

/// VAT within a sum, by rate.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct VatPart {
    pub rate: Rate,
    pub vat: Money,
}

/// The sum of an order or cart. Goods and delivery are with VAT, or without it where `net` is given.
#[derive(Clone, Debug, Serialize)]
pub struct Sum {
    /// Before the discount.
    pub goods: Money,
    pub discount: Option<SumDiscount>,
    /// `None` while the delivery is not chosen.
    pub delivery: Option<Money>,
    pub delivery_name: String,
    pub total: Money,
    pub vat: Vec<VatPart>,
    /// All of it without VAT, for a buyer who reads prices so.
    pub net: Option<Money>,
    /// The text `tax.note.CODE`; empty for a sale like any other.
    pub note: String,
}

/// What a code takes off.
#[derive(Clone, Debug, Serialize)]
pub struct SumDiscount {
    pub code: String,
    /// Off the goods; nothing where the delivery is given.
    pub amount: Money,
}

/// Everything a customer needs for a transfer.
#[derive(Clone, Debug, Serialize)]
pub struct BankTransfer {
    pub payee: String,
    pub bank: String,
    /// In groups of four, for reading.
    pub iban: String,
    pub amount: Money,
    /// ISO 11649 in groups of four: "RF18 UZS2 0260 0012 3".
    pub reference: String,
    pub due_at: Option<Moment>,
    /// The EPC QR code as an SVG element, ours, safe. Letters carry a picture address instead.
    pub qr_svg: Option<String>,
    pub qr_url: Option<String>,
}

/// How an order's money stands, as its customer reads it.
#[derive(Clone, Debug, Serialize)]
pub struct MoneyView {
    /// The text `order.money.CODE`.
    pub state: String,
    pub received: Money,
    pub due: Money,
    /// What is asked for now: the rest of a deposit, else all that is due.
    pub ask: Money,
    /// What this letter is about.
    pub amount: Option<Money>,
}

/// A parcel, or a handing over.
#[derive(Clone, Debug, Serialize)]
pub struct Parcel {
    pub sent_at: Moment,
    pub carrier: String,
    pub tracking: Option<String>,
    pub tracking_url: Option<String>,
    /// "Stalas „Giria“, 180 × 90 cm" and how many.
    pub lines: Vec<ParcelLine>,
}

#[derive(Clone, Debug, Serialize)]
pub struct ParcelLine {
    pub title: String,
    pub qty: Qty,
    pub unit: String,
}

/// An order as its customer sees it.
#[derive(Clone, Debug, Serialize)]
pub struct OrderView {
    pub number: String,
    pub placed_at: Moment,
    /// `placed`, `confirmed`, `part_shipped`, `shipped`, `delivered`, `cancelled`: the text `order.state.CODE`.
    pub state: String,
    pub lines: Vec<OrderLine>,
    pub sum: Sum,
    pub name: String,
    pub email: String,
    pub phone: String,
    /// The address for the delivery, a line each; the pick-up place when it is collected.
    pub address: Vec<String>,
    pub pickup: bool,
    /// The text `payment.CODE.name`.
    pub payment: String,
    pub note: String,
    /// The order's own page.
    pub url: String,
    pub parcels: Vec<Parcel>,
    /// Why it was cancelled, in the shop's words; empty when nothing was said.
    pub reason: String,
    pub returns: Returns,
}

/// `mail/order_placed`, `order_confirmed`, `order_shipped`, `order_cancelled`, `order_expired`,
/// `payment_received`, `payment_reminder`, `payment_refunded`.
#[derive(Clone, Debug, Serialize)]
pub struct OrderLetter {
    pub sender: Sender,
    pub locale: Locale,
    pub order: OrderView,
    /// While it is still to be paid.
    pub bank: Option<BankTransfer>,
    pub money: MoneyView,
    /// The parcel that the letter is about (`order_shipped`).
    pub parcel: Option<Parcel>,
    /// Where the customer reads about withdrawal, and the conditions agreed to.
    pub withdrawal_url: String,
    pub terms_url: String,
    /// The conditions and the right of withdrawal themselves: the first letter is the durable
    /// medium on which the customer keeps them (CRD art. 8(7)). Empty in later letters.
    pub law: Vec<LawText>,
}

/// A text that the law wants in the letter, in the letter's language.
#[derive(Clone, Debug, Serialize)]
pub struct LawText {
    pub title: String,
    /// Cleaned HTML with absolute links.
    pub html: String,
    pub plain: String,
}

/// `mail/inquiry_received`.
#[derive(Clone, Debug, Serialize)]
pub struct InquiryLetter {
    pub sender: Sender,
    pub locale: Locale,
    pub name: String,
    /// What was asked about, when it was asked from a product's page.
    pub product: Option<String>,
    pub product_url: Option<String>,
    pub message: String,
    /// When the customer hears from the shop at the latest.
    pub answer_by: Option<Moment>,
}

/// `mail/inquiry_answer`.
#[derive(Clone, Debug, Serialize)]
pub struct AnswerLetter {
    pub sender: Sender,
    pub locale: Locale,
    /// The inquiry's.
    pub number: String,
    pub name: String,
    /// As the manager wrote it; line breaks count.
    pub answer: String,
    /// The manager's name; empty when a program answered.
    pub signed: String,
    pub product: Option<String>,
    pub product_url: Option<String>,
    /// What was asked.
    pub message: String,
}

/// `mail/document`: an invoice, a credit note, a confirmation; the paper itself is attached.
#[derive(Clone, Debug, Serialize)]
pub struct DocumentLetter {
    pub sender: Sender,
    pub locale: Locale,
    /// `invoice`, `credit_note`, …: the text `paper.kind.CODE`.
    pub kind: String,
    /// The seller pays no VAT, so that its invoice is called otherwise.
    pub untaxed: bool,
    pub number: String,
    pub name: String,
    pub order_number: String,
    /// The order's own page.
    pub url: String,
    pub total: Money,
    /// What it asks for; `None` when nothing is due.
    pub due: Option<Money>,
    /// `2026-12-01`.
    pub due_on: Option<String>,
    /// The invoice that a credit note corrects, and why.
    pub corrects: Option<String>,
    pub reason: String,
    pub bank: Option<BankTransfer>,
}

/// `mail/login_link`.
#[derive(Clone, Debug, Serialize)]
pub struct LoginLetter {
    pub sender: Sender,
    pub locale: Locale,
    pub link: String,
    pub minutes: i64,
}

impl Sender {
    /// The shop as its settings describe it.
    pub fn of(settings: &Settings, locale: Locale) -> Self {
        let text = |key: &str| settings.text(key).to_owned();
        Self {
            name: text("shop.name"),
            company: text("shop.company"),
            code: text("shop.company_code"),
            vat_code: text("shop.vat_code"),
            address: address_lines(settings.text("shop.address")),
            email: text("shop.email"),
            phone: text("shop.phone"),
            url: format!("{}/{locale}/", home(settings)),
        }
    }
    pub fn sample() -> Self {
        Self {
            name: "Ąžuolynė".into(),
            company: "UAB „Ąžuolynė“".into(),
            code: "300000001".into(),
            vat_code: "LT100000000114".into(),
            address: vec!["Dirbtuvių g. 7".into(), "LT-02189 Vilnius".into(), "Lietuva".into()],
            email: "labas@demo.test".into(),
            phone: "+370 600 00001".into(),
            url: "https://shop.example/lt/".into(),
        }
    }
}

/// Scheme and host that a letter's links begin with: the shop's address where it is set, else
/// the one that this process listens on.
pub fn home(settings: &Settings) -> &str {
    let set = settings.text("shop.url").trim_end_matches('/');
    if set.is_empty() { settings.text(LISTENS_ON) } else { set }
}

/// Kept among the settings by the process itself; nobody sets it.
pub const LISTENS_ON: &str = "shop.listens_on";

/// The address in its one field: parts stand between semicolons; who writes it as one speaks
/// puts commas.
fn address_lines(text: &str) -> Vec<String> {
    let mark = if text.contains(';') { ';' } else { ',' };
    text.split(mark).map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_cut_where_its_writer_cut_it() {
        assert_eq!(
            address_lines("Ąžuolų g. 7, 2 korpusas; LT-02189 Vilnius; Lietuva"),
            ["Ąžuolų g. 7, 2 korpusas", "LT-02189 Vilnius", "Lietuva"]
        );
        assert_eq!(address_lines("Ąžuolų g. 7, LT-02189 Vilnius,"), ["Ąžuolų g. 7", "LT-02189 Vilnius"]);
        assert!(address_lines(" ").is_empty());
    }
}
