//! Taking a change of many records back, as long as nobody has changed them again.

use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::{
    catalog::{self, Status},
    kernel::{Actor, App, CategoryId, Fault, Money, PriceListId, ProductId, Right, Tx, VariantId, journal, undo},
    pricing::{self, Reduction},
    showcase,
};

/// How it ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TakenBack {
    pub restored: usize,
    /// Changed again since by somebody; left as they are.
    pub kept: usize,
}

#[derive(Deserialize)]
struct Moved<To, Was> {
    to: To,
    was: Vec<(ProductId, Was)>,
}

#[derive(Deserialize)]
struct Priced {
    list: PriceListId,
    was: Vec<(VariantId, Money, Money)>,
}

/// Takes a batch back that the same person made within a day, a step a transaction.
///
/// # Faults
/// `request.undo_over` when it was taken back before, is too old or somebody else's; `Forbidden`.
pub async fn take_back(app: &App, actor: &Actor, batch: Uuid) -> Result<TakenBack, Fault> {
    actor.may(Right::CatalogWrite)?;
    let mut done = TakenBack::default();
    let mut steps = 0;
    loop {
        let tx = app.begin(actor).await?;
        let Some((kind, before)) = undo::take(&tx, batch).await? else { break };
        let (restored, kept) = match kind.as_str() {
            "catalog.categories" => categories(&tx, serde_json::from_value(before)?).await?,
            "catalog.statuses" => statuses(&tx, serde_json::from_value(before)?).await?,
            "pricing.prices" => {
                actor.may(Right::PricesWrite)?;
                prices(&tx, serde_json::from_value(before)?).await?
            }
            other => return Err(Fault::bug(format!("nobody knows how to undo {other}"))),
        };
        journal::note(&tx, "undo.taken", Some(batch), json!({ "kind": kind, "restored": restored, "kept": kept })).await?;
        tx.commit().await?;
        (done.restored, done.kept, steps) = (done.restored + restored, done.kept + kept, steps + 1);
    }
    if steps == 0 { Err(Fault::conflict("request.undo_over")) } else { Ok(done) }
}

async fn categories(tx: &Tx, step: Moved<CategoryId, Option<CategoryId>>) -> Result<(usize, usize), Fault> {
    let ids: Vec<ProductId> = step.was.iter().map(|(id, _)| *id).collect();
    let now = catalog::standing(tx, &ids).await?;
    let mut back = Vec::new();
    for (id, was) in &step.was {
        let untouched = now.iter().any(|s| s.id == *id && s.category == Some(step.to));
        if let Some(was) = was.filter(|_| untouched) {
            catalog::set_category(tx, &[*id], was).await?;
            back.push(*id);
        }
    }
    showcase::project(tx, &back).await?;
    Ok((back.len(), ids.len() - back.len()))
}

async fn statuses(tx: &Tx, step: Moved<Status, Status>) -> Result<(usize, usize), Fault> {
    let ids: Vec<ProductId> = step.was.iter().map(|(id, _)| *id).collect();
    let now = catalog::standing(tx, &ids).await?;
    let mut back = Vec::new();
    for (id, was) in &step.was {
        if now.iter().any(|s| s.id == *id && s.status == step.to) {
            catalog::set_status(tx, &[*id], *was).await?;
            back.push(*id);
        }
    }
    showcase::project(tx, &back).await?;
    Ok((back.len(), ids.len() - back.len()))
}

/// The history of prices is never rewritten: the way back is one more price.
async fn prices(tx: &Tx, step: Priced) -> Result<(usize, usize), Fault> {
    let variants: Vec<VariantId> = step.was.iter().map(|(id, ..)| *id).collect();
    let now = pricing::prices_of(tx, step.list, &variants, tx.now()).await?;
    let mut back = Vec::new();
    for (variant, was, became) in &step.was {
        if now.get(variant).is_some_and(|price| price.amount == *became) {
            pricing::set_price(tx, step.list, *variant, *was, Reduction::None).await?;
            back.push(*variant);
        }
    }
    showcase::project_variants(tx, &back).await?;
    Ok((back.len(), variants.len() - back.len()))
}
