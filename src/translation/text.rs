//! What a text is.

use std::{borrow::Cow, str::FromStr};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::kernel::{Locale, token};

/// Who wrote a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextOrigin {
    #[default]
    Human,
    Machine,
    Memory,
    Catalogue,
}

impl TextOrigin {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Machine => "machine",
            Self::Memory => "memory",
            Self::Catalogue => "catalogue",
        }
    }
}

impl FromStr for TextOrigin {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Human, Self::Machine, Self::Memory, Self::Catalogue]
            .into_iter()
            .find(|o| o.as_str() == text)
            .ok_or("unknown origin of a text")
    }
}

/// Whether a text can be shown without a second look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextState {
    #[default]
    Ok,
    /// Not yet read by a person.
    Review,
    /// Its source has changed since.
    Stale,
}

impl TextState {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Review => "review",
            Self::Stale => "stale",
        }
    }
}

impl FromStr for TextState {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Ok, Self::Review, Self::Stale].into_iter().find(|s| s.as_str() == text).ok_or("unknown state of a text")
    }
}

/// A text to be set. An empty value takes the text away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewText {
    pub entity: Uuid,
    pub field: Cow<'static, str>,
    pub locale: Locale,
    pub value: String,
    pub origin: TextOrigin,
    pub state: TextState,
}

impl NewText {
    /// A text that a person wrote.
    pub fn new(entity: impl Into<Uuid>, field: impl Into<Cow<'static, str>>, locale: Locale, value: impl Into<String>) -> Self {
        Self {
            entity: entity.into(),
            field: field.into(),
            locale,
            value: value.into(),
            origin: TextOrigin::Human,
            state: TextState::Ok,
        }
    }
    pub fn from(mut self, origin: TextOrigin, state: TextState) -> Self {
        (self.origin, self.state) = (origin, state);
        self
    }
}

/// A text found for a reader, and where it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picked<'a> {
    pub value: &'a str,
    pub locale: Locale,
    pub origin: TextOrigin,
    pub state: TextState,
    /// The language asked for had none.
    pub fallback: bool,
}

/// What a translation remembers of the text it was made from: 64 bits of SHA-256 in hex.
pub fn source_hash(source: &str) -> String {
    token::hex(&Sha256::digest(source.as_bytes())[..8])
}
