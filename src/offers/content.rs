//! What a manager writes: goods and wishes. Words, pictures and prices are not in here.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    configure::Input,
    kernel::{DeliveryMethodId, Money, ProductId, Qty, Rate, VariantId},
};

/// The whole of an offer while it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Content {
    pub buyer: Buyer,
    /// Above the goods; may hold fields: „{contact}“.
    pub intro: String,
    /// Below the sums.
    pub closing: String,
    pub terms: Terms,
    pub sections: Vec<Section>,
    /// Off all goods, after what comes off lines and sections.
    pub off: Option<Off>,
    pub freight: Freight,
    /// What has to come before the shop begins.
    pub deposit: Option<Deposit>,
    /// The picture of the cover, by its hash; without one, that of the first goods.
    pub cover: String,
    /// For how many days it holds once it is sent; the setting where nothing is said.
    pub valid_days: Option<i64>,
}

/// Whom it is for and where it goes: copied from the customer's card, and the offer's own since.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Buyer {
    pub name: String,
    pub email: String,
    pub phone: String,
    pub company: String,
    pub company_code: String,
    pub vat_code: String,
    pub street: String,
    pub city: String,
    pub postcode: String,
    /// ISO 3166-1 alpha-2: it decides about VAT, so that an acceptance cannot change it.
    pub country: String,
}

/// Conditions in words; a line without words is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Terms {
    pub delivery: String,
    pub payment: String,
    pub validity: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    pub id: Uuid,
    pub title: String,
    #[serde(default)]
    pub note: String,
    #[serde(default)]
    pub off: Option<Off>,
    #[serde(default)]
    pub items: Vec<Item>,
}

/// A row of an offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub id: Uuid,
    pub what: What,
    pub qty: Qty,
    /// The customer may choose another quantity within it.
    #[serde(default)]
    pub range: Option<Range>,
    /// The customer may leave it out.
    #[serde(default)]
    pub optional: bool,
    /// Whether it is ticked before the customer chooses: of an optional row, or of one among alternatives.
    #[serde(default)]
    pub picked: bool,
    /// Rows of one group are alternatives: one of them is taken.
    #[serde(default)]
    pub group: String,
    /// A remark under the goods.
    #[serde(default)]
    pub note: String,
    #[serde(default)]
    pub off: Option<Off>,
    /// A price of a person's instead of the one that the shop would make.
    #[serde(default)]
    pub hand: Option<Hand>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum What {
    /// Goods, kits and services of the catalogue.
    Goods(Goods),
    /// Something in the manager's own words.
    Written(Written),
    /// Words between the goods.
    Note { text: String },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goods {
    pub product: ProductId,
    pub variant: VariantId,
    /// What was chosen of goods that are made to measure or put together.
    #[serde(default)]
    pub chosen: Input,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    pub title: String,
    pub unit: String,
    /// As the buyer reads prices: with VAT, or without.
    pub price: Money,
    pub vat_category: String,
}

/// From and up to how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    pub least: Qty,
    pub most: Qty,
}

impl Range {
    pub fn holds(&self, qty: Qty) -> bool {
        self.least <= qty && qty <= self.most
    }
}

/// What comes off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Off {
    Percent(Rate),
    /// In minor units, off the sum that the buyer reads.
    Sum(i64),
}

/// A price by hand of one unit, as the buyer reads prices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hand {
    pub unit: Money,
    /// For staff alone.
    pub reason: String,
}

/// How it comes: by one of the shop's ways, at its tariff or at a price that was agreed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Freight {
    pub method: Option<DeliveryMethodId>,
    /// With VAT.
    pub price: Option<Money>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deposit {
    /// Of what the order costs.
    Percent(Rate),
    /// In minor units, with VAT.
    Sum(i64),
}

impl Content {
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.sections.iter().flat_map(|s| &s.items)
    }
    pub fn item(&self, id: Uuid) -> Option<&Item> {
        self.items().find(|item| item.id == id)
    }
    /// The products that it names, each once.
    pub fn products(&self) -> Vec<ProductId> {
        let goods = self.items().filter_map(|item| match &item.what {
            What::Goods(goods) => Some(goods.product),
            _ => None,
        });
        let mut all: Vec<ProductId> = goods.collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

impl Item {
    pub fn new(id: Uuid, what: What, qty: Qty) -> Self {
        Self {
            id,
            what,
            qty,
            range: None,
            optional: false,
            picked: false,
            group: String::new(),
            note: String::new(),
            off: None,
            hand: None,
        }
    }
    pub fn is_note(&self) -> bool {
        matches!(self.what, What::Note { .. })
    }
}
