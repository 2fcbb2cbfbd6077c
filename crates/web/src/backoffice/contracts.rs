//! Contracts: the list, one while it is written and once it was sent, and the steps that it takes.

use serde_json::{Value, json};
use vitrina::{
    access,
    contracts::{self, Content, ContractQuery, ContractRow, EventView, Paper, Side, State, Step},
    flows::{
        self,
        contracts::{Make, Written},
    },
    kernel::{ContractId, Fault, OfferId, OrderId, PartyId, Right},
    offers,
};

use super::{
    contract_templates,
    desk::{Answer, Desk, Told},
    list::{Action, Asked, Cell, Empty, Row},
    page::{Choice, FactLine},
};
use crate::files::file;

const PATH: &str = "/office/contracts";

pub fn tone(state: State) -> &'static str {
    match state {
        State::Draft | State::Revised => "soon",
        State::Sent | State::Viewed => "live",
        State::Accepted => "good",
        State::Declined => "late",
        State::Withdrawn => "",
    }
}

pub fn state_text(desk: &Desk, state: State) -> String {
    desk.t(&format!("office.contract.state.{}", state.as_str()))
}

/// Why it was declined, in words: a code, then what the person added; or staff's own reason.
fn refusal(desk: &Desk, reason: &str) -> String {
    let (code, note) = reason.split_once(": ").unwrap_or((reason, ""));
    let key = format!("contracts.refusal.{code}");
    if !desk.stage.has_text(desk.locale, &key) {
        return reason.to_owned();
    }
    if note.is_empty() { desk.t(&key) } else { format!("{}. {note}", desk.t(&key)) }
}

pub async fn list(desk: Desk) -> Answer {
    let asked = Asked::new(PATH, &desk.query, &["q", "state"]);
    let query = ContractQuery {
        states: desk.query.get("state").parse().into_iter().collect(),
        search: desk.query.get("q").to_owned(),
        after: desk.query.owned("after"),
        ..ContractQuery::default()
    };
    let page = contracts::list(desk.app.reader(), &desk.scope(Right::OffersRead)?, &query).await?;
    let mut list = asked.list("office.place.contracts", Empty::new("office.contract.empty", "office.contract.empty_text"));
    list.search = asked.search("office.contract.search");
    list.kept = asked.kept(&[]);
    list.chips = vec![asked.chip("state", "", desk.t("office.contract.all"), None)];
    list.chips.extend(State::ALL.iter().map(|s| asked.chip("state", s.as_str(), state_text(&desk, *s), None)));
    list.columns = vec![
        asked.column("office.contract.number", "nowrap"),
        asked.column("office.contract.customer", "wide"),
        asked.column("office.contract.state_label", ""),
        asked.column("office.contract.total", "num"),
        asked.column("office.contract.changed", "nowrap extra"),
    ];
    list.rows = page.rows.iter().map(|row| line(&desk, row)).collect();
    list.next = asked.next(page.next.as_deref());
    if desk.may(Right::SettingsManage) {
        list.actions =
            vec![Action { url: contract_templates::PATH.into(), label: "office.place.contract_templates", main: false }];
    }
    desk.show("contracts", "list", json!({ "list": list })).await
}

fn number(desk: &Desk, number: Option<&String>) -> String {
    number.cloned().unwrap_or_else(|| desk.t("office.contract.draft_number"))
}

fn line(desk: &Desk, c: &ContractRow) -> Row {
    let number = number(desk, c.number.as_ref());
    let state = match c.state {
        State::Declined => {
            Cell::Text { text: state_text(desk, c.state), sub: Some(refusal(desk, &c.reason)), tone: Some("late") }
        }
        state => Cell::badge(state_text(desk, state), tone(state)),
    };
    Row::new(c.id, number.clone()).cells(vec![
        Cell::open(format!("{PATH}/{}", c.id), number),
        Cell::text(c.customer.clone()),
        state,
        Cell::money(Some(c.gross)),
        Cell::datetime(Some(c.changed_at)),
    ])
}

/// A contract in a short list.
fn brief(desk: &Desk, c: &ContractRow) -> Value {
    json!({
        "url": format!("{PATH}/{}", c.id), "number": number(desk, c.number.as_ref()), "state": state_text(desk, c.state),
        "tone": tone(c.state), "total": c.gross,
    })
}

