//! Inquiries: every one ends with an answer, a planned step, or a closed reason.

use serde_json::json;
use vitrina::{
    crm::{self, INQUIRY_STATES, InquiryFilter, InquiryQuery, InquiryRow, InquiryState, SubjectKind},
    flows::{self, inquiries::Reply, work::PlannedTask},
    kernel::{InquiryId, Right},
};

use super::{
    desk::{Answer, Desk},
    list::{Asked, Cell, Empty, Row},
    page::{Choice, FactLine, Link},
    part,
};
use crate::forms::{self, Slips};

const PATH: &str = "/office/inquiries";

/// Why an inquiry can be closed. The code is kept, so that reasons can be counted.
const REASONS: &[&str] = &["bought", "too_dear", "too_slow", "elsewhere", "no_answer", "answered", "spam"];

fn tone(state: InquiryState) -> &'static str {
    match state {
        InquiryState::New => "soon",
        InquiryState::Answered => "good",
        InquiryState::Closed => "",
    }
}

fn state_text(desk: &Desk, state: InquiryState) -> String {
    desk.t(&format!("office.inquiry.state.{}", state.as_str()))
}

/// An inquiry in a short list.
pub fn brief(desk: &Desk, i: &InquiryRow) -> serde_json::Value {
    json!({ "url": format!("{PATH}/{}", i.id), "number": i.number, "state": state_text(desk, i.state), "tone": tone(i.state) })
}

pub async fn list(desk: Desk) -> Answer {
    let asked = Asked::new(PATH, &desk.query, &["q", "state"]);
    let filter = InquiryFilter { state: desk.query.get("state").parse().ok(), search: desk.query.owned("q"), party: None };
    let query = InquiryQuery { filter, after: desk.query.owned("after"), limit: 50 };
    let page = crm::inquiries(desk.app.reader(), &desk.scope(Right::InquiriesRead)?, &query).await?;
    let mut list = asked.list("office.place.inquiries", Empty::new("office.inquiry.empty", "office.inquiry.empty_text"));
    list.search = asked.search("office.inquiry.search");
    list.kept = asked.kept(&[]);
    list.chips = vec![asked.chip("state", "", desk.t("office.customer.all"), None)];
    list.chips.extend(INQUIRY_STATES.iter().map(|s| asked.chip("state", s.as_str(), state_text(&desk, *s), None)));
    list.columns = vec![
        asked.column("office.inquiry.from", ""),
        asked.column("office.inquiry.about", "extra"),
        asked.column("office.inquiry.asked", "extra"),
        asked.column("office.order.state_label", ""),
        asked.column("office.inquiry.taken", "nowrap"),
    ];
    list.rows = page.rows.iter().map(|row| line(&desk, row)).collect();
    list.next = asked.next(page.next.as_deref());
    desk.show("inquiries", "list", json!({ "list": list })).await
}

fn line(desk: &Desk, i: &InquiryRow) -> Row {
    let open = Cell::Open { url: format!("{PATH}/{}", i.id), text: i.party_name.clone(), sub: Some(i.number.clone()) };
    Row::new(i.id, i.number.clone()).cells(vec![
        open,
        Cell::text(i.product_title.clone().unwrap_or_else(|| desk.t("office.inquiry.general"))),
        Cell::quiet(i.excerpt.clone()),
        Cell::badge(state_text(desk, i.state), tone(i.state)),
        Cell::datetime(Some(i.created_at)),
    ])
}

