//! A card as it lies in the table: compact JSON, one letter a key, since a list reads two dozen
//! of them. What depends on the reader (language of the URL, currency) is added while reading.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::card::{
    Availability, Fact, Kind, Picture, PriceView, ProductCard, TextSource, UnitPriceView, VariantCard, VariantOption, Viewer,
    merit,
};
use crate::{
    channels::TaxDisplay,
    kernel::{CategoryId, Currency, Locale, MediaId, Money, ProductId, Qty, Rate, VariantId},
    translation::{TextOrigin, TextState},
};

type Word<'a> = Cow<'a, str>;

fn empty(word: &Word<'_>) -> bool {
    word.is_empty()
}

#[derive(Serialize, Deserialize)]
pub(super) struct Stored<'a> {
    #[serde(rename = "i")]
    pub product: ProductId,
    #[serde(rename = "k")]
    pub kind: Kind,
    #[serde(rename = "t")]
    pub title: Word<'a>,
    #[serde(rename = "d", default, skip_serializing_if = "empty")]
    pub teaser: Word<'a>,
    #[serde(rename = "s")]
    pub slug: Word<'a>,
    #[serde(rename = "p", default, skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<StoredPicture<'a>>,
    #[serde(rename = "g", default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Word<'a>>,
    #[serde(rename = "f", default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<(Word<'a>, Word<'a>, Word<'a>)>,
    #[serde(rename = "v")]
    pub variants: Vec<StoredVariant<'a>>,
    #[serde(rename = "u")]
    pub unit: Word<'a>,
    #[serde(rename = "c")]
    pub vat_category: Word<'a>,
    #[serde(rename = "o")]
    pub text: (TextOrigin, TextState, Locale),
    #[serde(rename = "q", default, skip_serializing_if = "std::ops::Not::not")]
    pub configurable: bool,
}

/// Medium, hash, alt text, width, height.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct StoredPicture<'a>(pub MediaId, pub Word<'a>, pub Word<'a>, pub u32, pub u32);

#[derive(Serialize, Deserialize)]
pub(super) struct StoredVariant<'a> {
    #[serde(rename = "i")]
    pub id: VariantId,
    #[serde(rename = "s")]
    pub sku: Word<'a>,
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    pub gtin: Option<Word<'a>>,
    /// Option code and name, value code and name.
    #[serde(rename = "o", default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<(Word<'a>, Word<'a>, Word<'a>, Word<'a>)>,
    #[serde(rename = "p")]
    pub price: StoredPrice<'a>,
    /// 0 out of stock, 1 few, 2 in stock, 10 + days made to order.
    #[serde(rename = "a")]
    pub availability: u32,
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<StoredPicture<'a>>,
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    pub weight_g: Option<i64>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StoredPrice<'a> {
    #[serde(rename = "g")]
    pub gross: i64,
    #[serde(rename = "n")]
    pub net: i64,
    #[serde(rename = "r")]
    pub rate: Rate,
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<i64>,
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    pub percent_off: Option<u32>,
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<(Word<'a>, i64)>,
    /// Before the reduction that runs: customers' discounts are taken from it.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    pub regular: Option<i64>,
    /// Content in thousandths and its unit, so that another price can be told by measure too.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub content: Option<(i64, Word<'a>)>,
}

/// What only a product's own page shows, and what the search index takes besides the card.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Extra<'a> {
    #[serde(rename = "p", skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<StoredPicture<'a>>,
    #[serde(rename = "d", skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<StoredDocument<'a>>,
    #[serde(rename = "f", skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<StoredFact<'a>>,
    #[serde(rename = "l", skip_serializing_if = "Vec::is_empty")]
    pub slugs: Vec<(Locale, Word<'a>)>,
    #[serde(rename = "r", skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<ProductId>,
    #[serde(rename = "a", skip_serializing_if = "Vec::is_empty")]
    pub accessories: Vec<ProductId>,
    #[serde(rename = "c", skip_serializing_if = "Vec::is_empty")]
    pub shelves: Vec<CategoryId>,
}

/// Hash, title, kind.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredDocument<'a>(pub Word<'a>, pub Word<'a>, pub Word<'a>);

#[derive(Serialize, Deserialize)]
pub(super) struct StoredFact<'a> {
    #[serde(rename = "c")]
    pub code: Word<'a>,
    #[serde(rename = "n")]
    pub name: Word<'a>,
    #[serde(rename = "v")]
    pub value: Word<'a>,
    /// Of a choice.
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<Word<'a>>,
    /// Of a number, in thousandths.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub number: Option<i64>,
    #[serde(rename = "q", default, skip_serializing_if = "std::ops::Not::not")]
    pub filterable: bool,
}

