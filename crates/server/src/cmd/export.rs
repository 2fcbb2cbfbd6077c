//! `vitrina export FILE`: the whole catalogue as a file that `vitrina import` reads back.

use std::{fs::File, io::BufWriter, path::PathBuf, process::ExitCode};

use anyhow::Context;
use vitrina::{
    flows::imports::{Format, export},
    kernel::Actor,
};

use crate::{config::Config, wire};

/// # Errors
/// When the file cannot be written.
pub async fn run(config: &Config, file: PathBuf, format: Option<String>) -> anyhow::Result<ExitCode> {
    let ending = file.extension().and_then(|e| e.to_str()).unwrap_or("csv").to_owned();
    let format = match format.as_deref().unwrap_or(&ending) {
        "ndjson" | "jsonl" => Format::Ndjson,
        "csv" => Format::Csv,
        other => anyhow::bail!("no format {other}; use --format csv or --format ndjson"),
    };
    let app = wire::open(config).await?;
    let out = BufWriter::new(File::create(&file).with_context(|| format!("cannot write {}", file.display()))?);
    let done = export(&app, &Actor::System, format, out, |n| eprint!("\r{n} products")).await?;
    eprintln!();
    app.database().close().await;
    println!("{done} products in {}.", file.display());
    Ok(ExitCode::SUCCESS)
}
