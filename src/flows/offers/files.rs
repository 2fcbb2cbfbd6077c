//! Offers as files: set once, kept under their hash, handed out.

use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{
    documents,
    flows::steps::{
        files, links,
        offer_sheet::{self, Sheet},
        offering::{self, Board},
    },
    jobs::{Failure, Payload},
    kernel::{Actor, App, Fault, OfferId, OfferVersionId, Right, token},
    mail::{self, Attached, Form, NewLetter},
    media::{self, Workshop},
    offers::{self, Acceptance, Offer, Version},
    tax,
};

pub use crate::flows::steps::files::File;

/// The job that sets what a version lacks: its PDF, and the certificate once it was accepted. Where it is
/// said, the letter goes to the customer.
#[derive(Debug, Serialize, Deserialize)]
pub struct SetOffer {
    pub version: OfferVersionId,
    pub send: bool,
}

impl Payload for SetOffer {
    const KIND: &'static str = "offers.set";
    fn dedupe(&self) -> Option<String> {
        Some(format!("offers.set:{}:{}", self.version, self.send))
    }
}

/// Runs the job of one version. What was set before stays as it was.
///
/// # Errors
/// `Retry` when the store does not answer.
pub async fn set(app: &App, job: SetOffer) -> Result<(), Failure> {
    let db = app.reader();
    let (id, number, n, _) = match offers::pdf_of(db, job.version).await {
        Ok(found) => found,
        // Its customer asked to be forgotten.
        Err(fault) if fault.code == "offers.no_offer" => return Ok(()),
        Err(fault) => return Err(fault.into()),
    };
    let offer = offers::offer(db, &Actor::System.scope(Right::OffersRead)?, id).await?;
    let version = offers::version(db, id, n).await?;
    let pdf = match version.pdf {
        Some(_) => None,
        None => Some(made(app, &version, &number, None).await?),
    };
    let accepted = offers::acceptance(db, id).await?.filter(|a| a.version == n && a.pdf.is_none());
    let certificate = match &accepted {
        Some(accepted) => Some(made(app, &version, &number, Some(accepted)).await?),
        None => None,
    };
    let tx = app.begin(&Actor::System).await?;
    if let Some(hash) = pdf {
        offers::keep_pdf(&tx, version.id, &hash).await?;
    }
    if let Some(hash) = certificate {
        offers::keep_certificate(&tx, id, &hash).await?;
    }
    if job.send {
        let buyer = &version.drawn.buyer;
        let letter = NewLetter {
            template: "offer",
            to: buyer.email.clone(),
            to_name: buyer.name.clone(),
            locale: version.drawn.locale,
            party: Some(offer.party),
            subject: Some(id.uuid()),
            data: json!({ "offer": id, "version": n }),
        };
        let letter = mail::queue(&tx, letter).await?;
        mail::attach(&tx, letter, &[Attached { document: version.id.0.into(), form: Form::Offer }]).await?;
    }
    Ok(tx.commit().await?)
}

/// Sets the pages and puts them into the store; the database learns of them afterwards.
async fn made(app: &App, version: &Version, number: &str, accepted: Option<&Acceptance>) -> Result<String, Fault> {
    let pdf = pages(app, version, number, accepted).await?;
    let hash = token::hex(&Sha256::digest(&pdf));
    app.port::<Workshop>().store().put(&files::key(&hash), pdf).await.map_err(media::Fault::from)?;
    Ok(hash)
}

async fn pages(app: &App, version: &Version, number: &str, accepted: Option<&Acceptance>) -> Result<Vec<u8>, Fault> {
    let rates = tax::rates(app.reader()).await?;
    let choice = accepted.map_or_else(|| version.drawn.offered(), |a| a.choice.clone());
    let link = links::printed(app, version).await?;
    let sheet = Sheet {
        link: Some(&link),
        drawn: &version.drawn,
        choice: &choice,
        rates: &rates,
        number,
        version: version.n,
        on: version.sent_at,
        until: Some(version.expires_at),
        accepted,
    };
    documents::typeset(app, offer_sheet::job(app, &sheet).await?).await
}

/// The offer on paper as it reads at this moment: set anew each time, never kept.
///
/// # Faults
/// `access.forbidden`, `offers.no_offer`; `offers.empty`.
pub async fn preview(app: &App, actor: &Actor, id: OfferId) -> Result<File, Fault> {
    let scope = actor.scope(Right::OffersRead)?;
    let db = app.reader();
    let offer = offers::offer(db, &scope, id).await?;
    let board = Board::open(db, &offer, app.now()).await?;
    let drawn = offering::draw(db, &offer, &board).await?;
    let choice = drawn.offered();
    let sheet = Sheet {
        drawn: &drawn,
        choice: &choice,
        rates: board.tariffs.rates(),
        number: "",
        version: 0,
        on: app.now(),
        until: None,
        link: None,
        accepted: None,
    };
    let bytes = documents::typeset(app, offer_sheet::job(app, &sheet).await?).await?;
    Ok(File { name: "pasiulymas.pdf".into(), mime: "application/pdf", bytes: bytes.into() })
}

/// The PDF of a version that was sent.
///
/// # Faults
/// `access.forbidden`, `offers.no_offer`; `documents.not_set` for a moment after it was sent.
pub async fn pdf(app: &App, actor: &Actor, id: OfferId, n: i64) -> Result<File, Fault> {
    let offer = offers::offer(app.reader(), &actor.scope(Right::OffersRead)?, id).await?;
    let version = offers::version(app.reader(), id, n).await?;
    kept(app, &offer, &version).await
}

/// The newest PDF for whoever holds the offer's link.
///
/// # Faults
/// `offers.no_offer`; `documents.not_set`.
pub async fn pdf_by_link(app: &App, token: &str) -> Result<File, Fault> {
    let offer = offers::by_token(app.reader(), token).await?;
    let version = offers::version(app.reader(), offer.id, offer.version).await?;
    kept(app, &offer, &version).await
}

async fn kept(app: &App, offer: &Offer, version: &Version) -> Result<File, Fault> {
    files::kept(app, &name(offer, version.n), version.pdf.as_deref()).await
}

fn name(offer: &Offer, n: i64) -> String {
    let number = offer.number.as_deref().unwrap_or_default();
    if n > 1 { format!("{number}-v{n}") } else { number.to_owned() }
}

/// The accepted offer with its certificate, for the office: whoever was on the phone has no link.
///
/// # Faults
/// `access.forbidden`, `offers.no_offer`; `documents.not_set`.
pub async fn certificate_of(app: &App, actor: &Actor, id: OfferId) -> Result<File, Fault> {
    let offer = offers::offer(app.reader(), &actor.scope(Right::OffersRead)?, id).await?;
    let accepted = offers::acceptance(app.reader(), id).await?.ok_or(offers::Fault::NoOffer)?;
    files::kept(app, &format!("{}-accepted", name(&offer, accepted.version)), accepted.pdf.as_deref()).await
}

/// The accepted offer with its certificate, for whoever holds the link.
///
/// # Faults
/// `offers.no_offer`; `documents.not_set`.
pub async fn certificate(app: &App, token: &str) -> Result<File, Fault> {
    let offer = offers::by_token(app.reader(), token).await?;
    let accepted = offers::acceptance(app.reader(), offer.id).await?.ok_or(offers::Fault::NoOffer)?;
    files::kept(app, &format!("{}-accepted", name(&offer, accepted.version)), accepted.pdf.as_deref()).await
}
