//! Settings changed in the office.

use serde_json::{Value, json};

use crate::kernel::{Actor, App, Fault, Reads, Right, Source, Subject, journal, settings};

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
    app.replace_settings(now);
    Ok(())
}

async fn stored(db: &impl Reads) -> Result<Vec<(String, Value)>, Fault> {
    settings::stored(db).await
}

/// Keeps settings whose values were read by their own rules ([`crate::manifest::Setting::read`]),
/// and puts them into force here. Pages may show any of them, so every page goes stale.
///
/// # Faults
/// `access.forbidden`.
pub async fn save(app: &App, actor: &Actor, wanted: Vec<(String, Value)>) -> Result<(), Fault> {
    actor.may(Right::SettingsManage)?;
    if wanted.is_empty() {
        return Ok(());
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
