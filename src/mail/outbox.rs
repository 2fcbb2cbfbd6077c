//! The embedded transport: letters become files that any mail program opens.

use std::path::PathBuf;

use super::{Outgoing, Refusal, Transport, mime};

/// A folder of `.eml` files, one a letter. A letter that comes twice overwrites its own file.
#[derive(Clone, Debug)]
pub struct Outbox {
    folder: PathBuf,
}

impl Outbox {
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }
    pub fn folder(&self) -> &std::path::Path {
        &self.folder
    }
}

#[async_trait::async_trait]
impl Transport for Outbox {
    async fn send(&self, letter: &Outgoing) -> Result<(), Refusal> {
        let later = |e: std::io::Error| Refusal::Later(format!("{}: {e}", self.folder.display()));
        tokio::fs::create_dir_all(&self.folder).await.map_err(later)?;
        // Written aside and moved, so that nobody opens half a letter.
        let (part, whole) = (format!("{}.part", letter.id), format!("{}.eml", letter.id));
        let part = self.folder.join(part);
        tokio::fs::write(&part, mime::compose(letter)).await.map_err(later)?;
        tokio::fs::rename(&part, self.folder.join(whole)).await.map_err(later)
    }

    fn name(&self) -> &'static str {
        "outbox"
    }
}
