//! Money: what lies on the desk without a home, the day's takings, and the payments of one order.

use serde_json::{Value, json};
use vitrina::{
    flows::{
        self,
        payments::{NewPayment, NewRefund},
    },
    kernel::{AllocationId, Fault, Moment, Money, OrderId, ReceiptId, Right},
    payments::{self, HomelessRow, Method, Standing},
    sales::{self, OrderView},
};

use super::{
    desk::{Answer, Desk},
    page::Choice,
    prices::plain_money,
};
use crate::forms;

const PATH: &str = "/office/money";

/// How an order's money stands, by colour.
pub fn tone(state: &str) -> &'static str {
    match state {
        "paid" => "good",
        "unpaid" | "part_paid" | "processing" => "soon",
        "overpaid" | "disputed" => "late",
        _ => "",
    }
}

/// The desk: what has no home, what could not be understood, how the last comparison went.
pub async fn show(desk: Desk) -> Answer {
    let scope = desk.scope(Right::PaymentsRead)?;
    let db = desk.app.reader();
    let aside = desk.query.get("aside") == "1";
    let page = payments::homeless(db, &scope, aside, desk.query.opt("after"), 50).await?;
    let mut rows = Vec::with_capacity(page.rows.len());
    let numbers = sales::numbers(db, &page.rows.iter().filter_map(|r| r.order).collect::<Vec<_>>()).await?;
    for row in &page.rows {
        let meant = row.order.and_then(|id| numbers.iter().find(|(known, _)| *known == id));
        rows.push(homeless(&desk, row, meant));
    }
    let stuck = payments::stuck(db, &scope, 50).await?;
    let compared = match flows::payments::provider(&desk.app) {
        Some(provider) => payments::comparison(db, provider).await?,
        None => None,
    };
    let context = json!({
        "rows": rows, "aside": aside, "next": page.next, "stuck": stuck, "compared": compared,
        "attention": attention(&desk).await?,
        "may": { "write": desk.may(Right::PaymentsWrite), "refund": desk.may(Right::RefundsMake) },
    });
    desk.show("money", "money", context).await
}

fn homeless(desk: &Desk, row: &HomelessRow, meant: Option<&(OrderId, String)>) -> Value {
    let id = row.id.to_string();
    let again = desk.fault.is_some() && desk.params.iter().any(|(_, v)| *v == id);
    let typed = |name: &str, first: &str| if again { desk.old(name, first) } else { first.to_owned() };
    json!({
        "id": id, "way": desk.t(&format!("office.money.way.{}", row.provider)), "object": row.object, "amount": row.amount,
        "free": row.free, "payer": row.payer, "account": row.account, "note": row.note, "at": row.received_at, "aside": row.aside,
        "again": again,
        "meant": meant.map(|(id, number)| json!({ "url": format!("/office/orders/{id}"), "number": number })),
        "number": typed("number", meant.map_or("", |(_, number)| number.as_str())),
        "back": typed("amount", &plain_money(row.free)), "reason": typed("reason", ""),
    })
}

/// Orders that somebody has to look at.
async fn attention(desk: &Desk) -> Result<Vec<Value>, Fault> {
    let Ok(scope) = desk.scope(Right::OrdersRead) else { return Ok(Vec::new()) };
    let found = sales::in_trouble(desk.app.reader(), &scope, 50).await?;
    let show = |o: &sales::Troubled| {
        json!({
            "url": format!("/office/orders/{}", o.id), "number": o.number, "name": o.name,
            "why": desk.t(&format!("attention.{}", o.attention)), "total": o.gross, "at": o.placed_at,
        })
    };
    Ok(found.iter().map(show).collect())
}

/// Puts money on the order whose number was typed.
pub async fn home(desk: Desk) -> Answer {
    let receipt: ReceiptId = desk.param("id")?;
    let typed = desk.form.get("number").trim();
    let order = sales::by_number(desk.app.reader(), &desk.scope(Right::OrdersRead)?, typed).await?;
    let order = order.ok_or_else(|| Fault::invalid("number", "sales.no_order"))?;
    flows::payments::home(&desk.app, &desk.actor, receipt, order, None, "by_hand").await?;
    desk.done(PATH, "office.flash.money_homed")
}

pub async fn set_aside(desk: Desk) -> Answer {
    let receipt: ReceiptId = desk.param("id")?;
    flows::payments::set_aside(&desk.app, &desk.actor, receipt, desk.form.get("why")).await?;
    desk.done(PATH, "office.flash.saved")
}

