//! `vitrina import FILE`: products of another shop or an edited export, and the way back.

use std::{io::IsTerminal, path::PathBuf, process::ExitCode, time::Instant};

use anyhow::Context;
use catalog_import::{Options, Profile};
use clap::Args;
use serde_json::{Value, json};
use vitrina::{
    flows::{
        self,
        imports::{Incoming, Mode, Outcome, rejected, take, undo},
    },
    imports::{self, Counts, Problem},
    kernel::{Actor, App, Fault, Locale},
    stage::Stage,
};

use crate::{config::Config, serve, wire};

#[derive(Args)]
pub struct Ask {
    /// CSV, XLSX, XML feed or NDJSON; or the word `undo` with the number of an import
    pub file: String,
    /// The import to undo
    pub id: Option<String>,
    /// Format: vitrina, shopify, woocommerce, magento2, spree, google-merchant, generic, or a TOML file
    #[arg(long)]
    pub profile: Option<String>,
    /// Language of texts that do not say theirs
    #[arg(long)]
    pub locale: Option<String>,
    /// Currency of prices that do not say theirs
    #[arg(long)]
    pub currency: Option<String>,
    /// Count what would happen and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// End with one JSON object on a line of its own
    #[arg(long)]
    pub json: bool,
    /// Write the rows that were not taken to this file, to correct and feed again
    #[arg(long, value_name = "FILE")]
    pub errors: Option<PathBuf>,
}

/// # Errors
/// A sentence about the file or the shop.
pub async fn run(config: &Config, ask: Ask) -> anyhow::Result<ExitCode> {
    let app = wire::open(config).await?;
    flows::market::open(&app).await?;
    let code = match ask.id.as_deref().filter(|_| ask.file == "undo") {
        Some(id) => take_back(&app, config, id, ask.json).await,
        None => take_in(&app, config, &ask).await,
    };
    app.database().close().await;
    code
}

fn incoming(ask: &Ask) -> anyhow::Result<Incoming> {
    let path = PathBuf::from(&ask.file);
    let name = path.file_name().map_or_else(|| ask.file.clone(), |n| n.to_string_lossy().into_owned());
    let mut options = Options { name: Some(name.clone()), ..Options::default() };
    match &ask.profile {
        Some(file) if file.ends_with(".toml") => {
            let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {file}"))?;
            options.own_profile = Some(Profile::parse(&text)?);
        }
        named => options.profile.clone_from(named),
    }
    options.locale = ask.locale.clone().unwrap_or(options.locale);
    options.currency = ask.currency.clone().unwrap_or(options.currency);
    Ok(Incoming { path, name, options })
}

