//! What the letters of the shop and the order's own page say about an order: plain data.
//!
//! Addresses in a letter are absolute, on a page they need not be. Money is always with VAT
//! unless its name says otherwise.

use serde::Serialize;

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

/// A Tuesday in November, noon in Vilnius.
const SAMPLE_DAY: Moment = Moment(1_795_514_400_000);

impl OrderView {
    pub fn sample() -> Self {
        let line = |title: &str, variant: &str, hash: &str, pieces, price| OrderLine {
            title: title.into(),
            variant: variant.into(),
            sku: "AK-GIR-180".into(),
            url: Some("https://shop.example/lt/p/stalas-giria".into()),
            picture_hash: Some(hash.into()),
            qty: Qty::pieces(pieces),
            unit: "piece".into(),
            unit_price: Money::eur(price).into(),
            total: Money::eur(price * pieces),
            shipped: Qty::ZERO,
        };
        Self {
            number: "UZS-2026-000123".into(),
            placed_at: SAMPLE_DAY,
            state: "placed".into(),
            lines: vec![
                line("Valgomojo stalas „Giria“", "180 × 90 cm, alyvuotas ąžuolas", "a1", 1, 129_000),
                line("Kėdė „Virvė“", "Balintas ąžuolas", "a2", 6, 24_900),
            ],
            sum: Sum {
                goods: Money::eur(278_400),
                discount: None,
                delivery: Some(Money::eur(4_900)),
                delivery_name: "Pristatymas ir užnešimas".into(),
                total: Money::eur(283_300),
                vat: vec![VatPart { rate: Rate::percent(21), vat: Money::eur(49_168) }],
                net: None,
                note: String::new(),
            },
            name: "Rūta Žemaitė".into(),
            email: "ruta@demo.test".into(),
            phone: "+370 600 00002".into(),
            address: vec!["Ąžuolų g. 12-4".into(), "LT-08217 Vilnius".into(), "Lietuva".into()],
            pickup: false,
            payment: "bank_transfer".into(),
            note: "Trečias aukštas, lifto nėra.".into(),
            url: "https://shop.example/lt/order/abc".into(),
            parcels: Vec::new(),
            reason: String::new(),
            returns: Returns::Some,
        }
    }

    /// Sent in part: the table is on its way.
    pub fn sample_shipped() -> Self {
        let mut order = Self { state: "part_shipped".into(), ..Self::sample() };
        order.lines[0].shipped = Qty::ONE;
        order.parcels = vec![Parcel::sample()];
        order
    }
}

impl Parcel {
    pub fn sample() -> Self {
        Self {
            sent_at: SAMPLE_DAY.plus_days(2),
            carrier: "Venipak".into(),
            tracking: Some("V10437E0009812".into()),
            tracking_url: Some("https://carrier.example/V10437E0009812".into()),
            lines: vec![ParcelLine {
                title: "Valgomojo stalas „Giria“, 180 × 90 cm".into(),
                qty: Qty::ONE,
                unit: "piece".into(),
            }],
        }
    }
}

impl BankTransfer {
    pub fn sample() -> Self {
        Self {
            payee: "UAB „Ąžuolynė“".into(),
            bank: "Demonstracinis bankas".into(),
            iban: "LT12 1000 0111 0100 1000".into(),
            amount: Money::eur(283_300),
            reference: "RF18 UZS2 0260 0012 3".into(),
            due_at: Some(SAMPLE_DAY.plus_days(7)),
            qr_svg: None,
            qr_url: Some("https://shop.example/lt/order/abc/qr.svg".into()),
        }
    }
}

impl OrderLetter {
    fn of(order: OrderView) -> Self {
        Self {
            sender: Sender::sample(),
            locale: Locale::LT,
            order,
            bank: None,
            money: MoneyView {
                state: "unpaid".into(),
                received: Money::eur(0),
                due: Money::eur(283_300),
                ask: Money::eur(283_300),
                amount: None,
            },
            parcel: None,
            withdrawal_url: "https://shop.example/lt/page/grazinimas".into(),
            terms_url: "https://shop.example/lt/page/taisykles".into(),
            law: vec![LawText {
                title: "Grąžinimas ir sutarties atsisakymas".into(),
                html: "<p>Sutarties galite atsisakyti per 14 dienų.</p>".into(),
                plain: "Sutarties galite atsisakyti per 14 dienų.".into(),
            }],
        }
    }
    /// Placed, still to be paid.
    pub fn sample() -> Self {
        Self { bank: Some(BankTransfer::sample()), ..Self::of(OrderView::sample()) }
    }
    pub fn sample_shipped() -> Self {
        Self { parcel: Some(Parcel::sample()), ..Self::of(OrderView::sample_shipped()) }
    }
    pub fn sample_cancelled() -> Self {
        let order =
            OrderView {
                state: "cancelled".into(), reason: "Audinys baigėsi, o kito nenorėjote.".into(), ..OrderView::sample()
            };
        Self::of(order)
    }
}

