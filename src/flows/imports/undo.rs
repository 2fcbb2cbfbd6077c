//! An import taken back: what nobody has touched or ordered since is as it was before.

use std::collections::HashSet;

use serde::Serialize;
use serde_json::json;

use super::{
    super::steps::products::{Home, put},
    desk::Desk,
};
use crate::{
    catalog::{self, NewProduct, Status},
    imports::{self, Change, Run},
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

/// A product that stays as it is.
#[derive(Clone, Debug, Serialize)]
pub struct Kept {
    pub product: ProductId,
    pub sku: String,
    /// "edited" or "ordered"
    pub reason: &'static str,
}

/// Takes an import back. Products that were edited or ordered since stay and are listed.
///
/// # Faults
/// `imports.no_run`, `imports.undone`, or `Forbidden`.
pub async fn undo(app: &App, actor: &Actor, id: ImportId) -> Result<Undone, Fault> {
    actor.may(Right::CatalogWrite)?;
    actor.may(Right::PricesWrite)?;
    actor.may(Right::StockWrite)?;
    let scope = actor.scope(Right::ImportsRun)?;
    let run = imports::run(app.reader(), &scope, id).await?;
    if run.state == "undone" {
        return Err(imports::Fault::Undone.into());
    }
    let mut undone = Undone::default();
    let mut after = None;
    loop {
        let tx = app.begin(actor).await?;
        let changes = imports::changes(&tx, id, after, CHUNK).await?;
        let Some(last) = changes.last() else {
            imports::set_state(&tx, id, "undone").await?;
            let data = json!({ "removed": undone.removed, "restored": undone.restored, "kept": undone.kept.len() });
            journal::note(&tx, "imports.undone", Some(id.uuid()), data).await?;
            tx.commit().await?;
            return Ok(undone);
        };
        after = Some(last.product_id);
        take_back(&tx, &run, &changes, &mut undone).await?;
        tx.commit().await?;
    }
}

async fn take_back(tx: &Tx, run: &Run, changes: &[Change], undone: &mut Undone) -> Result<(), Fault> {
    let ids: Vec<ProductId> = changes.iter().map(|c| c.product_id).collect();
    let edited = imports::edited_since(tx, changes).await?;
    let ordered = sales::ordered_since(tx, &ids, run.started_at).await?;
    let skus = catalog::first_skus(tx, &ids).await?;
    let (mut gone, mut back) = (Vec::new(), Vec::new());
    for change in changes {
        let product = change.product_id;
        // What an earlier try at this undo has taken away has no SKU any more.
        let Some(sku) = skus.get(&product).cloned() else { continue };
        if ordered.contains(&product) {
            undone.kept.push(Kept { product, sku, reason: "ordered" });
        } else if edited.contains(&product) {
            undone.kept.push(Kept { product, sku, reason: "edited" });
        } else if change.created {
            gone.push(product);
        } else if let Some(before) = change.before()? {
            back.push(before);
        }
    }
    remove(tx, &gone).await?;
    undone.removed += i64::try_from(gone.len()).unwrap_or(0);
    undone.restored += i64::try_from(back.len()).unwrap_or(0);
    restore(tx, run, back).await
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
