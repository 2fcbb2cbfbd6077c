//! What products were before a run touched them: the ground of its undo. And what a run still
//! owes: relations to products that stand further down in its file.

use std::collections::{HashMap, HashSet};

use sea_orm::DbErr;

use crate::{
    catalog::NewProduct,
    kernel::{self, ImportId, Moment, ProductId, Reads, Tx, db, db::params},
};

/// Keeps what products were before this run first touched them; `None` for one that it made.
///
/// # Faults
/// Whatever the database says.
pub async fn remember(tx: &Tx, id: ImportId, before: Vec<(ProductId, Option<&NewProduct>)>) -> Result<(), kernel::Fault> {
    let mut rows = Vec::with_capacity(before.len());
    for (product, image) in before {
        let text = image.map(serde_json::to_string).transpose()?;
        rows.push(params![id, product, text.is_none(), text, tx.now()]);
    }
    let head = "insert into import_change (run_id, product_id, created, image, at) values";
    // A product that a run touches twice keeps what it was before the first time.
    Ok(db::insert_many(tx, head, "on conflict (run_id, product_id) do update set at = excluded.at", rows).await?)
}

/// Moves the moment from which a change of these products counts as somebody's edit.
///
/// # Errors
/// Whatever the database says.
pub async fn mark(tx: &Tx, id: ImportId, products: &[ProductId]) -> Result<(), DbErr> {
    for chunk in products.chunks(900) {
        let marks = db::marks(chunk.len(), 3);
        let mut values = params![id, tx.now()];
        values.extend(db::values(chunk));
        db::run(tx, &format!("update import_change set at = $2 where run_id = $1 and product_id in ({marks})"), values).await?;
    }
    Ok(())
}

/// What a run did to one product.
#[derive(Clone, Debug)]
pub struct Change {
    pub product_id: ProductId,
    pub created: bool,
    image: Option<String>,
    pub at: Moment,
}
db::record!(Change { product_id, created, image, at });

impl Change {
    /// What the product was before.
    ///
    /// # Errors
    /// When the row is not ours.
    pub fn before(&self) -> Result<Option<NewProduct>, serde_json::Error> {
        self.image.as_deref().map(serde_json::from_str).transpose()
    }
}

/// The next changes of a run after a product.
///
/// # Errors
/// Whatever the database says.
pub async fn changes(db: &impl Reads, id: ImportId, after: Option<ProductId>, limit: u32) -> Result<Vec<Change>, DbErr> {
    let after = after.unwrap_or(ProductId(uuid::Uuid::nil()));
    let sql = format!(
        "select product_id, created, image, at from import_change where run_id = $1 and product_id > $2 \
         order by product_id limit {limit}"
    );
    db::all(db, &sql, params![id, after]).await
}

/// Which of these products, or their prices, somebody changed after the run had written them.
///
/// # Errors
/// Whatever the database says.
pub async fn edited_since(db: &impl Reads, changes: &[Change]) -> Result<HashSet<ProductId>, DbErr> {
    let at: HashMap<ProductId, Moment> = changes.iter().map(|c| (c.product_id, c.at)).collect();
    let ids: Vec<ProductId> = at.keys().copied().collect();
    let mut edited = HashSet::new();
    for chunk in ids.chunks(900) {
        let marks = db::marks(chunk.len(), 1);
        for sql in [
            format!("select id, updated_at from product where id in ({marks})"),
            format!(
                "select v.product_id, h.valid_from from variant v join price_history h on h.variant_id = v.id \
                 where v.product_id in ({marks})"
            ),
        ] {
            for row in db::rows(db, &sql, db::values(chunk)).await? {
                let product: ProductId = row.try_get_by_index(0)?;
                let changed: Moment = row.try_get_by_index(1)?;
                if at.get(&product).is_some_and(|at| changed > *at) {
                    edited.insert(product);
                }
            }
        }
    }
    Ok(edited)
}

/// Forgets changes that were taken back.
///
/// # Errors
/// Whatever the database says.
pub async fn forget(tx: &Tx, id: ImportId, products: &[ProductId]) -> Result<(), DbErr> {
    for chunk in products.chunks(900) {
        let mut values = params![id];
        values.extend(db::values(chunk));
        let sql = format!("delete from import_change where run_id = $1 and product_id in ({})", db::marks(chunk.len(), 2));
        db::run(tx, &sql, values).await?;
    }
    Ok(())
}

/// Keeps names of related products that are not there yet.
///
/// # Faults
/// Whatever the database says.
pub async fn owe(tx: &Tx, id: ImportId, links: &[(ProductId, Vec<String>)]) -> Result<(), kernel::Fault> {
    let mut rows = Vec::with_capacity(links.len());
    for (product, names) in links {
        rows.push(params![id, *product, serde_json::to_string(names)?]);
    }
    let tail = "on conflict (run_id, product_id) do update set names = excluded.names";
    Ok(db::insert_many(tx, "insert into import_link (run_id, product_id, names) values", tail, rows).await?)
}

/// The next of what a run owes.
///
/// # Faults
/// Whatever the database says.
pub async fn owed(tx: &Tx, id: ImportId, limit: u32) -> Result<Vec<(ProductId, Vec<String>)>, kernel::Fault> {
    let sql = format!("select product_id, names from import_link where run_id = $1 order by product_id limit {limit}");
    let mut owed = Vec::new();
    for row in db::rows(tx, &sql, params![id]).await? {
        owed.push((row.try_get_by_index(0)?, serde_json::from_str(&row.try_get_by_index::<String>(1)?)?));
    }
    Ok(owed)
}

/// Strikes out what was settled.
///
/// # Errors
/// Whatever the database says.
pub async fn settle(tx: &Tx, id: ImportId, products: &[ProductId]) -> Result<(), DbErr> {
    let mut values = params![id];
    values.extend(db::values(products));
    let sql = format!("delete from import_link where run_id = $1 and product_id in ({})", db::marks(products.len(), 2));
    db::run(tx, &sql, values).await.map(drop)
}
