//! One case on its desk: what was declared, what was said, what came of it, and the one next thing to do.

use serde_json::{Value, json};
use vitrina::{
    access,
    aftersales::{self, Author, Case, CaseFile, EventView, Ground, Item, Kind, Message, Outcome, Purpose, Remedy, Step},
    flows::{self, aftersales::Handled},
    kernel::{CaseId, Fault, Moment, Money, Right, token},
    stage::media_url,
    stock,
};

use super::{
    cases::{PATH, kind_text, left, state_text, tone},
    desk::{Answer, Desk},
    orders::plain_qty,
    page::{Choice, FactLine},
    prices::plain_money,
};

pub async fn show(desk: Desk) -> Answer {
    let id: CaseId = desk.param("id")?;
    let h = flows::aftersales::handled(&desk.app, &desk.actor, id).await?;
    let c = &h.case;
    let context = json!({
        "case": head(&desk, c),
        "term": term(&desk, c),
        "facts": facts(&desk, &h),
        "items": h.items.iter().enumerate().map(|(n, i)| item(&desk, n, i)).collect::<Vec<_>>(),
        "evidence": files(id, &h.files, |f| f.purpose == Purpose::Evidence && f.message.is_none()),
        "inspected": files(id, &h.files, |f| f.purpose == Purpose::Inspection),
        "labels": files(id, &h.files, |f| f.purpose == Purpose::Label),
        "messages": h.messages.iter().map(|m| message(&desk, id, m, &h.files)).collect::<Vec<_>>(),
        "papers": h.papers.iter().map(|p| json!({
            "name": paper_name(&desk, c, p), "number": p.number, "at": p.at,
            "url": p.pdf.as_ref().map(|_| format!("{PATH}/{id}/papers/{}", p.id)),
        })).collect::<Vec<_>>(),
        "outcomes": h.outcomes.iter().map(|o| outcome(&desk, o)).collect::<Vec<_>>(),
        "next": next(&desk, &h).await?,
        "may": may(&desk, c),
        "typed": { "message": desk.old("message", ""), "again": desk.old("reason", "") },
        "timeline": events(&desk, &h.events).await?,
    });
    desk.show("cases", "case", context).await
}

fn head(desk: &Desk, c: &Case) -> Value {
    json!({
        "id": c.id, "number": c.number, "kind": c.kind.as_str(), "kind_text": kind_text(desk, c.kind),
        "state": c.state.as_str(), "state_text": state_text(desk, c.state), "tone": tone(c.state), "locale": c.locale,
        "language": desk.t(&format!("office.locale.{}", c.locale)),
        "name": c.words.name, "typed_number": c.words.order_number, "text": c.words.text, "goods": c.words.goods,
        "problem": (c.kind == Kind::Complaint).then(|| desk.t(&format!("office.cases.problem_of.{}", c.problem.as_str()))),
        "wish": (c.kind == Kind::Complaint).then(|| desk.t(&format!("office.cases.wish_of.{}", c.wish.as_str()))),
        "declared": c.declared_at, "hash": c.hash, "late": c.late, "matched": c.order.is_some(),
        "decision": c.decision, "instructions": c.instructions, "carrier": c.carrier, "tracking": c.tracking,
        "reason": (!c.reason.is_empty()).then(|| desk.t(&format!("aftersales.refusal.{}", c.reason))),
        "rating": c.rating, "rating_note": c.rating_note,
        "page": format!("/{}/case/{}", c.locale, c.token),
    })
}

/// The term that runs: of the answer first, then of the money.
fn term(desk: &Desk, c: &Case) -> Value {
    let running = if c.state.is_unanswered() {
        Some(("office.cases.term.answer", c.answer_by))
    } else if c.owes_money() {
        c.refund_by.map(|at| ("office.cases.term.money", at))
    } else {
        None
    };
    running.map_or(Value::Null, |(label, at)| {
        let (text, tone) = left(desk, at);
        json!({ "label": label, "at": at, "left": text, "tone": tone })
    })
}

