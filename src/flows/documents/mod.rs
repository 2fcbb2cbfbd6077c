//! Documents: who may issue what, and what follows from it. The paper is made from the order's
//! frozen lines, the number is drawn last, and the letter goes after the commit.

mod files;
mod issue;

pub use files::{File, by_link, pdf, set, shown, xml};
pub use issue::{Deposit, Wanted, issue};

use serde::Serialize;
use serde_json::json;

use super::steps::{crediting, settling};
use crate::{
    crm::{self, Touch},
    documents::{self, Issued, Kind, Wish},
    jobs,
    kernel::{
        Actor, App, DocumentId, Fault, Right,
        idempotency::{self, Seen},
        journal,
    },
    sales,
};

pub use super::steps::issuing::SetDocument;

/// What is to be credited of which invoice, and why. The key makes sending it twice harmless.
#[derive(Clone, Debug, Serialize)]
pub struct CreditForm {
    pub invoice: DocumentId,
    pub wish: Wish,
    pub reason: String,
    #[serde(skip)]
    pub key: Option<String>,
}

/// A credit note.
///
/// # Faults
/// As [`invoice`]; `form.missing` without a reason; `documents.more_than_invoiced`,
/// `documents.nothing_left`, `documents.advance_first`, `documents.not_credited`; `request.key_reused`.
pub async fn credit(app: &App, actor: &Actor, form: CreditForm) -> Result<Issued, Fault> {
    let scope = actor.scope(Right::DocumentsIssue)?;
    if form.reason.trim().is_empty() {
        return Err(documents::Fault::Missing { field: "reason" }.into());
    }
    let tx = app.begin(actor).await?;
    if let Some(key) = &form.key {
        let body = serde_json::to_string(&form)?;
        if let Seen::Before(answer) = idempotency::once(&tx, "credit", key, &body).await? {
            return Ok(serde_json::from_value(answer)?);
        }
    }
    documents::document(&tx, &scope, form.invoice).await?;
    let issued = crediting::credit(&tx, form.invoice, (&form.wish, &form.reason)).await?;
    if let Some(key) = &form.key {
        idempotency::remember(&tx, "credit", key, &serde_json::to_value(&issued)?).await?;
    }
    tx.commit().await?;
    Ok(issued)
}

/// Takes back a document that no VAT law binds. It keeps its number.
///
/// # Faults
/// `access.*`; `documents.no_document`, `documents.annulled`, `documents.not_annulled`; `form.missing`.
pub async fn annul(app: &App, actor: &Actor, id: DocumentId, reason: &str) -> Result<(), Fault> {
    let scope = actor.scope(Right::DocumentsIssue)?;
    let tx = app.begin(actor).await?;
    documents::document(&tx, &scope, id).await?;
    let done = documents::annul(&tx, id, reason).await?;
    if let (Some(order), Some(party)) = (done.order, done.party) {
        if done.kind == Kind::PrepaymentInvoice {
            sales::set_deposit(&tx, order, None).await?;
            settling::follow(&tx, order, None).await?;
        }
        crm::record(&tx, Touch::DocumentAnnulled { order, party, number: done.number.clone(), kind: done.kind.as_str() }).await?;
    }
    let data = json!({ "number": done.number, "kind": done.kind });
    journal::note(&tx, "documents.annulled", Some(id.uuid()), data).await?;
    tx.commit().await
}

/// Sends a document to its customer once more.
///
/// # Faults
/// `access.*`; `documents.no_document`.
pub async fn send_again(app: &App, actor: &Actor, id: DocumentId) -> Result<(), Fault> {
    let scope = actor.scope(Right::DocumentsIssue)?;
    let tx = app.begin(actor).await?;
    let document = documents::document(&tx, &scope, id).await?;
    if document.row.state == documents::State::Annulled {
        return Err(documents::Fault::Annulled.into());
    }
    jobs::enqueue(&tx, &SetDocument { document: id, send: true }).await?;
    journal::note(&tx, "documents.sent_again", Some(id.uuid()), json!({ "number": document.row.number })).await?;
    tx.commit().await
}

/// The numbers of these kinds go on where another program stopped, all of them or none.
///
/// # Faults
/// `access.*`; `documents.series` with the field `next.KIND` when numbers up to there were drawn.
pub async fn go_on(app: &App, actor: &Actor, wanted: &[(Kind, i64)]) -> Result<(), Fault> {
    actor.may(Right::SettingsManage)?;
    let tx = app.begin(actor).await?;
    for (kind, next) in wanted {
        documents::go_on(&tx, *kind, *next).await.map_err(|fault| fault.at(format!("next.{}", kind.as_str())))?;
        journal::note(&tx, "documents.series_moved", None, json!({ "kind": kind, "next": next })).await?;
    }
    tx.commit().await
}
