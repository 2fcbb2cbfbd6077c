//! SQLite where it is asked. A read of a few rows from memory takes less time than handing it to
//! another thread and being woken by its answer, so there is no thread between (ADR 5): whoever
//! asks runs the statement, on a connection that nobody else holds meanwhile.
//!
//! One writer behind a fair queue, and as many readers as there are threads that read at once.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use rusqlite::{CachedStatement, Connection, ErrorCode, OpenFlags, types::ToSqlOutput, types::Value as Cell, types::ValueRef};
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, Value};

use super::{
    row::{LiteRow, Row},
    writer::{LiteTx, Queued, Writer},
};

/// How long a writer waits for its turn, in this process or behind another one.
const PATIENCE: Duration = Duration::from_secs(60);
/// So many milliseconds after a commit nobody is expected to write.
const CALM: u64 = 200;
const MAP: &str = "mmap_size = 1073741824";
/// Distinct statements that a connection keeps prepared.
const PREPARED: usize = 400;

/// An open file. A clone is a handle to the same connections.
#[derive(Clone)]
pub struct Lite(pub(super) Arc<Doors>);

pub(super) struct Doors {
    path: PathBuf,
    /// Readers that map the file, and readers that do not.
    idle: [Mutex<Vec<Connection>>; 2],
    /// When the last commit was, in milliseconds since the file was opened.
    written: AtomicU64,
    opened: Instant,
    pub(super) writer: Arc<tokio::sync::Mutex<Writer>>,
    /// Those in the writer's queue who may go on with another's transaction.
    pub(super) queue: AtomicUsize,
}

impl Doors {
    /// Readers shall not map the file for a while.
    pub(super) fn note_written(&self) {
        self.written.store(self.now(), Ordering::Relaxed);
    }

    fn now(&self) -> u64 {
        u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

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
        let writer = Arc::new(tokio::sync::Mutex::new(Writer::new(writer)));
        Ok(Self(Arc::new(Doors {
            path,
            idle: Default::default(),
            written: AtomicU64::new(0),
            opened: Instant::now(),
            writer,
            queue: AtomicUsize::new(0),
        })))
    }

    pub(super) fn path(&self) -> &std::path::Path {
        &self.0.path
    }

    /// Runs a reading statement; `most` rows are read.
    pub(super) fn ask(&self, sql: &str, params: &[Value], most: usize) -> Result<Vec<Row>, DbErr> {
        // Reading a mapped page costs nothing; but after a commit of somebody else a reader gives up
        // its whole map, which costs more than it saved. So while there are writers, readers copy.
        let busy = self.0.now().saturating_sub(self.0.written.load(Ordering::Relaxed)) < CALM;
        let idle = || self.0.idle[usize::from(busy)].lock().unwrap_or_else(PoisonError::into_inner);
        let known = idle().pop();
        let map = if busy { "mmap_size = 0" } else { MAP };
        let connection = match known {
            Some(connection) => connection,
            None => connect(&self.0.path, &["query_only = on", "cache_size = -6000", map]).map_err(unopened)?,
        };
        let rows = ask(&connection, sql, params, most);
        idle().push(connection);
        rows
    }

    /// Waits for the writer's turn and begins. `alone`: work that may take long, which nobody who
    /// is done shall wait for.
    ///
    /// # Errors
    /// When another writer, here or in another process, does not finish in time.
    pub(super) async fn begin(&self, alone: bool) -> Result<LiteTx, DbErr> {
        let late = || DbErr::ConnectionAcquire(ConnAcquireErr::Timeout);
        let until = Instant::now() + PATIENCE;
        let queued = (!alone).then(|| Queued::new(&self.0.queue));
        let turn = tokio::time::timeout(PATIENCE, self.0.writer.clone().lock_owned()).await;
        drop(queued);
        let mut tx = LiteTx::new(turn.map_err(|_| late())?, self.0.clone(), alone);
        let mut pause = Duration::from_millis(1);
        loop {
            match tx.begin()? {
                Ok(()) => return Ok(tx),
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
        for idle in &self.0.idle {
            idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
        }
        self.0.writer.lock().await.close();
    }
}

fn connect(path: &std::path::Path, own: &[&str]) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.set_prepared_statement_cache_capacity(PREPARED);
    connection.busy_timeout(Duration::from_secs(20))?;
    // FULL: an acknowledged order survives a power cut, not only a kill.
    const EACH: [&str; 4] = ["journal_mode = wal", "synchronous = full", "foreign_keys = on", "temp_store = memory"];
    for pragma in EACH.iter().chain(own) {
        connection.execute_batch(&format!("pragma {pragma}"))?;
    }
    Ok(connection)
}

pub(super) fn ask(connection: &Connection, sql: &str, params: &[Value], most: usize) -> Result<Vec<Row>, DbErr> {
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
pub(super) fn prepared<'c>(connection: &'c Connection, sql: &str, params: &[Value]) -> rusqlite::Result<CachedStatement<'c>> {
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

pub(super) fn failed(e: rusqlite::Error) -> DbErr {
    DbErr::Query(RuntimeErr::Internal(e.to_string()))
}
