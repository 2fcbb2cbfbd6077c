//! The plan: my day, and lists of tasks.

use std::collections::HashMap;

use sea_orm::Value;
use serde::Serialize;
use uuid::Uuid;

use super::{Fault, TaskKind};
use crate::{
    access,
    kernel::{self, Moment, Page, PartyId, Reads, Scope, TaskId, UserId, db, from_cursor},
    parties::{self, Brief},
};

/// A task with its customer.
#[derive(Clone, Debug, Serialize)]
pub struct TaskRow {
    pub id: TaskId,
    pub kind: TaskKind,
    /// A number, or what the manager wrote.
    pub about: Option<String>,
    /// `order` or `inquiry`.
    pub subject_kind: Option<String>,
    pub subject: Option<Uuid>,
    pub due_at: Moment,
    pub overdue: bool,
    /// `open` or `done`.
    pub state: String,
    pub result: Option<String>,
    pub done_at: Option<Moment>,
    pub assignee: Option<UserId>,
    pub assignee_name: Option<String>,
    pub party: PartyId,
    pub party_name: String,
    pub party_phone: Option<String>,
    pub party_email: Option<String>,
}

/// What lies before somebody: late, today, and the days to come.
#[derive(Clone, Debug, Serialize)]
pub struct MyDay {
    pub overdue: Vec<TaskRow>,
    pub today: Vec<TaskRow>,
    /// The next open tasks after today, at most 50.
    pub next: Vec<TaskRow>,
    pub overdue_count: i64,
    pub today_count: i64,
    pub next_count: i64,
    /// Finished since midnight.
    pub done_count: i64,
}

struct Row {
    id: TaskId,
    party: PartyId,
    kind: String,
    about: Option<String>,
    subject_kind: Option<String>,
    subject: Option<Uuid>,
    due_at: Moment,
    assignee: Option<UserId>,
    state: String,
    result: Option<String>,
    done_at: Option<Moment>,
}
db::record!(Row { id, party, kind, about, subject_kind, subject, due_at, assignee, state, result, done_at });

const COLUMNS: &str = "id, party, kind, about, subject_kind, subject, due_at, assignee, state, result, done_at";

/// One's day within the scope: a manager's own plan, or everybody's for whoever sees all; `whose`
/// narrows it to one person.
///
/// # Faults
/// Whatever the database says.
pub async fn my_day(db: &impl Reads, scope: &Scope, whose: Option<UserId>, now: Moment) -> Result<MyDay, kernel::Fault> {
    let midnight = Moment::start_of(now.date());
    let tomorrow = Moment::start_of(now.date().saturating_add(time::Duration::days(1)));
    let mut person = String::new();
    let mut params = db::params![now, tomorrow, midnight];
    scope.narrow("assignee in ($)", &mut person, &mut params);
    if let Some(user) = whose {
        params.push(user.into());
        person.push_str(&format!(" and assignee = ${}", params.len()));
    }
    let people = params[3..].to_vec();
    let sql = format!(
        "select coalesce(sum(case when state = 'open' and due_at < $1 then 1 else 0 end), 0), \
         coalesce(sum(case when state = 'open' and due_at >= $1 and due_at < $2 then 1 else 0 end), 0), \
         coalesce(sum(case when state = 'open' and due_at >= $2 then 1 else 0 end), 0), \
         coalesce(sum(case when state = 'done' then 1 else 0 end), 0) \
         from (select state, due_at from crm_task where state = 'open'{person} \
         union all select state, due_at from crm_task where done_at >= $3{person}) t"
    );
    let counts = db::row(db, &sql, params).await?.ok_or_else(|| kernel::Fault::bug("a count without a row"))?;
    let overdue = part(db, (&person, &people), (Moment(i64::MIN), now), 100).await?;
    let today = part(db, (&person, &people), (now, tomorrow), 100).await?;
    let next = part(db, (&person, &people), (tomorrow, Moment(i64::MAX)), 50).await?;
    let (n_overdue, n_today) = (overdue.len(), today.len());
    let mut all = decorate(db, overdue.into_iter().chain(today).chain(next).collect(), now).await?;
    let next = all.split_off(n_overdue + n_today);
    let today = all.split_off(n_overdue);
    Ok(MyDay {
        overdue: all,
        today,
        next,
        overdue_count: counts.try_get_by_index(0)?,
        today_count: counts.try_get_by_index(1)?,
        next_count: counts.try_get_by_index(2)?,
        done_count: counts.try_get_by_index(3)?,
    })
}

