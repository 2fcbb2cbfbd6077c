//! `theme check` for contracts: the template in every language, as sent and as accepted, of a company and
//! of a consumer.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::{
    contracts::{self, Acceptance, Annex, Paper, Side, Sums, standard, text},
    documents::{Meta, Typeset, Typesetter},
    flows::steps::contract_sheet::Writer,
    kernel::{ContractId, Locale, Moment, Money},
    stage::{Finding, Severity, Stage, Voice, letters::Sender},
};

const NOON: Moment = Moment(1_795_514_400_000);

/// Sets every sample and says what the theme's template holds against it.
pub fn check(stage: &Stage, typesetter: &dyn Typesetter) -> Vec<Finding> {
    let mut findings = Vec::new();
    for locale in stage.theme().locales {
        for (name, company, accepted) in [("a draft for a consumer", false, false), ("accepted by a company", true, true)] {
            if let Err(trouble) = typesetter.set(&specimen(stage, locale, (company, accepted))) {
                findings.push(Finding {
                    severity: Severity::Error,
                    code: "typeset",
                    file: "documents/contract.typ".into(),
                    template: "documents/contract".into(),
                    locale: Some(locale),
                    sample: name.into(),
                    detail: trouble.to_string(),
                });
            }
        }
    }
    findings
}

/// A contract to look at.
pub fn specimen(stage: &Stage, locale: Locale, (company, accepted): (bool, bool)) -> Typeset {
    let voice = stage.voice(locale);
    let paper = paper(&voice, locale, (company, accepted));
    let acceptance = Acceptance {
        contract: ContractId(uuid::Uuid::nil()),
        version: 1,
        hash: "3f5a".repeat(16),
        name: "Rūta Žemaitė".into(),
        role: voice.say("contracts.default.role"),
        at: NOON,
        address: "192.0.2.17".into(),
        agent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36".into(),
        gross: Money::eur(2833_00),
        pdf: None,
    };
    let writer = Writer { paper: &paper, accepted: accepted.then_some(&acceptance), voice: &voice };
    Typeset {
        template: "contract".into(),
        files: stage.document_files(),
        meta: Meta {
            title: paper.title.clone(),
            author: paper.seller.name.clone(),
            locale: voice.locale(),
            date: paper.date.clone(),
        },
        data: writer.data(&Sender::sample(), offer()),
        pictures: BTreeMap::new(),
        attachments: Vec::new(),
    }
}

fn paper(voice: &Voice, locale: Locale, (company, sent): (bool, bool)) -> Paper {
    let all = standard::all();
    let template = all.iter().find(|t| t.key.locale == standard::spoken(locale)).unwrap_or(&all[0]);
    let known = contracts::FIELDS.iter().map(|name| (*name, format!("‹{name}›"))).collect();
    let holds: BTreeSet<&str> = [if company { "business" } else { "consumer" }, "deposit", "delivered", "vat"].into();
    let seller = Side {
        name: "UAB „Ąžuolynė“".into(),
        company: true,
        code: "300000001".into(),
        vat_code: "LT100000000114".into(),
        street: "Dirbtuvių g. 7".into(),
        city: "Vilnius".into(),
        postcode: "LT-02189".into(),
        email: "labas@demo.test".into(),
        phone: "+370 600 00001".into(),
        bank: "AB SEB bankas".into(),
        iban: "LT121000011101001000".into(),
        person: "Jonas Girdenis".into(),
        role: voice.say("contracts.default.role"),
        basis: voice.say("contracts.default.basis"),
        ..Side::default()
    };
    let buyer = Side {
        name: if company {
            "Przedsiębiorstwo Handlowe „Łódź–Gdańsk Żółw” Spółka z o. o.".into()
        } else {
            "Rūta Žemaitė".into()
        },
        company,
        street: "Šv. Ignoto g. 5-12".into(),
        city: "Kėdainiai".into(),
        email: "ruta@demo.test".into(),
        person: if company { "Małgorzata Źdźbło".into() } else { String::new() },
        ..seller.clone()
    };
    Paper {
        number: if sent { "SUT-2026-000007".into() } else { String::new() },
        version: i64::from(sent),
        locale,
        date: "2026-11-24".into(),
        place: "Vilnius".into(),
        title: template.title.clone(),
        seller,
        buyer,
        text: text::read(&template.body).write(&known, &holds).unwrap_or_default(),
        sums: Sums { net: Money::eur(2341_32), gross: Money::eur(2833_00), deposit: Some(Money::eur(849_90)) },
        annex: Annex { number: "KP-2026-000012".into(), version: 2, hash: "9be1".repeat(16), sent_at: NOON, offer: Value::Null },
        manager: "Jonas Girdenis".into(),
    }
}

/// The annex as the offer's own sheet tells it.
fn offer() -> Value {
    let row = |title: &str, qty: &str, each: &str, total: &str| {
        json!({
            "is": "goods", "picture": null, "title": title, "detail": "180 × 90 cm · GIR-180", "told": "Ąžuolas, natūrali alyva",
            "note": "", "qty": qty, "range": "", "each": each, "was": "", "off": "", "total": total, "mark": "", "label": "", "taken": true,
        })
    };
    let sum = |label: &str, value: &str, strong: bool| json!({ "label": label, "value": value, "strong": strong });
    json!({
        "cover": { "title": "Valgomojo baldai kavinei „Rytas“" },
        "labels": { "goods": "Goods", "qty": "Quantity", "price": "Price", "total": "Total", "terms": "Terms" },
        "sections": [{
            "title": "Salė", "note": "", "sums": [sum("Subtotal", "2 833,00 €", true)],
            "rows": [
                row("Valgomojo stalas „Giria“", "1 vnt.", "1 290,00 €", "1 290,00 €"),
                json!({ "is": "note", "text": ["Matavimas prieš gamybą – be papildomo mokesčio."] }),
                row("Kėdė „Virvė“", "6 vnt.", "249,00 €", "1 494,00 €"),
            ],
        }],
        "totals": [sum("Goods", "2 784,00 €", false), sum("Delivery", "49,00 €", false), sum("VAT 21 %", "491,68 €", false)],
        "due": { "label": "Total", "value": "2 833,00 €" },
        "deposit": { "label": "Deposit", "value": "849,90 €" },
        "mentions": ["A sale without VAT says why."],
        "terms": [{ "label": "Delivery", "text": ["Per šešias savaites."] }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::Source;

    /// What was left out of the offer is no part of the contract, and goods are counted through.
    #[test]
    fn the_annex_holds_what_was_taken() {
        let stage = Stage::open(Source::embedded()).unwrap();
        let data = specimen(&stage, Locale::LT, (true, true)).data;
        let rows = data["annex"]["sections"][0]["rows"].as_array().unwrap();
        assert_eq!((rows.len(), rows[0]["n"].as_str(), rows[2]["n"].as_str()), (3, Some("1"), Some("2")));
        assert_eq!(data["certificate"]["rows"].as_array().unwrap().len(), 10);
        assert!(data["parts"].as_array().unwrap().len() > 12);
    }
}
