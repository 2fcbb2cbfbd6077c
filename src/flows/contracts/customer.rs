//! What the customer does with a contract, by its link.

use serde::Serialize;
use serde_json::json;

use super::{files::SetContract, send::tell};
use crate::{
    access::{self, Limit},
    contracts::{self, Consent, Contract, State, Step, Version},
    crm::ContractEvent,
    flows::{
        offers as offer_flows,
        steps::{
            contracting::{self, Standing},
            offering,
        },
    },
    jobs,
    kernel::{Actor, App, Fault, Right, Tx, journal},
    offers::{self, Offer},
    tax,
};

/// The contract behind a link, locked, with its newest version.
pub(super) async fn held(tx: &Tx, token: &str) -> Result<(Contract, Version), Fault> {
    let id = contracts::by_token(tx, token).await?.id;
    let contract = contracts::lock(tx, &Actor::System.scope(Right::OffersRead)?, id).await?;
    let version = contracts::version(tx, id, contract.version).await?;
    Ok((contract, version))
}

/// A browser showed the page: it asked for what only a page that is rendered asks for. Looks within half
/// an hour are one.
///
/// # Faults
/// `contracts.no_contract`.
pub async fn saw(app: &App, actor: &Actor, token: &str) -> Result<(), Fault> {
    let contract = contracts::by_token(app.reader(), token).await?;
    let lately = contract.viewed_at.is_some_and(|at| at.plus_minutes(30) > app.now());
    if lately && contract.state != State::Sent {
        return Ok(());
    }
    let tx = app.begin(actor).await?;
    let (contract, version) = held(&tx, token).await?;
    if contract.viewed_at.is_none_or(|at| at.plus_minutes(30) <= tx.now()) {
        contracts::saw(&tx, &contract).await?;
    }
    if contract.state == State::Sent {
        contracts::step(&tx, &contract, Step::View, "").await?;
        tell(&tx, &contract, &version.paper.number, ContractEvent::Viewed).await?;
        journal::note(&tx, "contracts.viewed", Some(contract.id.uuid()), json!({ "version": version.n })).await?;
    }
    tx.commit().await
}

/// Why the customer says no.
#[derive(Clone, Debug, Serialize)]
pub struct Refusal {
    /// A code below `contracts.refusal.`.
    pub reason: String,
    pub note: String,
    #[serde(skip)]
    pub address: String,
}

/// The customer says no; why is data.
///
/// # Faults
/// `contracts.no_contract`, `contracts.wrong_state`; `form.choose` at `reason`; `access.too_many`.
pub async fn decline(app: &App, actor: &Actor, token: &str, refusal: Refusal) -> Result<(), Fault> {
    const REASONS: &[&str] = &["clauses", "price", "time", "not_needed", "other"];
    if !REASONS.contains(&refusal.reason.as_str()) {
        return Err(Fault::invalid("reason", "form.choose"));
    }
    let tx = app.begin(actor).await?;
    access::allow(&tx, "contract", &refusal.address, Limit::FORM).await?;
    let (contract, version) = held(&tx, token).await?;
    if contract.state == State::Declined {
        return Ok(());
    }
    let note = refusal.note.trim();
    let why = if note.is_empty() { refusal.reason } else { format!("{}: {note}", refusal.reason) };
    contracts::step(&tx, &contract, Step::Decline, &why).await?;
    tell(&tx, &contract, &version.paper.number, ContractEvent::Declined).await?;
    journal::note(&tx, "contracts.declined", Some(contract.id.uuid()), json!({ "version": version.n })).await?;
    tx.commit().await
}

/// The customer says yes to the text that they saw. Where the offer that is its annex was not accepted
/// yet, this yes is the yes to it, too, and its order is placed in the same transaction.
///
/// # Faults
/// What the form lacks, by field; `contracts.no_contract`, `contracts.wrong_state`,
/// `contracts.superseded`; `contracts.annex_moved` when the offer was answered otherwise meanwhile;
/// `form.missing` for an address that a delivery needs.
pub async fn accept(app: &App, actor: &Actor, token: &str, (consent, button_label): (Consent, &str)) -> Result<(), Fault> {
    let consent = consent.checked()?;
    let tx = app.begin(actor).await?;
    // The offer before its contract, as everywhere: an offer that is ordered takes its contracts along.
    let offer = contracts::by_token(&tx, token).await?.offer;
    let offer = offers::lock(&tx, &Actor::System.scope(Right::OffersRead)?, offer).await?;
    let (contract, version) = held(&tx, token).await?;
    if let Some(before) = contracts::acceptance(&tx, contract.id).await? {
        // Sent twice, it is one acceptance.
        let same = before.hash == consent.hash && before.name == consent.name;
        return if same { Ok(()) } else { Err(contracts::Fault::Moved.into()) };
    }
    contract.state.after(Step::Accept)?;
    if (version.n, &version.hash) != (consent.version, &consent.hash) {
        return Err(contracts::Fault::Superseded.into());
    }
    contracts::step(&tx, &contract, Step::Accept, "").await?;
    contracts::keep_acceptance(&tx, &contract, &consent, version.paper.sums.gross).await?;
    with_annex(&tx, offer, &version, (&consent, button_label)).await?;
    tell(&tx, &contract, &version.paper.number, ContractEvent::Accepted { total: version.paper.sums.gross }).await?;
    let data = json!({ "version": version.n, "hash": version.hash });
    journal::note(&tx, "contracts.accepted", Some(contract.id.uuid()), data).await?;
    jobs::enqueue(&tx, &SetContract { version: version.id, send: true }).await?;
    tx.commit().await
}

/// The annex is what was accepted, or is accepted now; anything else is no ground for a contract.
async fn with_annex(tx: &Tx, offer: Offer, version: &Version, (consent, label): (&Consent, &str)) -> Result<(), Fault> {
    let annex = &version.paper.annex;
    match contracting::standing(tx, &offer, annex, tx.now()).await? {
        Standing::Accepted => return Ok(()),
        Standing::Moved => return Err(contracts::Fault::AnnexMoved.into()),
        Standing::Open => {}
    }
    let (_, choice) = contracting::annexed(annex)?;
    let offered = offers::version(tx, offer.id, annex.version).await?;
    let settlement = offering::settle(&offered.drawn, &choice, &tax::rates(tx).await?)?;
    let buyer = &version.paper.buyer;
    let yes = offers::Consent {
        version: offered.n,
        hash: offered.hash.clone(),
        seen: settlement.settled.totals.gross,
        choice,
        name: consent.name.clone(),
        role: consent.role.clone(),
        agreed: consent.agreed,
        street: buyer.street.clone(),
        city: buyer.city.clone(),
        postcode: buyer.postcode.clone(),
        phone: buyer.phone.clone(),
        payment: "bank_transfer".into(),
        address: consent.address.clone(),
        agent: consent.agent.clone(),
    };
    offer_flows::agreed(tx, (offer, &offered), &yes, (settlement, label)).await?;
    Ok(())
}
