//! Bank statements: sent, taken in, and what they could not decide decided by one click.

use std::collections::HashMap;

use poem::{Body, Response};
use serde_json::{Value, json};
use vitrina::{
    flows::{self, statements::Upload},
    kernel::{BankEntryId, Currency, Fault, Money, OrderId, Right, StatementFileId},
    payments::{
        bank::{self, Counts, EntryView, File, Filter, StatementView},
        statement::Match,
    },
    sales::{self, Payable},
};

use super::{
    desk::{Answer, Desk, Told},
    list::{Action, Asked, Cell, Empty, Row},
    page::FactLine,
    prices::plain_money,
};
use crate::{forms, urls};

const PATH: &str = "/office/statements";
/// Entries of a page.
const SHOWN: u32 = 50;
/// Orders that a search shows.
const FOUND: u32 = 12;

fn tone(state: &str) -> &'static str {
    match state {
        "failed" => "late",
        "running" => "live",
        "done" => "good",
        _ => "",
    }
}

pub async fn list(desk: Desk) -> Answer {
    let asked = Asked::new(PATH, &desk.query, &[]);
    let scope = desk.scope(Right::PaymentsRead)?;
    let db = desk.app.reader();
    let mut files = bank::files(db, &scope, desk.query.get("after").parse().ok(), SHOWN + 1).await?;
    let more = files.len() > SHOWN as usize;
    files.truncate(SHOWN as usize);
    let ids: Vec<StatementFileId> = files.iter().map(|f| f.id).collect();
    let waiting: HashMap<StatementFileId, i64> = bank::waiting(db, &scope, &ids).await?.into_iter().collect();
    let new = format!("{PATH}/new");
    let mut empty = Empty::new("office.statement.empty", "office.statement.empty_text");
    if desk.may(Right::PaymentsWrite) {
        empty = empty.first(&new, "office.statement.new");
    }
    let mut list = asked.list("office.place.statements", empty);
    if desk.may(Right::PaymentsWrite) {
        list.actions = vec![Action { url: new, label: "office.statement.new", main: true }];
    }
    list.columns = vec![
        asked.column("office.statement.file", "wide"),
        asked.column("office.statement.state_label", ""),
        asked.column("office.statement.open", "num"),
        asked.column("office.statement.entries", "num extra"),
        asked.column("office.statement.posted_alone", "num extra"),
        asked.column("office.statement.taken", "nowrap extra"),
    ];
    list.next = asked.next(files.last().filter(|_| more).map(|f| f.id.to_string()).as_deref());
    list.rows = files.iter().map(|file| row(&desk, file, waiting.get(&file.id).copied().unwrap_or(0))).collect();
    desk.show("statements", "list", json!({ "list": list })).await
}

fn row(desk: &Desk, file: &File, open: i64) -> Row {
    let number = |n: i64| if n > 0 { Cell::text(n.to_string()) } else { Cell::quiet("0") };
    Row::new(file.id, file.name.clone()).cells(vec![
        Cell::open(format!("{PATH}/{}", file.id), file.name.clone()),
        Cell::badge(desk.t(&format!("office.statement.state.{}", file.state)), tone(&file.state)),
        if open > 0 { Cell::Text { text: open.to_string(), sub: None, tone: Some("soon") } } else { Cell::quiet("0") },
        Cell::text(file.total.to_string()),
        number(file.posted),
        Cell::datetime(Some(file.taken_at)),
    ])
}

pub async fn form(desk: Desk) -> Answer {
    let account = desk.app.settings().text("payment.iban").to_owned();
    let context = json!({
        "mb": flows::statements::MOST >> 20, "profile": desk.form.get("profile"), "account": account,
        "columns": vitrina::payments::statement::Column::all().map(|(_, word)| word).collect::<Vec<_>>().join(", "),
    });
    desk.show("statements", "statement_new", context).await
}

pub async fn create(mut desk: Desk) -> Answer {
    let upload = desk.uploads.iter_mut().find(|u| u.field == "file");
    let Some((name, spooled)) = upload.and_then(|u| Some((u.name.clone(), u.spooled.take()?))) else {
        return Err(Fault::invalid("file", "form.empty"));
    };
    let bytes = tokio::fs::read(&spooled.path).await.map_err(Fault::bug)?;
    let upload = Upload { name, bytes, profile: desk.form.get("profile").to_owned() };
    let id = flows::statements::take(&desk.app, &desk.actor, upload).await?;
    desk.done(&format!("{PATH}/{id}"), "office.flash.statement_taken")
}

