//! The loop that does the jobs: claims them with a lease, runs some at once, notes how they ended.
//!
//! A job whose worker was killed runs again once its lease ends; one that keeps failing waits
//! longer each time and stays visible as failed after the last try. What was claimed is noted
//! in groups, since every commit costs a disk flush that checkouts wait for too.

use std::{sync::Arc, time::Duration};

use futures_util::{StreamExt, stream};
use tokio::sync::watch;

use super::{Failure, Registry};
use crate::kernel::{Actor, App, Fault, JobId, Moment, Tx, db};

/// How a worker works; the defaults suit two cores beside a busy shop.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Jobs that run at the same time.
    pub at_once: usize,
    /// Jobs claimed by one statement.
    pub batch: usize,
    /// After this time another worker may take a claimed job over; a job that runs longer is stopped.
    pub lease: Duration,
    /// How long the bell's ring may gather more work before a claim.
    pub gather: Duration,
    /// How often to look without a ring: for jobs of later moments and of other processes.
    pub look: Duration,
    /// Tries before a job counts as failed.
    pub tries: i64,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            at_once: 4,
            batch: 64,
            lease: Duration::from_secs(300),
            gather: Duration::from_millis(150),
            look: Duration::from_secs(2),
            tries: 8,
        }
    }
}

/// Which kinds of jobs a worker claims. Work of minutes has a lane of its own, so that a letter
/// never waits behind it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lane {
    #[default]
    All,
    Only(&'static [&'static str]),
    Except(&'static [&'static str]),
}

impl Lane {
    fn condition(self) -> String {
        let list = |kinds: &[&str]| kinds.iter().map(|k| format!("'{k}'")).collect::<Vec<_>>().join(",");
        match self {
            Self::All => String::new(),
            Self::Only(kinds) => format!(" and kind in ({})", list(kinds)),
            Self::Except(kinds) => format!(" and kind not in ({})", list(kinds)),
        }
    }
}

/// Does the jobs of a registry.
#[derive(Clone)]
pub struct Worker {
    app: App,
    registry: Arc<Registry>,
    pace: Pace,
    lane: Lane,
}

struct Claimed {
    id: JobId,
    kind: String,
    payload: String,
    attempts: i64,
}
db::record!(Claimed { id, kind, payload, attempts });

struct Ended {
    id: JobId,
    kind: String,
    attempts: i64,
    outcome: Result<(), Failure>,
}

