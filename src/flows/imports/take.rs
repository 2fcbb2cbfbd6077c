//! A whole file taken in: chunk by chunk, each with its progress in one transaction.

use serde_json::json;

use super::{
    apply::{Done, apply, related},
    desk::Desk,
    source::{Exam, Incoming, Piece, chunks, examine},
};
use crate::{
    catalog::{self, Relation},
    imports::{self, Counts, NewRun, Problem, Run},
    kernel::{Actor, App, Fault, ImportId, Kind, ProductId, Right, Tx, journal},
    showcase,
};

/// Products that are read at once.
pub(super) const CHUNK: usize = 250;
/// Milliseconds that a write transaction may last: whoever buys meanwhile waits that long.
const PATIENCE: i64 = 20;
/// Below this the statements of a chunk cost more than its products.
const LEAST: usize = 50;

/// Whether anything is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Apply,
    DryRun,
}

/// What a file came to.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// None after a dry run.
    pub run: Option<ImportId>,
    pub profile: String,
    pub total: i64,
    /// Products that an earlier process had done before it was stopped.
    pub resumed: i64,
    pub counts: Counts,
    /// Why products were skipped.
    pub errors: Vec<Problem>,
    pub warnings: Vec<Problem>,
}

/// Takes a file in, or goes on where an earlier process was stopped with the same bytes. A dry
/// run counts the same and writes nothing. `progress` is told the counts and the total.
///
/// # Faults
/// `imports.bad_file` (then nothing is written), `imports.busy`, or `Forbidden`.
pub async fn take(
    app: &App,
    actor: &Actor,
    incoming: &Incoming,
    mode: Mode,
    mut progress: impl FnMut(Counts, i64),
) -> Result<Outcome, Fault> {
    actor.may(Right::ImportsRun)?;
    actor.may(Right::CatalogWrite)?;
    let exam = examine(incoming).await?;
    let mut taking = Taking::begin(app, actor, incoming, mode, &exam).await?;
    let skip = usize::try_from(taking.outcome.resumed).unwrap_or(0);
    let mut waiting = chunks(incoming, skip, CHUNK);
    while let Some(chunk) = waiting.recv().await {
        taking.chunk(&chunk?).await?;
        progress(taking.outcome.counts, exam.total);
    }
    taking.end().await
}

/// A file on its way into the shop.
pub(super) struct Taking<'a> {
    app: &'a App,
    actor: &'a Actor,
    desk: Option<Desk>,
    /// Products a transaction, as many as fit into [`PATIENCE`] on this machine.
    size: usize,
    pub outcome: Outcome,
}

impl<'a> Taking<'a> {
    async fn begin(app: &'a App, actor: &'a Actor, incoming: &Incoming, mode: Mode, exam: &Exam) -> Result<Self, Fault> {
        let Self { mut outcome, .. } = Self::dry(app, actor, exam);
        if mode == Mode::Apply {
            let tx = app.begin(actor).await?;
            match imports::open_run(&tx, &exam.sha256, &exam.profile).await? {
                Some(run) => {
                    outcome.run = Some(run.id);
                    outcome.counts = run.counts();
                    outcome.resumed = run.done;
                    let scope = actor.scope(Right::ImportsRun)?;
                    let earlier = imports::problems(&tx, &scope, run.id, u32::MAX).await?;
                    (outcome.errors, outcome.warnings) = earlier.into_iter().partition(|p| p.severity == "error");
                }
                None => {
                    let new = NewRun {
                        sha256: exam.sha256.clone(),
                        name: incoming.name.clone(),
                        source: exam.profile.clone(),
                        total: exam.total,
                    };
                    let id = imports::begin(&tx, &new).await?;
                    imports::note(&tx, id, &exam.warnings).await?;
                    journal::note(&tx, "imports.begun", Some(id.uuid()), json!({ "products": exam.total })).await?;
                    outcome.run = Some(id);
                }
            }
            tx.commit().await?;
        }
        Ok(Self { app, actor, desk: None, size: LEAST, outcome })
    }

    /// Nothing is written: what would become of it is counted.
    pub(super) fn dry(app: &'a App, actor: &'a Actor, exam: &Exam) -> Self {
        let (profile, total) = (exam.profile.clone(), exam.total);
        let (counts, errors, warnings) = (Counts::default(), Vec::new(), exam.warnings.clone());
        let outcome = Outcome { run: None, profile, total, resumed: 0, counts, errors, warnings };
        Self { app, actor, desk: None, size: LEAST, outcome }
    }

    /// Goes on with a run where it stands.
    pub(super) fn resume(app: &'a App, actor: &'a Actor, run: &Run) -> Self {
        let outcome = Outcome {
            run: Some(run.id),
            profile: run.source.clone(),
            total: run.total,
            resumed: run.done,
            counts: run.counts(),
            errors: Vec::new(),
            warnings: Vec::new(),
        };
        Self { app, actor, desk: None, size: LEAST, outcome }
    }

    /// Takes a chunk; when something in it is refused that nobody foresaw, its products go one by
    /// one, and only the refused ones stay out.
    pub(super) async fn chunk(&mut self, mut pieces: &[Piece]) -> Result<(), Fault> {
        while !pieces.is_empty() {
            let (now, later) = pieces.split_at(self.size.min(pieces.len()));
            self.part(now).await?;
            pieces = later;
        }
        Ok(())
    }

