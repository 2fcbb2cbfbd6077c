//! A declaration that came by telephone, by letter or over the counter, taken down by staff; and a case of
//! the desk that is put to its order. Both choose goods of an order.

use serde_json::{Value, json};
use vitrina::{
    aftersales::{self, Kind, Problem, Remedy},
    flows::{
        self,
        aftersales::{Chosen, Form, Returnable, Whose},
    },
    kernel::{CaseId, Fault, OrderId, Origin, PartyId, Qty, Right, token},
    parties,
    sales::{self, OrderQuery, OrderRow},
    stage::media_url,
};

use super::{
    case_steps::uploads,
    cases::{PATH, kind_text},
    desk::{Answer, Desk},
    orders::plain_qty,
    page::Choice,
};
use crate::forms::{self, Slips};

/// Of a customer's history, so many orders at once.
const MOST: u32 = 20;

/// What was asked for, by the address or by the form that came back.
fn named<T: std::str::FromStr>(desk: &Desk, name: &str) -> Option<T> {
    desk.form.opt(name).or_else(|| desk.query.opt(name)).and_then(|id| id.parse().ok())
}

/// Where the goods are chosen: an order, else everything that a customer bought, else whatever is found.
pub async fn form(desk: Desk) -> Answer {
    let context = match (named::<OrderId>(&desk, "order"), named::<PartyId>(&desk, "customer")) {
        (Some(order), _) => one(&desk, order).await?,
        (None, Some(party)) => history(&desk, party).await?,
        (None, None) => json!({
            "order": null, "history": null, "search": desk.query.get("q"), "own": format!("{PATH}/new"),
            "found": found(&desk, "").await?,
        }),
    };
    desk.show("cases", "case_new", context).await
}

async fn one(desk: &Desk, order: OrderId) -> Result<Value, Fault> {
    let r = flows::aftersales::returnable_by_id(&desk.app, &desk.actor, order).await?;
    let head = sales::head(desk.app.reader(), &desk.scope(Right::OrdersRead)?, order).await?;
    let line = desk.query.get("line").to_owned();
    let choice = |key: &str, code: &str| Choice::new(code, desk.t(&format!("office.cases.{key}.{code}")));
    let mut wishes = vec![Choice::new("", desk.t("office.cases.choose"))];
    wishes.extend(Remedy::ASKED.iter().map(|r| choice("wish_of", r.as_str())));
    let mut problems = vec![Choice::new("", desk.t("office.cases.choose"))];
    problems.extend(Problem::ASKED.iter().map(|p| choice("problem_of", p.as_str())));
    let kind = desk.old("kind", desk.query.get("kind"));
    let key = desk.old("key", token::random(desk.app.entropy()));
    Ok(json!({
        "order": { "id": order, "number": r.number, "placed": r.placed_at, "name": r.name, "email": r.email },
        "customer": { "url": format!("/office/customers/{}", head.party), "history": format!("{PATH}/new?customer={}", head.party) },
        "goods": goods(desk, &r, &line),
        "period": { "until": r.period.until, "over": r.period.over },
        "kinds": Kind::ALL.iter().map(|k| Choice::ticked(k.as_str(), kind_text(desk, *k), k.as_str() == kind)).collect::<Vec<_>>(),
        "problems": problems, "wishes": wishes,
        "typed": {
            "problem": desk.old("problem", ""), "wish": desk.old("wish", ""), "text": desk.old("text", ""),
            "name": desk.old("name", r.name.clone()), "email": desk.old("email", r.email.clone()),
            "phone": desk.old("phone", ""), "key": key,
        },
        "most": aftersales::MOST,
    }))
}

