//! Taking files in and deriving sizes: each picture once, however many ask at the same time.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use image::ImageFormat;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use super::{
    Fault, Kind, MAX_BYTES, MAX_SIDE, SIZES, Store, heif,
    kind::{Sniffed, sniff},
    original_key, picture, size_key,
};
use crate::kernel::token;

/// Whether a file that is already as we would keep it must still be unpacked to see if it is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// From outside: always.
    Foreign,
    /// Comes with the program (the demo's own pictures): its header is enough.
    Own,
}

/// A file that was taken in and lies in the store; its row is yet to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Lower-case hex SHA-256 of the bytes that came in.
    pub hash: String,
    pub kind: Kind,
    pub mime: &'static str,
    /// Size of what is kept.
    pub bytes: u64,
    /// Of pictures, upright.
    pub size: Option<(u32, u32)>,
}

/// The store and what is being made for it. One a process, plugged in at start. Heavy work holds
/// a permit of `cpu`, the app's: pictures share the cores with password hashes and documents.
pub struct Workshop {
    store: Arc<dyn Store>,
    flights: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

impl Workshop {
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store, flights: Mutex::default() }
    }

    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// Takes a file in: says what it is by its bytes, keeps a picture's pixels only.
    ///
    /// # Faults
    /// `media.unknown_kind`, `media.too_many_bytes`, `media.too_many_pixels`, `media.broken`, `media.store`.
    pub async fn accept(&self, cpu: &Arc<Semaphore>, bytes: Vec<u8>, trust: Trust) -> Result<Accepted, Fault> {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if length > MAX_BYTES {
            return Err(Fault::TooManyBytes { bytes: length });
        }
        let sniffed = sniff(&bytes).ok_or(Fault::UnknownKind)?;
        let (accepted, kept) = match sniffed {
            Sniffed::Picture(format) => on_core(cpu, move || take_picture(bytes, format, trust)).await??,
            Sniffed::Pdf | Sniffed::Heic | Sniffed::Text => {
                let hash = token::hex(&Sha256::digest(&bytes));
                (Accepted { hash, kind: Kind::Document, mime: sniffed.mime(), bytes: length, size: None }, bytes)
            }
        };
        let key = original_key(&accepted.hash, sniffed.extension());
        self.store.put(&key, kept).await?;
        Ok(accepted)
    }

    /// Takes a file in that a customer shows something with: a picture, a PDF, or a telephone's picture, which
    /// is kept as it is without what describes it.
    ///
    /// # Faults
    /// As [`Self::accept`].
    pub async fn accept_evidence(&self, cpu: &Arc<Semaphore>, bytes: Vec<u8>, trust: Trust) -> Result<Accepted, Fault> {
        if !heif::is_heif(&bytes) {
            return match sniff(&bytes) {
                Some(Sniffed::Picture(_) | Sniffed::Pdf) => self.accept(cpu, bytes, trust).await,
                _ => Err(Fault::UnknownKind),
            };
        }
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if length > MAX_BYTES {
            return Err(Fault::TooManyBytes { bytes: length });
        }
        let kept = heif::bare(bytes).ok_or_else(|| Fault::Broken("no whole HEIC picture".into()))?;
        let hash = token::hex(&Sha256::digest(&kept));
        self.store.put(&original_key(&hash, Sniffed::Heic.extension()), kept).await?;
        Ok(Accepted { hash, kind: Kind::Document, mime: Sniffed::Heic.mime(), bytes: length, size: None })
    }

    /// A picture in one of the [`SIZES`], as WebP: from the store, or made now and kept. Requests
    /// for the same size meanwhile wait for the first one.
    ///
    /// # Faults
    /// `media.no_such_size`, `media.not_found`, `media.store`.
    pub async fn sized(&self, cpu: &Arc<Semaphore>, hash: &str, width: u32) -> Result<Vec<u8>, Fault> {
        if !SIZES.contains(&width) {
            return Err(Fault::NoSuchSize(width));
        }
        let key = size_key(hash, width);
        if let Some(bytes) = self.store.get(&key).await? {
            return Ok(bytes);
        }
        let flight = self.flight(&key);
        let made = {
            let _turn = flight.lock().await;
            self.make(cpu, hash, width, &key).await
        };
        self.land(&key, flight);
        made
    }

    /// A document, or a picture as it is kept.
    ///
    /// # Faults
    /// `media.not_found`, `media.store`.
    pub async fn original(&self, hash: &str, kind: Kind) -> Result<Vec<u8>, Fault> {
        let endings = if kind == Kind::Document { ["pdf", "txt", "heic"].as_slice() } else { &["webp"] };
        for extension in endings {
            if let Some(bytes) = self.store.get(&original_key(hash, extension)).await? {
                return Ok(bytes);
            }
        }
        Err(Fault::NotFound(hash.to_owned()))
    }

    async fn make(&self, cpu: &Arc<Semaphore>, hash: &str, width: u32, key: &str) -> Result<Vec<u8>, Fault> {
        // Somebody may have landed while this one waited.
        if let Some(bytes) = self.store.get(key).await? {
            return Ok(bytes);
        }
        let kept = self.original(hash, Kind::Picture).await?;
        let bytes = on_core(cpu, move || derive(kept, width)).await??;
        self.store.put(key, bytes.clone()).await?;
        Ok(bytes)
    }

    fn flight(&self, key: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut flights = self.flights.lock().unwrap_or_else(PoisonError::into_inner);
        flights.entry(key.to_owned()).or_default().clone()
    }

    fn land(&self, key: &str, flight: Arc<tokio::sync::Mutex<()>>) {
        let mut flights = self.flights.lock().unwrap_or_else(PoisonError::into_inner);
        // The map's and this one: nobody else waits.
        if Arc::strong_count(&flight) <= 2 {
            flights.remove(key);
        }
    }
}

