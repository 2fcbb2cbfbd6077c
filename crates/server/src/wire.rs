//! Adapters into ports: the only place that knows which ones this process has.

use std::{collections::BTreeMap, sync::Arc};

use anyhow::Context;
use vitrina::{
    documents::Typesetter,
    flows,
    imports::Inbox,
    jobs::{Failure, Registry},
    kernel::{Actor, App, AppBuilder, Clock, Database, Entropy},
    mail::{Outbox, Transport},
    manifest::plugin_zero,
    media::{self, Fetch, Reach, Workshop},
    payments::Gateway,
    search::Index,
    stage::{Source, Stage},
    tax::{NoRegister, Register},
    translation::{NoTranslator, Translator},
};
use vitrina_deepl::{DeepL, Libre};
use vitrina_migrations::{Migrator, MigratorTrait, Standing, engine_version, standing};
use vitrina_smtp::Smtp;
use vitrina_stripe::Stripe;
use vitrina_tantivy::Embedded;
use vitrina_typst::Typst;

use crate::{config::Config, fetch::WebFetch, vies::Vies};

/// Opens the database, brings it to this version's schema and plugs the adapters in.
///
/// # Errors
/// A sentence that names what does not answer.
pub async fn open(config: &Config) -> anyhow::Result<App> {
    open_with(config, |builder| builder).await
}

/// The same with a clock that is moved by hand, for telling the demo's past.
///
/// # Errors
/// A sentence that names what does not answer.
pub async fn open_at(config: &Config, clock: Clock, entropy: Entropy) -> anyhow::Result<App> {
    open_with(config, |builder| builder.with_clock(clock).with_entropy(entropy)).await
}

async fn open_with(config: &Config, extra: impl FnOnce(AppBuilder) -> AppBuilder) -> anyhow::Result<App> {
    // Pictures and the search index lie in it whatever the database is.
    std::fs::create_dir_all(&config.data).with_context(|| format!("cannot make the folder {}", config.data.display()))?;
    let database = database(config).await?;
    fits(&database).await?;
    let connection = database.migrating().await.context("the database does not answer")?;
    Migrator::up(&connection, None).await.context("the database's schema cannot be brought up to date")?;
    let reach = if config.settings.flag("media.fetch_private") { Reach::Private } else { Reach::Public };
    let store = Arc::new(media::Directory::new(config.folder("media")));
    let stage = stage(config)?;
    let typst = Typst::new(stage.document_fonts());
    let mut builder = App::builder(database)
        .with_settings(config.settings.clone())
        .with_port(Arc::new(stage))
        .with_port(Arc::new(Workshop::new(store)))
        .with_port(Arc::new(Inbox::new(config.folder("imports"))))
        .with_port::<dyn Fetch>(Arc::new(WebFetch::new(reach)))
        .with_port::<dyn Index>(Arc::new(Embedded::new(&config.folder("search"))))
        .with_port::<dyn Transport>(transport(config)?)
        .with_port::<dyn Typesetter>(Arc::new(typst))
        .with_port::<dyn Register>(register(config)?)
        .with_port::<dyn Translator>(translator(config)?);
    if let Some(gateway) = gateway(config)? {
        builder = builder.with_port::<dyn Gateway>(gateway);
    }
    let app = extra(builder).build();
    flows::settings::load(&app).await.context("the settings cannot be read")?;
    Ok(app)
}

/// Refuses what this version does not fit, before anything is changed.
///
/// # Errors
/// A sentence with what was found, what is needed and what to do.
pub async fn fits(database: &Database) -> anyhow::Result<Standing> {
    let connection = database.migrating().await.context("the database does not answer")?;
    let found = engine_version(&connection).await.context("the database does not say its version")?;
    let engine = if database.is_postgres() { "postgres" } else { "sqlite" };
    plugin_zero().compatibility.fits(engine, &found).map_err(anyhow::Error::msg)?;
    let standing = standing(&connection).await.context("the database does not say its schema")?;
    if let Standing::Newer(name) = &standing {
        anyhow::bail!(
            "the database has the schema of a newer Vitrina ({name} is unknown to {}); run that version, or restore a backup from before it",
            env!("CARGO_PKG_VERSION")
        );
    }
    Ok(standing)
}

fn transport(config: &Config) -> anyhow::Result<Arc<dyn Transport>> {
    if config.settings.text("mail.transport") == "smtp" {
        let url = config.settings.text("mail.smtp_url");
        return Ok(Arc::new(Smtp::new(url, config.secrets.smtp_password.as_deref())?));
    }
    Ok(Arc::new(Outbox::new(config.folder("outbox"))))
}

fn register(config: &Config) -> anyhow::Result<Arc<dyn Register>> {
    match config.settings.text("tax.vies_url") {
        "" => Ok(Arc::new(NoRegister)),
        url => Ok(Arc::new(Vies::new(url)?)),
    }
}

/// Whoever translates. A shop that was told to use DeepL and has no key for it still opens: texts
/// wait, and `vitrina doctor` says why.
///
/// # Errors
/// When the address or the key cannot be used.
pub fn translator(config: &Config) -> anyhow::Result<Arc<dyn Translator>> {
    let text = |key: &str| config.settings.text(key);
    Ok(match (text("translation.provider"), &config.secrets.deepl_key) {
        ("deepl", Some(key)) => {
            let made = DeepL::new(text("translation.deepl_url"), key, text("translation.formality"));
            Arc::new(made.map_err(anyhow::Error::msg)?)
        }
        ("libretranslate", _) => {
            let key = config.secrets.libretranslate_key.as_deref();
            Arc::new(Libre::new(text("translation.libre_url"), key).map_err(anyhow::Error::msg)?)
        }
        _ => Arc::new(NoTranslator),
    })
}

