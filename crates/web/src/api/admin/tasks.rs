//! The work plan.

use poem::web::Data;
use poem_openapi::{
    ApiResponse, Object, OpenApi,
    param::{Path, Query},
    payload::Json,
};
use vitrina::{
    crm::{self, Next, TaskFilter, TaskQuery, TaskRow},
    flows,
    kernel::{Fault, Moment, Right, TaskId},
};

use crate::{
    api::{
        dto::{self, list},
        gate::Asked,
        problem::refused,
    },
    forms::{self, Form},
};

pub struct Tasks;

#[derive(Debug, Object)]
pub struct Task {
    id: String,
    /// call, letter, meeting, order_review, follow_up
    kind: String,
    about: Option<String>,
    subject_kind: Option<String>,
    subject: Option<String>,
    due_at: String,
    overdue: bool,
    /// open or done
    state: String,
    result: Option<String>,
    done_at: Option<String>,
    assignee: Option<String>,
    assignee_name: Option<String>,
    customer: String,
    customer_name: String,
}

impl From<&TaskRow> for Task {
    fn from(t: &TaskRow) -> Self {
        Self {
            id: t.id.to_string(),
            kind: dto::word(&t.kind),
            about: t.about.clone(),
            subject_kind: t.subject_kind.clone(),
            subject: t.subject.map(|id| id.to_string()),
            due_at: dto::at(t.due_at),
            overdue: t.overdue,
            state: t.state.clone(),
            result: t.result.clone(),
            done_at: t.done_at.map(dto::at),
            assignee: t.assignee.map(|id| id.to_string()),
            assignee_name: t.assignee_name.clone(),
            customer: t.party.to_string(),
            customer_name: t.party_name.clone(),
        }
    }
}

list!(TaskList of Task);

/// A day's plan.
#[derive(Debug, Object)]
struct Day {
    overdue: Vec<Task>,
    today: Vec<Task>,
    /// What comes after, the next 50.
    next: Vec<Task>,
    overdue_count: i64,
    today_count: i64,
    next_count: i64,
    /// Done since midnight.
    done_count: i64,
}

#[derive(Object)]
#[oai(deny_unknown_fields)]
struct NextStep {
    /// call, letter, meeting, order_review, follow_up
    kind: String,
    /// A day: "2026-11-30"; due at nine in the morning.
    due_on: String,
    about: Option<String>,
}

#[derive(Object)]
#[oai(deny_unknown_fields)]
struct TaskCompletion {
    #[oai(default)]
    result: String,
    /// What is to be done after it.
    next: Option<NextStep>,
}

/// The finished task and the one planned after it.
#[derive(Debug, Object)]
struct Completed {
    task: String,
    customer: String,
    next: Option<String>,
}

#[derive(Object)]
#[oai(deny_unknown_fields)]
struct NewTask {
    /// Id of a customer.
    customer: String,
    /// call, letter, meeting, order_review, follow_up
    kind: String,
    /// A day: "2026-11-30"; due at nine in the morning.
    due_on: String,
    about: Option<String>,
    /// Id of a member of staff; nobody's without it.
    assignee: Option<String>,
}

#[derive(Debug, Object)]
struct PlannedTask {
    id: String,
}

#[derive(ApiResponse)]
enum Planned {
    /// It stands in the plan.
    #[oai(status = 201)]
    Task(Json<PlannedTask>),
}

#[derive(ApiResponse)]
enum Finished {
    /// It is done.
    #[oai(status = 201)]
    Task(Json<Completed>),
}

