//! Where the bytes lie: a port, and a directory as its default.

use std::{
    io::Write,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

/// The store did not do as it was told.
#[derive(Debug, thiserror::Error)]
pub enum StoreFault {
    #[error("{0} is no key of the media store")]
    Key(String),
    #[error("the media store does not answer: {0}")]
    Unavailable(#[from] std::io::Error),
}

/// Keeps bytes under keys such as `HASH/640.webp`. Keys are made of lower-case letters, digits,
/// dots and dashes with one slash; the same key always means the same bytes.
#[async_trait::async_trait]
pub trait Store: Send + Sync {
    /// Keeps the bytes; once this returns they survive a power cut. Doing it twice is no error.
    async fn put(&self, key: &str, bytes: Vec<u8>) -> Result<(), StoreFault>;
    /// The bytes, or `None` when there are none under the key.
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreFault>;
    /// The address under which browsers find the bytes.
    fn url(&self, key: &str) -> String;
}

/// The key of what is kept of an upload.
pub fn original_key(hash: &str, extension: &str) -> String {
    format!("{hash}/original.{extension}")
}

/// The key of a served size.
pub fn size_key(hash: &str, width: u32) -> String {
    format!("{hash}/{width}.webp")
}

/// A directory, fanned out by the first two letters of the key.
#[derive(Debug)]
pub struct Directory {
    root: PathBuf,
    written: AtomicU64,
}

impl Directory {
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), written: AtomicU64::new(0) }
    }

    fn path(&self, key: &str) -> Result<PathBuf, StoreFault> {
        let sound = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-');
        let part = |p: &str| !p.is_empty() && !p.starts_with('.') && p.chars().all(sound);
        match key.split_once('/') {
            Some((hash, file)) if part(hash) && part(file) && hash.len() >= 2 => {
                Ok(self.root.join(&hash[..2]).join(hash).join(file))
            }
            _ => Err(StoreFault::Key(key.to_owned())),
        }
    }
}

#[async_trait::async_trait]
impl Store for Directory {
    async fn put(&self, key: &str, bytes: Vec<u8>) -> Result<(), StoreFault> {
        let path = self.path(key)?;
        let turn = self.written.fetch_add(1, Ordering::Relaxed);
        let written = tokio::task::spawn_blocking(move || write_whole(&path, turn, &bytes)).await;
        written.map_err(std::io::Error::other)?.map_err(StoreFault::from)
    }

    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreFault> {
        match tokio::fs::read(self.path(key)?).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e.into()),
        }
    }

    fn url(&self, key: &str) -> String {
        format!("/media/{key}")
    }
}

/// Written beside, synced, then renamed: a reader sees all of it or nothing, also after a power cut.
fn write_whole(path: &Path, turn: u64, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let beside = folder.join(format!(".{}-{turn}.part", std::process::id()));
    let done = (|| {
        let mut file = std::fs::File::create(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&beside, path)?;
        std::fs::File::open(folder)?.sync_all()
    })();
    if done.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_put_is_there_whole() {
        let folder = tempfile::tempdir().unwrap();
        let store = Directory::new(folder.path());
        assert!(store.get("ab12/640.webp").await.unwrap().is_none());
        store.put("ab12/640.webp", b"one".to_vec()).await.unwrap();
        store.put("ab12/640.webp", b"one".to_vec()).await.unwrap();
        assert_eq!(store.get("ab12/640.webp").await.unwrap().unwrap(), b"one");
        assert_eq!(store.url("ab12/640.webp"), "/media/ab12/640.webp");
        let left: Vec<_> = std::fs::read_dir(folder.path().join("ab/ab12")).unwrap().collect();
        assert_eq!(left.len(), 1, "nothing half-written stays");
    }

    #[tokio::test]
    async fn no_key_leads_out_of_the_directory() {
        let store = Directory::new("never-made");
        for key in ["../etc/passwd", "ab/../x", "ab12", "ab12/", "/ab12", "AB/x", "ab12/.hidden", "ab/c/d", "ab\\c/x"] {
            assert!(matches!(store.get(key).await, Err(StoreFault::Key(_))), "{key}");
        }
    }
}
