//! Which order a receipt pays. Every allocation is a row; taking one back is another row.

use super::{Fault, Receipt};
use crate::kernel::{self, AllocationId, Currency, Money, OrderId, ReceiptId, Tx, db};

/// Why money is put on an order, or taken off it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    Credit,
    Refund,
    /// The refund came back.
    RefundFailed,
    Dispute,
    DisputeWon,
    /// The bank took the transfer back.
    Returned,
    /// Somebody put it on the wrong order.
    Undo,
}

impl Cause {
    const ALL: &'static [Self] =
        &[Self::Credit, Self::Refund, Self::RefundFailed, Self::Dispute, Self::DisputeWon, Self::Returned, Self::Undo];
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Credit => "credit",
            Self::Refund => "refund",
            Self::RefundFailed => "refund_failed",
            Self::Dispute => "dispute",
            Self::DisputeWon => "dispute_won",
            Self::Returned => "returned",
            Self::Undo => "undo",
        }
    }
    /// A refund is wanted by the shop: what it takes off an order is not asked for again.
    pub const fn is_refund(self) -> bool {
        matches!(self, Self::Refund | Self::RefundFailed)
    }
}
impl std::str::FromStr for Cause {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|c| c.as_str() == text).ok_or("unknown cause of an allocation")
    }
}

/// A row of what an order was paid with. Signed: negative when it was taken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allocated {
    pub id: AllocationId,
    pub receipt: ReceiptId,
    pub order: OrderId,
    pub amount: Money,
}

/// Puts a part of a receipt on an order. `why` is a code or what a person wrote.
///
/// # Faults
/// [`Fault::TooMuch`] when not that much of it is free.
pub async fn allocate(
    tx: &Tx,
    receipt: ReceiptId,
    order: OrderId,
    amount: Money,
    (cause, object, why): (Cause, &str, &str),
) -> Result<Allocated, kernel::Fault> {
    if amount.minor <= 0 {
        return Err(Fault::NotASum { field: "amount" }.into());
    }
    // What a refund under way was promised is not free for orders.
    let sql = "update payment_receipt set allocated_minor = allocated_minor + $2 \
               where id = $1 and balance_minor - reserved_minor - allocated_minor >= $2 and currency = $3";
    if db::run(tx, sql, db::params![receipt, amount.minor, amount.currency]).await? == 0 {
        let left = super::receipt(tx, receipt).await?;
        return Err(if left.amount.currency == amount.currency {
            Fault::TooMuch { left: left.free() }.into()
        } else {
            Fault::Currency.into()
        });
    }
    row(tx, (receipt, order), amount, (cause, object, why), None).await
}

async fn row(
    tx: &Tx,
    (receipt, order): (ReceiptId, OrderId),
    amount: Money,
    (cause, object, why): (Cause, &str, &str),
    reverses: Option<AllocationId>,
) -> Result<Allocated, kernel::Fault> {
    let id = AllocationId::new(tx);
    let sql = "insert into payment_allocation (id, receipt_id, order_id, kind, object, amount_minor, why, reverses, at, actor) \
               values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)";
    let why: String = why.trim().chars().take(300).collect();
    let params = db::params![
        id,
        receipt,
        order,
        cause.as_str(),
        object,
        amount.minor,
        why,
        reverses.map(|r| r.uuid()),
        tx.now(),
        tx.actor().code()
    ];
    db::run(tx, sql, params).await?;
    Ok(Allocated { id, receipt, order, amount })
}

