//! `theme check` for offers: the template in every language, as sent and as accepted. The same papers are
//! compared with pictures of their pages.

use std::{collections::BTreeMap, sync::Arc};

use uuid::Uuid;

use crate::{
    channels::TaxDisplay,
    documents::{Typeset, Typesetter},
    flows::steps::offer_sheet::{self, Sheet},
    kernel::{Currency, DeliveryMethodId, Fault, Locale, Moment, Money, OfferId, Qty, Rate},
    offers::{Acceptance, Buyer, Choice, Delivery, Deposit, Drawn, DrawnItem, DrawnSection, Evidence, Facts, Off, Range, Terms},
    showcase::{Line, Words},
    stage::{Finding, Severity, Stage, Voice},
    tax::Rates,
};

const NOON: Moment = Moment(1_795_514_400_000);
/// Names of the pictures of a specimen; who looks at it has some.
pub const PICTURES: [&str; 3] = ["cover", "table", "chair"];

/// Sets every sample and says what the theme's template holds against it.
pub fn check(stage: &Stage, typesetter: &dyn Typesetter) -> Vec<Finding> {
    let mut findings = Vec::new();
    for locale in stage.theme().locales {
        for (name, accepted) in [("sent", false), ("accepted", true)] {
            let set = specimen(stage, locale, (accepted, BTreeMap::new())).map_err(|fault| fault.to_string());
            let trouble = set.and_then(|job| typesetter.set(&job).map_err(|trouble| trouble.to_string())).err();
            findings.extend(trouble.map(|detail| Finding {
                severity: Severity::Error,
                code: "typeset",
                file: "documents/offer.typ".into(),
                template: "documents/offer".into(),
                locale: Some(locale),
                sample: name.into(),
                detail,
            }));
        }
    }
    findings
}

/// An offer to look at, perhaps accepted.
///
/// # Faults
/// What the settlement says.
pub fn specimen(
    stage: &Stage,
    locale: Locale,
    (accepted, pictures): (bool, BTreeMap<String, Arc<[u8]>>),
) -> Result<Typeset, Fault> {
    let mut rates = Rates::default();
    rates.put_rate("LT", "standard", Moment(0), Rate::percent(21));
    let drawn = drawn(&stage.voice(locale), locale)?;
    let choice = drawn.offered();
    let acceptance = acceptance(&drawn, &choice);
    let sheet = Sheet {
        drawn: &drawn,
        choice: &choice,
        rates: &rates,
        number: "KP-2026-000012",
        version: 2,
        on: NOON,
        until: Some(NOON.plus_days(30)),
        link: None,
        accepted: accepted.then_some(&acceptance),
    };
    offer_sheet::specimen(stage, &sheet, pictures)
}