/// The kept file, as the bank made it.
pub async fn file(desk: Desk) -> Answer {
    let (file, bytes) = flows::statements::kept(&desk.app, &desk.actor, desk.param("id")?).await?;
    let kind = if file.kind == "xml" { "application/xml" } else { "text/csv" };
    Ok(Response::builder()
        .content_type(kind)
        .header("content-disposition", format!("attachment; filename=\"statement-{}.{}\"", file.id, file.kind))
        .header("cache-control", "no-store")
        .header("x-content-type-options", "nosniff")
        .body(Body::from(bytes)))
}

pub async fn show(desk: Desk) -> Answer {
    let id: StatementFileId = desk.param("id")?;
    let scope = desk.scope(Right::PaymentsRead)?;
    let db = desk.app.reader();
    let file = bank::file(db, &scope, id).await?;
    let counts = bank::counts(db, &scope, id).await?;
    // What is left to do comes first; a finished statement shows all of it.
    let first = if counts.open > 0 || file.state == "running" { Filter::Open } else { Filter::All };
    let filter = desk.query.get("state").parse().unwrap_or(first);
    let after = desk.query.opt("after");
    let page = bank::entries(db, &scope, id, filter, after, SHOWN).await?;
    let chosen = match desk.query.get("entry").parse::<BankEntryId>() {
        Ok(entry) => Some(bank::one(db, &scope, entry).await?).filter(|e| e.file == id),
        Err(_) => None,
    };
    let orders = orders(&desk, page.rows.iter().chain(&chosen)).await?;
    let here = Here { id, filter, after: after.unwrap_or_default() };
    let entries: Vec<Value> = page.rows.iter().map(|e| entry(&desk, &here, e, &orders)).collect();
    let chosen = match chosen {
        Some(chosen) => Some(choice(&desk, &here, &chosen, &orders).await?),
        None => None,
    };
    let context = json!({
        "file": {
            "id": id, "name": file.name, "state": file.state, "state_text": desk.t(&format!("office.statement.state.{}", file.state)),
            "tone": tone(&file.state), "done": file.done, "total": file.total, "busy": file.state == "running",
            "known": file.known, "posted": file.posted, "fresh": file.fresh, "url": format!("{PATH}/{id}"),
            "error": (!file.error.is_empty()).then(|| desk.t(&format!("fault.{}", file.error))),
        },
        "chips": chips(&desk, &here, counts), "filter": filter, "entries": entries, "chosen": chosen,
        "statements": bank::statements(db, &scope, id).await?.iter().map(|s| statement(&desk, s)).collect::<Vec<_>>(),
        "first": after.map(|_| here.url(&[])), "next": page.next.map(|next| here.url(&[("after", &next)])),
        "may": desk.may(Right::PaymentsWrite),
    });
    desk.show("statements", "statement", context).await
}

/// Which part of a statement is looked at.
struct Here<'a> {
    id: StatementFileId,
    filter: Filter,
    after: &'a str,
}

impl Here<'_> {
    fn url(&self, more: &[(&str, &str)]) -> String {
        let mut values = vec![("state", self.filter.as_str())];
        values.extend_from_slice(more);
        urls::with(&format!("{PATH}/{}", self.id), &values)
    }
}

fn chips(desk: &Desk, here: &Here, counts: Counts) -> Vec<Value> {
    let count = |filter: Filter| match filter {
        Filter::Open => counts.open,
        Filter::Posted => counts.posted,
        Filter::Aside => counts.aside,
        Filter::All => counts.all,
    };
    let chip = |filter: &Filter| {
        let at = Here { filter: *filter, ..*here };
        json!({ "url": at.url(&[]), "label": desk.t(&format!("office.statement.filter.{}", filter.as_str())),
                "on": *filter == here.filter, "count": count(*filter) })
    };
    Filter::ALL.iter().map(chip).collect()
}

