//! What can be wrong with a translation.

use crate::kernel::{Faulty, Kind};

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("there is no such text in the shop's language")]
    NoSource,
    #[error("the text was changed meanwhile")]
    Moved,
    #[error("a translation needs another language than its source")]
    SameLocale,
    #[error("both texts are needed")]
    Empty,
    #[error("a text of the memory has at most {most} characters")]
    TooLong { most: usize },
    #[error("a word of the glossary has at most 1024 bytes and no line break or tab")]
    Term,
    #[error("the glossary has this word already")]
    Taken,
    #[error("there is no such entry")]
    NoEntry,
    #[error("no provider is set")]
    NoProvider,
    #[error("the month's limit of characters is reached")]
    CapReached { left: i64 },
    #[error("the provider refuses the key")]
    Key,
    #[error("the provider's quota is used up")]
    Quota,
    #[error("the provider does not answer: {0}")]
    Unavailable(String),
    #[error("the provider refuses the text: {0}")]
    Refused(String),
    #[error("the file cannot be read: {what}, line {line}")]
    Unreadable { line: usize, what: String },
    #[error("the file is of no known kind")]
    Format,
    #[error("the file is larger than {mb} MB")]
    TooLarge { mb: usize },
}

impl Faulty for Fault {
    fn kind(&self) -> Kind {
        match self {
            Self::NoSource | Self::NoEntry => Kind::NotFound,
            Self::Moved | Self::Taken | Self::CapReached { .. } | Self::Quota | Self::Key | Self::NoProvider => Kind::Conflict,
            Self::Unavailable(_) => Kind::Unavailable,
            _ => Kind::Invalid,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NoSource => "translation.no_source",
            Self::Moved => "translation.moved",
            Self::SameLocale => "translation.same_locale",
            Self::Empty => "translation.empty",
            Self::TooLong { .. } => "translation.too_long",
            Self::Term => "translation.term",
            Self::Taken => "translation.taken",
            Self::NoEntry => "translation.no_entry",
            Self::NoProvider => "translation.no_provider",
            Self::CapReached { .. } => "translation.cap_reached",
            Self::Key => "translation.key",
            Self::Quota => "translation.quota",
            Self::Unavailable(_) => "translation.unavailable",
            Self::Refused(_) => "translation.refused",
            Self::Unreadable { .. } => "translation.unreadable",
            Self::Format => "translation.format",
            Self::TooLarge { .. } => "translation.too_large",
        }
    }
    fn field(&self) -> Option<String> {
        let field = match self {
            Self::Empty | Self::TooLong { .. } => "target",
            Self::Term | Self::Taken => "term",
            Self::SameLocale => "to",
            Self::Unreadable { .. } | Self::Format | Self::TooLarge { .. } => "file",
            _ => return None,
        };
        Some(field.to_owned())
    }
    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooLong { most } => vec![("most", most.to_string())],
            Self::CapReached { left } => vec![("left", left.to_string())],
            Self::Unreadable { line, what } => vec![("line", line.to_string()), ("what", what.clone())],
            Self::Refused(what) => vec![("what", what.clone())],
            Self::TooLarge { mb } => vec![("mb", mb.to_string())],
            _ => Vec::new(),
        }
    }
}
