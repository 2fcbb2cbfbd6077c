//! The whole catalogue into another language: in pages by key, a few requests at a time. What is
//! written is not asked for again, so that a killed run goes on where it stopped.

use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    super::steps::translating,
    provide::{BYTES, Outcome, TEXTS, provide, translator},
};
use crate::{
    catalog::{self, Again, Place},
    jobs::{self, Failure, Payload},
    kernel::{Actor, App, Fault, Kind, Locale, Moment, Right, journal},
    translation::{self, Domain, Item, NoTranslator, Translator},
};

/// Sources that are read at once.
const PAGE: u32 = 400;
/// Texts whose own findings are written in one transaction.
const CHUNK: usize = 100;
/// Requests that are under way at once: the provider's limit is what holds.
const AT_ONCE: usize = 6;
/// How long one job works before it lets the next one go on: well below a job's lease.
const SHIFT: i64 = 60;

/// What is to be done.
#[derive(Clone, Debug)]
pub struct Order {
    pub to: Locale,
    pub again: Again,
}

/// How far it has come, in texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub done: i64,
    pub total: i64,
}

/// Translates everything that is missing, here and now: the command's way.
///
/// # Faults
/// `access.forbidden`; whatever the database says. What the provider says is in the outcome.
pub async fn run(app: &App, actor: &Actor, order: &Order, progress: impl FnMut(Progress)) -> Result<Outcome, Fault> {
    actor.may(Right::TextsWrite)?;
    Ok(walk(app, actor, order, None, None, progress).await?.0)
}

/// Pages until the end or the hour. Says what became of the texts, and where to go on.
async fn walk(
    app: &App,
    actor: &Actor,
    order: &Order,
    mut after: Option<Place>,
    until: Option<Moment>,
    mut progress: impl FnMut(Progress),
) -> Result<(Outcome, Option<Place>), Fault> {
    let scope = actor.scope(Right::TextsWrite)?;
    let db = app.reader();
    let total = catalog::waiting(db, &scope, order.to, order.again).await?.missing;
    let mut outcome = Outcome::default();
    if translator(app).name() == NoTranslator.name() {
        outcome.trouble = Some(translation::Fault::NoProvider.into());
    }
    let mut done = 0;
    progress(Progress { done, total });
    loop {
        let items = catalog::untranslated(db, &scope, order.to, order.again, after.as_ref(), PAGE).await?;
        let Some(last) = items.last() else { return Ok((outcome, None)) };
        after = Some((last.entity, last.field.clone()));
        let rest = known(app, actor, order, items, &mut outcome, &mut |n| {
            done += n;
            progress(Progress { done, total });
        })
        .await?;
        asked(app, actor, order, rest, &mut outcome, &mut |n| {
            done += n;
            progress(Progress { done, total });
        })
        .await?;
        if until.is_some_and(|until| app.now() >= until) {
            return Ok((outcome, after));
        }
    }
}

/// What the shop knows itself, some hundred a transaction. Returns the rest.
async fn known(
    app: &App,
    actor: &Actor,
    order: &Order,
    items: Vec<Item>,
    outcome: &mut Outcome,
    told: &mut impl FnMut(i64),
) -> Result<Vec<Item>, Fault> {
    let mut rest = Vec::new();
    for chunk in items.chunks(CHUNK) {
        let tx = app.begin(actor).await?;
        let plan = translating::prepare(&tx, chunk.to_vec(), order.to, Domain::Product).await?;
        if plan.found > 0 {
            journal::note(
                &tx,
                "translation.filled",
                None,
                json!({ "to": order.to, "found": plan.found, "left": plan.rest.len() }),
            )
            .await?;
        }
        tx.commit().await?;
        outcome.standing += plan.standing;
        outcome.found += plan.found;
        told(i64::try_from(plan.found + plan.standing).unwrap_or(0));
        rest.extend(plan.rest);
    }
    Ok(rest)
}

/// What a provider is asked for. After the first trouble nobody is asked any more.
async fn asked(
    app: &App,
    actor: &Actor,
    order: &Order,
    rest: Vec<Item>,
    outcome: &mut Outcome,
    told: &mut impl FnMut(i64),
) -> Result<(), Fault> {
    if outcome.trouble.is_some() {
        outcome.left += rest.len();
        return Ok(());
    }
    let names = translation::names(app.reader()).await?;
    let requests = translation::requests(rest, order.to, &names, TEXTS, BYTES);
    let mut answers = futures_util::stream::iter(requests)
        .map(|request| async move {
            let waiting: usize = request.iter().map(|a| a.items.len()).sum();
            (waiting, provide(app, actor, request).await)
        })
        .buffer_unordered(AT_ONCE);
    while let Some((waiting, answer)) = answers.next().await {
        match answer {
            Ok(done) => {
                told(i64::try_from(waiting).unwrap_or(0));
                outcome.add(done);
            }
            Err(fault) if fault.kind == Kind::Bug => return Err(fault),
            Err(fault) => outcome.add(Outcome { left: waiting, trouble: Some(fault), ..Outcome::default() }),
        }
    }
    Ok(())
}

/// Translates what is missing, a shift at a time.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TranslateMissing {
    pub to: Locale,
    pub after: Option<Place>,
}

impl Payload for TranslateMissing {
    const KIND: &'static str = "translation.run";
    fn dedupe(&self) -> Option<String> {
        Some(format!("{} {}", Self::KIND, self.to))
    }
}

/// Asks for everything that is missing in a language to be translated by the worker.
///
/// # Faults
/// `access.forbidden`, `translation.no_provider`.
pub async fn order(app: &App, actor: &Actor, to: Locale) -> Result<(), Fault> {
    actor.may(Right::TextsWrite)?;
    let tx = app.begin(actor).await?;
    jobs::enqueue(&tx, &TranslateMissing { to, after: None }).await?;
    journal::note(&tx, "translation.ordered", None, json!({ "to": to })).await?;
    tx.commit().await
}

/// The worker's part.
///
/// # Errors
/// `Retry` while the provider does not answer; a used up quota, a reached limit or a wrong key ends
/// the job with its reason.
pub async fn work(app: &App, job: TranslateMissing) -> Result<(), Failure> {
    let until = app.now().plus_seconds(SHIFT);
    let order = Order { to: job.to, again: Again::Never };
    let (outcome, after) = walk(app, &Actor::System, &order, job.after, Some(until), |_| {}).await?;
    match outcome.trouble {
        Some(fault) if fault.kind == Kind::Unavailable => Err(Failure::Retry(fault.to_string())),
        Some(fault) => Err(Failure::Fail(fault.to_string())),
        None => {
            let Some(after) = after else { return Ok(()) };
            let tx = app.begin(&Actor::System).await?;
            jobs::enqueue(&tx, &TranslateMissing { to: job.to, after: Some(after) }).await?;
            tx.commit().await?;
            Ok(())
        }
    }
}
