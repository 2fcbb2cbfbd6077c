//! The manager's day: tasks done and planned, notes and calls, customers put in order.

use serde_json::{Value, json};
use uuid::Uuid;

use super::steps::{joining, personal};
use crate::{
    crm::{self, Done, NewTask, Next, SubjectKind, TaskKind, Touch},
    kernel::{Actor, App, Fault, Moment, PartyId, Right, TaskId, Tx, UserId, journal},
    parties::{self, Contact},
};

/// Finishes a task with its result and plans the next step in the same breath.
///
/// # Faults
/// `access.forbidden`, `crm.task_not_found`, `crm.task_not_open`.
pub async fn done_and_next(app: &App, actor: &Actor, task: TaskId, result: &str, next: Option<Next>) -> Result<Done, Fault> {
    let tx = begin_task(app, actor, task).await?;
    let done = crm::finish_task(&tx, task, result, next).await?;
    journal::note(&tx, "crm.task.done", Some(task.uuid()), json!({ "next": done.next })).await?;
    tx.commit().await?;
    Ok(done)
}

/// Takes the finishing of a task back.
///
/// # Faults
/// `access.forbidden`, `crm.task_not_found`, `crm.task_not_done`.
pub async fn undo(app: &App, actor: &Actor, task: TaskId) -> Result<(), Fault> {
    let tx = begin_task(app, actor, task).await?;
    crm::undo_task(&tx, task).await?;
    journal::note(&tx, "crm.task.undone", Some(task.uuid()), Value::Null).await?;
    tx.commit().await
}

/// Hands a task to a colleague.
///
/// # Faults
/// `access.forbidden`, `crm.task_not_found`, `crm.task_not_open`, `crm.assignee_unknown`.
pub async fn reassign(app: &App, actor: &Actor, task: TaskId, to: UserId) -> Result<(), Fault> {
    let tx = begin_task(app, actor, task).await?;
    crm::reassign_task(&tx, task, to).await?;
    journal::note(&tx, "crm.task.reassigned", Some(task.uuid()), json!({ "to": to })).await?;
    tx.commit().await
}

/// Moves a task to another moment; answers when it was due before.
///
/// # Faults
/// `access.forbidden`, `crm.task_not_found`, `crm.task_not_open`.
pub async fn move_task(app: &App, actor: &Actor, task: TaskId, due_at: Moment) -> Result<Moment, Fault> {
    let scope = actor.scope(Right::TasksWrite)?;
    let tx = app.begin(actor).await?;
    let before = crm::task(&tx, &scope, task, tx.now()).await?.due_at;
    crm::move_task(&tx, task, due_at).await?;
    journal::note(&tx, "crm.task.moved", Some(task.uuid()), json!({ "due_at": due_at })).await?;
    tx.commit().await?;
    Ok(before)
}

/// A transaction of somebody who may write tasks, this one included.
async fn begin_task(app: &App, actor: &Actor, task: TaskId) -> Result<Tx, Fault> {
    let scope = actor.scope(Right::TasksWrite)?;
    let tx = app.begin(actor).await?;
    crm::task(&tx, &scope, task, tx.now()).await?;
    Ok(tx)
}

/// A task that somebody plans by hand.
#[derive(Clone, Debug)]
pub struct PlannedTask {
    pub party: PartyId,
    pub kind: TaskKind,
    pub about: Option<String>,
    pub subject: Option<(SubjectKind, Uuid)>,
    pub due_at: Moment,
    /// `None` is the one who plans.
    pub assignee: Option<UserId>,
}

/// Plans a task.
///
/// # Faults
/// `access.forbidden`, `parties.not_found`, `crm.assignee_unknown`.
pub async fn add_task(app: &App, actor: &Actor, new: PlannedTask) -> Result<TaskId, Fault> {
    actor.may(Right::TasksWrite)?;
    let tx = begin_customer(app, actor, Right::CustomersRead, new.party).await?;
    let PlannedTask { party, kind, about, subject, due_at, assignee } = new;
    let assignee = assignee.or(actor.user());
    let task = crm::add_task(&tx, NewTask { party, kind, about, subject, due_at, assignee }).await?;
    journal::note(&tx, "crm.task.added", Some(task.uuid()), json!({ "party": party, "kind": kind })).await?;
    tx.commit().await?;
    Ok(task)
}

