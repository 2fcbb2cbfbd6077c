//! What a product is, and the draft from which one is made.

use std::{borrow::Cow, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{
    pictures::{NewDocument, NewPicture},
    words::slugify,
};
use crate::{
    kernel::{CategoryId, Locale, Money, ProducerId, ProductId, Qty, VariantId},
    translation::TextOrigin,
};

/// The names of a product's texts.
pub mod field {
    pub const TITLE: &str = "title";
    /// One sentence for a tile.
    pub const TEASER: &str = "teaser";
    /// HTML, sanitised when written.
    pub const DESCRIPTION: &str = "description";
    pub const SEO_TITLE: &str = "seo_title";
    pub const SEO_DESCRIPTION: &str = "seo_description";
    /// Safety warnings (GPSR art. 19), plain text.
    pub const WARNINGS: &str = "warnings";
    /// Of categories, options, values, attributes, choices.
    pub const NAME: &str = "name";
    pub const ALT: &str = "alt";
    /// Of categories and pages: HTML, sanitised when written.
    pub const INTRO: &str = "intro";
    pub const BODY: &str = "body";

    /// The free text of an attribute stands at its product.
    pub fn attribute(code: &str) -> String {
        format!("attr.{code}")
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($variant),+ }
        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }
        impl FromStr for $name {
            type Err = &'static str;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text { $($text => Ok(Self::$variant),)+ _ => Err(concat!("unknown ", stringify!($name))) }
            }
        }
    };
}
pub(super) use words;

words!(
    /// Goods are stored and shipped; services are neither.
    Kind { Goods = "goods", Service = "service" }
);
words!(
    /// Only what is published is to be seen at a window.
    Status { Draft = "draft", Published = "published", Archived = "archived" }
);
words!(
    /// How another product goes with this one.
    Relation { Related = "related", Accessory = "accessory" }
);

/// Something with a stable code and names in some languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Named {
    pub code: String,
    pub names: Vec<(Locale, String)>,
    /// The word it was first written as: its name in the product's source language, when no
    /// names are given.
    pub word: String,
}

impl Named {
    pub fn new(code: impl Into<String>) -> Self {
        Self { code: code.into(), ..Self::default() }
    }
    pub fn called(mut self, locale: Locale, name: impl Into<String>) -> Self {
        self.names.push((locale, name.into()));
        self
    }
}

impl From<&str> for Named {
    fn from(word: &str) -> Self {
        Self { code: slugify(word), names: Vec::new(), word: word.trim().to_owned() }
    }
}
impl From<String> for Named {
    fn from(word: String) -> Self {
        word.as_str().into()
    }
}

/// What an attribute says of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AttributeValue {
    /// In thousandths of the unit ("mm", "kg"); the unit is the attribute's own and is taken
    /// from its first use.
    Number {
        milli: i64,
        unit: Option<String>,
    },
    /// One of few words, translated once.
    Choice(Named),
    /// Free words of this product.
    Text(Vec<(Locale, String)>),
    Flag(bool),
}

impl AttributeValue {
    /// Whole units.
    pub fn number(n: i64, unit: &str) -> Self {
        Self::Number { milli: n * 1000, unit: (!unit.is_empty()).then(|| unit.to_owned()) }
    }
    pub fn choice(word: impl Into<Named>) -> Self {
        Self::Choice(word.into())
    }
}

/// How much is in it, for the price by measure: a tin of 750 ml is priced per litre.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    pub amount: Qty,
    /// "ml", "l", "kg", "m", "m²"
    pub unit: String,
}

/// The name of a record in another system, and what it looked like when it was last taken over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExternalRef {
    pub source: String,
    pub id: String,
    pub fingerprint: Option<String>,
}

/// A variant to be put.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewVariant {
    pub id: Option<VariantId>,
    pub sku: String,
    pub gtin: Option<String>,
    pub options: Vec<(Named, Named)>,
    pub weight_g: Option<i64>,
    pub content: Option<Content>,
    pub inactive: bool,
    pub external: Option<String>,
    /// Gross, in the default price list. Carried for the flow; the catalogue keeps no price.
    pub price: Option<Money>,
    /// The price is a reduction that is said aloud. Carried for the flow.
    #[serde(default)]
    pub announced: bool,
    /// On hand in the default location. Carried for the flow; the catalogue keeps no stock.
    pub stock: Option<Qty>,
    /// Made when ordered, in so many days. Carried for the flow.
    pub lead_days: Option<u32>,
}

