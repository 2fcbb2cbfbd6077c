//! The words of letters about contracts.

use serde_json::Value;

use super::letters::{id, sender};
use crate::{
    contracts::{self, Contract, Version},
    kernel::{Actor, App, ContractId, Fault, Right},
    mail::Due,
    stage::{ContractAcceptedLetter, ContractAnswerLetter, ContractLetter},
};

async fn found(app: &App, due: &Due) -> Result<(Contract, Version), Fault> {
    let db = app.reader();
    let wanted: ContractId = id(due, "contract")?;
    let contract = contracts::contract(db, &Actor::System.scope(Right::OffersRead)?, wanted).await?;
    let n = due.data.get("version").and_then(Value::as_i64).unwrap_or(contract.version);
    let version = contracts::version(db, wanted, n).await?;
    Ok((contract, version))
}

pub(super) async fn sent(app: &App, due: &Due) -> Result<ContractLetter, Fault> {
    let (contract, version) = found(app, due).await?;
    let (sender, paper) = (sender(app, due.locale), version.paper);
    Ok(ContractLetter {
        locale: due.locale,
        number: paper.number,
        version: version.n,
        title: paper.title,
        name: due.to_name.clone(),
        offer: paper.annex.number,
        total: paper.sums.gross,
        url: format!("{}contract/{}", sender.url, contract.token.unwrap_or_default()),
        signed: paper.manager,
        sender,
    })
}

pub(super) async fn accepted(app: &App, due: &Due) -> Result<ContractAcceptedLetter, Fault> {
    let (contract, version) = found(app, due).await?;
    let accepted = contracts::acceptance(app.reader(), contract.id).await?.ok_or(contracts::Fault::NoContract)?;
    let (sender, paper) = (sender(app, due.locale), version.paper);
    Ok(ContractAcceptedLetter {
        locale: due.locale,
        number: paper.number,
        title: paper.title,
        name: due.to_name.clone(),
        by: accepted.name,
        at: accepted.at,
        url: format!("{}contract/{}", sender.url, contract.token.unwrap_or_default()),
        signed: paper.manager,
        sender,
    })
}

pub(super) async fn answered(app: &App, due: &Due) -> Result<ContractAnswerLetter, Fault> {
    let (contract, _) = found(app, due).await?;
    let wanted: uuid::Uuid = id(due, "question")?;
    let all = contracts::questions(app.reader(), contract.id).await?;
    let asked = all.into_iter().find(|q| q.id == wanted).ok_or(contracts::Fault::NoQuestion)?;
    let sender = sender(app, due.locale);
    Ok(ContractAnswerLetter {
        locale: due.locale,
        number: contract.number.unwrap_or_default(),
        name: due.to_name.clone(),
        answer: asked.answer,
        signed: due.data.get("signed").and_then(Value::as_str).unwrap_or_default().to_owned(),
        about: asked.about,
        question: asked.question,
        url: format!("{}contract/{}", sender.url, contract.token.unwrap_or_default()),
        sender,
    })
}
