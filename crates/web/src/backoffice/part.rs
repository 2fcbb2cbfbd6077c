//! Pieces that several records show: the timeline, the planned tasks, the names of colleagues.

use serde::Serialize;
use serde_json::{Value, json};
use vitrina::{
    access,
    crm::{Next, TaskKind, TaskRow, TimelineRow},
    kernel::{Fault, Moment, Money, Reads, Right, UserId},
};

use super::{
    desk::Desk,
    page::{Choice, Link},
};
use crate::forms::{self, Slips};

/// An entry of a timeline, in words.
#[derive(Serialize)]
pub struct Entry {
    kind: &'static str,
    at: Moment,
    text: String,
    url: Option<String>,
    amount: Option<Money>,
    said: Option<String>,
    by: Option<String>,
}

/// The address of what an entry or task is about.
pub fn about_url(kind: Option<&str>, id: Option<uuid::Uuid>) -> Option<String> {
    let place = match kind? {
        "order" => "orders",
        "offer" => "offers",
        "contract" => "contracts",
        "inquiry" => "inquiries",
        "case" => "cases",
        "letter" => "letters",
        _ => return None,
    };
    Some(format!("/office/{place}/{}", id?))
}

pub fn entry(desk: &Desk, row: &TimelineRow) -> Entry {
    let kind = match row.code.split('.').next().unwrap_or_default() {
        _ if row.code == "order.cancelled" => "bad",
        "order" => "order",
        "inquiry" => "inquiry",
        "offer" if matches!(row.code.as_str(), "offer.declined" | "offer.expired" | "offer.withdrawn") => "bad",
        "offer" => "order",
        "contract" if matches!(row.code.as_str(), "contract.declined" | "contract.withdrawn") => "bad",
        "contract" => "order",
        "case" if matches!(row.code.as_str(), "case.rejected" | "case.overdue") => "bad",
        "case" => "order",
        "letter" => "letter",
        "note" => "note",
        "call" => "call",
        _ => "task",
    };
    let mut args: Vec<(&str, String)> = Vec::new();
    for (name, value) in row.args.as_object().into_iter().flatten() {
        let word = match (name.as_str(), value) {
            ("kind", Value::String(kind)) => desk.t(&format!("office.task.kind.{kind}")),
            ("document", Value::String(kind)) => desk.t(&format!("paper.kind.{kind}")),
            ("template", Value::String(template)) => desk.t(&format!("office.letter.kind.{template}")),
            (_, Value::String(text)) => text.clone(),
            (_, other) => other.to_string(),
        };
        args.push((name, word));
        if name == "minutes" {
            args.push(("n", value.to_string()));
        }
    }
    let by = row.by.clone().or_else(|| (row.origin == "shop").then(|| desk.t("office.origin.shop")));
    Entry {
        kind,
        at: row.at,
        text: desk.say(&format!("timeline.{}", row.code), &args),
        url: about_url(row.subject_kind.as_deref(), row.subject),
        amount: row.args.get("total").and_then(|t| serde_json::from_value(t.clone()).ok()),
        said: row.note.clone(),
        by,
    }
}

/// A planned task, in words.
#[derive(Serialize)]
pub struct Task {
    id: String,
    kind: &'static str,
    title: String,
    party: Option<Link>,
    about: Option<Link>,
    due_at: Moment,
    late: bool,
    assignee: Option<String>,
    phone: Option<String>,
    note: Option<String>,
    may: bool,
    /// Its form came back with something wrong: it stands open, with what was typed.
    open: bool,
    typed: Value,
}

pub fn task(desk: &Desk, row: &TaskRow) -> Task {
    let kind = row.kind.as_str();
    let asked = desk.t(&format!("office.task.title.{kind}"));
    // A number stands behind what is to be done; a manager's own words stand alone.
    let title = match (&row.about, row.subject) {
        (Some(about), Some(_)) => format!("{asked} {about}"),
        (Some(about), None) => about.clone(),
        (None, _) => asked,
    };
    let url = about_url(row.subject_kind.as_deref(), row.subject);
    // A fault of one task's form is shown beside that task alone.
    let open = desk.fault.is_some() && desk.path.contains(&row.id.to_string());
    let typed = |name: &str| if open { desk.form.get(name) } else { "" };
    Task {
        open,
        typed: json!({
            "result": typed("result"), "kind": typed("next_kind"), "due": typed("next_due"), "title": typed("next_title"),
        }),
        id: row.id.to_string(),
        kind,
        title,
        party: Some(Link { url: format!("/office/customers/{}", row.party), name: row.party_name.clone() }),
        about: url.map(|url| Link { url, name: row.about.clone().unwrap_or_default() }),
        due_at: row.due_at,
        late: row.overdue,
        assignee: row.assignee_name.clone(),
        phone: row.party_phone.clone(),
        note: None,
        may: desk.may(Right::TasksWrite),
    }
}

/// What can be planned by hand; an order's review plans itself.
const KINDS: &[TaskKind] = &[TaskKind::Call, TaskKind::Letter, TaskKind::Meeting, TaskKind::FollowUp];

pub fn kinds(desk: &Desk) -> Vec<Choice> {
    KINDS.iter().map(|k| Choice::new(k.as_str(), desk.t(&format!("office.task.kind.{}", k.as_str())))).collect()
}

/// The same, and that nothing follows.
pub fn next_kinds(desk: &Desk) -> Vec<Choice> {
    let mut kinds = kinds(desk);
    kinds.insert(0, Choice::new("", desk.t("office.task.kind.none")));
    kinds
}

/// The next step of a form, if one was chosen. It is due at the end of the working day.
pub fn next(desk: &Desk, slips: &mut Slips) -> Option<Next> {
    let kind = desk.form.opt("next_kind")?;
    let Ok(kind) = kind.parse::<TaskKind>() else {
        slips.add("next_kind", "form.choose");
        return None;
    };
    let due = slips.take(forms::day(&desk.form, "next_due"))?;
    Some(Next { kind, due_at: end_of_work(due), about: desk.form.owned("next_title") })
}

/// 17:00 of a day in the shop's zone.
pub fn end_of_work(day: Moment) -> Moment {
    day.plus_hours(17)
}

/// Colleagues to choose from, nobody first.
pub async fn colleagues(desk: &Desk, db: &impl Reads) -> Result<Vec<Choice>, Fault> {
    let mut names: Vec<(UserId, String)> = access::names(db).await?.into_iter().collect();
    names.sort_by(|a, b| a.1.cmp(&b.1));
    let mut choices = vec![Choice::new("", desk.t("office.customer.nobody"))];
    choices.extend(names.into_iter().map(|(id, name)| Choice::new(id.to_string(), name)));
    Ok(choices)
}
