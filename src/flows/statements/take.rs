//! A file that comes in: read whole before anything is kept, so that half of it is never taken.

use std::sync::Arc;

use serde_json::json;

use super::work::ImportStatement;
use crate::{
    jobs,
    kernel::{Actor, App, Fault, Right, StatementFileId, journal},
    media::Workshop,
    payments::{
        bank::{self, NewFile},
        statement::{self, Piece, Problem, Profile, Totals},
    },
};

/// The most that a file may weigh: a bank's year of a busy shop.
pub const MOST: usize = 64 << 20;
/// Mistakes that are told at once.
const TOLD: usize = 10;

/// A file as it was sent.
#[derive(Clone, Debug)]
pub struct Upload {
    pub name: String,
    pub bytes: Vec<u8>,
    /// How a table is read; empty to have it guessed.
    pub profile: String,
}

/// What a first reading finds.
struct Look {
    sha256: String,
    kind: &'static str,
    heads: Vec<(statement::Head, Totals)>,
    total: i64,
}

/// Keeps a statement's file and has it taken in by the worker.
///
/// # Faults
/// `access.forbidden`; `statement.again` for a file that was taken before; the mistakes of a file that
/// cannot be read, each with its place: nothing is kept then.
pub async fn take(app: &App, actor: &Actor, upload: Upload) -> Result<StatementFileId, Fault> {
    actor.may(Right::PaymentsWrite)?;
    if upload.bytes.len() > MOST {
        return Err(bank::Fault::TooLarge { mb: MOST >> 20 }.into());
    }
    let profile = profile(&upload.profile)?;
    let bytes = Arc::new(upload.bytes);
    let look = look(app, bytes.clone(), profile.clone()).await?;
    let key = key(&look.sha256, look.kind);
    // Before the transaction: the key is the content, so a crash in between leaves a file that the
    // next try finds.
    app.port::<Workshop>().store().put(&key, bytes.to_vec()).await.map_err(crate::media::Fault::from)?;
    let new = NewFile {
        sha256: look.sha256,
        name: upload.name,
        kind: look.kind,
        profile: serde_json::to_string(&profile)?,
        total: look.total,
    };
    let tx = app.begin(actor).await?;
    let id = bank::take(&tx, &new, &look.heads).await?;
    journal::note(&tx, "payments.statement.taken", Some(id.uuid()), json!({ "entries": look.total })).await?;
    jobs::enqueue(&tx, &ImportStatement { file: id }).await?;
    tx.commit().await?;
    Ok(id)
}

fn profile(text: &str) -> Result<Option<Profile>, Fault> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let read = Profile::parse(text).map(Some);
    read.map_err(|problem| {
        let fault: Fault = bank::Fault::Unreadable(problem).into();
        Fault { field: Some("profile".into()), ..fault }
    })
}

/// Where the bytes of a file lie.
pub(super) fn key(sha256: &str, kind: &str) -> String {
    format!("{sha256}/statement.{kind}")
}

/// The shop's own account, for tables that do not name it.
pub(super) fn account(app: &App) -> String {
    app.settings().text("payment.iban").chars().filter(|c| !c.is_whitespace()).collect()
}

/// Reads the whole file off the async threads; entries are counted and let go.
async fn look(app: &App, bytes: Arc<Vec<u8>>, profile: Option<Profile>) -> Result<Look, Fault> {
    let permit = app.cpu().clone().acquire_owned().await.map_err(Fault::bug)?;
    let account = account(app);
    let read = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        read_through(&bytes, &account, profile.as_ref())
    });
    match read.await.map_err(Fault::bug)? {
        Ok(look) => Ok(look),
        Err(problems) => {
            let faults = problems.into_iter().map(|p| bank::Fault::Unreadable(p).into()).collect();
            Err(Fault::gather(faults).unwrap_or_else(|| Fault::bug("a refused file without a reason")))
        }
    }
}

fn read_through(bytes: &[u8], account: &str, profile: Option<&Profile>) -> Result<Look, Vec<Problem>> {
    let encoding = profile.and_then(|p| p.encoding.as_deref());
    let text = statement::text(bytes, encoding).map_err(|p| vec![p])?;
    let kind = if text.trim_start_matches('\u{feff}').trim_start().starts_with('<') { "xml" } else { "csv" };
    let (mut heads, mut problems, mut total) = (Vec::new(), Vec::new(), 0);
    let mut head = None;
    for piece in statement::open(&text, account, profile).map_err(|p| vec![p])? {
        match piece {
            Ok(Piece::Head(told)) => head = Some(told),
            Ok(Piece::Entry(_)) => total += 1,
            Ok(Piece::Totals(totals)) => heads.extend(head.take().map(|head| (head, totals))),
            Err(problem) => problems.push(problem),
        }
        if problems.len() >= TOLD {
            break;
        }
    }
    if problems.is_empty() { Ok(Look { sha256: statement::hash(bytes), kind, heads, total }) } else { Err(problems) }
}

/// The kept file, as it came.
///
/// # Faults
/// `access.forbidden`, `statement.no_file`, `statement.file_gone`.
pub async fn kept(app: &App, actor: &Actor, id: StatementFileId) -> Result<(bank::File, Vec<u8>), Fault> {
    let scope = actor.scope(Right::PaymentsRead)?;
    let file = bank::file(app.reader(), &scope, id).await?;
    let bytes = bytes(app, &file).await?;
    Ok((file, bytes))
}

pub(super) async fn bytes(app: &App, file: &bank::File) -> Result<Vec<u8>, Fault> {
    let found = app.port::<Workshop>().store().get(&key(&file.sha256, &file.kind)).await.map_err(crate::media::Fault::from)?;
    Ok(found.ok_or(bank::Fault::FileGone)?)
}
