//! What the demo shop sells: plain types, nothing that knows a database.
//! Money is gross, in euro cents; quantities and numbers in thousandths; time in days before today.

use serde::{Deserialize, Serialize};

use crate::words::Words;

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    #[default]
    Goods,
    Service,
}

/// The unit in which something is sold and priced.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub enum Unit {
    #[default]
    #[serde(rename = "pc")]
    Piece,
    #[serde(rename = "set")]
    Set,
    #[serde(rename = "m")]
    Metre,
    #[serde(rename = "m2")]
    SquareMetre,
    #[serde(rename = "h")]
    Hour,
}

impl Unit {
    pub fn code(self) -> &'static str {
        match self {
            Unit::Piece => "piece",
            Unit::Set => "set",
            Unit::Metre => "m",
            Unit::SquareMetre => "m2",
            Unit::Hour => "hour",
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shop {
    pub brand: String,
    pub company: String,
    pub code: String,
    pub vat: String,
    pub street: String,
    pub city: String,
    pub post_code: String,
    pub country: String,
    pub email: String,
    pub phone: String,
    pub iban: String,
    pub bank: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Location {
    pub key: String,
    pub code: String,
    pub name: Words,
}

/// A choice of an option or of an attribute.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    pub key: String,
    pub name: Words,
}

/// What a buyer chooses by. The values of `size` are gathered from the products.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionKind {
    pub key: String,
    pub name: Words,
    #[serde(default)]
    pub values: Vec<Named>,
}

/// A property of goods: a number with a unit (`unit` present, may be empty) or one of `choices`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attribute {
    pub key: String,
    pub name: Words,
    #[serde(default)]
    pub unit: Option<String>,
    #[serde(default)]
    pub choices: Vec<Named>,
}

#[derive(Clone, Debug)]
pub struct Category {
    pub key: String,
    pub parent: Option<String>,
    pub name: Words,
    /// Unique per locale over the whole tree.
    pub slug: Words,
    /// One or two sentences, plain text; top categories only.
    pub text: Option<Words>,
    /// A picture that stands for the category (top categories only).
    pub picture: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Responsible {
    pub name: String,
    pub address: String,
    pub email: String,
}

/// The producer as product safety law wants it named; `responsible` for those outside the EU.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Producer {
    pub key: String,
    pub name: String,
    pub address: String,
    pub email: String,
    pub country: String,
    #[serde(default)]
    pub responsible: Option<Responsible>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Warning {
    pub key: String,
    pub text: Words,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub enum FactValue {
    /// In thousandths of the attribute's unit.
    Number(i64),
    /// A choice of the attribute.
    Choice(String),
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fact {
    pub attribute: String,
    pub value: FactValue,
}

/// How much of `unit` one piece holds: what the price per unit is counted from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Content {
    pub unit: String,
    pub milli: i64,
}

/// From `days_ago` on the gross price was `minor`, until the next step.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PriceStep {
    pub days_ago: i64,
    pub minor: i64,
    /// An announced reduction: the reference price is shown beside it.
    pub reduced: bool,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Stock {
    pub location: String,
    pub milli: i64,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Choice {
    pub option: String,
    pub value: String,
}

#[derive(Clone, Debug)]
pub struct Variant {
    pub sku: String,
    /// In the order of the product's options.
    pub choices: Vec<Choice>,
    /// What differs from the product's facts (size, weight …).
    pub facts: Vec<Fact>,
    pub content: Option<Content>,
    /// Oldest first; never empty.
    pub prices: Vec<PriceStep>,
    pub stock: Vec<Stock>,
    /// Days of work when nothing is in stock; none = not made to order.
    pub lead_days: Option<i64>,
    pub weight_grams: i64,
    /// File name of the picture that shows this variant.
    pub picture: String,
}

impl Variant {
    /// The gross price in cents that held `days_ago` days before today.
    pub fn price_at(&self, days_ago: i64) -> i64 {
        let held = self.prices.iter().rev().find(|step| step.days_ago >= days_ago);
        held.unwrap_or(&self.prices[0]).minor
    }

    pub fn price(&self) -> i64 {
        self.price_at(0)
    }
}

#[derive(Clone, Debug)]
pub struct ProductText {
    pub title: String,
    pub slug: String,
    /// One sentence, plain text.
    pub teaser: String,
    /// Simple HTML: p, ul, li, strong.
    pub description: String,
}

#[derive(Clone, Debug)]
pub struct Texts {
    pub lt: ProductText,
    pub en: ProductText,
    pub de: ProductText,
}

impl Texts {
    pub fn get(&self, locale: &str) -> &ProductText {
        match locale {
            "en" => &self.en,
            "de" => &self.de,
            _ => &self.lt,
        }
    }

    pub fn each(&self) -> [(&'static str, &ProductText); 3] {
        [("lt", &self.lt), ("en", &self.en), ("de", &self.de)]
    }
}

/// A picture of the product; `crate::picture(&file)` gives its bytes (WebP, 1200 × 1200).
#[derive(Clone, Debug)]
pub struct Picture {
    pub file: String,
    pub alt: Words,
    /// What the picture shows when it shows a variant; empty for details.
    pub choices: Vec<Choice>,
}

#[derive(Clone, Debug)]
pub struct Document {
    /// `crate::document(&file)` gives its bytes.
    pub file: String,
    pub name: Words,
    pub locale: &'static str,
}

#[derive(Clone, Debug)]
pub struct Product {
    pub key: String,
    pub kind: Kind,
    pub category: String,
    pub unit: Unit,
    pub tags: Vec<String>,
    /// None: published with the visible list of what is missing (services need none).
    pub producer: Option<String>,
    pub warnings: Vec<String>,
    pub related: Vec<String>,
    pub accessories: Vec<String>,
    /// Keys of the options that the variants differ by.
    pub options: Vec<String>,
    pub texts: Texts,
    pub facts: Vec<Fact>,
    pub variants: Vec<Variant>,
    pub pictures: Vec<Picture>,
    pub documents: Vec<Document>,
}
