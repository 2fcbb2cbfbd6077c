//! The beginning and the end of a dated sale.

use serde::{Deserialize, Serialize};

use crate::{
    catalog,
    imports::Turn,
    jobs::Payload,
    kernel::{Actor, App, Fault, VariantId},
    pricing::{self, NewPrice, Reduction},
    showcase,
};

use super::desk::Desk;

/// Turns a price at its moment, unless somebody or a newer file has said otherwise since.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TurnPrice {
    pub source: String,
    pub external: String,
    /// Of the draft that said so: a newer one, or an undo, ends its word.
    pub fingerprint: String,
    pub variant: VariantId,
    pub turn: Turn,
}

impl Payload for TurnPrice {
    const KIND: &'static str = "imports.turn";
    fn dedupe(&self) -> Option<String> {
        Some(format!("imports.turn {} {} {}", self.variant, self.turn.at.0, self.fingerprint))
    }
}

/// # Faults
/// Whatever the database says.
pub async fn turn(app: &App, job: &TurnPrice) -> Result<(), Fault> {
    let tx = app.begin(&Actor::System).await?;
    let known = catalog::find_external(&tx, &job.source, std::slice::from_ref(&job.external)).await?;
    if known.get(&job.external).and_then(|k| k.fingerprint.as_ref()) != Some(&job.fingerprint) {
        return Ok(());
    }
    let list = Desk::read(&tx).await?.market.list;
    let Turn { from, to, announced, .. } = job.turn;
    let now = pricing::prices_of(&tx, list, &[job.variant], tx.now()).await?;
    match now.get(&job.variant) {
        Some(price) if price.campaign.is_some() => {
            pricing::rebase(&tx, list, job.variant, (from, to)).await?;
            return tx.commit().await;
        }
        Some(price) if price.amount == from => {}
        _ => return Ok(()),
    }
    let reduction = if announced { Reduction::Announced } else { Reduction::None };
    pricing::set_prices(&tx, list, &[NewPrice { variant: job.variant, amount: to, reduction }]).await?;
    showcase::project_variants(&tx, &[job.variant]).await?;
    tx.commit().await
}
