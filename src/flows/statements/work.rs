//! The worker's part: entry by entry into the book, a few in each transaction.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    book::{Books, Done},
    take::{account, bytes},
};
use crate::{
    jobs::{self, Payload},
    kernel::{Actor, App, Fault, Kind, Moment, Right, StatementFileId, journal},
    payments::{
        bank::{self, File},
        statement::{self, Entry, Piece, Profile},
    },
};

/// Milliseconds that a write transaction may last: whoever buys meanwhile waits that long.
const PATIENCE: i64 = 20;
/// Entries of one transaction, however quick they are.
const CHUNK: usize = 200;
/// How long one job works before it lets the next one go on: well below a job's lease.
const SHIFT: i64 = 60;
/// Entries that are read ahead of the writer.
const AHEAD: usize = 1_000;

/// Takes a kept file in.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct ImportStatement {
    pub file: StatementFileId,
}

impl Payload for ImportStatement {
    const KIND: &'static str = "payments.statement";
    fn dedupe(&self) -> Option<String> {
        Some(format!("payments.statement {}", self.file))
    }
}

/// Takes the next part of a file in; when there is more than one shift can do, another job goes on.
///
/// # Faults
/// What another try can mend: it goes on where this one stopped.
pub async fn work(app: &App, job: &ImportStatement) -> Result<(), Fault> {
    let until = app.now().plus_seconds(SHIFT);
    if shift(app, job.file, Some(until), |_, _| {}).await? {
        return Ok(());
    }
    let tx = app.begin(&Actor::System).await?;
    jobs::enqueue(&tx, job).await?;
    tx.commit().await
}

/// Takes a file in to its end, here and now: the command's way. `progress` is told what is done and
/// the total.
///
/// # Faults
/// `access.forbidden`, `statement.no_file`, `statement.busy` while a worker does it.
pub async fn run(app: &App, actor: &Actor, id: StatementFileId, progress: impl FnMut(i64, i64)) -> Result<File, Fault> {
    actor.may(Right::PaymentsWrite)?;
    shift(app, id, None, progress).await?;
    bank::file(app.reader(), &actor.scope(Right::PaymentsRead)?, id).await
}

/// Says whether the file is at its end.
pub(super) async fn shift(
    app: &App,
    id: StatementFileId,
    until: Option<Moment>,
    mut progress: impl FnMut(i64, i64),
) -> Result<bool, Fault> {
    let file = bank::file(app.reader(), &Actor::System.scope(Right::PaymentsRead)?, id).await?;
    if file.state != "running" {
        return Ok(true);
    }
    let mut books = Books::open(app, &file).await?;
    let bytes = match bytes(app, &file).await {
        Err(fault) if fault.kind != Kind::Unavailable => return give_up(app, &file, &fault).await,
        found => found?,
    };
    let skip = usize::try_from(file.done).unwrap_or(0);
    let (mut waiting, mut done) = (entries(app, &file, bytes, skip)?, file.done);
    let mut ready = Vec::with_capacity(CHUNK);
    let mut size = CHUNK / 4;
    while waiting.recv_many(&mut ready, size).await > 0 {
        let chunk = ready.drain(..).collect::<Result<Vec<_>, Fault>>()?;
        let began = app.now();
        write(app, &mut books, &file, done, &chunk).await?;
        done += i64::try_from(chunk.len()).unwrap_or(0);
        progress(done, file.total);
        size = fit(size, chunk.len(), app.now().0 - began.0);
        if until.is_some_and(|until| app.now() >= until) && done < file.total {
            return Ok(false);
        }
    }
    let tx = app.begin(&Actor::System).await?;
    bank::finish(&tx, id).await?;
    journal::note(&tx, "payments.statement.done", Some(id.uuid()), json!({ "entries": done })).await?;
    tx.commit().await?;
    Ok(true)
}

/// The next transaction as large as this one was quick; half of the way, since one may stutter.
fn fit(size: usize, entries: usize, millis: i64) -> usize {
    if entries * 2 < size {
        return size;
    }
    let millis = usize::try_from(millis.max(1)).unwrap_or(1);
    let wanted = entries * usize::try_from(PATIENCE).unwrap_or(1) / millis;
    usize::midpoint(size, wanted).clamp(5, CHUNK)
}

/// One transaction: some entries, and how far the file has come.
async fn write(app: &App, books: &mut Books, file: &File, before: i64, chunk: &[(usize, Entry)]) -> Result<(), Fault> {
    let tx = app.begin(&Actor::System).await?;
    let mut counts = (i64::try_from(chunk.len()).unwrap_or(0), 0, 0, 0);
    for (statement, entry) in chunk {
        match books.book(&tx, *statement, entry).await? {
            Done::Known => counts.2 += 1,
            Done::Written => counts.1 += 1,
            Done::Posted => (counts.1, counts.3) = (counts.1 + 1, counts.3 + 1),
        }
    }
    bank::advance(&tx, file.id, before, counts).await?;
    tx.commit().await
}

type Waiting = tokio::sync::mpsc::Receiver<Result<(usize, Entry), Fault>>;

/// Reads the file on a thread of its own, a little ahead of the writer. The file was read whole
/// before it was kept, so a mistake here is one of the machine.
fn entries(app: &App, file: &File, bytes: Vec<u8>, skip: usize) -> Result<Waiting, Fault> {
    let profile: Option<Profile> = serde_json::from_str(&file.profile)?;
    let (account, (send, waiting)) = (account(app), tokio::sync::mpsc::channel(AHEAD));
    let bytes = Arc::new(bytes);
    tokio::task::spawn_blocking(move || {
        let told = |problem| Err(bank::Fault::Unreadable(problem).into());
        let text = match statement::text(&bytes, profile.as_ref().and_then(|p| p.encoding.as_deref())) {
            Ok(text) => text,
            Err(problem) => return drop(send.blocking_send(told(problem))),
        };
        let reader = match statement::open(&text, &account, profile.as_ref()) {
            Ok(reader) => reader,
            Err(problem) => return drop(send.blocking_send(told(problem))),
        };
        let (mut statements, mut seen) = (0_usize, 0);
        for piece in reader {
            let sent = match piece {
                Ok(Piece::Head(_)) => {
                    statements += 1;
                    continue;
                }
                Ok(Piece::Totals(_)) => continue,
                Ok(Piece::Entry(entry)) => {
                    seen += 1;
                    if seen <= skip {
                        continue;
                    }
                    send.blocking_send(Ok((statements.saturating_sub(1), *entry)))
                }
                Err(problem) => send.blocking_send(told(problem)),
            };
            // Nobody listens any more: the shift is over.
            if sent.is_err() {
                return;
            }
        }
    });
    Ok(waiting)
}

async fn give_up(app: &App, file: &File, fault: &Fault) -> Result<bool, Fault> {
    let tx = app.begin(&Actor::System).await?;
    bank::fail(&tx, file.id, fault.code).await?;
    tx.commit().await?;
    Ok(true)
}
