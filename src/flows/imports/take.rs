//! A whole file taken in: chunk by chunk, each with its progress in one transaction.

use serde_json::json;

use super::{
    apply::{Done, apply, related},
    desk::Desk,
    source::{Exam, Incoming, Piece, chunks, examine},
};
use crate::{
    catalog::{self, Relation},
    imports::{self, Counts, NewRun, Problem},
    kernel::{Actor, App, Fault, ImportId, Kind, ProductId, Right, journal},
    showcase,
};

/// Products a transaction: some ten milliseconds.
const CHUNK: usize = 250;

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

struct Taking<'a> {
    app: &'a App,
    actor: &'a Actor,
    desk: Option<Desk>,
    later: Vec<(ProductId, Vec<String>)>,
    outcome: Outcome,
}

impl<'a> Taking<'a> {
    async fn begin(app: &'a App, actor: &'a Actor, incoming: &Incoming, mode: Mode, exam: &Exam) -> Result<Self, Fault> {
        let mut outcome = Outcome {
            run: None,
            profile: exam.profile.clone(),
            total: exam.total,
            resumed: 0,
            counts: Counts::default(),
            errors: Vec::new(),
            warnings: exam.warnings.clone(),
        };
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
        Ok(Self { app, actor, desk: None, later: Vec::new(), outcome })
    }

    /// Takes a chunk; when something in it is refused that nobody foresaw, its products go one by
    /// one, and only the refused ones stay out.
    async fn chunk(&mut self, pieces: &[Piece]) -> Result<(), Fault> {
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
                    done.refuse(piece.as_ref().ok().and_then(|p| p.row), fault.code, fault.to_string());
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
                tx.commit().await?;
                self.desk = Some(desk);
            }
            None => tx.roll_back().await?,
        }
        self.outcome.counts = counts;
        self.later.extend(done.later);
        let (errors, warnings): (Vec<_>, Vec<_>) = done.tally.problems.into_iter().partition(|p| p.severity == "error");
        self.outcome.errors.extend(errors);
        self.outcome.warnings.extend(warnings);
        Ok(())
    }

    async fn end(mut self) -> Result<Outcome, Fault> {
        let Some(run) = self.outcome.run else { return Ok(self.outcome) };
        for chunk in std::mem::take(&mut self.later).chunks(100) {
            let tx = self.app.begin(self.actor).await?;
            let names: Vec<String> = chunk.iter().flat_map(|(_, names)| names.iter().cloned()).collect();
            let known = related(&tx, &self.outcome.profile, &names).await?;
            let mut changed = Vec::new();
            for (product, names) in chunk {
                let others: Vec<ProductId> = names.iter().filter_map(|n| known.get(n)).copied().collect();
                if !others.is_empty() {
                    catalog::relate(&tx, *product, Relation::Related, &others).await?;
                    changed.push(*product);
                }
            }
            showcase::project(&tx, &changed).await?;
            imports::mark(&tx, run, &changed).await?;
            tx.commit().await?;
        }
        let tx = self.app.begin(self.actor).await?;
        imports::finish(&tx, run).await?;
        journal::note(&tx, "imports.done", Some(run.uuid()), json!(self.outcome.counts)).await?;
        tx.commit().await?;
        Ok(self.outcome)
    }
}

/// Whether the fault lies in a draft and not in the shop, the actor or the machine.
fn of_the_draft(fault: &Fault) -> bool {
    matches!(fault.kind, Kind::Invalid | Kind::Conflict | Kind::NotFound) && !fault.code.starts_with("imports.")
}
