//! Orders: their state, what moves them on, and who was told.

use serde_json::{Value, json};
use vitrina::{
    crm::{self, TaskFilter, TaskQuery},
    flows,
    kernel::{Fault, OrderId, OrderLineId, Qty, Right},
    mail::{self, LetterQuery},
    sales::{self, LineView, NewShipment, OrderQuery, OrderRow, OrderSort, OrderView, ShipmentView, State, Step},
    stage::media_url,
};

use super::{
    desk::{Answer, Desk},
    documents,
    list::{Action, Asked, Cell, Empty, Row},
    page::FactLine,
    part,
};
use crate::forms::{self, Slips};

const PATH: &str = "/office/orders";

pub fn tone(state: State) -> &'static str {
    match state {
        State::AwaitingPayment | State::Placed => "soon",
        State::Confirmed | State::PartShipped => "live",
        State::Shipped | State::Delivered => "good",
        State::Cancelled => "late",
        State::Abandoned => "",
    }
}

fn state_text(desk: &Desk, state: State) -> String {
    desk.t(&format!("office.order.state.{}", state.as_str()))
}

fn who(row: &OrderRow) -> &str {
    if row.company.is_empty() { &row.name } else { &row.company }
}

/// An order in a short list.
pub fn brief(desk: &Desk, o: &OrderRow) -> Value {
    json!({
        "url": format!("{PATH}/{}", o.id), "number": o.number, "name": who(o), "total": o.gross,
        "state": state_text(desk, o.state), "tone": tone(o.state),
    })
}

pub async fn list(desk: Desk) -> Answer {
    let asked = Asked::new(PATH, &desk.query, &["q", "state", "sort"]);
    let states = match desk.query.get("state") {
        "open" => vec![State::Placed, State::Confirmed, State::PartShipped],
        state => state.parse().into_iter().collect(),
    };
    let sort: OrderSort = desk.query.get("sort").parse().unwrap_or_default();
    let query = OrderQuery {
        states,
        search: desk.query.get("q").to_owned(),
        sort,
        after: desk.query.get("after").parse().ok(),
        ..OrderQuery::default()
    };
    let page = sales::list(desk.app.reader(), &desk.scope(Right::OrdersRead)?, &query).await?;
    let mut list = asked.list("office.place.orders", Empty::new("office.order.empty", "office.order.empty_text"));
    if desk.may(Right::OffersSend) && desk.may(Right::OrdersWrite) {
        list.actions =
            vec![Action { url: format!("{}/new?for=order", super::offers::PATH), label: "office.order.new", main: true }];
    }
    list.search = asked.search("office.order.search");
    list.kept = asked.kept(&[]);
    list.chips = vec![
        asked.chip("state", "", desk.t("office.order.all"), None),
        asked.chip("state", "open", desk.t("office.order.open"), None),
    ];
    list.chips.extend(State::ALL.iter().map(|s| asked.chip("state", s.as_str(), state_text(&desk, *s), None)));
    list.columns = vec![
        asked.column("office.order.number", "nowrap"),
        asked.column("office.order.customer", ""),
        asked.column("office.order.state_label", ""),
        asked.column("office.order.payment", "extra"),
        asked.column("office.order.delivery", "extra roomy"),
        asked.both("office.order.total", "num", sort.as_str(), ("dearest", "descending"), ("cheapest", "ascending")),
        asked.both("office.order.placed", "nowrap", sort.as_str(), ("newest", "descending"), ("oldest", "ascending")),
    ];
    list.rows = page.rows.iter().map(|row| line(&desk, row)).collect();
    list.next = asked.next(page.next.as_deref());
    desk.show("orders", "list", json!({ "list": list })).await
}

fn line(desk: &Desk, o: &OrderRow) -> Row {
    Row::new(o.id, o.number.clone()).cells(vec![
        Cell::open(format!("{PATH}/{}", o.id), o.number.clone()),
        Cell::Text { text: who(o).to_owned(), sub: Some(o.city.clone()).filter(|c| !c.is_empty()), tone: None },
        Cell::badge(state_text(desk, o.state), tone(o.state)),
        Cell::badge(desk.t(&format!("office.money.state.{}", o.payment_state)), super::money::tone(&o.payment_state)),
        Cell::quiet(o.delivery.clone()),
        Cell::money(Some(o.gross)),
        Cell::datetime(Some(o.placed_at)),
    ])
}

