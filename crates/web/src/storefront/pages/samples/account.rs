//! The customer's own pages, questions, texts, and the pages for when something is wrong.

use vitrina::{
    kernel::{Fault, Locale, Money},
    showcase::ProductCard,
    stage::Sample,
};

use super::{
    super::*,
    buying::{NOON, countries},
    frame,
    goods::table,
    own,
};

fn ask(sent: bool, product: Option<ProductCard>) -> AskPage {
    let form = AskForm { name: "Rūta".into(), email: "ruta@demo.test".into(), ..AskForm::default() };
    AskPage { page: own("Klausimas", "/lt/ask"), product, form, sent, key: "k3".into() }
}

fn account() -> AccountPage {
    let row = |number: &str, state: &str, minor, n: i64| OrderRow {
        number: number.into(),
        placed_at: NOON.plus_days(-n),
        state: state.into(),
        total: Money::eur(minor),
        url: "/lt/order/abc".into(),
        picture_hash: Some("a1".into()),
        withdraw: if n == 0 { "/lt/order/abc/withdraw".into() } else { String::new() },
        complaint: "/lt/order/abc/complaint".into(),
    };
    AccountPage {
        cases: vec![super::case::link()],
        page: Frame { signed_in: true, ..own("Jūsų užsakymai", "/lt/account") },
        name: "Rūta Žemaitė".into(),
        email: "ruta@demo.test".into(),
        orders: vec![row("UZS-2026-000123", "placed", 283_300, 0), row("UZS-2026-000041", "delivered", 24_900, 90)],
        next_url: String::new(),
    }
}

pub(super) fn own_pages() -> Result<Vec<Sample>, Fault> {
    let sign_in = |sent, token: Option<&str>| SignInPage {
        page: own("Prisijungti", "/lt/account/sign-in"),
        email: "ruta@demo.test".into(),
        sent,
        token: token.map(str::to_owned),
    };
    let details = DetailsPage {
        page: Frame { signed_in: true, ..own("Jūsų duomenys", "/lt/account/details") },
        form: DetailsForm {
            name: "Rūta Žemaitė".into(),
            email: "ruta@demo.test".into(),
            country: "LT".into(),
            ..DetailsForm::default()
        },
        countries: countries(),
        has_password: true,
    };
    let legal = LegalPage {
        page: frame("Grąžinimas", "/lt/page/grazinimas"),
        title: "Grąžinimas".into(),
        html: "<h2>14 dienų</h2><p>Prekę galite grąžinti nenurodydami priežasties.</p><ul><li>Gaminiams pagal užsakymą tai netaikoma.</li></ul>".into(),
        updated_at: Some(NOON),
        fallback: None,
        withdrawal: true,
    };
    let foreign = LegalPage { fallback: Some(Locale::EN), withdrawal: false, updated_at: None, ..legal.clone() };
    let plain = |title: &str| PlainPage { page: frame(title, "/lt/x") };
    Ok(vec![
        Sample::new("storefront/sign_in", "door", &sign_in(false, None))?,
        Sample::new("storefront/sign_in", "letter sent", &sign_in(true, None))?,
        Sample::new("storefront/sign_in", "link followed", &sign_in(false, Some("t")))?,
        Sample::new("storefront/account", "two orders", &account())?,
        Sample::new("storefront/account", "no orders", &AccountPage { orders: Vec::new(), cases: Vec::new(), ..account() })?,
        Sample::new("storefront/account_details", "details", &details)?,
        Sample::new("storefront/ask", "about a product", &ask(false, Some(table())))?,
        Sample::new("storefront/ask", "sent", &ask(true, None))?,
        Sample::new("storefront/contact", "form", &ask(false, None))?,
        Sample::new("storefront/contact", "sent", &ask(true, None))?,
        Sample::new("storefront/legal", "withdrawal", &legal)?,
        Sample::new("storefront/legal", "in another language", &foreign)?,
        Sample::new("storefront/accessibility", "statement", &plain("Prieinamumas"))?,
        Sample::new("storefront/not_found", "404", &plain("Puslapio nėra"))?,
        Sample::new(
            "storefront/refused",
            "what was sent is too much",
            &PlainPage { page: super::wrong(frame("Per daug", "/lt/complaint")) },
        )?,
        Sample::new("storefront/broken", "500", &plain("Kažkas sugedo"))?,
        Sample::new("storefront/maintenance", "maintenance", &plain("Netrukus grįšime"))?,
    ])
}
