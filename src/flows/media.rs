//! Pictures and documents: taken in, fetched from elsewhere, served in sizes.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    catalog::{self, NewDocument, NewPicture, field},
    channels,
    jobs::Payload,
    kernel::{Actor, App, Fault, Locale, MediaId, Origin, ProductId, Right, Subject, Tx, journal},
    media::{self, Fetch, MAX_BYTES, Media, Trust, Workshop},
    showcase,
    translation::{self, NewText},
};

/// A file as it was sent.
#[derive(Clone, Debug)]
pub struct Upload {
    /// As the sender calls it; only shown.
    pub name: String,
    pub bytes: Vec<u8>,
    pub origin: Origin,
    pub trust: Trust,
}

/// Takes a file in. The bytes are kept before the row is written: what a crash leaves between is
/// a file that nobody names, and the same upload finds it again.
///
/// # Faults
/// `media.unknown_kind`, `media.too_many_bytes`, `media.too_many_pixels`, `media.broken`.
pub async fn upload(app: &App, actor: &Actor, file: Upload) -> Result<Media, Fault> {
    actor.may(Right::CatalogWrite)?;
    let accepted = workshop(app).accept(app.cpu(), file.bytes, file.trust).await?;
    let tx = app.begin(actor).await?;
    let kept = media::keep(&tx, &accepted, &file.name, file.origin).await?;
    journal::note(&tx, "media.taken", Some(kept.id.uuid()), json!({ "kind": kept.kind, "bytes": kept.bytes })).await?;
    tx.commit().await?;
    Ok(kept)
}

/// Says in words what a picture of the shop itself shows, for those who do not see it.
///
/// # Faults
/// `access.forbidden`.
pub async fn describe(app: &App, actor: &Actor, media: MediaId, alt: Vec<(Locale, String)>) -> Result<(), Fault> {
    actor.may(Right::CatalogWrite)?;
    let tx = app.begin(actor).await?;
    let Some(source) = alt.first().map(|(locale, _)| *locale) else { return Ok(()) };
    let texts = alt.into_iter().map(|(locale, text)| NewText::new(media, field::ALT, locale, text));
    translation::set_many(&tx, source, texts.collect()).await?;
    journal::note(&tx, "media.described", Some(media.uuid()), json!({})).await?;
    // It may hang on any page.
    tx.raise(Subject::All);
    tx.commit().await
}

/// Takes a picture in and hangs it behind a product's others, with a text for those who do not
/// see it.
///
/// # Faults
/// As [`upload`].
pub async fn upload_for(
    app: &App,
    actor: &Actor,
    product: ProductId,
    file: Upload,
    alt: Vec<(Locale, String)>,
) -> Result<Media, Fault> {
    actor.may(Right::CatalogWrite)?;
    media::must_be_picture(&file.bytes)?;
    let accepted = workshop(app).accept(app.cpu(), file.bytes, file.trust).await?;
    let tx = app.begin(actor).await?;
    let kept = media::keep(&tx, &accepted, &file.name, file.origin).await?;
    hang(&tx, product, &kept, None, alt).await?;
    tx.commit().await?;
    Ok(kept)
}

/// A picture in one of the served sizes, as WebP; made at the first request.
///
/// # Faults
/// `media.no_such_size`, `media.not_found`.
pub async fn picture(app: &App, hash: &str, width: u32) -> Result<Vec<u8>, Fault> {
    Ok(workshop(app).sized(app.cpu(), hash, width).await?)
}

/// A document as it came.
///
/// # Faults
/// `media.not_found`.
pub async fn document(app: &App, hash: &str) -> Result<Vec<u8>, Fault> {
    Ok(workshop(app).original(hash, media::Kind::Document).await?)
}

/// Makes every served size of a picture ahead of the first request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeriveSizes {
    pub hash: String,
}

impl Payload for DeriveSizes {
    const KIND: &'static str = "media.derive";
    fn dedupe(&self) -> Option<String> {
        Some(format!("media.derive {}", self.hash))
    }
}

/// # Faults
/// `media.not_found`.
pub async fn derive(app: &App, job: &DeriveSizes) -> Result<(), Fault> {
    let known = media::by_hash(app.reader(), &job.hash).await?;
    for (size, _) in media::sources(known.width.unwrap_or(0)) {
        workshop(app).sized(app.cpu(), &job.hash, size).await?;
    }
    Ok(())
}

/// Fetches a picture that an imported product names by its address, and hangs it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FetchPicture {
    pub url: String,
    pub product: ProductId,
    /// The variant that it shows, by its SKU.
    pub sku: Option<String>,
    pub alt: Vec<(Locale, String)>,
}

impl Payload for FetchPicture {
    const KIND: &'static str = "media.fetch";
    fn dedupe(&self) -> Option<String> {
        Some(format!("media.fetch {} {}", self.product, self.url))
    }
}

