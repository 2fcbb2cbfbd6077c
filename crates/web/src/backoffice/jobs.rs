//! Work in the background: what waits, what failed, and another try.

use serde_json::json;
use vitrina::{
    flows,
    jobs::{self, JobView},
    kernel::{JobId, Right},
};

use super::{
    desk::{Answer, Desk},
    list::{Asked, Cell, Empty, Row},
};

const PATH: &str = "/office/jobs";
const STATES: &[&str] = &["failed", "ready", "running", "done"];

fn tone(state: &str) -> &'static str {
    match state {
        "failed" => "late",
        "running" => "live",
        "done" => "good",
        _ => "",
    }
}

pub async fn list(desk: Desk) -> Answer {
    let asked = Asked::new(PATH, &desk.query, &["state"]);
    let db = desk.app.reader();
    let scope = desk.scope(Right::JobsManage)?;
    let state = desk.query.opt("state").filter(|s| STATES.contains(s));
    let mut found = jobs::list(db, &scope, state, desk.query.get("after").parse().ok(), 51).await?;
    let counts = jobs::counts(db).await?;
    let of = |state: &str| counts.iter().find(|c| c.state == state).map_or(0, |c| c.jobs);
    let mut list = asked.list("office.place.jobs", Empty::new("office.job.empty", "office.job.empty_text"));
    list.chips = vec![asked.chip("state", "", desk.t("office.job.all"), None)];
    list.chips.extend(STATES.iter().map(|s| asked.chip("state", s, desk.t(&format!("office.job.state.{s}")), Some(of(s)))));
    list.columns = vec![
        asked.column("office.job.kind", ""),
        asked.column("office.job.state_label", ""),
        asked.column("office.job.attempts", "num"),
        asked.column("office.job.due", "nowrap extra"),
        asked.column("office.job.fault", "wrap"),
        asked.column("", ""),
    ];
    let more = found.len() > 50;
    found.truncate(50);
    let last = found.last().filter(|_| more).map(|job| job.id.to_string());
    list.next = asked.next(last.as_deref());
    list.rows = found.iter().map(|job| row(&desk, job)).collect();
    desk.show("jobs", "jobs", json!({ "list": list, "dead": of("failed") })).await
}

fn row(desk: &Desk, job: &JobView) -> Row {
    let again = Cell::Button { url: format!("{PATH}/{}/retry", job.id), text: desk.t("office.job.retry") };
    Row::new(job.id, job.kind.clone()).cells(vec![
        Cell::text(job.kind.clone()),
        Cell::badge(desk.t(&format!("office.job.state.{}", job.state)), tone(&job.state)),
        Cell::text(job.attempts.to_string()),
        Cell::datetime(Some(job.run_at)),
        Cell::quiet(job.last_error.clone().unwrap_or_default()),
        if job.state == "failed" { again } else { Cell::Empty },
    ])
}

pub async fn retry(desk: Desk) -> Answer {
    let id: JobId = desk.param("id")?;
    flows::upkeep::retry(&desk.app, &desk.actor, id).await?;
    desk.done(PATH, "office.flash.retried")
}