async fn take_in(app: &App, config: &Config, ask: &Ask) -> anyhow::Result<ExitCode> {
    let incoming = incoming(ask)?;
    let mode = if ask.dry_run { Mode::DryRun } else { Mode::Apply };
    let begun = Instant::now();
    let mut bar = Bar::new(ask.json);
    let taken = take(app, &Actor::System, &incoming, mode, |counts, total| bar.show(counts, total)).await;
    bar.end();
    let outcome = match taken {
        Ok(outcome) => outcome,
        Err(fault) => return Ok(refused(app, &fault, ask)),
    };
    if let Some(out) = ask.errors.clone().filter(|_| outcome.counts.skipped > 0) {
        let (rows, _) = rejected(&incoming, outcome.errors.clone(), out.clone()).await?;
        eprintln!("{rows} rows to correct are in {}.", out.display());
    }
    if mode == Mode::Apply {
        searchable(app, config).await?;
    }
    say(&outcome, ask, begun);
    let Counts { created, updated, unchanged, skipped } = outcome.counts;
    let nothing = created + updated + unchanged == 0 && skipped > 0;
    Ok(if nothing { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Brings the index up to date, unless the shop runs beside: then the index is its to write, and
/// it follows by itself.
async fn searchable(app: &App, config: &Config) -> anyhow::Result<()> {
    match serve::index_now(app, &serve::node(config)?).await {
        Err(error) if format!("{error:#}").contains("Lockfile") => Ok(()),
        done => done.map(drop),
    }
}

/// The fault as a sentence.
fn words(app: &App, fault: &Fault) -> String {
    app.port::<Stage>().fault(Locale::EN, fault)
}

fn refused(app: &App, fault: &Fault, ask: &Ask) -> ExitCode {
    eprintln!("vitrina: {}: {}", ask.file, words(app, fault));
    if ask.json {
        let error = match imports::problem_of(fault) {
            Some(p) => json!({ "row": p.row, "column": p.column, "code": p.code, "message": p.message }),
            None => json!({ "row": null, "column": null, "code": fault.code, "message": words(app, fault) }),
        };
        println!("{}", json!({ "created": 0, "updated": 0, "unchanged": 0, "skipped": 0, "errors": [error], "run": null }));
    }
    ExitCode::FAILURE
}

fn say(outcome: &Outcome, ask: &Ask, begun: Instant) {
    let Counts { created, updated, unchanged, skipped } = outcome.counts;
    let seconds = begun.elapsed().as_secs_f64();
    if ask.json {
        let error = |p: &Problem| json!({ "row": p.row, "column": p.column, "code": p.code, "message": p.message });
        let errors: Vec<Value> = outcome.errors.iter().map(error).collect();
        let object = json!({
            "created": created, "updated": updated, "unchanged": unchanged, "skipped": skipped, "errors": errors,
            "run": outcome.run, "profile": outcome.profile, "warnings": outcome.warnings.len(),
            "resumed": outcome.resumed, "dry_run": ask.dry_run, "millis": (seconds * 1000.0).round(),
        });
        println!("{object}");
        return;
    }
    for problem in outcome.errors.iter().chain(&outcome.warnings).take(50) {
        let row = problem.row.map(|r| format!("row {r}")).unwrap_or_default();
        let column = problem.column.as_ref().map(|c| format!(" \"{c}\"")).unwrap_or_default();
        println!("{:7} {row}{column}: {} [{}]", problem.severity, problem.message, problem.code);
    }
    let more = (outcome.errors.len() + outcome.warnings.len()).saturating_sub(50);
    if more > 0 {
        println!("… and {more} more");
    }
    if outcome.resumed > 0 {
        println!("Went on after {} products of an earlier run.", outcome.resumed);
    }
    let would = if ask.dry_run { "Would be: " } else { "" };
    println!("{would}{created} created, {updated} updated, {unchanged} unchanged, {skipped} skipped in {seconds:.1} s.");
    if let Some(run) = outcome.run {
        println!("Undo with: vitrina import undo {run}");
    }
}

async fn take_back(app: &App, config: &Config, id: &str, as_json: bool) -> anyhow::Result<ExitCode> {
    let id = id.parse().with_context(|| format!("{id} is not the number of an import"))?;
    let undone = match undo(app, &Actor::System, id).await {
        Ok(undone) => undone,
        Err(fault) => anyhow::bail!("{}", words(app, &fault)),
    };
    searchable(app, config).await?;
    if as_json {
        println!("{}", json!(undone));
        return Ok(ExitCode::SUCCESS);
    }
    println!("{} removed, {} restored, {} kept.", undone.removed, undone.restored, undone.kept.len());
    for kept in &undone.kept {
        println!("kept {} ({} since)", kept.sku, kept.reason);
    }
    Ok(ExitCode::SUCCESS)
}

/// A line that is rewritten on a terminal, and now and then a line of its own elsewhere.
struct Bar {
    live: bool,
    last: Option<Instant>,
}

impl Bar {
    fn new(as_json: bool) -> Self {
        Self { live: std::io::stderr().is_terminal() && !as_json, last: None }
    }

    fn show(&mut self, counts: Counts, total: i64) {
        let done = counts.done();
        let pause = if self.live { 100 } else { 1000 };
        if done < total && self.last.is_some_and(|at| at.elapsed().as_millis() < pause) {
            return;
        }
        self.last = Some(Instant::now());
        if self.live {
            let filled = usize::try_from(done * 30 / total.max(1)).unwrap_or(0).min(30);
            eprint!("\r[{}{}] {done}/{total}", "#".repeat(filled), ".".repeat(30 - filled));
        } else {
            eprintln!("{done}/{total}");
        }
    }

    fn end(&self) {
        if self.live && self.last.is_some() {
            eprintln!();
        }
    }
}
