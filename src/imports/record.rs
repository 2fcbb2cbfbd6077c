//! The rows of a run: what was sent, progress, problems.

use sea_orm::DbErr;
use serde::{Deserialize, Serialize};

use super::{Fault, Problem};
use crate::kernel::{self, ImportId, Moment, Reads, Right, Scope, Tx, db, db::params};

/// How many products (not rows) went which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub created: i64,
    pub updated: i64,
    pub unchanged: i64,
    pub skipped: i64,
}
db::record!(Counts { created, updated, unchanged, skipped });

impl Counts {
    pub fn done(&self) -> i64 {
        self.created + self.updated + self.unchanged + self.skipped
    }
    pub fn add(&mut self, other: Self) {
        self.created += other.created;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
        self.skipped += other.skipped;
    }
}

/// Counts with what is wrong.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    pub counts: Counts,
    pub problems: Vec<Problem>,
}

/// A run as it stands.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    pub id: ImportId,
    pub sha256: String,
    /// The file's name.
    pub name: String,
    /// The profile it was read with; external names belong to it.
    pub source: String,
    /// One of [`STATES`].
    pub state: String,
    /// Products in the file.
    pub total: i64,
    pub done: i64,
    pub created: i64,
    pub updated: i64,
    pub unchanged: i64,
    pub skipped: i64,
    pub actor: String,
    pub started_at: Moment,
    pub changed_at: Moment,
    pub finished_at: Option<Moment>,
    /// How the file was sent, when it was sent through the office or the API.
    options: Option<String>,
    /// Products that the first look tried before it ran out of its time.
    pub looked_at: i64,
    preview: Option<String>,
    /// Of an undo.
    pub removed: i64,
    pub restored: i64,
    kept: Option<String>,
}
db::record!(Run {
    id,
    sha256,
    name,
    source,
    state,
    total,
    done,
    created,
    updated,
    unchanged,
    skipped,
    actor,
    started_at,
    changed_at,
    finished_at,
    options,
    looked_at,
    preview,
    removed,
    restored,
    kept
});

/// The states of a run: `checking` → `ready` → `running` → `done` → `undoing` → `undone`, or `failed`
/// when nothing of the file can be used.
pub const STATES: &[&str] = &["checking", "ready", "running", "done", "failed", "undoing", "undone"];

/// How the sender wants a file read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    pub profile: Option<String>,
    pub locale: Option<String>,
    pub currency: Option<String>,
}

/// One of the first products of a file, as a person recognises it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Glance {
    pub row: Option<i64>,
    pub title: String,
    pub skus: Vec<String>,
    pub categories: Vec<String>,
    /// Price with its currency, of the first variant.
    pub price: Option<(i64, String)>,
    /// Thousandths, of all variants.
    pub stock: Option<i64>,
    pub pictures: usize,
}

/// What the first look saw.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    pub encoding: String,
    pub columns: Vec<String>,
    pub first: Vec<Glance>,
}

/// A product that an undo leaves as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub product: crate::kernel::ProductId,
    pub sku: String,
    /// "edited" or "ordered"
    pub reason: String,
}

fn read<T: for<'a> Deserialize<'a>>(text: Option<&String>) -> Option<T> {
    text.and_then(|t| serde_json::from_str(t).ok())
}

impl Run {
    /// Whether its file was sent and lies in the [`super::Inbox`].
    pub fn was_sent(&self) -> bool {
        self.options.is_some()
    }
    pub fn wish(&self) -> Wish {
        read(self.options.as_ref()).unwrap_or_default()
    }
    pub fn preview(&self) -> Option<Preview> {
        read(self.preview.as_ref())
    }
    pub fn kept(&self) -> Vec<Kept> {
        read(self.kept.as_ref()).unwrap_or_default()
    }
    /// Something works on it.
    pub fn is_busy(&self) -> bool {
        matches!(self.state.as_str(), "checking" | "running" | "undoing")
    }

    pub fn counts(&self) -> Counts {
        Counts { created: self.created, updated: self.updated, unchanged: self.unchanged, skipped: self.skipped }
    }
}

const COLUMNS: &str = "id, sha256, name, source, state, total, done, created, updated, unchanged, skipped, actor, \
                       started_at, changed_at, finished_at, options, looked_at, preview, removed, restored, kept";

/// A file that shall be taken in.
#[derive(Clone, Debug)]
pub struct NewRun {
    pub sha256: String,
    pub name: String,
    pub source: String,
    pub total: i64,
}

/// Opens a run.
///
/// # Errors
/// Whatever the database says.
pub async fn begin(tx: &Tx, new: &NewRun) -> Result<ImportId, DbErr> {
    let id = ImportId::new(tx);
    let sql = "insert into import_run (id, sha256, name, source, state, total, done, created, updated, unchanged, skipped, \
               actor, started_at, changed_at) values ($1,$2,$3,$4,'running',$5,0,0,0,0,0,$6,$7,$7)";
    let values = params![id, new.sha256.as_str(), new.name.as_str(), new.source.as_str(), new.total, tx.actor().code(), tx.now()];
    db::run(tx, sql, values).await?;
    Ok(id)
}