pub async fn refund(desk: Desk) -> Answer {
    let receipt: ReceiptId = desk.param("id")?;
    back(&desk, receipt, None).await?;
    desk.done(PATH, "office.flash.refund_wanted")
}

async fn back(desk: &Desk, receipt: ReceiptId, order: Option<OrderId>) -> Result<(), Fault> {
    let currency = payments::currency_of(desk.app.reader(), receipt).await?;
    let amount = forms::money(&desk.form, "amount", currency)?;
    let new = NewRefund { receipt, order, amount, reason: desk.form.get("reason").to_owned() };
    flows::payments::refund(&desk.app, &desk.actor, new).await.map(drop)
}

/// What came and went on one day.
pub async fn day(desk: Desk) -> Answer {
    let scope = desk.scope(Right::PaymentsRead)?;
    let date = match desk.query.opt("day") {
        Some(_) => forms::day(&desk.query, "day")?.date(),
        None => desk.app.now().date(),
    };
    let next = date.next_day().unwrap_or(date);
    let (from, until) = (Moment::start_of(date), Moment::start_of(next));
    let sums = payments::day(desk.app.reader(), &scope, from, until).await?;
    let mut totals: Vec<Money> = Vec::new();
    for sum in &sums {
        match totals.iter_mut().find(|t| t.currency == sum.amount.currency) {
            Some(total) => total.minor += sum.amount.minor,
            None => totals.push(sum.amount),
        }
    }
    let row = |s: &payments::DaySum| {
        json!({
            "way": desk.t(&format!("office.money.way.{}", s.provider)), "kind": desk.t(&format!("office.money.kind.{}", s.kind)),
            "count": s.count, "amount": s.amount,
        })
    };
    let context = json!({
        "day": date.to_string(), "at": from, "before": date.previous_day().map(|d| d.to_string()), "after": next.to_string(),
        "rows": sums.iter().map(row).collect::<Vec<_>>(), "totals": totals,
    });
    desk.show("money", "money_day", context).await
}

// ---- the payments of one order ------------------------------------------------------------------

/// What an order's page shows of its money.
pub async fn of_order(desk: &Desk, order: &OrderView) -> Result<Value, Fault> {
    let Ok(scope) = desk.scope(Right::PaymentsRead) else { return Ok(Value::Null) };
    let db = desk.app.reader();
    let standing = flows::payments::due(db, order.id).await?;
    let receipts = payments::receipts(db, &scope, order.id).await?;
    let attempts = payments::attempts(db, order.id).await?;
    let refunds = payments::refunds(db, order.id).await?;
    let write = desk.may(Right::PaymentsWrite) && order.state != sales::State::Cancelled;
    Ok(json!({
        "state": order.payment_state, "text": desk.t(&format!("office.money.state.{}", order.payment_state)),
        "tone": tone(&order.payment_state), "received": standing.received, "due": standing.due,
        "ask": (standing.ask != standing.due).then_some(standing.ask), "deposit": order.deposit,
        "attention": (!order.attention.is_empty()).then(|| desk.t(&format!("attention.{}", order.attention))),
        "receipts": receipts.iter().map(|r| receipt(desk, r)).collect::<Vec<_>>(),
        "attempts": attempts.iter().filter(|a| a.state.is_live() || !a.why.is_empty()).map(|a| json!({
            "at": a.created_at, "amount": a.amount, "why": a.why,
            "state": desk.t(&format!("office.money.attempt.{}", a.state.as_str())),
        })).collect::<Vec<_>>(),
        "refunds": refunds.iter().map(|r| json!({
            "at": r.created_at, "amount": r.amount, "reason": r.reason, "error": r.error,
            "state": desk.t(&format!("office.money.refund.{}", r.state)),
        })).collect::<Vec<_>>(),
        "may": { "write": write, "refund": desk.may(Right::RefundsMake) },
        "typed": typed(desk, &standing),
    }))
}

fn typed(desk: &Desk, standing: &Standing) -> Value {
    let ways = |chosen: &str| -> Vec<Choice> {
        let label = |m: &Method| desk.t(&format!("office.money.way.{}", m.as_str()));
        Method::ALL.iter().map(|m| Choice::ticked(m.as_str(), label(m), m.as_str() == chosen)).collect()
    };
    let method = desk.old("method", "bank");
    json!({
        "methods": ways(&method), "method": method, "amount": desk.old("amount", plain_money(standing.ask)),
        "at": desk.old("at", desk.app.now().date().to_string()), "today": desk.app.now().date().to_string(),
        "payer": desk.old("payer", ""), "note": desk.old("note", ""), "fiscal_receipt": desk.old("fiscal_receipt", ""), "deposit": desk.old("deposit", ""),
        "key": vitrina::kernel::token::random(desk.app.entropy()),
    })
}

