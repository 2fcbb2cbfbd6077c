//! Declarations and what became of them, in the states that look different.

use vitrina::{
    kernel::{Fault, Locale, Moment, Money, Qty},
    stage::Sample,
};

use super::{super::*, buying::NOON, own};

pub(super) fn link() -> CaseLink {
    CaseLink {
        number: "PRT-2026-000012".into(),
        withdrawal: false,
        state: "submitted".into(),
        declared_at: NOON,
        title: "Kėdė „Virvė“".into(),
        picture_hash: Some("a2".into()),
        url: "/lt/case/abc".into(),
    }
}

fn orders() -> Vec<OwnOrder> {
    let goods = |title: &str, hash: Option<&str>| OwnGoods {
        title: title.into(),
        picture_hash: hash.map(str::to_owned),
        url: "/lt/order/abc/complaint?line=1".into(),
    };
    let order = |number: &str, until: Option<Moment>, over| OwnOrder {
        number: number.into(),
        placed_at: NOON.plus_days(-20),
        url: "/lt/order/abc/withdraw".into(),
        goods: vec![goods("Kėdė „Virvė“, balintas ąžuolas", Some("a2")), goods("Surinkimas", None)],
        until,
        over,
    };
    vec![
        order("UZS-2026-000123", Some(NOON.plus_days(9)), false),
        order("UZS-2026-000099", None, false),
        order("UZS-2026-000041", Some(NOON.plus_days(-60)), true),
    ]
}

fn form() -> WithdrawForm {
    WithdrawForm {
        name: "Rūta Žemaitė".into(),
        order: "UZS-2026-000123".into(),
        email: "ruta@demo.test".into(),
        text: String::new(),
    }
}

fn lines() -> Vec<CaseLine> {
    let line = |id: &str, title: &str, free: i64| CaseLine {
        id: id.into(),
        title: title.into(),
        variant: "Balintas ąžuolas".into(),
        picture_hash: Some("a2".into()),
        unit: "piece".into(),
        qty: Qty::pieces(6),
        free: Qty::pieces(free),
        whole: true,
        chosen: free > 0,
        typed: String::new(),
        batch: String::new(),
        excepted: false,
        cases: Vec::new(),
        wrong: String::new(),
    };
    let declared = CaseLine { cases: vec!["PRT-2026-000011".into()], ..line("4", "Lentyna „Eglė“", 0) };
    let part = CaseLine {
        cases: vec!["PRT-2026-000011".into()],
        typed: "9".into(),
        wrong: "Kiekis per didelis.".into(),
        ..line("3", "Suolas", 2)
    };
    vec![
        line("1", "Kėdė „Virvė“", 6),
        CaseLine {
            excepted: true,
            chosen: false,
            picture_hash: None,
            variant: String::new(),
            ..line("2", "Spinta pagal jūsų matmenis", 1)
        },
        part,
        declared,
    ]
}

fn goods() -> Vec<CheckedGoods> {
    let one = |title: &str, excepted: bool| CheckedGoods {
        title: title.into(),
        variant: "Balintas ąžuolas".into(),
        picture_hash: (!excepted).then(|| "a2".into()),
        qty: Qty::pieces(2),
        unit: "piece".into(),
        excepted,
    };
    vec![one("Kėdė „Virvė“", false), one("Spinta pagal jūsų matmenis", true)]
}

fn said(page: Frame, fields: &[(&str, &str)]) -> Frame {
    let mut page = page;
    for (field, text) in fields {
        page.wrong.insert((*field).into(), (*text).into());
        page.faults.push(FieldFault { field: (*field).into(), text: (*text).into() });
    }
    page
}

fn withdrawals() -> Result<Vec<Sample>, Fault> {
    let title = "Atsisakyti sutarties";
    let guest =
        WithdrawPage { page: own(title, "/lt/withdraw"), orders: Vec::new(), form: WithdrawForm::default(), key: "k".into() };
    let customer =
        WithdrawPage { page: Frame { signed_in: true, ..guest.page.clone() }, orders: orders(), form: form(), ..guest.clone() };
    let missing =
        [("name", "Užpildykite šį lauką."), ("order", "Užpildykite šį lauką."), ("email", "El. pašto adresas netikslus.")];
    let wrong = WithdrawPage { page: said(own(title, "/lt/withdraw"), &missing), ..guest.clone() };
    let of_order = WithdrawOrderPage {
        page: own(title, "/lt/order/abc/withdraw"),
        number: "UZS-2026-000123".into(),
        lines: lines(),
        until: Some(NOON.plus_days(9)),
        over: false,
        form: form(),
        key: "k".into(),
        url: "/lt/order/abc/withdraw".into(),
        back: "/lt/order/abc".into(),
    };
    let late = WithdrawOrderPage {
        page: said(
            own(title, "/lt/order/abc/withdraw"),
            &[("qty.3", "Kiekis per didelis."), ("items", "Pasirinkite bent vieną prekę.")],
        ),
        over: true,
        ..of_order.clone()
    };
    let begun = WithdrawOrderPage { until: None, lines: vec![lines().remove(3)], ..of_order.clone() };
    let check = WithdrawCheckPage {
        page: own("Patikrinkite", "/lt/order/abc/withdraw"),
        form: form(),
        goods: goods(),
        over: true,
        fields: vec![Hidden { name: "key".into(), value: "k".into() }],
        url: "/lt/order/abc/withdraw".into(),
    };
    let in_words = WithdrawCheckPage {
        form: WithdrawForm { text: "Du stalai iš kovo užsakymo".into(), ..form() },
        goods: Vec::new(),
        over: false,
        ..check.clone()
    };
    Ok(vec![
        Sample::new("storefront/withdraw", "a guest", &guest)?,
        Sample::new("storefront/withdraw", "a customer", &customer)?,
        Sample::new("storefront/withdraw", "faults", &wrong)?,
        Sample::new("storefront/withdraw_order", "in time", &of_order)?,
        Sample::new("storefront/withdraw_order", "late, with faults", &late)?,
        Sample::new("storefront/withdraw_order", "nothing left", &begun)?,
        Sample::new("storefront/withdraw_check", "goods", &check)?,
        Sample::new("storefront/withdraw_check", "in words", &in_words)?,
    ])
}

