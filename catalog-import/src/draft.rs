//! A product as a file tells it, before any database has seen it.
//!
//! A draft is *normal*: texts are trimmed, empty ones absent, descriptions
//! sanitised. Normal drafts survive export and import unchanged.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// One product with all its variants.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProductDraft {
    /// What the source calls the product; the first key of the upsert.
    pub external_id: String,
    /// Wished slug, the same for all languages when the source has one only.
    pub handle: Option<String>,
    pub kind: Kind,
    pub status: Option<Status>,
    /// By language tag (`lt`, `en`, …).
    pub texts: BTreeMap<String, Texts>,
    pub brand: Option<String>,
    /// Manufacturer (GPSR art. 19: name, postal and electronic address).
    pub producer: Option<Contact>,
    /// Person responsible in the EU (GPSR art. 16).
    pub responsible: Option<Contact>,
    /// Paths from the root, `["Furniture", "Tables"]`.
    pub categories: Vec<Vec<String>>,
    pub tags: Vec<String>,
    pub vat: Option<Vat>,
    /// Unit in which it is sold: `pc`, `m²`, `h`.
    pub unit: Option<String>,
    pub measure: Option<Measure>,
    /// Names of the options, in the order of the source.
    pub options: Vec<String>,
    pub attributes: Vec<Attribute>,
    pub pictures: Vec<Picture>,
    pub documents: Vec<Document>,
    /// SKUs or external ids of related products.
    pub related: Vec<String>,
    pub variants: Vec<VariantDraft>,
    /// What the file speaks of at all: a file of SKUs and prices must not
    /// empty the descriptions.
    pub given: Given,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    #[default]
    Goods,
    Service,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Active,
    Draft,
    Archived,
}

/// The texts of one language; `description` is sanitised HTML.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Texts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub teaser: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seo_title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seo_description: Option<String>,
    /// Warnings and safety information (GPSR art. 19).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub safety: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Contact {
    pub name: Option<String>,
    pub address: Option<String>,
    /// Electronic address: e-mail or web page.
    pub email: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Vat {
    /// The source's own word: `standard`, `reduced-rate`, …
    pub category: Option<String>,
    /// Millionths: 21 % = 210000.
    pub rate_micro: Option<i64>,
}

/// What a piece contains, for the unit price: 750 ml, priced per 1000 ml.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Thousandths of `unit`.
    pub content_milli: i64,
    pub unit: String,
    /// Thousandths of `unit` the unit price is for; none: the law's default.
    pub base_milli: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attribute {
    pub name: String,
    pub value: String,
    pub unit: Option<String>,
}

/// A picture by web address or by the name of an uploaded file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Picture {
    pub source: String,
    pub alt: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    pub source: String,
    pub title: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VariantDraft {
    pub external_id: Option<String>,
    pub sku: Option<String>,
    pub gtin: Option<String>,
    /// One value for each of the product's options, in their order.
    pub options: Vec<OptionValue>,
    pub price: Option<Price>,
    /// Prices in further currencies, one each.
    pub other_prices: Vec<Price>,
    /// The struck-out price of the source, in minor units of `price`.
    pub compare_at_minor: Option<i64>,
    pub sale: Option<Sale>,
    /// Thousandths.
    pub stock_milli: Option<i64>,
    pub weight_g: Option<i64>,
    pub active: Option<bool>,
    /// Sources of pictures that also stand in the product's `pictures`.
    pub pictures: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionValue {
    pub name: String,
    pub value: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Minor units of `currency` (cents).
    pub minor: i64,
    /// ISO 4217.
    pub currency: String,
}

/// A reduced price, perhaps for a time. Dates as `2026-12-31`, both inclusive,
/// or with time as `2026-12-31T10:00`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sale {
    pub minor: i64,
    pub from: Option<String>,
    pub until: Option<String>,
}

macro_rules! given {
    ($($name:ident $bit:literal),* $(,)?) => {
        impl Given {
            $(pub const $name: Given = Given(1 << $bit);)*
            pub const ALL: Given = Given($(1 << $bit)|*);
        }
    };
}

/// The groups of fields a file has columns for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Given(pub u32);

given! {
    HANDLE 0, KIND 1, STATUS 2, TITLE 3, TEASER 4, DESCRIPTION 5, SEO 6, SAFETY 7, BRAND 8,
    PRODUCER 9, RESPONSIBLE 10, CATEGORIES 11, TAGS 12, VAT 13, UNIT 14, MEASURE 15,
    ATTRIBUTES 16, PICTURES 17, DOCUMENTS 18, RELATED 19, GTIN 20, PRICE 21, COMPARE_AT 22,
    SALE 23, STOCK 24, WEIGHT 25, ACTIVE 26, OPTIONS 27, SKU 28,
}

impl Given {
    pub fn has(self, what: Given) -> bool {
        self.0 & what.0 == what.0
    }

    pub fn add(&mut self, what: Given) {
        self.0 |= what.0;
    }
}

impl ProductDraft {
    /// The same for equal drafts in every run and version of this format:
    /// 32 hexadecimal digits of the SHA-256 of the draft's JSON.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        // A draft is plain data: maps with text keys, no numbers JSON lacks.
        serde_json::to_writer(&mut hash, self).expect("a draft is always JSON");
        hash.finalize()[..16].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The title in `locale`, else in any language.
    pub fn title(&self, locale: &str) -> Option<&str> {
        let own = self.texts.get(locale).and_then(|t| t.title.as_deref());
        own.or_else(|| self.texts.values().find_map(|t| t.title.as_deref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_tells_drafts_apart_and_does_not_wander() {
        let draft = ProductDraft { external_id: "t-1".into(), ..Default::default() };
        let other = ProductDraft { external_id: "t-2".into(), ..Default::default() };
        assert_eq!(draft.fingerprint(), draft.clone().fingerprint());
        assert_ne!(draft.fingerprint(), other.fingerprint());
        assert_eq!(draft.fingerprint().len(), 32);
    }
}
