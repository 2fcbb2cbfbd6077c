//! Products: made, described, put in order, shown and taken off show.

use std::borrow::Cow;

use serde_json::json;
use uuid::Uuid;

use super::super::steps::products::{Home, put};
use crate::{
    catalog::{self, Compliance, NewDocument, NewPicture, NewProduct, Placed, Relation, Status},
    kernel::{Actor, App, CategoryId, Fault, Locale, ProducerId, ProductId, Right, Subject, Tx, journal, undo},
    showcase,
    stock::Reason,
};

/// How many products one transaction takes: below about 20 ms each.
const CHUNK: usize = 100;

/// Makes a product, with the prices and stock that its draft carries.
///
/// # Faults
/// What is wrong with the draft (`catalog.…`), or `Forbidden`.
pub async fn create(app: &App, actor: &Actor, draft: NewProduct) -> Result<ProductId, Fault> {
    may(actor, std::slice::from_ref(&draft))?;
    let tx = app.begin(actor).await?;
    let home = Home::of_default(&tx).await?;
    let placed = put(&tx, home, vec![draft], Reason::Count).await?;
    let id = placed.first().map(|p| p.product).ok_or(catalog::Fault::NoProduct)?;
    journal::note(&tx, "catalog.product.created", Some(id.uuid()), json!({})).await?;
    tx.commit().await?;
    Ok(id)
}

/// Makes or rewrites many products, some hundred a transaction. When one draft is wrong, its
/// hundred is not written and those before are: the answer of the fault says which it was.
///
/// # Faults
/// What is wrong with a draft, or `Forbidden`.
pub async fn create_many(app: &App, actor: &Actor, drafts: Vec<NewProduct>) -> Result<Vec<Placed>, Fault> {
    may(actor, &drafts)?;
    let mut all = Vec::with_capacity(drafts.len());
    let mut drafts = drafts.into_iter().peekable();
    while drafts.peek().is_some() {
        let chunk: Vec<NewProduct> = drafts.by_ref().take(CHUNK).collect();
        let tx = app.begin(actor).await?;
        let home = Home::of_default(&tx).await?;
        let placed = put(&tx, home, chunk, Reason::Count).await?;
        journal::note(&tx, "catalog.products.created", None, json!({ "products": placed.len() })).await?;
        tx.commit().await?;
        all.extend(placed);
    }
    Ok(all)
}

/// Rewrites a product as the draft says.
///
/// # Faults
/// `catalog.no_product` and what is wrong with the draft.
pub async fn revise(app: &App, actor: &Actor, id: ProductId, mut draft: NewProduct) -> Result<(), Fault> {
    may(actor, std::slice::from_ref(&draft))?;
    draft.id = Some(id);
    let tx = app.begin(actor).await?;
    let home = Home::of_default(&tx).await?;
    put(&tx, home, vec![draft], Reason::Count).await?;
    done(tx, "catalog.product.changed", id).await
}

fn may(actor: &Actor, drafts: &[NewProduct]) -> Result<(), Fault> {
    actor.may(Right::CatalogWrite)?;
    let variants = || drafts.iter().flat_map(|d| &d.variants);
    if variants().any(|v| v.price.is_some()) {
        actor.may(Right::PricesWrite)?;
    }
    if variants().any(|v| v.stock.is_some() || v.lead_days.is_some()) {
        actor.may(Right::StockWrite)?;
    }
    Ok(())
}

/// Shows one product as it is now, notes what happened, and commits.
async fn done(tx: Tx, code: &'static str, id: ProductId) -> Result<(), Fault> {
    showcase::project(&tx, &[id]).await?;
    journal::note(&tx, code, Some(id.uuid()), json!({})).await?;
    tx.commit().await
}

