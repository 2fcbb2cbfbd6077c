//! SQLite where it is asked. A read of a few rows from memory takes less time than handing it to
//! another thread and being woken by its answer, so there is no thread between (ADR 13): whoever
//! asks runs the statement, on a connection that nobody else holds meanwhile.
//!
//! One writer behind a fair queue, and as many readers as there are threads that read at once.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use rusqlite::{CachedStatement, Connection, ErrorCode, OpenFlags, types::ToSqlOutput, types::Value as Cell, types::ValueRef};
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, Value};
use tokio::sync::OwnedMutexGuard;

use super::row::{LiteRow, Row};

/// How long a writer waits for its turn, in this process or behind another one.
const PATIENCE: Duration = Duration::from_secs(60);
/// Distinct statements that a connection keeps prepared.
const PREPARED: usize = 400;

/// An open file. A clone is a handle to the same connections.
#[derive(Clone)]
pub struct Lite(Arc<Doors>);

struct Doors {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    writer: Arc<tokio::sync::Mutex<Writer>>,
}

/// Empty once the database is closed. The inner lock is never contended: the outer one queues.
struct Writer(Mutex<Option<Connection>>);

impl std::fmt::Debug for Lite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Lite({})", self.0.path.display())
    }
}

impl Lite {
    /// Opens or makes the file and the writing connection.
    pub(super) fn open(path: PathBuf) -> Result<Self, DbErr> {
        let writer = connect(&path, &["cache_size = -16000", "wal_autocheckpoint = 4000"]).map_err(unopened)?;
        // The queue waits for another process without holding a thread: see `begin`.
        writer.busy_timeout(Duration::ZERO).map_err(unopened)?;
        let writer = Arc::new(tokio::sync::Mutex::new(Writer(Mutex::new(Some(writer)))));
        Ok(Self(Arc::new(Doors { path, idle: Mutex::default(), writer })))
    }

    pub(super) fn path(&self) -> &std::path::Path {
        &self.0.path
    }

    /// Runs a reading statement; `most` rows are read.
    pub(super) fn ask(&self, sql: &str, params: &[Value], most: usize) -> Result<Vec<Row>, DbErr> {
        let idle = || self.0.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let known = idle().pop();
        let connection = match known {
            Some(connection) => connection,
            None => connect(&self.0.path, &["query_only = on", "cache_size = -4000"]).map_err(unopened)?,
        };
        let rows = ask(&connection, sql, params, most);
        idle().push(connection);
        rows
    }

    /// Waits for the writer's turn and begins.
    ///
    /// # Errors
    /// When another writer, here or in another process, does not finish in time.
    pub(super) async fn begin(&self) -> Result<LiteTx, DbErr> {
        let late = || DbErr::ConnectionAcquire(ConnAcquireErr::Timeout);
        let until = Instant::now() + PATIENCE;
        let turn = tokio::time::timeout(PATIENCE, self.0.writer.clone().lock_owned());
        let mut tx = LiteTx { writer: turn.await.map_err(|_| late())?, open: false };
        let mut pause = Duration::from_millis(1);
        loop {
            // IMMEDIATE: a transaction that reads first and writes later would fail under
            // concurrency with "database is locked" instead of waiting.
            match tx.with(|c| c.prepare_cached("begin immediate")?.execute([]).map(drop))? {
                Ok(()) => {
                    tx.open = true;
                    return Ok(tx);
                }
                Err(e) if e.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && Instant::now() < until => {
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(Duration::from_millis(50));
                }
                Err(e) if e.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => return Err(late()),
                Err(e) => return Err(failed(e)),
            }
        }
    }