pub async fn show(desk: Desk) -> Answer {
    let id: OrderId = desk.param("id")?;
    let scope = desk.scope(Right::OrdersRead)?;
    let order = sales::order(desk.app.reader(), &scope, id).await?;
    let can = |step: Step| desk.may(Right::OrdersWrite) && order.steps.contains(&step);
    let reason = order.events.iter().rev().find(|e| e.after == State::Cancelled).map(|e| e.reason.clone());
    let (goods, brought) = order.shown();
    let context = json!({
        "order": {
            "id": id, "number": order.number, "state": order.state, "tone": tone(order.state), "placed_at": order.placed_at,
            "cancelled": reason, "lines": order.lines.iter().map(|l| line_of(&desk, l)).collect::<Vec<_>>(),
            "goods": goods, "discount": order.discount, "net": order.net_total(), "note": order.treatment.note(), "buyer_vat": order.buyer_vat, "delivery_name": order.delivery.name, "delivery_price": brought,
            "taxes": order.taxes, "total": order.gross,
            "contact": contact(&order), "delivery": delivery(&order), "payment": payment(&desk, &order),
            "shop_url": format!("/{}/order/{}", order.locale, order.token),
        },
        "may": {
            "costs": desk.may(Right::PricesWrite), "offer": desk.may(Right::OffersWrite), "orders": desk.may(Right::OrdersWrite), "confirm": can(Step::Confirm), "ship": can(Step::ShipRest), "deliver": can(Step::Deliver), "cancel": can(Step::Cancel),
        },
        "typed": {
            "carrier": desk.old("carrier", ""), "tracking": desk.old("tracking", ""),
            "tracking_url": desk.old("tracking_url", ""), "reason": desk.old("reason", ""),
        },
        "money": super::money::of_order(&desk, &order).await?,
        "shipments": order.shipments.iter().map(|s| shipment(&desk, s)).collect::<Vec<_>>(),
        "timeline": events(&desk, &order).await?,
        "tasks": tasks(&desk, &order).await?,
        "kinds": part::next_kinds(&desk),
        "letters": letters(&desk, &order).await?,
        "contracts": super::contracts::of_order(&desk, id, order.locale).await?,
        "cases": super::cases::of_order(&desk, id).await?,
        "papers": documents::of_order(&desk, id, &flows::payments::due(desk.app.reader(), id).await?).await?,
    });
    desk.show("orders", "order", context).await
}

fn line_of(desk: &Desk, l: &LineView) -> Value {
    let left = plain_qty(l.left);
    json!({
        "id": l.id, "title": l.title, "variant": l.variant_name, "sku": l.sku, "qty": l.qty, "unit": l.unit,
        "url": l.product.map(|p| format!("/office/products/{p}")),
        "picture": l.picture_hash.as_deref().map(|hash| media_url(hash, 160)),
        "unit_gross": l.each, "list": l.list, "why": l.why, "full": l.full(), "off": Some(l.discount).filter(|d| !d.is_zero()), "rate": l.rate, "code": l.tax_code,
        "made": l.configured.as_ref().map(|by| json!({
            "rate": by.rate_micro.map(super::price_lists::plain_rate), "currency": l.each.currency,
            "version": by.version, "quote": super::configurator::breakdown(desk, &by.quote),
        })),
        "shipped": l.shipped, "shipped_text": plain_qty(l.shipped),
        "left": l.left, "left_text": desk.old(&format!("line.{}", l.id), left),
        "batch": desk.old(&format!("batch.{}", l.id), ""),
    })
}

/// `2` or `1,5`: what a person would type.
pub fn plain_qty(qty: Qty) -> String {
    let (whole, part) = (qty.0 / 1000, qty.0 % 1000);
    if part == 0 { whole.to_string() } else { format!("{whole},{part:03}").trim_end_matches('0').to_owned() }
}

fn contact(order: &OrderView) -> Vec<FactLine> {
    let c = &order.contact;
    let mut facts = vec![
        FactLine::link("office.customer.name", c.name.clone(), format!("/office/customers/{}", order.party)),
        FactLine::link("office.customer.email", c.email.clone(), format!("mailto:{}", c.email)),
    ];
    if !c.phone.is_empty() {
        facts.push(FactLine::link("office.customer.phone", c.phone.clone(), format!("tel:{}", c.phone)));
    }
    for (label, value) in [
        ("office.customer.company", &c.company),
        ("office.customer.company_code", &c.company_code),
        ("office.customer.vat_code", &c.vat_code),
        ("office.order.note", &c.note),
    ] {
        if !value.is_empty() {
            facts.push(FactLine::new(label, value.clone()));
        }
    }
    facts
}

fn delivery(order: &OrderView) -> Vec<FactLine> {
    let a = &order.address;
    let mut facts = vec![FactLine::new("office.order.delivery_method", order.delivery.name.clone())];
    if !a.street.is_empty() {
        let line = format!("{}, {} {}, {}", a.street, a.postcode, a.city, a.country);
        facts.push(FactLine::new("office.order.address", line));
    }
    facts
}

fn payment(desk: &Desk, order: &OrderView) -> Vec<FactLine> {
    let method = serde_json::to_value(order.payment).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
    vec![
        FactLine::new("office.order.payment_method", desk.t(&format!("office.order.pay.{method}"))),
        FactLine::new("office.order.reference", order.reference.clone()),
        FactLine::new("office.order.due", order.due_at.date().to_string()),
    ]
}

fn shipment(desk: &Desk, s: &ShipmentView) -> Value {
    let lines: Vec<String> = s.lines.iter().map(|l| format!("{} × {}", plain_qty(l.qty), l.title)).collect();
    let carrier = if s.carrier.is_empty() { desk.t("office.order.no_carrier") } else { s.carrier.clone() };
    json!({
        "number": s.number, "at": s.shipped_at, "lines": lines.join(", "), "carrier": carrier,
        "tracking": s.tracking, "tracking_url": s.tracking_url, "note": s.note,
    })
}

