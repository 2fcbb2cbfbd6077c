//! What people do with money: enter what came, give it a home, take that back.

use serde_json::json;

use crate::{
    documents::Kind,
    flows::steps::{settling, till},
    kernel::{Actor, AllocationId, App, Fault, Moment, Money, OrderId, ReceiptId, Right, idempotency, journal},
    payments::{self, Method, NewReceipt},
    sales,
};

/// A payment that somebody saw with their own eyes.
#[derive(Clone, Debug)]
pub struct NewPayment {
    pub order: OrderId,
    pub method: Method,
    pub amount: Money,
    /// When it came; not in the future.
    pub at: Moment,
    pub payer: String,
    pub note: String,
    /// Of cash: the number that the shop's own cash register printed.
    pub fiscal_receipt: String,
    /// The form's own key: sent twice, it is one payment.
    pub key: String,
}

/// What entering it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entered {
    pub receipt: ReceiptId,
    /// What of it is on the order; the rest lies on the desk.
    pub put: Money,
}

/// Enters a payment against an order.
///
/// # Faults
/// `access.forbidden`, `sales.no_order`, `payments.not_a_sum`, `payments.currency`,
/// `form.malformed` for a day that has not come, `payments.closed`; for cash `payments.cash_step`,
/// `payments.cash_limit`.
pub async fn enter(app: &App, actor: &Actor, new: NewPayment) -> Result<Entered, Fault> {
    actor.may(Right::PaymentsWrite)?;
    let scope = actor.scope(Right::OrdersRead)?;
    if new.at > app.now().plus_minutes(5) {
        return Err(sales::Fault::Malformed { field: "at" }.into());
    }
    let tx = app.begin(actor).await?;
    let body = json!([new.order, new.method, new.amount, new.at]).to_string();
    if let idempotency::Seen::Before(answer) = idempotency::once(&tx, "payment", &new.key, &body).await? {
        let read = |name: &str| answer.get(name).and_then(serde_json::Value::as_str).and_then(|t| t.parse().ok());
        let receipt = read("receipt").ok_or_else(|| Fault::bug("a payment without a receipt"))?;
        let minor = answer.get("put").and_then(serde_json::Value::as_i64).unwrap_or(0);
        return Ok(Entered { receipt, put: Money { minor, ..new.amount } });
    }
    sales::head(&tx, &scope, new.order).await?;
    let account = sales::lock_account(&tx, new.order).await?;
    if account.total.currency != new.amount.currency {
        return Err(payments::Fault::Currency.into());
    }
    if account.state == sales::State::Cancelled {
        return Err(payments::Fault::Closed.into());
    }
    let mut rounding = 0;
    if new.method == Method::Cash {
        let standing = settling::standing(&tx, &account).await?;
        rounding = till::admit(&tx, new.order, new.amount, &standing).await?;
    }
    let object = tx.uuid().to_string();
    let payer = if new.payer.trim().is_empty() { account.name.clone() } else { new.payer };
    let receipt = NewReceipt {
        provider: new.method.as_str().to_owned(),
        object,
        amount: new.amount,
        at: new.at,
        order: Some(new.order),
        attempt: None,
        payer: payer.clone(),
        account: String::new(),
        note: new.note,
        rounding,
    };
    let booked = settling::receive(&tx, receipt, "by_hand").await?.ok_or_else(|| Fault::bug("a new payment was there"))?;
    let after = payments::receipt(&tx, booked.id).await?;
    let entered = Entered { receipt: booked.id, put: after.allocated };
    if new.method == Method::Cash {
        let slip = till::Slip { kind: Kind::CashReceipt, payer: &payer, fiscal_receipt: &new.fiscal_receipt };
        till::issue(&tx, new.order, new.amount, slip).await?;
    }
    idempotency::remember(&tx, "payment", &new.key, &json!({ "receipt": booked.id, "put": after.allocated.minor })).await?;
    tx.commit().await?;
    Ok(entered)
}

