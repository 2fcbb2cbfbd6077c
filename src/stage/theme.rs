//! `theme.toml`: what a theme is, whose child it is, and what its owner may set.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::kernel::{Fault, Locale};

/// The contract between templates and contexts that this binary speaks.
pub const THEME_API: u32 = 1;

/// The manifest of a theme. The schema is closed: a misspelt key is an error, not a silence.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    pub id: String,
    pub name: String,
    pub version: String,
    pub theme_api: u32,
    /// The theme whose files are used where this one has none; empty for a root theme.
    #[serde(default)]
    pub parent: Option<String>,
    /// Locales with a file below `locales/`.
    #[serde(default)]
    pub locales: Vec<Locale>,
    /// Where a missing text is taken from, first to last.
    #[serde(default)]
    pub fallback: Vec<Locale>,
    #[serde(default)]
    pub settings: Vec<Setting>,
}

/// One thing that the owner changes without code; the templates read it as `theme.KEY`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    pub key: String,
    #[serde(rename = "type")]
    pub kind: SettingKind,
    pub default: toml::Value,
    /// The words of the settings form, by locale.
    #[serde(default)]
    pub label: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettingKind {
    Text,
    Bool,
    Integer,
    Colour,
}

impl Theme {
    pub(super) fn read(text: &str, path: &str) -> Result<Self, Fault> {
        let theme: Self = toml::from_str(text).map_err(|e| Fault::bug(format!("{path}: {e}")))?;
        if theme.theme_api != THEME_API {
            return Err(Fault::bug(format!(
                "{path}: the theme speaks theme_api {}, this shop speaks {THEME_API}",
                theme.theme_api
            )));
        }
        for setting in &theme.settings {
            if !setting.kind.fits(&setting.default) {
                return Err(Fault::bug(format!("{path}: the default of `{}` is not a {:?}", setting.key, setting.kind)));
            }
        }
        Ok(theme)
    }
}

impl SettingKind {
    fn fits(self, value: &toml::Value) -> bool {
        match self {
            Self::Text => value.is_str(),
            Self::Bool => value.is_bool(),
            Self::Integer => value.is_integer(),
            Self::Colour => value.as_str().is_some_and(is_colour),
        }
    }
}

/// `#RRGGBB`; anything freer would be a way to write into the stylesheet.
fn is_colour(text: &str) -> bool {
    text.len() == 7 && text.starts_with('#') && text[1..].bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "id = \"x\"\nname = \"X\"\nversion = \"1.0.0\"\ntheme_api = 1\n";

    #[test]
    fn a_misspelt_key_is_an_error() {
        assert!(Theme::read(HEAD, "theme.toml").is_ok());
        let fault = Theme::read(&format!("{HEAD}parrent = \"default\"\n"), "theme.toml").unwrap_err();
        assert!(fault.to_string().contains("parrent"), "{fault}");
    }

    #[test]
    fn a_theme_for_another_contract_is_refused() {
        let fault = Theme::read(&HEAD.replace("theme_api = 1", "theme_api = 9"), "theme.toml").unwrap_err();
        assert!(fault.to_string().contains("theme_api 9"), "{fault}");
    }

    #[test]
    fn a_default_must_be_of_its_type() {
        let bad = format!("{HEAD}[[settings]]\nkey = \"accent\"\ntype = \"colour\"\ndefault = \"red; }}\"\n");
        assert!(Theme::read(&bad, "theme.toml").is_err());
    }
}
