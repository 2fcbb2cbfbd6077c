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
    kernel::{Actor, Amounts, App, Fault, Right, Scope, journal},
    offers,
};

/// What is taken out: papers of a period, perhaps only those over certain sums.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub period: Period,
    pub gross: Amounts,
}

impl From<Period> for Asked {
    fn from(period: Period) -> Self {
        Self { period, gross: Amounts::default() }
    }
}

/// How much of it there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    pub documents: i64,
    pub offers: i64,
}

/// How much there would be.
///
/// # Faults
/// `access.forbidden`.
pub async fn holding(app: &App, actor: &Actor, asked: &Asked) -> Result<Holding, Fault> {
    let scope = actor.scope(Right::ArchiveExport)?;
    counted(app, &scope, asked).await
}

async fn counted(app: &App, scope: &Scope, asked: &Asked) -> Result<Holding, Fault> {
    let (db, period) = (app.reader(), &asked.period);
    Ok(Holding {
        documents: documents::count_filed(db, scope, (period.days(), asked.gross)).await?,
        offers: offers::count_filed(db, scope, (period.moments(), asked.gross)).await?,
    })
}

/// Begins to take it out; who did it is in the journal before the first byte is.
///
/// # Faults
/// `access.forbidden`; `archive.nothing` where there is no such document or offer.
pub async fn take_out(app: &App, actor: &Actor, asked: Asked) -> Result<Pack, Fault> {
    let scope = actor.scope(Right::ArchiveExport)?;
    let held = counted(app, &scope, &asked).await?;
    if held == Holding::default() {
        return Err(Fault::invalid("until", "archive.nothing"));
    }
    let tx = app.begin(actor).await?;
    let (from, until) = asked.period.days();
    let mut data = json!({ "from": from, "until": until, "documents": held.documents, "offers": held.offers });
    if asked.gross.are_asked_for() {
        let Amounts { currency, from, until } = asked.gross;
        data["gross"] = json!({ "currency": currency, "from": from, "until": until });
    }
    journal::note(&tx, "archive.exported", None, data).await?;
    tx.commit().await?;
    Pack::begin(app, scope, asked, held).await
}