/// The contracts of an offer and, where one may be made of it now, the way to it. For the offer's page.
///
/// # Faults
/// Whatever the database says.
pub async fn of_offer(desk: &Desk, offer: &offers::Offer, accepted: bool) -> Result<Value, Fault> {
    let rows = contracts::of_offer(desk.app.reader(), &desk.scope(Right::OffersRead)?, offer.id).await?;
    let mine = desk.scope(Right::OffersWrite).is_ok_and(|scope| scope.covers(offer.manager));
    let may = mine && offer.version > 0 && (accepted || offer.state.is_open());
    panel(desk, &rows, may.then(|| format!("/office/offers/{}/contract", offer.id)), offer.locale).await
}

/// The same for the page of the order that came of an offer; nothing for one that came of none.
///
/// # Faults
/// Whatever the database says.
pub async fn of_order(desk: &Desk, order: OrderId, locale: vitrina::kernel::Locale) -> Result<Value, Fault> {
    let Ok(scope) = desk.scope(Right::OffersRead) else { return Ok(Value::Null) };
    let rows = contracts::of_order(desk.app.reader(), &scope, order).await?;
    let offer = match desk.scope(Right::OffersWrite) {
        Ok(scope) => offers::of_order(desk.app.reader(), &scope, order).await?,
        Err(_) => None,
    };
    if rows.is_empty() && offer.is_none() {
        return Ok(Value::Null);
    }
    panel(desk, &rows, offer.map(|_| format!("/office/orders/{order}/contract")), locale).await
}

async fn panel(desk: &Desk, rows: &[ContractRow], make: Option<String>, locale: vitrina::kernel::Locale) -> Result<Value, Fault> {
    let mut templates = Vec::new();
    if make.is_some() {
        let spoken = contracts::standard::spoken(locale);
        let all = contracts::templates(desk.app.reader()).await?;
        let fits = all.into_iter().filter(|t| t.key.locale == spoken || t.key.locale == locale);
        templates.extend(fits.map(|t| Choice::new(t.key.to_string(), t.name)));
    }
    Ok(json!({ "rows": rows.iter().map(|c| brief(desk, c)).collect::<Vec<_>>(), "make": make, "templates": templates }))
}

/// The contracts of a customer, for the customer's page.
///
/// # Faults
/// Whatever the database says.
pub async fn of_party(desk: &Desk, party: PartyId) -> Result<Vec<Value>, Fault> {
    let Ok(scope) = desk.scope(Right::OffersRead) else { return Ok(Vec::new()) };
    let rows = contracts::of_party(desk.app.reader(), &scope, party).await?;
    Ok(rows.iter().map(|c| brief(desk, c)).collect())
}

pub async fn make(desk: Desk) -> Answer {
    let offer: OfferId = desk.param("id")?;
    made(&desk, offer).await
}

pub async fn make_of_order(desk: Desk) -> Answer {
    let order: OrderId = desk.param("id")?;
    let offer = offers::of_order(desk.app.reader(), &desk.scope(Right::OffersWrite)?, order).await?;
    made(&desk, offer.ok_or_else(|| Fault::not_found("offers.no_offer"))?).await
}

async fn made(desk: &Desk, offer: OfferId) -> Answer {
    let template = desk.form.owned("template").filter(|t| !t.is_empty());
    // Two clicks within a minute are one wish.
    let key = format!("{}:{offer}:{template:?}:{}", desk.staff.user, desk.app.now().0 / 60_000);
    let id = flows::contracts::make(&desk.app, &desk.actor, Make { offer, template, key }).await?;
    desk.done(&format!("{PATH}/{id}"), "office.flash.contract_begun")
}