/// The order's own way, newest first: who did what, when and why.
async fn events(desk: &Desk, order: &OrderView) -> Result<Vec<Value>, Fault> {
    let names = vitrina::access::names(desk.app.reader()).await?;
    let by = |actor: &str| match actor.split_once(':') {
        Some(("staff", id)) => id.parse().ok().and_then(|id| names.get(&id).cloned()).unwrap_or_default(),
        Some(("key", _)) => desk.t("office.origin.api"),
        _ if actor == "system" => desk.t("office.origin.system"),
        _ => desk.t("office.origin.shop"),
    };
    let show = |e: &sales::EventView| {
        json!({
            "kind": if e.after == State::Cancelled { "bad" } else { "order" }, "at": e.at,
            "text": desk.t(&format!("office.order.step.{}", e.step)), "url": null,
            "amount": if e.before.is_none() { json!(order.gross) } else { Value::Null },
            "said": (!e.reason.is_empty()).then_some(&e.reason), "by": by(&e.actor),
        })
    };
    Ok(order.events.iter().rev().map(show).collect())
}

async fn tasks(desk: &Desk, order: &OrderView) -> Result<Vec<part::Task>, Fault> {
    let Ok(scope) = desk.scope(Right::TasksRead) else { return Ok(Vec::new()) };
    let filter = TaskFilter { party: Some(order.party), ..TaskFilter::default() };
    let query = TaskQuery { filter, after: None, limit: 20 };
    let found = crm::tasks(desk.app.reader(), &scope, &query, desk.app.now()).await?;
    Ok(found.rows.iter().filter(|t| t.subject == Some(order.id.uuid())).map(|t| part::task(desk, t)).collect())
}

async fn letters(desk: &Desk, order: &OrderView) -> Result<Vec<Value>, Fault> {
    let Ok(scope) = desk.scope(Right::MailRead) else { return Ok(Vec::new()) };
    let query = LetterQuery { subject: Some(order.id.uuid()), limit: 20, ..LetterQuery::default() };
    let found = mail::list(desk.app.reader(), &scope, &query).await?;
    let show = |l: &mail::LetterRow| {
        let title = l.title.clone().unwrap_or_else(|| desk.t(&format!("office.letter.kind.{}", l.template)));
        json!({ "url": format!("/office/letters/{}", l.id), "subject": title, "at": l.created_at })
    };
    Ok(found.rows.iter().map(show).collect())
}

pub async fn confirm(desk: Desk) -> Answer {
    let id: OrderId = desk.param("id")?;
    flows::orders::confirm(&desk.app, &desk.actor, id).await?;
    desk.done(&format!("{PATH}/{id}"), "office.flash.order_confirmed")
}

pub async fn ship(desk: Desk) -> Answer {
    let order: OrderId = desk.param("id")?;
    let mut slips = Slips::default();
    let mut lines: Vec<(OrderLineId, Qty)> = Vec::new();
    for (line, typed) in desk.form.below("line.") {
        if typed.is_empty() {
            continue;
        }
        let field = format!("line.{line}");
        match (line.parse(), slips.take(forms::qty(&desk.form, &field))) {
            (Ok(_), Some(Qty(0))) => {}
            (Ok(line), Some(qty)) if qty.0 > 0 => lines.push((line, qty)),
            (_, None) => {}
            _ => slips.add(&field, "form.number"),
        }
    }
    slips.done()?;
    // Without lines a shipment means everything; a form whose quantities are all zero does not.
    if lines.is_empty() {
        return Err(Fault::invalid("line", "sales.empty_shipment"));
    }
    let named = desk.form.below("batch.").filter(|(_, batch)| !batch.is_empty());
    let batches = named.filter_map(|(line, batch)| Some((line.parse().ok()?, batch.to_owned()))).collect();
    let new = NewShipment {
        order,
        lines,
        batches,
        carrier: desk.form.get("carrier").to_owned(),
        tracking: desk.form.get("tracking").to_owned(),
        tracking_url: desk.form.get("tracking_url").to_owned(),
        note: String::new(),
        shipped_at: desk.app.now(),
    };
    flows::orders::ship(&desk.app, &desk.actor, new).await?;
    desk.done(&format!("{PATH}/{order}"), "office.flash.order_shipped")
}

pub async fn deliver(desk: Desk) -> Answer {
    let id: OrderId = desk.param("id")?;
    flows::orders::deliver(&desk.app, &desk.actor, id).await?;
    desk.done(&format!("{PATH}/{id}"), "office.flash.order_delivered")
}

pub async fn cancel(desk: Desk) -> Answer {
    let id: OrderId = desk.param("id")?;
    flows::orders::cancel(&desk.app, &desk.actor, id, desk.form.get("reason")).await?;
    desk.done(&format!("{PATH}/{id}"), "office.flash.order_cancelled")
}
