//! Adapters into ports: the only place that knows which ones this process has.

use anyhow::Context;
use vitrina::{
    flows,
    kernel::{App, Database},
    stage::{Source, Stage},
};
use vitrina_migrations::{Migrator, MigratorTrait};

use crate::config::Config;

/// Opens the database, brings it to this version's schema and plugs the adapters in.
///
/// # Errors
/// A sentence that names what does not answer.
pub async fn open(config: &Config) -> anyhow::Result<App> {
    let database = database(config).await?;
    Migrator::up(database.migrating(), None).await.context("the database's schema cannot be brought up to date")?;
    let app = App::builder(database).with_settings(config.settings.clone()).build();
    flows::settings::load(&app).await.context("the settings cannot be read")?;
    Ok(app)
}

/// Opens the theme: the built-in one, or the folder that is being worked on.
///
/// # Errors
/// Names the file and what is wrong with it.
pub fn stage(config: &Config) -> anyhow::Result<Stage> {
    let source = match &config.theme_dir {
        Some(folder) => Source::folder(folder, "default"),
        None => Source::embedded(),
    };
    Stage::open(source).context("the theme cannot be shown")
}

/// Opens the database alone.
///
/// # Errors
/// Names the address, without its password.
pub async fn database(config: &Config) -> anyhow::Result<Database> {
    if config.is_sqlite() {
        std::fs::create_dir_all(&config.data).with_context(|| format!("cannot make the folder {}", config.data.display()))?;
    }
    Database::open(&config.database).await.with_context(|| format!("the database {} does not open", config.database_for_people()))
}
