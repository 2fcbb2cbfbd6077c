//! The letters of the built-in theme with what they must be able to show.

use super::*;
use crate::stage::Sample;

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
pub fn samples() -> Result<Vec<Sample>, crate::kernel::Fault> {
    let confirmed = OrderLetter { bank: None, ..OrderLetter::sample() };
    let mut all = vec![
        Sample::new("mail/order_placed", "to be paid", &OrderLetter::sample())?,
        Sample::new("mail/order_placed", "paid otherwise", &confirmed)?,
        Sample::new("mail/order_confirmed", "confirmed", &confirmed)?,
        Sample::new("mail/order_shipped", "in part", &OrderLetter::sample_shipped())?,
        Sample::new("mail/order_shipped", "by the shop's own van", &own_van())?,
        Sample::new("mail/order_cancelled", "with a reason", &OrderLetter::sample_cancelled())?,
        Sample::new("mail/order_placed", "paid by card", &OrderLetter::sample_paid())?,
        Sample::new("mail/order_expired", "nobody paid", &OrderLetter::sample())?,
        Sample::new("mail/payment_received", "in part", &OrderLetter::sample_part_paid())?,
        Sample::new("mail/payment_received", "all of it", &OrderLetter::sample_paid())?,
        Sample::new("mail/payment_reminder", "nothing came", &OrderLetter::sample())?,
        Sample::new("mail/payment_refunded", "all of it", &OrderLetter::sample_paid())?,
        Sample::new("mail/inquiry_received", "about a product", &InquiryLetter::sample())?,
        Sample::new("mail/inquiry_answer", "about a product", &AnswerLetter::sample())?,
        Sample::new("mail/document", "an invoice to be paid", &DocumentLetter::sample())?,
        Sample::new("mail/document", "a credit note", &DocumentLetter::sample_credit())?,
        Sample::new("mail/login_link", "link", &LoginLetter::sample())?,
    ];
    all.extend(crate::stage::offer_letters::samples()?);
    all.extend(crate::stage::digest_letter::samples()?);
    all.extend(crate::stage::contract_letters::samples()?);
    all.extend(crate::stage::case_letters::samples()?);
    Ok(all)
}
