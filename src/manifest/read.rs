//! The closed schema of the manifest and its reader.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::kernel::{Settings, Source};

/// A whole manifest. Unknown keys are errors at every level.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    pub manifest_version: u32,
    pub plugin: Plugin,
    pub compatibility: Compatibility,
    pub runtime: BTreeMap<String, String>,
    #[serde(default)]
    pub permissions: Vec<Permission>,
    #[serde(default)]
    pub settings: Vec<Setting>,
    #[serde(default)]
    pub secrets: Vec<Secret>,
    #[serde(default)]
    pub providers: Vec<Provider>,
    #[serde(default)]
    pub extension_points: Vec<ExtensionPoint>,
    #[serde(default)]
    pub jobs: Vec<JobKind>,
    pub theme: Theme,
    pub privacy: Privacy,
}

impl Compatibility {
    /// Whether a database's engine is new enough: `15.10 (Debian 15.10-0)` fits `15`.
    ///
    /// # Errors
    /// A sentence with what was found and what is needed.
    pub fn fits(&self, engine: &str, found: &str) -> Result<(), String> {
        let Some(needed) = self.database.get(engine) else {
            return Err(format!("Vitrina does not work with {engine}; it knows {}", self.engines()));
        };
        let parts = |text: &str| -> Vec<u32> {
            let version = text.split_whitespace().next().unwrap_or_default();
            let digits = |part: &str| part.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok();
            version.split('.').map_while(digits).collect()
        };
        if parts(found) >= parts(needed) {
            return Ok(());
        }
        Err(format!("{engine} {found} is too old: Vitrina {} needs {needed} or newer", plugin_zero().plugin.version))
    }

    fn engines(&self) -> String {
        self.database.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
    }
}

