//! Offers: the list, beginning one, and the steps that it takes.

use serde_json::{Value, json};
use vitrina::{
    flows::{
        self,
        offers::{Begin, Unread},
    },
    kernel::{Fault, OfferId, PartyId, Right, UserId},
    offers::{self, OfferQuery, OfferRow, OfferSort, Origins, State, Tally},
    parties::{self, CustomerFilter, CustomerQuery},
};

use super::{
    desk::{Answer, Desk, Told},
    list::{Action, Asked, Cell, Empty, Row},
    narrow::{self, Narrow},
    part,
};
use crate::files::file;

pub const PATH: &str = "/office/offers";

pub fn tone(state: State) -> &'static str {
    match state {
        State::Question => "late",
        State::Draft | State::Ready | State::Revised => "soon",
        State::Sent | State::Viewed => "live",
        State::Accepted | State::Ordered => "good",
        State::Declined | State::Expired | State::Withdrawn => "",
    }
}

pub fn state_text(desk: &Desk, state: State) -> String {
    desk.t(&format!("office.offer.state.{}", state.as_str()))
}

/// Why it was lost, in words: a code, then what the person added.
pub fn loss(desk: &Desk, reason: &str) -> String {
    let (code, note) = reason.split_once(": ").unwrap_or((reason, ""));
    let key = format!("offers.loss.{code}");
    let word = if desk.stage.has_text(desk.locale, &key) { desk.t(&key) } else { code.to_owned() };
    if note.is_empty() { word } else { format!("{word}. {note}") }
}

/// What the list may be asked for by.
const NAMES: &[&str] = &[
    "q", "state", "manager", "role", "team", "channel", "soon", "from", "until", "least", "most", "currency", "product", "sort",
];

const OPEN: &[State] =
    &[State::Draft, State::Ready, State::Sent, State::Viewed, State::Question, State::Revised, State::Accepted];

pub async fn list(desk: Desk) -> Answer {
    let asked = Asked::new(PATH, &desk.query, NAMES);
    let scope = desk.scope(Right::OffersRead)?;
    let narrow = Narrow::read(&desk.query, &desk.app).await?;
    let sort: OfferSort = desk.query.get("sort").parse().unwrap_or_default();
    let query = OfferQuery {
        states: match desk.query.get("state") {
            "open" => OPEN.to_vec(),
            "lost" => vec![State::Declined, State::Expired, State::Withdrawn],
            state => state.parse().into_iter().collect(),
        },
        manager: match desk.query.get("manager") {
            "mine" => Some(desk.staff.user),
            "team" => None,
            id => id.parse::<UserId>().ok(),
        },
        ends_before: within(&desk),
        managers: narrow::people(&desk).await?,
        channel: desk.query.get("channel").parse().ok(),
        begun_from: narrow.from,
        begun_until: narrow.until,
        gross: narrow.gross,
        skus: narrow.skus.clone(),
        search: desk.query.get("q").to_owned(),
        sort,
        after: desk.query.owned("after"),
        ..OfferQuery::default()
    };
    let db = desk.app.reader();
    let page = offers::list(db, &scope, &query).await?;
    let new = format!("{PATH}/new");
    let empty = Empty::new("office.offer.empty", "office.offer.empty_text").first(&new, "office.offer.new");
    let mut list = asked.list("office.place.offers", empty);
    if desk.may(Right::OffersWrite) {
        list.actions = vec![Action { url: new, label: "office.offer.new", main: true }];
    }
    list.search = asked.search("office.offer.search");
    let mut managers = part::colleagues(&desk, db).await?;
    managers.retain(|m| !m.value.is_empty());
    list.filters = vec![asked.filter("manager", "office.offer.any_manager", managers.clone())];
    (list.more, list.more_on) = narrow::offers(&desk, &narrow).await?;
    list.kept =
        asked.kept(&["manager", "role", "team", "channel", "soon", "from", "until", "least", "most", "currency", "product"]);
    let whole = OfferQuery { states: Vec::new(), after: None, ..query.clone() };
    let tally = offers::tally(db, &scope, &whole).await?;
    list.sums = narrow::sums(&desk, &asked, &tally, &offers::losses(db, &scope, &query).await?, &query.states);
    list.sums.splice(1..1, narrow::teams(&desk, &asked, &offers::by_manager(db, &scope, &query).await?).await?);
    list.chips = chips(&desk, &asked, &tally);
    list.columns = vec![
        asked.column("office.offer.number", "nowrap"),
        asked.column("office.offer.customer", "wide"),
        asked.column("office.offer.state_label", ""),
        asked.column("office.offer.manager", "extra"),
        asked.sorted("office.offer.total", "num", "dearest", "descending", false),
        asked.sorted("office.offer.until", "nowrap", "deadline", "ascending", false),
        asked.sorted("office.offer.changed", "nowrap roomy", "changed", "descending", true),
    ];
    list.rows = page.rows.iter().map(|row| line(&desk, row, &managers)).collect();
    list.next = asked.next(page.next.as_deref());
    desk.show("offers", "list", json!({ "list": list })).await
}

