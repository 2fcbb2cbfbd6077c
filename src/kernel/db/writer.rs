//! The writer of SQLite and its transactions.
//!
//! Waiting for the disk is most of a small transaction. Whoever is done while others queue leaves
//! its work to the last of them, who commits for all: each learns of it only when it is on disk.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use rusqlite::Connection;
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, Value};
use tokio::sync::{OwnedMutexGuard, oneshot};

use super::{
    row::Row,
    sqlite::{Doors, ask, failed, prepared},
};

/// A transaction is left to the next in the queue for so long and by so many at most.
const TOGETHER: Duration = Duration::from_millis(4);
const MOST: usize = 32;

/// Empty once the database is closed. The inner lock is never contended: the outer one queues.
pub(super) struct Writer(Mutex<Option<Desk>>);

impl Writer {
    pub(super) fn new(connection: Connection) -> Self {
        Self(Mutex::new(Some(Desk { connection, open: None, done: Vec::new() })))
    }

    pub(super) fn close(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Commits what everybody left to somebody who did not come.
    fn settle(&self) {
        if let Some(desk) = self.0.lock().unwrap_or_else(PoisonError::into_inner).as_mut()
            && desk.open.is_some()
        {
            let _ = desk.commit();
        }
    }
}

/// The writing connection and what lies on it uncommitted.
pub(super) struct Desk {
    connection: Connection,
    /// Since when a transaction is open.
    open: Option<Instant>,
    /// Those who are done and wait to hear that it is on disk.
    done: Vec<oneshot::Sender<Result<(), String>>>,
}

/// A place in the queue, given back however the waiting ends.
pub(super) struct Queued<'a>(&'a AtomicUsize);

impl<'a> Queued<'a> {
    pub(super) fn new(queue: &'a AtomicUsize) -> Self {
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

/// Held by one who waits for somebody else's commit. A client may hang up meanwhile, and with it
/// everybody who could commit: then that is done for them, so that no transaction stays open.
struct Left(Option<Arc<Doors>>);

impl Drop for Left {
    fn drop(&mut self) {
        if let Some(doors) = self.0.take()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(async move { doors.writer.lock().await.settle() });
        }
    }
}

impl LiteTx {
    pub(super) fn new(writer: OwnedMutexGuard<Writer>, doors: Arc<Doors>, alone: bool) -> Self {
        Self { writer, doors, open: false, alone }
    }

    /// # Errors
    /// The outer one when the database is closed, the inner one as SQLite says it.
    pub(super) fn begin(&mut self) -> Result<rusqlite::Result<()>, DbErr> {
        let begun = self.with(|desk| desk.begin(self.alone))?;
        self.open = begun.is_ok();
        Ok(begun)
    }

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
        self.doors.note_written();
        let Some(mut told) = left else { return Ok(()) };
        let mut waiting = Left(Some(self.doors.clone()));
        let doors = self.doors.clone();
        drop(self);
        let word = match tokio::time::timeout(TOGETHER, &mut told).await {
            Ok(word) => word,
            Err(_) => {
                doors.writer.lock().await.settle();
                told.await
            }
        };
        waiting.0 = None;
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

    /// The last of a queue goes away while the one before it waits for its commit.
    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn a_transaction_that_everybody_left_is_committed_all_the_same() {
        let fresh = testing::sqlite().await;
        let app = fresh.app();
        let Door::Lite(lite) = &app.database().writer else { panic!("SQLite") };
        let tx = app.begin(&Actor::Guest).await.unwrap();
        let follower = tokio::spawn({
            let app = app.clone();
            async move { app.begin(&Actor::Guest).await.map(drop) }
        });
        while lite.0.queue.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        note(&tx, "left").await.unwrap();
        let commit = tokio::spawn(tx.commit());
        tokio::task::yield_now().await;
        commit.abort();
        follower.abort();
        let _ = tokio::join!(commit, follower);
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        let other = db::Database::open(&format!("sqlite:{}", fresh.folder().join("shop.db").display())).await.unwrap();
        let free = tokio::time::timeout(std::time::Duration::from_secs(2), other.begin(true)).await;
        free.expect("nothing holds the file").unwrap().commit().await.unwrap();
    }
}