    async fn part(&mut self, pieces: &[Piece]) -> Result<(), Fault> {
        let fault = match self.write(pieces, None).await {
            Ok(()) => return Ok(()),
            Err(fault) => fault,
        };
        if !of_the_draft(&fault) {
            return Err(fault);
        }
        for piece in pieces {
            if let Err(fault) = self.write(std::slice::from_ref(piece), None).await {
                if !of_the_draft(&fault) {
                    return Err(fault);
                }
                self.write(std::slice::from_ref(piece), Some(&fault)).await?;
            }
        }
        Ok(())
    }

    async fn write(&mut self, pieces: &[Piece], refused: Option<&Fault>) -> Result<(), Fault> {
        let tx = self.app.begin(self.actor).await?;
        let begun = tx.now();
        // After a roll-back the desk would remember categories that do not exist.
        let mut desk = match self.desk.take() {
            Some(desk) => desk,
            None => Desk::read(&tx).await?,
        };
        let done = match refused {
            None => apply(&tx, &mut desk, &self.outcome.profile, self.outcome.run, pieces).await?,
            Some(fault) => {
                let mut done = Done::default();
                for piece in pieces {
                    done.refuse(piece.as_ref().ok().and_then(|p| p.row), unforeseen(fault));
                }
                done
            }
        };
        let before = self.outcome.counts.done();
        let mut counts = self.outcome.counts;
        counts.add(done.tally.counts);
        match self.outcome.run {
            Some(run) => {
                imports::advance(&tx, run, before, counts).await?;
                imports::note(&tx, run, &done.tally.problems).await?;
                imports::owe(&tx, run, &done.later).await?;
                tx.commit().await?;
                self.desk = Some(desk);
            }
            None => tx.roll_back().await?,
        }
        self.fit(pieces.len(), self.app.now().0 - begun.0);
        self.outcome.counts = counts;
        let (errors, warnings): (Vec<_>, Vec<_>) = done.tally.problems.into_iter().partition(|p| p.severity == "error");
        self.outcome.errors.extend(errors);
        self.outcome.warnings.extend(warnings);
        Ok(())
    }

    /// The next transaction as large as this one was quick; half of the way, since one may stutter.
    fn fit(&mut self, products: usize, millis: i64) {
        if products * 2 < self.size {
            return;
        }
        let millis = usize::try_from(millis.max(1)).unwrap_or(1);
        let wanted = products * usize::try_from(PATIENCE).unwrap_or(1) / millis;
        self.size = ((self.size + wanted) / 2).clamp(LEAST, CHUNK);
    }

    /// Relates what stood ahead of its row, then closes the run.
    pub(super) async fn end(self) -> Result<Outcome, Fault> {
        let Some(run) = self.outcome.run else { return Ok(self.outcome) };
        loop {
            let tx = self.app.begin(self.actor).await?;
            let owed = imports::owed(&tx, run, 100).await?;
            if owed.is_empty() {
                imports::finish(&tx, run).await?;
                journal::note(&tx, "imports.done", Some(run.uuid()), json!(self.outcome.counts)).await?;
                tx.commit().await?;
                return Ok(self.outcome);
            }
            self.relate(&tx, run, &owed).await?;
            tx.commit().await?;
        }
    }

    async fn relate(&self, tx: &Tx, run: ImportId, owed: &[(ProductId, Vec<String>)]) -> Result<(), Fault> {
        let names: Vec<String> = owed.iter().flat_map(|(_, names)| names.iter().cloned()).collect();
        let known = related(tx, &self.outcome.profile, &names).await?;
        let (mut changed, mut missing) = (Vec::new(), Vec::new());
        for (product, names) in owed {
            let others: Vec<ProductId> = names.iter().filter_map(|n| known.get(n)).copied().collect();
            let lost = names.iter().filter(|n| !known.contains_key(*n));
            missing.extend(lost.map(|n| Problem::seen(None, "related.unknown", &[("name", n.clone())])));
            if !others.is_empty() {
                catalog::relate(tx, *product, Relation::Related, &others).await?;
                changed.push(*product);
            }
        }
        showcase::project(tx, &changed).await?;
        imports::mark(tx, run, &changed).await?;
        imports::note(tx, run, &missing).await?;
        let settled: Vec<ProductId> = owed.iter().map(|(product, _)| *product).collect();
        Ok(imports::settle(tx, run, &settled).await?)
    }
}

/// A refusal that only the catalogue could see: its code is that of the fault.
fn unforeseen(fault: &Fault) -> Problem {
    let args: std::collections::BTreeMap<&str, &String> = fault.args.iter().map(|(name, value)| (*name, value)).collect();
    Problem {
        code: fault.code.to_owned(),
        severity: "error".to_owned(),
        message: fault.to_string(),
        args: serde_json::to_string(&args).ok(),
        ..Problem::default()
    }
}

/// Whether the fault lies in a draft and not in the shop, the actor or the machine.
fn of_the_draft(fault: &Fault) -> bool {
    matches!(fault.kind, Kind::Invalid | Kind::Conflict | Kind::NotFound) && !fault.code.starts_with("imports.")
}