/// After money of a receipt went: takes off its orders what is no longer there, the latest order
/// first; answers with the rows (negative). What was free goes first.
///
/// # Faults
/// Whatever the database says.
pub async fn take_back(tx: &Tx, receipt: &Receipt, cause: Cause, object: &str) -> Result<Vec<Allocated>, kernel::Fault> {
    let mut missing = receipt.allocated.minor - receipt.balance.minor.max(0);
    let mut taken = Vec::new();
    if missing <= 0 {
        return Ok(taken);
    }
    let sql = "select order_id, sum(amount_minor) as held, max(id) as latest from payment_allocation where receipt_id = $1 \
               group by order_id having sum(amount_minor) > 0 order by latest desc";
    // PostgreSQL knows no max(uuid); its order by time is the same.
    let sql = sql.replace("max(id)", "max(at)").replace("sum(amount_minor)", "cast(sum(amount_minor) as bigint)");
    for held in db::rows(tx, &sql, db::params![receipt.id]).await? {
        let (order, held): (OrderId, i64) = (held.try_get_by_index(0)?, held.try_get_by_index(1)?);
        let off = held.min(missing);
        let amount = Money { minor: -off, ..receipt.amount };
        taken.push(row(tx, (receipt.id, order), amount, (cause, object, cause.as_str()), None).await?);
        missing -= off;
        if missing == 0 {
            break;
        }
    }
    let off: i64 = taken.iter().map(|t| t.amount.minor).sum();
    let sql = "update payment_receipt set allocated_minor = allocated_minor + $2 where id = $1";
    db::run(tx, sql, db::params![receipt.id, off]).await?;
    Ok(taken)
}

/// What a movement took off orders, to be given back when it is reversed.
///
/// # Faults
/// Whatever the database says.
pub async fn allocated_by(
    tx: &Tx,
    receipt: &Receipt,
    cause: Cause,
    object: &str,
) -> Result<Vec<(OrderId, Money)>, kernel::Fault> {
    let sql = "select order_id, cast(-sum(amount_minor) as bigint) from payment_allocation \
               where receipt_id = $1 and kind = $2 and object = $3 group by order_id";
    let rows = db::rows(tx, sql, db::params![receipt.id, cause.as_str(), object]).await?;
    let pair = |r: &db::Row| Ok((r.try_get_by_index(0)?, Money { minor: r.try_get_by_index(1)?, ..receipt.amount }));
    Ok(rows.iter().map(pair).collect::<Result<_, sea_orm::DbErr>>()?)
}

/// Which order an allocation is on.
///
/// # Faults
/// [`Fault::NoAllocation`].
pub async fn order_of_allocation(tx: &Tx, id: AllocationId) -> Result<OrderId, kernel::Fault> {
    let sql = "select order_id from payment_allocation where id = $1";
    Ok(db::scalar(tx, sql, db::params![id]).await?.ok_or(Fault::NoAllocation)?)
}

struct Known {
    receipt_id: ReceiptId,
    order_id: OrderId,
    kind: String,
    amount_minor: i64,
    currency: Currency,
}
db::record!(Known { receipt_id, order_id, kind, amount_minor, currency });

/// Takes one allocation back by its reverse; it can be done once. Only what somebody or the bank
/// match credited can be undone; what a provider did is undone by the provider.
///
/// # Faults
/// [`Fault::NoAllocation`]; [`Fault::Undone`]; [`Fault::TooMuch`] when the order holds less than
/// that by now.
pub async fn undo(tx: &Tx, id: AllocationId, why: &str) -> Result<Allocated, kernel::Fault> {
    let sql = "select a.receipt_id, a.order_id, a.kind, a.amount_minor, r.currency from payment_allocation a \
               join payment_receipt r on r.id = a.receipt_id where a.id = $1";
    let known: Known = db::opt(tx, sql, db::params![id]).await?.ok_or(Fault::NoAllocation)?;
    if known.kind != Cause::Credit.as_str() {
        return Err(Fault::NoAllocation.into());
    }
    let receipt = super::receipt(tx, known.receipt_id).await?;
    let twice = "select 1 from payment_allocation where reverses = $1";
    if db::row(tx, twice, db::params![id.uuid()]).await?.is_some() {
        return Err(Fault::Undone.into());
    }
    let sql =
        "select cast(coalesce(sum(amount_minor), 0) as bigint) from payment_allocation where receipt_id = $1 and order_id = $2";
    let held: i64 = db::scalar(tx, sql, db::params![known.receipt_id, known.order_id]).await?.unwrap_or(0);
    if held < known.amount_minor {
        return Err(Fault::TooMuch { left: Money::new(held.max(0), known.currency) }.into());
    }
    let sql = "update payment_receipt set allocated_minor = allocated_minor - $2 where id = $1";
    db::run(tx, sql, db::params![receipt.id, known.amount_minor]).await?;
    let amount = Money::new(-known.amount_minor, known.currency);
    row(tx, (known.receipt_id, known.order_id), amount, (Cause::Undo, "", why), Some(id)).await
}
