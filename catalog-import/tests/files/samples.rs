//! Hand-written files in the shape each shop system exports.

use std::io::{Cursor, Write};

use catalog_import::{Kind, Options, Profile, Reader, Status};

use crate::{Outcome, read, sample};

fn good(name: &str, profile: &str) -> Outcome {
    let outcome = read(sample(name), Options::default()).unwrap();
    assert_eq!(outcome.profile, profile);
    outcome
}

#[test]
fn shopify() {
    let outcome = good("shopify.csv", "shopify");
    assert_eq!(outcome.items.len(), 2, "{:?}", outcome.rejections);
    let table = &outcome.items[0].draft;
    assert_eq!(table.external_id, "azuolo-stalas");
    assert_eq!(table.options, ["Dydis", "Apdaila"]);
    assert_eq!(table.variants.len(), 3);
    assert_eq!(table.pictures.len(), 4, "three of the product and one of a variant");
    assert_eq!(table.pictures[0].alt.as_deref(), Some("Stalas iš priekio"));
    assert_eq!(table.variants[0].compare_at_minor, Some(149_900));
    assert_eq!(table.variants[0].pictures, ["https://cdn.example.com/st-160.jpg"]);
    assert_eq!(table.variants[2].stock_milli, Some(0), "oversold is nothing left");
    assert_eq!(table.tags, ["naujiena", "ąžuolas"]);
    assert_eq!(table.categories, [["Stalai"]]);
    let text = table.texts["lt"].description.as_deref().unwrap();
    assert!(text.contains("<strong>ąžuolas</strong>") && !text.contains("script"));
    assert!(outcome.items[0].warnings.iter().any(|w| w.code == "html.cleaned" && w.row == Some(2)));
    let service = &outcome.items[1].draft;
    assert_eq!((service.kind, service.status), (Kind::Service, Some(Status::Active)));
    assert!(service.options.is_empty());
}

#[test]
fn woocommerce() {
    let outcome = good("woocommerce.csv", "woocommerce");
    assert_eq!(outcome.codes(), [(6, "parent.missing")]);
    let lamp = &outcome.items[0].draft;
    let sale = lamp.variants[0].sale.as_ref().unwrap();
    assert_eq!((sale.minor, sale.until.as_deref()), (3990, Some("2026-12-31")));
    assert_eq!(lamp.variants[0].weight_g, Some(1200));
    let chair = &outcome.items[1].draft;
    assert_eq!((chair.external_id.as_str(), chair.title("lt")), ("44", Some("Kėdė Luna")));
    assert_eq!(chair.options, ["Spalva"]);
    assert_eq!(chair.categories, [vec!["Kėdės", "Valgomojo"], vec!["Naujienos"]]);
    assert_eq!(chair.variants[0].external_id.as_deref(), Some("45"));
    assert_eq!(chair.variants[1].stock_milli, Some(0));
    let names: Vec<_> = chair.attributes.iter().map(|a| a.name.as_str()).collect();
    assert_eq!(names, ["Length", "Medžiaga"]);
}

#[test]
fn magento() {
    let outcome = good("magento2.csv", "magento2");
    assert_eq!(outcome.items.len(), 2, "{:?}", outcome.rejections);
    let blanket = &outcome.items.iter().find(|i| i.draft.external_id == "T").unwrap();
    assert_eq!(blanket.warnings.iter().filter(|w| w.code == "variation.missing").count(), 1);
    assert_eq!(blanket.draft.variants.len(), 2);
    assert_eq!(blanket.draft.title("lt"), Some("Blanket"));
    assert_eq!(blanket.draft.variants[1].options[0].value, "M");
    assert_eq!(blanket.draft.categories, [["Textile", "Blankets"]]);
}

#[test]
fn google_rss_and_atom() {
    let outcome = good("google-rss.xml", "google-merchant");
    assert_eq!(outcome.items.len(), 2, "{:?}", outcome.rejections);
    let oil = &outcome.items[0].draft;
    let measure = oil.measure.as_ref().unwrap();
    assert_eq!((measure.content_milli, measure.base_milli), (750_000, Some(1_000_000)));
    assert_eq!(oil.variants[0].stock_milli, Some(0));
    let lamp = &outcome.items[1].draft;
    assert_eq!((lamp.external_id.as_str(), lamp.variants.len()), ("L-1", 2));
    assert_eq!(lamp.title("lt"), Some("Lempa & gaubtas"));
    assert_eq!(lamp.options, ["Color"]);
    assert_eq!(lamp.variants[1].sku.as_deref(), Some("L-1-J"));
    assert_eq!(lamp.attributes[0].value, "E27");
    assert_eq!(lamp.variants[0].sale.as_ref().unwrap().minor, 7900);
    let atom = good("google-atom.xml", "google-merchant");
    let chair = &atom.items[0].draft;
    assert_eq!(chair.texts["lt"].description.as_deref(), Some("A chair – oak"));
    assert_eq!(chair.variants[0].sku.as_deref(), Some("CH-0001"));
}

