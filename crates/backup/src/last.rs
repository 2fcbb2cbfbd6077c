//! When the shop was last put away: a small file in its folder, for `vitrina doctor`.

use std::{fs, path::Path};

use serde::{Deserialize, Serialize};

use super::{Fault, fault::At};

pub const FILE: &str = "backup.json";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Last {
    /// UTC, milliseconds since 1970.
    pub at: i64,
    /// The file that was written.
    pub file: String,
}

/// What is known of the last backup; nothing when there was none.
pub fn last(data: &Path) -> Option<Last> {
    serde_json::from_slice(&fs::read(data.join(FILE)).ok()?).ok()
}

/// Notes a backup.
///
/// # Faults
/// When the folder cannot be written.
pub fn note(data: &Path, last: &Last) -> Result<(), Fault> {
    let path = data.join(FILE);
    let beside = data.join(".backup.json.part");
    let text = serde_json::to_vec(last).unwrap_or_default();
    fs::write(&beside, text).and_then(|()| fs::rename(&beside, &path)).at(path)
}
