//! `vitrina translate --locale de --missing`, and texts as files.

use std::{
    io::IsTerminal,
    path::PathBuf,
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::Context;
use clap::Args;
use serde_json::json;
use vitrina::{
    catalog::{self, Again},
    flows::{
        self,
        translations::{Order, Progress, Wanted},
    },
    kernel::{Actor, App, Fault, Locale, Right},
    stage::Stage,
    translation::exchange::Format,
};

use crate::{config::Config, wire};

/// Everything is translated, or was.
const DONE: u8 = 0;
/// Something is left: no provider, a used up quota, the month's limit.
const LEFT: u8 = 3;

#[derive(Args)]
pub struct Ask {
    /// The language to translate into
    #[arg(long)]
    locale: String,
    /// What has no translation yet
    #[arg(long)]
    missing: bool,
    /// What a machine translated before its source changed
    #[arg(long)]
    stale: bool,
    /// Only say how much it is and what it would cost
    #[arg(long)]
    dry_run: bool,
    /// End with one JSON object on a line of its own
    #[arg(long)]
    json: bool,
}

/// # Errors
/// A sentence for the person at the terminal.
pub async fn run(config: &Config, ask: Ask) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(ask.missing || ask.stale, "say what: --missing, --stale or both");
    let to: Locale = ask.locale.parse().map_err(|e| anyhow::anyhow!("--locale {}: {e}", ask.locale))?;
    let app = wire::open(config).await?;
    let ended = tell(&app, to, &ask).await;
    app.database().close().await;
    ended
}

async fn tell(app: &App, to: Locale, ask: &Ask) -> anyhow::Result<ExitCode> {
    let actor = Actor::System;
    let again = if ask.stale { Again::Stale } else { Again::Never };
    let scope = actor.scope(Right::TextsWrite)?;
    let waiting = catalog::waiting(app.reader(), &scope, to, again).await?;
    let price = app.settings().int("translation.price");
    let cents = (i128::from(waiting.characters) * i128::from(price) + 500_000) / 1_000_000;
    eprintln!(
        "{} texts, at most {} characters: at most {}.{:02} EUR by translation.price.",
        waiting.missing,
        waiting.characters,
        cents / 100,
        cents % 100
    );
    if ask.dry_run {
        return Ok(ExitCode::from(DONE));
    }
    let (begun, live) = (Instant::now(), std::io::stderr().is_terminal() && !ask.json);
    let mut told: Option<Instant> = None;
    let outcome = flows::translations::run(app, &actor, &Order { to, again }, |p: Progress| {
        let pause = Duration::from_millis(if live { 100 } else { 1000 });
        if p.done < p.total && told.is_some_and(|at| at.elapsed() < pause) {
            return;
        }
        told = Some(Instant::now());
        if live { eprint!("\r{}", bar(p)) } else { eprintln!("{}/{}", p.done, p.total) }
    })
    .await?;
    if live {
        eprintln!();
    }
    let seconds = begun.elapsed().as_secs_f64();
    let why = outcome.trouble.as_ref().map(|f| app.port::<Stage>().fault(Locale::EN, f));
    if ask.json {
        let object = json!({
            "found": outcome.found, "translated": outcome.translated, "spoiled": outcome.spoiled, "left": outcome.left,
            "trouble": outcome.trouble.as_ref().map(|f| f.code), "millis": (seconds * 1000.0).round(),
        });
        println!("{object}");
    } else {
        println!(
            "{} from catalogue and memory, {} translated, {} spoiled, {} left. {seconds:.1} s.",
            outcome.found, outcome.translated, outcome.spoiled, outcome.left
        );
    }
    if let Some(why) = why {
        eprintln!("vitrina: {why}");
        return Ok(ExitCode::from(LEFT));
    }
    Ok(ExitCode::from(DONE))
}

fn bar(p: Progress) -> String {
    const WIDTH: i64 = 30;
    let full = if p.total > 0 { (p.done * WIDTH / p.total).clamp(0, WIDTH) } else { WIDTH };
    let cell = |n: i64| usize::try_from(n).unwrap_or(0);
    format!("[{}{}] {}/{}", "#".repeat(cell(full)), " ".repeat(cell(WIDTH - full)), p.done, p.total)
}

/// # Errors
/// A sentence about the file or what was asked for.
pub async fn export(
    config: &Config,
    file: PathBuf,
    what: &str,
    locale: Option<&str>,
    format: Option<&str>,
) -> anyhow::Result<ExitCode> {
    let ending = file.extension().and_then(|e| e.to_str()).unwrap_or("csv").to_ascii_lowercase();
    let format = match format.unwrap_or(&ending) {
        "xlf" | "xliff" => Format::Xliff12,
        other => other.parse().map_err(|e| anyhow::anyhow!("{other}: {e}"))?,
    };
    let wanted = match (what, locale) {
        ("memory", _) => Wanted::Memory,
        ("glossary", _) => Wanted::Glossary,
        ("texts", Some(locale)) => Wanted::Texts(locale.parse().map_err(|e| anyhow::anyhow!("--locale {locale}: {e}"))?),
        ("texts", None) => anyhow::bail!("texts need --locale, the language that they are to be translated into"),
        _ => anyhow::bail!("--what is texts, memory or glossary"),
    };
    let app = wire::open(config).await?;
    let out = flows::translations::take_out(&app, &Actor::System, wanted, format).await;
    let out = out.map_err(|f| said(&app, &f));
    app.database().close().await;
    let out = out?;
    std::fs::write(&file, out.text).with_context(|| format!("cannot write {}", file.display()))?;
    println!("{} entries in {}.", out.count, file.display());
    Ok(ExitCode::SUCCESS)
}

/// # Errors
/// A sentence about the file.
pub async fn import(config: &Config, file: PathBuf) -> anyhow::Result<ExitCode> {
    let bytes = std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let app = wire::open(config).await?;
    let brought = flows::translations::bring(&app, &Actor::System, bytes).await;
    let brought = brought.map_err(|f| said(&app, &f));
    app.database().close().await;
    let b = brought?;
    println!("{} into the memory, {} into the glossary, {} texts; {} left out.", b.memory, b.terms, b.texts, b.skipped);
    Ok(ExitCode::SUCCESS)
}

fn said(app: &App, fault: &Fault) -> anyhow::Error {
    anyhow::anyhow!("{}", app.port::<Stage>().fault(Locale::EN, fault))
}