/// What staff have to tell of a customer, and what follows from it.
#[derive(Clone, Debug)]
pub struct Told {
    pub party: PartyId,
    /// A telephone call, otherwise a note.
    pub call: bool,
    pub text: String,
    pub next: Option<Next>,
}

/// Writes a note or a call into a customer's history and plans the next step with it.
///
/// # Faults
/// `access.forbidden`, `parties.not_found`, `crm.missing`, `crm.too_long`.
pub async fn tell(app: &App, actor: &Actor, told: Told) -> Result<(), Fault> {
    let Told { party, call, text, next } = told;
    let tx = begin_customer(app, actor, Right::CustomersWrite, party).await?;
    let text = crm::prose(&text, "text")?.ok_or(crm::Fault::Missing("text"))?;
    let (touch, code) = match call {
        true => (Touch::CallDone { party, incoming: false, minutes: 0, text: Some(text) }, "crm.call.logged"),
        false => (Touch::NoteTaken { party, text }, "crm.note.taken"),
    };
    let entry = crm::record(&tx, touch).await?.entry;
    let mut task = None;
    if let Some(Next { kind, due_at, about }) = next {
        actor.may(Right::TasksWrite)?;
        let new = NewTask { party, kind, about, subject: None, due_at, assignee: actor.user() };
        task = Some(crm::add_task(&tx, new).await?);
    }
    journal::note(&tx, code, Some(entry), json!({ "party": party, "task": task })).await?;
    tx.commit().await
}

/// Writes a note into a customer's history.
///
/// # Faults
/// `access.forbidden`, `parties.not_found`, `crm.missing`, `crm.too_long`.
pub async fn add_note(app: &App, actor: &Actor, party: PartyId, text: &str) -> Result<(), Fault> {
    let tx = begin_customer(app, actor, Right::CustomersWrite, party).await?;
    let text = crm::prose(text, "text")?.ok_or(crm::Fault::Missing("text"))?;
    let entry = crm::record(&tx, Touch::NoteTaken { party, text }).await?.entry;
    journal::note(&tx, "crm.note.taken", Some(entry), json!({ "party": party })).await?;
    tx.commit().await
}

/// A telephone call that took place.
#[derive(Clone, Debug)]
pub struct Call {
    pub party: PartyId,
    pub incoming: bool,
    pub minutes: i64,
    pub text: Option<String>,
}

/// Writes a call into a customer's history.
///
/// # Faults
/// `access.forbidden`, `parties.not_found`, `crm.too_long`.
pub async fn log_call(app: &App, actor: &Actor, call: Call) -> Result<(), Fault> {
    let Call { party, incoming, minutes, text } = call;
    let tx = begin_customer(app, actor, Right::CustomersWrite, party).await?;
    let text = crm::prose(text.as_deref().unwrap_or_default(), "text")?;
    let minutes = minutes.clamp(0, 24 * 60);
    let entry = crm::record(&tx, Touch::CallDone { party, incoming, minutes, text }).await?.entry;
    journal::note(&tx, "crm.call.logged", Some(entry), json!({ "party": party, "incoming": incoming })).await?;
    tx.commit().await
}

/// Staff confirm that two records are one: `from` goes into `into`.
///
/// # Faults
/// `access.forbidden`, `parties.not_found`, `parties.join_self`, `parties.gone`.
pub async fn join_parties(app: &App, actor: &Actor, from: PartyId, into: PartyId) -> Result<(), Fault> {
    let scope = actor.scope(Right::CustomersWrite)?;
    let tx = begin_customer(app, actor, Right::CustomersWrite, into).await?;
    parties::within(&tx, &scope, from).await?;
    joining::join(&tx, from, into, joining::Ground::Staff).await?;
    tx.commit().await
}