/// Writes down a file that was sent; somebody will look at it.
///
/// # Faults
/// Whatever the database says.
pub async fn receive(tx: &Tx, name: &str, source: &str, wish: &Wish) -> Result<ImportId, kernel::Fault> {
    let id = ImportId::new(tx);
    let name: String = name.chars().filter(|c| !c.is_control()).take(200).collect();
    let sql = "insert into import_run (id, sha256, name, source, state, total, done, created, updated, unchanged, skipped, \
               actor, started_at, changed_at, options) values ($1,'',$2,$3,'checking',0,0,0,0,0,0,$4,$5,$5,$6)";
    let values = params![id, name, source, tx.actor().code(), tx.now(), serde_json::to_string(wish)?];
    db::run(tx, sql, values).await?;
    Ok(id)
}

/// What a look at a file found: how many products, and what would become of those it tried.
pub struct Looked<'a> {
    pub sha256: &'a str,
    pub source: &'a str,
    pub total: i64,
    pub counts: Counts,
    pub preview: &'a Preview,
}

/// Writes down what the first look found.
///
/// # Faults
/// Whatever the database says.
pub async fn looked(tx: &Tx, id: ImportId, found: &Looked<'_>) -> Result<(), kernel::Fault> {
    let sql = "update import_run set state = 'ready', sha256 = $2, source = $3, total = $4, looked_at = $5, done = $5, \
               created = $6, updated = $7, unchanged = $8, skipped = $9, preview = $10, changed_at = $11 \
               where id = $1 and state = 'checking'";
    let Counts { created, updated, unchanged, skipped } = found.counts;
    let preview = serde_json::to_string(found.preview)?;
    let values = params![
        id,
        found.sha256,
        found.source,
        found.total,
        found.counts.done(),
        created,
        updated,
        unchanged,
        skipped,
        preview,
        tx.now()
    ];
    db::run(tx, sql, values).await?;
    Ok(())
}

/// How far a look has come.
///
/// # Errors
/// Whatever the database says.
pub async fn note_look(tx: &Tx, id: ImportId, done: i64, total: i64) -> Result<(), DbErr> {
    let sql = "update import_run set done = $2, total = $3, changed_at = $4 where id = $1 and state = 'checking'";
    db::run(tx, sql, params![id, done, total, tx.now()]).await.map(drop)
}

/// From a look to the deed: counts and problems begin anew.
///
/// # Faults
/// `imports.not_ready` unless it was looked at and not begun.
pub async fn start(tx: &Tx, id: ImportId) -> Result<(), kernel::Fault> {
    let sql = "update import_run set state = 'running', done = 0, created = 0, updated = 0, unchanged = 0, skipped = 0, \
               actor = $2, started_at = $3, changed_at = $3 where id = $1 and state = 'ready'";
    if db::run(tx, sql, params![id, tx.actor().code(), tx.now()]).await? == 0 {
        return Err(Fault::NotReady.into());
    }
    db::run(tx, "delete from import_problem where run_id = $1", params![id]).await?;
    Ok(())
}

/// Nothing of the file can be used.
///
/// # Errors
/// Whatever the database says.
pub async fn fail(tx: &Tx, id: ImportId, why: &Problem) -> Result<(), DbErr> {
    note(tx, id, std::slice::from_ref(why)).await?;
    set_state(tx, id, "failed").await
}

/// Into the state of being undone, if it may be.
///
/// # Faults
/// `imports.undone`; `imports.not_ready` for a run that did nothing yet.
pub async fn begin_undo(tx: &Tx, id: ImportId) -> Result<(), kernel::Fault> {
    let sql =
        "update import_run set state = 'undoing', changed_at = $2 where id = $1 and state in ('running', 'done', 'undoing')";
    if db::run(tx, sql, params![id, tx.now()]).await? > 0 {
        return Ok(());
    }
    let state = db::scalar::<String>(tx, "select state from import_run where id = $1", params![id]).await?;
    Err(match state.as_deref() {
        None => Fault::NoRun.into(),
        Some("undone") => Fault::Undone.into(),
        Some(_) => Fault::NotReady.into(),
    })
}

/// Counts what an undo has done.
///
/// # Errors
/// Whatever the database says.
pub async fn note_undo(tx: &Tx, id: ImportId, removed: i64, restored: i64) -> Result<(), DbErr> {
    let sql = "update import_run set removed = removed + $2, restored = restored + $3, changed_at = $4 where id = $1";
    db::run(tx, sql, params![id, removed, restored, tx.now()]).await.map(drop)
}

/// # Faults
/// Whatever the database says.
pub async fn end_undo(tx: &Tx, id: ImportId, kept: &[Kept]) -> Result<(), kernel::Fault> {
    let sql = "update import_run set state = 'undone', kept = $2, changed_at = $3 where id = $1";
    db::run(tx, sql, params![id, serde_json::to_string(kept)?, tx.now()]).await?;
    Ok(())
}