/// The states with how many stand there, of what the other filters leave.
fn chips(desk: &Desk, asked: &Asked<'_>, tally: &[Tally]) -> Vec<super::list::Chip> {
    let count = |of: &[State]| -> i64 {
        tally.iter().filter(|t| of.is_empty() || of.iter().any(|s| s.as_str() == t.state)).map(|t| t.offers).sum()
    };
    let mut chips = vec![
        asked.chip("state", "", desk.t("office.offer.all"), Some(count(&[]))),
        asked.chip("state", "open", desk.t("office.offer.open"), Some(count(OPEN))),
    ];
    for state in State::ALL {
        let n = count(&[*state]);
        if n > 0 {
            chips.push(asked.chip("state", state.as_str(), state_text(desk, *state), Some(n)));
        }
    }
    chips.push(asked.chip("manager", "mine", desk.t("office.offer.mine"), None));
    if desk.staff.team.len() > 1 {
        chips.push(asked.chip("manager", "team", desk.t("office.offer.my_team"), None));
    }
    let on = desk.query.get("soon") == "7";
    let url = asked.with("soon", if on { "" } else { "7" });
    chips.push(super::list::Chip { url, label: desk.t("office.offer.ends_soon"), on, count: None });
    chips
}

/// What waits for an answer and ends within so many days.
fn within(desk: &Desk) -> Option<vitrina::kernel::Moment> {
    let days: i64 = desk.query.get("soon").parse().ok()?;
    Some(desk.app.now().plus_days(days.clamp(1, 365)))
}

fn line(desk: &Desk, o: &OfferRow, managers: &[super::page::Choice]) -> Row {
    let number = o.number.clone().unwrap_or_else(|| desk.t("office.offer.draft_number"));
    let manager = o.manager.map(|m| m.to_string()).unwrap_or_default();
    let manager = managers.iter().find(|m| m.value == manager).map(|m| m.label.clone()).unwrap_or_default();
    let soon = o.state.is_open() && o.expires_at.is_some_and(|at| at < desk.app.now().plus_days(7));
    let until = match o.expires_at {
        Some(at) => Cell::Date { at: at.plus_seconds(-1), tone: if soon { "soon" } else { "" } },
        None => Cell::Empty,
    };
    let customer = Cell::Text { text: o.customer.clone(), sub: Some(o.title.clone()), tone: None };
    let state = if o.loss_reason.is_empty() || o.state == State::Expired {
        Cell::badge(state_text(desk, o.state), tone(o.state))
    } else {
        Cell::Text { text: state_text(desk, o.state), sub: Some(loss(desk, &o.loss_reason)), tone: Some("muted") }
    };
    Row::new(o.id, number.clone()).cells(vec![
        Cell::open(format!("{PATH}/{}", o.id), number),
        customer,
        state,
        Cell::quiet(manager),
        Cell::money(Some(o.gross)),
        until,
        Cell::datetime(Some(o.changed_at)),
    ])
}

