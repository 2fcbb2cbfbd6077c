//! The values in force, and where each came from.

use std::{collections::BTreeMap, fmt};

use serde_json::Value;

use super::{Fault, Reads, Tx, db};

/// Where a setting's value came from; the later ones win.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    Default,
    File,
    Office,
    Environment,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Default => "default",
            Self::File => "file",
            Self::Office => "office",
            Self::Environment => "environment",
        })
    }
}

/// Settings by key, as `plugin.toml` declares them.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    values: BTreeMap<String, (Value, Source)>,
}

impl Settings {
    /// What `plugin.toml` says when nobody has said anything.
    pub fn defaults() -> Self {
        crate::manifest::plugin_zero().defaults()
    }

    pub fn set(&mut self, key: &str, value: Value, source: Source) {
        let newer = self.values.get(key).is_none_or(|(_, before)| *before <= source);
        if newer {
            self.values.insert(key.to_owned(), (value, source));
        }
    }
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.values.get(key).map(|(v, _)| v)
    }
    pub fn source(&self, key: &str) -> Option<Source> {
        self.values.get(key).map(|(_, s)| *s)
    }
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value, Source)> {
        self.values.iter().map(|(k, (v, s))| (k.as_str(), v, *s))
    }
    /// A text setting; empty when unset.
    pub fn text(&self, key: &str) -> &str {
        self.get(key).and_then(Value::as_str).unwrap_or("")
    }
    /// A whole number; 0 when unset.
    pub fn int(&self, key: &str) -> i64 {
        self.get(key).and_then(Value::as_i64).unwrap_or(0)
    }
    /// A switch; off when unset.
    pub fn flag(&self, key: &str) -> bool {
        self.get(key).and_then(Value::as_bool).unwrap_or(false)
    }
}

/// What was changed in the office, by key.
///
/// # Faults
/// Whatever the database says.
pub async fn stored(reads: &impl Reads) -> Result<Vec<(String, Value)>, Fault> {
    let rows = db::rows(reads, "select key, value from setting order by key", Vec::new()).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let (key, value): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        found.push((key, serde_json::from_str(&value)?));
    }
    Ok(found)
}

/// Keeps a setting that was changed in the office.
///
/// # Faults
/// Whatever the database says.
pub(crate) async fn store(tx: &Tx, key: &str, value: &Value) -> Result<(), Fault> {
    let sql = "insert into setting (key, value, by_user, at) values ($1,$2,$3,$4) \
               on conflict (key) do update set value = excluded.value, by_user = excluded.by_user, at = excluded.at";
    db::run(tx, sql, db::params![key, value.to_string(), tx.actor().user(), tx.now()]).await?;
    Ok(())
}
