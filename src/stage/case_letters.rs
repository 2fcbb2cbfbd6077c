//! What letters after the sale say: plain data.

use serde::Serialize;

use super::letters::Sender;
use crate::kernel::{Fault, Locale, Moment, Money, Qty};

/// `mail/case`: one template, many occasions; `event` says which.
#[derive(Clone, Debug, Serialize)]
pub struct CaseLetter {
    pub sender: Sender,
    pub locale: Locale,
    /// `declared`, `message`, `asked`, `approved`, `rejected`, `label`, `received`, `resolved`.
    pub event: String,
    /// A withdrawal, else a complaint.
    pub withdrawal: bool,
    pub number: String,
    pub name: String,
    /// When it was received: day and time stand in the receipt.
    pub declared_at: Moment,
    pub answer_by: Moment,
    /// As it was declared.
    pub order: String,
    pub email: String,
    pub goods: Vec<CaseGoods>,
    /// The customer's own words.
    pub words: String,
    /// The texts `aftersales.problem.CODE`, `aftersales.wish.CODE`.
    pub problem: String,
    pub wish: String,
    /// What the shop writes.
    pub message: String,
    pub signed: String,
    /// Of a refusal: the text `aftersales.refusal.CODE`.
    pub reason: String,
    pub instructions: String,
    /// What was done: the text `aftersales.done.CODE`.
    pub remedy: String,
    pub amount: Option<Money>,
    /// Of the declaration, SHA-256.
    pub hash: String,
    /// The case's own page.
    pub url: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct CaseGoods {
    pub title: String,
    pub sku: String,
    pub qty: Qty,
    pub unit: String,
}

/// `mail/order_link`: the way to an order for whoever lost its letters.
#[derive(Clone, Debug, Serialize)]
pub struct OrderLinkLetter {
    pub sender: Sender,
    pub locale: Locale,
    pub number: String,
    pub name: String,
    pub url: String,
}

/// `mail/case_due`: to staff, when a term of the law runs out.
#[derive(Clone, Debug, Serialize)]
pub struct CaseDueLetter {
    pub sender: Sender,
    pub locale: Locale,
    pub withdrawal: bool,
    pub number: String,
    pub customer: String,
    pub declared_at: Moment,
    pub due_at: Moment,
    pub overdue: bool,
    pub url: String,
}

const SAMPLE_DAY: Moment = Moment(1_795_514_400_000);

impl CaseLetter {
    pub fn sample(event: &str, withdrawal: bool) -> Self {
        let complaint = !withdrawal;
        Self {
            sender: Sender::sample(),
            locale: Locale::LT,
            event: event.into(),
            withdrawal,
            number: if withdrawal { "ATS-2026-000003" } else { "PRT-2026-000012" }.into(),
            name: "Rūta Žemaitė".into(),
            declared_at: SAMPLE_DAY,
            answer_by: SAMPLE_DAY.plus_days(14),
            order: "UZS-2026-000123".into(),
            email: "ruta@demo.test".into(),
            goods: vec![CaseGoods {
                title: "Kėdė „Virvė“, natūralus ąžuolas".into(),
                sku: "VIR-NAT".into(),
                qty: Qty(2000),
                unit: "piece".into(),
            }],
            words: if complaint { "Įtrūkusi kėdės koja, pastebėjome išpakavę.".into() } else { String::new() },
            problem: if complaint { "defect" } else { "none" }.into(),
            wish: if complaint { "replacement" } else { "refund" }.into(),
            message: match event {
                "declared" | "received" | "label" => String::new(),
                _ => "Pakeisime abi kėdes. Kurjeris atvyks trečiadienį.\n\nAtsiprašome už rūpesčius.".into(),
            },
            signed: "Jonas Girdenis".into(),
            reason: if event == "rejected" { "misuse".into() } else { String::new() },
            instructions: if event == "label" {
                "Supakuokite prekes taip, kaip gavote, ir užklijuokite lipduką.".into()
            } else {
                String::new()
            },
            remedy: if event == "resolved" { "refund".into() } else { String::new() },
            amount: (event == "resolved").then(|| Money::eur(498_00)),
            hash: "3f5a".repeat(16),
            url: "https://shop.example/lt/case/abc".into(),
        }
    }
}

pub(super) fn samples() -> Result<Vec<super::Sample>, Fault> {
    let mut all = Vec::new();
    for event in ["declared", "message", "asked", "approved", "rejected", "label", "received", "resolved"] {
        all.push(super::Sample::new("mail/case", event, &CaseLetter::sample(event, false))?);
    }
    all.push(super::Sample::new("mail/case", "a withdrawal", &CaseLetter::sample("declared", true))?);
    let bare = CaseLetter {
        goods: Vec::new(),
        words: "Du stalai iš kovo užsakymo".into(),
        signed: String::new(),
        ..CaseLetter::sample("declared", true)
    };
    all.push(super::Sample::new("mail/case", "a withdrawal in words", &bare)?);
    let link = OrderLinkLetter {
        sender: Sender::sample(),
        locale: Locale::LT,
        number: bare.order.clone(),
        name: bare.name.clone(),
        url: "https://shop.example/lt/order/abc".into(),
    };
    all.push(super::Sample::new("mail/order_link", "a link", &link)?);
    for overdue in [false, true] {
        let due = CaseDueLetter {
            sender: Sender::sample(),
            locale: Locale::LT,
            withdrawal: overdue,
            number: bare.number.clone(),
            customer: bare.name.clone(),
            declared_at: SAMPLE_DAY.plus_days(-11),
            due_at: SAMPLE_DAY.plus_days(3),
            overdue,
            url: "https://shop.example/office/cases/1".into(),
        };
        all.push(super::Sample::new("mail/case_due", if overdue { "overdue" } else { "pressing" }, &due)?);
    }
    Ok(all)
}
