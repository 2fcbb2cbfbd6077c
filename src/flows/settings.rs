//! Settings changed in the office.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    kernel::{Actor, App, Fault, Reads, Right, Settings, Source, Subject, journal, settings},
    stage::Stage,
};

/// Puts what the office changed into force; at the start, and where another node changed it.
///
/// # Faults
/// Whatever the database says.
pub async fn load(app: &App) -> Result<(), Fault> {
    let stored = stored(app.reader()).await?;
    let mut now = (*app.settings()).clone();
    for (key, value) in stored {
        now.set(&key, value, Source::Office);
    }
    dress(app, &now);
    app.replace_settings(now);
    Ok(())
}

/// The theme wears what is set for it. What an updated theme no longer takes must not keep the
/// shop from opening: it is said, and the theme's own look stands.
fn dress(app: &App, settings: &Settings) {
    let Some(stage) = app.try_port::<Stage>() else { return };
    if let Err(fault) = stage.wear(wishes(stage, settings)) {
        tracing::error!(%fault, "the theme does not take what is set for it");
    }
}

/// Settings of the theme that is shown; those of another theme wait until it is chosen again.
fn wishes(stage: &Stage, settings: &Settings) -> BTreeMap<String, String> {
    let own = stage.theme().settings;
    own.into_iter()
        .filter_map(|s| {
            let said = settings.get(&format!("theme.{}", s.key))?;
            Some((s.key, said.as_str().map_or_else(|| said.to_string(), str::to_owned)))
        })
        .collect()
}

async fn stored(db: &impl Reads) -> Result<Vec<(String, Value)>, Fault> {
    settings::stored(db).await
}

/// Keeps settings whose values were read by their own rules ([`crate::manifest::Setting::read`]),
/// and puts them into force here. Pages may show any of them, so every page goes stale.
///
/// # Faults
/// `access.forbidden`; those of [`crate::stage::Theme::worn`].
pub async fn save(app: &App, actor: &Actor, wanted: Vec<(String, Value)>) -> Result<(), Fault> {
    actor.may(Right::SettingsManage)?;
    if wanted.is_empty() {
        return Ok(());
    }
    let mut then = (*app.settings()).clone();
    for (key, value) in &wanted {
        then.set(key, value.clone(), Source::Office);
    }
    if let Some(stage) = app.try_port::<Stage>() {
        stage.theme().worn(&wishes(stage, &then))?;
    }
    let tx = app.begin(actor).await?;
    for (key, value) in &wanted {
        settings::store(&tx, key, value).await?;
        journal::note(&tx, "settings.changed", None, json!({ "key": key })).await?;
    }
    tx.raise(Subject::All);
    tx.commit().await?;
    load(app).await
}
