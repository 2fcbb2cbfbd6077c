//! The shop's templates.

use serde_json::json;

use crate::{
    contracts::{self, Key, Template, text},
    kernel::{Actor, App, Fault, Right, journal},
};

/// Keeps a template; of the built-in one, what stands in its place.
///
/// # Faults
/// `access.forbidden`; `form.missing`; what is wrong with the text, each with its place.
pub async fn save_template(app: &App, actor: &Actor, template: Template) -> Result<(), Fault> {
    actor.may(Right::SettingsManage)?;
    let tx = app.begin(actor).await?;
    // Only what there is can be written.
    contracts::template(&tx, &template.key).await?;
    contracts::write(&tx, &template).await?;
    journal::note(&tx, "contracts.template_written", None, json!({ "template": template.key.to_string() })).await?;
    tx.commit().await
}

/// A further template, begun as a copy of one.
///
/// # Faults
/// `access.forbidden`, `contracts.no_template`; `form.missing` without a name.
pub async fn add_template(app: &App, actor: &Actor, from: &Key, name: &str) -> Result<Key, Fault> {
    actor.may(Right::SettingsManage)?;
    let tx = app.begin(actor).await?;
    let from = contracts::template(&tx, from).await?;
    let key = contracts::add(&tx, &from, name).await?;
    journal::note(&tx, "contracts.template_added", None, json!({ "template": key.to_string() })).await?;
    tx.commit().await?;
    Ok(key)
}

/// Removes a template, or puts the built-in text back.
///
/// # Faults
/// `access.forbidden`, `contracts.no_template`.
pub async fn drop_template(app: &App, actor: &Actor, key: &Key) -> Result<(), Fault> {
    actor.may(Right::SettingsManage)?;
    let tx = app.begin(actor).await?;
    contracts::drop_template(&tx, key).await?;
    journal::note(&tx, "contracts.template_dropped", None, json!({ "template": key.to_string() })).await?;
    tx.commit().await
}

/// A text with its clauses numbered and its fields by their names: how a template is looked at. Everything
/// that hangs on a condition stands.
///
/// # Errors
/// What is wrong with it, each with its place.
pub fn read_text(body: &str, shown: impl Fn(&str) -> String) -> Result<text::Written, Fault> {
    let known = contracts::FIELDS.iter().map(|name| (*name, shown(name))).collect();
    let holds = contracts::CONDITIONS.iter().copied().collect();
    text::read(body).write(&known, &holds)
}