fn receipt(desk: &Desk, r: &payments::ReceiptView) -> Value {
    json!({
        "id": r.id, "way": desk.t(&format!("office.money.way.{}", r.provider)), "object": r.object, "amount": r.amount,
        "free": (r.free.minor != 0).then_some(r.free), "at": r.received_at, "payer": r.payer, "note": r.note,
        "refundable": (r.refundable.minor > 0 && r.disputed.minor == 0).then(|| plain_money(r.refundable)),
        "disputed": (r.disputed.minor > 0).then_some(r.disputed),
        "allocations": r.allocations.iter().map(|a| json!({
            "id": a.id, "kind": desk.t(&format!("office.money.put.{}", a.kind)), "amount": a.amount, "at": a.at, "undoable": a.undoable,
        })).collect::<Vec<_>>(),
    })
}

fn to_order(desk: &Desk, id: OrderId, key: &str) -> Answer {
    desk.done(&format!("/office/orders/{id}"), key)
}

pub async fn enter(desk: Desk) -> Answer {
    let order: OrderId = desk.param("id")?;
    let currency = sales::account(desk.app.reader(), order).await?.total.currency;
    let mut slips = forms::Slips::default();
    let amount = slips.take(forms::money(&desk.form, "amount", currency));
    let method = desk.form.get("method").parse::<Method>().map_err(|_| Fault::invalid("method", "form.choose"));
    let method = slips.take(method);
    let day = slips.take(forms::day(&desk.form, "at"));
    slips.done()?;
    let (Some(amount), Some(method), Some(day)) = (amount, method, day) else { return Err(Fault::bug("a form without slips")) };
    // A day that is today is this very moment: it sorts among what else happened today.
    let at = if day.date() == desk.app.now().date() { desk.app.now() } else { day };
    let new = NewPayment {
        order,
        method,
        amount,
        at,
        payer: desk.form.get("payer").to_owned(),
        note: desk.form.get("note").to_owned(),
        fiscal_receipt: desk.form.get("fiscal_receipt").to_owned(),
        key: desk.form.get("key").to_owned(),
    };
    flows::payments::enter(&desk.app, &desk.actor, new).await?;
    to_order(&desk, order, "office.flash.payment_entered")
}

pub async fn undo(desk: Desk) -> Answer {
    let order: OrderId = desk.param("id")?;
    let allocation: AllocationId = desk.param("other")?;
    flows::payments::undo(&desk.app, &desk.actor, allocation, "by_hand").await?;
    to_order(&desk, order, "office.flash.payment_undone")
}

pub async fn refund_of_order(desk: Desk) -> Answer {
    let order: OrderId = desk.param("id")?;
    let receipt: ReceiptId = desk.param("other")?;
    back(&desk, receipt, Some(order)).await?;
    to_order(&desk, order, "office.flash.refund_wanted")
}

pub async fn deposit(desk: Desk) -> Answer {
    let order: OrderId = desk.param("id")?;
    let total = sales::account(desk.app.reader(), order).await?.total;
    let deposit = match desk.form.get("deposit").trim() {
        "" => None,
        text => Some(share(text, total)?),
    };
    flows::payments::set_deposit(&desk.app, &desk.actor, order, deposit).await?;
    to_order(&desk, order, "office.flash.saved")
}

/// `30 %` of a total, rounded to the cent, or a sum.
fn share(text: &str, total: Money) -> Result<Money, Fault> {
    let not_a_sum = || Fault::from(payments::Fault::NotASum { field: "deposit" });
    match text.strip_suffix('%') {
        Some(percent) => {
            let hundredths = forms::decimal(percent.trim(), 2).ok_or_else(not_a_sum)?;
            payments::part_of(total, hundredths).ok_or_else(not_a_sum)
        }
        None => {
            let places = total.currency.exponent() as usize;
            Ok(Money { minor: forms::decimal(text, places).ok_or_else(not_a_sum)?, ..total })
        }
    }
}

pub async fn looked_at(desk: Desk) -> Answer {
    let order: OrderId = desk.param("id")?;
    flows::payments::looked_at(&desk.app, &desk.actor, order).await?;
    to_order(&desk, order, "office.flash.saved")
}