/// Staff say that two records are not one; the pair is not suggested again.
///
/// # Faults
/// `access.forbidden`, `parties.not_found`.
pub async fn keep_apart(app: &App, actor: &Actor, a: PartyId, b: PartyId) -> Result<(), Fault> {
    let tx = begin_customer(app, actor, Right::CustomersWrite, a).await?;
    parties::refuse(&tx, a, b).await?;
    journal::note(&tx, "parties.kept_apart", Some(a.uuid()), json!({ "other": b })).await?;
    tx.commit().await
}

/// A customer entered by hand. Like everybody's typed contact it becomes a record of its own,
/// marked when it resembles another.
///
/// # Faults
/// `access.forbidden`, those of the contact.
pub async fn add_customer(app: &App, actor: &Actor, contact: Contact) -> Result<parties::Resolved, Fault> {
    actor.may(Right::CustomersWrite)?;
    let tx = app.begin(actor).await?;
    let resolved = parties::resolve(&tx, contact, crate::kernel::Origin::Office).await?;
    if actor.user().is_some() {
        parties::set_manager(&tx, resolved.party, actor.user()).await?;
    }
    journal::note(&tx, "parties.added", Some(resolved.party.uuid()), json!({ "likely": resolved.likely })).await?;
    tx.commit().await?;
    Ok(resolved)
}

/// Corrects a customer's record.
///
/// # Faults
/// `access.forbidden`, `parties.not_found`, `parties.email_proven`, those of the contact.
pub async fn edit_customer(
    app: &App,
    actor: &Actor,
    party: PartyId,
    contact: Contact,
    group: Option<String>,
) -> Result<(), Fault> {
    let tx = begin_customer(app, actor, Right::CustomersWrite, party).await?;
    parties::edit(&tx, party, contact).await?;
    parties::set_group(&tx, party, group).await?;
    journal::note(&tx, "parties.edited", Some(party.uuid()), Value::Null).await?;
    tx.commit().await
}

/// Makes somebody responsible for a customer.
///
/// # Faults
/// `access.forbidden`, `parties.not_found`, `crm.assignee_unknown`.
pub async fn set_manager(app: &App, actor: &Actor, party: PartyId, manager: Option<UserId>) -> Result<(), Fault> {
    let tx = begin_customer(app, actor, Right::CustomersWrite, party).await?;
    if let Some(user) = manager {
        crate::access::member(&tx, user).await.map_err(|_| crm::Fault::AssigneeUnknown)?;
    }
    parties::set_manager(&tx, party, manager).await?;
    journal::note(&tx, "parties.manager_set", Some(party.uuid()), json!({ "manager": manager })).await?;
    tx.commit().await
}

/// Everything the shop holds about a customer, for handing over.
///
/// # Faults
/// `access.forbidden`, `parties.not_found`.
pub async fn export_customer(app: &App, actor: &Actor, party: PartyId) -> Result<Value, Fault> {
    let tx = begin_customer(app, actor, Right::CustomersWrite, party).await?;
    let data = personal::export(&tx, party, tx.now()).await?;
    journal::note(&tx, "parties.exported", Some(party.uuid()), Value::Null).await?;
    tx.commit().await?;
    Ok(data)
}

/// Erases what no law keeps about a customer.
///
/// # Faults
/// `access.forbidden`, `parties.not_found`, `parties.gone`.
pub async fn erase_customer(app: &App, actor: &Actor, party: PartyId) -> Result<(), Fault> {
    let tx = begin_customer(app, actor, Right::CustomersWrite, party).await?;
    personal::erase(&tx, party).await?;
    tx.commit().await
}

/// A transaction of somebody who has the right over this customer.
async fn begin_customer(app: &App, actor: &Actor, right: Right, party: PartyId) -> Result<Tx, Fault> {
    let scope = actor.scope(right)?;
    let tx = app.begin(actor).await?;
    parties::within(&tx, &scope, party).await?;
    Ok(tx)
}
