//! What staff see of money.

use serde::Serialize;
use uuid::Uuid;

use crate::kernel::{self, AllocationId, Currency, Moment, Money, OrderId, Page, Reads, ReceiptId, Scope, db, from_cursor};

/// A receipt on an order's page, with what of it is on this order.
#[derive(Clone, Debug, Serialize)]
pub struct ReceiptView {
    pub id: ReceiptId,
    /// `stripe`, `bank`, `cash`, `terminal`
    pub provider: String,
    pub object: String,
    pub amount: Money,
    pub balance: Money,
    pub free: Money,
    pub refundable: Money,
    pub disputed: Money,
    pub payer: String,
    pub account: String,
    pub note: String,
    pub received_at: Moment,
    pub allocations: Vec<AllocationView>,
}

#[derive(Clone, Debug, Serialize)]
pub struct AllocationView {
    pub id: AllocationId,
    /// See [`super::Cause`].
    pub kind: String,
    pub amount: Money,
    pub why: String,
    pub at: Moment,
    /// It may be undone by hand.
    pub undoable: bool,
}

struct ReceiptRow {
    id: ReceiptId,
    provider: String,
    object: String,
    currency: Currency,
    amount_minor: i64,
    balance_minor: i64,
    allocated_minor: i64,
    reserved_minor: i64,
    disputed_minor: i64,
    order_id: Option<OrderId>,
    payer: String,
    account: String,
    note: String,
    aside: String,
    received_at: Moment,
    booked_at: Moment,
}
db::record!(ReceiptRow {
    id,
    provider,
    object,
    currency,
    amount_minor,
    balance_minor,
    allocated_minor,
    reserved_minor,
    disputed_minor,
    order_id,
    payer,
    account,
    note,
    aside,
    received_at,
    booked_at
});

struct AllocationRow {
    id: AllocationId,
    receipt_id: ReceiptId,
    kind: String,
    amount_minor: i64,
    why: String,
    at: Moment,
    undone: i32,
}
db::record!(AllocationRow { id, receipt_id, kind, amount_minor, why, at, undone });

/// Every receipt that was meant for an order or pays it, oldest first. The caller has asked whether
/// the order may be seen.
///
/// # Faults
/// Whatever the database says.
pub async fn of_order(db: &impl Reads, _scope: &Scope, order: OrderId) -> Result<Vec<ReceiptView>, kernel::Fault> {
    let sql = "select * from payment_receipt where order_id = $1 or id in \
               (select receipt_id from payment_allocation where order_id = $1) order by received_at, id";
    let rows: Vec<ReceiptRow> = db::all(db, sql, db::params![order]).await?;
    let sql = "select a.id, a.receipt_id, a.kind, a.amount_minor, a.why, a.at, \
               case when exists (select 1 from payment_allocation b where b.reverses = a.id) then 1 else 0 end as undone \
               from payment_allocation a where a.order_id = $1 order by a.id";
    let parts: Vec<AllocationRow> = db::all(db, sql, db::params![order]).await?;
    let view = |row: ReceiptRow| {
        let money = |minor| Money::new(minor, row.currency);
        let own = parts.iter().filter(|p| p.receipt_id == row.id).map(|p| AllocationView {
            id: p.id,
            kind: p.kind.clone(),
            amount: money(p.amount_minor),
            why: p.why.clone(),
            at: p.at,
            undoable: p.kind == "credit" && p.undone == 0,
        });
        ReceiptView {
            allocations: own.collect(),
            amount: money(row.amount_minor),
            balance: money(row.balance_minor),
            free: money(row.balance_minor - row.reserved_minor - row.allocated_minor),
            refundable: money((row.balance_minor - row.reserved_minor).max(0)),
            disputed: money(row.disputed_minor),
            id: row.id,
            provider: row.provider,
            object: row.object,
            payer: row.payer,
            account: row.account,
            note: row.note,
            received_at: row.received_at,
        }
    };
    Ok(rows.into_iter().map(view).collect())
}

/// Money that is on no order.
#[derive(Clone, Debug, Serialize)]
pub struct HomelessRow {
    pub id: ReceiptId,
    pub provider: String,
    pub object: String,
    pub amount: Money,
    /// What of it has no home; negative where more went back than came.
    pub free: Money,
    pub payer: String,
    pub account: String,
    pub note: String,
    /// Which order it was meant for, where that is known.
    pub order: Option<OrderId>,
    pub received_at: Moment,
    /// Why somebody set it aside.
    pub aside: String,
}

