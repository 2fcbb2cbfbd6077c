//! What really moves: counts, corrections, shipments. Every change of `on_hand` leaves a row.

use std::collections::HashMap;

use sea_orm::Value;
use uuid::Uuid;

use super::{
    Fault, Shift,
    availability::{Freed, shifts_of},
};
use crate::kernel::{self, HoldId, LocationId, OrderId, Qty, Tx, VariantId, db};

/// Why something moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Somebody counted.
    Count,
    /// Came in: bought, made, brought back.
    Received,
    /// Went out otherwise than by a sale: broken, lost, used.
    Written,
    Shipped,
    /// A customer brought it back.
    Returned,
    /// An imported file said so.
    Import,
}

impl Reason {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Received => "received",
            Self::Written => "written_off",
            Self::Shipped => "shipped",
            Self::Returned => "returned",
            Self::Import => "import",
        }
    }
}

/// What a count found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    pub variant: VariantId,
    pub on_hand: Qty,
}

struct Move {
    variant: VariantId,
    location: LocationId,
    qty: i64,
}

impl Move {
    fn freed(&self) -> Freed {
        Freed { variant: self.variant, location: self.location, by: self.qty }
    }
}

/// Puts a counted quantity in place of the known one.
///
/// # Faults
/// `stock.below_zero`.
pub async fn count(tx: &Tx, location: LocationId, variant: VariantId, on_hand: Qty) -> Result<Option<Shift>, kernel::Fault> {
    Ok(count_many(tx, location, &[Counted { variant, on_hand }], Reason::Count).await?.pop())
}

struct OnHand {
    variant_id: VariantId,
    on_hand: i64,
}
db::record!(OnHand { variant_id, on_hand });

/// Many counts at one place in few statements; what is so already is not written. Returns the
/// variants whose word changed. For a variant named twice the last count stands.
///
/// # Faults
/// `stock.below_zero`; then nothing is written.
pub async fn count_many(tx: &Tx, location: LocationId, counts: &[Counted], reason: Reason) -> Result<Vec<Shift>, kernel::Fault> {
    if counts.iter().any(|c| c.on_hand.0 < 0) {
        return Err(Fault::BelowZero.into());
    }
    let mut wanted: HashMap<VariantId, i64> = counts.iter().map(|c| (c.variant, c.on_hand.0)).collect();
    let mut ids: Vec<VariantId> = wanted.keys().copied().collect();
    ids.sort_unstable();
    let mut shifts = Vec::new();
    for chunk in ids.chunks(500) {
        let known = lock(tx, location, chunk).await?;
        let mut moves = Vec::new();
        let mut rows = Vec::new();
        for variant in chunk {
            let on_hand = wanted.remove(variant).unwrap_or_default();
            let before = known.get(variant).copied();
            if before != Some(on_hand) {
                rows.push(db::params![*variant, location, on_hand, 0_i64, tx.now()]);
                moves.push(Move { variant: *variant, location, qty: on_hand - before.unwrap_or(0) });
            }
        }
        let tail =
            "on conflict (variant_id, location_id) do update set on_hand = excluded.on_hand, changed_at = excluded.changed_at";
        db::insert_many(tx, "insert into stock (variant_id, location_id, on_hand, held, changed_at) values", tail, rows).await?;
        write_moves(tx, &moves, reason, None).await?;
        let freed: Vec<Freed> = moves.iter().map(Move::freed).collect();
        shifts.extend(shifts_of(tx, &freed).await?);
    }
    Ok(shifts)
}

/// Adds to (or with a negative quantity takes from) what lies at a place.
///
/// # Faults
/// `stock.below_zero` when less would lie there than nothing.
pub async fn adjust(
    tx: &Tx,
    location: LocationId,
    variant: VariantId,
    by: Qty,
    reason: Reason,
) -> Result<Option<Shift>, kernel::Fault> {
    if by.0 >= 0 {
        let sql = "insert into stock (variant_id, location_id, on_hand, held, changed_at) values ($1,$2,$3,0,$4) \
                   on conflict (variant_id, location_id) do update set on_hand = stock.on_hand + excluded.on_hand, changed_at = excluded.changed_at";
        db::run(tx, sql, db::params![variant, location, by.0, tx.now()]).await?;
    } else {
        let sql = "update stock set on_hand = on_hand + $1, changed_at = $2 where variant_id = $3 and location_id = $4 and on_hand + $1 >= 0";
        if db::run(tx, sql, db::params![by.0, tx.now(), variant, location]).await? == 0 {
            return Err(Fault::BelowZero.into());
        }
    }
    let moved = Move { variant, location, qty: by.0 };
    let shifts = shifts_of(tx, &[moved.freed()]).await?;
    write_moves(tx, &[moved], reason, None).await?;
    Ok(shifts.into_iter().next())
}

