//! Finding out by asking: messages that could not be processed, attempts whose end nobody told, and
//! once a day the provider's whole list beside the ledger. Nothing here has an age limit.

use serde_json::json;

use super::pay::{learn, page};
use crate::{
    kernel::{Actor, App, Fault, Moment, journal},
    payments::{self, Attempt, AttemptState, Fact, Gateway, Trouble},
    sales,
};

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    pub events: usize,
    pub attempts: usize,
    /// What nobody had told before.
    pub found: i64,
}

/// How much one sweep takes: it comes again in seconds.
const BITE: u32 = 100;

/// Tries stored messages again and asks the provider about open attempts, those whose turn it is.
///
/// # Faults
/// When the database does not answer; what the provider does not answer is asked again later.
pub async fn sweep(app: &App) -> Result<Swept, Fault> {
    let mut swept = Swept::default();
    let Some(gateway) = app.try_port::<dyn Gateway>() else { return Ok(swept) };
    for event in payments::pending(app.reader(), app.now(), BITE).await? {
        // A message that fails waits for its next turn; the others go on.
        let _ = super::process(app, event).await;
        swept.events += 1;
    }
    for due in payments::due(app.reader(), app.now(), BITE).await? {
        // The next turn is written first: an attempt that stops the process stops it once.
        let tx = app.begin(&Actor::System).await?;
        payments::ask_later(&tx, due.attempt.id, due.asked).await?;
        tx.commit().await?;
        swept.attempts += 1;
        match ask(app, gateway.as_ref(), &due.attempt).await {
            Ok(found) => swept.found += found,
            Err(fault) => tracing::warn!(%fault, attempt = %due.attempt.id, "an attempt to pay stays open"),
        }
    }
    Ok(swept)
}

async fn ask(app: &App, gateway: &dyn Gateway, attempt: &Attempt) -> Result<i64, Fault> {
    if attempt.provider != gateway.name() {
        return Ok(0);
    }
    let session = match &attempt.session {
        Some(session) => session.clone(),
        // The process ended between asking and noting: the same attempt gets the same page.
        None => match find_out(app, gateway, attempt).await? {
            Some(session) => session,
            None => return Ok(0),
        },
    };
    match gateway.ask(&session).await {
        Ok(facts) => learn(app, gateway.name(), &facts).await,
        Err(trouble) => Err(said(trouble).into()),
    }
}

async fn find_out(app: &App, gateway: &dyn Gateway, attempt: &Attempt) -> Result<Option<String>, Fault> {
    let account = sales::account(app.reader(), attempt.order).await?;
    match gateway.start(&page(app, &account, attempt)).await {
        Ok(started) => {
            let tx = app.begin(&Actor::System).await?;
            payments::started(&tx, attempt.id, &started.session, &started.url).await?;
            tx.commit().await?;
            Ok(Some(started.session))
        }
        Err(Trouble::Refused(why)) => {
            let tx = app.begin(&Actor::System).await?;
            payments::move_on(&tx, attempt.id, AttemptState::Failed, &why).await?;
            tx.commit().await?;
            Ok(None)
        }
        Err(trouble) => Err(said(trouble).into()),
    }
}

/// A comparison looks this far back before the last one began: what the provider lists late is
/// seen twice rather than missed.
const OVERLAP_DAYS: i64 = 3;

/// Reads the provider's own list since the last comparison and books what the ledger does not have;
/// answers with how much that was. A comparison that was cut off begins anew: what is known already
/// changes nothing. One that ended rests for a day.
///
/// # Faults
/// `payments.silent`, `payments.refused`: it is tried again; `payments.not_yet` when the list names a
/// movement of a payment that it does not name itself.
pub async fn compare(app: &App) -> Result<i64, Fault> {
    let Some(gateway) = app.try_port::<dyn Gateway>() else { return Ok(0) };
    let (provider, now) = (gateway.name(), app.now());
    let since = match payments::comparison(app.reader(), provider).await? {
        Some(c) if c.ended_at.is_none() => c.since,
        Some(c) if c.begun_at.plus_days(1) > now => return Ok(0),
        Some(c) => begun(app, provider, c.begun_at.plus_days(-OVERLAP_DAYS)).await?,
        None => begun(app, provider, Moment(0)).await?,
    };
    let (mut found, mut next, mut early) = (0, None, Vec::new());
    loop {
        let mut part = gateway.list(since, next.as_deref()).await.map_err(said)?;
        let looked = i64::try_from(part.facts.len()).unwrap_or(i64::MAX);
        // Providers list the newest first: what happened to a payment may stand before the payment.
        part.facts.sort_by_key(|fact| !matches!(fact, Fact::Paid { .. }));
        let new = take(app, provider, part.facts, &mut early).await?;
        found += new;
        let tx = app.begin(&Actor::System).await?;
        payments::compared(&tx, provider, part.next.as_deref(), looked, new).await?;
        tx.commit().await?;
        match part.next {
            Some(more) => next = Some(more),
            None => break,
        }
    }
    let late = learn(app, provider, &early).await?;
    found += late;
    let tx = app.begin(&Actor::System).await?;
    payments::compared(&tx, provider, None, 0, late).await?;
    payments::compare_ended(&tx, provider).await?;
    journal::note(&tx, "payments.compared", None, json!({ "provider": provider, "found": found })).await?;
    tx.commit().await?;
    Ok(found)
}

fn said(trouble: Trouble) -> payments::Fault {
    match trouble {
        Trouble::Refused(why) => payments::Fault::Refused(why),
        Trouble::Silent(why) => payments::Fault::Silent(why),
    }
}

/// Writes a part of the list down, each fact by itself; what comes before its payment waits.
async fn take(app: &App, provider: &str, facts: Vec<Fact>, early: &mut Vec<Fact>) -> Result<i64, Fault> {
    let mut found = 0;
    for fact in facts {
        match learn(app, provider, std::slice::from_ref(&fact)).await {
            Ok(new) => found += new,
            Err(fault) if fault.code == "payments.not_yet" => early.push(fact),
            Err(fault) => return Err(fault),
        }
    }
    Ok(found)
}

async fn begun(app: &App, provider: &str, since: Moment) -> Result<Moment, Fault> {
    let tx = app.begin(&Actor::System).await?;
    payments::compare_begun(&tx, provider, since).await?;
    tx.commit().await?;
    Ok(since)
}