fn facts(desk: &Desk, h: &Handled) -> Vec<FactLine> {
    let c = &h.case;
    let mut facts = vec![FactLine::link("office.cases.customer", c.words.name.clone(), format!("/office/customers/{}", c.party))];
    if !c.words.email.is_empty() {
        facts.push(FactLine::link("office.customer.email", c.words.email.clone(), format!("mailto:{}", c.words.email)));
    }
    if !c.words.phone.is_empty() {
        facts.push(FactLine::link("office.customer.phone", c.words.phone.clone(), format!("tel:{}", c.words.phone)));
    }
    if let (Some(order), Some(number)) = (c.order, &h.order_number) {
        facts.push(FactLine::link("office.cases.order", number.clone(), format!("/office/orders/{order}")));
    }
    facts.push(FactLine::new("office.cases.ground", desk.t(&format!("aftersales.ground.{}", c.ground.as_str()))));
    facts.push(FactLine::new("office.customer.locale", desk.t(&format!("office.locale.{}", c.locale))));
    if !c.carrier.is_empty() || !c.tracking.is_empty() {
        facts.push(FactLine::new("office.cases.parcel", format!("{} {}", c.carrier, c.tracking).trim().to_owned()));
    }
    if let Some(at) = c.answered_at {
        facts.push(FactLine::new("office.cases.answered", desk.datetime(at)));
    }
    if let Some(at) = c.refunded_at {
        facts.push(FactLine::new("office.cases.refunded", desk.datetime(at)));
    }
    facts
}

fn item(desk: &Desk, n: usize, i: &Item) -> Value {
    let went = [("restocked", i.restocked), ("scrapped", i.scrapped), ("sent_back", i.sent_back)];
    let put = went.into_iter().filter(|(_, qty)| qty.0 > 0);
    let put = put.map(|(what, qty)| desk.say(&format!("office.cases.put.{what}"), &[("n", plain_qty(qty))]));
    json!({
        "n": n, "id": i.id, "title": i.title, "variant": i.variant_name, "sku": i.sku, "batch": i.batch, "unit": i.unit, "qty": i.qty,
        "picture": i.picture_hash.as_deref().map(|hash| media_url(hash, 160)),
        "url": i.product.map(|p| format!("/office/products/{p}")), "excepted": i.excepted,
        "received": (i.received.0 > 0).then(|| plain_qty(i.received)),
        "condition": i.condition.map(|c| desk.t(&format!("aftersales.condition.{}", c.as_str()))), "note": i.note,
        "put": put.collect::<Vec<_>>(),
    })
}

fn files(case: CaseId, all: &[CaseFile], wanted: impl Fn(&CaseFile) -> bool) -> Vec<Value> {
    let show = |f: &CaseFile| {
        let url = format!("{PATH}/{case}/files/{}", f.id);
        json!({ "small": f.is_picture().then(|| format!("{url}?w=320")), "url": url, "name": f.name })
    };
    all.iter().filter(|f| wanted(f)).map(show).collect()
}

fn message(desk: &Desk, case: CaseId, m: &Message, all: &[CaseFile]) -> Value {
    json!({
        "at": m.at, "author": m.author.as_str(), "sender": m.sender, "locale": m.locale, "text": m.text,
        "inside": m.author == Author::Inside,
        "translated": m.translated.as_ref().map(|(locale, text)| json!({ "locale": locale, "text": text })),
        "language": desk.t(&format!("office.locale.{}", m.locale)),
        "files": files(case, all, |f| f.message == Some(m.id)),
    })
}

fn paper_name(desk: &Desk, c: &Case, p: &aftersales::Issued) -> String {
    match p.kind {
        aftersales::PaperKind::Declaration => desk.t(&format!("aftersales.paper.declaration.{}", c.kind.as_str())),
        kind => desk.t(&format!("aftersales.paper.{}.title", kind.as_str())),
    }
}

fn outcome(desk: &Desk, o: &Outcome) -> Value {
    json!({
        "what": desk.t(&format!("office.cases.remedy.{}", o.remedy.as_str())), "amount": o.amount, "at": o.at, "note": o.note,
        "document": o.document.map(|id| json!({ "url": format!("/office/documents/{id}"), "number": o.document_number })),
        "order": o.order.map(|id| json!({ "url": format!("/office/orders/{id}"), "number": o.note })),
    })
}

/// What is possible besides the next thing to do.
fn may(desk: &Desk, c: &Case) -> Value {
    let writes = desk.may(Right::CasesWrite);
    json!({
        "write": writes, "ask": writes && c.state.may(Step::RequestInfo),
        "close": writes && c.state.may(Step::Close), "reopen": writes && c.state.may(Step::Reopen),
        "link": writes && c.order.is_none() && desk.may(Right::OrdersRead),
    })
}