struct HoldRow {
    id: HoldId,
    location_id: LocationId,
    qty: i64,
}
db::record!(HoldRow { id, location_id, qty });

/// Sends what an order holds: off the shelf and out of the promise. What was made for it and
/// never counted in is noted as received first, so that no shelf holds less than nothing.
/// Free quantities do not change, so no word does.
///
/// Lines of which nothing is tracked (services) are passed over.
///
/// # Faults
/// `stock.not_held` when the order holds some of it, but less.
pub async fn ship(tx: &Tx, order: OrderId, lines: &[(VariantId, Qty)]) -> Result<(), kernel::Fault> {
    let mut lines = lines.to_vec();
    lines.sort_by_key(|line| line.0);
    let mut received = Vec::new();
    let mut shipped = Vec::new();
    for (variant, qty) in lines {
        let sql = "select id, location_id, qty from stock_hold where holder = $1 and variant_id = $2 order by location_id, id";
        let holds: Vec<HoldRow> = db::all(tx, sql, db::params![order, variant]).await?;
        let mut left = qty.0;
        for hold in &holds {
            let part = hold.qty.min(left);
            if part <= 0 {
                break;
            }
            take_off_shelf(tx, variant, hold, part, &mut received).await?;
            shipped.push(Move { variant, location: hold.location_id, qty: -part });
            left -= part;
        }
        if left > 0 && !holds.is_empty() {
            return Err(Fault::NotHeld { variant }.into());
        }
    }
    write_moves(tx, &received, Reason::Received, Some(order.0)).await?;
    write_moves(tx, &shipped, Reason::Shipped, Some(order.0)).await
}

async fn take_off_shelf(
    tx: &Tx,
    variant: VariantId,
    hold: &HoldRow,
    part: i64,
    received: &mut Vec<Move>,
) -> Result<(), kernel::Fault> {
    if part == hold.qty {
        db::run(tx, "delete from stock_hold where id = $1", db::params![hold.id]).await?;
    } else {
        db::run(tx, "update stock_hold set qty = qty - $1 where id = $2", db::params![part, hold.id]).await?;
    }
    let sql = "update stock set held = held - $1, on_hand = on_hand - $1, changed_at = $2 where variant_id = $3 and location_id = $4 \
               returning on_hand";
    let on_hand = db::scalar::<i64>(tx, sql, db::params![part, tx.now(), variant, hold.location_id]).await?.unwrap_or(0);
    if on_hand < 0 {
        let sql = "update stock set on_hand = 0 where variant_id = $1 and location_id = $2";
        db::run(tx, sql, db::params![variant, hold.location_id]).await?;
        received.push(Move { variant, location: hold.location_id, qty: -on_hand });
    }
    Ok(())
}

/// What lies at a place now, with the rows locked until the transaction ends: on PostgreSQL in the
/// order in which everybody locks stock (variant, then place); SQLite has one writer anyway.
async fn lock(tx: &Tx, location: LocationId, variants: &[VariantId]) -> Result<HashMap<VariantId, i64>, kernel::Fault> {
    let lock = if tx.app().database().is_postgres() { "order by variant_id for no key update" } else { "" };
    let sql = format!(
        "select variant_id, on_hand from stock where location_id = $1 and variant_id in ({}) {lock}",
        db::marks(variants.len(), 2)
    );
    let mut params = db::params![location];
    params.extend(db::values(variants));
    let rows: Vec<OnHand> = db::all(tx, &sql, params).await?;
    Ok(rows.into_iter().map(|row| (row.variant_id, row.on_hand)).collect())
}

async fn write_moves(tx: &Tx, moves: &[Move], reason: Reason, subject: Option<Uuid>) -> Result<(), kernel::Fault> {
    let actor = tx.actor().code();
    let row = |m: &Move| -> Vec<Value> {
        db::params![tx.uuid(), m.variant, m.location, m.qty, reason.as_str(), subject, actor.clone(), tx.now()]
    };
    let rows = moves.iter().filter(|m| m.qty != 0).map(row).collect();
    let head = "insert into stock_movement (id, variant_id, location_id, qty, reason, subject, actor, at) values";
    Ok(db::insert_many(tx, head, "", rows).await?)
}
