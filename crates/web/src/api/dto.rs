//! Words that both documents share.

use std::str::FromStr;

use poem_openapi::Object;
use serde::Serialize;
use vitrina::kernel::{self, Fault, Moment, Qty, Rate};

/// A sum of money.
#[derive(Clone, Debug, Object, Serialize)]
pub struct Money {
    /// A decimal with the currency's places.
    #[oai(validator(max_length = 24))]
    pub amount: String,
    /// ISO 4217.
    #[oai(validator(max_length = 3))]
    pub currency: String,
}

impl From<kernel::Money> for Money {
    fn from(m: kernel::Money) -> Self {
        Self { amount: m.amount_text(), currency: m.currency.to_string() }
    }
}

impl Money {
    /// # Faults
    /// `form.number` for what is no sum of this currency, a part of a cent included: it is not
    /// ours to round what somebody else computed.
    pub fn read(&self, field: &str) -> Result<kernel::Money, Fault> {
        let sum = self.currency.parse().ok().zip(self.amount.parse().ok());
        sum.and_then(|(currency, amount)| {
            let money = kernel::Money::from_decimal(amount, currency)?;
            (money.amount_text().parse().ok() == Some(amount)).then_some(money)
        })
        .ok_or_else(|| Fault::invalid(field, "form.number"))
    }
}

/// Where the list goes on.
#[derive(Debug, Object, Serialize)]
pub struct Cursor {
    pub limit: u32,
    /// The value of `after` for the next page; null on the last one.
    pub next: Option<String>,
}

/// Declares a page of rows.
macro_rules! list {
    ($(#[$doc:meta])* $name:ident of $row:ident) => {
        $(#[$doc])*
        #[derive(Debug, poem_openapi::Object)]
        pub struct $name {
            pub data: Vec<$row>,
            pub page: $crate::api::dto::Cursor,
        }
        impl $name {
            pub fn new(data: Vec<$row>, limit: u32, next: Option<String>) -> Self {
                Self { data, page: $crate::api::dto::Cursor { limit, next } }
            }
        }
    };
}
pub(crate) use list;

/// Rows of a page; the document says how many may be asked for.
pub fn limit(asked: Option<u32>) -> u32 {
    asked.unwrap_or(24)
}

/// A delivery address.
#[derive(Clone, Debug, Object)]
pub struct Address {
    pub street: String,
    pub city: String,
    pub postcode: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

/// VAT of one rate.
#[derive(Debug, Object)]
pub struct TaxPart {
    /// A share: "0.21".
    pub rate: String,
    pub gross: Money,
    pub net: Money,
    pub tax: Money,
}

/// A decimal with at most three places: "2", "1.5".
pub fn qty_text(qty: Qty) -> String {
    let (whole, part) = (qty.0 / 1000, qty.0.rem_euclid(1000));
    if part == 0 { whole.to_string() } else { format!("{whole}.{part:03}").trim_end_matches('0').to_owned() }
}

/// # Faults
/// `form.number`.
pub fn qty(text: &str, field: &str) -> Result<Qty, Fault> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    let fits = !whole.is_empty() && whole.len() <= 9 && part.len() <= 3 && digits(whole) && digits(part);
    let thousandths = fits.then(|| format!("{whole}{part:0<3}").parse().ok()).flatten();
    thousandths.map(Qty).ok_or_else(|| Fault::invalid(field, "form.number"))
}

pub fn rate(rate: Rate) -> String {
    rate.to_decimal().normalize().to_string()
}

/// A percentage: "12.5".
pub fn percent_text(rate: Rate) -> String {
    let (whole, part) = (rate.0 / 10_000, rate.0.rem_euclid(10_000));
    if part == 0 { whole.to_string() } else { format!("{whole}.{part:04}").trim_end_matches('0').to_owned() }
}

/// # Faults
/// `form.number` for what is no percentage of at most four places.
pub fn percent(text: &str, field: &str) -> Result<Rate, Fault> {
    crate::forms::decimal(text, 4).filter(|_| !text.contains(',')).map(Rate).ok_or_else(|| Fault::invalid(field, "form.number"))
}

/// A moment by RFC 3339.
///
/// # Faults
/// `form.date`.
pub fn moment(text: Option<&str>, field: &str) -> Result<Option<Moment>, Fault> {
    let Some(text) = text else { return Ok(None) };
    let read = time::OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339);
    let millis = read.ok().and_then(|at| i64::try_from(at.unix_timestamp_nanos() / 1_000_000).ok());
    millis.map(|at| Some(Moment(at))).ok_or_else(|| Fault::invalid(field, "form.date"))
}

pub fn at(moment: Moment) -> String {
    moment.rfc3339()
}

/// The wire word of one of our enums: what serde writes, its tag included.
pub fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        _ => String::new(),
    }
}

/// # Faults
/// `request.not_found`: what is no id names nothing.
pub fn id<T: FromStr>(text: &str) -> Result<T, Fault> {
    text.parse().map_err(|_| Fault::not_found("request.not_found"))
}

/// # Faults
/// `form.choose` for a word that is none of those.
pub fn choice<T: FromStr>(text: Option<&str>, field: &str) -> Result<Option<T>, Fault> {
    text.map(|t| t.parse().map_err(|_| Fault::invalid(field, "form.choose"))).transpose()
}
