//! Tasks: what somebody has to do by when. Done and the next step are one verb.

use uuid::Uuid;

use super::{Fault, SubjectKind, TaskKind, Touch, fault::prose, rota};
use crate::kernel::{self, Moment, PartyId, TaskId, Tx, UserId, db};

/// A task to be planned.
#[derive(Clone, Debug)]
pub struct NewTask {
    pub party: PartyId,
    pub kind: TaskKind,
    /// A number, or what the manager wrote.
    pub about: Option<String>,
    pub subject: Option<(SubjectKind, Uuid)>,
    pub due_at: Moment,
    pub assignee: Option<UserId>,
}

/// The step after a task that is done.
#[derive(Clone, Debug)]
pub struct Next {
    pub kind: TaskKind,
    pub due_at: Moment,
    pub about: Option<String>,
}

/// What finishing a task made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    pub task: TaskId,
    pub party: PartyId,
    pub next: Option<TaskId>,
}

/// Plans a task that somebody thought of.
///
/// # Faults
/// `crm.assignee_unknown`, `crm.too_long`.
pub async fn add_task(tx: &Tx, new: NewTask) -> Result<TaskId, kernel::Fault> {
    if let Some(user) = new.assignee {
        rota::known(tx, user).await?;
    }
    let about = match &new.about {
        Some(text) => prose(text, "about")?,
        None => None,
    };
    Ok(insert(tx, NewTask { about, ..new }, None).await?)
}

pub(super) async fn insert(tx: &Tx, new: NewTask, follows: Option<TaskId>) -> Result<TaskId, sea_orm::DbErr> {
    let id = TaskId::new(tx);
    let (subject_kind, subject) = new.subject.map(|(kind, id)| (kind.as_str(), id)).unzip();
    let sql = "insert into crm_task (id, party, kind, about, subject_kind, subject, due_at, assignee, state, follows, \
               created_at, created_by) values ($1,$2,$3,$4,$5,$6,$7,$8,'open',$9,$10,$11)";
    let params = db::params![
        id,
        new.party,
        new.kind.as_str(),
        new.about,
        subject_kind,
        subject,
        new.due_at,
        new.assignee,
        follows,
        tx.now(),
        tx.actor().user()
    ];
    db::run(tx, sql, params).await?;
    Ok(id)
}

struct Row {
    party: PartyId,
    kind: String,
    about: Option<String>,
    subject_kind: Option<String>,
    subject: Option<Uuid>,
    assignee: Option<UserId>,
    entry: Option<Uuid>,
}
db::record!(Row { party, kind, about, subject_kind, subject, assignee, entry });

const COLUMNS: &str = "party, kind, about, subject_kind, subject, assignee, entry";

/// Finishes an open task with its result and plans the next step, if any, for the same person.
/// One conditional statement decides, so that two clicks finish it once.
///
/// # Faults
/// `crm.task_not_open`, `crm.too_long`.
pub async fn finish_task(tx: &Tx, task: TaskId, result: &str, next: Option<Next>) -> Result<Done, kernel::Fault> {
    let result = prose(result, "result")?;
    let sql = format!(
        "update crm_task set state = 'done', result = $2, done_at = $3, done_by = $4 \
         where id = $1 and state = 'open' returning {COLUMNS}"
    );
    let params = db::params![task, result.clone(), tx.now(), tx.actor().user()];
    let row: Row = db::opt(tx, &sql, params).await?.ok_or(Fault::TaskNotOpen)?;
    let kind: TaskKind = row.kind.parse().map_err(kernel::Fault::bug)?;
    let touch = Touch::TaskDone { task, party: row.party, kind, result };
    let entry = super::record(tx, touch).await?.entry;
    db::run(tx, "update crm_task set entry = $2 where id = $1", db::params![task, entry]).await?;
    let next = match next {
        None => None,
        Some(next) => {
            let about = match &next.about {
                Some(text) => prose(text, "about")?,
                None => row.about.clone(),
            };
            let subject = row.subject_kind.as_deref().and_then(|k| k.parse().ok()).zip(row.subject);
            let assignee = row.assignee.or(tx.actor().user());
            let new = NewTask { party: row.party, kind: next.kind, about, subject, due_at: next.due_at, assignee };
            Some(insert(tx, new, Some(task)).await?)
        }
    };
    Ok(Done { task, party: row.party, next })
}

/// Takes the finishing of a task back: it is open again, its entry leaves the timeline, and a
/// next step that nobody has begun is dropped.
///
/// # Faults
/// `crm.task_not_done` when it is not done, or when its next step is done already.
pub async fn undo_task(tx: &Tx, task: TaskId) -> Result<(), kernel::Fault> {
    let sql = "select 1 from crm_task where follows = $1 and state = 'done'";
    if db::row(tx, sql, db::params![task]).await?.is_some() {
        return Err(Fault::TaskNotDone.into());
    }
    let sql = format!("select {COLUMNS} from crm_task where id = $1 and state = 'done'");
    let row: Row = db::opt(tx, &sql, db::params![task]).await?.ok_or(Fault::TaskNotDone)?;
    let sql = "update crm_task set state = 'open', result = null, done_at = null, done_by = null, entry = null \
               where id = $1 and state = 'done'";
    if db::run(tx, sql, db::params![task]).await? == 0 {
        return Err(Fault::TaskNotDone.into());
    }
    if let Some(entry) = row.entry {
        db::run(tx, "delete from crm_timeline where id = $1", db::params![entry]).await?;
    }
    db::run(tx, "delete from crm_task where follows = $1 and state = 'open'", db::params![task]).await?;
    Ok(())
}

/// Hands an open task to somebody else.
///
/// # Faults
/// `crm.assignee_unknown`, `crm.task_not_open`.
pub async fn reassign_task(tx: &Tx, task: TaskId, to: UserId) -> Result<(), kernel::Fault> {
    rota::known(tx, to).await?;
    open(db::run(tx, "update crm_task set assignee = $2 where id = $1 and state = 'open'", db::params![task, to]).await?)
}

/// Moves an open task to another day.
///
/// # Faults
/// `crm.task_not_open`.
pub async fn move_task(tx: &Tx, task: TaskId, due_at: Moment) -> Result<(), kernel::Fault> {
    open(db::run(tx, "update crm_task set due_at = $2 where id = $1 and state = 'open'", db::params![task, due_at]).await?)
}

/// What is planned about a subject belongs to another customer from now on.
///
/// # Faults
/// Whatever the database says.
pub async fn move_tasks(tx: &Tx, subject: Uuid, party: PartyId) -> Result<(), kernel::Fault> {
    let sql = "update crm_task set party = $2 where subject = $1 and state = 'open'";
    db::run(tx, sql, db::params![subject, party]).await?;
    Ok(())
}

fn open(touched: u64) -> Result<(), kernel::Fault> {
    if touched == 0 { Err(Fault::TaskNotOpen.into()) } else { Ok(()) }
}

/// Finishes what became needless; `result` is a code.
pub(super) async fn settle(tx: &Tx, subject: Uuid, kind: TaskKind, result: &'static str) -> Result<(), sea_orm::DbErr> {
    let sql = "update crm_task set state = 'done', result = $3, done_at = $4, done_by = $5 \
               where subject = $1 and kind = $2 and state = 'open'";
    db::run(tx, sql, db::params![subject, kind.as_str(), result, tx.now(), tx.actor().user()]).await.map(drop)
}
