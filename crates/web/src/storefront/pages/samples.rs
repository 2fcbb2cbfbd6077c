//! A small shop for `theme check`: every page in the states that look different.

use std::collections::BTreeMap;

use uuid::Uuid;
use vitrina::{
    kernel::{Fault, Locale, MediaId, Moment, Money, ProductId, Qty, Rate, VariantId},
    showcase::{
        Availability, Fact, Kind, Picture, PriceView, ProductCard, TextSource, UnitPriceView, VariantCard, VariantOption,
    },
    stage::{
        Sample,
        letters::{BankTransfer, OrderView, Sender, Sum, VatPart},
    },
    translation::{TextOrigin, TextState},
};

use super::*;

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

fn picture(n: u128, alt: &str) -> Picture {
    Picture { media: MediaId(Uuid::from_u128(n)), hash: format!("a{n}"), alt: alt.into(), width: 1600, height: 1600 }
}

fn price(minor: i64) -> PriceView {
    PriceView {
        from: false,
        gross: Money::eur(minor),
        net: Money::eur(minor * 100 / 121),
        rate: Rate::percent(21),
        reference: None,
        percent_off: None,
        unit: None,
    }
}

fn fact(name: &str, value: &str) -> Fact {
    Fact { code: name.to_lowercase(), name: name.into(), value: value.into() }
}

fn variant(n: u128, name: &str, minor: i64, availability: Availability) -> VariantCard {
    let option = |code: &str, label: &str, value: &str| VariantOption {
        code: code.into(),
        name: label.into(),
        value_code: value.to_lowercase(),
        value: value.into(),
    };
    VariantCard {
        id: VariantId(Uuid::from_u128(n)),
        sku: format!("AK-GIR-{n}"),
        gtin: None,
        name: name.into(),
        options: name
            .split_once(", ")
            .map_or_else(Vec::new, |(size, finish)| vec![option("size", "Dydis", size), option("finish", "Apdaila", finish)]),
        price: price(minor),
        availability,
        picture: None,
        weight_g: Some(48_000),
    }
}

fn card(n: u128, title: &str, teaser: &str, minor: i64) -> ProductCard {
    ProductCard {
        product: ProductId(Uuid::from_u128(n)),
        kind: Kind::Goods,
        title: title.into(),
        teaser: teaser.into(),
        url: format!("/lt/p/preke-{n}"),
        slug: format!("preke-{n}"),
        picture: Some(picture(n, title)),
        pictures: vec![picture(n, title), picture(n + 1, "Iš arti"), picture(n + 2, "Kambaryje")],
        tags: Vec::new(),
        facts: vec![fact("Plotis", "1800 mm"), fact("Mediena", "Ąžuolo masyvas")],
        price: price(minor),
        variants: vec![variant(n * 10, "", minor, Availability::InStock)],
        availability: Availability::InStock,
        made_to_order: false,
        unit: "piece".into(),
        vat_category: "standard".into(),
        text: TextSource { origin: TextOrigin::Human, state: TextState::Ok, locale: Locale::LT, fallback: false },
        locale: Locale::LT,
        currency: vitrina::kernel::Currency::EUR,
    }
}

fn table() -> ProductCard {
    let days = Availability::MadeToOrder { days: 35 };
    let mut table = card(1, "Valgomojo stalas „Giria“", "Ištisinės lentos, apvali briauna, kojos be metalo.", 109_000);
    table.price.from = true;
    table.price.reference = Some(Money::eur(129_000));
    table.price.percent_off = Some(15);
    table.tags = vec!["new".into()];
    table.made_to_order = true;
    table.availability = Availability::InStock;
    table.variants = vec![
        variant(10, "160 × 90 cm, Alyvuotas ąžuolas", 109_000, Availability::InStock),
        variant(11, "180 × 90 cm, Alyvuotas ąžuolas", 129_000, days),
        variant(12, "220 × 100 cm, Alyvuotas ąžuolas", 159_000, days),
        variant(13, "180 × 90 cm, Balintas ąžuolas", 134_000, Availability::Few),
        variant(14, "220 × 100 cm, Balintas ąžuolas", 164_000, Availability::OutOfStock),
    ];
    table
}

