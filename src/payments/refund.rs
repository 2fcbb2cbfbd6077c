//! Money that the shop sends back: wanted, asked of the provider, booked once the provider says so.

use serde::Serialize;

use super::{Fault, Receipt};
use crate::kernel::{self, Currency, Moment, Money, OrderId, Reads, ReceiptId, RefundId, Tx, db};

#[derive(Clone, Debug, Serialize)]
pub struct RefundRow {
    pub id: RefundId,
    pub receipt: ReceiptId,
    pub order: Option<OrderId>,
    pub provider: String,
    /// `wanted`, `sent` (the bank takes days), `done`, `failed`
    pub state: String,
    /// The provider's name of it.
    pub object: Option<String>,
    pub amount: Money,
    pub reason: String,
    /// Why it failed.
    pub error: String,
    pub created_at: Moment,
    pub ended_at: Option<Moment>,
}

struct Row {
    id: RefundId,
    receipt_id: ReceiptId,
    order_id: Option<OrderId>,
    provider: String,
    state: String,
    object: Option<String>,
    amount_minor: i64,
    currency: Currency,
    reason: String,
    error: String,
    created_at: Moment,
    ended_at: Option<Moment>,
}
db::record!(Row {
    id,
    receipt_id,
    order_id,
    provider,
    state,
    object,
    amount_minor,
    currency,
    reason,
    error,
    created_at,
    ended_at
});

impl From<Row> for RefundRow {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            receipt: row.receipt_id,
            order: row.order_id,
            provider: row.provider,
            state: row.state,
            object: row.object,
            amount: Money::new(row.amount_minor, row.currency),
            reason: row.reason,
            error: row.error,
            created_at: row.created_at,
            ended_at: row.ended_at,
        }
    }
}

/// Reserves a part of a receipt for going back.
///
/// # Faults
/// [`Fault::TooMuch`], [`Fault::Disputed`], [`Fault::Currency`], [`Fault::NotASum`];
/// [`Fault::Missing`] without a reason.
pub async fn want(
    tx: &Tx,
    receipt: &Receipt,
    order: Option<OrderId>,
    amount: Money,
    reason: &str,
) -> Result<RefundId, kernel::Fault> {
    let reason: String = reason.trim().chars().take(300).collect();
    if reason.is_empty() {
        return Err(Fault::Missing { field: "reason" }.into());
    }
    if amount.minor <= 0 {
        return Err(Fault::NotASum { field: "amount" }.into());
    }
    if amount.currency != receipt.amount.currency {
        return Err(Fault::Currency.into());
    }
    if receipt.disputed.minor > 0 {
        return Err(Fault::Disputed.into());
    }
    let sql = "update payment_receipt set reserved_minor = reserved_minor + $2 \
               where id = $1 and balance_minor - reserved_minor >= $2 and disputed_minor = 0";
    if db::run(tx, sql, db::params![receipt.id, amount.minor]).await? == 0 {
        return Err(Fault::TooMuch { left: receipt.refundable() }.into());
    }
    let id = RefundId::new(tx);
    let sql = "insert into payment_refund (id, receipt_id, order_id, provider, state, amount_minor, currency, reason, error, \
               created_at, actor) values ($1,$2,$3,$4,'wanted',$5,$6,$7,'',$8,$9)";
    let (provider, actor) = (receipt.provider.clone(), tx.actor().code());
    let params = db::params![id, receipt.id, order, provider, amount.minor, amount.currency, reason, tx.now(), actor];
    db::run(tx, sql, params).await?;
    Ok(id)
}

/// # Faults
/// [`Fault::NoRefund`].
pub async fn refund(db: &impl Reads, id: RefundId) -> Result<RefundRow, kernel::Fault> {
    let row: Option<Row> = db::opt(db, "select * from payment_refund where id = $1", db::params![id]).await?;
    Ok(row.ok_or(Fault::NoRefund)?.into())
}

/// Refunds of the receipts that an order was meant by or paid from.
///
/// # Faults
/// Whatever the database says.
pub async fn refunds(db: &impl Reads, order: OrderId) -> Result<Vec<RefundRow>, kernel::Fault> {
    let sql = "select * from payment_refund where order_id = $1 or receipt_id in \
               (select receipt_id from payment_allocation where order_id = $1) order by id";
    Ok(db::all::<Row>(db, sql, db::params![order]).await?.into_iter().map(Into::into).collect())
}

/// The provider told of it for the first time: what was reserved for it is spent now.
///
/// # Faults
/// Whatever the database says.
pub async fn booked(tx: &Tx, id: RefundId, object: &str) -> Result<(), kernel::Fault> {
    end(tx, id, "done", Some(object), "").await.map(drop)
}

/// It will not happen: what was reserved for it is free again.
///
/// # Faults
/// Whatever the database says.
pub async fn release(tx: &Tx, id: RefundId, why: &str) -> Result<bool, kernel::Fault> {
    end(tx, id, "failed", None, why).await
}

/// The provider took it first and gave it back later.
///
/// # Faults
/// Whatever the database says.
pub async fn gave_up(tx: &Tx, id: RefundId, why: &str) -> Result<(), kernel::Fault> {
    let sql = "update payment_refund set state = 'failed', error = $2, ended_at = $3 where id = $1";
    db::run(tx, sql, db::params![id, why, tx.now()]).await?;
    Ok(())
}

async fn end(tx: &Tx, id: RefundId, state: &str, object: Option<&str>, why: &str) -> Result<bool, kernel::Fault> {
    let sql = "update payment_refund set state = $2, object = $3, error = $4, ended_at = $5 where id = $1 and ended_at is null \
               returning receipt_id, amount_minor";
    let why: String = why.chars().take(300).collect();
    let Some(row) = db::row(tx, sql, db::params![id, state, object, why, tx.now()]).await? else { return Ok(false) };
    let (receipt, amount): (ReceiptId, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    let sql = "update payment_receipt set reserved_minor = reserved_minor - $2 where id = $1";
    db::run(tx, sql, db::params![receipt, amount]).await?;
    Ok(true)
}
