//! Finding products and variants by what others call them.

use std::collections::HashMap;

use sea_orm::DbErr;
use uuid::Uuid;

use crate::kernel::{CategoryId, ProductId, Reads, VariantId, db, db::params, fold};

/// A record that another system's name or a SKU led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub product: ProductId,
    /// What it looked like when it was last taken over.
    pub fingerprint: Option<String>,
}

/// Products by their names in another system.
///
/// # Errors
/// Whatever the database says.
pub async fn find_external(db: &impl Reads, source: &str, ids: &[String]) -> Result<HashMap<String, Known>, DbErr> {
    let mut found = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(900) {
        let sql = format!(
            "select external_id, entity_id, fingerprint from external_ref where source = $1 and kind = 'product' \
             and external_id in ({})",
            db::marks(chunk.len(), 2)
        );
        let mut values = params![source];
        values.extend(db::values(chunk));
        for row in db::rows(db, &sql, values).await? {
            let product = ProductId(row.try_get_by_index(1)?);
            found.insert(row.try_get_by_index(0)?, Known { product, fingerprint: row.try_get_by_index(2)? });
        }
    }
    Ok(found)
}

/// Products and variants by SKU.
///
/// # Errors
/// Whatever the database says.
pub async fn find_skus(db: &impl Reads, skus: &[String]) -> Result<HashMap<String, (ProductId, VariantId)>, DbErr> {
    let mut found = HashMap::with_capacity(skus.len());
    for chunk in skus.chunks(900) {
        let sql = format!("select sku, product_id, id from variant where sku in ({})", db::marks(chunk.len(), 1));
        for row in db::rows(db, &sql, db::values(chunk)).await? {
            found.insert(row.try_get_by_index(0)?, (row.try_get_by_index(1)?, row.try_get_by_index(2)?));
        }
    }
    Ok(found)
}

/// The SKUs of products with these words in their title, and the typed one itself: goods that are gone from
/// the catalogue are still found in what was written about them.
///
/// # Errors
/// Whatever the database says.
pub async fn skus_by_words(db: &impl Reads, typed: &str) -> Result<Vec<String>, DbErr> {
    let mut sql = "select v.sku from product p join variant v on v.product_id = p.id where 1 = 1".to_owned();
    let mut values = Vec::new();
    for word in fold(typed).split_whitespace() {
        let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        values.push(format!("%{escaped}%").into());
        sql += &format!(" and p.find like ${} escape '\\'", values.len());
    }
    let mut found: Vec<String> =
        if values.is_empty() { Vec::new() } else { db::column(db, &format!("{sql} order by v.sku limit 500"), values).await? };
    let typed = typed.trim().to_owned();
    if !typed.is_empty() && !found.contains(&typed) {
        found.push(typed);
    }
    Ok(found)
}

pub(super) async fn skus_of(db: &impl Reads, product: ProductId) -> Result<HashMap<String, VariantId>, DbErr> {
    let rows = db::rows(db, "select sku, id from variant where product_id = $1", params![product]).await?;
    rows.iter().map(|r| Ok((r.try_get_by_index(0)?, r.try_get_by_index(1)?))).collect()
}

/// The variants of products, switched-off ones included.
///
/// # Errors
/// Whatever the database says.
pub async fn variants_of(db: &impl Reads, ids: &[ProductId]) -> Result<Vec<(ProductId, VariantId)>, DbErr> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(900) {
        let marks = db::marks(chunk.len(), 1);
        let sql = format!("select product_id, id from variant where product_id in ({marks}) order by product_id, position");
        for row in db::rows(db, &sql, db::values(chunk)).await? {
            found.push((row.try_get_by_index(0)?, row.try_get_by_index(1)?));
        }
    }
    Ok(found)
}

/// The SKUs of variants, with their products.
///
/// # Errors
/// Whatever the database says.
pub async fn skus_of_variants(db: &impl Reads, ids: &[VariantId]) -> Result<HashMap<VariantId, (ProductId, String)>, DbErr> {
    let mut found = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(500) {
        let sql = format!("select id, product_id, sku from variant where id in ({})", db::marks(chunk.len(), 1));
        for row in db::rows(db, &sql, db::values(chunk)).await? {
            found.insert(row.try_get_by_index(0)?, (row.try_get_by_index(1)?, row.try_get_by_index(2)?));
        }
    }
    Ok(found)
}

/// Whose variants these are.
///
/// # Errors
/// Whatever the database says.
pub async fn product_of_variant(db: &impl Reads, variants: &[VariantId]) -> Result<HashMap<VariantId, ProductId>, DbErr> {
    let mut found = HashMap::with_capacity(variants.len());
    for chunk in variants.chunks(900) {
        let sql = format!("select id, product_id from variant where id in ({})", db::marks(chunk.len(), 1));
        for row in db::rows(db, &sql, db::values(chunk)).await? {
            found.insert(row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        }
    }
    Ok(found)
}

/// The next products after an id, for whatever goes through all of them (export, reindex).
///
/// # Errors
/// Whatever the database says.
pub async fn ids_after(db: &impl Reads, after: Option<ProductId>, limit: u32) -> Result<Vec<ProductId>, DbErr> {
    let sql = format!("select id from product where id > $1 order by id limit {}", limit.clamp(1, 5000));
    db::column(db, &sql, params![after.unwrap_or(ProductId(Uuid::nil()))]).await
}

/// The next products after an id that stand in a category or below it.
///
/// # Errors
/// Whatever the database says.
pub async fn ids_in_category(
    db: &impl Reads,
    category: CategoryId,
    after: Option<ProductId>,
    limit: u32,
) -> Result<Vec<ProductId>, DbErr> {
    let below = super::children_of(db, category).await?;
    if below.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "select distinct product_id from product_category where category_id in ({}) and product_id > $1 \
         order by product_id limit {}",
        db::marks(below.len(), 2),
        limit.clamp(1, 5000)
    );
    let mut values = params![after.unwrap_or(ProductId(Uuid::nil()))];
    values.extend(db::values(&below));
    db::column(db, &sql, values).await
}

/// One SKU of each product, to name it by in a file.
///
/// # Errors
/// Whatever the database says.
pub async fn first_skus(db: &impl Reads, ids: &[ProductId]) -> Result<HashMap<ProductId, String>, DbErr> {
    let mut found = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(900) {
        let marks = db::marks(chunk.len(), 1);
        let sql = format!("select product_id, sku from variant where product_id in ({marks}) order by product_id, position desc");
        for row in db::rows(db, &sql, db::values(chunk)).await? {
            found.insert(row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        }
    }
    Ok(found)
}

/// Forgets what another system calls these products.
///
/// # Errors
/// Whatever the database says.
pub async fn forget_external(tx: &crate::kernel::Tx, source: &str, ids: &[ProductId]) -> Result<(), DbErr> {
    for chunk in ids.chunks(900) {
        let marks = db::marks(chunk.len(), 2);
        let sql = format!("delete from external_ref where source = $1 and kind = 'product' and entity_id in ({marks})");
        let mut values = params![source];
        values.extend(db::values(chunk));
        db::run(tx, &sql, values).await?;
    }
    Ok(())
}
