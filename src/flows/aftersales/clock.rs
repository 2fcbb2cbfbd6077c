//! The law's terms run whether anybody looks or not: what becomes pressing is raised, and what is over is
//! closed.

use serde_json::json;

use crate::{
    aftersales::{self, Kind, Step},
    crm::{self, CaseEvent, Touch},
    flows::steps::cases,
    kernel::{Actor, App, Fault, Right, journal},
};

/// How long a case that is resolved stays open for a word of its customer.
const QUIET_DAYS: i64 = 14;
/// So many at a time, so that nobody waits behind it.
const MOST: u32 = 100;

/// Raises what three quarters of its term have passed for, and what is overdue; closes what has been
/// resolved for a fortnight.
///
/// # Faults
/// Whatever the database says.
pub async fn watch(app: &App) -> Result<(), Fault> {
    for due in aftersales::dues(app.reader(), app.now(), MOST).await? {
        let tx = app.begin(&Actor::System).await?;
        if !aftersales::escalate(&tx, due.case, due.level).await? {
            continue;
        }
        let withdrawal = due.kind == Kind::Withdrawal;
        let event = match due.level {
            100.. => CaseEvent::Overdue { withdrawal },
            _ => CaseEvent::Pressing { withdrawal, due_at: due.due_at },
        };
        let touch = Touch::Case { case: due.case, party: due.party, number: due.number.clone(), categories: Vec::new(), event };
        crm::record(&tx, touch).await?;
        cases::warn(&tx, &due).await?;
        journal::note(&tx, "aftersales.raised", Some(due.case.uuid()), json!({ "level": due.level })).await?;
        tx.commit().await?;
    }
    let scope = Actor::System.scope(Right::CasesRead)?;
    for id in aftersales::quiet(app.reader(), app.now().plus_days(-QUIET_DAYS), MOST).await? {
        let tx = app.begin(&Actor::System).await?;
        let case = aftersales::lock(&tx, &scope, id).await?;
        if case.state.may(Step::Close) && !case.owes_money() {
            aftersales::step(&tx, &case, Step::Close, "").await?;
            cases::tell(&tx, &case, CaseEvent::Closed).await?;
            journal::note(&tx, "aftersales.stepped", Some(id.uuid()), json!({ "step": Step::Close })).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}
