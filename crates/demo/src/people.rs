//! Who lives in the demo world, how goods reach them, and what the shop says about itself.

use serde::Deserialize;

use crate::words::Words;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Staff {
    pub key: String,
    pub name: String,
    pub email: String,
    pub phone: String,
    /// owner, manager or marketer.
    pub role: String,
    pub locale: String,
    /// Top categories whose new work goes to this person.
    #[serde(default)]
    pub categories: Vec<String>,
}

/// A person, or a person at a company when `company` is there.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Customer {
    pub key: String,
    pub name: String,
    pub email: String,
    pub phone: String,
    pub locale: String,
    pub company: Option<String>,
    /// Code in the register of companies (invented).
    pub code: Option<String>,
    pub vat: Option<String>,
    pub street: String,
    pub post_code: String,
    pub city: String,
    pub country: String,
    /// Key of the responsible member of staff.
    pub manager: Option<String>,
    /// Known for so many days.
    pub since: i64,
    /// How often they buy, compared with others.
    pub weight: i64,
}

/// How goods reach the buyer. A method serves a country when one of its zones names it; its
/// price is that of the first rate whose limits hold; without such a rate it is not offered.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryMethod {
    pub key: String,
    /// pickup, parcel or furniture.
    pub kind: String,
    pub name: Words,
    pub text: Words,
    /// Post codes must begin with one of these; empty = anywhere in the zone.
    #[serde(default)]
    pub postal: Vec<String>,
    /// Longest side in millimetres.
    pub max_length: Option<i64>,
    /// Days on the way, from and to.
    pub days: (i64, i64),
    pub zone: Vec<Zone>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    pub countries: Vec<String>,
    pub rates: Vec<DeliveryRate>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryRate {
    /// Gross, in cents.
    pub price: i64,
    /// Holds for goods worth at least this (gross, cents).
    #[serde(default)]
    pub from_sum: i64,
    /// Holds up to this weight, in grams.
    pub max_weight: Option<i64>,
}

impl DeliveryMethod {
    /// The gross price in cents, or none when the method is not offered for such an order.
    pub fn price(&self, country: &str, grams: i64, sum_minor: i64) -> Option<i64> {
        let zone = self.zone.iter().find(|zone| zone.countries.iter().any(|code| code == country))?;
        let fits = |rate: &&DeliveryRate| sum_minor >= rate.from_sum && rate.max_weight.is_none_or(|max| grams <= max);
        zone.rates.iter().find(fits).map(|rate| rate.price)
    }
}

/// A text page of the shop; German exists for the main ones.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// terms, privacy, delivery, returns, contact, about, accessibility, warranty.
    pub key: String,
    pub locale: String,
    pub title: String,
    pub slug: String,
    /// Simple HTML: p, h2, ul, li, strong.
    pub html: String,
}

/// A message from the shop's form, as customers write them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inquiry {
    pub customer: String,
    /// About this product; none = a general question.
    pub product: Option<String>,
    pub days_ago: i64,
    pub minute: i64,
    pub text: String,
    /// What was answered, by whom and how many hours later; none = still open.
    pub answer: Option<String>,
    pub by: Option<String>,
    #[serde(default)]
    pub hours: i64,
}

/// Something that a member of staff wrote down about a customer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    pub customer: String,
    pub by: String,
    pub days_ago: i64,
    pub minute: i64,
    /// note or call.
    pub kind: String,
    pub text: String,
}

/// Planned work. `due` counts days from today: negative = overdue.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    pub customer: String,
    pub owner: String,
    pub due: i64,
    pub minute: i64,
    pub title: String,
    /// Done so many days ago; none = open.
    pub done: Option<i64>,
}
