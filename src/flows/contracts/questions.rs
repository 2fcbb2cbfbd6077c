//! What a customer asks about a contract, and what staff answer.

use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{customer::held, send::tell};
use crate::{
    access::{self, Limit},
    contracts,
    crm::ContractEvent,
    kernel::{
        Actor, App, ContractId, Fault, Right,
        idempotency::{self, Seen},
        journal,
    },
    mail::{self, NewLetter},
};

/// A question as the page sends it.
#[derive(Clone, Debug, Serialize)]
pub struct Asking {
    /// The number of the part that it is about; empty for the whole.
    pub part: String,
    pub text: String,
    #[serde(skip)]
    pub address: String,
    /// The form's own key: sent twice, it is one question.
    #[serde(skip)]
    pub key: String,
}

/// The customer asks about the whole or a part. A question changes no state: what was sent can still be
/// accepted or declined.
///
/// # Faults
/// `contracts.no_contract`; `form.missing`, `form.choose`; `access.too_many`; `request.key_reused`.
pub async fn ask(app: &App, actor: &Actor, token: &str, asking: Asking) -> Result<(), Fault> {
    let tx = app.begin(actor).await?;
    if let Seen::Before(_) = idempotency::once(&tx, "contract.ask", &asking.key, &serde_json::to_string(&asking)?).await? {
        return Ok(());
    }
    access::allow(&tx, "contract", &asking.address, Limit::FORM).await?;
    let (contract, version) = held(&tx, token).await?;
    contracts::ask(&tx, &contract, &version.paper, (&asking.part, &asking.text)).await?;
    tell(&tx, &contract, &version.paper.number, ContractEvent::Asked).await?;
    journal::note(&tx, "contracts.asked", Some(contract.id.uuid()), json!({ "part": asking.part })).await?;
    idempotency::remember(&tx, "contract.ask", &asking.key, &json!(null)).await?;
    tx.commit().await
}

/// Answers a question: the letter, the history and, where none is left, the plan.
///
/// # Faults
/// `access.forbidden`, `contracts.no_contract`, `contracts.no_question`; `form.missing` without an answer.
pub async fn answer(app: &App, actor: &Actor, id: ContractId, (question, text): (Uuid, &str)) -> Result<(), Fault> {
    let scope = actor.scope(Right::OffersWrite)?;
    let tx = app.begin(actor).await?;
    let contract = contracts::lock(&tx, &scope, id).await?;
    contracts::answer(&tx, id, question, text).await?;
    let left = contracts::questions(&tx, id).await?.iter().any(|q| q.answer.is_empty());
    let number = contract.number.clone().unwrap_or_default();
    tell(&tx, &contract, &number, ContractEvent::Answered { text: text.trim().to_owned(), all: !left }).await?;
    let signed = match actor.user() {
        Some(user) => access::names(&tx).await?.remove(&user),
        None => None,
    };
    let buyer = &contract.content.buyer;
    let letter = NewLetter {
        template: "contract_answer",
        to: buyer.email.clone(),
        to_name: buyer.signs().to_owned(),
        locale: contract.locale,
        party: Some(contract.party),
        subject: Some(id.uuid()),
        data: json!({ "contract": id, "question": question, "signed": signed }),
    };
    mail::queue(&tx, letter).await?;
    journal::note(&tx, "contracts.answered", Some(id.uuid()), json!({ "question": question })).await?;
    tx.commit().await
}
