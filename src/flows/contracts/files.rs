//! Contracts as files: set once, kept under their hash, handed out.

use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::view;
use crate::{
    contracts::{self, Acceptance, Contract, Paper},
    documents,
    flows::steps::{contract_sheet, files},
    jobs::{Failure, Payload},
    kernel::{Actor, App, ContractId, ContractVersionId, DocumentId, Fault, Right, token},
    mail::{self, Attached, Form, NewLetter},
    media::{self, Workshop},
};

pub use crate::flows::steps::files::File;

/// The job that sets what a version lacks: its PDF, and the certificate once it was accepted. Where it is
/// said, the letter goes to the customer: the contract to be answered, or both parties' copy of it.
#[derive(Debug, Serialize, Deserialize)]
pub struct SetContract {
    pub version: ContractVersionId,
    pub send: bool,
}

impl Payload for SetContract {
    const KIND: &'static str = "contracts.set";
    // Sending and accepting ask for the same job: it does what is not done yet.
    fn dedupe(&self) -> Option<String> {
        None
    }
}

/// Runs the job of one version. What was set before stays as it was, and a letter that went goes once.
///
/// # Errors
/// `Retry` when the store does not answer.
pub async fn set(app: &App, job: SetContract) -> Result<(), Failure> {
    let db = app.reader();
    let (id, _, n, _) = match contracts::pdf_of(db, job.version).await {
        Ok(found) => found,
        // Its customer asked to be forgotten.
        Err(fault) if fault.code == "contracts.no_contract" => return Ok(()),
        Err(fault) => return Err(fault.into()),
    };
    let contract = contracts::contract(db, &Actor::System.scope(Right::OffersRead)?, id).await?;
    let version = contracts::version(db, id, n).await?;
    let pdf = match version.pdf {
        Some(_) => None,
        None => Some(made(app, &version.paper, None).await?),
    };
    let accepted = contracts::acceptance(db, id).await?.filter(|a| a.version == n && a.pdf.is_none());
    let certificate = match &accepted {
        Some(accepted) => Some(made(app, &version.paper, Some(accepted)).await?),
        None => None,
    };
    let tx = app.begin(&Actor::System).await?;
    let mut letters = Vec::new();
    if let Some(hash) = &pdf
        && contracts::keep_pdf(&tx, version.id, hash).await?
    {
        letters.push(("contract", DocumentId(version.id.0), Form::Contract));
    }
    if let Some(hash) = &certificate
        && contracts::keep_certificate(&tx, id, hash).await?
    {
        letters.push(("contract_accepted", DocumentId(id.0), Form::Signed));
    }
    for (template, document, form) in letters.into_iter().filter(|_| job.send) {
        let buyer = &version.paper.buyer;
        let letter = NewLetter {
            template,
            to: buyer.email.clone(),
            to_name: buyer.signs().to_owned(),
            locale: version.paper.locale,
            party: Some(contract.party),
            subject: Some(id.uuid()),
            data: json!({ "contract": id, "version": n }),
        };
        let letter = mail::queue(&tx, letter).await?;
        mail::attach(&tx, letter, &[Attached { document, form }]).await?;
    }
    Ok(tx.commit().await?)
}

/// Sets the pages and puts them into the store; the database learns of them afterwards.
async fn made(app: &App, paper: &Paper, accepted: Option<&Acceptance>) -> Result<String, Fault> {
    let pdf = documents::typeset(app, contract_sheet::job(app, paper, accepted).await?).await?;
    let hash = token::hex(&Sha256::digest(&pdf));
    app.port::<Workshop>().store().put(&files::key(&hash), pdf).await.map_err(media::Fault::from)?;
    Ok(hash)
}

/// The contract on paper as it reads at this moment: set anew each time, never kept, and counts nothing.
///
/// # Faults
/// `access.forbidden`, `contracts.no_contract`; what it lacks, by field and place.
pub async fn preview(app: &App, actor: &Actor, id: ContractId) -> Result<File, Fault> {
    let contract = contracts::contract(app.reader(), &actor.scope(Right::OffersRead)?, id).await?;
    let paper = view::reading(app, &contract).await?;
    let bytes = documents::typeset(app, contract_sheet::job(app, &paper, None).await?).await?;
    Ok(File { name: "sutartis.pdf".into(), mime: "application/pdf", bytes: bytes.into() })
}

/// The PDF of a version that was sent.
///
/// # Faults
/// `access.forbidden`, `contracts.no_contract`; `documents.not_set` for a moment after it was sent.
pub async fn pdf(app: &App, actor: &Actor, id: ContractId, n: i64) -> Result<File, Fault> {
    let contract = contracts::contract(app.reader(), &actor.scope(Right::OffersRead)?, id).await?;
    kept(app, &contract, n).await
}

/// The accepted contract with its certificate.
///
/// # Faults
/// As [`pdf`].
pub async fn signed(app: &App, actor: &Actor, id: ContractId) -> Result<File, Fault> {
    let contract = contracts::contract(app.reader(), &actor.scope(Right::OffersRead)?, id).await?;
    files::signed(app, contract.id).await
}

/// The newest PDF for whoever holds the contract's link.
///
/// # Faults
/// `contracts.no_contract`; `documents.not_set`.
pub async fn pdf_by_link(app: &App, token: &str) -> Result<File, Fault> {
    let contract = contracts::by_token(app.reader(), token).await?;
    kept(app, &contract, contract.version).await
}

/// The accepted contract with its certificate, for whoever holds the link.
///
/// # Faults
/// `contracts.no_contract`; `documents.not_set`.
pub async fn certificate(app: &App, token: &str) -> Result<File, Fault> {
    files::signed(app, contracts::by_token(app.reader(), token).await?.id).await
}

async fn kept(app: &App, contract: &Contract, n: i64) -> Result<File, Fault> {
    let version = contracts::version(app.reader(), contract.id, n).await?;
    let number = &version.paper.number;
    let name = if n > 1 { format!("{number}-v{n}") } else { number.clone() };
    files::kept(app, &name, version.pdf.as_deref()).await
}
