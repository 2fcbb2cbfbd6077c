//! SQLite where it is asked. A read of a few rows from memory takes less time than handing it to
//! another thread and being woken by its answer, so there is no thread between (ADR 5): whoever
//! asks runs the statement, on a connection that nobody else holds meanwhile.
//!
//! One writer behind a fair queue, and as many readers as there are threads that read at once.
//!
//! Waiting for the disk is most of a small transaction. Whoever is done while others queue leaves
//! its work to the last of them, who commits for all: each learns of it only when it is on disk.

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
use tokio::sync::{OwnedMutexGuard, oneshot};

use super::row::{LiteRow, Row};

/// How long a writer waits for its turn, in this process or behind another one.
const PATIENCE: Duration = Duration::from_secs(60);
/// A transaction is left to the next in the queue for so long and by so many at most.
const TOGETHER: Duration = Duration::from_millis(4);
const MOST: usize = 32;
/// So many milliseconds after a commit nobody is expected to write.
const CALM: u64 = 200;
const MAP: &str = "mmap_size = 1073741824";
/// Distinct statements that a connection keeps prepared.
const PREPARED: usize = 400;

/// An open file. A clone is a handle to the same connections.
#[derive(Clone)]
pub struct Lite(Arc<Doors>);

struct Doors {
    path: PathBuf,
    /// Readers that map the file, and readers that do not.
    idle: [Mutex<Vec<Connection>>; 2],
    /// When the last commit was, in milliseconds since the file was opened.
    written: AtomicU64,
    opened: Instant,
    writer: Arc<tokio::sync::Mutex<Writer>>,
    /// Those in the writer's queue who may go on with another's transaction.
    queue: AtomicUsize,
}

