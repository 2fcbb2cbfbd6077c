//! The archive: documents and offers of a period as one zip file with an index, for the accountant, the
//! auditor, or a shop that wants its papers beside its backup.

mod index;
mod pack;
mod period;
#[cfg(test)]
mod tests;

use serde_json::json;

pub use pack::{Pack, Packed};
pub use period::Period;

use crate::{
    documents,
    kernel::{Actor, App, Fault, Right, Scope, journal},
    offers,
};

/// What a period holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    pub documents: i64,
    pub offers: i64,
}

/// How much there would be.
///
/// # Faults
/// `access.forbidden`.
pub async fn holding(app: &App, actor: &Actor, period: &Period) -> Result<Holding, Fault> {
    let scope = actor.scope(Right::ArchiveExport)?;
    counted(app, &scope, period).await
}

async fn counted(app: &App, scope: &Scope, period: &Period) -> Result<Holding, Fault> {
    let db = app.reader();
    Ok(Holding {
        documents: documents::count_filed(db, scope, period.days()).await?,
        offers: offers::count_filed(db, scope, period.moments()).await?,
    })
}

/// Begins to take a period out; who did it is in the journal before the first byte is.
///
/// # Faults
/// `access.forbidden`; `archive.nothing` for a period without a document or offer.
pub async fn take_out(app: &App, actor: &Actor, period: Period) -> Result<Pack, Fault> {
    let scope = actor.scope(Right::ArchiveExport)?;
    let held = counted(app, &scope, &period).await?;
    if held == Holding::default() {
        return Err(Fault::invalid("until", "archive.nothing"));
    }
    let tx = app.begin(actor).await?;
    let (from, until) = period.days();
    let data = json!({ "from": from, "until": until, "documents": held.documents, "offers": held.offers });
    journal::note(&tx, "archive.exported", None, data).await?;
    tx.commit().await?;
    Pack::begin(app, scope, period, held).await
}
