//! Settling: money that came is put on its order, and the order, the customer's history and the
//! letters follow in the same transaction. The one path for page, webhook, sweeper, statement and till.

use serde_json::json;

use super::issuing::{self, Occasion};
use crate::{
    crm::{self, Touch},
    kernel::{AttemptId, Fault, Money, OrderId, Tx, VariantId, journal},
    mail::{self, NewLetter},
    payments::{self, AttemptState, Cause, DisputeState, Fact, Movement, NewReceipt, Receipt, RefundState, Standing, Told},
    promotions,
    sales::{self, Account, Payment, State, Step},
    showcase,
    stock::{self, Places},
};

/// What an order owes, from its own sums and from what lies on the desk for it.
///
/// # Faults
/// `sales.no_order`.
pub(crate) async fn standing(tx: &Tx, account: &Account) -> Result<Standing, Fault> {
    Ok(told(account, payments::meant(tx, account.id).await?).standing())
}

pub(crate) fn told(account: &Account, (excess, disputed, processing): (bool, bool, bool)) -> Told {
    Told {
        total: account.total,
        paid: account.paid,
        refunded: account.refunded,
        credited: account.credited,
        deposit: account.deposit,
        excess,
        disputed,
        processing,
    }
}

/// Puts what is free of a receipt on an order, as far as the order owes it, and lets follow what
/// follows. `most` bounds it. Answers with the sum; nothing where the order takes none.
///
/// # Faults
/// `payments.currency`; `payments.closed` for an order that is cancelled.
pub(crate) async fn credit(tx: &Tx, receipt: &Receipt, order: OrderId, most: Option<Money>, why: &str) -> Result<Money, Fault> {
    let account = sales::lock_account(tx, order).await?;
    if receipt.amount.currency != account.total.currency {
        return Err(payments::Fault::Currency.into());
    }
    if account.state == State::Cancelled {
        return Err(payments::Fault::Closed.into());
    }
    let owes = standing(tx, &account).await?.due.minor;
    let sum = receipt.free().minor.min(owes).min(most.map_or(i64::MAX, |m| m.minor));
    let amount = Money { minor: sum.max(0), ..account.total };
    if amount.minor > 0 {
        payments::allocate(tx, receipt.id, order, amount, (Cause::Credit, "", why)).await?;
        sales::credit(tx, order, amount.minor, 0).await?;
    }
    follow(tx, order, Some(amount)).await?;
    Ok(amount)
}

/// Books money that came and puts it where it belongs; what fits nowhere lies on the desk, and the
/// order that it was meant for says so. `None` when it was booked before.
///
/// # Faults
/// Whatever the database says.
pub(crate) async fn receive(tx: &Tx, new: NewReceipt, why: &str) -> Result<Option<Receipt>, Fault> {
    let meant = new.order;
    // The order first: whoever settles it comes one after the other, before any receipt is locked.
    if let Some(order) = meant {
        sales::lock_account(tx, order).await?;
    }
    let Some(receipt) = payments::receive(tx, new).await? else { return Ok(None) };
    let data = json!({ "provider": receipt.provider, "minor": receipt.amount.minor, "currency": receipt.amount.currency });
    journal::note(tx, "payments.received", Some(receipt.id.uuid()), data).await?;
    let Some(order) = meant else { return Ok(Some(receipt)) };
    match credit(tx, &receipt, order, None, why).await {
        Ok(put) => {
            if put.minor < receipt.amount.minor {
                trouble(tx, order, "excess").await?;
            }
        }
        // Money for an order that takes none, or in another currency, is kept on the desk.
        Err(fault) if fault.code == "payments.closed" => trouble(tx, order, "late_money").await?,
        Err(fault) if fault.code == "payments.currency" => trouble(tx, order, "currency").await?,
        Err(fault) => return Err(fault),
    }
    Ok(Some(receipt))
}

/// After money moved: writes how the order stands, and where enough came lets the shop begin.
///
/// # Faults
/// `sales.no_order`.
pub(crate) async fn follow(tx: &Tx, order: OrderId, came: Option<Money>) -> Result<(), Fault> {
    let account = sales::account(tx, order).await?;
    let now = standing(tx, &account).await?;
    if now.state.as_str() != account.payment_state {
        sales::set_payment_state(tx, order, now.state.as_str()).await?;
    }
    let Some(amount) = came.filter(|m| m.minor > 0) else { return Ok(()) };
    let first = account.state;
    if now.covered {
        begin(tx, &account).await?;
    }
    let touch = Touch::OrderPaid { order, party: account.party, number: account.number.clone(), amount, covered: now.covered };
    crm::record(tx, touch).await?;
    let data = json!({ "number": account.number, "minor": amount.minor, "state": now.state });
    journal::note(tx, "sales.order.paid", Some(order.uuid()), data).await?;
    if now.due.minor == 0 {
        issuing::invoice_by_itself(tx, order, Occasion::Paid).await?;
    }
    // Who paid at a provider's page gets the order letter now, since before nothing was certain.
    let template =
        if account.payment == Payment::Card && matches!(first, State::AwaitingPayment | State::Abandoned) && now.covered {
            "order_placed"
        } else {
            "payment_received"
        };
    write_to(tx, &account, template, json!({ "order": order, "amount": amount })).await
}

