//! What the customer does with a case, by its link.

use serde_json::json;

use super::files::{self, Upload};
use crate::{
    access::{self, Limit},
    aftersales::{self, Author, Case, NewMessage, Purpose, State, Step},
    crm::CaseEvent,
    flows::steps::cases,
    kernel::{
        Actor, App, Fault, Right, Tx,
        idempotency::{self, Seen},
        journal,
    },
};

/// The case behind a link, locked.
async fn held(tx: &Tx, token: &str) -> Result<Case, Fault> {
    let id = aftersales::by_token(tx, token).await?.id;
    aftersales::lock(tx, &Actor::System.scope(Right::CasesRead)?, id).await
}

/// What a customer writes.
#[derive(Clone, Debug)]
pub struct Words {
    pub text: String,
    pub files: Vec<Upload>,
    /// Where it came from.
    pub address: String,
    /// The form's own key: sent twice, it is one message.
    pub key: Option<String>,
}

/// The customer writes, with photos where they help; what was asked for is thereby answered.
///
/// # Faults
/// `aftersales.no_case`; `form.missing`, `aftersales.too_long` at `message`; `aftersales.too_many_files`,
/// `media.*`; `access.too_many`; `request.key_reused`.
pub async fn write(app: &App, actor: &Actor, token: &str, words: Words) -> Result<(), Fault> {
    aftersales::by_token(app.reader(), token).await?;
    let kept = files::keep(app, words.files, Purpose::Evidence).await?;
    let tx = app.begin(actor).await?;
    let hashes: Vec<&str> = kept.iter().map(|f| f.hash.as_str()).collect();
    let body = json!([token, words.text, hashes]).to_string();
    if let Some(key) = &words.key
        && let Seen::Before(_) = idempotency::once(&tx, "case.write", key, &body).await?
    {
        return Ok(());
    }
    access::allow(&tx, "case.write", &words.address, Limit::FORM).await?;
    let case = held(&tx, token).await?;
    let new = NewMessage {
        case: case.id,
        author: Author::Customer,
        sender: case.words.name.clone(),
        locale: case.locale,
        text: words.text,
    };
    let message = aftersales::say(&tx, new).await?;
    let kept: Vec<_> = kept.into_iter().map(|file| aftersales::NewFile { message: Some(message), ..file }).collect();
    aftersales::attach(&tx, case.id, &kept).await?;
    if case.state == State::InfoRequested {
        aftersales::step(&tx, &case, Step::Inform, "").await?;
    }
    cases::tell(&tx, &case, CaseEvent::Wrote).await?;
    cases::translate(&tx, &case, message).await?;
    journal::note(&tx, "aftersales.written", Some(case.id.uuid()), json!({ "files": kept.len() })).await?;
    if let Some(key) = &words.key {
        idempotency::remember(&tx, "case.write", key, &json!(null)).await?;
    }
    tx.commit().await
}

/// The customer takes the declaration back.
///
/// # Faults
/// `aftersales.no_case`, `aftersales.wrong_state`.
pub async fn take_back(app: &App, actor: &Actor, token: &str) -> Result<(), Fault> {
    let tx = app.begin(actor).await?;
    let case = held(&tx, token).await?;
    if case.state == State::Withdrawn {
        return Ok(());
    }
    aftersales::step(&tx, &case, Step::TakeBack, "").await?;
    cases::free(&tx, &case).await?;
    cases::tell(&tx, &case, CaseEvent::TakenBack).await?;
    journal::note(&tx, "aftersales.stepped", Some(case.id.uuid()), json!({ "step": Step::TakeBack })).await?;
    tx.commit().await
}

/// The customer has sent the goods.
///
/// # Faults
/// `aftersales.no_case`, `aftersales.wrong_state`; `form.missing` at `tracking`.
pub async fn dispatched(app: &App, actor: &Actor, token: &str, (carrier, tracking): (&str, &str)) -> Result<(), Fault> {
    if tracking.trim().is_empty() && carrier.trim().is_empty() {
        return Err(aftersales::Fault::Missing { field: "tracking" }.into());
    }
    let tx = app.begin(actor).await?;
    let case = held(&tx, token).await?;
    // Mended by whoever mistyped it.
    if case.state != State::InTransit {
        aftersales::step(&tx, &case, Step::Dispatch, "").await?;
        cases::tell(&tx, &case, CaseEvent::Dispatched).await?;
    }
    aftersales::shipped_by(&tx, &case, carrier, tracking).await?;
    journal::note(&tx, "aftersales.stepped", Some(case.id.uuid()), json!({ "step": Step::Dispatch })).await?;
    tx.commit().await
}

/// How it went.
#[derive(Clone, Debug)]
pub struct Rating {
    /// 1 to 5.
    pub stars: i64,
    pub note: String,
}

/// The customer says how content they are.
///
/// # Faults
/// `aftersales.no_case`, `aftersales.not_over`; `form.choose` at `rating`; `aftersales.too_long`.
pub async fn rate(app: &App, actor: &Actor, token: &str, rating: Rating) -> Result<(), Fault> {
    let tx = app.begin(actor).await?;
    let case = held(&tx, token).await?;
    aftersales::rate(&tx, &case, rating.stars, &rating.note).await?;
    if case.rating.is_none() {
        cases::tell(&tx, &case, CaseEvent::Rated { rating: rating.stars }).await?;
    }
    journal::note(&tx, "aftersales.rated", Some(case.id.uuid()), json!({ "rating": rating.stars })).await?;
    tx.commit().await
}