pub(super) fn pack(word: Availability) -> u32 {
    match word {
        Availability::OutOfStock => 0,
        Availability::Few => 1,
        Availability::InStock => 2,
        Availability::MadeToOrder { days } => days.saturating_add(10),
    }
}

fn unpack(packed: u32) -> Availability {
    match packed {
        0 => Availability::OutOfStock,
        1 => Availability::Few,
        2..=9 => Availability::InStock,
        days => Availability::MadeToOrder { days: days - 10 },
    }
}

impl From<StoredPicture<'_>> for Picture {
    fn from(p: StoredPicture<'_>) -> Self {
        let StoredPicture(media, hash, alt, width, height) = p;
        Self { media, hash: hash.into_owned(), alt: alt.into_owned(), width, height }
    }
}

impl StoredPrice<'_> {
    fn open(self, currency: Currency) -> PriceView {
        let money = |minor| Money::new(minor, currency);
        PriceView {
            from: false,
            gross: money(self.gross),
            net: money(self.net),
            rate: self.rate,
            reference: self.reference.map(money),
            percent_off: self.percent_off,
            unit: self.unit.map(|(per, minor)| UnitPriceView { per: per.into_owned(), gross: money(minor) }),
            regular: self.regular.map(money),
            content: self.content.map(|(milli, unit)| (Qty(milli), unit.into_owned())),
            list: None,
            why: None,
            without_vat: false,
        }
    }
}

impl StoredVariant<'_> {
    fn open(self, currency: Currency) -> VariantCard {
        let options: Vec<VariantOption> = self
            .options
            .into_iter()
            .map(|(code, name, value_code, value)| VariantOption {
                code: code.into_owned(),
                name: name.into_owned(),
                value_code: value_code.into_owned(),
                value: value.into_owned(),
            })
            .collect();
        VariantCard {
            id: self.id,
            sku: self.sku.into_owned(),
            gtin: self.gtin.map(Cow::into_owned),
            name: join_values(&options),
            options,
            price: self.price.open(currency),
            tiers: Vec::new(),
            availability: unpack(self.availability),
            picture: self.picture.map(Picture::from),
            weight_g: self.weight_g,
        }
    }
}

fn join_values(options: &[VariantOption]) -> String {
    let mut name = String::with_capacity(options.iter().map(|o| o.value.len() + 2).sum());
    for option in options {
        if !name.is_empty() {
            name.push_str(", ");
        }
        name.push_str(&option.value);
    }
    name
}

impl Stored<'_> {
    /// The card as this reader sees it.
    pub fn open(self, viewer: &Viewer) -> ProductCard {
        let variants: Vec<VariantCard> = self.variants.into_iter().map(|v| v.open(viewer.currency)).collect();
        let pictures: Vec<Picture> = self.pictures.into_iter().map(Picture::from).collect();
        let availability = variants.iter().map(|v| v.availability).max_by_key(|a| merit(*a));
        let availability = availability.unwrap_or(Availability::OutOfStock);
        let (origin, state, locale) = self.text;
        let slug = self.slug.into_owned();
        ProductCard {
            product: self.product,
            kind: self.kind,
            title: self.title.into_owned(),
            teaser: self.teaser.into_owned(),
            url: product_url(viewer.locale, &slug),
            slug,
            picture: pictures.first().cloned(),
            pictures,
            tags: self.tags.into_iter().map(Cow::into_owned).collect(),
            facts: self
                .facts
                .into_iter()
                .map(|(code, name, value)| Fact { code: code.into_owned(), name: name.into_owned(), value: value.into_owned() })
                .collect(),
            price: cheapest(&variants, viewer.currency),
            variants,
            availability,
            made_to_order: matches!(availability, Availability::MadeToOrder { .. }),
            configurable: self.configurable,
            unit: self.unit.into_owned(),
            vat_category: self.vat_category.into_owned(),
            text: TextSource { origin, state, locale, fallback: locale != viewer.locale },
            locale: viewer.locale,
            currency: viewer.currency,
            tax: TaxDisplay::Gross,
        }
    }
}

/// The price of the cheapest variant, "from" when others cost more.
pub(super) fn cheapest(variants: &[VariantCard], currency: Currency) -> PriceView {
    let least = variants.iter().min_by_key(|v| v.price.gross.minor);
    let Some(least) = least else {
        let zero = Money::zero(currency);
        return PriceView::plain(zero, zero, Rate::ZERO);
    };
    let from = variants.iter().any(|v| v.price.gross != least.price.gross);
    PriceView { from, ..least.price.clone() }
}

pub(super) fn product_url(locale: Locale, slug: &str) -> String {
    let mut url = String::with_capacity(slug.len() + 6);
    url.push('/');
    url.push_str(locale.as_str());
    url.push_str("/p/");
    url.push_str(slug);
    url
}

pub(super) fn category_url(locale: Locale, slug: &str) -> String {
    format!("/{locale}/c/{slug}")
}