fn cards() -> Vec<ProductCard> {
    let mut oil = card(7, "Alyva medienai „Sakai“", "Linų ir tungo aliejus, be tirpiklių.", 1_890);
    oil.price.unit = Some(UnitPriceView { per: "l".into(), gross: Money::eur(3_780) });
    let mut lamp = card(5, "Stalo šviestuvas „Rūkas“", "Opalinis stiklas ant ąžuolo kojos.", 14_900);
    lamp.availability = Availability::OutOfStock;
    vec![
        table(),
        card(2, "Kėdė „Virvė“", "Lenkta atkaltė, pinta popierinė virvė.", 24_900),
        card(3, "Lentyna „Laiptai“", "Penkios lentynos, kurias perkelsite be įrankių.", 48_900),
        card(4, "Suolas „Tiltas“", "Prieškambariui arba stalo galui.", 32_900),
        lamp,
        card(6, "Lininis užtiesalas „Pieva“", "Plautas linas, kuris minkštėja metams bėgant.", 8_900),
        oil,
        card(8, "Žurnalinis staliukas „Sala“", "Apvalus, ant trijų kojų, stovi ir ant nelygių grindų.", 36_900),
    ]
}

fn listing(cards: Vec<ProductCard>) -> Listing {
    let value = |value: &str, count, chosen| FacetValue { value: value.to_lowercase(), label: value.into(), count, chosen };
    let sort = |value: &str, label: &str, chosen| Choice { value: value.into(), label: label.into(), chosen };
    let total = cards.len() as i64;
    Listing {
        action: "/lt/c/stalai".into(),
        cards,
        total: Some(total),
        facets: vec![
            Facet {
                name: "f.finish".into(),
                label: "Apdaila".into(),
                values: vec![value("Alyvuotas", 12, true), value("Balintas", 8, false), value("Tamsintas", 3, false)],
            },
            Facet { name: "f.stock".into(), label: "Prieinamumas".into(), values: vec![value("Turime", 17, false)] },
        ],
        price: Some(PriceFacet {
            from: String::new(),
            to: "1500".into(),
            lowest: Money::eur(8_900),
            highest: Money::eur(219_000),
        }),
        sorts: vec![sort("", "Mūsų tvarka", true), sort("price", "Pigiausios viršuje", false), sort("new", "Naujausios", false)],
        chips: vec![Link { name: "Alyvuotas".into(), url: "/lt/c/stalai?to=1500".into() }],
        clear_url: "/lt/c/stalai".into(),
        next_url: "/lt/c/stalai?after=abc".into(),
        first_url: String::new(),
        keep: Vec::new(),
    }
}

fn crumbs() -> Vec<Link> {
    vec![Link { name: "Baldai".into(), url: "/lt/".into() }, Link { name: "Stalai".into(), url: "/lt/c/stalai".into() }]
}

fn product() -> ProductPageView {
    let all = cards();
    ProductPageView {
        page: frame("Valgomojo stalas „Giria“", "/lt/p/stalas-giria"),
        card: table(),
        chosen: "AK-GIR-10".into(),
        crumbs: crumbs(),
        html: "<p>Stalviršį sudedame iš lentų, kurios eina per visą ilgį. Briauna suapvalinta ranka, todėl prie jos gera prisiliesti.</p><p>Kojos įleistos be metalo: po dešimties metų stalą vis dar galima išardyti ir surinkti.</p>".into(),
        html_fallback: None,
        facts: vec![
            fact("Plotis", "1600–2200 mm"),
            fact("Gylis", "900–1000 mm"),
            fact("Aukštis", "745 mm"),
            fact("Mediena", "Ąžuolo masyvas"),
            fact("Svoris", "48 kg"),
        ],
        delivery: Some(DeliveryHint { from: Money::eur(2_900), days_min: 2, days_max: 7, pickup: true }),
        safety: Some(Safety {
            producer: "UAB „Ąžuolynė“".into(),
            address: "Dirbtuvių g. 7, LT-02189 Vilnius, Lietuva".into(),
            contact: "labas@demo.test".into(),
            responsible: String::new(),
            identifier: "AK-GIR".into(),
            warnings: "Statykite ant lygaus pagrindo. Nestovėkite ant stalviršio.".into(),
            missing: Vec::new(),
        }),
        documents: vec![Document { title: "Ąžuolo priežiūra".into(), url: "/files/d1".into(), kind: "PDF".into(), kilobytes: 84 }],
        guarantee: Some(GuaranteeNotice { picture: None, url: "/lt/page/garantija".into() }),
        related: all[1..5].to_vec(),
        accessories: all[6..8].to_vec(),
        key: "k1".into(),
    }
}