fn dones() -> Result<Vec<Sample>, Fault> {
    let done = |withdrawal: bool, url: &str| CaseDonePage {
        page: own("Gavome", "/lt/withdraw"),
        withdrawal,
        number: if withdrawal { "ATS-2026-000003" } else { "PRT-2026-000012" }.into(),
        declared_at: NOON,
        answer_by: NOON.plus_days(14),
        email: "ruta@demo.test".into(),
        url: url.into(),
        over: withdrawal && !url.is_empty(),
        excepted: withdrawal && !url.is_empty(),
    };
    Ok(vec![
        Sample::new("storefront/case_done", "a withdrawal of a guest", &done(true, ""))?,
        Sample::new("storefront/case_done", "a late withdrawal", &done(true, "/lt/case/abc"))?,
        Sample::new("storefront/case_done", "a complaint", &done(false, "/lt/case/abc"))?,
        Sample::new("storefront/case_done", "a complaint of a guest", &done(false, ""))?,
        Sample::new("storefront/case_done", "without a number", &CaseDonePage { number: String::new(), ..done(false, "") })?,
    ])
}

fn words(chosen: bool) -> ComplaintWords {
    let choices = |codes: &[&str]| {
        codes.iter().enumerate().map(|(i, code)| CaseChoice { code: (*code).into(), chosen: chosen && i == 0 }).collect()
    };
    ComplaintWords {
        problems: choices(&["defect", "damaged", "wrong_item", "missing", "service", "other"]),
        wishes: choices(&["repair", "replacement", "price_reduction", "refund", "none"]),
        text: if chosen { "Įtrūkusi kėdės koja.".into() } else { String::new() },
        photos_lost: chosen,
        most: 8,
    }
}

fn complaints() -> Result<Vec<Sample>, Fault> {
    let title = "Kažkas negerai";
    let guest = ComplaintPage {
        page: own(title, "/lt/complaint"),
        orders: Vec::new(),
        number: String::new(),
        address: String::new(),
        sent: false,
        words: words(false),
        form: WithdrawForm::default(),
        key: "k".into(),
    };
    let customer =
        ComplaintPage { page: Frame { signed_in: true, ..guest.page.clone() }, orders: orders(), form: form(), ..guest.clone() };
    let missing = [
        ("name", "Užpildykite šį lauką."),
        ("problem", "Pasirinkite vieną."),
        ("wish", "Pasirinkite vieną."),
        ("files", "saskaita.exe: netinka."),
        ("number", "Užpildykite šį lauką."),
        ("address", "El. pašto adresas netikslus."),
    ];
    let wrong =
        ComplaintPage { page: said(own(title, "/lt/complaint"), &missing), words: words(true), form: form(), ..guest.clone() };
    let of_order = ComplaintOrderPage {
        page: own(title, "/lt/order/abc/complaint"),
        number: "UZS-2026-000123".into(),
        lines: lines(),
        words: words(false),
        email: "ruta@demo.test".into(),
        key: "k".into(),
        url: "/lt/order/abc/complaint".into(),
        back: "/lt/order/abc".into(),
    };
    let faults = ComplaintOrderPage { page: said(of_order.page.clone(), &missing[1..4]), words: words(true), ..of_order.clone() };
    Ok(vec![
        Sample::new("storefront/complaint", "a guest", &guest)?,
        Sample::new("storefront/complaint", "the link is on its way", &ComplaintPage { sent: true, ..guest.clone() })?,
        Sample::new("storefront/complaint", "a customer", &customer)?,
        Sample::new("storefront/complaint", "faults", &wrong)?,
        Sample::new("storefront/complaint_order", "goods", &of_order)?,
        Sample::new("storefront/complaint_order", "faults", &faults)?,
    ])
}

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
    let said = |mine, text: &str| CaseMessage {
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
        messages: vec![said(true, "Štai nuotraukos."), said(false, "Thank you.")],
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
        url: "/lt/case/abc".into(),
    }
}

fn tracked() -> Result<Vec<Sample>, Fault> {
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
        page: self::said(
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

pub(super) fn cases() -> Result<Vec<Sample>, Fault> {
    let mut all = withdrawals()?;
    all.extend(complaints()?);
    all.extend(dones()?);
    all.extend(tracked()?);
    Ok(all)
}
