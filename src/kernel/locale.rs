//! A language of the shop, named by its ISO 639-1 code.

use std::{fmt, str::FromStr};

use sea_orm::{DbErr, TryGetError, TryGetable, sea_query};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::db::{Cell, Column};

/// Two lower-case letters. Which locales a shop offers is its channel's matter.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Locale([u8; 2]);

impl Locale {
    pub const LT: Self = Self(*b"lt");
    pub const EN: Self = Self(*b"en");
    pub const DE: Self = Self(*b"de");

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("en")
    }
}

impl FromStr for Locale {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.as_bytes() {
            [a, b] if a.is_ascii_lowercase() && b.is_ascii_lowercase() => Ok(Self([*a, *b])),
            _ => Err("a locale is two lower-case letters"),
        }
    }
}
impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
impl fmt::Debug for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
impl Serialize for Locale {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}
impl<'de> Deserialize<'de> for Locale {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
impl From<Locale> for sea_query::Value {
    fn from(l: Locale) -> Self {
        l.as_str().to_owned().into()
    }
}
impl Column for Locale {
    fn of(cell: &Cell) -> Option<Self> {
        if let Cell::Text(text) = cell { text.parse().ok() } else { None }
    }
}
impl TryGetable for Locale {
    fn try_get_by<I: sea_orm::ColIdx>(res: &sea_orm::QueryResult, index: I) -> Result<Self, TryGetError> {
        let text = String::try_get_by(res, index)?;
        text.parse().map_err(|e: &str| TryGetError::DbErr(DbErr::Type(format!("{text}: {e}"))))
    }
}
