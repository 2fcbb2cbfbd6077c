//! Declarations and what became of them, in the states that look different.

use vitrina::{
    kernel::{Fault, Moment, Qty},
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

pub(super) fn goods() -> Vec<CheckedGoods> {
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

pub(super) fn said(page: Frame, fields: &[(&str, &str)]) -> Frame {
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

pub(super) fn cases() -> Result<Vec<Sample>, Fault> {
    let mut all = withdrawals()?;
    all.extend(complaints()?);
    all.extend(dones()?);
    all.extend(super::case_page::tracked()?);
    Ok(all)
}