pub async fn show(desk: Desk) -> Answer {
    let id: ContractId = desk.param("id")?;
    let w = flows::contracts::written(&desk.app, &desk.actor, id).await?;
    let c = &w.contract;
    let mine = desk.scope(Right::OffersWrite).is_ok_and(|scope| scope.covers(c.manager));
    let writes = mine && c.state.is_written();
    let may = |step: Step| mine && c.state.may(step);
    let sends = c.state.may(Step::Send) && desk.scope(Right::OffersSend).is_ok_and(|scope| scope.covers(c.manager));
    let lacks = match &w.reading {
        Ok(_) => Vec::new(),
        Err(fault) => fault.all().map(|f| lack(&desk, f)).collect(),
    };
    let context = json!({
        "contract": {
            "id": id, "number": number(&desk, c.number.as_ref()), "title": c.content.title, "state": c.state.as_str(),
            "state_text": state_text(&desk, c.state), "tone": tone(c.state), "customer": c.content.buyer.name,
            "email": c.content.buyer.email, "locale": c.locale, "views": (c.views > 0).then_some(c.views), "viewed": c.viewed_at,
            "page": c.token.as_ref().map(|token| format!("/{}/contract/{token}?look=1", c.locale)),
            "why": (!c.reason.is_empty()).then(|| refusal(&desk, &c.reason)),
        },
        "facts": facts(&desk, &w),
        "may": {
            "write": writes, "send": sends && lacks.is_empty() && !w.moved, "revise": may(Step::Revise), "withdraw": may(Step::Withdraw),
            "answer": mine,
        },
        "moved": w.moved && !matches!(c.state, State::Withdrawn | State::Accepted),
        "lacks": lacks,
        "reading": w.reading.as_ref().ok().map(reading),
        "form": if writes { form(&desk, &c.content) } else { Value::Null },
        "fields": contract_templates::fields(&desk), "conditions": contract_templates::conditions(&desk),
        "versions": w.versions.iter().map(|v| json!({
            "n": v.n, "at": v.sent_at, "total": v.paper.sums.gross, "superseded": v.n < c.version,
            "pdf": v.pdf.as_ref().map(|_| format!("{PATH}/{id}/pdf?version={}", v.n)),
        })).collect::<Vec<_>>(),
        "accepted": w.acceptance.as_ref().map(|a| json!({
            "name": a.name, "role": a.role, "at": a.at, "address": a.address, "hash": a.hash,
            "pdf": a.pdf.as_ref().map(|_| format!("{PATH}/{id}/pdf?version=signed")),
        })),
        "questions": w.questions,
        "timeline": events(&desk, &w.events).await?,
    });
    desk.show("contracts", "contract", context).await
}

/// What keeps it from being sent, in words.
fn lack(desk: &Desk, fault: &Fault) -> String {
    let said = desk.stage.fault(desk.locale, fault);
    match &fault.field {
        Some(field) if fault.code == "form.missing" => {
            let key = format!("office.contract.lacking.{field}");
            if desk.stage.has_text(desk.locale, &key) { format!("{}: {said}", desk.t(&key)) } else { said }
        }
        _ => said,
    }
}

fn reading(paper: &Paper) -> Value {
    json!({ "preamble": paper.text.preamble, "parts": paper.text.parts, "locale": paper.locale })
}

fn facts(desk: &Desk, w: &Written) -> Vec<FactLine> {
    let c = &w.contract;
    let mut facts = vec![
        FactLine::link("office.contract.customer", c.content.buyer.name.clone(), format!("/office/customers/{}", c.party)),
        FactLine::link(
            "office.contract.offer",
            format!("{} · {}", w.offer, c.offer_version),
            format!("/office/offers/{}", c.offer),
        ),
    ];
    if let Some(order) = c.order {
        facts.push(FactLine::link("office.contract.order", desk.t("office.contract.order"), format!("/office/orders/{order}")));
    }
    facts.push(FactLine::new("office.contract.total", desk.stage.money(desk.locale, c.gross)));
    facts
}

const SIDE: [(&str, &str); 14] = [
    ("name", ""),
    ("code", ""),
    ("vat_code", ""),
    ("person", ""),
    ("role", ""),
    ("basis", ""),
    ("email", "email"),
    ("phone", "tel"),
    ("street", ""),
    ("postcode", ""),
    ("city", ""),
    ("country", ""),
    ("bank", ""),
    ("iban", ""),
];

fn form(desk: &Desk, content: &Content) -> Value {
    let side = |prefix: &str, side: &Side| -> Vec<Value> {
        let words = serde_json::to_value(side).unwrap_or_default();
        // Nobody asks for the customer's bank, and a consumer signs for themselves.
        let left_out = |name: &str| {
            (prefix == "buyer" && matches!(name, "bank" | "iban"))
                || (!side.company && matches!(name, "person" | "role" | "basis"))
        };
        let field = |(name, kind): &(&str, &str)| {
            let key = format!("{prefix}_{name}");
            let value = desk.old(&key, words[*name].as_str().unwrap_or_default());
            let kind = if kind.is_empty() { "text" } else { kind };
            json!({ "name": key, "label": format!("office.contract.side.{name}"), "kind": kind, "value": value })
        };
        SIDE.iter().filter(|(name, _)| !left_out(name)).map(field).collect()
    };
    json!({
        "title": desk.old("title", content.title.clone()), "place": desk.old("place", content.place.clone()),
        "body": desk.old("body", content.body.clone()), "seller": side("seller", &content.seller), "buyer": side("buyer", &content.buyer),
    })
}