/// What was fetched before is not fetched again.
///
/// # Faults
/// `media.fetch.*` for what the address or the site does; `media.*` for what the bytes are.
pub async fn fetch(app: &App, job: FetchPicture) -> Result<(), Fault> {
    let known = media::by_source(app.reader(), &job.url).await?;
    let accepted = match known {
        Some(_) => None,
        None => {
            let fetched = app.port::<dyn Fetch>().fetch(&job.url, MAX_BYTES).await?;
            media::must_be_picture(&fetched.bytes)?;
            Some(workshop(app).accept(app.cpu(), fetched.bytes, Trust::Foreign).await?)
        }
    };
    let tx = app.begin(&Actor::System).await?;
    let kept = kept(&tx, &job.url, known, accepted.as_ref()).await?;
    hang(&tx, job.product, &kept, job.sku, job.alt).await?;
    tx.commit().await
}

/// Fetches a document that an imported product names by its address.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FetchDocument {
    pub url: String,
    pub product: ProductId,
    pub title: Vec<(Locale, String)>,
}

impl Payload for FetchDocument {
    const KIND: &'static str = "media.fetch_document";
    fn dedupe(&self) -> Option<String> {
        Some(format!("media.fetch_document {} {}", self.product, self.url))
    }
}

/// What was fetched before is not fetched again, and lies beside a product once.
///
/// # Faults
/// As [`fetch`].
pub async fn fetch_document(app: &App, job: FetchDocument) -> Result<(), Fault> {
    let known = media::by_source(app.reader(), &job.url).await?;
    let accepted = match known {
        Some(_) => None,
        None => {
            let fetched = app.port::<dyn Fetch>().fetch(&job.url, MAX_BYTES).await?;
            Some(workshop(app).accept(app.cpu(), fetched.bytes, Trust::Foreign).await?)
        }
    };
    let tx = app.begin(&Actor::System).await?;
    let kept = kept(&tx, &job.url, known, accepted.as_ref()).await?;
    let bundle = catalog::bundles(&tx, &[job.product]).await?;
    let there = bundle.products.first().is_none_or(|p| p.documents.iter().any(|d| d.media == kept.id));
    if !there {
        let source = channels::all(&tx).await?.first().map_or(Locale::LT, channels::Channel::source);
        let document = NewDocument { media: kept.id, kind: "care".to_owned(), title: job.title };
        catalog::add_documents(&tx, job.product, source, vec![document]).await?;
        showcase::project(&tx, &[job.product]).await?;
        journal::note(&tx, "media.document.laid", Some(job.product.uuid()), json!({ "media": kept.id })).await?;
    }
    tx.commit().await
}

/// The record of what an address gave, now or earlier.
async fn kept(tx: &Tx, url: &str, known: Option<Media>, accepted: Option<&media::Accepted>) -> Result<Media, Fault> {
    match (known, accepted) {
        (Some(kept), _) => Ok(kept),
        (None, Some(accepted)) => {
            let name = url.rsplit('/').next().unwrap_or_default();
            let kept = media::keep(tx, accepted, name, Origin::Import).await?;
            media::note_source(tx, url, kept.id).await?;
            Ok(kept)
        }
        (None, None) => Err(media::Fault::NotFound(url.to_owned()).into()),
    }
}

async fn hang(tx: &Tx, product: ProductId, kept: &Media, sku: Option<String>, alt: Vec<(Locale, String)>) -> Result<(), Fault> {
    let known = catalog::bundles(tx, &[product]).await?;
    // A job that ran before its process was killed runs again.
    if known.products.iter().any(|p| p.pictures.iter().any(|hung| hung.media == kept.id)) {
        return Ok(());
    }
    let source = channels::all(tx).await?.first().map_or(Locale::LT, channels::Channel::source);
    let picture = NewPicture { media: kept.id, sku, alt };
    catalog::add_pictures(tx, product, source, vec![picture]).await?;
    showcase::project(tx, &[product]).await?;
    journal::note(tx, "media.picture.hung", Some(product.uuid()), json!({ "media": kept.id })).await?;
    Ok(())
}

