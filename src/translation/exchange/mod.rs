//! Texts in the formats of translators' programs: out and in again unchanged.
//!
//! TMX 1.4b holds a memory; XLIFF 1.2 and 2.0 hold texts to be translated with their places; a table
//! holds either, and a glossary. What a file is, its first element or its head row says.

mod inline;
mod table;
mod tmx;
mod xliff;
mod xliff_in;
mod xml;

use std::str::FromStr;

use super::{Domain, Fault, NewMemory, NewTerm, Segment, protect::Names};
use crate::kernel::Locale;

/// What a file is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Tmx,
    Xliff12,
    Xliff20,
    Csv,
}

impl Format {
    pub const ALL: &'static [Format] = &[Self::Tmx, Self::Xliff12, Self::Xliff20, Self::Csv];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tmx => "tmx",
            Self::Xliff12 => "xliff12",
            Self::Xliff20 => "xliff20",
            Self::Csv => "csv",
        }
    }
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Tmx => "tmx",
            Self::Xliff12 | Self::Xliff20 => "xlf",
            Self::Csv => "csv",
        }
    }
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Tmx => "application/x-tmx+xml",
            Self::Xliff12 | Self::Xliff20 => "application/xliff+xml",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }
}

impl FromStr for Format {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|f| f.as_str() == text).ok_or("one of tmx, xliff12, xliff20, csv")
    }
}

/// A text with its place and how far its translation is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Entity and field: `0192…:title`.
    pub id: String,
    pub from: Locale,
    pub to: Locale,
    pub source: String,
    /// Empty: untranslated.
    pub target: String,
    pub progress: Progress,
    /// HTML.
    pub rich: bool,
}

/// How far a translation is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Progress {
    #[default]
    Open,
    /// Nobody has looked, or the source has changed.
    Translated,
    Final,
}

impl Progress {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Translated => "translated",
            Self::Final => "final",
        }
    }
}

impl From<&Segment> for Unit {
    fn from(s: &Segment) -> Self {
        let progress = match (&s.target, s.is_done()) {
            (None, _) => Progress::Open,
            (Some(_), false) => Progress::Translated,
            (Some(_), true) => Progress::Final,
        };
        let target = s.target.clone().unwrap_or_default();
        Self {
            id: format!("{}:{}", s.entity, s.field),
            from: s.from,
            to: s.to,
            source: s.source.clone(),
            target,
            progress,
            rich: s.rich,
        }
    }
}

/// What a file brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Brought {
    Memory(Vec<NewMemory>),
    Units(Vec<Unit>),
    Terms(Vec<NewTerm>),
}

/// Writes texts with their places; all of one language pair in XLIFF, where what must not be translated,
/// these names among it, is an element of its own.
///
/// # Faults
/// `translation.format` for a format that holds no places.
pub fn units(format: Format, units: &[Unit], names: &Names) -> Result<String, Fault> {
    match format {
        Format::Xliff12 => Ok(xliff::write12(units, names)),
        Format::Xliff20 => Ok(xliff::write20(units, names)),
        Format::Csv => Ok(table::units(units)),
        Format::Tmx => Err(Fault::Format),
    }
}

/// Writes a memory.
///
/// # Faults
/// `translation.format` for a format that is for texts with places.
pub fn memory(format: Format, entries: &[NewMemory]) -> Result<String, Fault> {
    match format {
        Format::Tmx => Ok(tmx::write(entries)),
        Format::Csv => Ok(table::memory(entries)),
        Format::Xliff12 | Format::Xliff20 => Err(Fault::Format),
    }
}

/// Writes a glossary as a table.
pub fn glossary(terms: &[NewTerm]) -> String {
    table::terms(terms)
}

/// Reads a file of any of the formats. `domain` is what texts of a file that does not say it are.
///
/// # Faults
/// `translation.format`; `translation.unreadable` with the line.
pub fn read(bytes: &[u8], domain: Domain) -> Result<Brought, Fault> {
    let text = xml::text(bytes)?;
    let text = text.trim_start_matches('\u{feff}');
    if !text.trim_start().starts_with('<') {
        return table::read(text, domain);
    }
    let root = xml::root(text)?;
    match root.as_str() {
        "tmx" => tmx::read(text, domain).map(Brought::Memory),
        "xliff" => xliff_in::read(text).map(Brought::Units),
        _ => Err(Fault::Format),
    }
}

#[cfg(test)]
mod tests;