/// Account, time, balances and what does not fit.
fn statement(desk: &Desk, s: &StatementView) -> Value {
    let mut facts = vec![FactLine::new("office.statement.account", grouped(&s.account))];
    if let (Some(from), Some(to)) = (&s.from_on, &s.to_on) {
        facts.push(FactLine::new("office.statement.period", if from == to { from.clone() } else { format!("{from} – {to}") }));
    }
    if let Some(sequence) = s.sequence {
        facts.push(FactLine::new("office.statement.sequence", sequence.to_string()));
    }
    for (label, sum) in [
        ("office.statement.opening", s.opening),
        ("office.statement.booked", Some(s.booked)),
        ("office.statement.closing", s.closing),
    ] {
        facts.extend(sum.map(|sum| FactLine::new(label, desk.stage.money(desk.locale, sum))));
    }
    let mut wrong = Vec::new();
    if let Some(off) = s.off {
        wrong.push(desk.say("office.statement.off", &[("sum", desk.stage.money(desk.locale, off))]));
    }
    if let (Some(after), Some(sequence)) = (s.gap_after, s.sequence) {
        wrong.push(desk.say("office.statement.gap", &[("from", (after + 1).to_string()), ("to", (sequence - 1).to_string())]));
    }
    if s.pending > 0 {
        wrong.push(desk.say("office.statement.pending", &[("n", s.pending.to_string())]));
    }
    json!({ "kind": desk.t(&format!("office.statement.message.{}", s.message)), "facts": facts, "wrong": wrong, "balance": s.balance })
}

