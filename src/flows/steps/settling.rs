//! Settling: money that came is put on its order, and the order, the customer's history and the
//! letters follow in the same transaction. The one path for page, webhook, sweeper, statement and till.

use serde_json::json;

use super::issuing::{self, Occasion};
use crate::{
    crm::{self, Touch},
    kernel::{Fault, Money, OrderId, Tx, VariantId, journal},
    mail::{self, NewLetter},
    payments::{self, Cause, NewReceipt, Receipt, Standing, Told},
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
    put(tx, receipt, sales::lock_account(tx, order).await?, most, why).await
}

/// [`credit`] on an order that is locked already.
async fn put(tx: &Tx, receipt: &Receipt, mut account: Account, most: Option<Money>, why: &str) -> Result<Money, Fault> {
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
        payments::allocate(tx, receipt.id, account.id, amount, (Cause::Credit, "", why)).await?;
        sales::credit(tx, account.id, amount.minor, 0).await?;
        account.paid += amount.minor;
    }
    settle(tx, account, Some(amount)).await?;
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
    let account = match meant {
        Some(order) => Some(sales::lock_account(tx, order).await?),
        None => None,
    };
    let Some(receipt) = payments::receive(tx, new).await? else { return Ok(None) };
    let data = json!({ "provider": receipt.provider, "minor": receipt.amount.minor, "currency": receipt.amount.currency });
    journal::note(tx, "payments.received", Some(receipt.id.uuid()), data).await?;
    let Some(account) = account else { return Ok(Some(receipt)) };
    let order = account.id;
    match put(tx, &receipt, account, None, why).await {
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
    settle(tx, sales::account(tx, order).await?, came).await
}

async fn settle(tx: &Tx, account: Account, came: Option<Money>) -> Result<(), Fault> {
    let order = account.id;
    let now = standing(tx, &account).await?;
    if now.state.as_str() != account.payment_state {
        sales::set_payment_state(tx, order, now.state.as_str()).await?;
    }
    let Some(amount) = came.filter(|m| m.minor > 0) else { return Ok(()) };
    let first = account.state;
    if now.covered {
        begin(tx, &account).await?;
    }
    let to_send = !matches!(first, State::Shipped | State::Delivered);
    let number = account.number.clone();
    let touch = Touch::OrderPaid { order, party: account.party, number, amount, covered: now.covered, to_send };
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
