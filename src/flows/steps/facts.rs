//! What a provider knows, written into the ledger: payments, refunds, disputes. Facts come twice,
//! late and in any order; each counts once.

use serde_json::json;

use super::settling::{follow, receive, trouble, write_to};
use crate::{
    crm::{self, Touch},
    kernel::{AttemptId, Fault, Money, Tx, journal},
    payments::{self, AttemptState, Cause, DisputeState, Fact, Movement, NewReceipt, Receipt, RefundState},
    sales,
};

/// Writes what a provider knows into the ledger. Facts come twice, late and in any order; what is
/// there already changes nothing. Says whether anything was new.
///
/// # Faults
/// `payments.not_yet` for a refund or dispute whose payment is not known: told again later.
pub(crate) async fn apply(tx: &Tx, provider: &str, fact: &Fact) -> Result<bool, Fault> {
    match fact {
        Fact::Paid { payment, attempt, session, amount, at } => {
            paid(tx, provider, (attempt.map(Into::into), session.as_deref()), payment, (*amount, *at)).await
        }
        Fact::Processing { attempt, session } => {
            moved(tx, provider, (*attempt, session.as_deref()), AttemptState::Processing, "").await
        }
        Fact::Failed { attempt, session, why } => {
            moved(tx, provider, (*attempt, session.as_deref()), AttemptState::Failed, why).await
        }
        Fact::Expired { attempt, session } => {
            moved(tx, provider, (*attempt, session.as_deref()), AttemptState::Expired, "").await
        }
        Fact::Open { attempt, session } => moved(tx, provider, (*attempt, session.as_deref()), AttemptState::Open, "").await,
        Fact::Refunded { refund, payment, ours, amount, state, at } => {
            let receipt = known(tx, provider, payment).await?;
            refunded(tx, &receipt, (refund, ours.map(Into::into)), (*amount, *at), *state).await
        }
        Fact::Disputed { dispute, payment, amount, state, at } => {
            let receipt = known(tx, provider, payment).await?;
            disputed(tx, &receipt, dispute, (*amount, *at), *state).await
        }
    }
}

/// The receipt of a payment; the orders that it pays are locked first, as everybody does.
pub(crate) async fn known(tx: &Tx, provider: &str, payment: &str) -> Result<Receipt, Fault> {
    let not_yet = || payments::Fault::NotYet { payment: payment.to_owned() };
    for order in payments::orders_of(tx, provider, payment).await?.ok_or_else(not_yet)? {
        sales::lock_account(tx, order).await?;
    }
    Ok(payments::find(tx, provider, payment).await?.ok_or_else(not_yet)?)
}

async fn attempt_of(
    tx: &Tx,
    provider: &str,
    (attempt, session): (Option<AttemptId>, Option<&str>),
) -> Result<Option<payments::Attempt>, Fault> {
    if let Some(id) = attempt
        && let Some(found) = payments::attempt(tx, id).await?
    {
        return Ok(Some(found));
    }
    match session {
        Some(session) => payments::of_session(tx, provider, session).await,
        None => Ok(None),
    }
}

async fn paid(
    tx: &Tx,
    provider: &str,
    names: (Option<AttemptId>, Option<&str>),
    payment: &str,
    (amount, at): (Money, crate::kernel::Moment),
) -> Result<bool, Fault> {
    let attempt = attempt_of(tx, provider, names).await?;
    let order = attempt.as_ref().map(|a| a.order);
    if let Some(attempt) = &attempt {
        // Before the money is booked, so that the order no longer counts it as under way.
        sales::lock_account(tx, attempt.order).await?;
        payments::move_on(tx, attempt.id, AttemptState::Paid, "").await?;
    }
    let new = NewReceipt {
        provider: provider.to_owned(),
        object: payment.to_owned(),
        amount,
        at,
        order,
        attempt: attempt.as_ref().map(|a| a.id),
        payer: String::new(),
        account: String::new(),
        note: String::new(),
        rounding: 0,
    };
    let booked = receive(tx, new, "provider").await?;
    if booked.is_some()
        && let Some(attempt) = attempt
        && attempt.amount != amount
    {
        // The page was made for another sum: the money counts, and somebody looks why.
        trouble(tx, attempt.order, "amount").await?;
    }
    Ok(booked.is_some())
}

async fn moved(
    tx: &Tx,
    provider: &str,
    (attempt, session): (Option<uuid::Uuid>, Option<&str>),
    to: AttemptState,
    why: &str,
) -> Result<bool, Fault> {
    let Some(attempt) = attempt_of(tx, provider, (attempt.map(Into::into), session)).await? else { return Ok(false) };
    sales::lock_account(tx, attempt.order).await?;
    if !payments::move_on(tx, attempt.id, to, why).await? {
        return Ok(false);
    }
    follow(tx, attempt.order, None).await?;
    Ok(true)
}