/// Reduced by nothing, one variant, text of another language, safety data missing, sold out.
fn plain_product() -> ProductPageView {
    let mut card = card(7, "Alyva medienai „Sakai“", "", 1_890);
    card.price.unit = Some(UnitPriceView { per: "l".into(), gross: Money::eur(3_780) });
    card.availability = Availability::OutOfStock;
    card.variants[0].availability = Availability::OutOfStock;
    card.text.fallback = true;
    card.pictures.truncate(1);
    ProductPageView {
        chosen: card.variants[0].sku.clone(),
        card,
        html_fallback: Some(Locale::LT),
        safety: Some(Safety {
            producer: String::new(),
            address: String::new(),
            contact: String::new(),
            responsible: String::new(),
            identifier: "AK-SAK".into(),
            warnings: String::new(),
            missing: vec!["producer".into(), "warnings".into()],
        }),
        delivery: None,
        documents: Vec::new(),
        related: Vec::new(),
        accessories: Vec::new(),
        ..product()
    }
}

fn sum(delivery: Option<i64>) -> Sum {
    Sum {
        goods: Money::eur(278_400),
        delivery: delivery.map(Money::eur),
        delivery_name: if delivery.is_some() { "Pristatymas ir užnešimas".into() } else { String::new() },
        total: Money::eur(278_400 + delivery.unwrap_or_default()),
        vat: vec![VatPart { rate: Rate::percent(21), vat: Money::eur(48_317) }],
    }
}

fn receipt(delivery: Option<i64>) -> Receipt {
    let line = |title: &str, variant: &str, hash: &str, pieces, price| ReceiptLine {
        title: title.into(),
        variant: variant.into(),
        picture_hash: Some(hash.into()),
        qty: Qty::pieces(pieces),
        unit: "piece".into(),
        unit_price: Money::eur(price),
        total: Money::eur(price * pieces),
    };
    Receipt {
        lines: vec![
            line("Valgomojo stalas „Giria“", "180 × 90 cm, Alyvuotas ąžuolas", "a1", 1, 129_000),
            line("Kėdė „Virvė“", "Balintas ąžuolas", "a2", 6, 24_900),
        ],
        sum: sum(delivery),
    }
}

fn cart() -> CartPage {
    let line = |id: &str, title: &str, variant: &str, hash: &str, pieces, price, availability| CartLine {
        id: id.into(),
        title: title.into(),
        variant: variant.into(),
        url: "/lt/p/preke".into(),
        picture_hash: Some(hash.into()),
        qty: Qty::pieces(pieces),
        whole: true,
        unit: "piece".into(),
        unit_price: Money::eur(price),
        total: Money::eur(price * pieces),
        availability,
        problem: String::new(),
        most: None,
    };
    CartPage {
        page: own("Krepšelis", "/lt/cart"),
        lines: vec![
            line(
                "1",
                "Valgomojo stalas „Giria“",
                "180 × 90 cm, Alyvuotas ąžuolas",
                "a1",
                1,
                129_000,
                Availability::MadeToOrder { days: 35 },
            ),
            line("2", "Kėdė „Virvė“", "Balintas ąžuolas", "a2", 6, 24_900, Availability::InStock),
        ],
        sum: sum(None),
        ready: true,
    }
}

fn cart_with_problems() -> CartPage {
    let mut cart = cart();
    cart.lines[0].problem = "gone".into();
    cart.lines[1].problem = "fewer".into();
    cart.lines[1].most = Some(Qty::pieces(4));
    CartPage { ready: false, ..cart }
}

fn contact() -> ContactForm {
    ContactForm {
        name: "Rūta Žemaitė".into(),
        email: "ruta@demo.test".into(),
        phone: "+370 600 00002".into(),
        street: "Ąžuolų g. 12-4".into(),
        city: "Vilnius".into(),
        post_code: "LT-08217".into(),
        country: "LT".into(),
        note: "Trečias aukštas, lifto nėra.".into(),
        ..ContactForm::default()
    }
}

fn countries() -> Vec<Choice> {
    [("LT", "Lietuva"), ("LV", "Latvija"), ("EE", "Estija"), ("PL", "Lenkija"), ("DE", "Vokietija")]
        .iter()
        .map(|(code, name)| Choice { value: (*code).into(), label: (*name).into(), chosen: *code == "LT" })
        .collect()
}