pub async fn show(desk: Desk) -> Answer {
    let db = desk.app.reader();
    let scope = desk.scope(Right::InquiriesRead)?;
    let id: InquiryId = desk.param("id")?;
    let found = crm::inquiry(db, &scope, id, desk.app.now()).await?;
    let party = found.row.party;
    let timeline = crm::timeline(db, &scope, party, None).await?;
    let mut contact =
        vec![FactLine::link("office.customer.name", found.row.party_name.clone(), format!("/office/customers/{party}"))];
    if let Some(email) = &found.party_email {
        contact.push(FactLine::link("office.customer.email", email.clone(), format!("mailto:{email}")));
    }
    if let Some(phone) = &found.party_phone {
        contact.push(FactLine::link("office.customer.phone", phone.clone(), format!("tel:{phone}")));
    }
    if let Some(reference) = &found.customer_ref {
        contact.push(FactLine::new("office.inquiry.customer_ref", reference.clone()));
    }
    contact.push(FactLine::new("office.customer.locale", desk.t(&format!("office.locale.{}", found.locale))));
    let product = found.row.product.zip(found.row.product_title.clone());
    let closed = found.close_reason.as_deref().map(|reason| reason_text(&desk, reason));
    let context = json!({
        "inquiry": {
            "id": id, "number": found.row.number, "state": found.row.state, "tone": tone(found.row.state),
            "at": found.row.created_at, "text": found.text, "closed": closed, "contact": contact,
            "product": product.map(|(id, name)| Link { url: format!("/office/products/{id}"), name }),
            "reply_to": found.party_email.as_ref().unwrap_or(&found.row.party_name),
            "typed": desk.old("text", ""),
            "by_letter": found.party_email.is_some(), "again": found.row.state == InquiryState::Answered,
        },
        "may": {
            "answer": desk.may(Right::InquiriesWrite) && found.row.state != InquiryState::Closed,
            "write": found.party_email.is_some(), "offer": desk.may(Right::OffersWrite),
        },
        "kinds": part::next_kinds(&desk),
        "kinds_required": part::kinds(&desk),
        "reasons": REASONS.iter().map(|r| Choice::new(*r, desk.t(&format!("office.inquiry.reason.{r}")))).collect::<Vec<_>>(),
        "tasks": found.tasks.iter().map(|t| part::task(&desk, t)).collect::<Vec<_>>(),
        "timeline": timeline.rows.iter().map(|row| part::entry(&desk, row)).collect::<Vec<_>>(),
    });
    desk.show("inquiries", "inquiry", context).await
}

/// A reason in words: its code, then what the person added.
fn reason_text(desk: &Desk, reason: &str) -> String {
    let (code, note) = reason.split_once(": ").unwrap_or((reason, ""));
    let word = if REASONS.contains(&code) { desk.t(&format!("office.inquiry.reason.{code}")) } else { code.to_owned() };
    if note.is_empty() { word } else { format!("{word}. {note}") }
}

/// The answer goes by letter when there is an address, and stands in the history either way.
pub async fn answer(desk: Desk) -> Answer {
    let id: InquiryId = desk.param("id")?;
    let mut slips = Slips::default();
    let text = slips.text(&desk.form, "text");
    let next = part::next(&desk, &mut slips);
    slips.done()?;
    let letter = flows::inquiries::reply(&desk.app, &desk.actor, Reply { inquiry: id, text, next }).await?;
    desk.done(&format!("{PATH}/{id}"), if letter.is_some() { "office.flash.answer_sent" } else { "office.flash.answered" })
}

pub async fn plan(desk: Desk) -> Answer {
    let id: InquiryId = desk.param("id")?;
    let scope = desk.scope(Right::InquiriesRead)?;
    let mut slips = Slips::default();
    let due = slips.take(forms::day(&desk.form, "due"));
    let title = slips.text(&desk.form, "title");
    let kind = desk.form.get("kind").parse::<crm::TaskKind>();
    if kind.is_err() {
        slips.add("kind", "form.choose");
    }
    slips.done()?;
    let (Some(due), Ok(kind)) = (due, kind) else { return desk.done(PATH, "office.flash.task_added") };
    let found = crm::inquiry(desk.app.reader(), &scope, id, desk.app.now()).await?;
    let task = PlannedTask {
        party: found.row.party,
        kind,
        about: Some(format!("{} · {title}", found.row.number)),
        subject: Some((SubjectKind::Inquiry, id.uuid())),
        due_at: part::end_of_work(due),
        assignee: None,
    };
    flows::work::add_task(&desk.app, &desk.actor, task).await?;
    desk.done(&format!("{PATH}/{id}"), "office.flash.task_added")
}

pub async fn close(desk: Desk) -> Answer {
    let id: InquiryId = desk.param("id")?;
    let code = desk.form.get("reason");
    if !REASONS.contains(&code) {
        return Err(vitrina::kernel::Fault::invalid("reason", "form.choose"));
    }
    let note = desk.form.get("note");
    let reason = if note.is_empty() { code.to_owned() } else { format!("{code}: {note}") };
    flows::inquiries::close(&desk.app, &desk.actor, id, &reason).await?;
    desk.done(&format!("{PATH}/{id}"), "office.flash.closed")
}
