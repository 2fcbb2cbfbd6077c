//! Real files of other shops, where they lie beside the project.

use std::fs::File;
use std::path::PathBuf;

use catalog_import::{Item, Options, Price, Reader, Rejection};

/// The file, or None with a line that says the test was left out.
fn real(path: &str) -> Option<File> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let root = std::env::var_os("VITRINA_REAL_DATA").map_or(beside, PathBuf::from);
    let file = File::open(root.join(path)).ok();
    if file.is_none() {
        eprintln!("left out: no {path} under $VITRINA_REAL_DATA or ../shared/data");
    }
    file
}

fn read(file: File, profile: &str) -> (Vec<Item>, Vec<Rejection>) {
    let mut reader = Reader::open(file, Options { locale: "en".into(), ..Options::default() }).unwrap();
    assert_eq!(reader.profile(), profile);
    let (mut items, mut rejections) = (Vec::new(), Vec::new());
    for product in reader.by_ref() {
        match product {
            Ok(item) => items.push(item),
            Err(rejection) => rejections.push(rejection),
        }
    }
    let unknown = reader.take_warnings();
    assert!(unknown.iter().all(|c| c.code == "column.unknown"), "{unknown:?}");
    (items, rejections)
}

fn variants(items: &[Item]) -> usize {
    items.iter().map(|item| item.draft.variants.len()).sum()
}

const MAGENTO: &str = "magento/app/code/Magento/ConfigurableSampleData/fixtures/products.csv";

#[test]
fn magento_gives_147_products_with_1847_variants() {
    let Some(file) = real(MAGENTO) else { return };
    let (items, rejections) = read(file, "magento2");
    assert_eq!((items.len(), variants(&items), rejections.len()), (147, 1847, 0), "{rejections:?}");
    let hoodie = &items.iter().find(|i| i.draft.external_id == "MH01").unwrap().draft;
    assert_eq!(hoodie.title("en"), Some("Chaz Kangeroo Hoodie"));
    assert_eq!(hoodie.options, ["size", "color"]);
    assert_eq!(hoodie.variants.len(), 15);
    let first = &hoodie.variants[0];
    assert_eq!(first.price.as_ref().unwrap().minor, 5200);
    assert_eq!(first.stock_milli, Some(100_000));
    assert_eq!(first.weight_g, Some(454));
    assert_eq!(first.pictures, ["/m/h/mh01-black_main.jpg"]);
    assert_eq!(hoodie.categories[0], ["Men", "Tops", "Hoodies & Sweatshirts"]);
    assert!(hoodie.attributes.iter().any(|a| a.name == "climate" && a.value.contains("Cool")));
}

#[test]
fn spree_gives_37_products_of_211_rows() {
    let Some(file) = real("spree/products.csv") else {
        return;
    };
    let (items, rejections) = read(file, "spree");
    assert_eq!((items.len(), rejections.len()), (37, 0), "{rejections:?}");
    assert_eq!(items.iter().map(|i| i.rows.len()).sum::<usize>(), 211);
    let machine = &items[0].draft;
    assert_eq!(machine.external_id, "automatic-espresso-machine");
    assert_eq!(machine.categories, [["Kitchen", "Coffee Machines"]]);
    // The file tells dollars first and euros later; the shop keeps euros.
    let variant = &machine.variants[0];
    assert_eq!(variant.price, Some(Price { minor: 81_999, currency: "EUR".into() }));
    assert_eq!(variant.other_prices, [Price { minor: 87_999, currency: "USD".into() }]);
    assert_eq!(machine.variants[0].weight_g, Some(8981));
    assert!(machine.attributes.iter().any(|a| a.name == "wattage" && a.value == "1400W"));
}

#[test]
fn the_same_catalogue_from_excel_is_the_same() {
    let (Some(sheet), Some(table)) = (real("xlsx/spree-products-openpyxl.xlsx"), real("spree/products.csv")) else {
        return;
    };
    let (sheet, rejections) = read(sheet, "spree");
    assert!(rejections.is_empty(), "{rejections:?}");
    let (table, _) = read(table, "spree");
    assert_eq!(sheet.iter().map(|i| i.rows.len()).sum::<usize>(), 211);
    let drafts = |items: &[Item]| items.iter().map(|i| i.draft.clone()).collect::<Vec<_>>();
    assert_eq!(drafts(&sheet), drafts(&table));
}

#[test]
fn dummyjson_gives_194_products_by_line_and_as_an_array() {
    let (Some(lines), Some(array)) = (real("ndjson/dummyjson-products.ndjson"), real("dummyjson/products.json")) else {
        return;
    };
    let (lines, rejections) = read(lines, "generic");
    assert_eq!((lines.len(), variants(&lines), rejections.len()), (194, 194, 0), "{rejections:?}");
    let mascara = &lines[0].draft;
    assert_eq!(mascara.external_id, "1");
    assert_eq!(mascara.brand.as_deref(), Some("Essence"));
    assert_eq!(mascara.tags, ["beauty", "mascara"]);
    assert_eq!(mascara.variants[0].sku.as_deref(), Some("BEA-ESS-ESS-001"));
    assert_eq!(mascara.variants[0].price.as_ref().unwrap().minor, 999);
    let (array, _) = read(array, "generic");
    assert_eq!(array.len(), 194);
    assert!(lines.iter().zip(&array).all(|(a, b)| a.draft == b.draft));
}
