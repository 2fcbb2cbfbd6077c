//! The shape of the data files. They are written for people; `assemble` makes the world of them.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::goods::{Attribute, Kind, Location, OptionKind, Producer, Shop, Unit, Warning};
use crate::words::Words;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShopFile {
    pub shop: Shop,
    pub location: Vec<Location>,
    pub option: Vec<OptionKind>,
    pub attribute: Vec<Attribute>,
    pub category: Vec<RawCategory>,
    pub producer: Vec<Producer>,
    pub warning: Vec<Warning>,
    pub passage: Vec<Passage>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawCategory {
    pub key: String,
    pub parent: Option<String>,
    pub name: Words,
    pub text: Option<Words>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passage {
    pub key: String,
    pub lt: String,
    pub en: String,
    pub de: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductFile {
    pub product: Vec<RawProduct>,
}

/// Numbers are whole or with a decimal (weights only, never money); words name a choice.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum RawFact {
    Whole(i64),
    Part(f32),
    Choice(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawProduct {
    pub key: String,
    pub sku: String,
    pub category: String,
    /// The picture of something in it, where it has none of its own.
    pub pictured: Option<String>,
    #[serde(default)]
    pub kind: Kind,
    #[serde(default)]
    pub unit: Unit,
    #[serde(default = "own_workshop")]
    pub producer: String,
    /// Days of making to order.
    pub made: Option<i64>,
    /// `shelf` or `few`; goods made to order have neither.
    #[serde(default)]
    pub stock: String,
    #[serde(default)]
    pub facts: BTreeMap<String, RawFact>,
    pub price: Option<i64>,
    #[serde(default)]
    pub size: Vec<RawSize>,
    #[serde(default)]
    pub finish: Vec<String>,
    #[serde(default)]
    pub fabric: Vec<String>,
    #[serde(default)]
    pub colour: Vec<String>,
    /// What a finish or fabric costs more, in cents.
    #[serde(default)]
    pub extra: BTreeMap<String, i64>,
    /// (days ago until which it held, difference to today's base price in percent), oldest first.
    #[serde(default)]
    pub history: Vec<(i64, i64)>,
    pub sale: Option<RawSale>,
    pub content_unit: Option<String>,
    #[serde(default)]
    pub tags: Vec<String>,
    #[serde(default)]
    pub warnings: Vec<String>,
    #[serde(default)]
    pub passages: Vec<String>,
    #[serde(default)]
    pub related: Vec<String>,
    #[serde(default)]
    pub accessories: Vec<String>,
    /// A close view exists.
    #[serde(default)]
    pub detail: bool,
    /// A view of the lamp in the evening exists.
    #[serde(default)]
    pub lit: bool,
    pub lt: RawText,
    pub en: RawText,
    pub de: RawText,
}

fn own_workshop() -> String {
    "azuolyne".into()
}

#[derive(Clone, Deserialize)]
pub struct RawSize {
    pub code: String,
    pub name: RawName,
    pub price: i64,
    pub content: Option<i64>,
    #[serde(flatten)]
    pub facts: BTreeMap<String, RawFact>,
}

#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub enum RawName {
    Same(String),
    Each(Words),
}

impl RawName {
    pub fn words(&self) -> Words {
        match self {
            RawName::Same(text) => Words::same(text),
            RawName::Each(words) => words.clone(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawSale {
    pub percent: i64,
    pub days: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawText {
    pub title: String,
    pub teaser: String,
    pub text: String,
}