impl OrderLetter {
    /// Half of it came.
    pub fn sample_part_paid() -> Self {
        let money = MoneyView {
            state: "part_paid".into(),
            received: Money::eur(150_000),
            due: Money::eur(133_300),
            ask: Money::eur(133_300),
            amount: Some(Money::eur(150_000)),
        };
        Self { money, ..Self::sample() }
    }
    /// All of it came.
    pub fn sample_paid() -> Self {
        let sum = Money::eur(283_300);
        let money = MoneyView { state: "paid".into(), received: sum, due: Money::eur(0), ask: Money::eur(0), amount: Some(sum) };
        Self { money, bank: None, ..Self::sample() }
    }
}

impl InquiryLetter {
    pub fn sample() -> Self {
        Self {
            sender: Sender::sample(),
            locale: Locale::LT,
            name: "Rūta".into(),
            product: Some("Valgomojo stalas „Giria“".into()),
            product_url: Some("https://shop.example/lt/p/stalas-giria".into()),
            message: "Ar galite pagaminti 210 cm ilgio?\nIr kiek tai truktų?".into(),
            answer_by: Some(SAMPLE_DAY.plus_days(1)),
        }
    }
}

impl AnswerLetter {
    pub fn sample() -> Self {
        Self {
            sender: Sender::sample(),
            locale: Locale::LT,
            number: "UZK-2026-000017".into(),
            name: "Rūta".into(),
            answer: "Taip, stalą pagaminsime 210 cm ilgio.\nTruktų penkias savaites.".into(),
            signed: "Jonas Girdenis".into(),
            product: Some("Valgomojo stalas „Giria“".into()),
            product_url: Some("https://shop.example/lt/p/stalas-giria".into()),
            message: "Ar galite pagaminti 210 cm ilgio?".into(),
        }
    }
}

impl DocumentLetter {
    pub fn sample() -> Self {
        Self {
            sender: Sender::sample(),
            locale: Locale::LT,
            kind: "invoice".into(),
            untaxed: false,
            number: "VIT-000123".into(),
            name: "Rūta".into(),
            order_number: "UZS-2026-000123".into(),
            url: "https://shop.example/lt/order/abc".into(),
            total: Money::eur(283_300),
            due: Some(Money::eur(283_300)),
            due_on: Some("2026-12-01".into()),
            corrects: None,
            reason: String::new(),
            bank: Some(BankTransfer { due_at: None, qr_url: None, ..BankTransfer::sample() }),
        }
    }
    pub fn sample_credit() -> Self {
        Self {
            kind: "credit_note".into(),
            number: "VITK-000007".into(),
            total: Money::eur(24_900),
            due: None,
            due_on: None,
            corrects: Some("VIT-000123".into()),
            reason: "Grąžinta kėdė".into(),
            bank: None,
            ..Self::sample()
        }
    }
}

impl LoginLetter {
    pub fn sample() -> Self {
        let link = "https://shop.example/lt/account/enter?token=abc".into();
        Self { sender: Sender::sample(), locale: Locale::LT, link, minutes: 20 }
    }
}

fn own_van() -> OrderLetter {
    let parcel = Parcel { carrier: String::new(), tracking: None, tracking_url: None, ..Parcel::sample() };
    OrderLetter { parcel: Some(parcel), ..OrderLetter::sample_shipped() }
}

/// The letters of the built-in theme with what they must be able to show.
pub fn samples() -> Result<Vec<super::Sample>, crate::kernel::Fault> {
    let confirmed = OrderLetter { bank: None, ..OrderLetter::sample() };
    let mut all = vec![
        super::Sample::new("mail/order_placed", "to be paid", &OrderLetter::sample())?,
        super::Sample::new("mail/order_placed", "paid otherwise", &confirmed)?,
        super::Sample::new("mail/order_confirmed", "confirmed", &confirmed)?,
        super::Sample::new("mail/order_shipped", "in part", &OrderLetter::sample_shipped())?,
        super::Sample::new("mail/order_shipped", "by the shop's own van", &own_van())?,
        super::Sample::new("mail/order_cancelled", "with a reason", &OrderLetter::sample_cancelled())?,
        super::Sample::new("mail/order_placed", "paid by card", &OrderLetter::sample_paid())?,
        super::Sample::new("mail/order_expired", "nobody paid", &OrderLetter::sample())?,
        super::Sample::new("mail/payment_received", "in part", &OrderLetter::sample_part_paid())?,
        super::Sample::new("mail/payment_received", "all of it", &OrderLetter::sample_paid())?,
        super::Sample::new("mail/payment_reminder", "nothing came", &OrderLetter::sample())?,
        super::Sample::new("mail/payment_refunded", "all of it", &OrderLetter::sample_paid())?,
        super::Sample::new("mail/inquiry_received", "about a product", &InquiryLetter::sample())?,
        super::Sample::new("mail/inquiry_answer", "about a product", &AnswerLetter::sample())?,
        super::Sample::new("mail/document", "an invoice to be paid", &DocumentLetter::sample())?,
        super::Sample::new("mail/document", "a credit note", &DocumentLetter::sample_credit())?,
        super::Sample::new("mail/login_link", "link", &LoginLetter::sample())?,
    ];
    all.extend(super::offer_letters::samples()?);
    Ok(all)
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