fn deliveries() -> CheckoutDeliveryPage {
    let way = |id: &str, name: &str, text: &str, minor, (from, to), pickup, chosen| DeliveryChoice {
        id: id.into(),
        name: name.into(),
        text: text.into(),
        price: Money::eur(minor),
        free: minor == 0,
        days_min: from,
        days_max: to,
        pickup,
        chosen,
    };
    CheckoutDeliveryPage {
        page: own("Pristatymas", "/lt/checkout/delivery"),
        methods: vec![
            way(
                "1",
                "Baldų furgonas: Vilnius iki 30 km",
                "Dviese įnešame į kambarį ir išsivežame pakuotes. Laiką suderiname iš anksto.",
                4_900,
                (2, 7),
                false,
                true,
            ),
            way(
                "2",
                "Atsiimti salone",
                "Dirbtuvių g. 7, Vilnius. Parašysime, kai užsakymas bus paruoštas.",
                0,
                (0, 2),
                true,
                false,
            ),
        ],
        address: "Ąžuolų g. 12-4, LT-08217 Vilnius".into(),
        receipt: receipt(None),
    }
}

fn payment() -> CheckoutPaymentPage {
    CheckoutPaymentPage {
        page: own("Apmokėjimas", "/lt/checkout/payment"),
        payments: vec![PaymentChoice { code: "bank_transfer".into(), chosen: true }],
        contact: contact(),
        address: vec!["Ąžuolų g. 12-4".into(), "LT-08217 Vilnius".into(), "Lietuva".into()],
        pickup: false,
        receipt: receipt(Some(4_900)),
        guarantee: Some(GuaranteeNotice { picture: None, url: "/lt/page/garantija".into() }),
        key: "k2".into(),
        seen: "283300".into(),
    }
}

const NOON: Moment = Moment(1_795_514_400_000);

fn order(order: OrderView, bank: Option<BankTransfer>) -> OrderPage {
    let chapter = |code: &str, at: Option<Moment>, detail: &str| Chapter {
        code: code.into(),
        at,
        detail: detail.into(),
        url: (!detail.is_empty()).then(|| "https://carrier.example/V1".into()),
    };
    OrderPage {
        page: own("Užsakymas UZS-2026-000123", "/lt/order/abc"),
        story: vec![
            chapter("placed", Some(NOON), ""),
            chapter("confirmed", Some(NOON.plus_hours(3)), ""),
            chapter("shipped", Some(NOON.plus_days(2)), "Venipak V10437E0009812"),
            chapter("delivered", None, ""),
        ],
        withdrawable: true,
        order,
        bank,
    }
}

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
    };
    AccountPage {
        page: Frame { signed_in: true, ..own("Jūsų užsakymai", "/lt/account") },
        name: "Rūta Žemaitė".into(),
        email: "ruta@demo.test".into(),
        orders: vec![row("UZS-2026-000123", "placed", 283_300, 0), row("UZS-2026-000041", "delivered", 24_900, 90)],
        next_url: String::new(),
    }
}

/// Every page of the shop, in the states that look different.
pub fn samples() -> Result<Vec<Sample>, Fault> {
    let mut all = catalogue()?;
    all.extend(buying()?);
    all.extend(own_pages()?);
    all.extend(vitrina::stage::letters::samples()?);
    Ok(all)
}