async fn on_core<T: Send + 'static>(cpu: &Arc<Semaphore>, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Fault> {
    let permit = cpu.clone().acquire_owned().await.map_err(|_| Fault::Abandoned)?;
    let done = tokio::task::spawn_blocking(move || {
        let done = work();
        drop(permit);
        done
    });
    done.await.map_err(|e| Fault::Broken(e.to_string()))
}

fn take_picture(bytes: Vec<u8>, format: ImageFormat, trust: Trust) -> Result<(Accepted, Vec<u8>), Fault> {
    let hash = token::hex(&Sha256::digest(&bytes));
    let bare = if format == ImageFormat::WebP { picture::bare_webp(&bytes) } else { None };
    let (size, kept) = match bare {
        // Already as it would be kept: writing it again would only cost quality.
        Some(size) => {
            if trust == Trust::Foreign {
                picture::read(&bytes, format)?;
            }
            (size, bytes)
        }
        None => {
            let pixels = picture::fit(picture::read(&bytes, format)?, MAX_SIDE)?;
            ((pixels.width, pixels.height), picture::write_kept(&pixels)?)
        }
    };
    let length = u64::try_from(kept.len()).unwrap_or(u64::MAX);
    Ok((Accepted { hash, kind: Kind::Picture, mime: "image/webp", bytes: length, size: Some(size) }, kept))
}

