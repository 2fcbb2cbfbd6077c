//! Setting a document as a PDF, once, and handing it out.

use serde_json::json;
use sha2::{Digest, Sha256};

use super::SetDocument;
use crate::{
    documents::{self, Attachment, DocumentRow, DocumentView, Kind},
    flows::steps::files,
    jobs::Failure,
    kernel::{Actor, App, DocumentId, Fault, Right, Tx, token},
    mail::{self, Attached, Form, NewLetter},
    media::{self, Workshop},
    sales,
    stage::Stage,
};

pub use crate::flows::steps::files::File;

/// Runs the job of one document: sets it, keeps it, and queues the letter that brings it. A document
/// that was set before stays as it was.
///
/// # Errors
/// `Retry` when the store does not answer.
pub async fn set(app: &App, job: SetDocument) -> Result<(), Failure> {
    let scope = Actor::System.scope(Right::DocumentsRead)?;
    let document = documents::document(app.reader(), &scope, job.document).await?;
    let hash = match document.row.pdf {
        Some(_) => None,
        None => Some(made(app, &document).await?),
    };
    let tx = app.begin(&Actor::System).await?;
    if let Some(hash) = hash {
        documents::keep_pdf(&tx, job.document, &hash).await?;
    }
    if job.send {
        write(&tx, &document.row).await?;
    }
    Ok(tx.commit().await?)
}

/// Sets the pages and puts them into the store; the database learns of them afterwards, so that what
/// it names is there.
async fn made(app: &App, document: &DocumentView) -> Result<String, Fault> {
    let mut job = documents::job(&document.paper, app.port::<Stage>())?;
    // A program at the other end reads the same file; paper that is no e-invoice stays paper.
    if let Ok(xml) = documents::factur_x(&document.paper) {
        job.attachments.push(Attachment::factur_x(&xml));
    }
    let pdf = documents::typeset(app, job).await?;
    let hash = token::hex(&Sha256::digest(&pdf));
    app.port::<Workshop>().store().put(&files::key(&hash), pdf).await.map_err(media::Fault::from)?;
    Ok(hash)
}

async fn write(tx: &Tx, row: &DocumentRow) -> Result<(), Fault> {
    let Some(order) = row.order else { return Ok(()) };
    let head = sales::head(tx, &Actor::System.scope(Right::OrdersRead)?, order).await?;
    let letter = NewLetter {
        template: "document",
        to: head.email,
        to_name: head.name,
        locale: head.locale,
        party: Some(head.party),
        subject: Some(order.uuid()),
        data: json!({ "document": row.id }),
    };
    let letter = mail::queue(tx, letter).await?;
    let mut attached = vec![Attached { document: row.id, form: Form::Pdf }];
    if row.kind.is_tax() {
        attached.push(Attached { document: row.id, form: Form::Xml });
    }
    mail::attach(tx, letter, &attached).await
}

/// The PDF of a document.
///
/// # Faults
/// `access.*`, `documents.no_document`; `documents.not_set` for a moment after the issue.
pub async fn pdf(app: &App, actor: &Actor, id: DocumentId) -> Result<File, Fault> {
    let document = documents::document(app.reader(), &actor.scope(Right::DocumentsRead)?, id).await?;
    files::kept(app, &document.row.number, document.row.pdf.as_deref()).await
}

/// The e-invoice of a document.
///
/// # Faults
/// `access.*`, `documents.no_document`; what keeps it from being an e-invoice, rule by rule.
pub async fn xml(app: &App, actor: &Actor, id: DocumentId) -> Result<File, Fault> {
    let document = documents::document(app.reader(), &actor.scope(Right::DocumentsRead)?, id).await?;
    files::xml(&document.paper)
}

/// A document of an order for whoever holds the order's link.
///
/// # Faults
/// `sales.no_order`; `documents.no_document` for one of another order; as [`pdf`] and [`xml`].
pub async fn by_link(app: &App, link: &str, id: DocumentId, form: Form) -> Result<File, Fault> {
    let order = sales::by_token(app.reader(), link).await?;
    let documents = documents::of_order(app.reader(), order.id).await?;
    let row = documents.into_iter().find(|d| d.id == id && shown(d)).ok_or(documents::Fault::NoDocument)?;
    match form {
        Form::Pdf => files::kept(app, &row.number, row.pdf.as_deref()).await,
        Form::Xml => files::xml(&documents::paper(app.reader(), id).await?.0),
        Form::Offer | Form::Contract | Form::Signed => Err(documents::Fault::NoDocument.into()),
    }
}

/// What its customer finds on the order's page: what holds, but for the papers of the till.
pub fn shown(row: &DocumentRow) -> bool {
    row.state == documents::State::Issued && row.kind != Kind::CashRefund
}