/// A short text in several languages, `en` always among them.
pub type Texts = BTreeMap<String, String>;

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Plugin {
    pub id: String,
    pub name: String,
    /// Equals the version in Cargo.toml (tested).
    pub version: String,
    pub summary: Texts,
    pub license: String,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Compatibility {
    pub store_api: String,
    pub admin_api: String,
    pub theme_api: u32,
    /// Lowest version of each database, `postgres` and `sqlite`.
    pub database: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Permission {
    pub scope: String,
    pub purpose: Texts,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SettingKind {
    Text,
    Integer,
    Bool,
    Choice,
    Email,
    Iban,
    /// `#RRGGBB`
    Colour,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    pub key: String,
    pub group: String,
    #[serde(rename = "type")]
    pub kind: SettingKind,
    pub default: Value,
    pub label: Texts,
    #[serde(default)]
    pub help: Texts,
    pub min: Option<i64>,
    pub max: Option<i64>,
    #[serde(default)]
    pub choices: Vec<String>,
    /// Overrides the default name `VITRINA_` + key in capitals.
    pub env: Option<String>,
    /// Read at start only: a change needs a restart and is not offered in the office.
    #[serde(default)]
    pub at_start: bool,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Secret {
    pub key: String,
    pub env: String,
    pub hint: String,
    pub required_if: Option<String>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    pub kind: String,
    pub default: String,
    pub options: Vec<String>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ExtensionPoint {
    pub id: String,
    pub kind: String,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct JobKind {
    pub kind: String,
    pub purpose: Texts,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    pub default: String,
    pub allow_child: bool,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Privacy {
    pub processors: Vec<String>,
}

impl Secret {
    /// Whether these settings ask for it: `required_if = "mail.transport = smtp"`.
    pub fn required(&self, settings: &Settings) -> bool {
        let condition = self.required_if.as_deref().and_then(|c| c.split_once('='));
        condition.is_some_and(|(key, value)| settings.text(key.trim()) == value.trim())
    }
}

impl Setting {
    /// The environment variable that overrides it.
    pub fn env_name(&self) -> String {
        self.env.clone().unwrap_or_else(|| format!("VITRINA_{}", self.key.replace('.', "_").to_uppercase()))
    }

    /// What it takes, for a sentence that ends "is not …".
    pub fn wants(&self) -> String {
        match (self.kind, self.min, self.max) {
            (SettingKind::Text, ..) => "a text".into(),
            (SettingKind::Integer, Some(min), Some(max)) => format!("a whole number from {min} to {max}"),
            (SettingKind::Integer, ..) => "a whole number".into(),
            (SettingKind::Bool, ..) => "true or false".into(),
            (SettingKind::Choice, ..) => self.choices.join(" or "),
            (SettingKind::Email, ..) => "an e-mail address".into(),
            (SettingKind::Iban, ..) => "an IBAN".into(),
            (SettingKind::Colour, ..) => "a colour like #2F5D50".into(),
        }
    }

    /// Reads a value typed by a person.
    ///
    /// # Errors
    /// A fault code below `fault.settings.`, with the remedy in its text.
    pub fn read(&self, text: &str) -> Result<Value, &'static str> {
        let text = text.trim();
        match self.kind {
            SettingKind::Bool => match text {
                "true" | "on" | "1" | "yes" => Ok(true.into()),
                "false" | "off" | "0" | "no" | "" => Ok(false.into()),
                _ => Err("settings.not_bool"),
            },
            SettingKind::Integer => {
                let number: i64 = text.parse().map_err(|_| "settings.not_number")?;
                let within = self.min.is_none_or(|m| number >= m) && self.max.is_none_or(|m| number <= m);
                if within { Ok(number.into()) } else { Err("settings.out_of_range") }
            }
            SettingKind::Choice if !self.choices.iter().any(|c| c == text) => Err("settings.not_a_choice"),
            SettingKind::Email if !text.is_empty() && !text.contains('@') => Err("settings.not_email"),
            SettingKind::Colour if !is_colour(text) => Err("settings.not_colour"),
            SettingKind::Iban if !text.is_empty() && !iban_holds(text) => Err("settings.not_iban"),
            _ => Ok(text.into()),
        }
    }
}

fn is_colour(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// ISO 13616: rearranged and taken modulo 97, an IBAN leaves 1.
fn iban_holds(text: &str) -> bool {
    let iban: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).map(|b| b.to_ascii_uppercase()).collect();
    if !(15..=34).contains(&iban.len()) || !iban.iter().all(u8::is_ascii_alphanumeric) {
        return false;
    }
    let turned = iban[4..].iter().chain(&iban[..4]);
    let rest = turned.fold(0_u32, |rest, b| match b {
        b'0'..=b'9' => (rest * 10 + u32::from(b - b'0')) % 97,
        _ => (rest * 100 + u32::from(b - b'A') + 10) % 97,
    });
    rest == 1
}

impl Manifest {
    /// The environment variable of a secret; empty for one that is not declared.
    pub fn secret_env(&self, key: &str) -> &str {
        self.secrets.iter().find(|s| s.key == key).map_or("", |s| &s.env)
    }

    pub fn setting(&self, key: &str) -> Option<&Setting> {
        self.settings.iter().find(|s| s.key == key)
    }

    pub fn defaults(&self) -> Settings {
        let mut settings = Settings::default();
        for setting in &self.settings {
            settings.set(&setting.key, setting.default.clone(), Source::Default);
        }
        settings
    }
}

/// Reads a manifest.
///
/// # Errors
/// The place and the reason, as TOML reports them.
pub fn parse(text: &str) -> Result<Manifest, String> {
    toml::from_str(text).map_err(|e| e.to_string())
}

/// The core's own manifest, compiled in.
pub fn plugin_zero() -> &'static Manifest {
    static ZERO: LazyLock<Manifest> =
        LazyLock::new(|| parse(include_str!("../../plugin.toml")).unwrap_or_else(|e| panic!("plugin.toml: {e}")));
    &ZERO
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Right;

    #[test]
    fn the_manifest_and_the_package_agree_on_the_version() {
        assert_eq!(plugin_zero().plugin.version, env!("CARGO_PKG_VERSION"));
    }

    #[test]
    fn permissions_in_the_file_are_the_rights_in_the_code() {
        let mut declared: Vec<_> = plugin_zero().permissions.iter().map(|p| p.scope.as_str()).collect();
        let mut known: Vec<_> = Right::ALL.iter().map(|r| r.scope()).collect();
        declared.sort_unstable();
        known.sort_unstable();
        assert_eq!(declared, known);
    }

    #[test]
    fn every_default_reads_back_as_its_own_type() {
        for setting in &plugin_zero().settings {
            let text = match &setting.default {
                Value::String(s) => s.clone(),
                other => other.to_string(),
            };
            assert_eq!(setting.read(&text), Ok(setting.default.clone()), "{}", setting.key);
            assert!(setting.label.contains_key("en") && setting.label.contains_key("lt"), "{}", setting.key);
        }
    }

    #[test]
    fn an_unknown_key_is_an_error() {
        let text = include_str!("../../plugin.toml").replace("[theme]", "[theme]\ncolour = \"red\"");
        assert!(parse(&text).unwrap_err().contains("colour"));
    }

    #[test]
    fn an_engine_that_is_too_old_is_refused_with_both_versions() {
        let zero = &plugin_zero().compatibility;
        for (engine, found) in
            [("sqlite", "3.46.1"), ("sqlite", "3.40.0"), ("postgres", "15.10 (Debian 15.10-0+deb12u1)"), ("postgres", "18beta1")]
        {
            assert_eq!(zero.fits(engine, found), Ok(()), "{engine} {found}");
        }
        for (engine, found) in [("sqlite", "3.39.4"), ("postgres", "14.15 (Debian)"), ("mysql", "8.4")] {
            let said = zero.fits(engine, found).unwrap_err();
            assert!(said.contains(engine), "{said}");
        }
        assert_eq!(zero.fits("postgres", "14.15").unwrap_err(), "postgres 14.15 is too old: Vitrina 0.1.0 needs 15 or newer");
    }

    #[test]
    fn what_settings_and_secrets_point_at_is_declared() {
        let zero = plugin_zero();
        for secret in &zero.secrets {
            let Some(condition) = &secret.required_if else { continue };
            let (key, value) = condition.split_once('=').expect("key = value");
            let setting = zero.setting(key.trim()).unwrap_or_else(|| panic!("{condition}: no such setting"));
            assert!(setting.choices.iter().any(|c| c == value.trim()), "{condition}: no such choice");
        }
        for provider in &zero.providers {
            assert!(provider.options.contains(&provider.default), "{}: {} is no option", provider.kind, provider.default);
        }
        let mail = zero.providers.iter().find(|p| p.kind == "mail").expect("a mail provider");
        assert_eq!(Some(&mail.options), zero.setting("mail.transport").map(|s| &s.choices));
        assert!(zero.privacy.processors.iter().all(|p| zero.providers.iter().any(|provider| provider.options.contains(p))));
    }

    #[test]
    fn ibans_are_checked() {
        assert!(iban_holds("LT12 1000 0111 0100 1000"));
        assert!(!iban_holds("LT121000011101001001"));
    }
}
