//! A file that was sent: kept, looked at, taken in by the worker, its wrong rows handed back.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use catalog_import::Options;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    source::{Exam, Incoming, chunks, examine, rejected, sniff},
    take::{CHUNK, Taking},
};
use crate::{
    imports::{self, Inbox, Looked, Problem, Run, Wish},
    jobs::{self, Payload},
    kernel::{self, Actor, App, Fault, ImportId, Moment, Right, journal},
};

/// How long one job works before it lets the next one go on: well below a job's lease.
const SHIFT: i64 = 60;
/// Problems that a look keeps: the first thousands show what is wrong.
const MOST: usize = 10_000;
/// Days that a sent file is kept.
const KEEP: u64 = 30;

/// A file as it was sent: already in the [`Inbox`]'s folder, under a name of its own.
#[derive(Clone, Debug)]
pub struct Sent {
    /// As the sender calls it.
    pub name: String,
    pub path: PathBuf,
    pub wish: Wish,
}

/// Looks at a file that was sent and counts what it would change.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CheckImport {
    pub run: ImportId,
}

impl Payload for CheckImport {
    const KIND: &'static str = "imports.check";
    fn dedupe(&self) -> Option<String> {
        Some(format!("imports.check {}", self.run))
    }
}

/// Takes a file in that was looked at.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RunImport {
    pub run: ImportId,
}

impl Payload for RunImport {
    const KIND: &'static str = "imports.run";
    fn dedupe(&self) -> Option<String> {
        Some(format!("imports.run {}", self.run))
    }
}

/// The folder into which a surface writes a file while it comes in.
///
/// # Faults
/// `Forbidden`, `imports.no_inbox`.
pub fn inbox(app: &App, actor: &Actor) -> Result<PathBuf, Fault> {
    actor.may(Right::ImportsRun)?;
    let folder = room(app)?.folder().map_err(|_| imports::Fault::NoInbox)?.to_owned();
    sweep(&folder);
    Ok(folder)
}

fn room(app: &App) -> Result<&Arc<Inbox>, imports::Fault> {
    app.try_port::<Inbox>().ok_or(imports::Fault::NoInbox)
}

/// Files that nobody will ask for any more.
fn sweep(folder: &Path) {
    for file in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let age = file.metadata().and_then(|m| m.modified()).ok().and_then(|at| at.elapsed().ok());
        if age.is_some_and(|age| age.as_secs() > KEEP * 86_400) {
            let _ = std::fs::remove_file(file.path());
        }
    }
}

/// Keeps a sent file and has it looked at.
///
/// # Faults
/// `imports.bad_file` for what is no product file: nothing is kept then; `Forbidden`.
pub async fn receive(app: &App, actor: &Actor, sent: Sent) -> Result<ImportId, Fault> {
    actor.may(Right::ImportsRun)?;
    let incoming = Incoming { path: sent.path.clone(), name: sent.name.clone(), options: options(&sent.name, &sent.wish) };
    let profile = sniff(&incoming).await?;
    let tx = app.begin(actor).await?;
    let run = imports::receive(&tx, &sent.name, &profile, &sent.wish).await?;
    jobs::enqueue(&tx, &CheckImport { run }).await?;
    // Before the commit: a crash in between leaves a file that nobody names, and it is swept.
    tokio::fs::rename(&sent.path, room(app)?.file(run)).await.map_err(lost)?;
    tx.commit().await?;
    Ok(run)
}

fn lost(e: std::io::Error) -> imports::Fault {
    imports::Fault::Unreadable { reason: e.to_string() }
}

fn options(name: &str, wish: &Wish) -> Options {
    let usual = Options::default();
    Options {
        name: Some(name.to_owned()),
        profile: wish.profile.clone(),
        locale: wish.locale.clone().unwrap_or_else(|| usual.locale.clone()),
        currency: wish.currency.clone().unwrap_or_else(|| usual.currency.clone()),
        ..usual
    }
}

/// The kept file of a run.
fn incoming(app: &App, run: &Run) -> Result<Incoming, imports::Fault> {
    let path = room(app)?.file(run.id);
    if !run.was_sent() || !path.exists() {
        return Err(imports::Fault::FileGone);
    }
    Ok(Incoming { path, name: run.name.clone(), options: options(&run.name, &run.wish()) })
}

async fn known(app: &App, id: ImportId) -> Result<Run, Fault> {
    imports::run(app.reader(), &Actor::System.scope(Right::ImportsRun)?, id).await
}

/// Looks a file through: its first products, its problems, and what would become of it.
///
/// # Faults
/// What another try can mend; a file that is of no use is written down as such.
pub async fn check(app: &App, job: &CheckImport) -> Result<(), Fault> {
    let run = known(app, job.run).await?;
    if run.state != "checking" {
        return Ok(());
    }
    match look(app, &run).await {
        Err(fault) => give_up(app, &run, fault).await,
        done => done,
    }
}

