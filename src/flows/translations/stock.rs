//! The memory and the glossary, as the office keeps them.

use serde_json::json;

use crate::{
    kernel::{Actor, App, Fault, MemoryId, Right, TermId, journal},
    translation::{self, NewMemory, NewTerm},
};

/// Puts translations into the memory by hand.
///
/// # Faults
/// `access.forbidden`; `translation.empty`, `translation.too_long`, `translation.same_locale`.
pub async fn keep_memory(app: &App, actor: &Actor, new: Vec<NewMemory>) -> Result<usize, Fault> {
    actor.may(Right::TextsWrite)?;
    let tx = app.begin(actor).await?;
    let n = translation::keep(&tx, new).await?;
    journal::note(&tx, "translation.memory.kept", None, json!({ "n": n })).await?;
    tx.commit().await?;
    Ok(n)
}

/// # Faults
/// `access.forbidden`, `translation.no_entry`, `translation.empty`.
pub async fn change_memory(app: &App, actor: &Actor, id: MemoryId, target: &str) -> Result<(), Fault> {
    actor.may(Right::TextsWrite)?;
    let tx = app.begin(actor).await?;
    translation::change(&tx, id, target).await?;
    journal::note(&tx, "translation.memory.changed", Some(id.uuid()), json!(null)).await?;
    tx.commit().await
}

/// # Faults
/// `access.forbidden`, `translation.no_entry`.
pub async fn forget_memory(app: &App, actor: &Actor, id: MemoryId) -> Result<(), Fault> {
    actor.may(Right::TextsWrite)?;
    let tx = app.begin(actor).await?;
    translation::forget(&tx, id).await?;
    journal::note(&tx, "translation.memory.forgotten", Some(id.uuid()), json!(null)).await?;
    tx.commit().await
}

/// # Faults
/// `access.forbidden`; `translation.term`, `translation.same_locale`.
pub async fn put_terms(app: &App, actor: &Actor, new: Vec<NewTerm>) -> Result<usize, Fault> {
    actor.may(Right::TextsWrite)?;
    let tx = app.begin(actor).await?;
    let n = translation::put_terms(&tx, new).await?;
    journal::note(&tx, "translation.glossary.put", None, json!({ "n": n })).await?;
    tx.commit().await?;
    Ok(n)
}

/// # Faults
/// `access.forbidden`, `translation.no_entry`.
pub async fn drop_term(app: &App, actor: &Actor, id: TermId) -> Result<(), Fault> {
    actor.may(Right::TextsWrite)?;
    let tx = app.begin(actor).await?;
    translation::drop_term(&tx, id).await?;
    journal::note(&tx, "translation.glossary.dropped", Some(id.uuid()), json!(null)).await?;
    tx.commit().await
}