/// What happened, newest first.
async fn events(desk: &Desk, all: &[EventView]) -> Result<Vec<Value>, Fault> {
    let names = access::names(desk.app.reader()).await?;
    let by = |actor: &str| match actor.split_once(':') {
        Some(("staff", id)) => id.parse().ok().and_then(|id| names.get(&id).cloned()).unwrap_or_default(),
        Some(("key", _)) => desk.t("office.origin.api"),
        _ if actor == "system" => desk.t("office.origin.system"),
        _ => desk.t("office.origin.shop"),
    };
    let show = |e: &EventView| {
        let bad = matches!(e.step.as_str(), "decline" | "withdraw");
        json!({
            "kind": if bad { "bad" } else { "order" }, "at": e.at, "url": null, "amount": null, "by": by(&e.actor),
            "said": (!e.reason.is_empty()).then(|| refusal(desk, &e.reason)),
            "text": desk.say(&format!("office.contract.step.{}", e.step), &[("n", e.version.to_string())]),
        })
    };
    Ok(all.iter().rev().map(show).collect())
}

pub async fn save(desk: Desk) -> Answer {
    let id: ContractId = desk.param("id")?;
    let stored = contracts::contract(desk.app.reader(), &desk.scope(Right::OffersWrite)?, id).await?.content;
    let typed = |name: &str, stored: &str| match desk.form.has(name) {
        true => desk.form.get(name).trim().to_owned(),
        false => stored.to_owned(),
    };
    let side = |prefix: &str, side: &Side| -> Result<Side, Fault> {
        let mut words = serde_json::to_value(side)?;
        for (name, _) in SIDE {
            let value = typed(&format!("{prefix}_{name}"), words[name].as_str().unwrap_or_default());
            words[name] = value.chars().take(300).collect::<String>().into();
        }
        Ok(serde_json::from_value(words)?)
    };
    let content = Content {
        title: typed("title", &stored.title),
        place: typed("place", &stored.place),
        body: typed("body", &stored.body),
        seller: side("seller", &stored.seller)?,
        buyer: side("buyer", &stored.buyer)?,
    };
    flows::contracts::change(&desk.app, &desk.actor, id, content).await?;
    desk.done(&format!("{PATH}/{id}"), "office.flash.contract_saved")
}

pub async fn step(desk: Desk) -> Answer {
    let id: ContractId = desk.param("id")?;
    let (app, actor) = (&desk.app, &desk.actor);
    let flash = match desk.form.get("do") {
        "revise" => flows::contracts::revise(app, actor, id).await.map(|_| "contract_revised")?,
        "withdraw" => flows::contracts::withdraw(app, actor, id, desk.form.get("reason")).await.map(|()| "contract_withdrawn")?,
        _ => return Err(Fault::invalid("do", "form.choose")),
    };
    desk.done(&format!("{PATH}/{id}"), &format!("office.flash.{flash}"))
}

pub async fn answer(desk: Desk) -> Answer {
    let id: ContractId = desk.param("id")?;
    let question = desk.form.get("question").parse().map_err(|_| Fault::invalid("question", "form.choose"))?;
    flows::contracts::answer(&desk.app, &desk.actor, id, (question, desk.form.get("answer"))).await?;
    desk.done(&format!("{PATH}/{id}#questions"), "office.flash.contract_answered")
}

pub async fn send(desk: Desk) -> Answer {
    let id: ContractId = desk.param("id")?;
    let number = flows::contracts::send(&desk.app, &desk.actor, id).await?;
    let told = Told { key: "office.flash.contract_sent".into(), args: vec![("number".into(), number)], undo: None };
    desk.told(&format!("{PATH}/{id}"), told)
}

/// The paper as it reads at this moment, a version as it was sent, or the accepted one.
pub async fn pdf(desk: Desk) -> Answer {
    let id: ContractId = desk.param("id")?;
    let (app, actor) = (&desk.app, &desk.actor);
    let shown = match desk.query.get("version") {
        "signed" => flows::contracts::signed(app, actor, id).await?,
        n => match n.parse::<i64>() {
            Ok(n) => flows::contracts::pdf(app, actor, id, n).await?,
            Err(_) => flows::contracts::preview(app, actor, id).await?,
        },
    };
    let mut answer = file(shown);
    // To be looked at beside the contract, not to be saved.
    answer.headers_mut().insert("content-disposition", poem::http::HeaderValue::from_static("inline"));
    Ok(answer)
}