impl Worker {
    pub fn new(app: App, registry: Registry) -> Self {
        Self { app, registry: Arc::new(registry), pace: Pace::default(), lane: Lane::All }
    }
    pub fn with_pace(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    pub fn on_lane(mut self, lane: Lane) -> Self {
        self.lane = lane;
        self
    }

    /// The bell wakes one who hears it: a lane of long work looks by itself instead.
    async fn bell(&self) {
        match self.lane {
            Lane::Only(_) => std::future::pending().await,
            _ => self.app.worker_bell().notified().await,
        }
    }

    /// Works until `stop` turns true, then finishes what it claimed.
    pub async fn run(&self, mut stop: watch::Receiver<bool>) {
        let mut tidy_at = self.app.now();
        while !*stop.borrow_and_update() {
            if self.app.now() >= tidy_at {
                tidy_at = self.app.now().plus_minutes(10);
                if let Err(fault) = self.tidy().await {
                    tracing::warn!(%fault, "done jobs could not be removed");
                }
            }
            let worked = match self.round().await {
                Ok(n) => n,
                Err(fault) => {
                    tracing::error!(%fault, "the job queue cannot be read; trying again");
                    0
                }
            };
            // A full batch means there is more; otherwise wait for the bell, and let a ring gather.
            let wait = async {
                if worked < self.pace.batch {
                    let _ = tokio::time::timeout(self.pace.look, self.bell()).await;
                }
                tokio::time::sleep(self.pace.gather).await;
            };
            tokio::select! {
                () = wait => {}
                changed = stop.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Done jobs are kept a week for whoever asks what happened, then go in small groups.
    async fn tidy(&self) -> Result<(), Fault> {
        let tx = self.app.begin(&Actor::System).await?;
        let before = tx.now().plus_days(-7);
        sweep(&tx, before, 500).await?;
        tx.commit().await
    }

    /// Works until nothing is ready at the app's present moment; returns how many jobs ran.
    ///
    /// # Faults
    /// Whatever the database says.
    pub async fn run_until_idle(&self) -> Result<usize, Fault> {
        let mut ran = 0;
        loop {
            match self.round().await? {
                0 => return Ok(ran),
                n => ran += n,
            }
        }
    }

    /// Claims one batch, runs it, notes how it ended.
    async fn round(&self) -> Result<usize, Fault> {
        let claimed = self.claim().await?;
        let n = claimed.len();
        let running = stream::iter(claimed).map(|job| self.perform(job)).buffer_unordered(self.pace.at_once);
        let mut groups = std::pin::pin!(running.ready_chunks(self.pace.batch));
        while let Some(group) = groups.next().await {
            self.note(group).await?;
        }
        Ok(n)
    }

    async fn claim(&self) -> Result<Vec<Claimed>, Fault> {
        // A look costs nothing while there is nothing to do: no write lock, no flush.
        let now = self.app.now();
        let lane = self.lane.condition();
        let sql = format!(
            "select 1 from job where ((state = 'ready' and run_at <= $1) or (state = 'running' and lease_until < $1)){lane} limit 1"
        );
        if db::row(self.app.reader(), &sql, db::params![now]).await?.is_none() {
            return Ok(Vec::new());
        }
        let tx = self.app.begin(&Actor::System).await?;
        let now = tx.now();
        // Whoever held these is gone. The dedupe key is given up: another job with it may wait by now.
        let sql =
            "update job set state = 'ready', lease_until = null, dedupe = null where state = 'running' and lease_until < $1";
        db::run(&tx, sql, db::params![now]).await?;
        let skip = if self.app.database().is_postgres() { " for update skip locked" } else { "" };
        let sql = format!(
            "update job set state = 'running', attempts = attempts + 1, lease_until = $1 where id in \
             (select id from job where state = 'ready' and run_at <= $2{lane} order by run_at, id limit cast($3 as bigint){skip}) \
             returning id, kind, payload, attempts"
        );
        let lease = now.plus_millis(millis(self.pace.lease));
        let batch = i64::try_from(self.pace.batch).unwrap_or(i64::MAX);
        let mut claimed: Vec<Claimed> = db::all(&tx, &sql, db::params![lease, now, batch]).await?;
        tx.commit().await?;
        claimed.sort_by_key(|job| job.id);
        Ok(claimed)
    }

    /// In a task of its own, so that a panic ends the job and not the worker.
    async fn perform(&self, job: Claimed) -> Ended {
        let Claimed { id, kind, payload, attempts } = job;
        let (app, registry, what) = (self.app.clone(), self.registry.clone(), kind.clone());
        let task = tokio::spawn(async move { registry.run(&app, &what, &payload).await });
        let abort = task.abort_handle();
        let outcome = match tokio::time::timeout(self.pace.lease, task).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(e)) => Err(Failure::Retry(format!("the job broke off: {e}"))),
            Err(_) => {
                abort.abort();
                Err(Failure::Retry("the job took longer than its lease".to_owned()))
            }
        };
        Ended { id, kind, attempts, outcome }
    }

    async fn note(&self, group: Vec<Ended>) -> Result<(), Fault> {
        let tx = self.app.begin(&Actor::System).await?;
        let done: Vec<JobId> = group.iter().filter(|e| e.outcome.is_ok()).map(|e| e.id).collect();
        if !done.is_empty() {
            let sql = format!(
                "update job set state = 'done', lease_until = null, last_error = null, done_at = $1 where id in ({})",
                db::marks(done.len(), 2)
            );
            let mut params = db::params![tx.now()];
            params.extend(db::values(&done));
            db::run(&tx, &sql, params).await?;
        }
        for ended in group {
            let (why, last) = match ended.outcome {
                Ok(()) => continue,
                Err(Failure::Retry(why)) => (why, ended.attempts >= self.pace.tries),
                Err(Failure::Fail(why)) => (why, true),
            };
            tracing::warn!(job = %ended.id, kind = ended.kind, attempt = ended.attempts, last, why, "a job did not work out");
            put_back(&tx, ended.id, ended.attempts, why, last).await?;
        }
        tx.commit().await
    }
}

async fn put_back(tx: &Tx, id: JobId, attempts: i64, why: String, last: bool) -> Result<(), Fault> {
    let (state, run_at) = if last { ("failed", tx.now()) } else { ("ready", tx.now().plus_millis(pause(attempts, id))) };
    let sql = "update job set state = $2, run_at = $3, lease_until = null, dedupe = null, last_error = $4 where id = $1";
    let why: String = why.chars().take(2000).collect();
    db::run(tx, sql, db::params![id, state, run_at, why]).await?;
    Ok(())
}

/// 5 s, 10 s, 20 s … up to an hour, and up to a quarter more by the job's id, so that jobs that
/// failed together do not come back together.
fn pause(attempts: i64, id: JobId) -> i64 {
    let base = (5_000_i64 << attempts.clamp(1, 12).saturating_sub(1)).min(3_600_000);
    base + base * i64::from(id.uuid().as_bytes()[15]) / 1024
}

fn millis(d: Duration) -> i64 {
    i64::try_from(d.as_millis()).unwrap_or(i64::MAX)
}

/// Removes jobs done before a moment, at most `most` of them.
///
/// # Faults
/// Whatever the database says.
pub async fn sweep(tx: &Tx, before: Moment, most: i64) -> Result<u64, Fault> {
    let sql = "delete from job where id in (select id from job where state = 'done' and done_at < $1 limit cast($2 as bigint))";
    Ok(db::run(tx, sql, db::params![before, most]).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end_at_an_hour() {
        let id = JobId(uuid::Uuid::nil());
        let all: Vec<i64> = (1..=12).map(|n| pause(n, id) / 1000).collect();
        assert_eq!(all, [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]);
    }
}