/// What the specimen is about, in the reader's words.
struct Told {
    title: &'static str,
    hall: &'static str,
    work: &'static str,
    table: [&'static str; 3],
    chair: [&'static str; 3],
    note: &'static str,
    oil: &'static str,
    lacquer: &'static str,
    assembly: &'static str,
    delivery: &'static str,
}

const LT: Told = Told {
    title: "Valgomojo baldai kavinei „Rytas“",
    hall: "Salė",
    work: "Darbai",
    table: ["Valgomojo stalas „Giria“", "180 × 90 cm", "Ąžuolas, natūrali alyva"],
    chair: ["Kėdė „Virvė“", "juoda", "Uosis, popieriaus virvė"],
    note: "Matuojame prieš gamybą, be papildomo mokesčio.",
    oil: "Paviršius: alyva",
    lacquer: "Paviršius: lakas",
    assembly: "Surinkimas vietoje",
    delivery: "Pristatymas",
};
const DE: Told = Told {
    title: "Esszimmermöbel für das Café „Rytas“",
    hall: "Saal",
    work: "Arbeiten",
    table: ["Esstisch „Giria“", "180 × 90 cm", "Eiche, natürlich geölt"],
    chair: ["Stuhl „Virvė“", "schwarz", "Esche, Papierkordel"],
    note: "Wir messen vor der Fertigung, ohne Aufpreis.",
    oil: "Oberfläche: Öl",
    lacquer: "Oberfläche: Lack",
    assembly: "Montage vor Ort",
    delivery: "Lieferung",
};
const EN: Told = Told {
    title: "Dining furniture for the café “Rytas”",
    hall: "Hall",
    work: "Works",
    table: ["Dining table “Giria”", "180 × 90 cm", "Oak, natural oil"],
    chair: ["Chair “Virvė”", "black", "Ash, paper cord"],
    note: "We measure before we make it, at no extra cost.",
    oil: "Surface: oil",
    lacquer: "Surface: lacquer",
    assembly: "Assembly on site",
    delivery: "Delivery",
};

fn told(locale: Locale) -> &'static Told {
    match locale {
        Locale::LT => &LT,
        Locale::DE => &DE,
        _ => &EN,
    }
}

/// A table, chairs of which there may be more, one of two surfaces, and an assembly that may be left out.
fn drawn(voice: &Voice, locale: Locale) -> Result<Drawn, Fault> {
    let told = told(locale);
    let chairs = Range { least: Qty::pieces(4), most: Qty::pieces(8) };
    let table = goods(locale, (told.table, "GIR-180", "table"), (1, 1_290_00))?;
    let chair = DrawnItem {
        range: Some(chairs),
        off: Some(Off::Percent(Rate::percent(10))),
        note: String::new(),
        ..goods(locale, (told.chair, "VIR-J", "chair"), (6, 249_00))?
    };
    let note = DrawnItem { title: told.note.into(), ..nothing() };
    let surface = |title, minor, picked| -> Result<DrawnItem, Fault> {
        Ok(DrawnItem { group: "surface".into(), picked, ..words(locale, title, minor)? })
    };
    let assembly = DrawnItem { optional: true, ..words(locale, told.assembly, 60_00)? };
    let works = vec![surface(told.oil, 40_00, true)?, surface(told.lacquer, 75_00, false)?, assembly];
    let say = |name: &str| {
        let fields = [("contact", "Rūta"), ("manager", "Jonas Girdenis"), ("valid_until", "2026-12-24")];
        voice.fill(&format!("offers.text.{name}"), &fields.map(|(field, value)| (field, value.to_owned())))
    };
    let mut n = 0;
    let mut section = |title: &str, items: Vec<DrawnItem>| {
        let mut id = || {
            n += 1;
            Uuid::from_u128(n)
        };
        let items = items.into_iter().map(|item| DrawnItem { id: id(), ..item }).collect();
        DrawnSection { id: id(), title: title.into(), note: String::new(), off: None, items }
    };
    Ok(Drawn {
        locale,
        currency: Currency::EUR,
        tax: TaxDisplay::Gross,
        title: told.title.into(),
        buyer: buyer(),
        manager: "Jonas Girdenis".into(),
        intro: say("intro"),
        closing: say("closing"),
        terms: Terms { delivery: say("delivery"), payment: say("payment"), validity: say("validity") },
        cover: "cover".into(),
        sections: vec![section(told.hall, vec![table, note, chair]), section(told.work, works)],
        off: None,
        delivery: Some(delivery(told.delivery)),
        deposit: Some(Deposit::Percent(Rate::percent(30))),
        facts: Facts {
            seller: "LT".into(),
            destination: "LT".into(),
            business: false,
            vat_country: None,
            buyer_vat: String::new(),
            at: NOON,
        },
        written_in: (locale != Locale::LT).then_some(Locale::LT),
        unread: false,
    })
}

fn buyer() -> Buyer {
    Buyer {
        name: "Rūta Žemaitė".into(),
        email: "ruta@demo.test".into(),
        company: "UAB „Rytas“".into(),
        street: "Šv. Ignoto g. 5-12".into(),
        city: "Kėdainiai".into(),
        postcode: "LT-57123".into(),
        country: "LT".into(),
        ..Buyer::default()
    }
}

fn delivery(name: &str) -> Delivery {
    Delivery {
        method: DeliveryMethodId(Uuid::nil()),
        code: "van".into(),
        kind: "van".into(),
        name: name.into(),
        gross: Money::eur(49_00),
        net: Money::eur(40_50),
        rate: Rate::percent(21),
        vat_category: "standard".into(),
        days: (14, 42),
    }
}

fn nothing() -> DrawnItem {
    DrawnItem {
        id: Uuid::nil(),
        line: None,
        problem: String::new(),
        title: String::new(),
        note: String::new(),
        teaser: String::new(),
        told: Vec::new(),
        slug: String::new(),
        range: None,
        optional: false,
        picked: false,
        group: String::new(),
        off: None,
        cost: None,
    }
}

fn words(locale: Locale, title: &str, minor: i64) -> Result<DrawnItem, Fault> {
    line(locale, (title, "service"), (1, minor)).map(|line| DrawnItem { line: Some(line), ..nothing() })
}

fn goods(
    locale: Locale,
    ([title, variant, told], sku, picture): ([&str; 3], &str, &str),
    priced: (i64, i64),
) -> Result<DrawnItem, Fault> {
    let line = Line {
        sku: sku.into(),
        variant_name: variant.into(),
        picture_hash: Some(picture.into()),
        ..line(locale, (title, "piece"), priced)?
    };
    Ok(DrawnItem { line: Some(line), told: vec![(told.to_owned(), String::new())], ..nothing() })
}

fn line(locale: Locale, (title, unit): (&str, &str), (pieces, minor): (i64, i64)) -> Result<Line, Fault> {
    let words = Words {
        title: title.into(),
        unit: unit.into(),
        price: Money::eur(minor),
        vat_category: "standard".into(),
        rate: Rate::percent(21),
        locale,
    };
    Ok(Line::written(words, Qty::pieces(pieces), TaxDisplay::Gross)?)
}

fn acceptance(drawn: &Drawn, choice: &Choice) -> Acceptance {
    Acceptance {
        offer: OfferId(Uuid::nil()),
        version: 2,
        hash: "9be1".repeat(16),
        choice: choice.clone(),
        name: "Rūta Žemaitė".into(),
        role: String::new(),
        at: NOON,
        address: "192.0.2.17".into(),
        agent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36".into(),
        buyer: drawn.buyer.clone(),
        payment: "bank_transfer".into(),
        gross: Money::eur(2_723_60),
        pdf: None,
        evidence: Evidence::default(),
    }
}
