//! An import taken back: what nobody has touched or ordered since is as it was before.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    super::steps::products::{Home, put},
    desk::Desk,
};
use crate::{
    catalog::{self, NewProduct, Status},
    imports::{self, Change, Kept, Run},
    jobs::{self, Payload},
    kernel::{Actor, App, Fault, ImportId, ProductId, Right, Tx, journal},
    sales, showcase,
    stock::Reason,
};

const CHUNK: u32 = 100;

/// What an undo came to.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Undone {
    /// Made by the import, gone again.
    pub removed: i64,
    /// As before the import.
    pub restored: i64,
    pub kept: Vec<Kept>,
}

/// Takes an import back. Products that were edited or ordered since stay and are listed.
///
/// # Faults
/// `imports.no_run`, `imports.undone`, `imports.not_ready`, or `Forbidden`.
pub async fn undo(app: &App, actor: &Actor, id: ImportId) -> Result<Undone, Fault> {
    may(actor)?;
    let scope = actor.scope(Right::ImportsRun)?;
    imports::run(app.reader(), &scope, id).await?;
    let tx = app.begin(actor).await?;
    imports::begin_undo(&tx, id).await?;
    tx.commit().await?;
    back(app, actor, id).await
}

/// Asks the worker to take an import back.
///
/// # Faults
/// As [`undo`].
pub async fn ask_undo(app: &App, actor: &Actor, id: ImportId) -> Result<(), Fault> {
    may(actor)?;
    let tx = app.begin(actor).await?;
    imports::begin_undo(&tx, id).await?;
    jobs::enqueue(&tx, &UndoImport { run: id }).await?;
    tx.commit().await
}

/// Takes a run back that is in the state `undoing`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UndoImport {
    pub run: ImportId,
}

impl Payload for UndoImport {
    const KIND: &'static str = "imports.undo";
    fn dedupe(&self) -> Option<String> {
        Some(format!("imports.undo {}", self.run))
    }
}

/// # Faults
/// Whatever the database says.
pub async fn undo_job(app: &App, job: &UndoImport) -> Result<(), Fault> {
    let scope = Actor::System.scope(Right::ImportsRun)?;
    if imports::run(app.reader(), &scope, job.run).await?.state != "undoing" {
        return Ok(());
    }
    back(app, &Actor::System, job.run).await.map(drop)
}

fn may(actor: &Actor) -> Result<(), Fault> {
    actor.may(Right::ImportsRun)?;
    actor.may(Right::CatalogWrite)?;
    actor.may(Right::PricesWrite)?;
    actor.may(Right::StockWrite)
}

/// Chunk by chunk; what was taken back is forgotten in the same transaction, so that an undo that
/// was interrupted goes on without taking its own work for somebody's edit.
async fn back(app: &App, actor: &Actor, id: ImportId) -> Result<Undone, Fault> {
    let scope = actor.scope(Right::ImportsRun)?;
    let (mut kept, mut after) = (Vec::new(), None);
    loop {
        let tx = app.begin(actor).await?;
        let run = imports::run(&tx, &scope, id).await?;
        let changes = imports::changes(&tx, id, after, CHUNK).await?;
        let Some(last) = changes.last() else {
            imports::end_undo(&tx, id, &kept).await?;
            let data = json!({ "removed": run.removed, "restored": run.restored, "kept": kept.len() });
            journal::note(&tx, "imports.undone", Some(id.uuid()), data).await?;
            tx.commit().await?;
            return Ok(Undone { removed: run.removed, restored: run.restored, kept });
        };
        after = Some(last.product_id);
        kept.extend(take_back(&tx, &run, &changes).await?);
        tx.commit().await?;
    }
}

/// What of these stays as it is.
async fn take_back(tx: &Tx, run: &Run, changes: &[Change]) -> Result<Vec<Kept>, Fault> {
    let ids: Vec<ProductId> = changes.iter().map(|c| c.product_id).collect();
    let edited = imports::edited_since(tx, changes).await?;
    let ordered = sales::ordered_since(tx, &ids, run.started_at).await?;
    let skus = catalog::first_skus(tx, &ids).await?;
    let (mut gone, mut back, mut kept) = (Vec::new(), Vec::new(), Vec::new());
    for change in changes {
        let product = change.product_id;
        // What somebody removed since has no SKU any more.
        let Some(sku) = skus.get(&product).cloned() else { continue };
        if ordered.contains(&product) {
            kept.push(Kept { product, sku, reason: "ordered".to_owned() });
        } else if edited.contains(&product) {
            kept.push(Kept { product, sku, reason: "edited".to_owned() });
        } else if change.created {
            gone.push(product);
        } else if let Some(before) = change.before()? {
            back.push(before);
        }
    }
    let count = |n: usize| i64::try_from(n).unwrap_or(0);
    imports::note_undo(tx, run.id, count(gone.len()), count(back.len())).await?;
    let restored = back.iter().filter_map(|p| p.id);
    imports::forget(tx, run.id, &gone.iter().copied().chain(restored).collect::<Vec<_>>()).await?;
    remove(tx, &gone).await?;
    restore(tx, run, back).await?;
    Ok(kept)
}

/// Off every list first, so that cards, counts and the search index forget them.
async fn remove(tx: &Tx, ids: &[ProductId]) -> Result<(), Fault> {
    catalog::set_status(tx, ids, Status::Archived).await?;
    showcase::project(tx, ids).await?;
    Ok(catalog::remove(tx, ids).await?)
}

async fn restore(tx: &Tx, run: &Run, mut back: Vec<NewProduct>) -> Result<(), Fault> {
    if back.is_empty() {
        return Ok(());
    }
    let ids: Vec<ProductId> = back.iter().filter_map(|p| p.id).collect();
    let desk = Desk::read(tx).await?;
    let now = imports::images(tx, &desk.market, &ids, tx.now()).await?;
    for product in &mut back {
        let Some(image) = product.id.and_then(|id| now.get(&id)) else { continue };
        let had: HashSet<(String, _)> = product.texts.iter().map(|(f, l, _)| (f.to_string(), *l)).collect();
        let added = image.product.texts.iter().filter(|(f, l, _)| !had.contains(&(f.to_string(), *l)));
        let empty: Vec<_> = added.map(|(f, l, _)| (f.clone(), *l, String::new())).collect();
        product.texts.extend(empty);
        for variant in &mut product.variants {
            let same = image.product.variants.iter().find(|v| v.id == variant.id);
            if same.is_some_and(|v| v.price == variant.price) {
                variant.price = None;
            }
        }
    }
    catalog::forget_external(tx, &run.source, &ids).await?;
    let home = Home { list: desk.market.list, location: desk.market.location };
    put(tx, home, back, Reason::Import).await.map(drop)
}
