//! The open write transaction: one moment, one actor, everything or nothing.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use uuid::Uuid;

use super::{
    Actor, App, Fault, Moment, Subject,
    db::{self, Opened},
};

/// A transaction that a flow began. Every row and journal entry written in it carries the same
/// moment, taken after the lock was won. Dropped without [`Tx::commit`], it leaves no trace.
pub struct Tx {
    inner: Opened,
    now: Moment,
    actor: Actor,
    app: App,
    raised: Mutex<Vec<Subject>>,
    jobs: AtomicBool,
}

impl Tx {
    async fn begin(app: &App, actor: &Actor, alone: bool) -> Result<Self, Fault> {
        let inner = app.database().begin(alone).await?;
        Ok(Self {
            inner,
            now: app.now(),
            actor: actor.clone(),
            app: app.clone(),
            raised: Mutex::default(),
            jobs: AtomicBool::new(false),
        })
    }

    pub fn now(&self) -> Moment {
        self.now
    }
    pub fn actor(&self) -> &Actor {
        &self.actor
    }
    pub fn app(&self) -> &App {
        &self.app
    }
    /// A UUIDv7 of this transaction's moment; later ids sort after earlier ones.
    pub fn uuid(&self) -> Uuid {
        self.app.uuid(self.now)
    }

    /// Notes that pages about the subject are stale once this commits.
    pub fn raise(&self, subject: Subject) {
        self.raised.lock().unwrap_or_else(PoisonError::into_inner).push(subject);
    }

    /// Notes that the worker has something to do once this commits.
    pub(crate) fn wake_worker(&self) {
        self.jobs.store(true, Ordering::Relaxed);
    }

    /// Commits, then lets caches and the worker know. For flows only.
    ///
    /// # Faults
    /// When the database refuses: then nothing of it happened.
    pub async fn commit(self) -> Result<(), Fault> {
        let raised: Vec<Subject> = std::mem::take(&mut *self.raised.lock().unwrap_or_else(PoisonError::into_inner));
        let mut keys: Vec<Uuid> = raised.into_iter().map(Subject::key).collect();
        keys.sort_unstable();
        keys.dedup();
        // A bulk change is announced as a whole: one row instead of thousands.
        if keys.len() > 200 {
            keys = vec![Uuid::nil()];
        }
        if !keys.is_empty() {
            let rows = keys.iter().map(|k| db::params![*k, self.now]).collect();
            let tail = "on conflict (subject) do update set raised_at = excluded.raised_at";
            db::insert_many(&self, "insert into generation (subject, raised_at) values", tail, rows).await?;
        }
        let Self { inner, app, jobs, now, .. } = self;
        inner.commit().await?;
        if !keys.is_empty() {
            app.generations().raise(keys, now);
            app.change_bell().notify_one();
        }
        if jobs.into_inner() {
            app.worker_bell().notify_one();
        }
        Ok(())
    }

    /// Gives everything back. The same as dropping it, but awaited.
    ///
    /// # Faults
    /// When the database does not answer.
    pub async fn roll_back(self) -> Result<(), Fault> {
        Ok(self.inner.roll_back().await?)
    }

    pub(super) fn inner(&self) -> &Opened {
        &self.inner
    }
}

impl App {
    /// Begins a transaction for the actor. Only flows call this (`tests/floors` looks).
    ///
    /// # Faults
    /// `database.unavailable` when no connection can be had in time.
    pub async fn begin(&self, actor: &Actor) -> Result<Tx, Fault> {
        Tx::begin(self, actor, false).await
    }

    /// As [`App::begin`], for work that may take long: nobody who is done waits for its commit.
    ///
    /// # Faults
    /// As [`App::begin`].
    pub async fn begin_long(&self, actor: &Actor) -> Result<Tx, Fault> {
        Tx::begin(self, actor, true).await
    }
}
