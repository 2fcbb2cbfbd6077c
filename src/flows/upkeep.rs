//! Keeping the shop running: another try for what was given up.

use serde_json::json;

use crate::{
    access, jobs,
    kernel::{Actor, App, Fault, JobId, Moment, Right, db, journal, undo},
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

/// What time brings, a bounded bite at a time.
///
/// # Faults
/// Whatever the database says.
pub async fn tidy(app: &App) -> Result<(), Fault> {
    super::stock::expire_holds(app).await?;
    super::carts::sweep(app).await?;
    super::campaigns::remind(app).await?;
    super::payments::run_out(app).await?;
    super::payments::remind(app).await?;
    super::offers::expire(app).await?;
    super::aftersales::watch(app).await?;
    super::digest::write(app).await?;
    let tx = app.begin_long(&Actor::System).await?;
    // Keys of forms are asked for again within minutes, of API calls within a day.
    let old = tx.now().plus_days(-2);
    let sql =
        "delete from idempotency where at < $1 and key in (select key from idempotency where at < $1 order by at limit 1000)";
    db::run(&tx, sql, db::params![old]).await?;
    access::sweep_sessions(&tx).await?;
    access::sweep_limits(&tx).await?;
    undo::sweep(&tx).await?;
    jobs::sweep(&tx, tx.now().plus_days(-14), 500).await?;
    tx.commit().await
}

/// Raises here what other nodes raised since; returns where to go on.
///
/// # Faults
/// Whatever the database says.
pub async fn hear(app: &App, since: Moment) -> Result<Moment, Fault> {
    let now = app.now();
    let sql = "select subject, raised_at from generation where raised_at >= $1";
    let rows = db::rows(app.reader(), sql, db::params![since]).await?;
    let mut keys = Vec::with_capacity(rows.len());
    for row in &rows {
        keys.push((row.try_get_by_index::<uuid::Uuid>(0)?, row.try_get_by_index::<Moment>(1)?));
    }
    app.generations().hear(&keys);
    // Clocks differ and commits take time: the same second is heard twice rather than missed.
    Ok(now.plus_seconds(-3))
}
