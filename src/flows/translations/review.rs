//! A person's word on a translation.

use serde_json::json;
use uuid::Uuid;

use super::{super::steps::translating, ours};
use crate::{
    kernel::{Actor, App, Fault, Locale, Right, journal},
    translation::{self, Domain, Mark, Segment},
};

/// Whether a good translation is kept for the future too.
fn keeps(app: &App) -> bool {
    app.settings().flag("translation.keep_reviewed")
}

/// Says yes to one translation as it stands.
///
/// # Faults
/// `access.forbidden`, `translation.no_source`, `translation.moved`.
pub async fn approve(app: &App, actor: &Actor, mark: &Mark, to: Locale, seen: &str) -> Result<(), Fault> {
    actor.may(Right::TextsWrite)?;
    let tx = app.begin(actor).await?;
    ours(&tx, &[mark.entity]).await?;
    translation::approve(&tx, mark, to, seen).await?;
    if keeps(app) {
        translation::remember(&tx, std::slice::from_ref(mark), to, Domain::Product).await?;
    }
    translating::show(&tx, &[mark.entity], to).await?;
    journal::note(&tx, "translation.approved", Some(mark.entity), json!({ "to": to, "field": mark.field })).await?;
    tx.commit().await
}

/// Says yes to all translations of these entities that wait and have no flag. Returns how many.
///
/// # Faults
/// `access.forbidden`, `translation.no_source`.
pub async fn approve_green(app: &App, actor: &Actor, entities: &[Uuid], to: Locale) -> Result<usize, Fault> {
    let scope = actor.scope(Right::TextsWrite)?;
    let tx = app.begin(actor).await?;
    ours(&tx, entities).await?;
    let green = translation::approve_green(&tx, &scope, entities, to).await?;
    if keeps(app) {
        let mark = |s: &Segment| Mark { entity: s.entity, field: s.field.clone() };
        translation::remember(&tx, &green.iter().map(mark).collect::<Vec<_>>(), to, Domain::Product).await?;
    }
    translating::show(&tx, entities, to).await?;
    journal::note(&tx, "translation.green_approved", None, json!({ "to": to, "texts": green.len() })).await?;
    tx.commit().await?;
    Ok(green.len())
}

/// Writes a translation by hand; an empty one takes it away.
///
/// # Faults
/// `access.forbidden`, `translation.no_source`, `translation.moved`.
pub async fn edit(app: &App, actor: &Actor, mark: &Mark, to: Locale, text: &str, seen: &str) -> Result<(), Fault> {
    actor.may(Right::TextsWrite)?;
    let tx = app.begin(actor).await?;
    ours(&tx, &[mark.entity]).await?;
    translation::edit(&tx, mark, to, text, seen).await?;
    if keeps(app) && !text.trim().is_empty() {
        translation::remember(&tx, std::slice::from_ref(mark), to, Domain::Product).await?;
    }
    translating::show(&tx, &[mark.entity], to).await?;
    journal::note(&tx, "translation.edited", Some(mark.entity), json!({ "to": to, "field": mark.field })).await?;
    tx.commit().await
}

/// Keeps a translation that somebody stands for in the memory.
///
/// # Faults
/// `access.forbidden`, `translation.no_source`, `translation.moved` for one that nobody has approved.
pub async fn remember(app: &App, actor: &Actor, mark: &Mark, to: Locale) -> Result<(), Fault> {
    actor.may(Right::TextsWrite)?;
    let tx = app.begin(actor).await?;
    ours(&tx, &[mark.entity]).await?;
    translation::remember(&tx, std::slice::from_ref(mark), to, Domain::Product).await?;
    journal::note(&tx, "translation.remembered", Some(mark.entity), json!({ "to": to, "field": mark.field })).await?;
    tx.commit().await
}
