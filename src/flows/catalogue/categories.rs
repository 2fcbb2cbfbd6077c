//! The category tree: made, named, moved, hidden.

use serde_json::json;

use super::reproject::{Reproject, start};
use crate::{
    catalog::{self, NewCategory, SlugKind, SlugWish, field},
    kernel::{Actor, App, CategoryId, Fault, Locale, MediaId, Right, journal},
    showcase,
    translation::{self, NewText},
};

/// Makes categories; a parent may stand earlier in the same call.
///
/// # Faults
/// `catalog.no_category`, `catalog.category_taken`.
pub async fn create_categories(
    app: &App,
    actor: &Actor,
    source: Locale,
    new: Vec<NewCategory>,
) -> Result<Vec<CategoryId>, Fault> {
    actor.may(Right::CatalogWrite)?;
    let tx = app.begin(actor).await?;
    let ids = catalog::add_categories(&tx, source, new).await?;
    showcase::project_categories(&tx).await?;
    journal::note(&tx, "catalog.categories.created", None, json!({ "categories": ids })).await?;
    tx.commit().await?;
    Ok(ids)
}

/// How a category shall be from now on.
#[derive(Clone, Debug)]
pub struct CategoryForm {
    pub active: bool,
    pub position: i64,
    pub picture: Option<MediaId>,
    /// Language, name, introduction (HTML), and a slug if the address shall change.
    pub texts: Vec<(Locale, String, String, Option<String>)>,
}

/// Names a category, and shows or hides it. Hiding takes its products off its lists, in chunks
/// by a job.
///
/// # Faults
/// `catalog.no_category`.
pub async fn edit_category(app: &App, actor: &Actor, id: CategoryId, form: CategoryForm) -> Result<(), Fault> {
    actor.may(Right::CatalogWrite)?;
    let tx = app.begin(actor).await?;
    let tree = catalog::categories(&tx).await?;
    let before = tree.iter().find(|c| c.id == id).ok_or(catalog::Fault::NoCategory)?;
    catalog::change_category(&tx, id, form.active, form.position, form.picture).await?;
    let known = translation::texts_of(&tx, &[id.0]).await?;
    let source = known.source(id, field::NAME).or(form.texts.first().map(|t| t.0)).unwrap_or(Locale::LT);
    let (mut texts, mut wishes) = (Vec::new(), Vec::new());
    for (locale, name, intro, slug) in form.texts {
        let replace = slug.is_some();
        if let Some(text) = slug.or_else(|| Some(name.clone())).filter(|t| !t.trim().is_empty()) {
            wishes.push(SlugWish { entity: id.0, locale, text, replace });
        }
        texts.push(NewText::new(id, field::NAME, locale, name.trim()));
        texts.push(NewText::new(id, field::INTRO, locale, intro.trim()));
    }
    translation::set_many(&tx, source, texts).await?;
    catalog::assign_slugs(&tx, SlugKind::Category, wishes).await?;
    showcase::project_categories(&tx).await?;
    if before.active != form.active {
        start(&tx, Reproject::category(id)).await?;
    }
    journal::note(&tx, "catalog.category.changed", Some(id.uuid()), json!({})).await?;
    tx.commit().await
}

/// Hangs a category below another; its products follow in chunks by a job.
///
/// # Faults
/// `catalog.category_loop`, `catalog.no_category`.
pub async fn move_category(app: &App, actor: &Actor, id: CategoryId, parent: Option<CategoryId>) -> Result<(), Fault> {
    actor.may(Right::CatalogWrite)?;
    let tx = app.begin(actor).await?;
    catalog::move_category(&tx, id, parent).await?;
    showcase::project_categories(&tx).await?;
    start(&tx, Reproject::category(id)).await?;
    journal::note(&tx, "catalog.category.moved", Some(id.uuid()), json!({ "parent": parent })).await?;
    tx.commit().await
}