/// How many open tasks of somebody are late, and how many more fall due today: what the rail of
/// the office says on every page, so one index read.
///
/// # Faults
/// Whatever the database says.
pub async fn waiting(db: &impl Reads, scope: &Scope, whose: UserId, now: Moment) -> Result<(i64, i64), kernel::Fault> {
    if !scope.covers(Some(whose)) {
        return Ok((0, 0));
    }
    let tomorrow = Moment::start_of(now.date().saturating_add(time::Duration::days(1)));
    let sql = "select coalesce(sum(case when due_at < $2 then 1 else 0 end), 0), count(*) \
               from crm_task where state = 'open' and assignee = $1 and due_at < $3";
    let row = db::row(db, sql, db::params![whose, now, tomorrow]).await?;
    let row = row.ok_or_else(|| kernel::Fault::bug("a count without a row"))?;
    let (late, all): (i64, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    Ok((late, all - late))
}

/// Open tasks due within a span; `person` has its placeholders from `$4` on.
async fn part(
    db: &impl Reads,
    (person, people): (&str, &[Value]),
    span: (Moment, Moment),
    limit: i64,
) -> Result<Vec<Row>, sea_orm::DbErr> {
    let mut params = db::params![span.0, span.1, limit];
    params.extend(people.iter().cloned());
    let sql = format!(
        "select {COLUMNS} from crm_task where state = 'open' and due_at >= $1 and due_at < $2{person} \
         order by due_at, id limit $3"
    );
    db::all(db, &sql, params).await
}

/// One task within the scope.
///
/// # Faults
/// `crm.task_not_found`, also for one outside the scope.
pub async fn task(db: &impl Reads, scope: &Scope, id: TaskId, now: Moment) -> Result<TaskRow, kernel::Fault> {
    let sql = format!("select {COLUMNS} from crm_task where id = $1");
    let row: Option<Row> = db::opt(db, &sql, db::params![id]).await?;
    let row = row.filter(|r| scope.covers(r.assignee)).ok_or(Fault::TaskNotFound)?;
    decorate(db, vec![row], now).await?.pop().ok_or_else(|| Fault::TaskNotFound.into())
}

/// Which tasks.
#[derive(Clone, Debug, Default)]
pub struct TaskFilter {
    /// Done ones, last done first; otherwise open ones, first due first.
    pub done: bool,
    pub assignee: Option<UserId>,
    /// Only those that nobody is responsible for.
    pub unassigned: bool,
    pub kind: Option<TaskKind>,
    pub party: Option<PartyId>,
}

#[derive(Clone, Debug, Default)]
pub struct TaskQuery {
    pub filter: TaskFilter,
    pub after: Option<String>,
    /// Rows a page, at most 200; 0 means 50.
    pub limit: usize,
}

/// A page of tasks within the scope.
///
/// # Faults
/// `request.cursor_invalid`.
pub async fn tasks(db: &impl Reads, scope: &Scope, query: &TaskQuery, now: Moment) -> Result<Page<TaskRow>, kernel::Fault> {
    let limit = if query.limit == 0 { 50 } else { query.limit.min(200) };
    let filter = &query.filter;
    let mut params: Vec<Value> = Vec::new();
    let mut sql = if filter.done { "done_at is not null".to_owned() } else { "state = 'open'".to_owned() };
    scope.narrow("assignee in ($)", &mut sql, &mut params);
    let mut and = |condition: &str, value: Value| {
        params.push(value);
        sql.push_str(&format!(" and {condition} ${}", params.len()));
    };
    if let Some(user) = filter.assignee {
        and("assignee =", user.into());
    }
    if let Some(kind) = filter.kind {
        and("kind =", kind.as_str().into());
    }
    if let Some(party) = filter.party {
        and("party =", party.into());
    }
    if filter.unassigned {
        sql.push_str(" and assignee is null");
    }
    let (key, order, compare) =
        if filter.done { ("done_at", "done_at desc, id desc", "<") } else { ("due_at", "due_at, id", ">") };
    if let Some(cursor) = &query.after {
        let (at, id): (Moment, TaskId) = from_cursor(cursor)?;
        params.extend(db::params![at, id]);
        sql.push_str(&format!(" and ({key}, id) {compare} (${}, ${})", params.len() - 1, params.len()));
    }
    params.push(Value::from(i64::try_from(limit + 1).unwrap_or(201)));
    let sql = format!("select {COLUMNS} from crm_task where {sql} order by {order} limit ${}", params.len());
    let rows: Vec<Row> = db::all(db, &sql, params).await?;
    let page = Page::cut(rows, limit, |r| (if filter.done { r.done_at.unwrap_or(r.due_at) } else { r.due_at }, r.id));
    Ok(Page { next: page.next, rows: decorate(db, page.rows, now).await? })
}

/// Adds the names of customers and colleagues: two reads, however many rows.
async fn decorate(db: &impl Reads, rows: Vec<Row>, now: Moment) -> Result<Vec<TaskRow>, kernel::Fault> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut ids: Vec<PartyId> = rows.iter().map(|r| r.party).collect();
    ids.sort_unstable();
    ids.dedup();
    let parties: HashMap<PartyId, Brief> = parties::briefs(db, &ids).await?;
    let names = access::names(db).await?;
    rows.into_iter()
        .map(|r| {
            let party = parties.get(&r.party);
            Ok(TaskRow {
                id: r.id,
                kind: r.kind.parse().map_err(kernel::Fault::bug)?,
                about: r.about,
                subject_kind: r.subject_kind,
                subject: r.subject,
                due_at: r.due_at,
                overdue: r.state == "open" && r.due_at < now,
                state: r.state,
                result: r.result,
                done_at: r.done_at,
                assignee: r.assignee,
                assignee_name: r.assignee.and_then(|u| names.get(&u).cloned()),
                party: r.party,
                party_name: party.map(|p| p.display.clone()).unwrap_or_default(),
                party_phone: party.and_then(|p| p.phone.clone()),
                party_email: party.and_then(|p| p.email.clone()),
            })
        })
        .collect()
}