async fn refunded(
    tx: &Tx,
    receipt: &Receipt,
    (object, ours): (&str, Option<crate::kernel::RefundId>),
    sum: (Money, crate::kernel::Moment),
    state: RefundState,
) -> Result<bool, Fault> {
    // Whatever is told first, both rows get written once each: the sums do not depend on the order.
    let mut new = payments::move_money(tx, receipt, Movement::Refund, object, sum).await?;
    if new {
        if let Some(ours) = ours {
            payments::booked(tx, ours, object).await?;
        }
        let amount = off_orders(tx, receipt, Cause::Refund, object).await?;
        journal::note(tx, "payments.refunded", Some(receipt.id.uuid()), json!({ "minor": sum.0.minor, "orders": amount }))
            .await?;
    }
    if state == RefundState::Failed && payments::move_money(tx, receipt, Movement::RefundFailed, object, sum).await? {
        new = true;
        if let Some(ours) = ours {
            payments::gave_up(tx, ours, "provider").await?;
        }
        back_on_orders(tx, receipt, (Cause::Refund, Cause::RefundFailed), object, "refund_failed").await?;
    }
    Ok(new)
}

async fn disputed(
    tx: &Tx,
    receipt: &Receipt,
    object: &str,
    sum: (Money, crate::kernel::Moment),
    state: DisputeState,
) -> Result<bool, Fault> {
    let mut new = payments::move_money(tx, receipt, Movement::Dispute, object, sum).await?;
    if new {
        off_orders(tx, receipt, Cause::Dispute, object).await?;
        if let Some(order) = receipt.order {
            trouble(tx, order, "disputed").await?;
        }
        journal::note(tx, "payments.disputed", Some(receipt.id.uuid()), json!({ "minor": sum.0.minor })).await?;
    }
    match state {
        DisputeState::Open => {}
        DisputeState::Won => {
            if payments::move_money(tx, receipt, Movement::DisputeWon, object, sum).await? {
                new = true;
                back_on_orders(tx, receipt, (Cause::Dispute, Cause::DisputeWon), object, "dispute_won").await?;
            }
        }
        DisputeState::Lost => {
            if payments::settle_dispute(tx, receipt, object, sum).await? {
                new = true;
                if let Some(order) = receipt.order {
                    follow(tx, order, None).await?;
                    trouble(tx, order, "dispute_lost").await?;
                }
            }
        }
    }
    Ok(new)
}

/// Takes off its orders what a receipt no longer has; answers with the sum.
///
/// # Faults
/// Whatever the database says.
pub(crate) async fn off_orders(tx: &Tx, receipt: &Receipt, cause: Cause, object: &str) -> Result<i64, Fault> {
    let fresh = payments::receipt(tx, receipt.id).await?;
    let mut sum = 0;
    for taken in payments::take_back(tx, &fresh, cause, object).await? {
        let off = taken.amount.minor;
        sum -= off;
        if cause.is_refund() {
            sales::credit(tx, taken.order, 0, -off).await?;
        } else {
            sales::credit(tx, taken.order, off, 0).await?;
        }
        follow(tx, taken.order, None).await?;
        if cause == Cause::Refund {
            let account = sales::account(tx, taken.order).await?;
            let amount = Money { minor: -off, ..account.total };
            let touch = Touch::OrderRefunded { order: taken.order, party: account.party, number: account.number.clone(), amount };
            crm::record(tx, touch).await?;
            write_to(tx, &account, "payment_refunded", json!({ "order": taken.order, "amount": amount })).await?;
        }
    }
    // What lay on the desk for an order went: the order may say so.
    if let Some(order) = receipt.order.filter(|_| sum == 0) {
        follow(tx, order, None).await?;
    }
    Ok(sum)
}

/// Puts back on orders what a movement took off them, now that it is reversed.
async fn back_on_orders(
    tx: &Tx,
    receipt: &Receipt,
    (was, now): (Cause, Cause),
    object: &str,
    code: &'static str,
) -> Result<(), Fault> {
    for (order, amount) in payments::allocated_by(tx, receipt, was, object).await? {
        if amount.minor <= 0 {
            continue;
        }
        let account = sales::lock_account(tx, order).await?;
        // Others may have paid meanwhile: then it lies on the desk, as money that is too much.
        let room = if was.is_refund() { account.refunded } else { account.total.minor - account.paid };
        let amount = Money { minor: amount.minor.min(room), ..amount };
        if amount.minor > 0 {
            payments::allocate(tx, receipt.id, order, amount, (now, object, now.as_str())).await?;
            match was.is_refund() {
                true => sales::credit(tx, order, 0, -amount.minor).await?,
                false => sales::credit(tx, order, amount.minor, 0).await?,
            }
        }
        follow(tx, order, None).await?;
        trouble(tx, order, code).await?;
    }
    Ok(())
}
