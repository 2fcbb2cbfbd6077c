//! Showing many products anew, in chunks by key, one job after another.

use serde::{Deserialize, Serialize};

use crate::{
    catalog,
    jobs::{self, Payload},
    kernel::{Actor, App, CategoryId, Fault, ProductId, Right, Tx},
    showcase,
};

/// Below about 20 ms of write transaction each.
const CHUNK: u32 = 100;

/// Shows the products of a category (and below), or all of them, anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reproject {
    pub category: Option<CategoryId>,
    pub after: Option<ProductId>,
}

impl Reproject {
    pub fn all() -> Self {
        Self { category: None, after: None }
    }
    pub fn category(category: CategoryId) -> Self {
        Self { category: Some(category), after: None }
    }
}

impl Payload for Reproject {
    const KIND: &'static str = "catalogue.reproject";
    fn dedupe(&self) -> Option<String> {
        let after = self.after.map(|id| id.to_string()).unwrap_or_default();
        let category = self.category.map(|id| id.to_string()).unwrap_or_default();
        Some(format!("{} {category} {after}", Self::KIND))
    }
}

pub(super) async fn start(tx: &Tx, work: Reproject) -> Result<(), Fault> {
    jobs::enqueue(tx, &work).await
}

/// Shows the next chunk and queues the one after it; the job's whole run.
///
/// # Faults
/// Whatever the database says.
pub async fn reproject(app: &App, work: Reproject) -> Result<(), Fault> {
    let tx = app.begin(&Actor::System).await?;
    let ids = match work.category {
        Some(category) => catalog::ids_in_category(&tx, category, work.after, CHUNK).await?,
        None => catalog::ids_after(&tx, work.after, CHUNK).await?,
    };
    showcase::project(&tx, &ids).await?;
    if let Some(last) = ids.last().filter(|_| ids.len() == CHUNK as usize) {
        jobs::enqueue(&tx, &Reproject { after: Some(*last), ..work }).await?;
    }
    tx.commit().await
}

/// Asks for all products to be shown anew: after a change of rates, of a channel's languages, of
/// the names of options.
///
/// # Faults
/// `Forbidden`.
pub async fn reproject_all(app: &App, actor: &Actor) -> Result<(), Fault> {
    actor.may(Right::CatalogWrite)?;
    let tx = app.begin(actor).await?;
    start(&tx, Reproject::all()).await?;
    tx.commit().await
}
