//! A small shop for `theme check`: every page in the states that look different, a file for each
//! family of pages.

mod account;
mod buying;
mod case;
mod case_page;
mod contract;
mod goods;
mod offer;

use std::collections::BTreeMap;

use vitrina::{
    kernel::{Fault, Locale},
    stage::{Sample, letters::Sender},
};

use super::*;

/// Every page of the shop, in the states that look different.
pub fn samples() -> Result<Vec<Sample>, Fault> {
    let mut all = goods::catalogue()?;
    all.extend(buying::buying()?);
    all.extend(account::own_pages()?);
    all.extend(offer::offers()?);
    all.extend(contract::contracts()?);
    all.extend(case::cases()?);
    all.extend(vitrina::stage::letters::samples()?);
    Ok(all)
}

fn frame(title: &str, path: &str) -> Frame {
    let link = |name: &str, url: &str| Link { name: name.into(), url: url.into() };
    let other = |locale: Locale, name: &str| Alternate {
        locale,
        name: name.into(),
        url: format!("/{locale}/"),
        absolute: format!("https://shop.example/{locale}/"),
        current: locale == Locale::LT,
    };
    let entry = |name: &str, url: &str, children: &[(&str, &str)]| MenuEntry {
        name: name.into(),
        url: url.into(),
        current: path.starts_with(url),
        children: children.iter().map(|(n, u)| link(n, u)).collect(),
    };
    Frame {
        locale: Locale::LT,
        path: path.into(),
        title: title.into(),
        description: "Baldai iš ąžuolo masyvo: stalai, kėdės, lentynos ir šviestuvai iš dirbtuvių Vilniuje.".into(),
        canonical: format!("https://shop.example{path}"),
        noindex: false,
        alternates: vec![other(Locale::LT, "Lietuvių"), other(Locale::EN, "English"), other(Locale::DE, "Deutsch")],
        image: String::new(),
        json_ld: vec![serde_json::json!({"@context": "https://schema.org", "@type": "WebPage", "name": title})],
        csrf: String::new(),
        flash: Vec::new(),
        faults: Vec::new(),
        wrong: BTreeMap::new(),
        menu: vec![
            entry(
                "Stalai",
                "/lt/c/stalai",
                &[("Valgomojo stalai", "/lt/c/valgomojo-stalai"), ("Žurnaliniai staliukai", "/lt/c/zurnaliniai")],
            ),
            entry("Kėdės", "/lt/c/kedes", &[]),
            entry("Lentynos", "/lt/c/lentynos", &[]),
            entry("Šviestuvai", "/lt/c/sviestuvai", &[]),
            entry("Tekstilė", "/lt/c/tekstile", &[]),
            entry("Paslaugos", "/lt/c/paslaugos", &[]),
        ],
        cart_count: 2,
        signed_in: false,
        meant: false,
        seen: String::new(),
        currencies: ["EUR", "PLN"]
            .iter()
            .filter_map(|code| Some(CurrencyChoice { code: code.parse().ok()?, current: *code == "EUR" }))
            .collect(),
        q: String::new(),
        urls: Urls::of(Locale::LT, "/lt/page/grazinimas", "/lt/page/taisykles", "/lt/page/privatumas"),
        shop: Shop {
            sender: Sender::sample(),
            hours: "I–V 9–18, VI 10–15".into(),
            motto: "Ąžuolo baldai iš dirbtuvių Vilniuje".into(),
            legal: vec![
                link("Pirkimo taisyklės", "/lt/page/taisykles"),
                link("Pristatymas", "/lt/page/pristatymas"),
                link("Grąžinimas", "/lt/page/grazinimas"),
                link("Privatumas", "/lt/page/privatumas"),
            ],
        },
    }
}

/// A frame of one person's page: not for search engines, with a form token.
fn own(title: &str, path: &str) -> Frame {
    Frame { csrf: "token".into(), noindex: true, canonical: String::new(), ..frame(title, path) }
}

fn wrong(mut page: Frame) -> Frame {
    for (field, text) in [("email", "Patikrinkite el. pašto adresą."), ("post_code", "Pašto kodas atrodo taip: LT-01234.")] {
        page.wrong.insert(field.into(), text.into());
        page.faults.push(FieldFault { field: field.into(), text: text.into() });
    }
    page
}
