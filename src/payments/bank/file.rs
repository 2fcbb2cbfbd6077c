//! Files of statements: kept, and how far they are taken in.

use serde::Serialize;

use super::Fault;
use crate::{
    kernel::{self, Moment, Reads, Scope, StatementFileId, Tx, db},
    payments::statement::{Balance, Head, Totals},
};

/// A file that shall be taken in.
#[derive(Clone, Debug)]
pub struct NewFile {
    pub sha256: String,
    pub name: String,
    /// `xml` or `csv`
    pub kind: &'static str,
    /// How it is read, where a person said so (JSON).
    pub profile: String,
    pub total: i64,
}

/// A file as it stands.
#[derive(Clone, Debug, Serialize)]
pub struct File {
    pub id: StatementFileId,
    pub sha256: String,
    pub name: String,
    pub kind: String,
    #[serde(skip)]
    pub profile: String,
    /// `running`, `done`, `failed`
    pub state: String,
    /// Entries in the file.
    pub total: i64,
    pub done: i64,
    /// Written by this file.
    pub fresh: i64,
    /// Told by another file before.
    pub known: i64,
    /// Put on orders without a person.
    pub posted: i64,
    pub error: String,
    pub actor: String,
    pub taken_at: Moment,
    pub finished_at: Option<Moment>,
}
db::record!(File {
    id,
    sha256,
    name,
    kind,
    profile,
    state,
    total,
    done,
    fresh,
    known,
    posted,
    error,
    actor,
    taken_at,
    finished_at
});

const COLUMNS: &str =
    "id, sha256, name, kind, profile, state, total, done, fresh, known, posted, error, actor, taken_at, finished_at";

/// Writes a file down with its statements. The same bytes are taken once.
///
/// # Faults
/// [`Fault::Again`].
pub async fn take(tx: &Tx, new: &NewFile, statements: &[(Head, Totals)]) -> Result<StatementFileId, kernel::Fault> {
    let id = StatementFileId::new(tx);
    let name: String = new.name.chars().filter(|c| !c.is_control()).take(200).collect();
    let sql = "insert into bank_file (id, sha256, name, kind, profile, state, total, done, fresh, known, posted, error, actor, \
               taken_at, changed_at) values ($1,$2,$3,$4,$5,'running',$6,0,0,0,0,'',$7,$8,$9) on conflict (sha256) do nothing";
    let values = db::params![
        id,
        new.sha256.as_str(),
        name,
        new.kind,
        new.profile.as_str(),
        new.total,
        tx.actor().code(),
        tx.now(),
        tx.now()
    ];
    if db::run(tx, sql, values).await? == 0 {
        let sql = "select taken_at from bank_file where sha256 = $1";
        let at: Option<Moment> = db::scalar(tx, sql, db::params![new.sha256.as_str()]).await?;
        return Err(Fault::Again { on: at.map(|at| at.date().to_string()).unwrap_or_default() }.into());
    }
    for (place, (head, totals)) in statements.iter().enumerate() {
        statement(tx, id, place, head, totals).await?;
    }
    Ok(id)
}

async fn statement(tx: &Tx, file: StatementFileId, place: usize, head: &Head, totals: &Totals) -> Result<(), kernel::Fault> {
    let sql = "insert into bank_statement (id, file_id, place, message, version, name, sequence, gap_after, account, currency, \
               from_on, to_on, opening_minor, closing_minor, booked_minor, entries, pending, balance, off_minor) \
               values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19)";
    let (balance, off) = match totals.balance {
        Balance::Agrees => ("agrees", None),
        Balance::Off(off) => ("off", Some(off.minor)),
        Balance::Unknown => ("unknown", None),
    };
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let gap = match head.sequence {
        Some(sequence) => gap(tx, head, sequence).await?,
        None => None,
    };
    let values = db::params![
        tx.uuid(),
        file,
        count(place),
        head.message.as_str(),
        head.version.as_str(),
        head.id.chars().take(100).collect::<String>(),
        head.sequence,
        gap,
        head.account.as_str(),
        head.currency.map(|c| c.to_string()),
        head.from.map(|day| day.to_string()),
        head.to.map(|day| day.to_string()),
        totals.opening.map(|m| m.minor),
        totals.closing.map(|m| m.minor),
        totals.booked,
        count(totals.entries),
        count(totals.pending),
        balance,
        off
    ];
    db::run(tx, sql, values).await?;
    Ok(())
}

