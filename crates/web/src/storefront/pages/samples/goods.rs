//! Home, category, product, search.

use uuid::Uuid;
use vitrina::{
    kernel::{Fault, Locale, MediaId, Money, PriceRuleId, ProductId, Qty, Rate, VariantId},
    pricing::Ground,
    showcase::{
        Availability, Fact, Kind, Picture, PriceView, ProductCard, TextSource, Tier, UnitPriceView, VariantCard, VariantOption,
        Why,
    },
    stage::Sample,
    translation::{TextOrigin, TextState},
};

use super::{super::*, frame};
use crate::chooser::{Asked, Offered};

fn picture(n: u128, alt: &str) -> Picture {
    Picture { media: MediaId(Uuid::from_u128(n)), hash: format!("a{n}"), alt: alt.into(), width: 1600, height: 1600 }
}

fn price(minor: i64) -> PriceView {
    PriceView::plain(Money::eur(minor), Money::eur(minor * 100 / 121), Rate::percent(21))
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
        tiers: Vec::new(),
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
        configurable: false,
        unit: "piece".into(),
        vat_category: "standard".into(),
        text: TextSource { origin: TextOrigin::Human, state: TextState::Ok, locale: Locale::LT, fallback: false },
        locale: Locale::LT,
        currency: vitrina::kernel::Currency::EUR,
        tax: vitrina::channels::TaxDisplay::Gross,
    }
}

/// The reader's own price instead of everybody's.
pub(super) fn why(from: Option<Qty>) -> Why {
    let rule = Some(PriceRuleId(Uuid::from_u128(77)));
    Why {
        reason: String::new(),
        ground: Ground::Level,
        rule,
        level: "Partneris".into(),
        percent: "12".into(),
        off: None,
        from,
        and: None,
    }
}

fn agreed(price: &mut PriceView) {
    price.list = Some(price.gross);
    price.gross = Money::eur(price.gross.minor * 88 / 100);
    price.why = Some(why(None));
}

/// A table as somebody sees it who agreed on prices, by quantity too.
fn own_table() -> ProductCard {
    let mut own = table();
    for variant in &mut own.variants {
        agreed(&mut variant.price);
        let tier = |from: i64, minor: i64| Tier {
            from: Qty::pieces(from),
            unit: Money::eur(minor),
            net: None,
            why: Some(why(Some(Qty::pieces(from)))),
        };
        variant.tiers = vec![tier(0, variant.price.gross.minor), tier(10, variant.price.gross.minor * 9 / 10)];
    }
    let top = Why { ground: Ground::Agreement, level: String::new(), percent: "3".into(), ..why(None) };
    own.variants[0].price.why = Some(Why { and: Some(Box::new(top)), ..why(None) });
    own.price = own.variants[0].price.clone();
    own
}

pub(super) fn table() -> ProductCard {
    let days = Availability::MadeToOrder { days: 35 };
    let mut table = card(1, "Valgomojo stalas „Giria“", "Ištisinės lentos, apvali briauna, kojos be metalo.", 109_000);
    table.price.from = true;
    table.price.reference = Some(Money::eur(129_000));
    table.price.percent_off = Some(15);
    table.tags = vec!["new".into()];
    table.made_to_order = true;
    table.configurable = true;
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
    let mut chair = card(2, "Kėdė „Virvė“", "Lenkta atkaltė, pinta popierinė virvė.", 24_900);
    agreed(&mut chair.price);
    let mut lamp = card(5, "Stalo šviestuvas „Rūkas“", "Opalinis stiklas ant ąžuolo kojos.", 14_900);
    lamp.availability = Availability::OutOfStock;
    vec![
        table(),
        chair,
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
        delivery: Some(DeliveryHint { from: Money::eur(2_900), free: false, days_min: 2, days_max: 7, pickup: true }),
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
        configurator: None,
    }
}

/// Made to measure: a number that is wrong, a choice, a text, and no price because of it.
fn made_to_measure() -> ProductPageView {
    let offered = |value: &str, label: &str, chosen| Offered { value: value.into(), label: label.into(), chosen };
    let asked = |name: &str, label: &str, kind, value: &str| Asked {
        name: name.into(),
        label: label.into(),
        kind,
        value: value.into(),
        unit: String::new(),
        min: String::new(),
        max: String::new(),
        step: String::new(),
        options: Vec::new(),
        most: 40,
        required: false,
        wrong: String::new(),
    };
    let limits = ("600".into(), "2400".into(), "10".into());
    let mut width = Asked {
        unit: "mm".into(),
        wrong: "Plotis: ne daugiau kaip 2400 mm".into(),
        ..asked("set.width", "Plotis", "number", "3000")
    };
    (width.min, width.max, width.step) = limits;
    let options = vec![offered("oak", "Ąžuolas", true), offered("ash", "Uosis", false)];
    let wood = Asked { options, ..asked("set.wood", "Mediena", "choice", "oak") };
    let mut view = product();
    view.card.variants.truncate(1);
    let price = price(129_000);
    view.configurator = Some(Configurable {
        action: view.card.url.clone(),
        questions: vec![width, wood, asked("set.note", "Užrašas", "text", "")],
        qty: 2,
        priced: Some(Priced { price, total: Money::eur(258_000) }),
    });
    view
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

pub(super) fn catalogue() -> Result<Vec<Sample>, Fault> {
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
        Sample::new("storefront/product", "agreed prices", &ProductPageView { card: own_table(), ..product() })?,
        Sample::new("storefront/product", "sold out, data missing", &plain_product())?,
        Sample::new("storefront/product", "made to measure", &made_to_measure())?,
        Sample::new("storefront/search", "found", &search("stalas", listing(cards())))?,
        Sample::new("storefront/search", "nothing found", &search("drugelis", nothing.clone()))?,
        Sample::new("storefront/search", "nothing asked", &search("", nothing))?,
    ])
}
