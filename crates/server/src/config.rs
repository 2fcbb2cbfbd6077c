//! One file, one struct, the environment on top; every value knows where it came from.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use serde::Deserialize;
use serde_json::{Value, json};
use vitrina::{
    kernel::{Settings, Source},
    manifest::plugin_zero,
};

use crate::cli::Place;

/// How this process runs.
#[derive(Clone, Debug)]
pub struct Config {
    pub data: PathBuf,
    pub file: PathBuf,
    pub listen: SocketAddr,
    pub database: String,
    pub theme_dir: Option<PathBuf>,
    pub settings: Settings,
    pub secrets: Secrets,
}

/// Secrets come from the environment only and are never printed.
#[derive(Clone, Default)]
pub struct Secrets {
    pub smtp_password: Option<String>,
    pub stripe_key: Option<String>,
    /// All that are in force: two while one is being replaced.
    pub stripe_webhook_secrets: Vec<String>,
    pub deepl_key: Option<String>,
    pub libretranslate_key: Option<String>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(…)")
    }
}

/// `vitrina.toml`. Beside its own two keys it holds settings, by the keys of `plugin.toml`; what
/// is neither is an error.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct File {
    listen: Option<SocketAddr>,
    theme_dir: Option<PathBuf>,
    #[serde(flatten)]
    settings: toml::Table,
}

impl Config {
    /// # Errors
    /// Names the file, the key and what would be right.
    pub fn load(place: &Place) -> anyhow::Result<Self> {
        let data = place.data.clone().unwrap_or_else(|| PathBuf::from("vitrina-data"));
        let path = place.config.clone().unwrap_or_else(|| data.join("vitrina.toml"));
        let file = match std::fs::read_to_string(&path) {
            Ok(text) => toml::from_str::<File>(&text).with_context(|| format!("{}", path.display()))?,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound && place.config.is_none() => File::default(),
            Err(e) => return Err(e).with_context(|| format!("cannot read {}", path.display())),
        };
        let mut settings = Settings::defaults();
        read_table(&mut settings, "", &file.settings, &path)?;
        read_environment(&mut settings)?;
        let secret = |key: &str| env(plugin_zero().secret_env(key));
        let database = match secret("database.url") {
            Some(url) => url,
            None => format!("sqlite:{}", data.join("shop.db").display()),
        };
        let listen = match env("VITRINA_LISTEN") {
            Some(text) => text.parse().with_context(|| format!("VITRINA_LISTEN={text} is not ADDRESS:PORT"))?,
            None => file.listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080))),
        };
        let several = |text: String| text.split(',').map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()).collect();
        let secrets = Secrets {
            smtp_password: secret("mail.smtp_password"),
            stripe_key: secret("stripe.key"),
            stripe_webhook_secrets: secret("stripe.webhook_secrets").map(several).unwrap_or_default(),
            deepl_key: secret("deepl.key"),
            libretranslate_key: secret("libretranslate.key"),
        };
        let own = || Some(data.join("themes")).filter(|folder| folder.is_dir());
        let theme_dir = place.theme_dir.clone().or(file.theme_dir).or_else(own);
        Ok(Self { data, file: path, listen, database, theme_dir, settings, secrets })
    }

    pub fn is_sqlite(&self) -> bool {
        self.database.starts_with("sqlite")
    }

    /// Where a folder of the shop lies.
    pub fn folder(&self, name: &str) -> PathBuf {
        self.data.join(name)
    }

    /// The database's address without a password.
    pub fn database_for_people(&self) -> String {
        match (self.database.find("://"), self.database.rfind('@')) {
            (Some(start), Some(at)) if start + 3 < at => {
                let user = self.database[start + 3..at].split(':').next().unwrap_or("");
                format!("{}://{user}@{}", &self.database[..start], &self.database[at + 1..])
            }
            _ => self.database.clone(),
        }
    }

    /// Prints every value and where it came from.
    pub fn print(&self, as_json: bool) {
        let mut rows = vec![
            ("data".to_owned(), json!(self.data), "argument or default".to_owned()),
            ("listen".to_owned(), json!(self.listen.to_string()), "argument, environment, file or default".to_owned()),
            ("database".to_owned(), json!(self.database_for_people()), "environment or default".to_owned()),
            ("theme_dir".to_owned(), json!(self.theme_dir), "argument, file or default".to_owned()),
        ];
        for (key, value, source) in self.settings.iter() {
            let from = match source {
                Source::Environment => {
                    plugin_zero().setting(key).map_or_else(|| source.to_string(), |s| format!("environment {}", s.env_name()))
                }
                Source::File => format!("file {}", self.file.display()),
                _ => source.to_string(),
            };
            rows.push((key.to_owned(), value.clone(), from));
        }
        for secret in &plugin_zero().secrets {
            let state = if env(&secret.env).is_some() { "set" } else { "not set" };
            rows.push((secret.key.clone(), json!(state), format!("environment {}", secret.env)));
        }
        if as_json {
            let rows: Vec<Value> =
                rows.into_iter().map(|(key, value, from)| json!({ "key": key, "value": value, "from": from })).collect();
            println!("{}", Value::Array(rows));
        } else {
            for (key, value, from) in rows {
                println!("{key:28} {:40} ({from})", value.to_string());
            }
        }
    }
}

/// Reads `a.b = 1` and `[a] b = 1` alike.
fn read_table(settings: &mut Settings, prefix: &str, table: &toml::Table, path: &Path) -> anyhow::Result<()> {
    for (name, value) in table {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        if let toml::Value::Table(inner) = value {
            read_table(settings, &key, inner, path)?;
            continue;
        }
        let Some(setting) = plugin_zero().setting(&key) else {
            // What a theme lets its owner set stands in its own file, and is read when it is opened.
            if key.starts_with("theme.") {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                settings.set(&key, text.into(), Source::File);
                continue;
            }
            bail!("{}: unknown setting {key}; `vitrina config print` lists the known ones", path.display());
        };
        let text = match value {
            toml::Value::String(s) => s.clone(),
            other => other.to_string(),
        };
        let value =
            setting.read(&text).map_err(|_| anyhow::anyhow!("{}: {key} = {text} is not {}", path.display(), setting.wants()))?;
        settings.set(&key, value, Source::File);
    }
    Ok(())
}

fn read_environment(settings: &mut Settings) -> anyhow::Result<()> {
    for setting in &plugin_zero().settings {
        let name = setting.env_name();
        if let Some(text) = env(&name) {
            let value = setting.read(&text).map_err(|_| anyhow::anyhow!("{name}={text} is not {}", setting.wants()))?;
            settings.set(&setting.key, value, Source::Environment);
        }
    }
    Ok(())
}

/// The one place that reads the environment.
pub fn env(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "this is where the environment is read")]
    std::env::var(name).ok().filter(|v| !v.is_empty())
}
