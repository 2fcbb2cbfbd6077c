//! A case's own page in the states that look different.

use vitrina::{
    kernel::{Fault, Locale, Money},
    stage::Sample,
};

use super::{
    super::*,
    buying::NOON,
    case::{goods, said},
    own,
};

fn attachments() -> Vec<CaseAttachment> {
    let file = |name: &str, small: &str, kind: &str| CaseAttachment {
        name: name.into(),
        url: "/lt/case/abc/files/1".into(),
        small: small.into(),
        kind: kind.into(),
    };
    vec![file("koja.jpg", "/lt/case/abc/files/1/small", "WEBP"), file("aktas.pdf", "", "PDF")]
}

fn case(state: &str) -> CasePage {
    let step = |code: &str, n: i64| CaseStep { code: code.into(), at: Some(NOON.plus_days(n)) };
    let wrote = |mine, text: &str| CaseMessage {
        mine,
        sender: if mine { "Rūta Žemaitė" } else { "Jonas Girdenis" }.into(),
        at: NOON.plus_days(1),
        locale: if mine { Locale::LT } else { Locale::EN },
        text: text.into(),
        files: if mine { attachments() } else { Vec::new() },
    };
    CasePage {
        page: own("Nusiskundimas PRT-2026-000012", "/lt/case/abc"),
        number: "PRT-2026-000012".into(),
        withdrawal: false,
        state: state.into(),
        order: "UZS-2026-000123".into(),
        declared: CaseDeclared {
            at: NOON,
            name: "Rūta Žemaitė".into(),
            email: "ruta@demo.test".into(),
            goods: goods(),
            text: "Įtrūkusi kėdės koja, pastebėjome išpakavę.".into(),
            problem: "defect".into(),
            wish: "replacement".into(),
            files: attachments(),
            late: false,
            hash: "3f5a".repeat(16),
        },
        answer_by: NOON.plus_days(14),
        answered: false,
        refund_by: None,
        story: vec![step("declare", 0), CaseStep { code: "coming_answer".into(), at: None }],
        messages: vec![wrote(true, "Štai nuotraukos."), wrote(false, "Thank you.")],
        decision: None,
        instructions: String::new(),
        labels: Vec::new(),
        carrier: String::new(),
        tracking: String::new(),
        papers: vec![CasePaper {
            title: "aftersales.paper.declaration.complaint".into(),
            number: "PRT-2026-000012/1".into(),
            at: NOON,
            url: "/lt/case/abc/papers/1.pdf".into(),
        }],
        outcomes: Vec::new(),
        may: CaseMay { write: true, take_back: true, ..CaseMay::default() },
        rating: 0,
        rating_note: String::new(),
        message: String::new(),
        photos_lost: false,
        most: 8,
        key: "k".into(),
        url: "/lt/case/abc".into(),
    }
}

pub(super) fn tracked() -> Result<Vec<Sample>, Fault> {
    let decision = |approved: bool| CaseDecision {
        approved,
        text: "Pakeisime abi kėdes.\n\nKurjeris atvyks trečiadienį.".into(),
        reason: if approved { String::new() } else { "misuse".into() },
        at: NOON.plus_days(2),
    };
    let step = |code: &str, n: i64| CaseStep { code: code.into(), at: Some(NOON.plus_days(n)) };
    let coming = |code: &str| CaseStep { code: format!("coming_{code}"), at: None };
    let label = CasePage {
        answered: true,
        decision: Some(decision(true)),
        instructions: "Supakuokite prekes taip, kaip gavote, ir užklijuokite lipduką.".into(),
        labels: vec![attachments().remove(1)],
        story: vec![
            step("declare", 0),
            step("request_info", 1),
            step("inform", 1),
            step("approve", 2),
            step("send_label", 2),
            coming("goods"),
        ],
        may: CaseMay { write: true, send: true, take_back: true, rate: false },
        ..case("label_sent")
    };
    let outcome = |remedy: &str| CaseOutcome {
        remedy: remedy.into(),
        amount: (remedy == "refund").then(|| Money::eur(498_00)),
        document: if remedy == "refund" { "VITK-000004".into() } else { String::new() },
        order: if remedy == "replacement" { "UZS-2026-000150".into() } else { String::new() },
        at: NOON.plus_days(6),
    };
    let resolved = CasePage {
        withdrawal: true,
        declared: CaseDeclared {
            late: true,
            problem: "none".into(),
            text: String::new(),
            files: Vec::new(),
            ..case("").declared
        },
        answered: true,
        decision: Some(decision(true)),
        story: ["declare", "approve", "dispatch", "receive", "inspect", "resolve", "close", "reopen"]
            .iter()
            .zip(0..)
            .map(|(s, n)| step(s, n))
            .collect(),
        outcomes: vec![outcome("refund"), outcome("replacement")],
        carrier: "Venipak".into(),
        tracking: "V10437E0009812".into(),
        may: CaseMay { write: true, rate: true, ..CaseMay::default() },
        rating: 4,
        rating_note: "Greitai.".into(),
        ..case("resolved")
    };
    let rejected = CasePage {
        answered: true,
        decision: Some(decision(false)),
        story: vec![step("declare", 0), step("reject", 2)],
        may: CaseMay { write: true, rate: true, ..CaseMay::default() },
        ..case("rejected")
    };
    let owed = CasePage {
        refund_by: Some(NOON.plus_days(14)),
        withdrawal: true,
        story: vec![step("declare", 0), step("dispatch", 1), coming("receive")],
        ..label.clone()
    };
    let back = CasePage {
        may: CaseMay::default(),
        story: vec![step("declare", 0), step("take_back", 1)],
        messages: Vec::new(),
        ..case("withdrawn")
    };
    let soon = CasePage { papers: vec![CasePaper { url: String::new(), ..case("").papers.remove(0) }], ..case("received") };
    let soon = CasePage { story: vec![step("declare", 0), coming("inspect"), coming("resolve")], ..soon };
    let wrong = CasePage {
        page: said(
            own("Nusiskundimas", "/lt/case/abc"),
            &[
                ("message", "Užpildykite šį lauką."),
                ("files", "a.exe: netinka."),
                ("tracking", "Užpildykite šį lauką."),
                ("rating", "Pasirinkite vieną."),
            ],
        ),
        photos_lost: true,
        may: CaseMay { write: true, send: true, take_back: true, rate: true },
        ..case("info_requested")
    };
    Ok(vec![
        Sample::new("storefront/case", "received", &case("submitted"))?,
        Sample::new("storefront/case", "to be sent", &label)?,
        Sample::new("storefront/case", "money owed", &owed)?,
        Sample::new("storefront/case", "resolved", &resolved)?,
        Sample::new("storefront/case", "rejected", &rejected)?,
        Sample::new("storefront/case", "taken back", &back)?,
        Sample::new("storefront/case", "a paper being set", &soon)?,
        Sample::new("storefront/case", "faults", &wrong)?,
    ])
}
