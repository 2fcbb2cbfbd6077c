//! Cases: complaints and withdrawals in one list, short lists beside orders and customers, and the files
//! of one.

use poem::{Response, http::StatusCode};
use serde_json::{Value, json};
use vitrina::{
    aftersales::{self, CaseQuery, CaseRow, Counts, Kind, State},
    flows,
    kernel::{CaseFileId, CaseId, CasePaperId, Fault, Moment, OrderId, PartyId, Right},
    stage::media_url,
};

use super::{
    desk::{Answer, Desk},
    list::{Action, Asked, Cell, Empty, Row},
};
use crate::files::file;

pub const PATH: &str = "/office/cases";

/// The list's groups of states, in the order in which a case goes through them.
const GROUPS: &[(&str, &[State])] = &[
    ("answer", &[State::Submitted, State::InfoRequested]),
    ("way", &[State::LabelSent, State::InTransit]),
    ("decided", &[State::Approved, State::Received, State::Inspected]),
    ("over", &[State::Rejected, State::Resolved, State::Closed, State::Withdrawn]),
];

pub fn tone(state: State) -> &'static str {
    match state {
        State::Submitted | State::InfoRequested => "soon",
        State::Approved | State::LabelSent | State::InTransit | State::Received | State::Inspected => "live",
        State::Resolved | State::Closed => "good",
        State::Rejected => "late",
        State::Withdrawn => "",
    }
}

pub fn state_text(desk: &Desk, state: State) -> String {
    desk.t(&format!("office.cases.state.{}", state.as_str()))
}

pub fn kind_text(desk: &Desk, kind: Kind) -> String {
    desk.t(&format!("office.cases.kind.{}", kind.as_str()))
}

const DAY: i64 = 86_400_000;

/// How long there is until a term, in words, and how pressing that is.
pub fn left(desk: &Desk, until: Moment) -> (String, &'static str) {
    let millis = until.0 - desk.app.now().0;
    let days = millis.abs() / DAY;
    match millis {
        ..0 if days == 0 => (desk.t("office.cases.term.over"), "late"),
        ..0 => (desk.say("office.cases.term.late", &[("n", days.to_string())]), "late"),
        _ if days == 0 => (desk.t("office.cases.term.today"), "late"),
        _ => (desk.say("office.cases.term.left", &[("n", days.to_string())]), if days <= 3 { "soon" } else { "" }),
    }
}

/// What waits, for the rail.
///
/// # Faults
/// Whatever the database says.
pub async fn waiting(desk: &Desk) -> Result<Counts, Fault> {
    let Ok(scope) = desk.scope(Right::CasesRead) else { return Ok(Counts::default()) };
    aftersales::counts(desk.app.reader(), &scope, desk.app.now()).await
}

pub async fn list(desk: Desk) -> Answer {
    let asked = Asked::new(PATH, &desk.query, &["q", "kind", "state", "unmatched", "overdue"]);
    let group = GROUPS.iter().find(|(name, _)| *name == desk.query.get("state"));
    let query = CaseQuery {
        kind: desk.query.get("kind").parse().ok(),
        states: group.map(|(_, states)| states.to_vec()).unwrap_or_default(),
        unmatched: desk.query.opt("unmatched").is_some(),
        overdue: desk.query.opt("overdue").map(|_| desk.app.now()),
        search: desk.query.get("q").to_owned(),
        after: desk.query.owned("after"),
        ..CaseQuery::default()
    };
    let page = aftersales::list(desk.app.reader(), &desk.scope(Right::CasesRead)?, &query).await?;
    let counts = waiting(&desk).await?;
    let mut list = asked.list("office.cases.title", Empty::new("office.cases.empty", "office.cases.empty_text"));
    list.actions = actions(&desk);
    list.search = asked.search("office.cases.search");
    let kinds = Kind::ALL.iter().map(|k| super::page::Choice::new(k.as_str(), kind_text(&desk, *k))).collect();
    list.filters = vec![asked.filter("kind", "office.cases.any_kind", kinds)];
    list.kept = asked.kept(&["kind"]);
    list.chips = vec![asked.chip("state", "", desk.t("office.cases.all"), None)];
    list.chips.extend(GROUPS.iter().map(|(name, _)| {
        let count = (*name == "answer").then_some(counts.unanswered).filter(|n| *n > 0);
        asked.chip("state", name, desk.t(&format!("office.cases.group.{name}")), count)
    }));
    for (name, count) in [("overdue", counts.overdue), ("unmatched", counts.unmatched)] {
        let mut chip = asked.toggle(name, desk.t(&format!("office.cases.group.{name}")));
        chip.count = Some(count).filter(|n| *n > 0);
        list.chips.push(chip);
    }
    list.columns = vec![
        asked.column("", "pic less"),
        asked.column("office.cases.number", "nowrap"),
        asked.column("office.cases.customer", ""),
        asked.column("office.cases.goods", "extra"),
        asked.column("office.cases.problem", "extra roomy"),
        asked.column("office.cases.state_label", ""),
        asked.column("office.cases.term.label", "nowrap"),
    ];
    list.rows = page.rows.iter().map(|row| line(&desk, row)).collect();
    list.next = asked.next(page.next.as_deref());
    desk.show("cases", "list", json!({ "list": list })).await
}