/// Card payments, where the shop has a key for them.
///
/// # Errors
/// When the address or the key cannot be used.
pub fn gateway(config: &Config) -> anyhow::Result<Option<Arc<dyn Gateway>>> {
    let Some(key) = &config.secrets.stripe_key else { return Ok(None) };
    let secrets = config.secrets.stripe_webhook_secrets.clone();
    Ok(Some(Arc::new(Stripe::new(config.settings.text("stripe.url"), key, secrets)?)))
}

/// Which flow runs which kind of job.
pub fn jobs() -> Registry {
    Registry::new()
        .on(|app, job| async move { flows::letters::send(&app, job).await })
        .on(|app, job: flows::documents::SetDocument| async move { flows::documents::set(&app, job).await })
        .on(|app, job: flows::offers::SetOffer| async move { flows::offers::set(&app, job).await })
        .on(|app, job: flows::aftersales::SetCasePaper| async move { flows::aftersales::set(&app, job).await })
        .on(|app, job: flows::aftersales::TranslateMessage| async move { aftersales_words(&app, job).await })
        .on(|app, job: flows::contracts::SetContract| async move { flows::contracts::set(&app, job).await })
        .on(|app, job: flows::media::DeriveSizes| async move { Ok(flows::media::derive(&app, &job).await?) })
        .on(|app, job: flows::catalogue::Reproject| async move { Ok(flows::catalogue::reproject(&app, job).await?) })
        .on(|app, job: flows::media::FetchPicture| async move { Ok(flows::media::fetch(&app, job).await?) })
        .on(|app, job: flows::media::FetchDocument| async move { Ok(flows::media::fetch_document(&app, job).await?) })
        .on(|app, job: flows::imports::CheckImport| async move { Ok(flows::imports::check(&app, &job).await?) })
        .on(|app, job: flows::imports::RunImport| async move { Ok(flows::imports::work(&app, &job).await?) })
        .on(|app, job: flows::statements::ImportStatement| async move { Ok(flows::statements::work(&app, &job).await?) })
        .on(|app, job: flows::imports::UndoImport| async move { Ok(flows::imports::undo_job(&app, &job).await?) })
        .on(|app, job: flows::tax::TaxTurn| async move { Ok(flows::tax::turned(&app, job).await?) })
        .on(|app, job: flows::tax::AskRegister| async move { Ok(flows::tax::asked(&app, job).await?) })
        .on(|app, job: flows::campaigns::TurnCampaign| async move { Ok(flows::campaigns::turn(&app, &job).await?) })
        .on(|app, job: flows::price_lists::FollowLists| async move { Ok(flows::price_lists::followed(&app, job).await?) })
        .on(|app, job: flows::payments::MakeRefund| async move { flows::payments::make_refund(&app, job).await })
        .on(|app, job: flows::translations::TranslateMissing| async move { flows::translations::work(&app, job).await })
        .on(|app, job: flows::imports::TurnPrice| async move { Ok(flows::imports::turn(&app, &job).await?) })
}

/// What a customer wrote, in the language of the shop. Without a provider it stays as it is.
async fn aftersales_words(app: &App, job: flows::aftersales::TranslateMessage) -> Result<(), Failure> {
    let Some(wish) = flows::aftersales::wish_of(app, job.message).await? else { return Ok(()) };
    flows::translations::fill(app, &Actor::System, wish).await?;
    Ok(())
}

/// Opens the theme: the built-in one, or the folder that is being worked on.
///
/// # Errors
/// Names the file and what is wrong with it.
pub fn stage(config: &Config) -> anyhow::Result<Stage> {
    let name = config.settings.text("theme.name");
    let theme = if name.is_empty() { "default" } else { name };
    // Without a folder the binary is asked, which has one theme: another name is an error that says so.
    let source = Source { theme: theme.into(), themes: config.theme_dir.clone(), own: None };
    let stage = Stage::open(source).context("the theme cannot be shown")?;
    stage.wear(wishes(config)).map_err(|fault| anyhow::anyhow!("{}: {fault}", config.file.display()))?;
    Ok(stage)
}

/// `[theme]` of the configuration file, but for the theme's name: every key must be the theme's.
fn wishes(config: &Config) -> BTreeMap<String, String> {
    let set = config.settings.iter().filter(|(_, _, source)| *source == vitrina::kernel::Source::File);
    set.filter(|(key, ..)| *key != "theme.name")
        .filter_map(|(key, value, _)| {
            Some((key.strip_prefix("theme.")?.to_owned(), value.as_str().unwrap_or_default().to_owned()))
        })
        .collect()
}

/// Opens the database alone.
///
/// # Errors
/// Names the address, without its password.
pub async fn database(config: &Config) -> anyhow::Result<Database> {
    Database::open(&config.database).await.with_context(|| format!("the database {} does not open", config.database_for_people()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_in_the_file_are_the_jobs_in_the_code() {
        let mut declared: Vec<&str> = plugin_zero().jobs.iter().map(|j| j.kind.as_str()).collect();
        let registry = jobs();
        let mut known: Vec<&str> = registry.kinds().collect();
        declared.sort_unstable();
        known.sort_unstable();
        assert_eq!(declared, known);
    }
}
