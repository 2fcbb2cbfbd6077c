//! The archive: a period's documents and offers as one file.

use serde_json::json;
use vitrina::{
    flows::{
        self,
        archive::{Asked, Period},
    },
    kernel::{Currency, Fault, Moment},
};

use super::{
    desk::{Answer, Desk},
    narrow,
};
use crate::{
    files,
    forms::{self, Form},
};

const PATH: &str = "/office/archive";
const NAMES: [&str; 5] = ["from", "until", "least", "most", "currency"];

/// The last month that is over, where nothing was asked for.
fn last_month(now: Moment) -> (String, String) {
    let first = now.date().replace_day(1).unwrap_or(now.date());
    let last = first.previous_day().unwrap_or(first);
    (last.replace_day(1).unwrap_or(last).to_string(), last.to_string())
}

/// What was typed, by whichever way the page was reached.
fn typed(desk: &Desk) -> Form {
    let mut typed = Form::default();
    let (from, until) = last_month(desk.app.now());
    for name in NAMES {
        let text = if desk.form.has(name) { desk.form.get(name) } else { desk.query.get(name) };
        let usual = match name {
            "from" => from.as_str(),
            "until" => until.as_str(),
            _ => "",
        };
        typed.push(name, if text.is_empty() { usual } else { text });
    }
    typed
}

fn asked(form: &Form, usual: Currency) -> Result<Asked, Fault> {
    Ok(Asked { period: Period::of(form.get("from"), form.get("until"))?, gross: forms::amounts(form, usual)? })
}

pub async fn form(desk: Desk) -> Answer {
    let (typed, currencies) = (typed(&desk), narrow::currencies(&desk.app).await?);
    let asked = asked(&typed, narrow::usual(&currencies)).ok();
    let held = match &asked {
        Some(asked) => Some(flows::archive::holding(&desk.app, &desk.actor, asked).await?),
        None => None,
    };
    let gross = asked.map(|asked| asked.gross).unwrap_or_default();
    let context = json!({
        "from": typed.get("from"), "until": typed.get("until"), "least": typed.get("least"), "most": typed.get("most"),
        "currency": narrow::currency_field(&currencies, gross), "url": PATH,
        "held": held.map(|held| json!({ "documents": held.documents, "offers": held.offers })),
    });
    desk.show("documents", "archive", context).await
}

pub async fn take_out(desk: Desk) -> Answer {
    let asked = asked(&desk.form, narrow::usual(&narrow::currencies(&desk.app).await?))?;
    files::zip(flows::archive::take_out(&desk.app, &desk.actor, asked).await?).await
}
