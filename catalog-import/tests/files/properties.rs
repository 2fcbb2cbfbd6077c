//! What must hold for every input.

use std::io::Cursor;

use catalog_import::*;
use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;

use crate::read;

fn word() -> impl Strategy<Value = String> {
    "[A-Za-ząčęėįšųūž0-9|>=\\\\\\[\\],;\"./-]{1,12}".prop_filter("normal", |w| !w.trim().is_empty())
}

/// Words with inner blanks and line breaks, trimmed.
fn prose() -> impl Strategy<Value = String> {
    vec(word(), 1..4).prop_map(|words| words.join(" "))
}

fn html() -> impl Strategy<Value = String> {
    vec("[a-ząčę ]{1,9}", 1..3).prop_filter_map("not blank", |parts| {
        let parts: Vec<_> = parts.iter().map(|p| p.trim()).filter(|p| !p.is_empty()).collect();
        (!parts.is_empty()).then(|| parts.iter().map(|p| format!("<p>{p}</p>")).collect())
    })
}

fn texts() -> impl Strategy<Value = Texts> {
    (prose(), of(prose()), of(html()), of(prose()), of(prose()), of(prose())).prop_map(
        |(title, teaser, description, seo_title, seo_description, safety)| Texts {
            title: Some(title),
            teaser,
            description,
            seo_title,
            seo_description,
            safety,
        },
    )
}

fn contact() -> impl Strategy<Value = Contact> {
    (prose(), of(prose()), of(prose())).prop_map(|(name, address, email)| Contact { name: Some(name), address, email })
}

fn source() -> impl Strategy<Value = String> {
    "(https://example\\.com/)?[a-z0-9=|]{1,9}\\.jpg"
}

fn variant(at: usize) -> impl Strategy<Value = VariantDraft> {
    let money = (
        of((0i64..10_000_000, prop::sample::select(vec!["EUR", "JPY", "KWD"]))),
        of(1i64..9_000_000),
        of((1i64..9_000_000, of(Just("2026-12-01")), of(Just("2026-12-31T10:30")))),
    );
    (money, of(0i64..9_999_999), of(0i64..99_999), of(any::<bool>()), word(), of(source())).prop_map(
        move |((price, compare_at_minor, sale), stock_milli, weight_g, active, value, picture)| VariantDraft {
            external_id: Some(format!("v{at}")),
            sku: Some(format!("SKU-{at}")),
            gtin: (at == 0).then(|| "4006381333931".to_owned()),
            options: vec![OptionValue { name: "Dydis = |".into(), value: format!("{at} {value}") }],
            other_prices: Vec::new(),
            compare_at_minor: compare_at_minor.filter(|_| price.is_some()),
            sale: sale.filter(|_| price.is_some()).map(|(minor, from, until)| Sale {
                minor,
                from: from.map(str::to_owned),
                until: until.map(str::to_owned),
            }),
            price: price.map(|(minor, currency)| Price { minor, currency: currency.to_owned() }),
            stock_milli,
            weight_g,
            active,
            pictures: picture.into_iter().collect(),
        },
    )
}