/// The lines of an order as they can be declared; `first` is the one that was pointed at.
fn goods(desk: &Desk, r: &Returnable, first: &str) -> Vec<Value> {
    let show = |g: &flows::aftersales::Goods| {
        let pointed = g.line.to_string() == first && g.free.0 > 0;
        json!({
            "id": g.line, "title": g.title, "variant": g.variant_name, "sku": g.sku, "unit": g.unit, "qty": g.qty,
            "picture": g.picture_hash.as_deref().map(|hash| media_url(hash, 160)),
            "free": (g.free.0 > 0).then(|| plain_qty(g.free)), "cases": g.cases, "excepted": g.excepted,
            "typed": desk.old(&format!("qty.{}", g.line), if pointed { plain_qty(g.free) } else { String::new() }),
            "batch": desk.old(&format!("batch.{}", g.line), ""),
        })
    };
    r.goods.iter().map(show).collect()
}

/// Everything that a customer bought, the newest first.
async fn history(desk: &Desk, party: PartyId) -> Result<Value, Fault> {
    let scope = desk.scope(Right::OrdersRead)?;
    let customer = parties::customer(desk.app.reader(), &desk.scope(Right::CustomersRead)?, party).await?;
    let query =
        OrderQuery { party: Some(party), after: desk.query.get("after").parse().ok(), limit: MOST, ..OrderQuery::default() };
    let page = sales::list(desk.app.reader(), &scope, &query).await?;
    let mut orders = Vec::with_capacity(page.rows.len());
    for row in &page.rows {
        let r = flows::aftersales::returnable_by_id(&desk.app, &desk.actor, row.id).await?;
        orders.push(json!({
            "number": row.number, "placed": row.placed_at, "total": row.gross, "url": format!("{PATH}/new?order={}", row.id),
            "goods": goods(desk, &r, ""),
        }));
    }
    let own = format!("{PATH}/new?customer={party}");
    Ok(json!({
        "order": null,
        "history": { "name": customer.display, "url": format!("/office/customers/{party}"), "orders": orders },
        "next": page.next.as_deref().map(|after| format!("{own}&after={after}")),
    }))
}

/// Orders by number or customer; without words the newest.
async fn found(desk: &Desk, to: &str) -> Result<Vec<Value>, Fault> {
    let query = OrderQuery { search: desk.query.get("q").to_owned(), limit: MOST, ..OrderQuery::default() };
    let page = sales::list(desk.app.reader(), &desk.scope(Right::OrdersRead)?, &query).await?;
    let show = |o: &OrderRow| {
        let at = if to.is_empty() { format!("{PATH}/new") } else { to.to_owned() };
        json!({
            "url": format!("{at}?order={}", o.id), "number": o.number, "placed": o.placed_at, "total": o.gross,
            "name": if o.company.is_empty() { &o.name } else { &o.company }, "city": o.city,
            "history": to.is_empty().then(|| format!("{PATH}/new?customer={}", o.party)),
        })
    };
    Ok(page.rows.iter().map(show).collect())
}

/// The goods of a form: a quantity beside each.
fn chosen(desk: &Desk) -> Result<Vec<Chosen>, Fault> {
    let (mut slips, mut all) = (Slips::default(), Vec::new());
    for (line, typed) in desk.form.below("qty.") {
        if typed.is_empty() {
            continue;
        }
        let field = format!("qty.{line}");
        match (line.parse(), slips.take(forms::qty(&desk.form, &field))) {
            (Ok(_), Some(Qty(0))) | (_, None) => {}
            (Ok(line), Some(qty)) => {
                all.push(Chosen { line, qty, batch: desk.form.get(&format!("batch.{line}")).to_owned() });
            }
            _ => slips.add(&field, "form.choose"),
        }
    }
    slips.done().map(|()| all)
}

/// What the flow says of the third thing chosen belongs beside its line.
fn beside(fault: Fault, chosen: &[Chosen]) -> Fault {
    let n = fault.field.as_deref().and_then(|f| f.strip_prefix("items.")?.strip_suffix(".qty")?.parse::<usize>().ok());
    match n.and_then(|n| chosen.get(n)) {
        Some(of) => fault.at(format!("qty.{}", of.line)),
        None => fault,
    }
}

