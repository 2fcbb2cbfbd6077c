//! The demo world: a made-to-order furniture maker with a showroom, as data and pictures.
//!
//! It promises to be the same on every machine: no clock, no chance, no network, no database.
//! Times are days before the day on which somebody seeds it. Whoever seeds goes through the
//! flows of the shop like everybody else.

mod assemble;
mod dice;
mod goods;
mod history;
mod people;
mod raw;
mod terms;
#[cfg(test)]
mod tests;
mod words;

use std::borrow::Cow;

use rust_embed::RustEmbed;
use serde::de::DeserializeOwned;

pub use assemble::OPENED;
pub use dice::Dice;
pub use goods::*;
pub use history::{Ago, DAYS, Order, OrderLine, State};
pub use people::*;
pub use terms::*;
pub use words::{Words, html, slug};

/// Everything there is, cross-referenced by keys.
#[derive(Clone, Debug)]
pub struct World {
    pub shop: Shop,
    pub locations: Vec<Location>,
    pub options: Vec<OptionKind>,
    pub attributes: Vec<Attribute>,
    /// Parents before their children, in menu order.
    pub categories: Vec<Category>,
    pub producers: Vec<Producer>,
    pub warnings: Vec<Warning>,
    pub products: Vec<Product>,
    pub delivery: Vec<DeliveryMethod>,
    pub pages: Vec<Page>,
    pub staff: Vec<Staff>,
    pub customers: Vec<Customer>,
    /// Oldest first.
    pub orders: Vec<Order>,
    pub inquiries: Vec<Inquiry>,
    pub notes: Vec<Note>,
    pub tasks: Vec<Task>,
    pub levels: Vec<Level>,
    pub agreements: Vec<Agreement>,
    pub businesses: Vec<Business>,
    pub campaigns: Vec<Campaign>,
    pub codes: Vec<Code>,
}

impl World {
    pub fn product(&self, key: &str) -> Option<&Product> {
        self.products.iter().find(|product| product.key == key)
    }

    /// The product and variant behind a SKU.
    pub fn variant(&self, sku: &str) -> Option<(&Product, &Variant)> {
        let pairs = self.products.iter().flat_map(|product| product.variants.iter().map(move |variant| (product, variant)));
        pairs.into_iter().find(|(_, variant)| variant.sku == sku)
    }
}

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/data"]
#[include = "*.toml"]
#[include = "*.pdf"]
struct Data;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/pictures"]
#[include = "*.webp"]
struct Pictures;

/// Products that are made or put together as they are chosen: their keys, and the definitions as a manager wrote them.
pub const CONFIGURATORS: &[(&str, &str)] = &[
    ("daugai", include_str!("../data/configurators/daugai.txt")),
    ("sartai", include_str!("../data/configurators/sartai.txt")),
    ("moletai", include_str!("../data/configurators/moletai.txt")),
];

/// A picture by its file name (`Picture::file`, `Category::picture`, `HEROES`).
pub fn picture(name: &str) -> Option<Cow<'static, [u8]>> {
    Pictures::get(name).map(|file| file.data)
}

/// A document by its file name (`Document::file`): a PDF, printed by `documents.mjs` from the text
/// of the same name.
pub fn document(name: &str) -> Option<Cow<'static, [u8]>> {
    Data::get(&format!("documents/{name}")).map(|file| file.data)
}

/// Wide room pictures for the home page (1920 × 1080), the first one is the main one.
pub const HEROES: [&str; 3] = ["hero-table.webp", "hero-reading.webp", "hero-wall.webp"];

