//! A contract is made of an offer and written until it is sent.

use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    contracts::{self, Content, Key, NewContract, standard, text},
    flows::steps::contracting,
    kernel::{
        Actor, App, ContractId, Fault, OfferId, Right,
        idempotency::{self, Seen},
        journal,
    },
    offers, tax,
};

/// What a contract is made of.
#[derive(Clone, Debug, Serialize)]
pub struct Make {
    pub offer: OfferId,
    /// The built-in template of the offer's language, where none is named: `sale.lt`.
    pub template: Option<String>,
    /// The form's own key: sent twice, it is one contract.
    #[serde(skip)]
    pub key: String,
}

/// Makes a contract of an offer: of what was accepted, or of the version that is open now.
///
/// # Faults
/// `access.forbidden`, `offers.no_offer`, `contracts.no_offer`, `contracts.no_template`; `request.key_reused`.
pub async fn make(app: &App, actor: &Actor, new: Make) -> Result<ContractId, Fault> {
    let scope = actor.scope(Right::OffersWrite)?;
    let tx = app.begin(actor).await?;
    if let Seen::Before(id) = idempotency::once(&tx, "contract.make", &new.key, &serde_json::to_string(&new)?).await? {
        return Ok(serde_json::from_value(id)?);
    }
    let offer = offers::offer(&tx, &scope, new.offer).await?;
    let ground = contracting::ground(&tx, &offer).await?;
    let key = match &new.template {
        Some(key) => key.parse().map_err(Fault::from)?,
        None => Key::standard(standard::spoken(offer.locale)),
    };
    let template = contracts::template(&tx, &key).await?;
    let totals = ground.settle(&tax::rates(&tx).await?)?.settled.totals;
    let contract = NewContract {
        offer: offer.id,
        offer_version: ground.version.n,
        order: offer.order,
        party: offer.party,
        // Who makes it of somebody else's offer keeps it in the hands of that offer's manager.
        manager: offer.manager,
        locale: offer.locale,
        sums: (totals.net, totals.gross),
        content: contracting::begin(app, &ground, &template, offer.locale),
    };
    let id = contracts::create(&tx, contract).await?;
    journal::note(&tx, "contracts.begun", Some(id.uuid()), json!({ "offer": offer.id, "template": key.to_string() })).await?;
    idempotency::remember(&tx, "contract.make", &new.key, &json!(id)).await?;
    tx.commit().await?;
    Ok(id)
}

/// Writes the clauses and the parties of one contract.
///
/// # Faults
/// `access.forbidden`, `contracts.no_contract`, `contracts.not_written`, `contracts.moved`; what is wrong
/// with the text, each with its place.
pub async fn change(app: &App, actor: &Actor, id: ContractId, content: Content) -> Result<(), Fault> {
    let scope = actor.scope(Right::OffersWrite)?;
    let content = Content { body: text::checked(&content.body)?, ..content };
    let tx = app.begin(actor).await?;
    let contract = contracts::lock(&tx, &scope, id).await?;
    if contract.content == content {
        return Ok(());
    }
    contracts::save(&tx, &contract, &content).await?;
    journal::note(&tx, "contracts.written", Some(id.uuid()), Value::Null).await?;
    tx.commit().await
}
