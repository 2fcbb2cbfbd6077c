//! `vitrina backup` and `vitrina restore`: the whole shop into one file, and out of it.

use std::{
    io::IsTerminal,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use anyhow::Context;
use vitrina::kernel::{Clock, Moment};
use vitrina_backup::{Last, Manifest, Shop, Target};

use crate::{cli::Place, config::Config, serve, wire};

/// Writes a backup. The database is left at the schema that it has: a backup is what is made
/// before a new version is tried.
///
/// # Errors
/// A sentence with its remedy; then there is no file.
pub async fn run(config: &Config, to: Option<PathBuf>) -> anyhow::Result<ExitCode> {
    let begun = Instant::now();
    let at = Clock::system().now();
    let shop = Shop {
        database: &config.database,
        data: &config.data,
        config: &config.file,
        made_by: format!("vitrina {}", env!("CARGO_PKG_VERSION")),
        at: at.0,
    };
    let mut bar = Bar::new();
    if to.as_deref() == Some(Path::new("-")) {
        let out = std::io::stdout().lock();
        anyhow::ensure!(!out.is_terminal(), "a terminal cannot keep a backup; write `vitrina backup --to - > FILE`");
        let manifest = vitrina_backup::stream(&shop, out, &mut |what, done, total| bar.show(what, done, total)).await;
        bar.end();
        let manifest = manifest?;
        note(config, at, "standard output");
        eprintln!("{}", contents(&manifest));
        return Ok(ExitCode::SUCCESS);
    }
    let to = named(to, at);
    let made = vitrina_backup::make(&shop, &to, &mut |what, done, total| bar.show(what, done, total)).await;
    bar.end();
    let made = made?;
    let shown = to.canonicalize().unwrap_or_else(|_| to.clone());
    note(config, at, &shown.display().to_string());
    let seconds = begun.elapsed().as_secs_f64();
    println!("{} with {} in {seconds:.1} s ({}).", shown.display(), contents(&made.manifest), size(made.bytes));
    if let Some(theme) = config.theme_dir.as_ref().filter(|theme| !theme.starts_with(&config.data)) {
        println!("The theme in {} lies outside the shop's folder and is not part of it.", theme.display());
    }
    println!("Look whether it is whole with: vitrina restore --check {}", shown.display());
    Ok(ExitCode::SUCCESS)
}

/// The file: as it was named, or a dated one in the folder that was named, or here.
fn named(to: Option<PathBuf>, at: Moment) -> PathBuf {
    let t = at.to_utc();
    let dated = format!(
        "vitrina-{}-{:02}-{:02}-{:02}{:02}{:02}.zip",
        t.year(),
        u8::from(t.month()),
        t.day(),
        t.hour(),
        t.minute(),
        t.second()
    );
    match to {
        Some(folder) if folder.is_dir() => folder.join(dated),
        Some(file) => file,
        None => PathBuf::from(dated),
    }
}

/// The backup is good also where the note cannot be written; `doctor` will ask for another.
fn note(config: &Config, at: Moment, file: &str) {
    if let Err(error) = vitrina_backup::note(&config.data, &Last { at: at.0, file: file.to_owned() }) {
        tracing::warn!(%error, "that a backup was made cannot be noted");
    }
}

/// Looks whether a backup is whole.
///
/// # Errors
/// Says what is wrong with it.
pub fn check(file: &Path) -> anyhow::Result<ExitCode> {
    let mut bar = Bar::new();
    let manifest = vitrina_backup::check(file, &mut |what, done, total| bar.show(what, done, total));
    bar.end();
    let manifest = manifest?;
    say(&manifest);
    println!("{} is whole: {}, of {}.", file.display(), contents(&manifest), time_text(Moment(manifest.at)));
    Ok(ExitCode::SUCCESS)
}

/// Makes a shop out of a backup.
///
/// # Errors
/// A sentence with its remedy; then nothing was put in place.
pub async fn restore(place: &Place, file: &Path) -> anyhow::Result<ExitCode> {
    let begun = Instant::now();
    // The folder is empty: of the configuration there is what the environment says.
    let config = Config::load(place)?;
    if !config.is_sqlite() {
        let database = wire::database(&config).await?;
        let fits = wire::fits(&database).await;
        database.close().await;
        fits?;
    }
    let target = Target { database: &config.database, data: &config.data, at: Clock::system().now().0 };
    let mut bar = Bar::new();
    let manifest = vitrina_backup::restore(file, &target, &mut |what, done, total| bar.show(what, done, total)).await;
    bar.end();
    let manifest = manifest?;
    say(&manifest);
    println!(
        "Restored {} of {} into {} and {} in {:.1} s; every count, sum and hash is the backup's.",
        contents(&manifest),
        time_text(Moment(manifest.at)),
        config.data.display(),
        config.database_for_people(),
        begun.elapsed().as_secs_f64()
    );
    // Now with the settings that came back.
    let config = Config::load(place)?;
    serve::reindex(&config).await.context("the shop is restored, but its search index is not built: run `vitrina reindex`")?;
    println!("Look at it with: vitrina doctor --data {}", config.data.display());
    Ok(ExitCode::SUCCESS)
}

/// Tables that hold money, so that somebody can compare them with the books.
fn say(manifest: &Manifest) {
    for table in manifest.tables.iter().filter(|t| t.tally.rows > 0 && !t.tally.sums.is_empty()) {
        let sums = table.tally.sums.iter().map(|(column, sum)| format!("{column} {sum}")).collect::<Vec<_>>().join(", ");
        println!("{:24} {:>8} rows  {sums}", table.name, table.tally.rows);
    }
}

fn contents(manifest: &Manifest) -> String {
    let (tables, rows, files) = (manifest.tables.len(), manifest.rows(), manifest.files.len());
    format!("{rows} rows of {tables} tables and {files} files ({})", size(manifest.bytes()))
}

fn size(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} B"),
        10_000..10_000_000 => format!("{} kB", bytes / 1000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}

/// "2026-11-30 08:15 UTC"
pub fn time_text(at: Moment) -> String {
    let t = at.to_utc();
    format!("{}-{:02}-{:02} {:02}:{:02} UTC", t.year(), u8::from(t.month()), t.day(), t.hour(), t.minute())
}

/// A line that is rewritten on a terminal, and now and then a line of its own elsewhere.
struct Bar {
    live: bool,
    last: Option<Instant>,
    what: String,
}

impl Bar {
    fn new() -> Self {
        Self { live: std::io::stderr().is_terminal(), last: None, what: String::new() }
    }

    fn show(&mut self, what: &str, done: u64, total: u64) {
        let pause = if self.live { 100 } else { 1000 };
        let another = self.what != what;
        let last = total > 0 && done == total;
        if !another && !last && self.last.is_some_and(|at| at.elapsed().as_millis() < pause) {
            return;
        }
        let of = if total > 0 { format!("/{total}") } else { String::new() };
        match (self.live, another && self.last.is_some()) {
            (true, true) => eprint!("\n{done}{of} {what}"),
            (true, false) => eprint!("\r{done}{of} {what}"),
            (false, _) => eprintln!("{done}{of} {what}"),
        }
        self.what = what.to_owned();
        self.last = Some(Instant::now());
    }

    fn end(&self) {
        if self.live && self.last.is_some() {
            eprintln!();
        }
    }
}
