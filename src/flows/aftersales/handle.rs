//! What staff do with a case: ask, decide, answer, say how the goods come back, close.

use serde_json::json;

use super::files::{self, Upload};
use crate::{
    access,
    aftersales::{self, Author, Case, Ground, Kind, NewMessage, PaperKind, Purpose, Step, Told},
    crm::CaseEvent,
    flows::steps::cases,
    kernel::{Actor, App, CaseId, CaseMessageId, Fault, Right, Tx, journal},
};

/// A transaction of somebody who may handle the case, and the case, locked.
pub(super) async fn begin(app: &App, actor: &Actor, id: CaseId) -> Result<(Tx, Case), Fault> {
    let scope = actor.scope(Right::CasesWrite)?;
    let tx = app.begin(actor).await?;
    let case = aftersales::lock(&tx, &scope, id).await?;
    Ok((tx, case))
}

pub(super) async fn stepped(tx: &Tx, case: &Case, step: Step) -> Result<(), Fault> {
    Ok(journal::note(tx, "aftersales.stepped", Some(case.id.uuid()), json!({ "step": step })).await?)
}

/// The name that a customer reads below what staff wrote.
pub(super) async fn signed(tx: &Tx, actor: &Actor) -> Result<String, Fault> {
    let name = match actor.user() {
        Some(user) => access::names(tx).await?.remove(&user),
        None => None,
    };
    Ok(name.unwrap_or_else(|| tx.app().settings().text("shop.name").to_owned()))
}

async fn said(tx: &Tx, actor: &Actor, case: &Case, text: &str) -> Result<CaseMessageId, Fault> {
    let sender = signed(tx, actor).await?;
    let new = NewMessage { case: case.id, author: Author::Staff, sender, locale: case.locale, text: text.to_owned() };
    aftersales::say(tx, new).await
}

/// Writes to the customer, in the customer's language; nothing else changes.
///
/// # Faults
/// `access.forbidden`, `aftersales.no_case`; `form.missing`, `aftersales.too_long` at `message`.
pub async fn answer(app: &App, actor: &Actor, id: CaseId, text: &str) -> Result<(), Fault> {
    let (tx, case) = begin(app, actor, id).await?;
    let message = said(&tx, actor, &case, text).await?;
    cases::tell(&tx, &case, CaseEvent::Answered { text: text.trim().to_owned() }).await?;
    cases::write(&tx, &case, "message", json!({ "message": message })).await?;
    journal::note(&tx, "aftersales.answered", Some(id.uuid()), json!({})).await?;
    tx.commit().await
}

/// Asks the customer for something. The law's clock runs on.
///
/// # Faults
/// As [`answer`]; `aftersales.wrong_state`.
pub async fn ask(app: &App, actor: &Actor, id: CaseId, text: &str) -> Result<(), Fault> {
    let (tx, case) = begin(app, actor, id).await?;
    aftersales::step(&tx, &case, Step::RequestInfo, "").await?;
    let message = said(&tx, actor, &case, text).await?;
    cases::tell(&tx, &case, CaseEvent::Asked).await?;
    cases::write(&tx, &case, "asked", json!({ "message": message })).await?;
    stepped(&tx, &case, Step::RequestInfo).await?;
    tx.commit().await
}

/// Says yes, and what happens next; a complaint may be taken on another ground than it began with.
///
/// # Faults
/// `access.forbidden`, `aftersales.no_case`, `aftersales.wrong_state`; `form.missing` at `text`;
/// `aftersales.too_long`.
pub async fn approve(app: &App, actor: &Actor, id: CaseId, told: Told) -> Result<(), Fault> {
    let (tx, case) = begin(app, actor, id).await?;
    decided(&tx, (&case, Step::Approve), &told).await?;
    // The declaration's task is settled; that of the money goes on until the money went.
    let money_by = case.refund_by.filter(|_| case.kind == Kind::Withdrawal);
    cases::tell(&tx, &case, CaseEvent::Approved { money_by }).await?;
    concluded(&tx, actor, (&case, Step::Approve), "approved").await?;
    tx.commit().await
}

