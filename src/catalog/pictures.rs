//! Pictures and documents of products: which medium, where, and what it shows.

use std::collections::HashMap;

use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Fault, product::field};
use crate::{
    kernel::{self, Locale, MediaId, ProductId, Reads, Tx, VariantId, db, db::params},
    translation::{self, NewText},
};

/// A picture to be hung.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPicture {
    pub media: MediaId,
    pub alt: Vec<(Locale, String)>,
    /// The variant that it shows, by SKU.
    pub sku: Option<String>,
}

impl NewPicture {
    pub fn new(media: MediaId) -> Self {
        Self { media, alt: Vec::new(), sku: None }
    }
    pub fn alt(mut self, locale: Locale, text: impl Into<String>) -> Self {
        self.alt.push((locale, text.into()));
        self
    }
    pub fn of_variant(mut self, sku: impl Into<String>) -> Self {
        self.sku = Some(sku.into());
        self
    }
}

/// A document to be laid beside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewDocument {
    pub media: MediaId,
    /// "care", "assembly", "certificate", "safety"
    pub kind: String,
    pub title: Vec<(Locale, String)>,
}

/// What hangs at which product after the change; pictures keep their id (and so their alt
/// texts) as long as their medium stays.
pub(super) async fn hang(
    tx: &Tx,
    source: Locale,
    wanted: Vec<(ProductId, Vec<NewPicture>)>,
    skus: &HashMap<String, VariantId>,
) -> Result<(), DbErr> {
    let products: Vec<ProductId> = wanted.iter().map(|(p, _)| *p).collect();
    let known = hanging(tx, &products).await?;
    let (mut rows, mut texts, mut keep) = (Vec::new(), Vec::new(), Vec::new());
    for (product, pictures) in wanted {
        for (position, picture) in pictures.into_iter().enumerate() {
            let id = known.get(&(product, picture.media)).copied().unwrap_or_else(|| tx.uuid());
            keep.push(id);
            let variant = picture.sku.as_ref().and_then(|sku| skus.get(sku)).copied();
            rows.push(params![id, product, picture.media, variant, position as i64]);
            texts.extend(picture.alt.into_iter().map(|(l, t)| NewText::new(id, field::ALT, l, t)));
        }
    }
    let gone: Vec<Uuid> = known.values().filter(|id| !keep.contains(id)).copied().collect();
    for chunk in gone.chunks(900) {
        let sql = format!("delete from picture where id in ({})", db::marks(chunk.len(), 1));
        db::run(tx, &sql, db::values(chunk)).await?;
    }
    let tail = "on conflict (id) do update set variant_id = excluded.variant_id, position = excluded.position";
    let head = "insert into picture (id, product_id, media_id, variant_id, position) values";
    db::insert_many(tx, head, tail, rows).await?;
    if !texts.is_empty() {
        translation::set_many(tx, source, texts).await?;
    }
    Ok(())
}

async fn hanging(db: &impl Reads, products: &[ProductId]) -> Result<HashMap<(ProductId, MediaId), Uuid>, DbErr> {
    let mut found = HashMap::new();
    for chunk in products.chunks(900) {
        let marks = db::marks(chunk.len(), 1);
        let sql = format!("select product_id, media_id, id from picture where product_id in ({marks})");
        for row in db::rows(db, &sql, db::values(chunk)).await? {
            found.insert((row.try_get_by_index(0)?, row.try_get_by_index(1)?), row.try_get_by_index(2)?);
        }
    }
    Ok(found)
}

/// Hangs pictures behind those that are there.
///
/// # Faults
/// Whatever the database says.
pub async fn add_pictures(
    tx: &Tx,
    product: ProductId,
    source: Locale,
    pictures: Vec<NewPicture>,
) -> Result<Vec<Uuid>, kernel::Fault> {
    let skus = super::lookup::skus_of(tx, product).await?;
    let last = "select coalesce(max(position), -1) from picture where product_id = $1";
    let next = db::scalar::<i64>(tx, last, params![product]).await?.unwrap_or(-1) + 1;
    let (mut rows, mut texts, mut ids) = (Vec::new(), Vec::new(), Vec::new());
    for (i, picture) in pictures.into_iter().enumerate() {
        let id = tx.uuid();
        let variant = picture.sku.as_ref().and_then(|sku| skus.get(sku)).copied();
        rows.push(params![id, product, picture.media, variant, next + i as i64]);
        texts.extend(picture.alt.into_iter().map(|(l, t)| NewText::new(id, field::ALT, l, t)));
        ids.push(id);
    }
    let head = "insert into picture (id, product_id, media_id, variant_id, position) values";
    db::insert_many(tx, head, "", rows).await?;
    translation::set_many(tx, source, texts).await?;
    Ok(ids)
}

/// Lays documents beside those that are there.
///
/// # Errors
/// Whatever the database says.
pub async fn add_documents(tx: &Tx, product: ProductId, source: Locale, documents: Vec<NewDocument>) -> Result<(), DbErr> {
    lay(tx, source, vec![(product, documents)]).await
}

pub(super) async fn lay(tx: &Tx, source: Locale, wanted: Vec<(ProductId, Vec<NewDocument>)>) -> Result<(), DbErr> {
    let (mut rows, mut texts) = (Vec::new(), Vec::new());
    for (product, documents) in wanted {
        for (position, document) in documents.into_iter().enumerate() {
            let id = tx.uuid();
            rows.push(params![id, product, document.media, document.kind, position as i64]);
            texts.extend(document.title.into_iter().map(|(l, t)| NewText::new(id, field::TITLE, l, t)));
        }
    }
    let head = "insert into document (id, product_id, media_id, kind, position) values";
    db::insert_many(tx, head, "", rows).await?;
    if !texts.is_empty() {
        translation::set_many(tx, source, texts).await?;
    }
    Ok(())
}

/// Puts the pictures of a product into this order; those not named follow.
///
/// # Errors
/// Whatever the database says.
pub async fn order_pictures(tx: &Tx, product: ProductId, order: &[Uuid]) -> Result<(), DbErr> {
    let sql = "update picture set position = position + 1000 where product_id = $1";
    db::run(tx, sql, params![product]).await?;
    for (position, id) in order.iter().enumerate() {
        let sql = "update picture set position = $3 where id = $1 and product_id = $2";
        db::run(tx, sql, params![*id, product, position as i64]).await?;
    }
    Ok(())
}

/// Takes a picture down; the medium itself stays.
///
/// # Faults
/// `catalog.no_picture` when it does not hang there.
pub async fn remove_picture(tx: &Tx, product: ProductId, picture: Uuid) -> Result<(), kernel::Fault> {
    let sql = "delete from picture where id = $1 and product_id = $2";
    match db::run(tx, sql, params![picture, product]).await? {
        0 => Err(Fault::NoPicture.into()),
        _ => Ok(()),
    }
}

/// What a picture shows, in one language.
///
/// # Faults
/// `catalog.no_picture` when it does not hang there.
pub async fn set_alt(tx: &Tx, product: ProductId, picture: Uuid, locale: Locale, text: &str) -> Result<(), kernel::Fault> {
    let sql = "select 1 from picture where id = $1 and product_id = $2";
    if db::row(tx, sql, params![picture, product]).await?.is_none() {
        return Err(Fault::NoPicture.into());
    }
    translation::set(tx, NewText::new(picture, field::ALT, locale, text.trim())).await?;
    Ok(())
}