async fn look(app: &App, run: &Run) -> Result<(), Fault> {
    let incoming = incoming(app, run)?;
    let exam = examine(&incoming).await?;
    let until = app.now().plus_seconds(SHIFT);
    let mut taking = Taking::dry(app, &Actor::System, &exam);
    let (mut waiting, mut told) = (chunks(&incoming, 0, CHUNK), app.now());
    while let Some(chunk) = waiting.recv().await {
        taking.chunk(&chunk?).await?;
        if app.now() >= until {
            break;
        }
        if app.now() > told.plus_millis(700) {
            told = app.now();
            let tx = app.begin_long(&Actor::System).await?;
            imports::note_look(&tx, run.id, taking.outcome.counts.done(), exam.total).await?;
            tx.commit().await?;
        }
    }
    let mut problems = taking.outcome.errors;
    problems.extend(taking.outcome.warnings);
    problems.sort_by_key(|p| (!p.is_error(), p.row));
    problems.truncate(MOST);
    write_look(app, run, &exam, taking.outcome.counts, &problems).await
}

async fn write_look(app: &App, run: &Run, exam: &Exam, counts: imports::Counts, problems: &[Problem]) -> Result<(), Fault> {
    let (sha256, source, preview) = (exam.sha256.as_str(), exam.profile.as_str(), &exam.preview);
    let tx = app.begin_long(&Actor::System).await?;
    imports::looked(&tx, run.id, &Looked { sha256, source, total: exam.total, counts, preview }).await?;
    imports::note(&tx, run.id, problems).await?;
    tx.commit().await
}

/// Has a file taken in that was looked at.
///
/// # Faults
/// `imports.not_ready`, `Forbidden`.
pub async fn start(app: &App, actor: &Actor, id: ImportId) -> Result<(), Fault> {
    actor.may(Right::ImportsRun)?;
    actor.may(Right::CatalogWrite)?;
    // The file may say prices and stock; the worker does not ask again.
    actor.may(Right::PricesWrite)?;
    actor.may(Right::StockWrite)?;
    let tx = app.begin(actor).await?;
    imports::start(&tx, id).await?;
    let run = imports::run(&tx, &actor.scope(Right::ImportsRun)?, id).await?;
    journal::note(&tx, "imports.begun", Some(id.uuid()), json!({ "products": run.total })).await?;
    jobs::enqueue(&tx, &RunImport { run: id }).await?;
    tx.commit().await
}

/// Takes the next part of a file in; when there is more than one shift can do, another job goes on.
///
/// # Faults
/// What another try can mend: it goes on where this one stopped.
pub async fn work(app: &App, job: &RunImport) -> Result<(), Fault> {
    let run = known(app, job.run).await?;
    if run.state != "running" {
        return Ok(());
    }
    match shift(app, &run, app.now().plus_seconds(SHIFT)).await {
        Err(fault) => give_up(app, &run, fault).await,
        done => done,
    }
}

async fn shift(app: &App, run: &Run, until: Moment) -> Result<(), Fault> {
    let incoming = incoming(app, run)?;
    let mut taking = Taking::resume(app, &Actor::System, run);
    let mut waiting = chunks(&incoming, usize::try_from(run.done).unwrap_or(0), CHUNK);
    while let Some(chunk) = waiting.recv().await {
        taking.chunk(&chunk?).await?;
        if app.now() >= until {
            let tx = app.begin_long(&Actor::System).await?;
            jobs::enqueue(&tx, &RunImport { run: run.id }).await?;
            return tx.commit().await;
        }
    }
    taking.end().await.map(drop)
}

/// What the file is to blame for ends the run; all else is tried again.
async fn give_up(app: &App, run: &Run, fault: Fault) -> Result<(), Fault> {
    let gone = || Problem {
        code: "file.gone".to_owned(),
        severity: "error".to_owned(),
        message: "The uploaded file is not there any more. Send it again.".to_owned(),
        ..Problem::default()
    };
    let why = match imports::problem_of(&fault) {
        Some(problem) => problem,
        None if fault.code == "imports.file_gone" => gone(),
        None => return Err(fault),
    };
    let tx = app.begin_long(&Actor::System).await?;
    imports::fail(&tx, run.id, &why).await?;
    tx.commit().await
}

/// The rows that were not taken, as a file to correct and feed again: where it lies, and the
/// ending of its name. It is the caller's to remove.
///
/// # Faults
/// `imports.no_run`, `imports.file_gone`, `Forbidden`.
pub async fn error_rows(app: &App, actor: &Actor, id: ImportId) -> Result<(PathBuf, &'static str), kernel::Fault> {
    let scope = actor.scope(Right::ImportsRun)?;
    let run = imports::run(app.reader(), &scope, id).await?;
    let incoming = incoming(app, &run)?;
    let mut errors = imports::problems(app.reader(), &scope, id, u32::MAX).await?;
    errors.retain(Problem::is_error);
    let out = room(app)?.rejects(id);
    let (_, ending) = rejected(&incoming, errors, out.clone()).await?;
    Ok((out, ending))
}