/// An offer in a short list.
pub fn brief(desk: &Desk, o: &OfferRow) -> Value {
    json!({
        "url": format!("{PATH}/{}", o.id), "number": o.number.clone().unwrap_or_else(|| desk.t("office.offer.draft_number")),
        "state": state_text(desk, o.state), "tone": tone(o.state), "total": o.gross,
    })
}

/// Whom for: customers by words, the latest first.
pub async fn new(desk: Desk) -> Answer {
    let scope = desk.scope(Right::CustomersRead)?;
    let filter = CustomerFilter { search: desk.query.owned("q"), ..CustomerFilter::default() };
    let query = CustomerQuery { filter, limit: 20, ..CustomerQuery::default() };
    let found = parties::list(desk.app.reader(), &scope, &query).await?;
    let row = |c: &parties::CustomerRow| json!({ "id": c.id, "name": c.display, "sub": c.email.clone().or_else(|| c.phone.clone()).unwrap_or_default() });
    let all = flows::offers::templates(&desk.app, &desk.actor).await?;
    let chosen = desk.query.get("template");
    let new = format!("{PATH}/new");
    let none = crate::urls::with(&new, &[("q", desk.query.get("q")), ("for", desk.query.get("for"))]);
    let template = |t: &offers::Template| {
        let url = crate::urls::with(
            &new,
            &[("template", &t.id.to_string()), ("q", desk.query.get("q")), ("for", desk.query.get("for"))],
        );
        json!({
            "id": t.id, "name": t.name, "on": chosen == t.id.to_string(), "url": url, "changed": t.changed_at,
            "rows": t.content.items().count(), "language": super::texts::language(&desk, t.written_in),
        })
    };
    let context = json!({ "templates": all.iter().map(template).collect::<Vec<_>>(), "template": desk.query.opt("template"), "without": none,
        "query": desk.query.get("q"), "customers": found.rows.iter().map(row).collect::<Vec<_>>(), "ordering": ordering(&desk), "own": if ordering(&desk) { "/office/offers?for=order" } else { PATH } });
    desk.show("offers", "offer_new", context).await
}

pub async fn create(desk: Desk) -> Answer {
    let form = &desk.form;
    let id = |name: &str| form.get(name).parse::<uuid::Uuid>().ok();
    let origin = id("inquiry")
        .map(Origins::Inquiry)
        .or_else(|| id("order").map(Origins::Order))
        .or_else(|| id("offer").map(Origins::Offer));
    let party: Option<PartyId> = form.get("customer").parse().ok();
    if origin.is_none() && party.is_none() {
        return Err(Fault::invalid("customer", "form.choose"));
    }
    // Two clicks within a minute are one wish.
    let minute = desk.app.now().0 / 60_000;
    let key = format!("{}:{:?}:{:?}:{}:{minute}", desk.staff.user, origin, party, form.get("template"));
    let title = if ordering(&desk) { desk.t("office.order.new_title") } else { form.get("title").to_owned() };
    let template = form.get("template").parse().ok();
    let new = Begin { party, title, origin, template, key, ..Begin::default() };
    let id = flows::offers::start(&desk.app, &desk.actor, new).await?;
    let said = if ordering(&desk) { "office.flash.order_begun" } else { "office.flash.offer_begun" };
    desk.done(&format!("{PATH}/{id}"), said)
}

/// Somebody is on the phone: the builder is opened for an order, not for an offer.
fn ordering(desk: &Desk) -> bool {
    desk.query.get("for") == "order"
}

