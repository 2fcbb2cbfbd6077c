//! `theme check` for papers after the sale: each kind in every language.

use crate::{
    aftersales::{Paper, PaperKind, PaperRow},
    documents::{Typeset, Typesetter},
    flows::steps::case_sheet,
    kernel::{Locale, Moment, Qty},
    stage::{Finding, Severity, Stage, letters::Sender},
};

const NOON: Moment = Moment(1_795_514_400_000);

/// Sets every sample and says what the theme's template holds against it.
pub fn check(stage: &Stage, typesetter: &dyn Typesetter) -> Vec<Finding> {
    let mut findings = Vec::new();
    for locale in stage.theme().locales {
        for kind in PaperKind::ALL {
            if let Err(trouble) = typesetter.set(&specimen(stage, locale, *kind)) {
                findings.push(Finding {
                    severity: Severity::Error,
                    code: "typeset",
                    file: "documents/case.typ".into(),
                    template: "documents/case".into(),
                    locale: Some(locale),
                    sample: kind.as_str().into(),
                    detail: trouble.to_string(),
                });
            }
        }
    }
    findings
}

/// A paper to look at.
pub fn specimen(stage: &Stage, locale: Locale, kind: PaperKind) -> Typeset {
    let sender = Sender::sample();
    let inspected = kind == PaperKind::Inspection;
    let row = |title: &str, sku: &str, qty: i64| PaperRow {
        title: title.into(),
        sku: sku.into(),
        batch: "L-2026-077".into(),
        qty: Qty::pieces(qty),
        unit: "piece".into(),
        condition: if inspected { "damaged".into() } else { String::new() },
        restocked: if inspected { Qty::pieces(qty - 1) } else { Qty::ZERO },
        scrapped: if inspected { Qty::ONE } else { Qty::ZERO },
        sent_back: Qty::ZERO,
        note: if inspected { "Įtrūkusi koja prie tvirtinimo; kita be priekaištų.".into() } else { String::new() },
    };
    let text = match kind {
        PaperKind::Declaration => "Įtrūkusi kėdės koja, pastebėjome išpakavę. Kita kėdė klibinama girgžda.",
        PaperKind::Decision => {
            "Trūkumas atsirado gaminant, todėl abi kėdes pakeisime naujomis.\n\nSenąsias atsiims kurjeris, kai atveš naująsias."
        }
        _ => "",
    };
    let paper = Paper {
        kind,
        number: "PRT-2026-000012/1".into(),
        case: "PRT-2026-000012".into(),
        locale,
        at: NOON,
        seller: sender.address.iter().cloned().chain([sender.email.clone(), sender.phone.clone()]).collect(),
        seller_name: sender.company.clone(),
        customer: "Rūta Žemaitė".into(),
        contact: vec!["ruta@demo.test".into(), "+370 600 00002".into()],
        order: "UZS-2026-000123".into(),
        declared_at: NOON.plus_days(-2),
        answer_by: NOON.plus_days(12),
        about: "complaint".into(),
        problem: "defect".into(),
        wish: "replacement".into(),
        rows: vec![
            row("Kėdė „Virvė“, natūralus ąžuolas", "VIR-NAT", 2),
            row("Valgomojo stalas „Giria“, 180 × 90 cm", "GIR-180", 1),
        ],
        text: text.into(),
        verdict: if kind == PaperKind::Decision { "approved".into() } else { String::new() },
        photos: 3,
        by: "Jonas Girdenis".into(),
        hash: "3f5a".repeat(16),
    };
    case_sheet::typeset(stage, &paper, &sender.name)
}