impl NewVariant {
    pub fn new(sku: impl Into<String>) -> Self {
        Self { sku: sku.into(), ..Self::default() }
    }
    pub fn price(mut self, gross: Money) -> Self {
        self.price = Some(gross);
        self
    }
    /// Whole pieces on hand.
    pub fn stock(mut self, pieces: i64) -> Self {
        self.stock = Some(Qty::pieces(pieces));
        self
    }
    pub fn made_in(mut self, days: u32) -> Self {
        self.lead_days = Some(days);
        self
    }
    pub fn option(mut self, option: impl Into<Named>, value: impl Into<Named>) -> Self {
        self.options.push((option.into(), value.into()));
        self
    }
    pub fn weight_g(mut self, grams: i64) -> Self {
        self.weight_g = Some(grams);
        self
    }
    pub fn gtin(mut self, gtin: impl Into<String>) -> Self {
        self.gtin = Some(gtin.into());
        self
    }
    pub fn content(mut self, amount: Qty, unit: &str) -> Self {
        self.content = Some(Content { amount, unit: unit.to_owned() });
        self
    }
}

/// A product to be put, new or (with an id) as it shall be from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewProduct {
    pub id: Option<ProductId>,
    pub kind: Kind,
    pub status: Status,
    /// The language in which it is written first.
    pub source: Locale,
    pub texts: Vec<(Cow<'static, str>, Locale, String)>,
    pub text_origin: TextOrigin,
    /// Wishes; where there is none the title makes one.
    pub slugs: Vec<(Locale, String)>,
    /// The first is its main one.
    pub categories: Vec<CategoryId>,
    pub producer: Option<ProducerId>,
    pub vat_category: String,
    pub unit: String,
    /// Lower comes first.
    pub rank: i64,
    pub tags: Vec<String>,
    pub attributes: Vec<(Named, AttributeValue)>,
    pub pictures: Vec<NewPicture>,
    pub documents: Vec<NewDocument>,
    pub relations: Vec<(Relation, ProductId)>,
    pub external: Option<ExternalRef>,
    pub variants: Vec<NewVariant>,
}

impl NewProduct {
    /// A draft of goods with a title; the shortest sentence adds one [`NewVariant`].
    pub fn goods(source: Locale, title: impl Into<String>) -> Self {
        Self {
            id: None,
            kind: Kind::Goods,
            status: Status::Draft,
            source,
            texts: vec![(field::TITLE.into(), source, title.into())],
            text_origin: TextOrigin::Human,
            slugs: Vec::new(),
            categories: Vec::new(),
            producer: None,
            vat_category: "standard".to_owned(),
            unit: "piece".to_owned(),
            rank: 1000,
            tags: Vec::new(),
            attributes: Vec::new(),
            pictures: Vec::new(),
            documents: Vec::new(),
            relations: Vec::new(),
            external: None,
            variants: Vec::new(),
        }
    }
    pub fn service(source: Locale, title: impl Into<String>) -> Self {
        Self { kind: Kind::Service, ..Self::goods(source, title) }
    }
    pub fn published(mut self) -> Self {
        self.status = Status::Published;
        self
    }
    pub fn text(mut self, field: impl Into<Cow<'static, str>>, locale: Locale, value: impl Into<String>) -> Self {
        self.texts.push((field.into(), locale, value.into()));
        self
    }
    pub fn title(self, locale: Locale, title: impl Into<String>) -> Self {
        self.text(field::TITLE, locale, title)
    }
    pub fn slug(mut self, locale: Locale, slug: impl Into<String>) -> Self {
        self.slugs.push((locale, slug.into()));
        self
    }
    pub fn in_category(mut self, category: CategoryId) -> Self {
        self.categories.push(category);
        self
    }
    pub fn made_by(mut self, producer: ProducerId) -> Self {
        self.producer = Some(producer);
        self
    }
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = unit.into();
        self
    }
    pub fn rank(mut self, rank: i64) -> Self {
        self.rank = rank;
        self
    }
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.push(tag.into());
        self
    }
    pub fn attribute(mut self, attribute: impl Into<Named>, value: AttributeValue) -> Self {
        self.attributes.push((attribute.into(), value));
        self
    }
    pub fn picture(mut self, picture: NewPicture) -> Self {
        self.pictures.push(picture);
        self
    }
    pub fn document(mut self, document: NewDocument) -> Self {
        self.documents.push(document);
        self
    }
    pub fn variant(mut self, variant: NewVariant) -> Self {
        self.variants.push(variant);
        self
    }
    pub fn external(mut self, source: impl Into<String>, id: impl Into<String>) -> Self {
        self.external = Some(ExternalRef { source: source.into(), id: id.into(), fingerprint: None });
        self
    }
    /// The title in the source language, or the first there is.
    pub fn source_title(&self) -> Option<&str> {
        let titles = || self.texts.iter().filter(|(f, _, v)| f == field::TITLE && !v.trim().is_empty());
        titles().find(|(_, l, _)| *l == self.source).or_else(|| titles().next()).map(|(_, _, v)| v.as_str())
    }
}
