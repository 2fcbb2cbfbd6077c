//! Contracts as they look in their states.

use vitrina::{
    contracts::{Clause, Part, Side},
    kernel::{Fault, Locale, Moment, Money, Qty},
    stage::Sample,
};

use super::{super::*, own, wrong};

const NOON: Moment = Moment(1_795_514_400_000);

fn part(n: &str, title: &str) -> Part {
    let clause =
        |m: usize, text: &str, points: Vec<(String, String)>| Clause { n: format!("{n}.{m}"), text: text.into(), points };
    let points = vec![(format!("{n}.2.1"), "849,90 € avansą;".into()), (format!("{n}.2.2"), "likusią dalį – pristačius.".into())];
    let clauses = vec![
        clause(1, "Pardavėjas perduoda, o Pirkėjas priima prekes, išvardytas 1 priede.", Vec::new()),
        clause(2, "Pirkėjas sumoka:", points),
    ];
    Part { n: n.into(), title: title.into(), clauses }
}

fn page() -> ContractPage {
    let side = |name: &str| Side {
        name: name.into(),
        company: true,
        code: "300000001".into(),
        vat_code: "LT100000000114".into(),
        street: "Dirbtuvių g. 7".into(),
        city: "Vilnius".into(),
        person: "Rūta Žemaitė".into(),
        role: "direktorė".into(),
        basis: "bendrovės įstatai".into(),
        ..Side::default()
    };
    ContractPage {
        page: own("Sutartis SUT-2026-000007", "/lt/contract/abc"),
        number: "SUT-2026-000007".into(),
        version: 2,
        title: "Pirkimo–pardavimo sutartis".into(),
        locale: Locale::LT,
        dated: NOON,
        place: "Vilnius".into(),
        parties: vec![
            ContractParty::of("seller", &side("UAB „Ąžuolynė“")),
            ContractParty::of("buyer", &Side { company: false, ..side("Ona Onaitė") }),
        ],
        preamble: vec!["Pardavėjas ir Pirkėjas sudarė šią sutartį.".into()],
        parts: vec![part("1", "Sutarties dalykas"), part("2", "Mokėjimo tvarka")],
        offer: "KP-2026-000012".into(),
        lines: vec![
            ContractLine {
                title: "Valgomojo stalas „Giria“".into(),
                detail: "180 × 90 cm".into(),
                picture_hash: Some("a1".into()),
                qty: Qty::ONE,
                unit: "piece".into(),
                total: Money::eur(1290_00),
            },
            ContractLine {
                title: "Surinkimas".into(),
                detail: String::new(),
                picture_hash: None,
                qty: Qty::ONE,
                unit: "service".into(),
                total: Money::eur(60_00),
            },
        ],
        net: Money::eur(2341_32),
        vat: Some(Money::eur(491_68)),
        total: Money::eur(2833_00),
        deposit: Some(Money::eur(849_90)),
        state: "open".into(),
        accepted: None,
        orders: true,
        person: "Jonas Girdenis".into(),
        questions: vec![
            ContractQuestion {
                about: "2. Mokėjimo tvarka".into(),
                question: "Ar avansą galima mokėti dalimis?".into(),
                at: NOON,
                answer: "Taip, dviem dalimis.".into(),
            },
            ContractQuestion { about: String::new(), question: "Kada?".into(), at: NOON, answer: String::new() },
        ],
        form: ContractForm { version: 2, hash: "abc".into(), ..ContractForm::default() },
        urls: ContractUrls {
            own: "/lt/contract/abc".into(),
            decline: "/lt/contract/abc/decline".into(),
            question: "/lt/contract/abc/question".into(),
            pdf: Some("/lt/contract/abc/contract.pdf".into()),
        },
        seen: "/lt/contract/abc/seen.css?v=2".into(),
    }
}

pub(super) fn contracts() -> Result<Vec<Sample>, Fault> {
    let accepted = |pdf: Option<&str>| ContractPage {
        state: "accepted".into(),
        accepted: Some(ContractAccepted { name: "Rūta Žemaitė".into(), at: NOON, pdf: pdf.map(str::to_owned) }),
        ..page()
    };
    let plain = ContractPage {
        orders: false,
        deposit: None,
        vat: None,
        version: 1,
        person: String::new(),
        questions: Vec::new(),
        ..page()
    };
    let state = |state: &str| ContractPage { state: state.into(), ..page() };
    let faults = ContractPage { page: wrong(own("Sutartis SUT-2026-000007", "/lt/contract/abc")), ..page() };
    Ok(vec![
        Sample::new("storefront/contract", "with its order", &page())?,
        Sample::new("storefront/contract", "of an accepted offer, without VAT", &plain)?,
        Sample::new("storefront/contract", "faults", &faults)?,
        Sample::new("storefront/contract", "accepted", &accepted(Some("/lt/contract/abc/certificate.pdf")))?,
        Sample::new("storefront/contract", "accepted a moment ago", &accepted(None))?,
        Sample::new("storefront/contract", "over", &state("over"))?,
        Sample::new("storefront/contract", "declined", &state("declined"))?,
        Sample::new("storefront/contract", "withdrawn", &state("withdrawn"))?,
    ])
}
