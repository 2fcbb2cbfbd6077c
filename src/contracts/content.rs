//! What a contract holds: while it is written, and as it was sent.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Written;
use crate::kernel::{Locale, Moment, Money};

/// A contract while it is written: clauses with their fields, and the parties.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Content {
    pub title: String,
    /// In the notation of a template.
    pub body: String,
    /// Where it is made.
    pub place: String,
    pub seller: Side,
    pub buyer: Side,
}

/// One of the two.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Side {
    /// The company, else the person.
    pub name: String,
    /// A company or another legal person; else a consumer.
    pub company: bool,
    pub code: String,
    pub vat_code: String,
    pub street: String,
    pub city: String,
    pub postcode: String,
    /// As it is written in an address, not a code.
    pub country: String,
    pub email: String,
    pub phone: String,
    pub bank: String,
    pub iban: String,
    /// Who signs for it; a person signs for themselves.
    pub person: String,
    pub role: String,
    /// What they may sign by: articles, a power of attorney.
    pub basis: String,
}

impl Side {
    /// In one line.
    pub fn address(&self) -> String {
        let city = [self.postcode.as_str(), &self.city].into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" ");
        let parts = [self.street.as_str(), &city, &self.country];
        parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", ")
    }
    /// Whose name stands on the line to sign on.
    pub fn signs(&self) -> &str {
        if self.person.is_empty() { &self.name } else { &self.person }
    }
}

/// A contract as it was sent. Nothing in it changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    pub number: String,
    pub version: i64,
    pub locale: Locale,
    /// `2026-11-30`
    pub date: String,
    pub place: String,
    pub title: String,
    pub seller: Side,
    pub buyer: Side,
    pub text: Written,
    pub sums: Sums,
    pub annex: Annex,
    /// Who wrote it.
    pub manager: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    pub net: Money,
    pub gross: Money,
    /// Before the seller begins.
    pub deposit: Option<Money>,
}

/// The offer's version that the contract is about, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annex {
    /// `KP-2026-000012`
    pub number: String,
    pub version: i64,
    /// Of the offer's own snapshot.
    pub hash: String,
    pub sent_at: Moment,
    /// The offer as its flow reads it, with what was chosen of it.
    pub offer: Value,
}
