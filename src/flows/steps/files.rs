//! A document as files: what was set and kept, and the e-invoice, which is written from the same
//! snapshot whenever it is asked for.

use std::sync::Arc;

use crate::{
    contracts,
    documents::{self, Paper},
    kernel::{App, ContractId, ContractVersionId, DocumentId, Fault, OfferVersionId},
    mail::{Attached, Attachment, Form},
    media::{self, Workshop},
    offers,
};

/// What browsers and mail programs are given.
#[derive(Clone, Debug)]
pub struct File {
    /// `VIT-000123.pdf`
    pub name: String,
    pub mime: &'static str,
    pub bytes: Arc<[u8]>,
}

impl From<File> for Attachment {
    fn from(file: File) -> Self {
        Self { name: file.name, mime: file.mime, bytes: file.bytes }
    }
}

/// Where the store keeps a PDF by its hash.
pub(crate) fn key(hash: &str) -> String {
    format!("{hash}/document.pdf")
}

/// The PDF as it was set.
///
/// # Faults
/// `documents.not_set` while its job has not run; `media.store`.
pub(crate) async fn kept(app: &App, number: &str, hash: Option<&str>) -> Result<File, Fault> {
    let store = app.port::<Workshop>().store();
    let bytes = match hash {
        Some(hash) => store.get(&key(hash)).await.map_err(media::Fault::from)?,
        None => None,
    };
    let bytes = bytes.ok_or(documents::Fault::NotSet)?;
    Ok(File { name: format!("{number}.pdf"), mime: "application/pdf", bytes: bytes.into() })
}

/// The e-invoice of an invoice or credit note.
///
/// # Faults
/// What keeps it from being one, rule by rule.
pub(crate) fn xml(paper: &Paper) -> Result<File, Fault> {
    let written = documents::ubl(paper).map_err(|complaints| {
        let all = complaints.into_iter().map(Fault::from).collect();
        Fault::gather(all).unwrap_or_else(|| Fault::bug("an e-invoice refused without a reason"))
    })?;
    Ok(File { name: format!("{}.xml", paper.number), mime: "application/xml", bytes: written.xml.into_bytes().into() })
}

/// The files that travel with a letter. An e-invoice that cannot be written is no reason to keep the
/// invoice back.
///
/// # Faults
/// `documents.not_set`, `documents.no_document`; `media.store`.
pub(crate) async fn attachments(app: &App, attached: &[Attached]) -> Result<Vec<Attachment>, Fault> {
    let mut files = Vec::with_capacity(attached.len());
    for one in attached {
        let file = match one.form {
            Form::Offer => Some(offer(app, OfferVersionId(one.document.0)).await?),
            Form::Contract => Some(contract(app, ContractVersionId(one.document.0)).await?),
            Form::Signed => Some(signed(app, ContractId(one.document.0)).await?),
            Form::Pdf => Some(by_id(app, one.document).await?),
            Form::Xml => xml(&documents::paper(app.reader(), one.document).await?.0).ok(),
        };
        files.extend(file.map(Attachment::from));
    }
    Ok(files)
}

async fn offer(app: &App, id: OfferVersionId) -> Result<File, Fault> {
    let (_, number, n, hash) = offers::pdf_of(app.reader(), id).await?;
    let name = if n > 1 { format!("{number}-v{n}") } else { number };
    kept(app, &name, hash.as_deref()).await
}

async fn contract(app: &App, id: ContractVersionId) -> Result<File, Fault> {
    let (_, number, n, hash) = contracts::pdf_of(app.reader(), id).await?;
    let name = if n > 1 { format!("{number}-v{n}") } else { number };
    kept(app, &name, hash.as_deref()).await
}

/// A contract with the certificate of its acceptance.
///
/// # Faults
/// `contracts.no_contract`; `documents.not_set` while its job has not run.
pub(crate) async fn signed(app: &App, id: ContractId) -> Result<File, Fault> {
    let accepted = contracts::acceptance(app.reader(), id).await?.ok_or(contracts::Fault::NoContract)?;
    let number = contracts::version(app.reader(), id, accepted.version).await?.paper.number;
    kept(app, &format!("{number}-accepted"), accepted.pdf.as_deref()).await
}

async fn by_id(app: &App, id: DocumentId) -> Result<File, Fault> {
    let (number, hash) = documents::kept(app.reader(), id).await?;
    kept(app, &number, hash.as_deref()).await
}
