//! From written to sent, and the steps of the office around it.

use serde_json::json;

use super::files::SetContract;
use crate::{
    contracts::{self, Contract, State, Step},
    crm::{self, ContractEvent, Touch},
    flows::steps::contracting::{self, Desk},
    jobs,
    kernel::{Actor, App, ContractId, Fault, Right, Tx, journal},
    offers, tax,
};

/// Sends a contract: the version is fixed with everything filled, has its number, and the letter goes with
/// the PDF once that is set.
///
/// # Faults
/// `access.forbidden`, `contracts.no_contract`, `contracts.wrong_state`; `contracts.annex_moved` when the
/// offer was answered otherwise or sent anew; what is missing of the parties, by field; what the text
/// lacks, each with its place.
pub async fn send(app: &App, actor: &Actor, id: ContractId) -> Result<String, Fault> {
    let scope = actor.scope(Right::OffersSend)?;
    let tx = app.begin(actor).await?;
    let contract = contracts::lock(&tx, &scope, id).await?;
    contract.state.after(Step::Send)?;
    let offer = offers::offer(&tx, &Actor::System.scope(Right::OffersRead)?, contract.offer).await?;
    let ground = contracting::ground(&tx, &offer).await?;
    if ground.version.n != contract.offer_version {
        return Err(contracts::Fault::AnnexMoved.into());
    }
    let number = contracts::number(&tx, &contract).await?;
    let desk = Desk {
        app,
        content: &contract.content,
        ground: &ground,
        locale: contract.locale,
        number: &number,
        version: contract.version + 1,
        now: tx.now(),
    };
    let paper = desk.paper(&tax::rates(&tx).await?)?;
    let version = contracts::publish(&tx, &contract, &paper).await?;
    tell(&tx, &contract, &number, ContractEvent::Sent { total: paper.sums.gross }).await?;
    let data = json!({ "number": number, "version": paper.version, "gross": paper.sums.gross.minor });
    journal::note(&tx, "contracts.sent", Some(id.uuid()), data).await?;
    jobs::enqueue(&tx, &SetContract { version, send: true }).await?;
    tx.commit().await?;
    Ok(number)
}

pub(super) async fn tell(tx: &Tx, contract: &Contract, number: &str, event: ContractEvent) -> Result<(), Fault> {
    crm::record(tx, Touch::Contract { contract: contract.id, party: contract.party, number: number.to_owned(), event }).await?;
    Ok(())
}

/// Begins the next version, about what the offer says now; the one that was sent stands until it is sent.
///
/// # Faults
/// `access.forbidden`, `contracts.no_contract`, `contracts.wrong_state`; `contracts.no_offer`.
pub async fn revise(app: &App, actor: &Actor, id: ContractId) -> Result<State, Fault> {
    let scope = actor.scope(Right::OffersWrite)?;
    let tx = app.begin(actor).await?;
    let contract = contracts::lock(&tx, &scope, id).await?;
    let after = contracts::step(&tx, &contract, Step::Revise, "").await?;
    let offer = offers::offer(&tx, &Actor::System.scope(Right::OffersRead)?, contract.offer).await?;
    let ground = contracting::ground(&tx, &offer).await?;
    let totals = ground.settle(&tax::rates(&tx).await?)?.settled.totals;
    contracts::reground(&tx, id, ground.version.n, (totals.net, totals.gross)).await?;
    journal::note(&tx, "contracts.stepped", Some(id.uuid()), json!({ "step": Step::Revise })).await?;
    tx.commit().await?;
    Ok(after)
}

/// Takes a contract back; why is data.
///
/// # Faults
/// `access.forbidden`, `contracts.no_contract`, `contracts.wrong_state`; `form.missing` without a reason.
pub async fn withdraw(app: &App, actor: &Actor, id: ContractId, reason: &str) -> Result<(), Fault> {
    let scope = actor.scope(Right::OffersWrite)?;
    if reason.trim().is_empty() {
        return Err(contracts::Fault::Missing { field: "reason" }.into());
    }
    let tx = app.begin(actor).await?;
    let contract = contracts::lock(&tx, &scope, id).await?;
    contracts::step(&tx, &contract, Step::Withdraw, reason).await?;
    if let Some(number) = &contract.number {
        tell(&tx, &contract, number, ContractEvent::Withdrawn).await?;
    }
    journal::note(&tx, "contracts.stepped", Some(id.uuid()), json!({ "step": Step::Withdraw })).await?;
    tx.commit().await
}