fn actions(desk: &Desk) -> Vec<Action> {
    let mut all = vec![
        Action { url: format!("{PATH}/report"), label: "office.cases.report.title", main: false },
        Action { url: super::recalls::PATH.into(), label: "office.cases.recall.title", main: false },
    ];
    if desk.may(Right::CasesWrite) && desk.may(Right::OrdersRead) {
        all.push(Action { url: format!("{PATH}/new"), label: "office.cases.new", main: true });
    }
    all
}

/// What is wrong, in a few words: the kind alone says it of a withdrawal.
fn about(desk: &Desk, row: &CaseRow) -> String {
    match row.kind {
        Kind::Withdrawal => kind_text(desk, row.kind),
        Kind::Complaint => desk.t(&format!("office.cases.problem_of.{}", row.problem.as_str())),
    }
}

fn line(desk: &Desk, c: &CaseRow) -> Row {
    let goods = c.title.clone().unwrap_or_else(|| desk.t("office.cases.no_goods"));
    let more = (c.lines > 1).then(|| desk.say("office.cases.and_more", &[("n", (c.lines - 1).to_string())]));
    let order = if c.order.is_some() { (c.order_number.clone(), None) } else { (desk.t("office.cases.unmatched"), Some("late")) };
    let term = c.due_at().map_or(Cell::Empty, |at| {
        let (text, tone) = left(desk, at);
        Cell::Text { text, sub: None, tone: Some(if tone.is_empty() { "muted" } else { tone }) }
    });
    Row::new(c.id, c.number.clone()).cells(vec![
        Cell::Picture { src: c.picture_hash.as_deref().map(|hash| media_url(hash, 160)) },
        Cell::open(format!("{PATH}/{}", c.id), c.number.clone()),
        Cell::Text {
            text: c.customer.clone(),
            sub: order.1.is_none().then_some(order.0),
            tone: order.1.filter(|_| c.customer.is_empty()),
        },
        Cell::Text { text: goods, sub: more, tone: c.title.is_none().then_some("muted") },
        Cell::text(about(desk, c)),
        if c.order.is_none() && c.state.is_open() {
            Cell::badge(desk.t("office.cases.unmatched"), "late")
        } else {
            Cell::badge(state_text(desk, c.state), tone(c.state))
        },
        term,
    ])
}

/// A case in a short list.
fn brief(desk: &Desk, c: &CaseRow) -> Value {
    json!({
        "url": format!("{PATH}/{}", c.id), "number": c.number, "state": state_text(desk, c.state), "tone": tone(c.state),
        "title": c.title, "about": about(desk, c), "term": c.due_at().map(|at| left(desk, at)),
    })
}

/// The cases of an order, for its page, and the way to a new one.
///
/// # Faults
/// Whatever the database says.
pub async fn of_order(desk: &Desk, order: OrderId) -> Result<Value, Fault> {
    let Ok(scope) = desk.scope(Right::CasesRead) else { return Ok(Value::Null) };
    let rows = aftersales::of_order(desk.app.reader(), &scope, order).await?;
    Ok(panel(desk, &rows, &format!("{PATH}/new?order={order}")))
}

/// The cases of a customer, for the customer's page, and the way to a new one.
///
/// # Faults
/// Whatever the database says.
pub async fn of_party(desk: &Desk, party: PartyId) -> Result<Value, Fault> {
    let Ok(scope) = desk.scope(Right::CasesRead) else { return Ok(Value::Null) };
    let rows = aftersales::of_party(desk.app.reader(), &scope, party).await?;
    Ok(panel(desk, &rows, &format!("{PATH}/new?customer={party}")))
}

fn panel(desk: &Desk, rows: &[CaseRow], new: &str) -> Value {
    let new = (desk.may(Right::CasesWrite) && desk.may(Right::OrdersRead)).then_some(new);
    json!({ "rows": rows.iter().map(|c| brief(desk, c)).collect::<Vec<_>>(), "new": new })
}

/// A file of a case: whole, or, for a page, as a small picture.
pub async fn files(desk: Desk) -> Answer {
    let (case, id): (CaseId, CaseFileId) = (desk.param("id")?, desk.param("other")?);
    aftersales::case(desk.app.reader(), &desk.scope(Right::CasesRead)?, case).await?;
    let known = aftersales::file_of(desk.app.reader(), case, id).await?;
    if !known.is_picture() {
        return Ok(file(flows::aftersales::file(&desk.app, &desk.actor, case, id).await?));
    }
    let bytes = match desk.query.get("w").parse::<u32>() {
        Ok(width) => flows::aftersales::picture(&desk.app, &known, width).await?,
        Err(_) => flows::aftersales::file(&desk.app, &desk.actor, case, id).await?.bytes.to_vec(),
    };
    Ok(Response::builder()
        .status(StatusCode::OK)
        .content_type("image/webp")
        .header("content-disposition", "inline")
        .header("x-content-type-options", "nosniff")
        .header("cache-control", "private, max-age=3600")
        .body(bytes))
}

/// A paper of a case.
pub async fn paper(desk: Desk) -> Answer {
    let (case, id): (CaseId, CasePaperId) = (desk.param("id")?, desk.param("other")?);
    Ok(file(flows::aftersales::paper(&desk.app, &desk.actor, case, id).await?))
}