    /// Closes every connection; the last one folds the log into the file.
    pub(super) async fn close(&self) {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
        let writer = self.0.writer.lock().await;
        writer.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// The open transaction; dropped without [`LiteTx::commit`] it leaves no trace.
pub struct LiteTx {
    writer: OwnedMutexGuard<Writer>,
    open: bool,
}

impl LiteTx {
    fn with<T>(&self, work: impl FnOnce(&Connection) -> T) -> Result<T, DbErr> {
        let held = self.writer.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.as_ref().map(work).ok_or(DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed))
    }

    pub(super) fn ask(&self, sql: &str, params: &[Value], most: usize) -> Result<Vec<Row>, DbErr> {
        self.with(|c| ask(c, sql, params, most))?
    }

    /// Runs a statement; returns the number of rows it touched.
    pub(super) fn run(&self, sql: &str, params: &[Value]) -> Result<u64, DbErr> {
        let run = |c: &Connection| {
            let mut statement = prepared(c, sql, params)?;
            statement.raw_execute()
        };
        self.with(run)?.map(|rows| rows as u64).map_err(failed)
    }

    /// # Errors
    /// When the disk refuses; then nothing of it happened.
    pub(super) fn commit(mut self) -> Result<(), DbErr> {
        self.with(|c| c.prepare_cached("commit")?.execute([]))?.map_err(failed)?;
        self.open = false;
        Ok(())
    }
}

impl Drop for LiteTx {
    fn drop(&mut self) {
        if self.open
            && let Ok(Err(error)) = self.with(|c| c.prepare_cached("rollback")?.execute([]))
        {
            tracing::error!(%error, "a transaction could not be rolled back");
        }
    }
}

fn connect(path: &std::path::Path, own: &[&str]) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.set_prepared_statement_cache_capacity(PREPARED);
    connection.busy_timeout(Duration::from_secs(20))?;
    // FULL: an acknowledged order survives a power cut, not only a kill.
    const EACH: [&str; 5] =
        ["journal_mode = wal", "synchronous = full", "foreign_keys = on", "mmap_size = 1073741824", "temp_store = memory"];
    for pragma in EACH.iter().chain(own) {
        connection.execute_batch(&format!("pragma {pragma}"))?;
    }
    Ok(connection)
}

fn ask(connection: &Connection, sql: &str, params: &[Value], most: usize) -> Result<Vec<Row>, DbErr> {
    let read = || {
        let mut statement = prepared(connection, sql, params)?;
        let names: Arc<[Box<str>]> = statement.column_names().into_iter().map(Box::from).collect();
        let mut found = Vec::new();
        let mut rows = statement.raw_query();
        while found.len() < most
            && let Some(row) = rows.next()?
        {
            let cell = |i: usize| row.get_ref(i).and_then(|value| Ok(Cell::try_from(value)?));
            let cells = (0..names.len()).map(cell).collect::<rusqlite::Result<_>>()?;
            found.push(Row::Lite(LiteRow { names: names.clone(), cells }));
        }
        Ok(found)
    };
    read().map_err(failed)
}

/// The statement with its values. `$3` is a name to SQLite, not a number: the first name of a
/// statement is its first value, whatever it says.
fn prepared<'c>(connection: &'c Connection, sql: &str, params: &[Value]) -> rusqlite::Result<CachedStatement<'c>> {
    let mut statement = connection.prepare_cached(sql)?;
    for i in 1..=statement.parameter_count() {
        let number = statement.parameter_name(i).and_then(|name| name.get(1..)?.parse().ok()).unwrap_or(i);
        match params.get(number - 1) {
            Some(value) => statement.raw_bind_parameter(i, bound(value)?)?,
            None => return Err(rusqlite::Error::InvalidParameterCount(params.len(), number)),
        }
    }
    Ok(statement)
}

fn bound(value: &Value) -> rusqlite::Result<ToSqlOutput<'_>> {
    let number = |n: Option<i64>| n.map_or(ValueRef::Null, ValueRef::Integer);
    let borrowed = match value {
        Value::Bool(b) => number(b.map(i64::from)),
        Value::TinyInt(n) => number(n.map(i64::from)),
        Value::SmallInt(n) => number(n.map(i64::from)),
        Value::Int(n) => number(n.map(i64::from)),
        Value::BigInt(n) => number(*n),
        Value::TinyUnsigned(n) => number(n.map(i64::from)),
        Value::SmallUnsigned(n) => number(n.map(i64::from)),
        Value::Unsigned(n) => number(n.map(i64::from)),
        Value::Double(n) => n.map_or(ValueRef::Null, ValueRef::Real),
        Value::String(text) => text.as_ref().map_or(ValueRef::Null, |t| ValueRef::Text(t.as_bytes())),
        Value::Bytes(bytes) => bytes.as_ref().map_or(ValueRef::Null, |b| ValueRef::Blob(b)),
        Value::Uuid(id) => id.as_ref().map_or(ValueRef::Null, |id| ValueRef::Blob(id.as_bytes())),
        other => return Err(rusqlite::Error::ToSqlConversionFailure(format!("{other:?} is not a value of ours").into())),
    };
    Ok(ToSqlOutput::Borrowed(borrowed))
}

fn unopened(e: rusqlite::Error) -> DbErr {
    DbErr::Conn(RuntimeErr::Internal(e.to_string()))
}

fn failed(e: rusqlite::Error) -> DbErr {
    DbErr::Query(RuntimeErr::Internal(e.to_string()))
}
