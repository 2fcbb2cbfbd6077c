//! A recall: which product, which batch, sold when. Whom it concerns is read anew each time, so that a
//! buyer of yesterday is on the list of today.

use serde::Serialize;

use super::{Fault, fault::prose};
use crate::kernel::{self, Moment, ProductId, Reads, RecallId, Scope, Tx, db};

#[derive(Clone, Debug, Serialize)]
pub struct Recall {
    pub id: RecallId,
    pub title: String,
    pub product: ProductId,
    /// Empty: every batch.
    pub batch: String,
    pub since: Option<Moment>,
    pub until: Option<Moment>,
    pub note: String,
    pub created_at: Moment,
}

struct Row {
    id: RecallId,
    title: String,
    product_id: ProductId,
    batch: String,
    since: Option<Moment>,
    until: Option<Moment>,
    note: String,
    created_at: Moment,
}
db::record!(Row { id, title, product_id, batch, since, until, note, created_at });

const COLUMNS: &str = "id, title, product_id, batch, since, until, note, created_at";

impl From<Row> for Recall {
    fn from(r: Row) -> Self {
        Self {
            id: r.id,
            title: r.title,
            product: r.product_id,
            batch: r.batch,
            since: r.since,
            until: r.until,
            note: r.note,
            created_at: r.created_at,
        }
    }
}

/// Saves a recall.
///
/// # Faults
/// [`Fault::Missing`], [`Fault::TooLong`].
pub async fn save_recall(tx: &Tx, new: Recall) -> Result<RecallId, kernel::Fault> {
    let (title, note) = (prose(&new.title, "title", 200)?, prose(&new.note, "note", 2000)?);
    if title.is_empty() {
        return Err(Fault::Missing { field: "title" }.into());
    }
    let batch: String = new.batch.trim().chars().take(60).collect();
    let id = RecallId::new(tx);
    let sql = "insert into aftersales_recall (id, title, product_id, batch, since, until, note, created_at, created_by) \
               values ($1,$2,$3,$4,$5,$6,$7,$8,$9)";
    let params = db::params![id, title, new.product, batch, new.since, new.until, note, tx.now(), tx.actor().code()];
    db::run(tx, sql, params).await?;
    Ok(id)
}

/// # Faults
/// Whatever the database says.
pub async fn recalls(db: &impl Reads, _: &Scope) -> Result<Vec<Recall>, kernel::Fault> {
    let sql = format!("select {COLUMNS} from aftersales_recall order by id desc limit 200");
    Ok(db::all::<Row>(db, &sql, db::params![]).await?.into_iter().map(Into::into).collect())
}

/// # Faults
/// [`Fault::NoRecall`].
pub async fn recall(db: &impl Reads, _: &Scope, id: RecallId) -> Result<Recall, kernel::Fault> {
    let sql = format!("select {COLUMNS} from aftersales_recall where id = $1");
    Ok(db::opt::<Row>(db, &sql, db::params![id]).await?.ok_or(Fault::NoRecall)?.into())
}

/// # Faults
/// [`Fault::NoRecall`].
pub async fn drop_recall(tx: &Tx, id: RecallId) -> Result<(), kernel::Fault> {
    if db::run(tx, "delete from aftersales_recall where id = $1", db::params![id]).await? == 0 {
        return Err(Fault::NoRecall.into());
    }
    Ok(())
}