/// On to the customer's page as it would be sent at this moment.
pub async fn look(desk: Desk) -> Answer {
    let (locale, token) = flows::offers::look_link(&desk.app, &desk.actor, desk.param("id")?).await?;
    Ok(crate::render::see_other(&format!("/{locale}/offer-look/{token}")))
}

/// Keeps an offer as a template.
pub async fn keep(desk: Desk) -> Answer {
    let id: OfferId = desk.param("id")?;
    flows::offers::keep_template(&desk.app, &desk.actor, id, desk.form.get("name")).await?;
    desk.done(&format!("{PATH}/{id}"), "office.flash.offer_template_kept")
}

pub async fn forget(desk: Desk) -> Answer {
    let id = desk.form.get("template").parse().map_err(|_| Fault::not_found("offers.no_template"))?;
    flows::offers::drop_template(&desk.app, &desk.actor, id).await?;
    desk.done(&format!("{PATH}/new"), "office.flash.offer_template_dropped")
}

/// What a button of the offer's page asks for.
pub async fn step(desk: Desk) -> Answer {
    let id: OfferId = desk.param("id")?;
    let (app, actor) = (&desk.app, &desk.actor);
    let flash = match desk.form.get("do") {
        "prepare" => flows::offers::prepare(app, actor, id).await.map(|_| "offer_ready")?,
        "reopen" => flows::offers::reopen(app, actor, id).await.map(|_| "offer_reopened")?,
        "revise" => flows::offers::revise(app, actor, id).await.map(|_| "offer_reopened")?,
        "undo" => flows::offers::undo(app, actor, id).await.map(|()| "offer_saved")?,
        "withdraw" => flows::offers::withdraw(app, actor, id, desk.form.get("reason")).await.map(|()| "offer_withdrawn")?,
        "order" => flows::offers::order(app, actor, id).await.map(|_| "offer_ordered")?,
        _ => return Err(Fault::invalid("do", "form.choose")),
    };
    desk.done(&format!("{PATH}/{id}"), &format!("office.flash.{flash}"))
}

pub async fn approve(desk: Desk) -> Answer {
    let id: OfferId = desk.param("id")?;
    flows::offers::approve(&desk.app, &desk.actor, id).await?;
    desk.done(&format!("{PATH}/{id}"), "office.flash.offer_approved")
}

pub async fn send(desk: Desk) -> Answer {
    let id: OfferId = desk.param("id")?;
    let unread = if desk.form.get("unread") == "noted" { Unread::Noted } else { Unread::Refused };
    let number = flows::offers::send(&desk.app, &desk.actor, id, unread).await?;
    let told = Told { key: "office.flash.offer_sent".into(), args: vec![("number".into(), number)], undo: None };
    desk.told(&format!("{PATH}/{id}"), told)
}

pub async fn answer(desk: Desk) -> Answer {
    let id: OfferId = desk.param("id")?;
    let question = desk.form.get("question").parse().map_err(|_| Fault::invalid("question", "form.choose"))?;
    flows::offers::answer(&desk.app, &desk.actor, id, (question, desk.form.get("answer"))).await?;
    desk.done(&format!("{PATH}/{id}#questions"), "office.flash.offer_answered")
}

/// The paper as it reads at this moment, or a version as it was sent.
pub async fn pdf(desk: Desk) -> Answer {
    let id: OfferId = desk.param("id")?;
    let shown = match desk.query.get("version").parse::<i64>() {
        _ if desk.query.has("accepted") => flows::offers::certificate_of(&desk.app, &desk.actor, id).await?,
        Ok(n) => flows::offers::pdf(&desk.app, &desk.actor, id, n).await?,
        Err(_) => flows::offers::preview(&desk.app, &desk.actor, id).await?,
    };
    let mut answer = file(shown);
    // To be looked at beside the offer, not to be saved.
    answer.headers_mut().insert("content-disposition", poem::http::HeaderValue::from_static("inline"));
    Ok(answer)
}