fn workshop(app: &App) -> &Arc<Workshop> {
    app.port::<Workshop>()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::{
        catalog::{NewProduct, NewVariant},
        flows::steps::market,
        kernel::{Kind, Money, Reader, testing},
        media::{Directory, FetchFault, Fetched},
        showcase::{Channelled, ProductCard, Viewer},
    };

    /// A site that has one picture.
    struct Site(AtomicUsize);

    #[async_trait::async_trait]
    impl Fetch for Site {
        async fn fetch(&self, url: &str, _most: u64) -> Result<Fetched, FetchFault> {
            self.0.fetch_add(1, Ordering::SeqCst);
            match url {
                "https://example.com/table.png" => Ok(Fetched { bytes: png(400) }),
                _ => Err(FetchFault::Status(503)),
            }
        }
    }

    fn png(width: u32) -> Vec<u8> {
        let mut out = std::io::Cursor::new(Vec::new());
        let pixels = vec![120; usize::try_from(width).unwrap() * 30];
        let kind = image::ExtendedColorType::Rgb8;
        image::write_buffer_with_format(&mut out, &pixels, width, 10, kind, image::ImageFormat::Png).unwrap();
        out.into_inner()
    }

    async fn ground(fresh: &testing::Fresh) -> (App, Arc<Site>, ProductId, Viewer) {
        let site = Arc::new(Site(AtomicUsize::new(0)));
        let shop = Workshop::new(Arc::new(Directory::new(fresh.folder().join("media"))));
        let app = fresh.builder().with_port(Arc::new(shop)).with_port::<dyn Fetch>(site.clone()).build();
        let tx = app.begin(&Actor::System).await.unwrap();
        let channel = market::found(&tx).await.unwrap();
        assert_eq!(market::found(&tx).await.unwrap(), channel, "a shop is opened once");
        let table = NewProduct::goods(Locale::LT, "Stalas").published().variant(NewVariant::new("ST-1").price(Money::eur(1)));
        let product = catalog::put(&tx, vec![table]).await.unwrap()[0].product;
        let variants = catalog::variants_of(&tx, &[product]).await.unwrap();
        let price = crate::pricing::Reduction::None;
        crate::pricing::set_price(&tx, channel.price_list, variants[0].1, Money::eur(899_00), price).await.unwrap();
        showcase::project(&tx, &[product]).await.unwrap();
        tx.commit().await.unwrap();
        let viewer = channel.viewer(Locale::LT, app.now());
        (app, site, product, viewer)
    }

    async fn card(db: &Reader, product: ProductId, viewer: &Viewer) -> ProductCard {
        showcase::cards(db, &[product], viewer).await.unwrap().remove(0)
    }

    #[tokio::test]
    async fn an_uploaded_picture_hangs_at_once_and_is_served_in_sizes() {
        for fresh in testing::databases().await {
            let (app, _, product, viewer) = ground(&fresh).await;
            let file = Upload { name: "stalas.png".into(), bytes: png(700), origin: Origin::Office, trust: Trust::Foreign };
            let alt = vec![(Locale::LT, "Ąžuolinis stalas".to_owned())];
            let kept = upload_for(&app, &Actor::System, product, file.clone(), alt).await.unwrap();
            assert_eq!((kept.width, kept.height), (Some(700), Some(10)));
            let shown = card(app.reader(), product, &viewer).await.picture.unwrap();
            assert_eq!((shown.hash.as_str(), shown.alt.as_str(), shown.width), (kept.hash.as_str(), "Ąžuolinis stalas", 700));
            derive(&app, &DeriveSizes { hash: kept.hash.clone() }).await.unwrap();
            let small = picture(&app, &kept.hash, 320).await.unwrap();
            assert_eq!(&small[8..12], b"WEBP");
            assert_eq!(upload(&app, &Actor::System, file.clone()).await.unwrap(), kept);
            assert_eq!(upload(&app, &Actor::Guest, file.clone()).await.unwrap_err().kind, Kind::Forbidden);
            let pdf = Upload { bytes: b"%PDF-1.4".to_vec(), ..file.clone() };
            let refused = upload_for(&app, &Actor::System, product, pdf, vec![]).await.unwrap_err();
            assert_eq!((refused.kind, refused.code), (Kind::Invalid, "media.not_a_picture"));
            assert_eq!(picture(&app, "00", 320).await.unwrap_err().kind, Kind::NotFound);
        }
    }

    #[tokio::test]
    async fn a_picture_by_address_is_fetched_once() {
        for fresh in testing::databases().await {
            let (app, site, product, viewer) = ground(&fresh).await;
            let url = "https://example.com/table.png".to_owned();
            let job = FetchPicture { url, product, sku: Some("ST-1".into()), alt: vec![] };
            fetch(&app, job.clone()).await.unwrap();
            let shown = card(app.reader(), product, &viewer).await;
            assert_eq!(shown.picture.unwrap().width, 400);
            fetch(&app, job.clone()).await.unwrap();
            assert_eq!(site.0.load(Ordering::SeqCst), 1, "a second import fetches nothing");
            let hung = card(app.reader(), product, &viewer).await.pictures.len();
            assert_eq!(hung, 1, "and hangs nothing twice");
            let down = FetchPicture { url: "https://example.com/x.png".into(), ..job };
            assert_eq!(fetch(&app, down).await.unwrap_err().kind, Kind::Unavailable, "worth another try");
        }
    }
}
