//! What can be learnt of cases: how many, how fast, how content, and which goods cause most of them.

use serde_json::{Value, json};
use vitrina::{
    aftersales::{self, By, ByWhat, Figures, ReportQuery},
    desk as pictures,
    kernel::{Fault, Moment, Right},
};

use super::{
    cases::PATH,
    desk::{Answer, Desk},
    orders::plain_qty,
};
use crate::forms;

/// Without another wish the last three months.
const DAYS: i64 = 90;

pub async fn show(desk: Desk) -> Answer {
    let scope = desk.scope(Right::CasesRead)?;
    let (now, db) = (desk.app.now(), desk.app.reader());
    let asked = |name: &str, day: fn(&forms::Form, &str) -> Result<Moment, Fault>| {
        desk.query.opt(name).and_then(|_| day(&desk.query, name).ok())
    };
    let since = asked("since", forms::day).unwrap_or_else(|| Moment::start_of(now.plus_days(-DAYS).date()));
    let until = asked("until", forms::end_of_day).unwrap_or_else(|| Moment::start_of(now.plus_hours(24).date()));
    let query = ReportQuery { since, until };
    let figures = aftersales::figures(db, &scope, query, now).await?;
    let mut worst = Vec::new();
    for (key, by) in [("product", By::Product), ("producer", By::Producer), ("batch", By::Batch)] {
        let rows = pictures::worst(db, &scope, query, by).await?;
        worst.push(
            json!({ "key": key, "sold": by != By::Producer, "rows": rows.iter().map(|row| what(row, by)).collect::<Vec<_>>() }),
        );
    }
    let context = json!({
        "since": since.date().to_string(), "until": until.plus_hours(-12).date().to_string(), "own": format!("{PATH}/report"),
        "figures": told(&desk, &figures), "reasons": reasons(&desk, &figures), "worst": worst,
        "recall": desk.may(Right::CasesWrite),
    });
    desk.show("cases", "case_report", context).await
}

fn told(desk: &Desk, f: &Figures) -> Value {
    let all = f.complaints + f.withdrawals;
    // What is neither answered nor overdue yet has time and is not counted.
    let judged = (f.answered + f.overdue).min(all).max(f.overdue);
    let late = f.overdue.min(judged);
    json!({
        "complaints": f.complaints, "withdrawals": f.withdrawals, "overdue": f.overdue,
        "in_time": (judged > 0).then(|| format!("{} %", (judged - late) * 100 / judged)),
        "mean": f.mean_answer_ms.map(|ms| span(desk, ms)),
        "rating": f.mean_rating.map(|r| format!("{},{}", r / 100, r % 100 / 10)),
        "rated": f.rated, "any": all > 0,
    })
}

/// `5 val.`, from two days on `3 d.`
fn span(desk: &Desk, ms: i64) -> String {
    let hours = (ms + 1_800_000) / 3_600_000;
    match hours {
        ..48 => desk.say("office.cases.report.hours", &[("n", hours.to_string())]),
        _ => desk.say("office.cases.report.days", &[("n", ((hours + 12) / 24).to_string())]),
    }
}

/// Bars in parts of the longest one.
fn reasons(desk: &Desk, f: &Figures) -> Vec<Value> {
    let most = f.reasons.iter().map(|r| r.cases).max().unwrap_or(1).max(1);
    let show = |r: &aftersales::ByReason| {
        json!({
            "name": desk.t(&format!("office.cases.problem_of.{}", r.problem)), "cases": r.cases,
            "of": most, "share": format!("{} %", r.cases * 100 / f.complaints.max(1)),
        })
    };
    f.reasons.iter().map(show).collect()
}

fn what(row: &ByWhat, by: By) -> Value {
    // In thousandths, so that one of three hundred is not nothing.
    let rate = (row.sold.0 > 0).then(|| row.qty.0.saturating_mul(1000) / row.sold.0);
    json!({
        "title": row.title, "cases": row.cases, "qty": plain_qty(row.qty),
        "sold": (row.sold.0 > 0).then(|| plain_qty(row.sold)),
        "rate": rate.map(|r| format!("{},{} %", r / 10, r % 10)),
        "url": row.product.map(|p| format!("/office/products/{p}")),
        "recall": row.product.map(|p| {
            let batch = if by == By::Batch { row.title.split(" · ").next().unwrap_or_default() } else { "" };
            crate::urls::with("/office/recalls/new", &[("product", &p.to_string()), ("batch", batch)])
        }),
    })
}