#[OpenApi]
impl Tasks {
    /// Tasks, the earliest due first; scope tasks:read
    #[oai(path = "/tasks", method = "get", operation_id = "tasks")]
    #[allow(clippy::too_many_arguments, reason = "each is a parameter of the address")]
    async fn list(
        &self,
        asked: Data<&Asked>,
        /// The done ones instead of the open ones.
        done: Query<Option<bool>>,
        /// Id of a member of staff.
        assignee: Query<Option<String>>,
        /// Id of a customer.
        customer: Query<Option<String>>,
        kind: Query<Option<String>>,
        /// At most 200.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
        after: Query<Option<String>>,
    ) -> poem::Result<Json<TaskList>> {
        let limit = dto::limit(limit.0);
        let listed = async {
            let filter = TaskFilter {
                done: done.0.unwrap_or(false),
                assignee: dto::choice(assignee.0.as_deref(), "assignee")?,
                kind: dto::choice(kind.0.as_deref(), "kind")?,
                party: dto::choice(customer.0.as_deref(), "customer")?,
                ..TaskFilter::default()
            };
            let query = TaskQuery { filter, after: after.0, limit: limit as usize };
            crm::tasks(asked.db(), &asked.scope(Right::TasksRead)?, &query, asked.site.app().now()).await
        };
        let page = listed.await.map_err(refused)?;
        Ok(Json(TaskList::new(page.rows.iter().map(Task::from).collect(), limit, page.next)))
    }

    /// My day, of one member of staff or of all; scope tasks:read
    #[oai(path = "/my-day", method = "get", operation_id = "myDay")]
    async fn day(
        &self,
        asked: Data<&Asked>,
        /// Id of a member of staff.
        assignee: Query<Option<String>>,
    ) -> poem::Result<Json<Day>> {
        let read = async {
            let whose = dto::choice(assignee.0.as_deref(), "assignee")?;
            crm::my_day(asked.db(), &asked.scope(Right::TasksRead)?, whose, asked.site.app().now()).await
        };
        let day = read.await.map_err(refused)?;
        let tasks = |rows: &[TaskRow]| rows.iter().map(Task::from).collect();
        Ok(Json(Day {
            overdue: tasks(&day.overdue),
            today: tasks(&day.today),
            next: tasks(&day.next),
            overdue_count: day.overdue_count,
            today_count: day.today_count,
            next_count: day.next_count,
            done_count: day.done_count,
        }))
    }

    /// Plan a task for a customer; scope tasks:write
    #[oai(path = "/tasks", method = "post", operation_id = "addTask")]
    async fn add(&self, asked: Data<&Asked>, body: Json<NewTask>) -> poem::Result<Planned> {
        let planned = async {
            let new = body.0;
            let task = flows::work::PlannedTask {
                party: new.customer.parse().map_err(|_| Fault::invalid("customer", "form.malformed"))?,
                kind: new.kind.parse().map_err(|_| Fault::invalid("kind", "form.choose"))?,
                about: new.about,
                subject: None,
                due_at: morning("due_on", &new.due_on)?,
                assignee: dto::choice(new.assignee.as_deref(), "assignee")?,
            };
            flows::work::add_task(asked.site.app(), &asked.actor, task).await
        };
        let id = planned.await.map_err(refused)?.to_string();
        Ok(Planned::Task(Json(PlannedTask { id })))
    }

    /// Finish a task and plan the next step; scope tasks:write
    #[oai(path = "/tasks/:id/completion", method = "post", operation_id = "completeTask")]
    async fn complete(&self, asked: Data<&Asked>, id: Path<String>, body: Json<TaskCompletion>) -> poem::Result<Finished> {
        let done = async {
            let task: TaskId = dto::id(&id)?;
            let next = body.0.next.map(next).transpose()?;
            flows::work::done_and_next(asked.site.app(), &asked.actor, task, &body.0.result, next).await
        };
        let done = done.await.map_err(refused)?;
        Ok(Finished::Task(Json(Completed {
            task: done.task.to_string(),
            customer: done.party.to_string(),
            next: done.next.map(|id| id.to_string()),
        })))
    }
}

fn next(step: NextStep) -> Result<Next, Fault> {
    let kind = step.kind.parse().map_err(|_| Fault::invalid("next.kind", "form.choose"))?;
    Ok(Next { kind, due_at: morning("next.due_on", &step.due_on)?, about: step.about })
}

/// Nine o'clock of a day, in the shop's zone.
fn morning(field: &str, day: &str) -> Result<Moment, Fault> {
    let mut form = Form::default();
    form.push(field, day);
    Ok(Moment::start_of(forms::day(&form, field)?.date()).plus_hours(9))
}