/// The money is there: whatever waited for it goes on.
async fn begin(tx: &Tx, account: &Account) -> Result<(), Fault> {
    let order = account.id;
    match account.state {
        State::AwaitingPayment => {
            sales::advance(tx, order, Step::Pay, "").await?;
        }
        State::Abandoned => revive(tx, account).await?,
        State::Placed => {}
        _ => return Ok(()),
    }
    sales::set_hold(tx, order, None).await?;
    sales::advance(tx, order, Step::Confirm, "").await?;
    let touch = Touch::OrderConfirmed { order, party: account.party, number: account.number.clone() };
    crm::record(tx, touch).await?;
    journal::note(tx, "sales.order.confirmed", Some(order.uuid()), json!({ "number": account.number })).await?;
    Ok(())
}

/// Late money: the order comes back. What it needs is taken anew; where that is gone it is an order
/// all the same, and somebody has to look at it.
async fn revive(tx: &Tx, account: &Account) -> Result<(), Fault> {
    sales::advance(tx, account.id, Step::Revive, "").await?;
    let wanted = sales::to_take(tx, account.id).await?;
    let channel = crate::channels::by_id(tx, account.channel).await?;
    match stock::take_if_there(tx, Places::Only(&channel.locations), &wanted, account.id).await? {
        Some(taken) => {
            let shifts: Vec<VariantId> = taken.iter().filter_map(|t| t.shift).map(|s| s.variant).collect();
            showcase::project_variants(tx, &shifts).await?;
        }
        None => trouble(tx, account.id, "stock").await?,
    }
    if !promotions::take_again(tx, account.id).await? {
        trouble(tx, account.id, "code").await?;
    }
    Ok(())
}

/// Marks an order for somebody to look at, with a task. The same trouble is told once.
///
/// # Faults
/// `sales.no_order`.
pub(crate) async fn trouble(tx: &Tx, order: OrderId, code: &'static str) -> Result<(), Fault> {
    let account = sales::account(tx, order).await?;
    if account.attention == code {
        return Ok(());
    }
    sales::set_attention(tx, order, code).await?;
    let touch = Touch::OrderInTrouble { order, party: account.party, number: account.number.clone(), trouble: code };
    crm::record(tx, touch).await?;
    journal::note(tx, "sales.order.attention", Some(order.uuid()), json!({ "number": account.number, "why": code })).await?;
    Ok(())
}

/// Nobody paid in time: the stock and the code are free again. Late money brings the order back.
///
/// # Faults
/// `sales.wrong_state`.
pub(crate) async fn abandon(tx: &Tx, account: &Account) -> Result<(), Fault> {
    let order = account.id;
    sales::advance(tx, order, Step::Abandon, "").await?;
    sales::set_hold(tx, order, None).await?;
    let shifts: Vec<VariantId> = stock::release(tx, order).await?.into_iter().map(|s| s.variant).collect();
    showcase::project_variants(tx, &shifts).await?;
    promotions::give_back(tx, order).await?;
    crm::record(tx, Touch::OrderAbandoned { order, party: account.party, number: account.number.clone() }).await?;
    journal::note(tx, "sales.order.abandoned", Some(order.uuid()), json!({ "number": account.number })).await?;
    Ok(())
}

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

/// Takes a credit back that was put on the wrong order.
///
/// # Faults
/// `payments.no_allocation`, `payments.undone`, `payments.too_much`.
pub(crate) async fn undo(tx: &Tx, id: crate::kernel::AllocationId, why: &str) -> Result<payments::Allocated, Fault> {
    let order = payments::order_of_allocation(tx, id).await?;
    sales::lock_account(tx, order).await?;
    let taken = payments::undo(tx, id, why).await?;
    sales::credit(tx, taken.order, taken.amount.minor, 0).await?;
    follow(tx, taken.order, None).await?;
    let data = json!({ "minor": taken.amount.minor });
    journal::note(tx, "payments.undone", Some(taken.order.uuid()), data).await?;
    Ok(taken)
}

/// A letter about an order's money.
///
/// # Faults
/// Whatever the database says.
pub(crate) async fn write_to(tx: &Tx, account: &Account, template: &'static str, data: serde_json::Value) -> Result<(), Fault> {
    let letter = NewLetter {
        template,
        to: account.email.clone(),
        to_name: account.name.clone(),
        locale: account.locale,
        party: Some(account.party),
        subject: Some(account.id.uuid()),
        data,
    };
    mail::queue(tx, letter).await.map(drop)
}
