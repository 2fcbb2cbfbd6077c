//! What is offered often is kept for the next customer.

use serde_json::json;

use crate::{
    kernel::{Actor, App, Fault, OfferId, OfferTemplateId, Right, journal},
    offers::{self, Template},
};

/// Keeps an offer's goods, texts and terms under a name. Whoever may write offers may use it.
///
/// # Faults
/// `access.forbidden`, `offers.no_offer`; `form.missing` without a name.
pub async fn keep_template(app: &App, actor: &Actor, id: OfferId, name: &str) -> Result<OfferTemplateId, Fault> {
    let scope = actor.scope(Right::OffersWrite)?;
    let tx = app.begin(actor).await?;
    let offer = offers::lock(&tx, &scope, id).await?;
    let template = offers::keep_template(&tx, name, offer.written_in, offer.content).await?;
    journal::note(&tx, "offers.template_kept", Some(template.uuid()), json!({ "offer": id })).await?;
    tx.commit().await?;
    Ok(template)
}

/// # Faults
/// `access.forbidden`, `offers.no_template`.
pub async fn drop_template(app: &App, actor: &Actor, id: OfferTemplateId) -> Result<(), Fault> {
    actor.may(Right::OffersWrite)?;
    let tx = app.begin(actor).await?;
    offers::drop_template(&tx, id).await?;
    journal::note(&tx, "offers.template_dropped", Some(id.uuid()), json!({})).await?;
    tx.commit().await
}

/// All templates, by their names.
///
/// # Faults
/// `access.forbidden`.
pub async fn templates(app: &App, actor: &Actor) -> Result<Vec<Template>, Fault> {
    actor.may(Right::OffersRead)?;
    offers::templates(app.reader()).await
}
