//! Producers, who answer for the safety of things.

use serde_json::json;

use crate::{
    catalog::{self, NewProducer},
    kernel::{Actor, App, Fault, ProducerId, ProductId, Right, Subject, journal},
    showcase,
};

/// Makes a producer or rewrites the one of that code. Product pages read producers themselves,
/// so nothing is projected; cached pages are given up.
///
/// # Faults
/// `catalog.no_producer_name`.
pub async fn put_producer(app: &App, actor: &Actor, new: NewProducer) -> Result<ProducerId, Fault> {
    actor.may(Right::CatalogWrite)?;
    let tx = app.begin(actor).await?;
    let id = catalog::put_producer(&tx, new).await?;
    tx.raise(Subject::All);
    journal::note(&tx, "catalog.producer.put", Some(id.uuid()), json!({})).await?;
    tx.commit().await?;
    Ok(id)
}

/// Says who made a product.
///
/// # Faults
/// `catalog.no_product`.
pub async fn assign_producer(app: &App, actor: &Actor, product: ProductId, producer: Option<ProducerId>) -> Result<(), Fault> {
    actor.may(Right::CatalogWrite)?;
    let tx = app.begin(actor).await?;
    catalog::set_producer(&tx, product, producer).await?;
    tx.raise(Subject::Product(product));
    showcase::project(&tx, &[product]).await?;
    journal::note(&tx, "catalog.product.changed", Some(product.uuid()), json!({})).await?;
    tx.commit().await
}