fn derive(kept: Vec<u8>, width: u32) -> Result<Vec<u8>, Fault> {
    let pixels = picture::read(&kept, ImageFormat::WebP)?;
    if pixels.width <= width {
        return Ok(kept);
    }
    picture::write(&picture::fit(pixels, width)?)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::media::{Directory, StoreFault, picture::tests as sample};

    /// Counts what is written beneath.
    struct Counting(Directory, AtomicUsize);

    #[async_trait::async_trait]
    impl Store for Counting {
        async fn put(&self, key: &str, bytes: Vec<u8>) -> Result<(), StoreFault> {
            self.1.fetch_add(1, Ordering::SeqCst);
            self.0.put(key, bytes).await
        }
        async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreFault> {
            self.0.get(key).await
        }
        fn url(&self, key: &str) -> String {
            self.0.url(key)
        }
    }

    fn cpu() -> Arc<Semaphore> {
        Arc::new(Semaphore::new(2))
    }

    fn workshop() -> (tempfile::TempDir, Arc<Counting>, Arc<Workshop>) {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Counting(Directory::new(folder.path()), AtomicUsize::new(0)));
        let workshop = Arc::new(Workshop::new(store.clone()));
        (folder, store, workshop)
    }

    #[tokio::test]
    async fn the_same_file_is_the_same_picture() {
        let (_folder, _, shop) = workshop();
        let bytes = sample::jpeg_with_exif();
        let one = shop.accept(&cpu(), bytes.clone(), Trust::Foreign).await.unwrap();
        let two = shop.accept(&cpu(), bytes, Trust::Foreign).await.unwrap();
        assert_eq!(one, two);
        assert_eq!((one.kind, one.mime, one.size), (Kind::Picture, "image/webp", Some((20, 40))));
        let kept = shop.original(&one.hash, Kind::Picture).await.unwrap();
        assert!(!kept.windows(3).any(|w| w == b"GPS"), "where it was taken is nobody's business");
    }

    #[tokio::test]
    async fn a_size_is_made_once_however_many_ask() {
        let (_folder, store, shop) = workshop();
        let png = sample::encoded(&sample::slope(700, 350, false), ImageFormat::Png);
        let picture = shop.accept(&cpu(), png, Trust::Foreign).await.unwrap();
        let before = store.1.load(Ordering::SeqCst);
        let asks = (0..20).map(|_| {
            let (shop, hash) = (shop.clone(), picture.hash.clone());
            tokio::spawn(async move { shop.sized(&cpu(), &hash, 320).await.unwrap() })
        });
        let answers: Vec<_> = futures_util::future::join_all(asks).await.into_iter().map(Result::unwrap).collect();
        assert!(answers.windows(2).all(|w| w[0] == w[1]));
        assert_eq!(store.1.load(Ordering::SeqCst) - before, 1);
        assert!(shop.flights.lock().unwrap().is_empty());
        let small = picture::read(&answers[0], ImageFormat::WebP).unwrap();
        assert_eq!((small.width, small.height), (320, 160));
        let whole = picture::read(&shop.sized(&cpu(), &picture.hash, 1920).await.unwrap(), ImageFormat::WebP).unwrap();
        assert_eq!((whole.width, whole.height), (700, 350), "never scaled up");
    }

    #[tokio::test]
    async fn what_is_no_picture_is_refused() {
        let (_folder, _, shop) = workshop();
        let refused = async |bytes: Vec<u8>| shop.accept(&cpu(), bytes, Trust::Foreign).await.unwrap_err();
        assert!(matches!(refused(b"<svg onload=alert(1)>".to_vec()).await, Fault::UnknownKind));
        assert!(matches!(refused(vec![0; 20 * 1024 * 1024 + 1]).await, Fault::TooManyBytes { .. }));
        let mut cut = sample::encoded(&sample::slope(64, 64, false), ImageFormat::Png);
        cut.truncate(60);
        assert!(matches!(refused(cut).await, Fault::Broken(_)));
        assert!(matches!(shop.sized(&cpu(), "00ff", 320).await.unwrap_err(), Fault::NotFound(_)));
        assert!(matches!(shop.sized(&cpu(), "00ff", 333).await.unwrap_err(), Fault::NoSuchSize(333)));
    }

    #[tokio::test]
    async fn a_document_is_kept_as_it_is() {
        let (_folder, _, shop) = workshop();
        let pdf = b"%PDF-1.4\n%%EOF\n".to_vec();
        let kept = shop.accept(&cpu(), pdf.clone(), Trust::Foreign).await.unwrap();
        assert_eq!((kept.kind, kept.mime, kept.size), (Kind::Document, "application/pdf", None));
        assert_eq!(shop.original(&kept.hash, Kind::Document).await.unwrap(), pdf);
        let care = "Valyti drėgna šluoste.".as_bytes().to_vec();
        let kept = shop.accept(&cpu(), care.clone(), Trust::Own).await.unwrap();
        assert_eq!(kept.mime, "text/plain; charset=utf-8");
        assert_eq!(shop.original(&kept.hash, Kind::Document).await.unwrap(), care);
    }
}
