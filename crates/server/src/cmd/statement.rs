//! `vitrina statement import FILE`: a bank statement, read, kept and matched to its end.

use std::{io::IsTerminal, path::PathBuf, process::ExitCode, time::Instant};

use anyhow::Context;
use serde_json::json;
use vitrina::{
    flows::{
        self,
        statements::{Upload, run, take},
    },
    kernel::{Actor, App, Fault, Locale, Right},
    payments::{bank, statement},
    stage::Stage,
};

use crate::{config::Config, wire};

/// Taken in, or everything in it was known.
const DONE: u8 = 0;
/// The file cannot be read; nothing was kept.
const REFUSED: u8 = 1;
/// This very file was taken in before.
const AGAIN: u8 = 3;

/// # Errors
/// A sentence about the file or the shop.
pub async fn import(config: &Config, file: PathBuf, profile: Option<PathBuf>, as_json: bool) -> anyhow::Result<ExitCode> {
    let bytes = std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let profile = match profile {
        Some(path) => std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?,
        None => String::new(),
    };
    let app = wire::open(config).await?;
    flows::market::open(&app).await?;
    let name = file.file_name().map_or_else(|| file.display().to_string(), |n| n.to_string_lossy().into_owned());
    let code = bring(&app, Upload { name, bytes, profile }, as_json).await;
    app.database().close().await;
    code
}

async fn bring(app: &App, upload: Upload, as_json: bool) -> anyhow::Result<ExitCode> {
    let begun = Instant::now();
    let hash = statement::hash(&upload.bytes);
    let (name, actor) = (upload.name.clone(), Actor::System);
    let id = match take(app, &actor, upload).await {
        Ok(id) => id,
        Err(fault) if fault.code == "statement.again" => {
            // Killed half-way, it is gone on with; done, it is refused.
            match bank::open_file(app.reader(), &hash).await.map_err(|f| anyhow::anyhow!("{f}"))? {
                Some(id) => id,
                None => return Ok(refused(app, &name, &fault, as_json, AGAIN)),
            }
        }
        Err(fault) => return Ok(refused(app, &name, &fault, as_json, REFUSED)),
    };
    let mut told: Option<Instant> = None;
    let live = std::io::stderr().is_terminal() && !as_json;
    let done = run(app, &actor, id, |done, total| {
        let pause = if live { 100 } else { 1000 };
        if done < total && told.is_some_and(|at| at.elapsed().as_millis() < pause) {
            return;
        }
        told = Some(Instant::now());
        if live { eprint!("\r{done}/{total}") } else { eprintln!("{done}/{total}") }
    })
    .await;
    if live && told.is_some() {
        eprintln!();
    }
    let file = match done {
        Ok(file) => file,
        Err(fault) => return Ok(refused(app, &name, &fault, as_json, REFUSED)),
    };
    let scope = actor.scope(Right::PaymentsRead).map_err(|f| anyhow::anyhow!("{f}"))?;
    let counts = bank::counts(app.reader(), &scope, id).await.map_err(|f| anyhow::anyhow!("{f}"))?;
    let seconds = begun.elapsed().as_secs_f64();
    if as_json {
        let object = json!({
            "id": id, "entries": file.total, "new": file.fresh, "known": file.known, "posted": file.posted,
            "to_confirm": counts.open, "millis": (seconds * 1000.0).round(),
        });
        println!("{object}");
    } else {
        println!(
            "{} entries: {} new, {} known from other files; {} put on orders, {} to confirm in the office. {seconds:.1} s.",
            file.total, file.fresh, file.known, file.posted, counts.open
        );
    }
    Ok(ExitCode::from(DONE))
}

fn refused(app: &App, name: &str, fault: &Fault, as_json: bool, code: u8) -> ExitCode {
    let words: Vec<String> = fault.all().map(|f| app.port::<Stage>().fault(Locale::EN, f)).collect();
    for line in &words {
        eprintln!("vitrina: {name}: {line}");
    }
    if as_json {
        println!("{}", json!({ "code": fault.code, "errors": words }));
    }
    ExitCode::from(code)
}