/// The desk *money without a home*, oldest first; without what was set aside unless asked for.
///
/// # Faults
/// Whatever the database says; `request.cursor_invalid` when `after` is none of ours.
pub async fn homeless(
    db: &impl Reads,
    _scope: &Scope,
    aside: bool,
    after: Option<&str>,
    limit: u32,
) -> Result<Page<HomelessRow>, kernel::Fault> {
    let limit = limit.clamp(1, 200);
    let (at, id): (i64, Uuid) = match after {
        Some(text) => from_cursor(text)?,
        None => (i64::MIN, Uuid::nil()),
    };
    let which = if aside { "aside <> ''" } else { "aside = ''" };
    // A refund that is under way has a home: it goes back.
    let sql = format!(
        "select * from payment_receipt where balance_minor <> allocated_minor and balance_minor - reserved_minor <> allocated_minor \
         and {which} and (booked_at, id) > ($1, $2) order by booked_at, id limit $3"
    );
    let rows: Vec<ReceiptRow> = db::all(db, &sql, db::params![at, id, i64::from(limit) + 1]).await?;
    let view = |row: ReceiptRow| HomelessRow {
        amount: Money::new(row.amount_minor, row.currency),
        free: Money::new(row.balance_minor - row.reserved_minor - row.allocated_minor, row.currency),
        id: row.id,
        provider: row.provider,
        object: row.object,
        payer: row.payer,
        account: row.account,
        note: row.note,
        order: row.order_id,
        received_at: row.received_at,
        aside: row.aside,
    };
    Ok(Page::cut(rows, limit as usize, |last| (last.booked_at.0, last.id.uuid())).map(view))
}

/// Movements of one day, by provider, kind and currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DaySum {
    pub provider: String,
    /// `receipt`, or a [`super::Movement`].
    pub kind: String,
    pub count: i64,
    pub amount: Money,
}

/// The takings between two moments.
///
/// # Faults
/// Whatever the database says.
pub async fn day(db: &impl Reads, _scope: &Scope, from: Moment, until: Moment) -> Result<Vec<DaySum>, kernel::Fault> {
    let sql = "select provider, kind, currency, count(*), cast(sum(amount_minor) as bigint) from payment_entry \
               where at >= $1 and at < $2 group by provider, kind, currency order by provider, currency, kind";
    let rows = db::rows(db, sql, db::params![from, until]).await?;
    let sum = |row: &db::Row| {
        Ok(DaySum {
            provider: row.try_get_by_index(0)?,
            kind: row.try_get_by_index(1)?,
            count: row.try_get_by_index(3)?,
            amount: Money::new(row.try_get_by_index(4)?, row.try_get_by_index(2)?),
        })
    };
    Ok(rows.iter().map(sum).collect::<Result<_, sea_orm::DbErr>>()?)
}

/// An event that was stored and could not be processed.
#[derive(Clone, Debug, Serialize)]
pub struct StuckEvent {
    pub id: Uuid,
    pub provider: String,
    pub event_id: String,
    pub kind: String,
    pub received_at: Moment,
    pub tries: i64,
    pub error: String,
}

struct StuckRow {
    id: Uuid,
    provider: String,
    event_id: String,
    kind: String,
    received_at: Moment,
    tries: i64,
    error: String,
}
db::record!(StuckRow { id, provider, event_id, kind, received_at, tries, error });

/// Events that failed at least once and still wait.
///
/// # Faults
/// Whatever the database says.
pub async fn stuck(db: &impl Reads, _scope: &Scope, limit: u32) -> Result<Vec<StuckEvent>, kernel::Fault> {
    let sql = "select id, provider, event_id, kind, received_at, tries, error from payment_event \
               where processed_at is null and error <> '' order by received_at limit $1";
    let rows: Vec<StuckRow> = db::all(db, sql, db::params![i64::from(limit)]).await?;
    let view = |r: StuckRow| StuckEvent {
        id: r.id,
        provider: r.provider,
        event_id: r.event_id,
        kind: r.kind,
        received_at: r.received_at,
        tries: r.tries,
        error: r.error,
    };
    Ok(rows.into_iter().map(view).collect())
}