/// Gives money from the desk a home: puts it on an order, as far as the order owes it.
///
/// # Faults
/// `access.forbidden`, `sales.no_order`, `payments.no_receipt`, `payments.currency`,
/// `payments.closed`, `payments.nothing_due` when the order owes nothing or nothing is free.
pub async fn home(
    app: &App,
    actor: &Actor,
    receipt: ReceiptId,
    order: OrderId,
    most: Option<Money>,
    why: &str,
) -> Result<Money, Fault> {
    actor.may(Right::PaymentsWrite)?;
    let scope = actor.scope(Right::OrdersRead)?;
    let tx = app.begin(actor).await?;
    sales::head(&tx, &scope, order).await?;
    sales::lock_account(&tx, order).await?;
    let found = payments::receipt(&tx, receipt).await?;
    let put = settling::credit(&tx, &found, order, most, why).await?;
    if put.minor == 0 {
        return Err(payments::Fault::NothingDue.into());
    }
    journal::note(&tx, "payments.homed", Some(receipt.uuid()), json!({ "order": order, "minor": put.minor })).await?;
    tx.commit().await?;
    Ok(put)
}

/// Takes a credit back that was put on the wrong order; the money lies on the desk again.
///
/// # Faults
/// `access.forbidden`, `payments.no_allocation`, `payments.undone`, `payments.too_much`.
pub async fn undo(app: &App, actor: &Actor, allocation: AllocationId, why: &str) -> Result<OrderId, Fault> {
    actor.may(Right::PaymentsWrite)?;
    let tx = app.begin(actor).await?;
    let taken = settling::undo(&tx, allocation, why).await?;
    tx.commit().await?;
    Ok(taken.order)
}

/// Sets money on the desk aside with a reason, or puts it back in sight with none.
///
/// # Faults
/// `access.forbidden`, `payments.no_receipt`.
pub async fn set_aside(app: &App, actor: &Actor, receipt: ReceiptId, why: &str) -> Result<(), Fault> {
    actor.may(Right::PaymentsWrite)?;
    let tx = app.begin(actor).await?;
    payments::set_aside(&tx, receipt, why).await?;
    journal::note(&tx, "payments.set_aside", Some(receipt.uuid()), json!({ "aside": !why.trim().is_empty() })).await?;
    tx.commit().await
}

/// Somebody looked at an order that needed it.
///
/// # Faults
/// `access.forbidden`, `sales.no_order`.
pub async fn looked_at(app: &App, actor: &Actor, order: OrderId) -> Result<(), Fault> {
    let scope = actor.scope(Right::OrdersWrite)?;
    let tx = app.begin(actor).await?;
    let head = sales::head(&tx, &scope, order).await?;
    sales::set_attention(&tx, order, "").await?;
    journal::note(&tx, "sales.order.looked_at", Some(order.uuid()), json!({ "number": head.number })).await?;
    tx.commit().await
}

/// What has to come before the shop begins: a part of the order's total, or all of it again.
///
/// # Faults
/// `access.forbidden`, `sales.no_order`, `payments.not_a_sum` outside of nothing and the total.
pub async fn set_deposit(app: &App, actor: &Actor, order: OrderId, deposit: Option<Money>) -> Result<(), Fault> {
    let scope = actor.scope(Right::OrdersWrite)?;
    let tx = app.begin(actor).await?;
    let head = sales::head(&tx, &scope, order).await?;
    if deposit.is_some_and(|d| d.currency != head.gross.currency || d.minor <= 0 || d.minor > head.gross.minor) {
        return Err(payments::Fault::NotASum { field: "deposit" }.into());
    }
    sales::lock_account(&tx, order).await?;
    sales::set_deposit(&tx, order, deposit.map(|d| d.minor)).await?;
    let data = json!({ "number": head.number, "minor": deposit.map(|d| d.minor) });
    journal::note(&tx, "sales.order.deposit", Some(order.uuid()), data).await?;
    tx.commit().await
}