/// Takes it down as the customer said it.
pub async fn create(desk: Desk) -> Answer {
    let order: OrderId = desk.form.get("order").parse().map_err(|_| Fault::invalid("order", "form.choose"))?;
    let held = sales::order(desk.app.reader(), &desk.scope(Right::OrdersRead)?, order).await?;
    let kind: Kind = desk.form.get("kind").parse().map_err(|_| Fault::invalid("kind", "form.choose"))?;
    let chosen = chosen(&desk)?;
    let declared = Form {
        kind,
        // What a form left out is asked for by its field.
        problem: desk.form.get("problem").parse().unwrap_or(Problem::None),
        wish: wish(&desk, kind)?,
        whose: Whose::Order(order),
        chosen: chosen.clone(),
        name: desk.form.get("name").to_owned(),
        email: desk.form.get("email").to_owned(),
        phone: desk.form.get("phone").to_owned(),
        text: desk.form.get("text").to_owned(),
        locale: held.locale,
        origin: Origin::Office,
        files: uploads(&desk, "files"),
        trap: String::new(),
        address: desk.address.clone(),
        key: desk.form.get("key").to_owned(),
    };
    let received = flows::aftersales::declare(&desk.app, &desk.actor, declared).await.map_err(|fault| beside(fault, &chosen))?;
    let filed = received.filed.ok_or_else(|| Fault::not_found("aftersales.no_case"))?;
    desk.done(&format!("{PATH}/{}", filed.id), "office.flash.case_declared")
}

/// A withdrawal asks for no wish; of a complaint, that it is left to the shop is a wish, too.
fn wish(desk: &Desk, kind: Kind) -> Result<Remedy, Fault> {
    match kind {
        Kind::Withdrawal => Ok(Remedy::Refund),
        Kind::Complaint => desk.form.get("wish").parse().map_err(|_| Fault::invalid("wish", "form.choose")),
    }
}

/// The order that a case of the desk belongs to: found, then its goods.
pub async fn link_form(desk: Desk) -> Answer {
    let id: CaseId = desk.param("id")?;
    let case = aftersales::case(desk.app.reader(), &desk.scope(Right::CasesWrite)?, id).await?;
    let own = format!("{PATH}/{id}/link");
    let mut context = json!({
        "own": own, "order": null,
        "case": {
            "number": case.number, "url": format!("{PATH}/{id}"), "name": case.words.name, "email": case.words.email,
            "typed": case.words.order_number, "text": case.words.text, "kind": kind_text(&desk, case.kind), "locale": case.locale,
        },
    });
    if let Some(order) = named::<OrderId>(&desk, "order") {
        let r = flows::aftersales::returnable_by_id(&desk.app, &desk.actor, order).await?;
        context["order"] = json!({ "id": order, "number": r.number, "placed": r.placed_at, "name": r.name, "email": r.email });
        context["goods"] = json!(goods(&desk, &r, ""));
        // Whoever wrote may be somebody else than whoever bought, and that is for a person to see.
        context["other"] = json!(!r.email.eq_ignore_ascii_case(case.words.email.trim()));
    } else {
        context["search"] = json!(desk.query.get("q"));
        context["found"] = json!(found(&desk, &own).await?);
    }
    desk.show("cases", "case_link", context).await
}

pub async fn link(desk: Desk) -> Answer {
    let id: CaseId = desk.param("id")?;
    let order: OrderId = desk.form.get("order").parse().map_err(|_| Fault::invalid("order", "form.choose"))?;
    let chosen = chosen(&desk)?;
    let linked = flows::aftersales::link(&desk.app, &desk.actor, id, (order, chosen.clone())).await;
    linked.map_err(|fault| beside(fault, &chosen))?;
    desk.done(&format!("{PATH}/{id}"), "office.flash.case_linked")
}