/// Says no, with reasons. A withdrawal needs no reason of the customer's and is refused for those alone
/// that the law knows.
///
/// # Faults
/// As [`approve`]; `aftersales.refusal_reason`.
pub async fn reject(app: &App, actor: &Actor, id: CaseId, told: Told) -> Result<(), Fault> {
    let (tx, case) = begin(app, actor, id).await?;
    if !aftersales::refusals(case.kind).contains(&told.reason.as_str()) {
        return Err(aftersales::Fault::Refusal.into());
    }
    if told.reason == "too_late" && !case.late {
        return Err(aftersales::Fault::Refusal.into());
    }
    decided(&tx, (&case, Step::Reject), &told).await?;
    cases::free(&tx, &case).await?;
    cases::tell(&tx, &case, CaseEvent::Rejected).await?;
    concluded(&tx, actor, (&case, Step::Reject), "rejected").await?;
    tx.commit().await
}

async fn decided(tx: &Tx, (case, step): (&Case, Step), told: &Told) -> Result<(), Fault> {
    if told.text.trim().is_empty() {
        return Err(aftersales::Fault::Missing { field: "text" }.into());
    }
    if case.kind == Kind::Withdrawal && told.ground.is_some_and(|g| g != Ground::Withdrawal14d) {
        return Err(aftersales::Fault::Choose { field: "ground" }.into());
    }
    aftersales::step(tx, case, step, &told.reason).await?;
    aftersales::decide(tx, case, told).await
}

/// The decision as a paper of its own, and the letter with it.
async fn concluded(tx: &Tx, actor: &Actor, (case, step): (&Case, Step), event: &'static str) -> Result<(), Fault> {
    let case = aftersales::case(tx, &Actor::System.scope(Right::CasesRead)?, case.id).await?;
    let said = cases::Said {
        text: case.decision.clone(),
        verdict: if case.reason.is_empty() { "approved".into() } else { case.reason.clone() },
        by: signed(tx, actor).await?,
    };
    cases::issue(tx, &case, PaperKind::Decision, &said).await?;
    cases::write(tx, &case, event, json!({})).await?;
    stepped(tx, &case, step).await
}

/// How the goods come back: words, and a carrier's label where there is one.
#[derive(Clone, Debug)]
pub struct Label {
    pub instructions: String,
    pub carrier: String,
    pub tracking: String,
    pub file: Option<Upload>,
}

/// Tells the customer how to send the goods.
///
/// # Faults
/// As [`approve`]; `media.*` for what the label is.
pub async fn label(app: &App, actor: &Actor, id: CaseId, label: Label) -> Result<(), Fault> {
    actor.may(Right::CasesWrite)?;
    if label.instructions.trim().is_empty() && label.file.is_none() {
        return Err(aftersales::Fault::Missing { field: "instructions" }.into());
    }
    let kept = files::keep(app, label.file.into_iter().collect(), Purpose::Label).await?;
    let (tx, case) = begin(app, actor, id).await?;
    aftersales::step(&tx, &case, Step::SendLabel, "").await?;
    let told = Told {
        text: case.decision.clone(),
        reason: case.reason.clone(),
        ground: Some(case.ground),
        instructions: label.instructions,
    };
    aftersales::decide(&tx, &case, &told).await?;
    aftersales::shipped_by(&tx, &case, &label.carrier, &label.tracking).await?;
    aftersales::attach(&tx, id, &kept).await?;
    cases::write(&tx, &case, "label", json!({})).await?;
    stepped(&tx, &case, Step::SendLabel).await?;
    tx.commit().await
}

/// Nothing is left to do.
///
/// # Faults
/// `access.forbidden`, `aftersales.no_case`, `aftersales.wrong_state`.
pub async fn close(app: &App, actor: &Actor, id: CaseId) -> Result<(), Fault> {
    let (tx, case) = begin(app, actor, id).await?;
    aftersales::step(&tx, &case, Step::Close, "").await?;
    cases::free(&tx, &case).await?;
    cases::tell(&tx, &case, CaseEvent::Closed).await?;
    stepped(&tx, &case, Step::Close).await?;
    tx.commit().await
}

/// It begins anew: the customer objected, or something was overlooked.
///
/// # Faults
/// `access.forbidden`, `aftersales.no_case`, `aftersales.wrong_state`; `form.missing` without a reason;
/// `aftersales.declared` when another case is about the same goods by now.
pub async fn reopen(app: &App, actor: &Actor, id: CaseId, reason: &str) -> Result<(), Fault> {
    if reason.trim().is_empty() {
        return Err(aftersales::Fault::Missing { field: "reason" }.into());
    }
    let (tx, case) = begin(app, actor, id).await?;
    aftersales::step(&tx, &case, Step::Reopen, reason).await?;
    cases::claim_again(&tx, &case).await?;
    cases::tell(&tx, &case, CaseEvent::Reopened).await?;
    stepped(&tx, &case, Step::Reopen).await?;
    tx.commit().await
}
