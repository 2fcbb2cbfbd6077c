//! What a file can get wrong: where, in which field, and what to do.

use std::fmt;

use serde::Serialize;

/// Where in the file, in words that need no translation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Place(pub String);

impl Place {
    /// `Stmt 1 / Ntry 12`
    pub fn of(parts: &[(&str, usize)]) -> Self {
        let parts: Vec<String> = parts.iter().filter(|(_, n)| *n > 0).map(|(name, n)| format!("{name} {n}")).collect();
        Self(parts.join(" / "))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a place cannot be read. The text and its remedy are `statement.wrong.CODE` in the locales.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Wrong {
    /// Neither camt nor a table with a header that can be understood.
    Format,
    Empty,
    /// The file ends in the middle.
    Cut,
    /// Not well-formed.
    Broken,
    /// A document type or an entity: never expanded.
    Entity,
    /// Deeper, longer or more than a bank writes.
    Bounds,
    Encoding,
    /// No account number, in the file or in the settings.
    Account,
    Missing,
    Amount,
    /// A fraction of a cent, or more digits than fit.
    Precision,
    /// `1,234` may be one or a thousand.
    Ambiguous,
    Currency,
    Date,
    /// Neither in nor out.
    Direction,
    /// A named column is not in the header.
    Column,
    /// A row with another number of cells than the header.
    Cells,
}

impl Wrong {
    pub const ALL: &'static [Self] = &[
        Self::Format,
        Self::Empty,
        Self::Cut,
        Self::Broken,
        Self::Entity,
        Self::Bounds,
        Self::Encoding,
        Self::Account,
        Self::Missing,
        Self::Amount,
        Self::Precision,
        Self::Ambiguous,
        Self::Currency,
        Self::Date,
        Self::Direction,
        Self::Column,
        Self::Cells,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Empty => "empty",
            Self::Cut => "cut",
            Self::Broken => "broken",
            Self::Entity => "entity",
            Self::Bounds => "bounds",
            Self::Encoding => "encoding",
            Self::Account => "account",
            Self::Missing => "missing",
            Self::Amount => "amount",
            Self::Precision => "precision",
            Self::Ambiguous => "ambiguous",
            Self::Currency => "currency",
            Self::Date => "date",
            Self::Direction => "direction",
            Self::Column => "column",
            Self::Cells => "cells",
        }
    }
}

/// One mistake of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{place}: {field}: {} ({value})", wrong.as_str())]
pub struct Problem {
    pub place: Place,
    /// The element or column.
    pub field: String,
    pub wrong: Wrong,
    /// What stands there, shortened.
    pub value: String,
}

impl Problem {
    pub fn new(place: Place, field: impl Into<String>, wrong: Wrong, value: impl AsRef<str>) -> Self {
        Self { place, field: field.into(), wrong, value: value.as_ref().chars().take(80).collect() }
    }
    /// Of the file as a whole.
    pub fn file(wrong: Wrong, value: impl AsRef<str>) -> Self {
        Self::new(Place::default(), "", wrong, value)
    }
}
