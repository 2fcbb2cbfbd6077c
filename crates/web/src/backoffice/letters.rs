//! The outbox: every letter as it was sent.

use poem::{Response, http::StatusCode};
use serde_json::json;
use vitrina::{
    flows,
    kernel::{Fault, LetterId, Right},
    mail::{self, LetterQuery, LetterRow, LetterView, State},
};

use super::{
    desk::{Answer, Desk},
    list::{Asked, Cell, Empty, Row},
    page::FactLine,
};

const PATH: &str = "/office/letters";

fn tone(state: State) -> &'static str {
    match state {
        State::Queued => "soon",
        State::Sent => "good",
        State::Failed => "late",
    }
}

pub async fn list(desk: Desk) -> Answer {
    let asked = Asked::new(PATH, &desk.query, &["q", "state"]);
    let query = LetterQuery {
        state: desk.query.get("state").parse().ok(),
        to: desk.query.get("q").to_owned(),
        after: desk.query.get("after").parse().ok(),
        limit: 50,
        ..LetterQuery::default()
    };
    let letters = mail::list(desk.app.reader(), &desk.scope(Right::MailRead)?, &query).await?;
    let mut list = asked.list("office.place.letters", Empty::new("office.letter.empty", "office.letter.empty_text"));
    list.search = asked.search("office.letter.search");
    list.kept = asked.kept(&[]);
    list.chips = vec![asked.chip("state", "", desk.t("office.letter.all"), None)];
    list.chips.extend(
        State::ALL
            .iter()
            .map(|state| asked.chip("state", state.as_str(), desk.t(&format!("office.letter.state.{}", state.as_str())), None)),
    );
    list.columns = vec![
        asked.column("office.letter.subject", "wide"),
        asked.column("office.letter.to", ""),
        asked.column("office.letter.state_label", ""),
        asked.column("office.letter.queued", "nowrap extra"),
    ];
    list.rows = letters.rows.iter().map(|letter| row(&desk, letter)).collect();
    list.next = asked.next(letters.next.as_deref());
    desk.show("letters", "list", json!({ "list": list })).await
}

fn row(desk: &Desk, letter: &LetterRow) -> Row {
    let subject = title(desk, letter);
    let state = desk.t(&format!("office.letter.state.{}", letter.state.as_str()));
    Row::new(letter.id, subject.clone()).cells(vec![
        Cell::open(format!("{PATH}/{}", letter.id), subject),
        Cell::text(letter.to.clone()),
        Cell::badge(state, tone(letter.state)),
        Cell::datetime(Some(letter.created_at)),
    ])
}

/// The words of a letter are made when it is sent; until then its kind stands for them.
fn title(desk: &Desk, letter: &LetterRow) -> String {
    letter.title.clone().unwrap_or_else(|| desk.t(&format!("office.letter.kind.{}", letter.template)))
}

/// The letter in the widest scope that the viewer has.
async fn asked_for(desk: &Desk) -> Result<LetterView, Fault> {
    let mail = desk.scope(Right::MailRead)?;
    let scope = if desk.may(Right::UsersManage) { desk.scope(Right::UsersManage)? } else { mail };
    mail::letter(desk.app.reader(), &scope, desk.param("id")?).await
}

pub async fn show(desk: Desk) -> Answer {
    let letter = asked_for(&desk).await?;
    let mut facts = vec![FactLine::new("office.letter.to", format!("{} <{}>", letter.row.to_name, letter.row.to))];
    if let Some(party) = letter.row.party {
        facts.push(FactLine::link("office.order.customer", letter.row.to_name.clone(), format!("/office/customers/{party}")));
    }
    facts.push(FactLine::new("office.letter.queued", desk.datetime(letter.row.created_at)));
    if let Some(at) = letter.row.sent_at {
        facts.push(FactLine::new("office.letter.sent", desk.datetime(at)));
    }
    let context = json!({ "letter": {
        "id": letter.row.id,
        "subject": title(&desk, &letter.row),
        "state": letter.row.state,
        "tone": tone(letter.row.state),
        "facts": facts,
        "fault": letter.row.last_error,
        "rendered": letter.html.is_some(),
        "sealed": letter.sealed,
        "plain": letter.plain,
        "again": letter.row.state == State::Failed && desk.may(Right::JobsManage),
    }});
    desk.show("letters", "letter", context).await
}

/// The letter itself, for the frame: nothing in it may run, and pictures come from us alone.
pub async fn body(desk: Desk) -> Answer {
    let letter = asked_for(&desk).await?;
    Ok(Response::builder()
        .status(StatusCode::OK)
        .content_type("text/html; charset=utf-8")
        // Letters carry their styles inline, as mail programs want them.
        .header(
            "content-security-policy",
            "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox",
        )
        .header("x-content-type-options", "nosniff")
        .header("cache-control", "no-store")
        .body(letter.html.unwrap_or_default()))
}

pub async fn send_again(desk: Desk) -> Answer {
    let id: LetterId = desk.param("id")?;
    flows::letters::resend(&desk.app, &desk.actor, id).await?;
    desk.done(&format!("{PATH}/{id}"), "office.flash.retried")
}