#[test]
fn lithuanian_tables_in_three_encodings_are_one_catalogue() {
    let baltic = good("lithuanian-1257.csv", "generic");
    assert_eq!(baltic.encoding, "windows-1257");
    assert!(baltic.warnings.iter().any(|w| w.code == "encoding.guessed"));
    let unknown = baltic.warnings.iter().find(|w| w.code == "column.unknown").unwrap();
    assert_eq!(unknown.column.as_deref(), Some("Vidinis"));
    let shelf = &baltic.items[0].draft;
    assert_eq!(shelf.title("lt"), Some("Lentyna \"Žiogas\""));
    assert_eq!(shelf.variants[0].price.as_ref().unwrap().minor, 8990);
    assert_eq!(shelf.variants[0].weight_g, Some(6500));
    assert_eq!(shelf.vat.as_ref().unwrap().rate_micro, Some(210_000));
    assert_eq!(baltic.items[1].draft.variants[0].price.as_ref().unwrap().minor, 112_900);
    for other in ["lithuanian-utf16.csv", "lithuanian-bom.csv"] {
        let other = good(other, "generic");
        let equal = other.items.iter().zip(&baltic.items).all(|(a, b)| a.draft == b.draft);
        assert!(equal && other.items.len() == 2);
    }
}

#[test]
fn ndjson() {
    let outcome = good("products.ndjson", "generic");
    assert_eq!(outcome.items[0].draft.pictures.len(), 2);
    assert_eq!(outcome.items[1].draft.variants[0].price.as_ref().unwrap().minor, 8950);
    assert_eq!(outcome.items[1].rows[0].number, 3);
}

#[test]
fn corrected_rejects_are_fed_again_and_taken() {
    let outcome = read(sample("bad/prices.csv"), Options::default()).unwrap();
    let text = String::from_utf8(outcome.rejected_file).unwrap();
    assert!(text.lines().next().unwrap().ends_with(",error"));
    let corrected = text
        .replace("-1.00", "1.00")
        .replace("XQQ", "EUR")
        .replace("abc", "3")
        .replace(",\"1,299\",", ",1299,")
        .replace("A2", "A3");
    let again = read(Cursor::new(corrected), Options::default()).unwrap();
    assert_eq!(again.items.len(), outcome.rejections.len(), "{:?}", again.codes());
    assert!(!again.warnings.iter().any(|w| w.column.as_deref() == Some("error")));
}

#[test]
fn rejects_of_a_feed_are_fed_again_as_json() {
    let feed = "<rss><channel><item><id>1</id><title>A</title><price>-1 EUR</price>\
        <image_link>a.jpg</image_link><additional_image_link>b.jpg</additional_image_link>\
        <additional_image_link>c.jpg</additional_image_link></item></channel></rss>";
    let outcome = read(Cursor::new(feed), Options::default()).unwrap();
    let corrected = String::from_utf8(outcome.rejected_file).unwrap().replace("-1 EUR", "1 EUR");
    let again = read(Cursor::new(corrected), Options::default()).unwrap();
    assert_eq!(again.profile, "google-merchant");
    assert_eq!(again.items[0].draft.pictures.len(), 3);
}

#[test]
fn a_shop_brings_its_own_profile() {
    let own = "name = \"mine\"\nlabel = \"Mine\"\n[columns]\nNr = \"sku\"\nWas = \"title\"\n\"EUR *\" = \"price\"\n";
    let options = Options { own_profile: Some(Profile::parse(own).unwrap()), ..Options::default() };
    let mut reader = Reader::open(Cursor::new("Nr\tWas\tEUR netto\n1\tTisch\t10\n"), options).unwrap();
    assert_eq!(reader.next().unwrap().unwrap().draft.title("lt"), Some("Tisch"));
}

#[test]
fn excel_with_dates_and_shared_texts() {
    let book = workbook(
        "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c>\
        <c r=\"C1\" t=\"inlineStr\"><is><t>sale price</t></is></c><c r=\"D1\" t=\"inlineStr\"><is><t>sale until</t></is></c></row>\
        <row r=\"3\"><c r=\"A3\" t=\"s\"><v>2</v></c><c r=\"B3\"><v>19.899999999999999</v></c><c r=\"C3\"><v>9.5</v></c><c r=\"D3\" s=\"1\"><v>46387</v></c></row>",
    );
    let outcome = read(Cursor::new(book), Options::default()).unwrap();
    let item = &outcome.items[0];
    assert_eq!(item.rows[0].number, 3);
    assert_eq!(item.draft.variants[0].sku.as_deref(), Some("X & Y"));
    assert_eq!(item.draft.variants[0].price.as_ref().unwrap().minor, 1990);
    assert_eq!(item.draft.variants[0].sale.as_ref().unwrap().until.as_deref(), Some("2026-12-31"));
}

/// A workbook as spreadsheet programs write it, with these rows.
pub fn workbook(rows: &str) -> Vec<u8> {
    let parts = [
        (
            "xl/workbook.xml",
            "<workbook xmlns:r=\"r\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>".to_owned(),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            "<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/></Relationships>".to_owned(),
        ),
        ("xl/styles.xml", "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>".to_owned()),
        (
            "xl/sharedStrings.xml",
            "<sst><si><t>sku</t></si><si><r><t>pri</t></r><r><t>ce</t></r></si><si><t>X &amp; Y</t></si></sst>".to_owned(),
        ),
        ("xl/worksheets/sheet1.xml", format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")),
    ];
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        zip.start_file(name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
