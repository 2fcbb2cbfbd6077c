//! Where files lie that were sent to be taken in.

use std::path::{Path, PathBuf};

use crate::kernel::ImportId;

/// A folder of the shop's own data; nothing of it is served.
#[derive(Clone, Debug)]
pub struct Inbox {
    folder: PathBuf,
}

impl Inbox {
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The folder, made when it is missing.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn folder(&self) -> std::io::Result<&Path> {
        std::fs::create_dir_all(&self.folder)?;
        Ok(&self.folder)
    }

    /// Where the file of a run lies.
    pub fn file(&self, run: ImportId) -> PathBuf {
        self.folder.join(run.to_string())
    }

    /// Where the file of its wrong rows is written before it is handed out.
    pub fn rejects(&self, run: ImportId) -> PathBuf {
        self.folder.join(format!("{run}.errors"))
    }
}