fn draft() -> impl Strategy<Value = ProductDraft> {
    let words = (btree_map("lt|en|de", texts(), 1..4), of(prose()), of(contact()), of(contact()), of(word()));
    let lists = (
        vec(vec(prose(), 1..3), 0..3),
        vec(prose(), 0..3),
        vec((word(), word(), of(word())), 0..3),
        vec((source(), of(prose())), 0..3),
    );
    let variants = (1usize..4).prop_flat_map(|n| (0..n).map(variant).collect::<Vec<_>>());
    let numbers = (of((1i64..9_999_999, of(1i64..9_999_999))), of(0i64..990_000), any::<bool>());
    (words, lists, variants, numbers).prop_map(
        |(
            (texts, brand, producer, responsible, handle),
            (categories, tags, attributes, pictures),
            variants,
            (measure, rate, service),
        )| {
            let mut draft = ProductDraft {
                external_id: "p 1".into(),
                handle,
                texts,
                brand,
                producer,
                responsible,
                kind: if service { Kind::Service } else { Kind::Goods },
                status: Some(Status::Active),
                vat: rate.map(|rate| Vat { category: Some("standard".into()), rate_micro: Some(rate / 1000 * 1000 + 10_000) }),
                unit: Some("m²".into()),
                measure: measure.map(|(content_milli, base_milli)| Measure { content_milli, unit: "ml".into(), base_milli }),
                options: vec!["Dydis = |".into()],
                related: vec!["SKU|9".into()],
                documents: vec![Document { source: "care.pdf".into(), title: Some("Priežiūra = ilgai".into()) }],
                given: Given::ALL,
                ..ProductDraft::default()
            };
            for (name, value, unit) in attributes {
                draft.attributes.push(Attribute { name: format!("a {name}"), value, unit });
            }
            draft.attributes.dedup();
            let own = variants.iter().flat_map(|v| v.pictures.clone()).map(|source| (source, None));
            for (source, alt) in pictures.into_iter().chain(own) {
                if !draft.pictures.iter().any(|p| p.source == source) {
                    draft.pictures.push(Picture { source, alt });
                }
            }
            for category in categories {
                if !draft.categories.contains(&category) {
                    draft.categories.push(category);
                }
            }
            for tag in tags {
                if !draft.tags.contains(&tag) {
                    draft.tags.push(tag);
                }
            }
            draft.variants = variants;
            draft
        },
    )
}

fn back(bytes: Vec<u8>) -> ProductDraft {
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let mut outcome = read(Cursor::new(bytes), Options::default()).unwrap();
    assert_eq!(outcome.profile, "vitrina");
    assert!(outcome.rejections.is_empty(), "{:?}\n{text}", outcome.rejections);
    outcome.items.remove(0).draft
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn our_table_is_read_as_it_was_written(draft in draft()) {
        let mut export = CsvExport::new(Vec::new(), ["lt", "en", "de"]).unwrap();
        export.push(&draft).unwrap();
        let read = back(export.finish().unwrap());
        prop_assert_eq!(read.fingerprint() == draft.fingerprint(), read == draft);
        prop_assert_eq!(read, draft);
    }

    #[test]
    fn our_ndjson_is_read_as_it_was_written(draft in draft()) {
        let mut export = NdjsonExport::new(Vec::new());
        export.push(&draft).unwrap();
        prop_assert_eq!(back(export.finish().unwrap()), draft);
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in vec(any::<u8>(), 0..400)) {
        let _ = read(Cursor::new(bytes), Options::default());
    }

    #[test]
    fn arbitrary_cells_never_panic(cells in "[-0-9a-zž,;.\"\n|>=\\\\<&\u{fffd}\u{1} €'e+]{0,200}", head in prop::sample::select(vec![
        "sku,title,price,stock,weight,images,vat\n", "Handle,Title,Option1 Name,Option1 Value,Variant Price\n",
        "ID,Type,SKU,Name,Regular price,Parent,Categories,Attribute 1 name,Attribute 1 value(s)\n",
        "sku,product_type,attribute_set_code,price,configurable_variations,additional_attributes\n",
        "external_id,variant_options,vat_rate,price,content,attributes,pictures,sale_price,sale_from\n",
        "<rss><channel><item><id>", "<?xml version='1.0'?><feed><entry><id>1</id><price>", "{\"sku\":\"", "[{\"sku\":",
        "{\"external_id\":\"1\",\"texts\":{},\"variants\":[],\"given\":1}\n{",
    ])) {
        let _ = read(Cursor::new(format!("{head}{cells}")), Options::default());
    }

    #[test]
    fn damaged_workbooks_never_panic(at in 0usize..2000, byte in any::<u8>()) {
        let mut book = crate::samples::workbook("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row><row><c><v>5</v></c></row>");
        let at = at % book.len();
        book[at] = byte;
        let _ = read(Cursor::new(book), Options::default());
    }
}
