//! Keeping the shop running: another try for what was given up.

use serde_json::json;

use crate::{
    jobs,
    kernel::{Actor, App, Fault, JobId, Right, journal},
};

/// Gives a failed job its tries back.
///
/// # Faults
/// `access.forbidden`, `jobs.not_failed`.
pub async fn retry(app: &App, actor: &Actor, job: JobId) -> Result<(), Fault> {
    actor.may(Right::JobsManage)?;
    let tx = app.begin(actor).await?;
    jobs::retry(&tx, job).await?;
    journal::note(&tx, "jobs.retried", Some(job.uuid()), json!({})).await?;
    tx.commit().await
}
