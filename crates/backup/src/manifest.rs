//! The first thing that is read of a backup and the last that is written: what lies in it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The form of the archive. It is raised when an older Vitrina could not read a newer file.
pub const FORMAT: u32 = 1;
pub const NAME: &str = "manifest.json";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    /// "vitrina 0.1.0"
    pub made_by: String,
    /// The moment that the backup shows: UTC, milliseconds since 1970.
    pub at: i64,
    /// The database it was taken from: "sqlite" or "postgres". It can be restored into either.
    pub engine: String,
    /// The schema's level: the migrations that the database had seen.
    pub migrations: Vec<String>,
    pub tables: Vec<Table>,
    pub files: Vec<Held>,
}

/// A table: `tables/NAME.ndjson`, a line a row, an array with the columns in this order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
    #[serde(flatten)]
    pub tally: Tally,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
}

/// What a column holds, in words of neither database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Int,
    Bool,
    Text,
    Uuid,
    /// In base64.
    Bytes,
}

/// What was counted of a table's rows. Two tables with the same tally hold the same rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    pub rows: u64,
    /// The sum of the rows' hashes: it does not depend on their order, in which databases differ.
    pub digest: String,
    /// Money columns in minor units, added up over all currencies.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sums: BTreeMap<String, i64>,
}

/// A file of the shop's folder: `files/PATH`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub path: String,
    pub bytes: u64,
    pub sha256: String,
}

impl Table {
    /// Where its rows lie in the archive.
    pub fn entry(&self) -> String {
        format!("tables/{}.ndjson", self.name)
    }

    /// A name that can be quoted into a statement and into a path.
    pub fn is_sound(&self) -> bool {
        let sound =
            |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        sound(&self.name) && !self.columns.is_empty() && self.columns.iter().all(|c| sound(&c.name))
    }

    /// `"a","b"`
    pub fn column_list(&self) -> String {
        self.columns.iter().map(|c| format!("\"{}\"", c.name)).collect::<Vec<_>>().join(",")
    }
}

impl Held {
    pub fn entry(&self) -> String {
        format!("files/{}", self.path)
    }
}

impl Manifest {
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|t| t.tally.rows).sum()
    }
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|f| f.bytes).sum()
    }
}