/// The run of these bytes that was begun and not finished.
///
/// # Errors
/// Whatever the database says.
pub async fn open_run(db: &impl Reads, sha256: &str, source: &str) -> Result<Option<Run>, DbErr> {
    let sql = format!(
        "select {COLUMNS} from import_run where sha256 = $1 and source = $2 and state = 'running' order by id desc limit 1"
    );
    db::opt(db, &sql, params![sha256, source]).await
}

/// Writes down how far a run has come. `before` guards against two that do the same run.
///
/// # Faults
/// `imports.busy` when somebody else has come further.
pub async fn advance(tx: &Tx, id: ImportId, before: i64, counts: Counts) -> Result<(), kernel::Fault> {
    let sql = "update import_run set done = $3, created = $4, updated = $5, unchanged = $6, skipped = $7, changed_at = $8 \
               where id = $1 and done = $2 and state = 'running'";
    let Counts { created, updated, unchanged, skipped } = counts;
    let values = params![id, before, counts.done(), created, updated, unchanged, skipped, tx.now()];
    match db::run(tx, sql, values).await? {
        0 => Err(Fault::Busy.into()),
        _ => Ok(()),
    }
}

/// # Errors
/// Whatever the database says.
pub async fn finish(tx: &Tx, id: ImportId) -> Result<(), DbErr> {
    let sql = "update import_run set state = 'done', finished_at = $2, changed_at = $2 where id = $1";
    db::run(tx, sql, params![id, tx.now()]).await.map(drop)
}

/// # Errors
/// Whatever the database says.
pub async fn set_state(tx: &Tx, id: ImportId, state: &str) -> Result<(), DbErr> {
    let sql = "update import_run set state = $2, changed_at = $3 where id = $1";
    db::run(tx, sql, params![id, state, tx.now()]).await.map(drop)
}

/// Keeps problems.
///
/// # Errors
/// Whatever the database says.
pub async fn note(tx: &Tx, id: ImportId, problems: &[Problem]) -> Result<(), DbErr> {
    let row = |p: &Problem| {
        params![tx.uuid(), id, p.row, p.column.clone(), p.code.as_str(), p.severity.as_str(), p.message.as_str(), p.args.clone()]
    };
    let head = "insert into import_problem (id, run_id, row_no, col, code, severity, message, args) values";
    db::insert_many(tx, head, "", problems.iter().map(row).collect()).await
}

fn may_see(scope: &Scope) -> Result<(), kernel::Fault> {
    match scope.right() {
        Right::ImportsRun => Ok(()),
        _ => Err(kernel::Fault::forbidden("access.forbidden")),
    }
}

/// Runs, newest first.
///
/// # Faults
/// Whatever the database says.
pub async fn runs(db: &impl Reads, scope: &Scope, after: Option<ImportId>, limit: u32) -> Result<Vec<Run>, kernel::Fault> {
    may_see(scope)?;
    let limit = limit.clamp(1, 200);
    let found = match after {
        Some(id) => {
            let sql = format!("select {COLUMNS} from import_run where id < $1 order by id desc limit {limit}");
            db::all(db, &sql, params![id]).await?
        }
        None => db::all(db, &format!("select {COLUMNS} from import_run order by id desc limit {limit}"), vec![]).await?,
    };
    Ok(found)
}

/// # Faults
/// `imports.no_run`.
pub async fn run(db: &impl Reads, scope: &Scope, id: ImportId) -> Result<Run, kernel::Fault> {
    may_see(scope)?;
    let sql = format!("select {COLUMNS} from import_run where id = $1");
    Ok(db::opt(db, &sql, params![id]).await?.ok_or(Fault::NoRun)?)
}

/// The problems of a run in the order of the file, errors and warnings.
///
/// # Faults
/// Whatever the database says.
pub async fn problems(db: &impl Reads, scope: &Scope, id: ImportId, limit: u32) -> Result<Vec<Problem>, kernel::Fault> {
    may_see(scope)?;
    let sql = format!(
        "select row_no, col, code, severity, message, args from import_problem where run_id = $1 order by id limit {limit}"
    );
    Ok(db::all(db, &sql, params![id]).await?)
}

/// How many errors and warnings a run has.
///
/// # Faults
/// Whatever the database says.
pub async fn problem_counts(db: &impl Reads, scope: &Scope, id: ImportId) -> Result<(i64, i64), kernel::Fault> {
    may_see(scope)?;
    let sql = "select severity, count(*) from import_problem where run_id = $1 group by severity";
    let mut counts = (0, 0);
    for row in db::rows(db, sql, params![id]).await? {
        let n: i64 = row.try_get_by_index(1)?;
        match row.try_get_by_index::<String>(0)?.as_str() {
            "error" => counts.0 = n,
            _ => counts.1 = n,
        }
    }
    Ok(counts)
}
