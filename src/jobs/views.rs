//! The jobs page: what waits, what runs, what failed and why.

use serde::Serialize;

use crate::kernel::{Fault, JobId, Moment, Reads, Scope, Tx, db};

/// A job as the office sees it. The payload holds ids only.
#[derive(Clone, Debug, Serialize)]
pub struct JobView {
    pub id: JobId,
    pub kind: String,
    pub payload: String,
    /// `ready`, `running`, `done`, `failed`.
    pub state: String,
    pub attempts: i64,
    pub run_at: Moment,
    pub last_error: Option<String>,
    pub created_at: Moment,
    pub done_at: Option<Moment>,
}
db::record!(JobView { id, kind, payload, state, attempts, run_at, last_error, created_at, done_at });

#[derive(Clone, Debug, Serialize)]
pub struct JobCount {
    pub state: String,
    pub jobs: i64,
}
db::record!(JobCount { state, jobs });

/// Jobs of a state (`None`: all), newest first, continued below `after`. Whoever may manage jobs
/// manages all of them: the scope is proof of the right.
///
/// # Faults
/// Whatever the database says.
pub async fn list(
    db: &impl Reads,
    _scope: &Scope,
    state: Option<&str>,
    after: Option<JobId>,
    limit: u32,
) -> Result<Vec<JobView>, Fault> {
    let after = after.unwrap_or(JobId(uuid::Uuid::max()));
    let columns = "id, kind, payload, state, attempts, run_at, last_error, created_at, done_at";
    let limit = limit.clamp(1, 201);
    let rows = match state {
        Some(state) => {
            let sql = format!("select {columns} from job where state = $1 and id < $2 order by id desc limit {limit}");
            db::all(db, &sql, db::params![state, after]).await
        }
        None => {
            let sql = format!("select {columns} from job where id < $1 order by id desc limit {limit}");
            db::all(db, &sql, db::params![after]).await
        }
    };
    Ok(rows?)
}

/// How many jobs stand where.
///
/// # Faults
/// Whatever the database says.
pub async fn counts(db: &impl Reads) -> Result<Vec<JobCount>, Fault> {
    Ok(db::all(db, "select state, count(*) as jobs from job group by state order by state", vec![]).await?)
}

/// Gives a failed job its tries back.
///
/// # Faults
/// `jobs.not_failed` when it does not stand failed.
pub async fn retry(tx: &Tx, id: JobId) -> Result<(), Fault> {
    let sql = "update job set state = 'ready', attempts = 0, run_at = $2, dedupe = null where id = $1 and state = 'failed'";
    if db::run(tx, sql, db::params![id, tx.now()]).await? == 0 {
        return Err(Fault::conflict("jobs.not_failed"));
    }
    tx.wake_worker();
    Ok(())
}

/// Whether work of this kind and key waits or is under way.
///
/// # Faults
/// Whatever the database says.
pub async fn waits(db: &impl Reads, kind: &str, dedupe: &str) -> Result<bool, Fault> {
    let sql = "select count(*) from job where kind = $1 and dedupe = $2 and state in ('ready', 'running')";
    Ok(db::scalar::<i64>(db, sql, db::params![kind, dedupe]).await?.unwrap_or(0) > 0)
}
