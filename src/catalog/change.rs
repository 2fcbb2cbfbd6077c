//! Small changes to products that exist, one verb each.

use std::{borrow::Cow, collections::HashMap};

use sea_orm::DbErr;

use super::{
    Fault, Relation, Status,
    gpsr::Compliance,
    product::field,
    slugs::{SlugKind, SlugWish, assign},
    views, words,
};
use crate::{
    kernel::{self, CategoryId, Locale, ProducerId, ProductId, Tx, db, db::params, fold},
    translation::{self, NewText, TextOrigin, TextState},
};

async fn touch(tx: &Tx, ids: &[ProductId]) -> Result<u64, DbErr> {
    let mut touched = 0;
    for chunk in ids.chunks(900) {
        let sql = format!("update product set updated_at = $1 where id in ({})", db::marks(chunk.len(), 2));
        let mut values = params![tx.now()];
        values.extend(db::values(chunk));
        touched += db::run(tx, &sql, values).await?;
    }
    Ok(touched)
}

async fn must_exist(tx: &Tx, id: ProductId) -> Result<(), kernel::Fault> {
    match touch(tx, &[id]).await? {
        0 => Err(Fault::NoProduct.into()),
        _ => Ok(()),
    }
}

/// Sets texts of a product as a person wrote them; empty takes a text away. A language that
/// gets its first title gets its slug; a changed title moves no page.
///
/// # Faults
/// `catalog.no_product`; `catalog.no_title` when the source title would go.
pub async fn set_texts(tx: &Tx, id: ProductId, texts: Vec<(Cow<'static, str>, Locale, String)>) -> Result<(), kernel::Fault> {
    must_exist(tx, id).await?;
    let before = translation::texts_of(tx, &[id.0]).await?;
    let source = before.source(id, field::TITLE).or(texts.first().map(|t| t.1)).ok_or(Fault::NoTitle)?;
    let titleless = |(f, l, v): &(Cow<'static, str>, Locale, String)| f == field::TITLE && *l == source && v.trim().is_empty();
    if texts.iter().any(titleless) {
        return Err(Fault::NoTitle.into());
    }
    let wishes = texts
        .iter()
        .filter(|(f, _, v)| f == field::TITLE && !v.trim().is_empty())
        .map(|(_, locale, v)| SlugWish { entity: id.0, locale: *locale, text: v.clone(), replace: false })
        .collect();
    let texts =
        texts.into_iter().map(|(f, l, v)| NewText::new(id, f, l, v.trim()).from(TextOrigin::Human, TextState::Ok)).collect();
    translation::set_many(tx, source, texts).await?;
    assign(tx, SlugKind::Product, wishes).await?;
    refresh_find(tx, id).await
}

/// Renews what the office's search looks through.
async fn refresh_find(tx: &Tx, id: ProductId) -> Result<(), kernel::Fault> {
    let texts = translation::texts_of(tx, &[id.0]).await?;
    let source = texts.source(id, field::TITLE).unwrap_or(Locale::LT);
    let mut find = fold(texts.word(id, field::TITLE, source));
    let sql = "select sku, gtin from variant where product_id = $1 order by position";
    for row in db::rows(tx, sql, params![id]).await? {
        let codes: [Option<String>; 2] = [row.try_get_by_index(0)?, row.try_get_by_index(1)?];
        for code in codes.into_iter().flatten() {
            find.push(' ');
            find.push_str(&fold(&code));
        }
    }
    db::run(tx, "update product set find = $2 where id = $1", params![id, words::bounded(&find)]).await?;
    Ok(())
}

/// Sets the status of many products; the first publishing is remembered.
///
/// # Errors
/// Whatever the database says.
pub async fn set_status(tx: &Tx, ids: &[ProductId], status: Status) -> Result<(), DbErr> {
    let published = (status == Status::Published).then(|| tx.now());
    for chunk in ids.chunks(900) {
        let sql = format!(
            "update product set status = $1, published_at = coalesce(published_at, $2), updated_at = $3 where id in ({})",
            db::marks(chunk.len(), 4)
        );
        let mut values = params![status.as_str(), published, tx.now()];
        values.extend(db::values(chunk));
        db::run(tx, &sql, values).await?;
    }
    Ok(())
}

/// Where a product stands now.
#[derive(Clone, Debug)]
pub struct Standing {
    pub id: ProductId,
    pub status: Status,
    pub category: Option<CategoryId>,
}

/// Where products stand, read in the transaction that moves them.
///
/// # Errors
/// Whatever the database says.
pub async fn standing(tx: &Tx, ids: &[ProductId]) -> Result<Vec<Standing>, DbErr> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(900) {
        let sql = format!("select id, status, category_id from product where id in ({})", db::marks(chunk.len(), 1));
        for row in db::rows(tx, &sql, db::values(chunk)).await? {
            let status: String = row.try_get_by_index(1)?;
            let status = status.parse().unwrap_or(Status::Draft);
            found.push(Standing { id: row.try_get_by_index(0)?, status, category: row.try_get_by_index(2)? });
        }
    }
    Ok(found)
}

/// # Faults
/// `catalog.unsafe` when safety data of one of the products is missing.
pub async fn must_be_safe(tx: &Tx, ids: &[ProductId]) -> Result<(), kernel::Fault> {
    let mut gaps: Vec<&str> = views::gaps_of(tx, ids).await?.into_values().flatten().map(super::Gap::as_str).collect();
    gaps.sort_unstable();
    gaps.dedup();
    if gaps.is_empty() { Ok(()) } else { Err(Fault::Unsafe { missing: gaps.join(", ") }.into()) }
}

/// Gives a product new addresses; the old ones lead to them for ever. What is the same already,
/// or empty, stays.
///
/// # Faults
/// `catalog.no_product`.
pub async fn set_slugs(tx: &Tx, id: ProductId, slugs: Vec<(Locale, String)>) -> Result<(), kernel::Fault> {
    must_exist(tx, id).await?;
    let wishes = slugs
        .into_iter()
        .filter(|(_, text)| !text.trim().is_empty())
        .map(|(locale, text)| SlugWish { entity: id.0, locale, text, replace: true })
        .collect();
    Ok(assign(tx, SlugKind::Product, wishes).await?)
}

/// Puts a product on show.
///
/// # Faults
/// `catalog.unsafe` when safety data is missing and the shop refuses that.
pub async fn publish(tx: &Tx, id: ProductId, compliance: Compliance) -> Result<(), kernel::Fault> {
    must_exist(tx, id).await?;
    if compliance == Compliance::Block {
        must_be_safe(tx, &[id]).await?;
    }
    Ok(set_status(tx, &[id], Status::Published).await?)
}

/// Takes a product off show; its orders, addresses and pictures stay.
///
/// # Faults
/// `catalog.no_product`.
pub async fn archive(tx: &Tx, id: ProductId) -> Result<(), kernel::Fault> {
    must_exist(tx, id).await?;
    Ok(set_status(tx, &[id], Status::Archived).await?)
}

/// Makes this the main category of many products, in place of the main one that they had.
///
/// # Faults
/// `catalog.no_category`.
pub async fn set_category(tx: &Tx, ids: &[ProductId], category: CategoryId) -> Result<(), kernel::Fault> {
    if db::row(tx, "select 1 from category where id = $1", params![category]).await?.is_none() {
        return Err(Fault::NoCategory.into());
    }
    for chunk in ids.chunks(900) {
        let marks = db::marks(chunk.len(), 1);
        let old = format!(
            "delete from product_category where product_id in ({marks}) and category_id = \
             (select p.category_id from product p where p.id = product_category.product_id)"
        );
        db::run(tx, &old, db::values(chunk)).await?;
        let sql = format!("update product set category_id = $1, updated_at = $2 where id in ({})", db::marks(chunk.len(), 3));
        let mut values = params![category, tx.now()];
        values.extend(db::values(chunk));
        db::run(tx, &sql, values).await?;
    }
    Ok(add_to_category(tx, ids, category).await?)
}

/// Shows products in one more category.
///
/// # Errors
/// Whatever the database says.
pub async fn add_to_category(tx: &Tx, ids: &[ProductId], category: CategoryId) -> Result<(), DbErr> {
    let rows = ids.iter().map(|id| params![*id, category, None::<i64>]).collect();
    let head = "insert into product_category (product_id, category_id, position) values";
    db::insert_many(tx, head, "on conflict (product_id, category_id) do nothing", rows).await?;
    touch(tx, ids).await.map(drop)
}

/// # Faults
/// `catalog.no_product`.
pub async fn set_tags(tx: &Tx, id: ProductId, tags: &[String]) -> Result<(), kernel::Fault> {
    must_exist(tx, id).await?;
    db::run(tx, "delete from product_tag where product_id = $1", params![id]).await?;
    let mut tags: Vec<&str> = tags.iter().map(|t| t.trim()).filter(|t| !t.is_empty()).collect();
    tags.sort_unstable();
    tags.dedup();
    let rows = tags.into_iter().map(|tag| params![id, tag]).collect();
    Ok(db::insert_many(tx, "insert into product_tag (product_id, tag) values", "", rows).await?)
}

/// # Faults
/// `catalog.no_product`.
pub async fn set_producer(tx: &Tx, id: ProductId, producer: Option<ProducerId>) -> Result<(), kernel::Fault> {
    must_exist(tx, id).await?;
    db::run(tx, "update product set producer_id = $2 where id = $1", params![id, producer]).await?;
    Ok(())
}

/// Lower comes first in lists.
///
/// # Faults
/// `catalog.no_product`.
pub async fn set_rank(tx: &Tx, id: ProductId, rank: i64) -> Result<(), kernel::Fault> {
    must_exist(tx, id).await?;
    db::run(tx, "update product set rank = $2 where id = $1", params![id, rank]).await?;
    Ok(())
}

/// What goes with a product, in place of what did.
///
/// # Faults
/// `catalog.no_product`.
pub async fn relate(tx: &Tx, id: ProductId, kind: Relation, others: &[ProductId]) -> Result<(), kernel::Fault> {
    must_exist(tx, id).await?;
    db::run(tx, "delete from relation where product_id = $1 and kind = $2", params![id, kind.as_str()]).await?;
    let mut seen = HashMap::new();
    let rows = others
        .iter()
        .filter(|o| **o != id && seen.insert(**o, ()).is_none())
        .enumerate()
        .map(|(i, other)| params![id, kind.as_str(), *other, i as i64])
        .collect();
    let head = "insert into relation (product_id, kind, other_id, position) values";
    Ok(db::insert_many(tx, head, "", rows).await?)
}

/// Deletes products that nobody has seen: the undoing of an import. Their slugs and texts go too.
///
/// # Errors
/// Whatever the database says.
pub async fn remove(tx: &Tx, ids: &[ProductId]) -> Result<(), DbErr> {
    for chunk in ids.chunks(900) {
        let marks = db::marks(chunk.len(), 1);
        let variants = format!("select id from variant where product_id in ({marks})");
        let pictures = format!("select id from picture where product_id in ({marks})");
        let documents = format!("select id from document where product_id in ({marks})");
        for sql in [
            format!("delete from wording where entity_id in ({pictures})"),
            format!("delete from wording where entity_id in ({documents})"),
            format!("delete from wording where entity_id in ({marks})"),
            format!("delete from slug where entity_id in ({marks})"),
            format!("delete from external_ref where entity_id in ({variants})"),
            format!("delete from external_ref where entity_id in ({marks})"),
            format!("delete from product where id in ({marks})"),
        ] {
            db::run(tx, &sql, db::values(chunk)).await?;
        }
    }
    Ok(())
}
