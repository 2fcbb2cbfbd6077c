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
    /// Colours that this one is read on or under: `#RRGGBB`, or the key of another setting. Between
    /// them stands at least the contrast of WCAG 2.2 for text.
    #[serde(default)]
    pub against: Vec<String>,
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

    /// The theme as its owner set it, wishes by key.
    ///
    /// # Faults
    /// By field `theme.KEY`: `settings.unknown`, `settings.not_bool`, `settings.not_number`,
    /// `settings.not_colour`, `settings.low_contrast`.
    pub fn worn(&self, wishes: &BTreeMap<String, String>) -> Result<Self, Fault> {
        let mut worn = self.clone();
        let mut slips = Vec::new();
        for (key, text) in wishes {
            let read = match worn.settings.iter_mut().find(|s| s.key == *key) {
                Some(setting) => setting.kind.read(text).map(|value| setting.default = value),
                None => Err("settings.unknown"),
            };
            if let Err(code) = read {
                slips.push(Fault::invalid(format!("theme.{key}"), code));
            }
        }
        if slips.is_empty() {
            slips = worn.faint();
        }
        Fault::gather(slips).map_or(Ok(worn), Err)
    }

    /// Colours that cannot be read where they stand.
    fn faint(&self) -> Vec<Fault> {
        let colour = |name: &str| {
            let set = self.settings.iter().find(|s| s.key == name).and_then(|s| s.default.as_str());
            set.unwrap_or(name).to_owned()
        };
        let mut slips = Vec::new();
        for setting in self.settings.iter().filter(|s| s.kind == SettingKind::Colour) {
            let own = colour(&setting.key);
            let others = setting.against.iter().map(|other| contrast(&own, &colour(other)));
            let Some(least) = others.reduce(f64::min).filter(|least| *least < READABLE) else { continue };
            let fault = Fault::invalid(format!("theme.{}", setting.key), "settings.low_contrast");
            slips.push(fault.arg("ratio", format!("{least:.1}")));
        }
        slips
    }
}

impl SettingKind {
    /// Reads a value typed by a person.
    fn read(self, text: &str) -> Result<toml::Value, &'static str> {
        let text = text.trim();
        match self {
            Self::Text => Ok(text.into()),
            Self::Bool => match text {
                "true" | "on" | "1" => Ok(true.into()),
                "false" | "off" | "0" | "" => Ok(false.into()),
                _ => Err("settings.not_bool"),
            },
            Self::Integer => text.parse::<i64>().map(Into::into).map_err(|_| "settings.not_number"),
            Self::Colour if is_colour(text) => Ok(text.to_uppercase().into()),
            Self::Colour => Err("settings.not_colour"),
        }
    }
    fn fits(self, value: &toml::Value) -> bool {
        match self {
            Self::Text => value.is_str(),
            Self::Bool => value.is_bool(),
            Self::Integer => value.is_integer(),
            Self::Colour => value.as_str().is_some_and(is_colour),
        }
    }
}

/// WCAG 2.2, success criterion 1.4.3: text and its ground.
const READABLE: f64 = 4.5;

/// The contrast ratio of two colours, 1 to 21 (WCAG 2.2, "relative luminance").
fn contrast(a: &str, b: &str) -> f64 {
    let light = |text: &str| {
        let part = |from: usize| {
            let byte = text.get(from..from + 2).and_then(|t| u8::from_str_radix(t, 16).ok()).unwrap_or(0);
            let s = f64::from(byte) / 255.0;
            if s <= 0.04045 { s / 12.92 } else { ((s + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    };
    let (a, b) = (light(a) + 0.05, light(b) + 0.05);
    a.max(b) / a.min(b)
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
    fn the_manifest_names_the_contract_that_the_stage_speaks() {
        assert_eq!(crate::manifest::plugin_zero().compatibility.theme_api, THEME_API);
    }

    #[test]
    fn a_default_must_be_of_its_type() {
        let bad = format!("{HEAD}[[settings]]\nkey = \"accent\"\ntype = \"colour\"\ndefault = \"red; }}\"\n");
        assert!(Theme::read(&bad, "theme.toml").is_err());
    }

    fn two_colours() -> Theme {
        let settings = "[[settings]]\nkey = \"accent\"\ntype = \"colour\"\ndefault = \"#2F5D50\"\nagainst = [\"paper\", \"#FFFFFF\"]\n\
                        [[settings]]\nkey = \"paper\"\ntype = \"colour\"\ndefault = \"#FAF8F4\"\n";
        Theme::read(&format!("{HEAD}{settings}"), "theme.toml").unwrap()
    }

    #[test]
    fn the_owner_s_colours_must_be_colours_that_can_be_read() {
        let worn = |key: &str, value: &str| two_colours().worn(&BTreeMap::from([(key.to_owned(), value.to_owned())]));
        let theme = worn("accent", "#7a2e1f").unwrap();
        assert_eq!(theme.settings[0].default.as_str(), Some("#7A2E1F"));
        assert_eq!(worn("accent", "red; }").unwrap_err().code, "settings.not_colour");
        assert_eq!(worn("accent", "#CCCCCC").unwrap_err().code, "settings.low_contrast");
        // The ground may make what stands on it unreadable, too.
        assert_eq!(worn("paper", "#2F5D51").unwrap_err().field.as_deref(), Some("theme.accent"));
        assert_eq!(worn("acent", "#2F5D50").unwrap_err().code, "settings.unknown");
    }

    #[test]
    fn contrast_is_that_of_the_guidelines() {
        assert!((contrast("#FFFFFF", "#000000") - 21.0).abs() < 0.01);
        assert!((contrast("#777777", "#FFFFFF") - 4.48).abs() < 0.01);
    }
}
