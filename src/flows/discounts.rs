//! Discounts and their codes, as the office makes, changes and stops them. Using one is part of the checkout.

use serde_json::json;

use crate::{
    kernel::{Actor, App, DiscountId, Fault, Right, journal},
    promotions::{self, Limits, NewDiscount},
};

/// Makes a discount with its codes.
///
/// # Faults
/// `access.forbidden`; `promotions.*` by field.
pub async fn add(app: &App, actor: &Actor, new: &NewDiscount) -> Result<DiscountId, Fault> {
    actor.may(Right::PricesWrite)?;
    let tx = app.begin(actor).await?;
    let id = promotions::add(&tx, new).await?;
    journal::note(&tx, "promotions.discount.added", Some(id.uuid()), json!({ "name": new.name.trim() })).await?;
    tx.commit().await?;
    Ok(id)
}

/// Changes its name, its time and its limits for every order to come.
///
/// # Faults
/// `access.forbidden`; `promotions.*` by field.
pub async fn change(app: &App, actor: &Actor, id: DiscountId, to: &Limits) -> Result<(), Fault> {
    actor.may(Right::PricesWrite)?;
    let tx = app.begin(actor).await?;
    promotions::change(&tx, id, to).await?;
    let data = json!({
        "name": to.name.trim(), "minimum_minor": to.minimum, "valid_to": to.valid_to, "per_customer": to.per_customer, "most": to.most,
    });
    journal::note(&tx, "promotions.discount.changed", Some(id.uuid()), data).await?;
    tx.commit().await
}

/// From now on no code of it is taken.
///
/// # Faults
/// `access.forbidden`, `promotions.no_discount`, `promotions.stopped`.
pub async fn stop(app: &App, actor: &Actor, id: DiscountId) -> Result<(), Fault> {
    actor.may(Right::PricesWrite)?;
    let tx = app.begin(actor).await?;
    promotions::stop(&tx, id).await?;
    journal::note(&tx, "promotions.discount.stopped", Some(id.uuid()), json!(null)).await?;
    tx.commit().await
}

/// Every code with its uses. Who has the list has the discounts: taking it out is written down.
///
/// # Faults
/// `access.forbidden`, `promotions.no_discount`.
pub async fn codes(app: &App, actor: &Actor, id: DiscountId) -> Result<Vec<(String, i64)>, Fault> {
    actor.may(Right::PricesWrite)?;
    let tx = app.begin(actor).await?;
    promotions::discount(&tx, id).await?;
    let codes = promotions::codes(&tx, id).await?;
    journal::note(&tx, "promotions.codes.taken_out", Some(id.uuid()), json!({ "n": codes.len() })).await?;
    tx.commit().await?;
    Ok(codes)
}
