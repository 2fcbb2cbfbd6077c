//! Recalls: who bought a product or a batch, read anew each time.

use serde_json::json;

use crate::{
    aftersales::{self, Recall},
    desk,
    kernel::{Actor, App, Fault, RecallId, Right, journal},
};

pub use crate::desk::Buyer;

/// Saves a recall.
///
/// # Faults
/// `access.forbidden`; `form.missing` at `title`; `aftersales.too_long`.
pub async fn save(app: &App, actor: &Actor, recall: Recall) -> Result<RecallId, Fault> {
    actor.may(Right::CasesWrite)?;
    let tx = app.begin(actor).await?;
    let product = recall.product;
    let id = aftersales::save_recall(&tx, recall).await?;
    journal::note(&tx, "aftersales.recall_saved", Some(id.uuid()), json!({ "product": product })).await?;
    tx.commit().await?;
    Ok(id)
}

/// # Faults
/// `access.forbidden`, `aftersales.no_recall`.
pub async fn drop(app: &App, actor: &Actor, id: RecallId) -> Result<(), Fault> {
    actor.may(Right::CasesWrite)?;
    let tx = app.begin(actor).await?;
    aftersales::drop_recall(&tx, id).await?;
    journal::note(&tx, "aftersales.recall_dropped", Some(id.uuid()), json!({})).await?;
    tx.commit().await
}

/// Whom a recall concerns. Looking at so many customers at once is noted.
///
/// # Faults
/// `access.forbidden`, `aftersales.no_recall`.
pub async fn buyers(app: &App, actor: &Actor, id: RecallId) -> Result<Vec<Buyer>, Fault> {
    let scope = actor.scope(Right::CustomersRead)?;
    let recall = aftersales::recall(app.reader(), &actor.scope(Right::CasesRead)?, id).await?;
    let found = desk::buyers(app.reader(), &scope, &recall).await?;
    let tx = app.begin(actor).await?;
    journal::note(&tx, "aftersales.recall_read", Some(id.uuid()), json!({ "buyers": found.len() })).await?;
    tx.commit().await?;
    Ok(found)
}
