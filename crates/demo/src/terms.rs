//! What the demo shop agreed with its customers about prices.

use serde::Deserialize;

/// A level of customers and what it gives.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    pub key: String,
    pub name: String,
    /// Keys of the customers who have it.
    pub customers: Vec<String>,
    pub give: Vec<Give>,
}

/// What is agreed with one customer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    pub customer: String,
    pub give: Vec<Give>,
}

/// A customer whom the owner verified to be a business.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Business {
    pub customer: String,
    /// Reads prices without VAT.
    pub net: bool,
    /// What the verification rests on.
    pub note: String,
}

/// About one of `sku`, `product`, `category`, or everything; gives `price` (cents, gross) or `percent`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Give {
    pub sku: Option<String>,
    pub product: Option<String>,
    pub category: Option<String>,
    pub price: Option<i64>,
    pub percent: Option<i64>,
    /// Comes on top of what else holds, up to this percentage in all.
    pub stacks: Option<i64>,
    #[serde(default)]
    pub from: i64,
    #[serde(default)]
    pub note: String,
}

/// A campaign; days are counted back from today, a negative beginning lies ahead.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Campaign {
    pub name: String,
    pub category: String,
    pub percent: i64,
    pub made: i64,
    pub begins: i64,
    pub days: i64,
}

/// A discount code; `minimum` in cents of goods.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    pub name: String,
    pub code: String,
    pub percent: i64,
    pub minimum: i64,
    pub most: i64,
    pub per_customer: i64,
    pub made: i64,
}
