//! `vitrina archive export`: documents and offers of a period as a zip file with an index.

use std::{
    fs::{self, OpenOptions},
    io::{BufWriter, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use clap::Args;
use vitrina::{
    channels,
    flows::archive::{self, Asked, Pack, Packed, Period},
    kernel::{Actor, Amounts, Fault, Locale},
};

use crate::{config::Config, wire};

/// Which days, and where to.
#[derive(Args)]
pub struct Ask {
    /// The first day, 2026-01-01
    #[arg(long, value_name = "DAY")]
    pub from: String,
    /// The last day, 2026-12-31
    #[arg(long, value_name = "DAY")]
    pub to: String,
    /// Only papers over such a sum with VAT or more, 500.00
    #[arg(long, value_name = "SUM")]
    pub least: Option<String>,
    /// Only papers over such a sum or less
    #[arg(long, value_name = "SUM")]
    pub most: Option<String>,
    /// Only papers in this currency; for sums the shop's own where none is said
    #[arg(long, value_name = "CODE")]
    pub currency: Option<String>,
    /// The file to write; it must not be there yet
    pub file: PathBuf,
}

/// Ends with 0, with 3 where papers are missing or others than were kept: the index says which.
///
/// # Errors
/// A sentence; then there is no file.
pub async fn export(config: &Config, ask: Ask) -> anyhow::Result<ExitCode> {
    let app = wire::open(config).await?;
    let stage = wire::stage(config)?;
    let said = |fault: Fault| anyhow::anyhow!("{}", stage.fault(Locale::EN, &fault));
    anyhow::ensure!(!ask.file.exists(), "{} is there already", ask.file.display());
    let period = Period::of(&ask.from, &ask.to).map_err(said)?;
    let usual = channels::by_code(app.reader(), "default").await.map_err(said)?.currency;
    let (least, most) = (ask.least.as_deref(), ask.most.as_deref());
    let gross = Amounts::read(least, most, ask.currency.as_deref(), usual).map_err(said)?;
    let mut pack = archive::take_out(&app, &Actor::System, Asked { period, gross }).await.map_err(said)?;
    let part = PathBuf::from(format!("{}.part", ask.file.display()));
    let written = write(&mut pack, &part, said).await;
    eprintln!();
    if written.is_err() {
        let _ = fs::remove_file(&part);
    }
    let packed = written?;
    fs::rename(&part, &ask.file).with_context(|| format!("cannot write {}", ask.file.display()))?;
    app.database().close().await;
    println!("{} files, {} bytes in {}.", packed.files, packed.bytes, ask.file.display());
    if packed.missing + packed.changed > 0 {
        println!(
            "{} are missing and {} are not as they were kept: see the last column of index.csv.",
            packed.missing, packed.changed
        );
        return Ok(ExitCode::from(3));
    }
    Ok(ExitCode::SUCCESS)
}

/// The file holds customers' papers: nobody else may read it.
async fn write(pack: &mut Pack, part: &Path, said: impl Fn(Fault) -> anyhow::Error) -> anyhow::Result<Packed> {
    let cannot = || format!("cannot write {}", part.display());
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(part).with_context(cannot)?;
    let mut out = BufWriter::new(file);
    let held = pack.held();
    while let Some(piece) = pack.next().await.map_err(&said)? {
        out.write_all(&piece).with_context(cannot)?;
        eprint!("\r{} of about {} papers", pack.packed().files, held.documents + held.offers);
    }
    let file = out.into_inner().map_err(std::io::IntoInnerError::into_error).with_context(cannot)?;
    file.sync_all().with_context(cannot)?;
    Ok(pack.packed())
}
