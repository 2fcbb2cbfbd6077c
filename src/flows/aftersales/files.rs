//! Photos and papers of a case as files: taken in by what they are, handed out to whoever may see the case.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::{
    aftersales::{self, CaseFile, MOST, NewFile, Purpose},
    documents,
    flows::steps::{case_sheet, files as kept_files},
    jobs::Failure,
    kernel::{Actor, App, CaseFileId, CaseId, CasePaperId, Fault, Right, token},
    media::{self, Kind, Trust, Workshop},
};

pub use crate::flows::steps::{cases::SetCasePaper, files::File};

/// A file as it was sent.
#[derive(Clone, Debug)]
pub struct Upload {
    /// As the sender calls it; only shown.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Takes files in, pictures without the place and the camera; all of them or none is laid beside a case.
///
/// # Faults
/// `aftersales.too_many_files`; `media.unknown_kind`, `media.too_many_bytes`, `media.too_many_pixels`,
/// `media.broken`, each at `files`.
pub(super) async fn keep(app: &App, uploads: Vec<Upload>, purpose: Purpose) -> Result<Vec<NewFile>, Fault> {
    if uploads.len() > MOST {
        return Err(aftersales::Fault::TooManyFiles { most: MOST }.into());
    }
    if uploads.is_empty() {
        return Ok(Vec::new());
    }
    let workshop: &Arc<Workshop> = app.port::<Workshop>();
    let mut kept = Vec::with_capacity(uploads.len());
    for upload in uploads {
        let name = upload.name.clone();
        let taken = workshop.accept_evidence(app.cpu(), upload.bytes, Trust::Foreign).await;
        let taken = taken.map_err(|fault| Fault::from(fault).at("files").arg("file", name))?;
        kept.push(NewFile {
            message: None,
            purpose,
            name: upload.name,
            mime: taken.mime.to_owned(),
            hash: taken.hash,
            bytes: taken.bytes,
            size: taken.size,
        });
    }
    Ok(kept)
}

/// The bytes of a file of a case.
///
/// # Faults
/// `access.forbidden`, `aftersales.no_case`; `media.not_found`.
pub async fn file(app: &App, actor: &Actor, case: CaseId, id: CaseFileId) -> Result<File, Fault> {
    aftersales::case(app.reader(), &actor.scope(Right::CasesRead)?, case).await?;
    bytes(app, &aftersales::file_of(app.reader(), case, id).await?).await
}

/// The same for whoever holds the case's link.
///
/// # Faults
/// `aftersales.no_case`; `media.not_found`.
pub async fn file_by_link(app: &App, token: &str, id: CaseFileId) -> Result<File, Fault> {
    let case = aftersales::by_token(app.reader(), token).await?;
    let file = aftersales::file_of(app.reader(), case.id, id).await?;
    // How the shop found the goods is told by the paper of the inspection.
    if file.purpose == Purpose::Inspection {
        return Err(aftersales::Fault::NoCase.into());
    }
    bytes(app, &file).await
}

/// A picture of a case, small; of anything else the file itself.
///
/// # Faults
/// As [`file_by_link`].
pub async fn picture(app: &App, file: &CaseFile, width: u32) -> Result<Vec<u8>, Fault> {
    Ok(app.port::<Workshop>().sized(app.cpu(), &file.hash, width).await?)
}

async fn bytes(app: &App, file: &CaseFile) -> Result<File, Fault> {
    let kind = if file.is_picture() { Kind::Picture } else { Kind::Document };
    let bytes = app.port::<Workshop>().original(&file.hash, kind).await?;
    let (mime, ending) = match file.mime.as_str() {
        "image/webp" => ("image/webp", "webp"),
        "application/pdf" => ("application/pdf", "pdf"),
        "image/heic" => ("image/heic", "heic"),
        _ => ("text/plain; charset=utf-8", "txt"),
    };
    let stem = file.name.rsplit_once('.').map_or(file.name.as_str(), |(stem, _)| stem);
    Ok(File { name: format!("{stem}.{ending}"), mime, bytes: bytes.into() })
}

/// Runs the job of one paper: its PDF is set and kept.
///
/// # Errors
/// `Retry` when the store does not answer.
pub async fn set(app: &App, job: SetCasePaper) -> Result<(), Failure> {
    let (_, paper, pdf) = match aftersales::paper(app.reader(), job.paper).await {
        Ok(found) => found,
        Err(fault) if fault.code == "aftersales.no_paper" => return Ok(()),
        Err(fault) => return Err(fault.into()),
    };
    if pdf.is_some() {
        return Ok(());
    }
    let bytes = documents::typeset(app, case_sheet::job(app, &paper)).await?;
    let hash = token::hex(&Sha256::digest(&bytes));
    app.port::<Workshop>().store().put(&kept_files::key(&hash), bytes).await.map_err(media::Fault::from).map_err(Fault::from)?;
    let tx = app.begin(&Actor::System).await?;
    aftersales::keep_pdf(&tx, job.paper, &hash).await?;
    Ok(tx.commit().await?)
}

/// A paper of a case.
///
/// # Faults
/// `access.forbidden`, `aftersales.no_case`, `aftersales.no_paper`; `documents.not_set` for a moment.
pub async fn paper(app: &App, actor: &Actor, case: CaseId, id: CasePaperId) -> Result<File, Fault> {
    aftersales::case(app.reader(), &actor.scope(Right::CasesRead)?, case).await?;
    set_paper(app, case, id).await
}

/// The same for whoever holds the case's link.
///
/// # Faults
/// As [`paper`].
pub async fn paper_by_link(app: &App, token: &str, id: CasePaperId) -> Result<File, Fault> {
    let case = aftersales::by_token(app.reader(), token).await?;
    set_paper(app, case.id, id).await
}

async fn set_paper(app: &App, case: CaseId, id: CasePaperId) -> Result<File, Fault> {
    let (of, paper, pdf) = aftersales::paper(app.reader(), id).await?;
    if of != case {
        return Err(aftersales::Fault::NoPaper.into());
    }
    kept_files::kept(app, &paper.number.replace('/', "-"), pdf.as_deref()).await
}
