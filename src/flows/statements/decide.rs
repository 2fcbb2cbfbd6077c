//! What a person decides about an entry, and the way back from it.

use serde_json::json;

use super::book::lock;
use crate::{
    flows::steps::settling,
    kernel::{Actor, App, BankEntryId, Fault, Moment, Money, OrderId, Right, StatementFileId, Tx, journal},
    payments::{
        self, NewReceipt,
        bank::{self, Decision, Stored},
        statement,
    },
    sales,
};

/// Confirms what was proposed for an entry. Answers with its file.
///
/// # Faults
/// `access.forbidden`, `statement.no_entry`, `statement.decided` when nothing waits any more,
/// `payments.nothing_due` when its orders owe nothing by now.
pub async fn confirm(app: &App, actor: &Actor, id: BankEntryId) -> Result<StatementFileId, Fault> {
    actor.may(Right::PaymentsWrite)?;
    let stored = bank::entry(app.reader(), id).await?;
    let shares: Vec<(OrderId, Money)> =
        stored.matches.iter().filter(|m| m.amount.minor > 0).map(|m| (OrderId(m.document), m.amount)).collect();
    credit(app, actor, id, &shares).await
}

/// Puts an entry's money on orders, each with at most its sum and what it owes. One order that was
/// chosen by hand, or several: a split.
///
/// # Faults
/// As [`confirm`]; `payments.currency`, `payments.closed`, `sales.no_order`.
pub async fn credit(app: &App, actor: &Actor, id: BankEntryId, shares: &[(OrderId, Money)]) -> Result<StatementFileId, Fault> {
    actor.may(Right::PaymentsWrite)?;
    let scope = actor.scope(Right::OrdersRead)?;
    let tx = app.begin(actor).await?;
    for (order, _) in shares {
        sales::head(&tx, &scope, *order).await?;
    }
    lock(&tx, shares.iter().map(|(order, _)| *order)).await?;
    let stored = bank::entry(&tx, id).await?;
    let receipt = payments::receipt(&tx, stored.receipt.ok_or(bank::Fault::Decided)?).await?;
    if receipt.free().minor <= 0 {
        return Err(bank::Fault::Decided.into());
    }
    let mut sum = 0;
    for (order, most) in shares {
        let fresh = payments::receipt(&tx, receipt.id).await?;
        sum += settling::credit(&tx, &fresh, *order, Some(*most), "statement").await?.minor;
    }
    if sum == 0 {
        return Err(payments::Fault::NothingDue.into());
    }
    payments::set_aside(&tx, receipt.id, "").await?;
    let orders: Vec<OrderId> = shares.iter().map(|(order, _)| *order).collect();
    journal::note(&tx, "payments.statement.confirmed", Some(receipt.id.uuid()), json!({ "minor": sum, "orders": orders }))
        .await?;
    tx.commit().await?;
    Ok(stored.file)
}

/// Takes off its orders what an entry was put on; it waits for a person again.
///
/// # Faults
/// `access.forbidden`, `statement.no_entry`, `statement.decided` when it is on no order,
/// `payments.too_much` when an order holds less than that by now.
pub async fn undo(app: &App, actor: &Actor, id: BankEntryId) -> Result<StatementFileId, Fault> {
    let scope = actor.scope(Right::PaymentsWrite)?;
    let tx = app.begin(actor).await?;
    let view = bank::one(&tx, &scope, id).await?;
    if view.posted.is_empty() {
        return Err(bank::Fault::Decided.into());
    }
    lock(&tx, view.posted.iter().map(|told| told.order)).await?;
    for told in &view.posted {
        settling::undo(&tx, told.allocation, "statement").await?;
    }
    tx.commit().await?;
    Ok(view.file)
}

/// Leaves an entry as it is, with a reason: money that is no customer's.
///
/// # Faults
/// `access.forbidden`, `statement.no_entry`, `statement.decided`.
pub async fn leave(app: &App, actor: &Actor, id: BankEntryId, why: &str) -> Result<StatementFileId, Fault> {
    actor.may(Right::PaymentsWrite)?;
    let tx = app.begin(actor).await?;
    let stored = bank::entry(&tx, id).await?;
    let why = if why.trim().is_empty() { "–" } else { why };
    match stored.receipt {
        Some(receipt) => payments::set_aside(&tx, receipt, why).await?,
        None => bank::decide(&tx, id, Decision::Open, Decision::Aside, &stored.hold).await?,
    }
    journal::note(&tx, "payments.set_aside", Some(stored.receipt.map_or(id.uuid(), |r| r.uuid())), json!({ "aside": true }))
        .await?;
    tx.commit().await?;
    Ok(stored.file)
}

/// Puts an entry that was left back in sight.
///
/// # Faults
/// As [`leave`].
pub async fn put_back(app: &App, actor: &Actor, id: BankEntryId) -> Result<StatementFileId, Fault> {
    actor.may(Right::PaymentsWrite)?;
    let tx = app.begin(actor).await?;
    let stored = bank::entry(&tx, id).await?;
    match stored.receipt {
        Some(receipt) => payments::set_aside(&tx, receipt, "").await?,
        None => bank::decide(&tx, id, Decision::Aside, Decision::Open, &stored.hold).await?,
    }
    journal::note(&tx, "payments.set_aside", Some(stored.receipt.map_or(id.uuid(), |r| r.uuid())), json!({ "aside": false }))
        .await?;
    tx.commit().await?;
    Ok(stored.file)
}

/// An entry that looks like one of another file is another one all the same: its money is booked.
///
/// # Faults
/// `access.forbidden`, `statement.no_entry`, `statement.decided`.
pub async fn book_apart(app: &App, actor: &Actor, id: BankEntryId) -> Result<StatementFileId, Fault> {
    actor.may(Right::PaymentsWrite)?;
    let tx = app.begin(actor).await?;
    let stored = bank::entry(&tx, id).await?;
    if !stored.is_receipt || stored.receipt.is_some() || stored.hold != "twin" {
        return Err(bank::Fault::Decided.into());
    }
    bank::decide(&tx, id, Decision::Open, Decision::Open, "apart").await?;
    let new = receipt(&tx, &stored)?;
    let booked = settling::receive(&tx, new, "statement").await?.ok_or(bank::Fault::Decided)?;
    bank::give_receipt(&tx, id, booked.id).await?;
    tx.commit().await?;
    Ok(stored.file)
}

fn receipt(tx: &Tx, stored: &Stored) -> Result<NewReceipt, Fault> {
    let at = statement::day(&stored.booked_on).map_or(tx.now(), Moment::start_of);
    Ok(NewReceipt {
        provider: "bank".to_owned(),
        object: stored.key.clone(),
        amount: stored.amount,
        at,
        order: None,
        attempt: None,
        payer: stored.payer.clone(),
        account: stored.iban.clone(),
        note: stored.note.clone(),
        rounding: 0,
    })
}