fn grouped(account: &str) -> String {
    let letters: Vec<char> = account.chars().collect();
    letters.chunks(4).map(|c| c.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

type Orders = HashMap<OrderId, Payable>;

/// The orders that entries may be for.
async fn orders(desk: &Desk, entries: impl Iterator<Item = &EntryView>) -> Result<Orders, Fault> {
    let mut ids: Vec<OrderId> = entries.flat_map(|e| e.matches.iter().map(|m| OrderId(m.document))).collect();
    ids.sort_unstable();
    ids.dedup();
    let found = sales::payable_by_ids(desk.app.reader(), &ids).await?;
    Ok(found.into_iter().map(|order| (order.id, order)).collect())
}

fn named(order: &Payable) -> &str {
    if order.company.is_empty() { &order.name } else { &order.company }
}

fn entry(desk: &Desk, here: &Here, e: &EntryView, orders: &Orders) -> Value {
    let open = e.state == "open";
    let matches: Vec<Value> = e.matches.iter().filter(|_| open).filter_map(|m| matched(desk, m, orders)).collect();
    let posted: Vec<Value> = e
        .posted
        .iter()
        .map(|t| json!({ "number": t.number, "url": format!("/office/orders/{}", t.order), "name": t.name, "amount": t.amount }))
        .collect();
    let sure = e.matches.iter().any(|m| m.amount.minor > 0) && e.hold != "several" && e.hold != "currency";
    let signed = Money { minor: if e.side == "out" { -e.amount.minor } else { e.amount.minor }, ..e.amount };
    json!({
        "id": e.id, "on": e.booked_on, "payer": e.payer, "iban": grouped(&e.iban), "note": e.note, "refs": e.references,
        "amount": signed, "out": e.side == "out", "state": e.state,
        "state_text": desk.t(&format!("office.statement.entry.{}", e.state)),
        "why": why(desk, e), "matches": matches, "posted": posted, "free": (e.free.minor > 0 && !e.posted.is_empty()).then_some(e.free),
        "by_itself": e.by_itself && e.state == "posted",
        "may_confirm": open && e.receipt.is_some() && sure && e.posted.is_empty(), "may_choose": open && e.receipt.is_some(),
        "may_book": open && e.hold == "twin", "may_leave": open, "may_back": e.state == "aside",
        "may_undo": !e.posted.is_empty(), "aside": e.aside,
        "url": here.url(&[("after", here.after), ("entry", &e.id.to_string())]), "post": format!("{PATH}/{}/{}", here.id, e.id),
    })
}

/// Why a person has to look, or why nobody has.
fn why(desk: &Desk, e: &EntryView) -> Option<String> {
    if e.hold.is_empty() || !e.posted.is_empty() || e.state == "posted" && e.hold != "details" {
        return None;
    }
    let mut text = desk.t(&format!("office.statement.hold.{}", e.hold));
    if !e.reason.is_empty() {
        text = format!("{text} ({})", e.reason);
    }
    Some(text)
}

fn matched(desk: &Desk, m: &Match, orders: &Orders) -> Option<Value> {
    let order = orders.get(&OrderId(m.document))?;
    let reasons: Vec<String> = m.reasons.iter().map(|r| desk.t(&format!("office.statement.reason.{}", r.as_str()))).collect();
    Some(json!({
        "number": order.number, "url": format!("/office/orders/{}", order.id), "name": named(order), "due": order.due,
        "amount": m.amount, "score": m.score, "reasons": reasons.join(", "),
    }))
}

/// The panel in which another order is chosen.
async fn choice(desk: &Desk, here: &Here<'_>, e: &EntryView, orders: &Orders) -> Result<Value, Fault> {
    let search = desk.query.get("q").trim().to_owned();
    let scope = desk.scope(Right::OrdersRead)?;
    let found = if search.is_empty() {
        // The nearest guess without a word typed: orders of exactly this sum, else of a like name.
        sales::find_payable(desk.app.reader(), &scope, &first_word(&e.payer), Some(e.free.minor.max(e.amount.minor)), FOUND)
            .await?
    } else {
        let sum = forms::decimal(&search, e.amount.currency.exponent() as usize);
        sales::find_payable(desk.app.reader(), &scope, &search, sum, FOUND).await?
    };
    let row = |order: &Payable| {
        let most = order.due.minor.min(e.free.minor).max(0);
        json!({
            "id": order.id, "number": order.number, "url": format!("/office/orders/{}", order.id), "name": named(order),
            "total": order.total, "due": order.due, "state": desk.t(&format!("office.order.state.{}", order.state)),
            "at": order.placed_at, "may": most > 0 && order.due.currency == e.amount.currency,
            "amount": plain_money(Money { minor: most, ..e.amount }),
        })
    };
    Ok(json!({
        "entry": entry(desk, here, e, orders), "q": search, "found": found.iter().map(row).collect::<Vec<_>>(),
        "free": e.free, "close": here.url(&[("after", here.after)]), "state": here.filter, "after": here.after, "place": e.place,
    }))
}

fn first_word(name: &str) -> String {
    let longest = name.split_whitespace().max_by_key(|w| w.chars().count()).unwrap_or_default();
    longest.trim_matches(|c: char| !c.is_alphanumeric()).to_owned()
}

/// Back to where the click was, with a sentence.
fn back(desk: &Desk, file: StatementFileId, key: &str, undo: Option<BankEntryId>) -> Answer {
    let fallback = format!("{PATH}/{file}");
    // The panel closes: what it was for is done.
    let url =
        desk.back(&fallback).split_once("&entry=").map_or_else(|| desk.back(&fallback).to_owned(), |(head, _)| head.to_owned());
    let undo = undo.map(|entry| format!("{PATH}/{file}/{entry}/undo"));
    desk.told(&url, Told { key: key.to_owned(), undo, ..Told::default() })
}

pub async fn confirm(desk: Desk) -> Answer {
    let id: BankEntryId = desk.param("other")?;
    let file = flows::statements::confirm(&desk.app, &desk.actor, id).await?;
    back(&desk, file, "office.flash.statement_confirmed", Some(id))
}

/// An order that somebody chose, with the sum that goes to it.
pub async fn credit(desk: Desk) -> Answer {
    let id: BankEntryId = desk.param("other")?;
    let scope = desk.scope(Right::PaymentsRead)?;
    let entry = bank::one(desk.app.reader(), &scope, id).await?;
    let order: OrderId = desk.form.get("order").parse().map_err(|_| Fault::invalid("order", "form.choose"))?;
    let amount = forms::money(&desk.form, "amount", currency(&entry))?;
    let file = flows::statements::credit(&desk.app, &desk.actor, id, &[(order, amount)]).await?;
    back(&desk, file, "office.flash.statement_confirmed", Some(id))
}

fn currency(entry: &EntryView) -> Currency {
    entry.amount.currency
}

pub async fn undo(desk: Desk) -> Answer {
    let file = flows::statements::undo(&desk.app, &desk.actor, desk.param("other")?).await?;
    back(&desk, file, "office.flash.statement_undone", None)
}

pub async fn leave(desk: Desk) -> Answer {
    let why = desk.form.get("why").to_owned();
    let file = flows::statements::leave(&desk.app, &desk.actor, desk.param("other")?, &why).await?;
    back(&desk, file, "office.flash.statement_left", None)
}

pub async fn put_back(desk: Desk) -> Answer {
    let file = flows::statements::put_back(&desk.app, &desk.actor, desk.param("other")?).await?;
    back(&desk, file, "office.flash.statement_back", None)
}

pub async fn book(desk: Desk) -> Answer {
    let file = flows::statements::book_apart(&desk.app, &desk.actor, desk.param("other")?).await?;
    back(&desk, file, "office.flash.statement_booked", None)
}
