//! A provider's message: verified, stored raw, and only then understood. *Processed* is said in the
//! transaction of its effects; a fault leaves it stored and unprocessed.

use serde_json::json;
use uuid::Uuid;

use crate::{
    flows::steps::facts,
    kernel::{Actor, App, Fault, journal},
    payments::{self, Event, Gateway, Known},
};

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receipted {
    Processed,
    /// It came before, and its effects are on disk.
    Before,
}

/// Takes a message of the provider: 2xx once its effects are on disk, else the provider comes again.
///
/// # Faults
/// `payments.no_gateway`; `payments.unsigned`: nothing is stored. Anything else: it is stored, and
/// the sweeper tries again.
pub async fn receive(app: &App, raw: &[u8], signature: &str) -> Result<Receipted, Fault> {
    let gateway = app.try_port::<dyn Gateway>().ok_or(payments::Fault::NoGateway)?;
    let event = gateway.read(raw, signature, app.now()).map_err(|_| payments::Fault::Unsigned)?;
    let text = std::str::from_utf8(raw).map_err(|_| payments::Fault::Unsigned)?;
    let tx = app.begin(&Actor::System).await?;
    let stored = payments::store(&tx, gateway.name(), &event, text).await?;
    // A message that says nothing of money is read with that: its effect is that it is kept.
    let silent = stored.known == Known::New && event.facts.as_ref().is_ok_and(Vec::is_empty);
    if silent {
        payments::processed(&tx, stored.id).await?;
    }
    tx.commit().await?;
    if silent {
        return Ok(Receipted::Processed);
    }
    if stored.known == Known::Processed {
        return Ok(Receipted::Before);
    }
    effects(app, gateway.name(), stored.id, event).await
}

/// Tries a stored message again.
///
/// # Faults
/// As [`receive`]; the message waits for its next turn then.
pub async fn process(app: &App, id: Uuid) -> Result<Receipted, Fault> {
    let gateway = app.try_port::<dyn Gateway>().ok_or(payments::Fault::NoGateway)?;
    let Some(raw) = payments::raw(app.reader(), id).await? else { return Ok(Receipted::Before) };
    // Its signature was right when it came; only its age has changed.
    let event = gateway.reread(raw.as_bytes()).map_err(|_| payments::Fault::Unreadable("not a message".into()))?;
    effects(app, gateway.name(), id, event).await
}

async fn effects(app: &App, provider: &str, id: Uuid, event: Event) -> Result<Receipted, Fault> {
    match settle(app, provider, id, event).await {
        Ok(done) => Ok(done),
        Err(fault) => {
            tracing::error!(%fault, event = %id, "a payment event could not be processed; it is kept and tried again");
            let tx = app.begin(&Actor::System).await?;
            payments::failed(&tx, id, &fault.to_string()).await?;
            tx.commit().await?;
            Err(fault)
        }
    }
}

async fn settle(app: &App, provider: &str, id: Uuid, event: Event) -> Result<Receipted, Fault> {
    let facts = event.facts.map_err(payments::Fault::Unreadable)?;
    let tx = app.begin(&Actor::System).await?;
    // Whoever comes second waits here, and finds it processed.
    if !payments::lock(&tx, id).await? {
        return Ok(Receipted::Before);
    }
    for fact in &facts {
        facts::apply(&tx, provider, fact).await?;
    }
    payments::processed(&tx, id).await?;
    if !facts.is_empty() {
        journal::note(&tx, "payments.event_processed", Some(id), json!({ "kind": event.kind })).await?;
    }
    tx.commit().await?;
    Ok(Receipted::Processed)
}