/// Sets texts of a product; an empty one is taken away. Field, language, text.
///
/// # Faults
/// `catalog.no_product`, `catalog.no_title`.
pub async fn edit_texts(
    app: &App,
    actor: &Actor,
    id: ProductId,
    texts: Vec<(Cow<'static, str>, Locale, String)>,
) -> Result<(), Fault> {
    actor.may(Right::CatalogWrite)?;
    let tx = app.begin(actor).await?;
    catalog::set_texts(&tx, id, texts).await?;
    done(tx, "catalog.product.texts_set", id).await
}

/// Puts a product on show. Where the shop demands safety data, what lacks it is refused.
///
/// # Faults
/// `catalog.no_product`, `catalog.unsafe`.
pub async fn publish(app: &App, actor: &Actor, id: ProductId) -> Result<(), Fault> {
    actor.may(Right::CatalogWrite)?;
    let strict = app.settings().flag("catalog.require_gpsr");
    let tx = app.begin(actor).await?;
    catalog::publish(&tx, id, if strict { Compliance::Block } else { Compliance::Show }).await?;
    done(tx, "catalog.product.published", id).await
}

/// Takes a product off show.
///
/// # Faults
/// `catalog.no_product`.
pub async fn archive(app: &App, actor: &Actor, id: ProductId) -> Result<(), Fault> {
    actor.may(Right::CatalogWrite)?;
    let tx = app.begin(actor).await?;
    catalog::archive(&tx, id).await?;
    done(tx, "catalog.product.archived", id).await
}

/// Makes this the main category of the products, some hundred a transaction. Answers the batch
/// by which it can be taken back.
///
/// # Faults
/// `catalog.no_category`.
pub async fn categorise(app: &App, actor: &Actor, ids: &[ProductId], category: CategoryId) -> Result<Option<Uuid>, Fault> {
    actor.may(Right::CatalogWrite)?;
    let mut batch = None;
    for chunk in ids.chunks(CHUNK) {
        let tx = app.begin(actor).await?;
        let before: Vec<(ProductId, Option<CategoryId>)> =
            catalog::standing(&tx, chunk).await?.into_iter().map(|s| (s.id, s.category)).collect();
        let step = json!({ "to": category, "was": before });
        undo::keep(&tx, *batch.get_or_insert_with(|| tx.uuid()), "catalog.categories", &step).await?;
        catalog::set_category(&tx, chunk, category).await?;
        showcase::project(&tx, chunk).await?;
        let data = json!({ "products": chunk });
        journal::note(&tx, "catalog.products.categorised", Some(category.uuid()), data).await?;
        tx.commit().await?;
    }
    Ok(batch)
}

/// Where a product stands and who answers for it, as one form says it.
#[derive(Clone, Debug)]
pub struct Arrangement {
    pub category: CategoryId,
    pub producer: Option<ProducerId>,
    pub tags: Vec<String>,
    /// New addresses; the old ones lead there for ever.
    pub slugs: Vec<(Locale, String)>,
}

/// Puts a product into its place: category, producer, tags and addresses in one commit.
///
/// # Faults
/// `catalog.no_product`, `catalog.no_category`.
pub async fn arrange(app: &App, actor: &Actor, id: ProductId, to: Arrangement) -> Result<(), Fault> {
    actor.may(Right::CatalogWrite)?;
    let tx = app.begin(actor).await?;
    let before = catalog::standing(&tx, &[id]).await?.pop().ok_or(catalog::Fault::NoProduct)?;
    if before.category != Some(to.category) {
        catalog::set_category(&tx, &[id], to.category).await?;
    }
    catalog::set_producer(&tx, id, to.producer).await?;
    catalog::set_tags(&tx, id, &to.tags).await?;
    catalog::set_slugs(&tx, id, to.slugs).await?;
    tx.raise(Subject::Product(id));
    done(tx, "catalog.product.changed", id).await
}

/// # Faults
/// `catalog.no_product`.
pub async fn set_tags(app: &App, actor: &Actor, id: ProductId, tags: &[String]) -> Result<(), Fault> {
    actor.may(Right::CatalogWrite)?;
    let tx = app.begin(actor).await?;
    catalog::set_tags(&tx, id, tags).await?;
    done(tx, "catalog.product.changed", id).await
}

/// Lower comes first in lists.
///
/// # Faults
/// `catalog.no_product`.
pub async fn set_rank(app: &App, actor: &Actor, id: ProductId, rank: i64) -> Result<(), Fault> {
    actor.may(Right::CatalogWrite)?;
    let tx = app.begin(actor).await?;
    catalog::set_rank(&tx, id, rank).await?;
    done(tx, "catalog.product.changed", id).await
}

/// What goes with a product.
///
/// # Faults
/// `catalog.no_product`.
pub async fn relate(app: &App, actor: &Actor, id: ProductId, kind: Relation, others: &[ProductId]) -> Result<(), Fault> {
    actor.may(Right::CatalogWrite)?;
    let tx = app.begin(actor).await?;
    catalog::relate(&tx, id, kind, others).await?;
    done(tx, "catalog.product.changed", id).await
}

/// Hangs pictures behind those that are there. `source` is the language of their first alt text.
///
/// # Faults
/// Whatever the database says.
pub async fn add_pictures(
    app: &App,
    actor: &Actor,
    id: ProductId,
    source: Locale,
    pictures: Vec<NewPicture>,
) -> Result<Vec<Uuid>, Fault> {
    actor.may(Right::CatalogWrite)?;
    let tx = app.begin(actor).await?;
    let ids = catalog::add_pictures(&tx, id, source, pictures).await?;
    done(tx, "catalog.product.pictures_changed", id).await?;
    Ok(ids)
}

/// Lays documents beside those that are there.
///
/// # Faults
/// Whatever the database says.
pub async fn add_documents(
    app: &App,
    actor: &Actor,
    id: ProductId,
    source: Locale,
    documents: Vec<NewDocument>,
) -> Result<(), Fault> {
    actor.may(Right::CatalogWrite)?;
    let tx = app.begin(actor).await?;
    catalog::add_documents(&tx, id, source, documents).await?;
    done(tx, "catalog.product.changed", id).await
}

/// # Faults
/// Whatever the database says.
pub async fn order_pictures(app: &App, actor: &Actor, id: ProductId, order: &[Uuid]) -> Result<(), Fault> {
    actor.may(Right::CatalogWrite)?;
    let tx = app.begin(actor).await?;
    catalog::order_pictures(&tx, id, order).await?;
    done(tx, "catalog.product.pictures_changed", id).await
}

/// # Faults
/// `catalog.no_picture`.
pub async fn remove_picture(app: &App, actor: &Actor, id: ProductId, picture: Uuid) -> Result<(), Fault> {
    actor.may(Right::CatalogWrite)?;
    let tx = app.begin(actor).await?;
    catalog::remove_picture(&tx, id, picture).await?;
    done(tx, "catalog.product.pictures_changed", id).await
}

/// Says what a picture shows, in some languages.
///
/// # Faults
/// `catalog.no_picture`.
pub async fn describe_picture(
    app: &App,
    actor: &Actor,
    id: ProductId,
    picture: Uuid,
    alts: &[(Locale, String)],
) -> Result<(), Fault> {
    actor.may(Right::CatalogWrite)?;
    let tx = app.begin(actor).await?;
    for (locale, alt) in alts {
        catalog::set_alt(&tx, id, picture, *locale, alt).await?;
    }
    done(tx, "catalog.product.pictures_changed", id).await
}

/// Changes the status of many products, some hundred a transaction. Answers the batch by which
/// it can be taken back.
///
/// # Faults
/// `catalog.unsafe` where the shop demands safety data of what it shows: then none of its
/// hundred is published.
pub async fn set_status(app: &App, actor: &Actor, ids: &[ProductId], status: Status) -> Result<Option<Uuid>, Fault> {
    actor.may(Right::CatalogWrite)?;
    let strict = status == Status::Published && app.settings().flag("catalog.require_gpsr");
    let mut batch = None;
    for chunk in ids.chunks(CHUNK) {
        let tx = app.begin(actor).await?;
        if strict {
            catalog::must_be_safe(&tx, chunk).await?;
        }
        let before: Vec<(ProductId, Status)> =
            catalog::standing(&tx, chunk).await?.into_iter().map(|s| (s.id, s.status)).collect();
        let step = json!({ "to": status, "was": before });
        undo::keep(&tx, *batch.get_or_insert_with(|| tx.uuid()), "catalog.statuses", &step).await?;
        catalog::set_status(&tx, chunk, status).await?;
        showcase::project(&tx, chunk).await?;
        let data = json!({ "products": chunk, "status": status.as_str() });
        journal::note(&tx, "catalog.products.status_set", None, data).await?;
        tx.commit().await?;
    }
    Ok(batch)
}