/// What the room pictures show, in the order of [`HEROES`].
pub fn rooms() -> [Words; 3] {
    let words = |lt: &str, en: &str, de: &str| Words { lt: lt.into(), en: en.into(), de: de.into() };
    [
        words(
            "Valgomasis: ąžuolo stalas su kėdėmis, virš jo du juodi šviestuvai, prie sienos komoda ir lentyna su knygomis",
            "A dining room: an oak table with chairs under two black lamps, a sideboard and a bookcase by the wall",
            "Ein Esszimmer: Eichentisch mit Stühlen unter zwei schwarzen Lampen, an der Wand Sideboard und Bücherregal",
        ),
        words(
            "Skaitymo kampas: žalias fotelis, toršeras, žemas staliukas ir lentyna su knygomis",
            "A reading corner: a green armchair, a floor lamp, a low table and a bookcase",
            "Eine Leseecke: grüner Sessel, Stehleuchte, niedriger Tisch und Bücherregal",
        ),
        words(
            "Siena su lentynomis virš darbo stalo",
            "A wall of shelves above a desk",
            "Eine Wand mit Regalen über einem Schreibtisch",
        ),
    ]
}

const PRODUCT_FILES: [&str; 9] =
    ["tables", "desks", "storage", "seating", "bedroom", "lamps", "textiles", "accessories", "services"];

#[derive(serde::Deserialize)]
struct PeopleFile {
    staff: Vec<Staff>,
    customer: Vec<Customer>,
}

#[derive(serde::Deserialize)]
struct TermsFile {
    level: Vec<Level>,
    agreement: Vec<Agreement>,
    business: Vec<Business>,
    campaign: Vec<Campaign>,
    code: Vec<Code>,
}

#[derive(serde::Deserialize)]
struct DeliveryFile {
    method: Vec<DeliveryMethod>,
}

#[derive(serde::Deserialize)]
struct VoicesFile {
    inquiry: Vec<Inquiry>,
    note: Vec<Note>,
    task: Vec<Task>,
}

#[derive(serde::Deserialize)]
struct PagesFile {
    page: Vec<RawPage>,
}

#[derive(serde::Deserialize)]
struct RawPage {
    key: String,
    title: String,
    text: String,
}

/// The whole world, read from the embedded files. They are part of the program and tested, so a
/// broken one is a bug and panics with the file's name.
pub fn world() -> World {
    let mut shop: raw::ShopFile = read("shop.toml");
    let raws: Vec<raw::RawProduct> =
        PRODUCT_FILES.iter().flat_map(|name| read::<raw::ProductFile>(&format!("products/{name}.toml")).product).collect();
    assemble::add_sizes(&mut shop.option, &raws);
    let products: Vec<Product> = raws.into_iter().map(|raw| assemble::product(raw, &shop)).collect();
    let people: PeopleFile = read("people.toml");
    let delivery = read::<DeliveryFile>("delivery.toml").method;
    let voices: VoicesFile = read("voices.toml");
    let terms: TermsFile = read("terms.toml");
    World {
        orders: history::orders(&products, &people.customer, &delivery),
        shop: shop.shop,
        locations: shop.location,
        options: shop.option,
        attributes: shop.attribute,
        categories: assemble::categories(shop.category),
        producers: shop.producer,
        warnings: shop.warning,
        products,
        delivery,
        pages: ["lt", "en", "de"].into_iter().flat_map(pages).collect(),
        staff: people.staff,
        customers: people.customer,
        inquiries: voices.inquiry,
        notes: voices.note,
        tasks: voices.task,
        levels: terms.level,
        agreements: terms.agreement,
        businesses: terms.business,
        campaigns: terms.campaign,
        codes: terms.code,
    }
}

fn pages(locale: &str) -> Vec<Page> {
    let file: PagesFile = read(&format!("pages/{locale}.toml"));
    let page = |raw: RawPage| Page {
        slug: slug(&raw.title),
        html: html(&raw.text),
        locale: locale.into(),
        key: raw.key,
        title: raw.title,
    };
    file.page.into_iter().map(page).collect()
}

fn read<T: DeserializeOwned>(name: &str) -> T {
    let file = Data::get(name).unwrap_or_else(|| panic!("demo data: {name} is missing"));
    let text = std::str::from_utf8(&file.data).unwrap_or_else(|fault| panic!("demo data: {name}: {fault}"));
    toml::from_str(text).unwrap_or_else(|fault| panic!("demo data: {name}: {fault}"))
}
