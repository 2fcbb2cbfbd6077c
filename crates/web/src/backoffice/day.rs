//! My day: what is late, what is today, what comes; done and next in one form.

use serde::Serialize;
use serde_json::json;
use vitrina::{
    channels,
    crm::{self, InquiryFilter, InquiryQuery, InquiryState},
    flows,
    kernel::{Fault, Moment, Right, TaskId},
    sales,
};

use super::{
    desk::{Answer, Desk, ROOT, Told},
    part::{self, Task},
};
use crate::forms::{self, Slips};

/// What waits for this person, for the rail.
pub struct Waiting {
    pub today: i64,
    pub overdue: i64,
    pub inquiries: i64,
}

/// # Faults
/// Whatever the database says.
pub async fn waiting(desk: &Desk) -> Result<Waiting, Fault> {
    let db = desk.app.reader();
    let mut waiting = Waiting { today: 0, overdue: 0, inquiries: 0 };
    if let Ok(scope) = desk.scope(Right::TasksRead) {
        let (overdue, today) = crm::waiting(db, &scope, desk.staff.user, desk.app.now()).await?;
        (waiting.overdue, waiting.today) = (overdue, overdue + today);
    }
    if let Ok(scope) = desk.scope(Right::InquiriesRead) {
        waiting.inquiries = crm::unanswered(db, &scope).await?;
    }
    Ok(waiting)
}

#[derive(Serialize)]
struct Section {
    key: &'static str,
    /// All of them, also those beyond what one page shows.
    count: i64,
    tasks: Vec<Task>,
}

#[derive(Serialize)]
struct Figure {
    label: &'static str,
    value: String,
    tone: &'static str,
}

pub async fn show(desk: Desk) -> Answer {
    let db = desk.app.reader();
    let now = desk.app.now();
    let scope = desk.scope(Right::TasksRead)?;
    let everyone = desk.query.get("of") == "all" && scope.is_shared();
    let whose = if everyone { None } else { Some(desk.staff.user) };
    let day = crm::my_day(db, &scope, whose, now).await?;
    let section =
        |key, count, rows: &[crm::TaskRow]| Section { key, count, tasks: rows.iter().map(|t| part::task(&desk, t)).collect() };
    let sections = [
        section("overdue", day.overdue_count, &day.overdue),
        section("today", day.today_count, &day.today),
        section("next", day.next_count, &day.next),
    ];
    let plain = |label, n: i64, tone| Figure { label, value: n.to_string(), tone };
    let figures = vec![
        plain("office.day.figure.overdue", day.overdue_count, if day.overdue_count > 0 { "late" } else { "" }),
        plain("office.day.figure.today", day.today_count, ""),
        plain("office.day.figure.done", day.done_count, ""),
    ];
    let context = json!({ "day": {
        "today": now,
        "shared": if scope.among().is_some() { "office.day.team" } else { "office.day.everyone" },
        "mine": scope.is_shared().then_some(!everyone),
        "figures": figures,
        // Of what was for today, late work included: how much is done.
        "done": day.done_count, "all": day.done_count + day.overdue_count + day.today_count,
        "empty": sections.iter().all(|s| s.tasks.is_empty()),
        "sections": sections,
        "kinds": part::next_kinds(&desk),
        "abroad": abroad(&desk).await?,
        "inquiries": unanswered(&desk).await?,
        "orders": new_orders(&desk).await?,
        "news": super::news::brief(&desk).await?,
    }});
    desk.show("day", "day", context).await
}

/// That sales abroad come near a threshold of the law, for whoever may decide what follows.
async fn abroad(desk: &Desk) -> Result<serde_json::Value, Fault> {
    if !desk.may(Right::SettingsManage) {
        return Ok(serde_json::Value::Null);
    }
    let home = channels::all(desk.app.reader()).await?.first().map(|c| c.country.clone()).unwrap_or_default();
    let said = super::law::abroad(desk, &home).await?;
    Ok(if said["count"]["reach"] == "calm" { serde_json::Value::Null } else { said })
}

/// The inquiries that wait longest are at the end of a list that begins with the newest.
async fn unanswered(desk: &Desk) -> Result<Vec<serde_json::Value>, Fault> {
    let Ok(scope) = desk.scope(Right::InquiriesRead) else { return Ok(Vec::new()) };
    let filter = InquiryFilter { state: Some(InquiryState::New), ..InquiryFilter::default() };
    let page = crm::inquiries(desk.app.reader(), &scope, &InquiryQuery { filter, after: None, limit: 8 }).await?;
    let show = |i: crm::InquiryRow| json!({ "url": format!("/office/inquiries/{}", i.id), "name": i.party_name, "at": i.created_at, "text": i.excerpt });
    Ok(page.rows.into_iter().map(show).collect())
}

async fn new_orders(desk: &Desk) -> Result<Vec<serde_json::Value>, Fault> {
    let Ok(scope) = desk.scope(Right::OrdersRead) else { return Ok(Vec::new()) };
    let query = sales::OrderQuery { states: vec![sales::State::Placed], limit: 8, ..sales::OrderQuery::default() };
    let orders = sales::list(desk.app.reader(), &scope, &query).await?;
    Ok(orders.rows.iter().map(|o| super::orders::brief(desk, o)).collect())
}

/// A result, and the next step in the same breath.
pub async fn done(desk: Desk) -> Answer {
    let task: TaskId = desk.param("id")?;
    let mut slips = Slips::default();
    let result = slips.text(&desk.form, "result");
    let next = part::next(&desk, &mut slips);
    slips.done()?;
    let due = next.as_ref().map(|n| n.due_at);
    flows::work::done_and_next(&desk.app, &desk.actor, task, &result, next).await?;
    let undo = Some(format!("/office/tasks/{task}/undo"));
    let told = match due {
        Some(due) => {
            Told { key: "office.flash.task_done_next".into(), args: vec![("date".into(), due.date().to_string())], undo }
        }
        None => Told { key: "office.flash.task_done".into(), args: Vec::new(), undo },
    };
    desk.told(desk.back(ROOT), told)
}

/// Another day, and the way back to the one before. Days that a button names are working days.
pub async fn snooze(desk: Desk) -> Answer {
    let task: TaskId = desk.param("id")?;
    let now = desk.app.now();
    let to = match (desk.query.get("to").parse::<i64>(), desk.form.get("by").parse::<u8>()) {
        (Ok(exactly), _) => Moment(exactly),
        (_, Ok(days)) => part::end_of_work(Moment::start_of(crm::working::after_days(now, u32::from(days.min(60))).date())),
        _ => part::end_of_work(forms::day(&desk.form, "move_to")?),
    };
    let before = flows::work::move_task(&desk.app, &desk.actor, task, to).await?;
    let undo = crate::urls::with(&format!("/office/tasks/{task}/move"), &[("to", &before.0.to_string())]);
    let args = vec![("date".into(), to.date().to_string())];
    let undo = desk.query.opt("to").is_none().then_some(undo);
    desk.told(desk.back(ROOT), Told { key: "office.flash.task_moved".into(), args, undo })
}

pub async fn undo(desk: Desk) -> Answer {
    flows::work::undo(&desk.app, &desk.actor, desk.param("id")?).await?;
    desk.done(desk.back(ROOT), "office.flash.task_back")
}
