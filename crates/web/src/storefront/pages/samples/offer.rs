//! Offers as they look in their states.

use vitrina::{
    kernel::{Fault, Locale, Moment, Money, Qty, Rate},
    stage::Sample,
};

use super::{super::*, own, wrong};

const NOON: Moment = Moment(1_795_514_400_000);

fn row(title: &str, hash: &str, pieces: i64, minor: i64) -> OfferRow {
    OfferRow {
        id: hash.into(),
        words: Vec::new(),
        title: title.into(),
        detail: "180 × 90 cm, alyvuotas ąžuolas".into(),
        teaser: "Stalas, prie kurio telpa visi.".into(),
        facts: vec![OfferFact { name: "Plotis".into(), value: "1800 mm".into() }],
        note: String::new(),
        picture_hash: Some(hash.into()),
        url: Some("/lt/offer/abc/go/a1".into()),
        qty: Qty::pieces(pieces),
        unit: "piece".into(),
        range: None,
        each: Some(Money::eur(minor).into()),
        full: None,
        total: Some(Money::eur(minor * pieces)),
        kind: String::new(),
        group: String::new(),
        taken: true,
    }
}

fn sections() -> Vec<OfferSection> {
    let words = OfferRow {
        words: vec!["Matavimas prieš gamybą – be papildomo mokesčio.".into()],
        picture_hash: None,
        each: None,
        total: None,
        ..row("", "n1", 1, 0)
    };
    let chair = OfferRow { kind: "alternative".into(), group: "g0".into(), ..row("Kėdė „Virvė“", "a2", 6, 249_00) };
    let other = OfferRow { taken: false, ..OfferRow { title: "Kėdė „Aušra“".into(), id: "a3".into(), ..chair.clone() } };
    let lamp = OfferRow {
        kind: "option".into(),
        range: Some((Qty::pieces(1), Qty::pieces(8))),
        full: Some(Money::eur(400_00)),
        ..row("Šviestuvas „Rasa“", "a4", 2, 180_00)
    };
    vec![
        OfferSection {
            title: "Salė".into(),
            note: "Pirmas aukštas.".into(),
            rows: vec![row("Valgomojo stalas „Giria“", "a1", 2, 1290_00), words, chair, other],
            off: Some(Money::eur(50_00)),
            total: Some(Money::eur(4024_00)),
        },
        OfferSection {
            title: "Apšvietimas".into(),
            note: String::new(),
            rows: vec![lamp],
            off: None,
            total: Some(Money::eur(360_00)),
        },
    ]
}

fn page() -> OfferPage {
    OfferPage {
        page: own("Pasiūlymas KP-2026-000012", "/lt/offer/abc"),
        number: "KP-2026-000012".into(),
        version: 2,
        title: "Baldai kavinei „Rytas“".into(),
        customer: "UAB „Rytas“".into(),
        locale: Locale::LT,
        translated: None,
        cover: Some("a1".into()),
        intro: vec!["Laba diena,".into(), "siunčiame, ką aptarėme.".into()],
        closing: vec!["Lauksime atsakymo.".into()],
        sections: sections(),
        sum: OfferSum {
            net: None,
            goods: Money::eur(4384_00),
            off: Some(Money::eur(84_00)),
            delivery: Some(Money::eur(49_00)),
            delivery_name: "Pristatymas ir užnešimas".into(),
            vat: vec![OfferVat { rate: Rate::percent(21), vat: Money::eur(754_80) }],
            total: Money::eur(4349_00),
            deposit: Some(Money::eur(1304_70)),
            note: String::new(),
            seen: "434900".into(),
        },
        terms: vec![OfferTerm { code: "delivery".into(), text: vec!["Per šešias savaites.".into()] }],
        until: NOON.plus_days(30),
        state: "open".into(),
        accepted: None,
        changed: vec![OfferChange { code: "added".into(), title: "Šviestuvas „Rasa“".into() }],
        questions: vec![
            OfferQuestion {
                about: "Kėdė „Virvė“".into(), question: "Ar tinka lauke?".into(), answer: "Taip.".into(), at: NOON
            },
            OfferQuestion { about: String::new(), question: "Kada?".into(), answer: String::new(), at: NOON },
        ],
        person: "Jonas Girdenis".into(),
        choosable: true,
        form: OfferForm {
            needs_address: true,
            payments: vec![PaymentChoice { code: "bank_transfer".into(), chosen: true }],
            version: 2,
            hash: "abc".into(),
            key: "key".into(),
            ..OfferForm::default()
        },
        urls: OfferUrls {
            own: "/lt/offer/abc".into(),
            question: "/lt/offer/abc/question".into(),
            decline: "/lt/offer/abc/decline".into(),
            again: "/lt/offer/abc/again".into(),
            pdf: Some("/lt/offer/abc/offer.pdf".into()),
        },
        look: false,
        seen: "/lt/offer/abc/seen.css?v=2".into(),
    }
}

pub(super) fn offers() -> Result<Vec<Sample>, Fault> {
    let net = OfferSum { net: Some(Money::eur(3594_21)), note: "intra_eu".into(), deposit: None, off: None, ..page().sum };
    let translated = |is_original| {
        Some(OfferTranslated { from: Locale::LT, to: Locale::EN, is_original, unread: !is_original, url: "/en/offer/abc".into() })
    };
    let original = OfferPage { translated: translated(true), ..page() };
    let read = OfferPage { translated: translated(false), ..page() };
    let plain =
        OfferPage { sum: net, changed: Vec::new(), questions: Vec::new(), choosable: false, cover: None, version: 1, ..page() };
    let accepted = |order: Option<&str>| OfferPage {
        state: "accepted".into(),
        accepted: Some(OfferAccepted {
            name: "Rūta Žemaitė".into(),
            at: NOON,
            order: order.map(str::to_owned),
            pdf: order.map(|_| "/lt/offer/abc/certificate.pdf".into()),
        }),
        ..page()
    };
    let faults = OfferPage { page: wrong(own("Pasiūlymas KP-2026-000012", "/lt/offer/abc")), ..page() };
    let over = |state: &str| OfferPage { state: state.into(), ..page() };
    Ok(vec![
        Sample::new("storefront/offer", "to be chosen from", &page())?,
        Sample::new("storefront/offer", "without VAT, nothing to choose", &plain)?,
        Sample::new("storefront/offer", "translated", &read)?,
        Sample::new("storefront/offer", "being written", &OfferPage { look: true, seen: String::new(), ..page() })?,
        Sample::new("storefront/offer", "the original of a translation", &original)?,
        Sample::new("storefront/offer", "faults", &faults)?,
        Sample::new("storefront/offer", "accepted", &accepted(Some("/lt/order/abc")))?,
        Sample::new("storefront/offer", "accepted, the stock is short", &accepted(None))?,
        Sample::new("storefront/offer", "over", &over("over"))?,
        Sample::new("storefront/offer", "declined", &over("declined"))?,
        Sample::new("storefront/offer", "withdrawn", &over("withdrawn"))?,
    ])
}