fn catalogue() -> Result<Vec<Sample>, Fault> {
    let tile = |n, name: &str| CategoryTile { name: name.into(), url: "/lt/c/x".into(), picture: Some(picture(n, "")) };
    let all = cards();
    let home = HomePage {
        page: frame("Ąžuolo baldai iš dirbtuvių Vilniuje", "/lt/"),
        hero: Some(Picture { width: 2400, height: 1350, ..picture(20, "Valgomasis su ąžuoliniu stalu") }),
        hero_url: "/lt/c/stalai".into(),
        categories: vec![tile(1, "Stalai"), tile(2, "Kėdės"), tile(3, "Lentynos"), tile(5, "Šviestuvai")],
        new: all[..4].to_vec(),
        reduced: vec![table()],
        services: vec![card(9, "Surinkimas jūsų namuose", "Atvežame, surenkame, išvežame pakuotes.", 9_900)],
        story: Some(Story {
            title: "Vienos dirbtuvės, vienas ąžuolas".into(),
            html: "<p>Kiekvieną lentą pasirenkame patys. Todėl galime pasakyti, iš kurio miško jūsų stalas.</p>".into(),
            picture: Some(picture(21, "Meistras prie obliaus")),
        }),
    };
    let bare = HomePage {
        hero: None,
        categories: Vec::new(),
        new: Vec::new(),
        reduced: Vec::new(),
        services: Vec::new(),
        story: None,
        ..home.clone()
    };
    let category = |list| CategoryPage {
        page: frame("Stalai", "/lt/c/stalai"),
        name: "Stalai".into(),
        html: "<p>Valgomojo, žurnaliniai ir šoniniai stalai iš ištisinių ąžuolo lentų.</p>".into(),
        crumbs: crumbs()[..1].to_vec(),
        children: vec![tile(1, "Valgomojo stalai"), tile(8, "Žurnaliniai staliukai")],
        list,
    };
    let search = |q: &str, list| SearchPage { page: Frame { q: q.into(), ..frame("Paieška", "/lt/search") }, q: q.into(), list };
    let nothing = Listing { facets: Vec::new(), price: None, next_url: String::new(), ..listing(Vec::new()) };
    Ok(vec![
        Sample::new("storefront/home", "full", &home)?,
        Sample::new("storefront/home", "a shop just opened", &bare)?,
        Sample::new("storefront/category", "eight products", &category(listing(cards())))?,
        Sample::new("storefront/category", "nothing fits", &category(listing(Vec::new())))?,
        Sample::new("storefront/product", "reduced, variants", &product())?,
        Sample::new("storefront/product", "sold out, data missing", &plain_product())?,
        Sample::new("storefront/search", "found", &search("stalas", listing(cards())))?,
        Sample::new("storefront/search", "nothing found", &search("drugelis", nothing.clone()))?,
        Sample::new("storefront/search", "nothing asked", &search("", nothing))?,
    ])
}

fn buying() -> Result<Vec<Sample>, Fault> {
    let contact_page = |page, form| CheckoutContactPage { page, form, countries: countries(), receipt: receipt(None) };
    let company = ContactForm { as_company: true, company: "UAB „Sėja“".into(), ..contact() };
    let empty =
        CartPage { lines: Vec::new(), ready: false, page: Frame { cart_count: 0, ..own("Krepšelis", "/lt/cart") }, ..cart() };
    let nowhere = CheckoutDeliveryPage { methods: Vec::new(), ..deliveries() };
    let cancelled = OrderView { state: "cancelled".into(), reason: "Audinys baigėsi.".into(), ..OrderView::sample() };
    Ok(vec![
        Sample::new("storefront/cart", "two lines", &cart())?,
        Sample::new("storefront/cart", "problems", &cart_with_problems())?,
        Sample::new("storefront/cart", "empty", &empty)?,
        Sample::new(
            "storefront/checkout_contact",
            "empty form",
            &contact_page(own("Kontaktai", "/lt/checkout"), ContactForm::default()),
        )?,
        Sample::new("storefront/checkout_contact", "faults", &contact_page(wrong(own("Kontaktai", "/lt/checkout")), company))?,
        Sample::new("storefront/checkout_delivery", "two ways", &deliveries())?,
        Sample::new("storefront/checkout_delivery", "no way", &nowhere)?,
        Sample::new("storefront/checkout_payment", "review", &payment())?,
        Sample::new("storefront/checkout_done", "to be paid", &order(OrderView::sample(), Some(BankTransfer::sample())))?,
        Sample::new("storefront/order", "sent in part", &order(OrderView::sample_shipped(), None))?,
        Sample::new("storefront/order", "to be paid", &order(OrderView::sample(), Some(BankTransfer::sample())))?,
        Sample::new("storefront/order", "cancelled", &order(cancelled, None))?,
    ])
}

fn own_pages() -> Result<Vec<Sample>, Fault> {
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
        Sample::new("storefront/account", "no orders", &AccountPage { orders: Vec::new(), ..account() })?,
        Sample::new("storefront/account_details", "details", &details)?,
        Sample::new("storefront/ask", "about a product", &ask(false, Some(table())))?,
        Sample::new("storefront/ask", "sent", &ask(true, None))?,
        Sample::new("storefront/contact", "form", &ask(false, None))?,
        Sample::new("storefront/contact", "sent", &ask(true, None))?,
        Sample::new("storefront/legal", "withdrawal", &legal)?,
        Sample::new("storefront/legal", "in another language", &foreign)?,
        Sample::new("storefront/accessibility", "statement", &plain("Prieinamumas"))?,
        Sample::new("storefront/not_found", "404", &plain("Puslapio nėra"))?,
        Sample::new("storefront/broken", "500", &plain("Kažkas sugedo"))?,
        Sample::new("storefront/maintenance", "maintenance", &plain("Netrukus grįšime"))?,
    ])
}
