//! What follows when texts are translated: the shop shows them in the same commit.
//!
//! A surface that shows texts of its own trade calls `flows::translations::fill` with the items of a
//! scoped view. A flow that fills its texts itself takes [`prepare`] in its transaction; people's
//! words on them are `translation::{approve, approve_green, edit, remember}` on its own transaction.

use uuid::Uuid;

use crate::{
    catalog::{self, SlugKind, SlugWish, Sort, field},
    flows::catalogue::Reproject,
    jobs,
    kernel::{Fault, Locale, ProductId, Tx},
    showcase,
    translation::{self, Domain, Item, Plan, TextState},
};

/// Fills what the shop knows itself, and says what is left for a provider.
pub(crate) async fn prepare(tx: &Tx, items: Vec<Item>, to: Locale, domain: Domain) -> Result<Plan, Fault> {
    let mut plan = translation::plan(tx, items, to, domain).await?;
    let changed = translation::write(tx, std::mem::take(&mut plan.texts)).await?;
    show(tx, &changed, to).await?;
    Ok(plan)
}

/// Writes what a provider answered; says how many texts changed hands.
pub(crate) async fn land(tx: &Tx, to: Locale, answered: Vec<(Item, String)>) -> Result<(), Fault> {
    let changed = translation::land(tx, to, answered).await?;
    show(tx, &changed, to).await
}

/// Makes the shop look as its texts say now. A page gets its address with the first title that
/// somebody stands for.
pub(crate) async fn show(tx: &Tx, changed: &[Uuid], to: Locale) -> Result<(), Fault> {
    let sorts = catalog::sorts_of(tx, changed).await?;
    let of = |wanted: &[Sort]| -> Vec<Uuid> {
        changed.iter().copied().filter(|id| sorts.get(id).is_some_and(|s| wanted.contains(s))).collect()
    };
    let (products, categories) = (of(&[Sort::Product]), of(&[Sort::Category]));
    for (kind, ids, field) in [(SlugKind::Product, &products, field::TITLE), (SlugKind::Category, &categories, field::NAME)] {
        let texts = translation::texts_of(tx, ids).await?;
        let wish = |id: &Uuid| {
            let title = texts.exact(*id, field, to).filter(|t| t.state == TextState::Ok)?;
            Some(SlugWish { entity: *id, locale: to, text: title.value.clone(), replace: false })
        };
        catalog::assign_slugs(tx, kind, ids.iter().filter_map(wish).collect()).await?;
    }
    let mut shown: Vec<ProductId> = products.into_iter().map(ProductId).collect();
    shown.extend(catalog::holders(tx, &of(&[Sort::Picture, Sort::Document])).await?);
    shown.sort_unstable();
    shown.dedup();
    if !shown.is_empty() {
        showcase::project(tx, &shown).await?;
    }
    if !categories.is_empty() {
        showcase::project_categories(tx).await?;
    }
    // A name of a material stands on every product that is made of it.
    if !of(&[Sort::Attribute, Sort::Choice, Sort::Option, Sort::Value]).is_empty() {
        jobs::enqueue(tx, &Reproject::all()).await?;
    }
    Ok(())
}