/// Everything that can be done now, each with its form; the first of them is what should be done.
async fn next(desk: &Desk, h: &Handled) -> Result<Value, Fault> {
    if !desk.may(Right::CasesWrite) {
        return Ok(Value::Null);
    }
    let c = &h.case;
    let pays = desk.may(Right::RefundsMake);
    let first = first(c, h.refundable);
    Ok(json!({
        "first": first,
        "decide": (c.state.may(Step::Approve) || c.state.may(Step::Reject)).then(|| decide(desk, h)),
        "label": c.state.may(Step::SendLabel).then(|| label(desk, c)),
        "receive": c.state.may(Step::Receive).then(|| receive(desk, h)).filter(|rows| !rows.is_empty()),
        "inspect": if c.state.may(Step::Inspect) { inspect(desk, h).await? } else { Value::Null },
        "resolve": if c.state.may(Step::Resolve) { resolve(desk, h).await? } else { Value::Null },
        "pay": h.refundable.map(|sum| json!({ "sum": sum, "may": pays })),
        "key": token::random(desk.app.entropy()),
    }))
}

/// What the law and the customer wait for first.
fn first(c: &Case, refundable: Option<Money>) -> &'static str {
    use aftersales::State as S;
    match c.state {
        _ if c.order.is_none() && c.state.is_open() => "link",
        S::Submitted | S::InfoRequested => "decide",
        S::Approved if c.kind == Kind::Withdrawal => "label",
        // What was agreed to without goods coming back is done at once.
        S::Approved => "resolve",
        S::LabelSent | S::InTransit => "receive",
        S::Received => "inspect",
        S::Inspected => "resolve",
        _ if refundable.is_some() => "pay",
        S::Resolved | S::Rejected => "close",
        S::Closed | S::Withdrawn => "",
    }
}

/// A sentence in the customer's language that somebody may change before it leaves.
fn words(desk: &Desk, c: &Case, key: &str) -> String {
    let args = [
        ("number", c.number.clone()),
        ("name", c.words.name.clone()),
        ("shop", desk.app.settings().text("shop.name").to_owned()),
    ];
    desk.stage.text(c.locale, &format!("office.cases.words.{key}"), &args)
}

/// The same, for whoever writes on behalf of an empty field.
pub fn standard(desk: &Desk, c: &Case, key: &str) -> String {
    words(desk, c, key)
}

fn decide(desk: &Desk, h: &Handled) -> Value {
    let c = &h.case;
    // A withdrawal that came in time was not late, whatever else speaks against it.
    let reasons = aftersales::refusals(c.kind).iter().filter(|code| **code != "too_late" || c.late);
    let mut choices = vec![Choice::new("", desk.t("office.cases.choose"))];
    choices.extend(reasons.clone().map(|code| Choice::new(*code, desk.t(&format!("aftersales.refusal.{code}")))));
    let grounds = Ground::ALL.iter().filter(|g| **g != Ground::Withdrawal14d);
    let yes = if c.kind == Kind::Withdrawal { "approve_withdrawal" } else { "approve_complaint" };
    json!({
        "approve": c.state.may(Step::Approve), "reject": c.state.may(Step::Reject),
        "yes": desk.old("yes", words(desk, c, yes)), "no": desk.old("no", ""), "reason": desk.old("reason", ""),
        "reasons": choices,
        "texts": reasons.map(|code| json!({
            "name": desk.t(&format!("aftersales.refusal.{code}")), "text": words(desk, c, &format!("reject.{code}")),
        })).collect::<Vec<_>>(),
        "ground": desk.old("ground", c.ground.as_str()),
        "grounds": (c.kind == Kind::Complaint).then(|| grounds.map(|g| {
            Choice::new(g.as_str(), desk.t(&format!("aftersales.ground.{}", g.as_str())))
        }).collect::<Vec<_>>()),
        "excepted": h.items.iter().any(|i| i.excepted) && c.kind == Kind::Withdrawal,
    })
}

fn label(desk: &Desk, c: &Case) -> Value {
    json!({
        "instructions": desk.old("instructions", words(desk, c, "label")),
        "carrier": desk.old("carrier", c.carrier.clone()), "tracking": desk.old("tracking", c.tracking.clone()),
    })
}

/// What has not come yet.
fn receive(desk: &Desk, h: &Handled) -> Vec<Value> {
    let rows = h.items.iter().enumerate().filter(|(_, i)| i.received < i.qty);
    let row = |(n, i): (usize, &Item)| {
        let left = plain_qty(vitrina::kernel::Qty(i.qty.0 - i.received.0));
        json!({ "n": n, "id": i.id, "title": i.title, "variant": i.variant_name, "of": left, "qty": desk.old(&format!("items.{n}.qty"), left) })
    };
    rows.map(row).collect()
}