impl Doors {
    fn now(&self) -> u64 {
        u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// Empty once the database is closed. The inner lock is never contended: the outer one queues.
struct Writer(Mutex<Option<Desk>>);

/// The writing connection and what lies on it uncommitted.
struct Desk {
    connection: Connection,
    /// Since when a transaction is open.
    open: Option<Instant>,
    /// Those who are done and wait to hear that it is on disk.
    done: Vec<oneshot::Sender<Result<(), String>>>,
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
        let desk = Desk { connection: writer, open: None, done: Vec::new() };
        let writer = Arc::new(tokio::sync::Mutex::new(Writer(Mutex::new(Some(desk)))));
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
        let mut tx = LiteTx { writer: turn.map_err(|_| late())?, doors: self.0.clone(), open: false, alone };
        let mut pause = Duration::from_millis(1);
        loop {
            match tx.with(|desk| desk.begin(alone))? {
                Ok(()) => break,
                Err(e) if e.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && Instant::now() < until => {
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(Duration::from_millis(50));
                }
                Err(e) if e.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => return Err(late()),
                Err(e) => return Err(failed(e)),
            }
        }
        tx.open = true;
        Ok(tx)
    }

    /// Closes every connection; the last one folds the log into the file.
    pub(super) async fn close(&self) {
        for idle in &self.0.idle {
            idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
        }
        let writer = self.0.writer.lock().await;
        writer.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// A place in the queue, given back however the waiting ends.
struct Queued<'a>(&'a AtomicUsize);

impl<'a> Queued<'a> {
    fn new(queue: &'a AtomicUsize) -> Self {
        queue.fetch_add(1, Ordering::SeqCst);
        Self(queue)
    }
}
impl Drop for Queued<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Desk {
    fn begin(&mut self, alone: bool) -> rusqlite::Result<()> {
        // A full disk ends a transaction by itself, with everything that lay in it.
        if self.open.is_some() && (alone || self.connection.is_autocommit()) {
            let _ = self.commit();
        }
        if self.open.is_none() {
            // IMMEDIATE: a transaction that reads first and writes later would fail under
            // concurrency with "database is locked" instead of waiting.
            self.say("begin immediate")?;
            self.open = Some(Instant::now());
        }
        self.say("savepoint one")
    }

    fn say(&self, sql: &str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(sql)?.execute([]).map(drop)
    }

    /// Commits for everybody who is done and tells them.
    fn commit(&mut self) -> rusqlite::Result<()> {
        let committed = self.say("commit");
        if committed.is_err() {
            let _ = self.say("rollback");
        }
        self.open = None;
        for one in self.done.drain(..) {
            // Nobody listens any more: a client that went away.
            let _ = one.send(committed.as_ref().copied().map_err(ToString::to_string));
        }
        committed
    }

    /// Undoes what came after the last savepoint; nothing of it was promised to anybody. What
    /// others left is committed at once: whoever gave up has read it, and may say so.
    fn undo(&mut self) -> rusqlite::Result<()> {
        if self.done.is_empty() {
            self.open = None;
            return self.say("rollback");
        }
        let undone = self.say("rollback to one").and_then(|()| self.say("release one"));
        if undone.is_err() {
            // The whole transaction is gone, as it goes on a full disk: those who wait are told.
            let _ = self.say("rollback");
        }
        self.commit()
    }
}

/// The open transaction; dropped without [`LiteTx::commit`] it leaves no trace.
pub struct LiteTx {
    writer: OwnedMutexGuard<Writer>,
    doors: Arc<Doors>,
    open: bool,
    alone: bool,
}

impl LiteTx {
    fn with<T>(&self, work: impl FnOnce(&mut Desk) -> T) -> Result<T, DbErr> {
        let mut held = self.writer.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.as_mut().map(work).ok_or(DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed))
    }

    pub(super) fn ask(&self, sql: &str, params: &[Value], most: usize) -> Result<Vec<Row>, DbErr> {
        self.with(|desk| ask(&desk.connection, sql, params, most))?
    }

    /// Runs a statement; returns the number of rows it touched.
    pub(super) fn run(&self, sql: &str, params: &[Value]) -> Result<u64, DbErr> {
        let run = |desk: &mut Desk| prepared(&desk.connection, sql, params)?.raw_execute();
        self.with(run)?.map(|rows| rows as u64).map_err(failed)
    }

    /// Returns when it is on disk.
    ///
    /// # Errors
    /// When the disk refuses; then nothing of it happened.
    pub(super) async fn commit(mut self) -> Result<(), DbErr> {
        let others_follow = !self.alone && self.doors.queue.load(Ordering::SeqCst) > 0;
        let left = self.with(|desk| {
            desk.say("release one")?;
            if others_follow && desk.done.len() < MOST && desk.open.is_some_and(|since| since.elapsed() < TOGETHER) {
                let (tell, told) = oneshot::channel();
                desk.done.push(tell);
                return rusqlite::Result::Ok(Some(told));
            }
            desk.commit().map(|()| None)
        })?;
        let left = left.map_err(failed)?;
        self.open = false;
        self.doors.written.store(self.doors.now(), Ordering::Relaxed);
        let Some(mut told) = left else { return Ok(()) };
        let doors = self.doors.clone();
        drop(self);
        let word = match tokio::time::timeout(TOGETHER, &mut told).await {
            Ok(word) => word,
            Err(_) => {
                // Whoever was to follow went away, or is at it.
                if let Some(desk) = doors.writer.lock().await.0.lock().unwrap_or_else(PoisonError::into_inner).as_mut()
                    && desk.open.is_some()
                {
                    let _ = desk.commit();
                }
                told.await
            }
        };
        let broken = |e: String| DbErr::Query(RuntimeErr::Internal(e));
        word.map_err(|e| broken(e.to_string()))?.map_err(broken)
    }
}

impl Drop for LiteTx {
    fn drop(&mut self) {
        if self.open
            && let Ok(Err(error)) = self.with(Desk::undo)
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
    const EACH: [&str; 4] = ["journal_mode = wal", "synchronous = full", "foreign_keys = on", "temp_store = memory"];
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use super::super::Door;
    use crate::kernel::{Actor, Fault, db, testing};

    async fn there(app: &crate::kernel::App, key: &str) -> bool {
        let sql = "select count(*) from setting where key = $1";
        db::scalar::<i64>(app.reader(), sql, db::params![key]).await.unwrap() == Some(1)
    }

    async fn note(tx: &crate::kernel::Tx, key: &str) -> Result<(), Fault> {
        let sql = "insert into setting (key, value, at) values ($1, '1', $2)";
        Ok(db::run(tx, sql, db::params![key, tx.now()]).await.map(drop)?)
    }

    /// The second press of a button finds the order of the first one, which is not on disk yet:
    /// by the time it can say so, it is.
    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn what_was_read_of_others_is_on_disk_before_it_is_told() {
        let fresh = testing::sqlite().await;
        let app = fresh.app();
        let Door::Lite(lite) = &app.database().writer else { panic!("SQLite") };
        for n in 0..50 {
            let key = format!("pressed.{n}");
            let first = app.begin(&Actor::Guest).await.unwrap();
            let second = {
                let (app, key) = (app.clone(), key.clone());
                tokio::spawn(async move {
                    let tx = app.begin(&Actor::Guest).await.unwrap();
                    let sql = "select count(*) from setting where key = $1";
                    let seen = db::scalar::<i64>(&tx, sql, db::params![key.as_str()]).await.unwrap() == Some(1);
                    drop(tx);
                    assert_eq!(seen, there(&app, &key).await, "{key}");
                })
            };
            while lite.0.queue.load(Ordering::SeqCst) == 0 {
                tokio::task::yield_now().await;
            }
            // Somebody who could have been left to commit, and who takes his time.
            let third = tokio::spawn({
                let app = app.clone();
                async move {
                    let tx = app.begin(&Actor::Guest).await.unwrap();
                    tokio::time::sleep(std::time::Duration::from_millis(3)).await;
                    drop(tx);
                }
            });
            while lite.0.queue.load(Ordering::SeqCst) == 1 {
                tokio::task::yield_now().await;
            }
            note(&first, &key).await.unwrap();
            first.commit().await.unwrap();
            second.await.unwrap();
            third.await.unwrap();
        }
    }

    /// A crowd of writers, of whom some give up, some fail and some go away while they wait:
    /// whoever was told *done* is readable at once, nobody else ever.
    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn who_commits_together_is_done_and_who_gives_up_left_no_trace() {
        let fresh = testing::sqlite().await;
        let app = fresh.app();
        let writers = (0..200).map(|n| {
            let app = app.clone();
            tokio::spawn(async move {
                let key = format!("crowd.{n}");
                let actor = if n % 17 == 0 { Actor::System } else { Actor::Guest };
                let write = async {
                    let tx = app.begin(&actor).await.unwrap();
                    note(&tx, &key).await.unwrap();
                    match n % 5 {
                        0 => drop(tx),
                        1 => {
                            note(&tx, &key).await.expect_err("the key is taken");
                            tx.roll_back().await.unwrap();
                        }
                        2 => {
                            tokio::task::yield_now().await;
                            tx.commit().await.unwrap();
                            assert!(there(&app, &key).await, "told before it was on disk");
                        }
                        _ => {
                            tx.commit().await.unwrap();
                            assert!(there(&app, &key).await, "told before it was on disk");
                        }
                    }
                };
                if n % 11 == 3 {
                    // A client that hangs up: done or not done, but never in the way of others.
                    let _ = tokio::time::timeout(std::time::Duration::from_millis(1), write).await;
                    return;
                }
                write.await;
                assert_eq!(there(&app, &key).await, n % 5 > 1, "{key}");
            })
        });
        for writer in futures_util::future::join_all(writers).await {
            writer.unwrap();
        }
        // Nothing is left open: the file can be written from outside.
        let other = db::Database::open(&format!("sqlite:{}", fresh.folder().join("shop.db").display())).await.unwrap();
        let tx = other.begin(true).await.unwrap();
        tx.commit().await.unwrap();
    }
}