/// The number after which statements of the account are missing; banks number afresh each year,
/// so a smaller number is no gap.
async fn gap(tx: &Tx, head: &Head, sequence: i64) -> Result<Option<i64>, kernel::Fault> {
    let sql = "select max(sequence) from bank_statement where account = $1 and message = $2 and sequence < $3";
    let before: Option<Option<i64>> =
        db::scalar(tx, sql, db::params![head.account.as_str(), head.message.as_str(), sequence]).await?;
    Ok(before.flatten().filter(|before| sequence - before > 1))
}

/// Files, newest first.
///
/// # Faults
/// Whatever the database says.
pub async fn files(
    db: &impl Reads,
    _scope: &Scope,
    after: Option<StatementFileId>,
    limit: u32,
) -> Result<Vec<File>, kernel::Fault> {
    let after = after.map_or_else(uuid::Uuid::max, |id| id.uuid());
    let sql = format!("select {COLUMNS} from bank_file where id < $1 order by id desc limit {}", limit.clamp(1, 201));
    Ok(db::all(db, &sql, db::params![after]).await?)
}

/// # Faults
/// [`Fault::NoFile`].
pub async fn file(db: &impl Reads, _scope: &Scope, id: StatementFileId) -> Result<File, kernel::Fault> {
    let sql = format!("select {COLUMNS} from bank_file where id = $1");
    Ok(db::opt(db, &sql, db::params![id]).await?.ok_or(Fault::NoFile)?)
}

/// The file of these bytes that was begun and not finished.
///
/// # Faults
/// Whatever the database says.
pub async fn open_file(db: &impl Reads, sha256: &str) -> Result<Option<StatementFileId>, kernel::Fault> {
    let sql = "select id from bank_file where sha256 = $1 and state = 'running'";
    Ok(db::scalar(db, sql, db::params![sha256]).await?)
}

/// The statements of a file in its order, by id.
///
/// # Faults
/// Whatever the database says.
pub async fn begin(db: &impl Reads, file: StatementFileId) -> Result<Vec<uuid::Uuid>, kernel::Fault> {
    Ok(db::column(db, "select id from bank_statement where file_id = $1 order by place", db::params![file]).await?)
}

/// Writes down how far a file has come. `before` guards against two that do the same file.
///
/// # Faults
/// [`Fault::Busy`] when somebody else has come further.
pub async fn advance(tx: &Tx, id: StatementFileId, before: i64, counts: (i64, i64, i64, i64)) -> Result<(), kernel::Fault> {
    let (done, fresh, known, posted) = counts;
    let sql = "update bank_file set done = done + $3, fresh = fresh + $4, known = known + $5, posted = posted + $6, \
               changed_at = $7 where id = $1 and done = $2 and state = 'running'";
    match db::run(tx, sql, db::params![id, before, done, fresh, known, posted, tx.now()]).await? {
        0 => Err(Fault::Busy.into()),
        _ => Ok(()),
    }
}

/// # Faults
/// Whatever the database says.
pub async fn finish(tx: &Tx, id: StatementFileId) -> Result<(), kernel::Fault> {
    let sql = "update bank_file set state = 'done', finished_at = $2, changed_at = $3 where id = $1";
    db::run(tx, sql, db::params![id, tx.now(), tx.now()]).await?;
    Ok(())
}

/// The file cannot be taken in; why is written beside it.
///
/// # Faults
/// Whatever the database says.
pub async fn fail(tx: &Tx, id: StatementFileId, why: &str) -> Result<(), kernel::Fault> {
    let why: String = why.chars().take(500).collect();
    let sql = "update bank_file set state = 'failed', error = $2, changed_at = $3 where id = $1";
    db::run(tx, sql, db::params![id, why, tx.now()]).await?;
    Ok(())
}