async fn inspect(desk: &Desk, h: &Handled) -> Result<Value, Fault> {
    let places = stock::locations(desk.app.reader()).await?.into_iter().filter(|l| l.active);
    let conditions = aftersales::Condition::ALL.iter();
    let rows = h.items.iter().enumerate().map(|(n, i)| {
        let open = vitrina::kernel::Qty(i.received.0 - i.restocked.0 - i.scrapped.0 - i.sent_back.0);
        (n, i, open)
    });
    let row = |(n, i, open): (usize, &Item, vitrina::kernel::Qty)| {
        let old = |name: &str, first: &str| desk.old(&format!("items.{n}.{name}"), first);
        json!({
            "n": n, "id": i.id, "title": i.title, "variant": i.variant_name, "open": plain_qty(open),
            "condition": old("condition", "ok"), "qty": old("qty", &plain_qty(open)), "scrap": old("scrap", "0"),
            "send_back": old("send_back", "0"), "note": old("note", ""),
        })
    };
    Ok(json!({
        "rows": rows.filter(|(.., open)| open.0 > 0).map(row).collect::<Vec<_>>(),
        "conditions": conditions.map(|c| Choice::new(c.as_str(), desk.t(&format!("aftersales.condition.{}", c.as_str())))).collect::<Vec<_>>(),
        "places": places.map(|l| Choice::new(l.id.to_string(), l.name)).collect::<Vec<_>>(),
        "place": desk.old("location", ""),
    }))
}

/// The remedies, the wished one first, each with what it comes to and what the customer is told.
async fn resolve(desk: &Desk, h: &Handled) -> Result<Value, Fault> {
    let c = &h.case;
    let worth = flows::aftersales::worth(&desk.app, &desk.actor, c.id).await?;
    let credits = desk.may(Right::DocumentsIssue) && worth.is_some();
    let fits = |remedy: &Remedy| match remedy {
        Remedy::Refund => credits,
        Remedy::PriceReduction => credits && c.kind == Kind::Complaint,
        Remedy::Replacement => c.order.is_some() && c.kind == Kind::Complaint && desk.may(Right::OrdersWrite),
        Remedy::Repair => c.kind == Kind::Complaint,
        _ => true,
    };
    let mut all: Vec<Remedy> = Remedy::DONE.iter().copied().filter(fits).collect();
    all.sort_by_key(|remedy| *remedy != c.wish);
    // The form that came back wrong stands open.
    let open =
        if desk.fault.is_some() { desk.form.get("remedy").to_owned() } else { all.first().map_or("", |r| r.as_str()).to_owned() };
    let one = |remedy: &Remedy| {
        let again = desk.fault.is_some() && desk.form.get("remedy") == remedy.as_str();
        let old = |name: &str, first: String| if again { desk.old(name, first) } else { first };
        json!({
            "value": remedy.as_str(), "label": desk.t(&format!("office.cases.remedy.{}", remedy.as_str())),
            "open": open == remedy.as_str(), "wished": *remedy == c.wish && c.kind == Kind::Complaint,
            "text": old("text", words(desk, c, remedy.as_str())), "amount": old("amount", String::new()),
            "delivery": again && desk.form.has("delivery"),
            "money": matches!(remedy, Remedy::Refund | Remedy::PriceReduction),
        })
    };
    Ok(json!({
        "all": all.iter().map(one).collect::<Vec<_>>(),
        "goods": worth.map(|w| w.goods), "goods_text": worth.map(|w| plain_money(w.goods)),
        "delivery": worth.map(|w| w.delivery).filter(|d| !d.is_zero()),
        "both": worth.map(|w| Money { minor: w.goods.minor + w.delivery.minor, ..w.goods }),
    }))
}

/// The way of the case, newest first.
async fn events(desk: &Desk, all: &[EventView]) -> Result<Vec<Value>, Fault> {
    let names = access::names(desk.app.reader()).await?;
    let by = |actor: &str| match actor.split_once(':') {
        Some(("staff", id)) => id.parse().ok().and_then(|id| names.get(&id).cloned()).unwrap_or_default(),
        Some(("key", _)) => desk.t("office.origin.api"),
        _ if actor == "system" => desk.t("office.origin.system"),
        _ => desk.t("office.cases.by_customer"),
    };
    let said = |e: &EventView| match e.step.as_str() {
        "reject" if !e.note.is_empty() => Some(desk.t(&format!("aftersales.refusal.{}", e.note))),
        _ => Some(e.note.clone()).filter(|n| !n.is_empty()),
    };
    let show = |e: &EventView| {
        let at: Moment = e.at;
        json!({
            "kind": if matches!(e.step.as_str(), "reject" | "take_back") { "bad" } else { "order" }, "at": at, "url": null,
            "amount": null, "said": said(e), "by": by(&e.actor), "text": desk.t(&format!("office.cases.step.{}", e.step)),
        })
    };
    Ok(all.iter().rev().map(show).collect())
}
