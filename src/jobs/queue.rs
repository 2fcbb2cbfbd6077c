//! Writing a job row in the caller's transaction.

use serde::{Serialize, de::DeserializeOwned};

use crate::kernel::{Fault, JobId, Moment, Tx, db};

/// What a kind of job needs to know: ids and a locale.
pub trait Payload: Serialize + DeserializeOwned + Send + 'static {
    /// Stable name, `mail.send`.
    const KIND: &'static str;
    /// While a job with this key waits, another one is not added.
    fn dedupe(&self) -> Option<String> {
        None
    }
}

/// Adds a job that may run at once.
///
/// # Faults
/// Whatever the database says.
pub async fn enqueue<P: Payload>(tx: &Tx, payload: &P) -> Result<(), Fault> {
    enqueue_at(tx, payload, tx.now()).await
}

/// Adds a job that runs at `at` or later.
///
/// # Faults
/// Whatever the database says.
pub async fn enqueue_at<P: Payload>(tx: &Tx, payload: &P, at: Moment) -> Result<(), Fault> {
    let sql = "insert into job (id, kind, payload, state, attempts, run_at, created_at, dedupe) \
               values ($1,$2,$3,'ready',0,$4,$5,$6) on conflict do nothing";
    let payload_text = serde_json::to_string(payload)?;
    let params = db::params![JobId::new(tx), P::KIND, payload_text, at, tx.now(), payload.dedupe()];
    db::run(tx, sql, params).await?;
    tx.wake_worker();
    Ok(())
}
