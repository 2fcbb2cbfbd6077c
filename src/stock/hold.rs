//! Promising stock, and giving the promise back.

use uuid::Uuid;

use super::{
    Fault, Places, Policy, Shift,
    availability::{Freed, available, few, shifts_of},
};
use crate::kernel::{self, HoldId, LocationId, Moment, OrderId, Qty, Tx, VariantId, db};

/// What was promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    pub variant: VariantId,
    /// The part of it that lay free; the rest is ordered in or made.
    pub from_stock: Qty,
    pub shift: Option<Shift>,
}

/// One row of a promise: so much at such a place.
struct Part {
    variant: VariantId,
    location: LocationId,
    qty: i64,
}

/// Takes for an order: held without end, until it is shipped or released.
///
/// # Faults
/// `stock.out_of_stock` when not that much is free: the transaction is to be given up.
pub async fn take(tx: &Tx, places: Places<'_>, variant: VariantId, qty: Qty, order: OrderId) -> Result<Taken, kernel::Fault> {
    let mut taken = take_all(tx, places, &[(variant, qty)], order).await?;
    taken.pop().ok_or_else(|| Fault::BadQuantity.into())
}

/// Takes every line of an order: one conditional statement a line where the first place has
/// enough, and one statement for all the promises. Answers in the order of the lines.
///
/// # Faults
/// As [`take`].
pub async fn take_all(
    tx: &Tx,
    places: Places<'_>,
    lines: &[(VariantId, Qty)],
    order: OrderId,
) -> Result<Vec<Taken>, kernel::Fault> {
    promise(tx, places, lines, order.0, None).await
}

/// As [`take_all`], for an order that comes back: `None` when something of it is gone, and nothing
/// was taken then.
///
/// # Faults
/// Whatever the database says.
pub async fn take_if_there(
    tx: &Tx,
    places: Places<'_>,
    lines: &[(VariantId, Qty)],
    order: OrderId,
) -> Result<Option<Vec<Taken>>, kernel::Fault> {
    lock(tx, lines).await?;
    let variants: Vec<VariantId> = lines.iter().map(|line| line.0).collect();
    let known = available(tx, places, &variants).await?;
    let there = |(variant, qty): &(VariantId, Qty)| {
        known.get(variant).is_some_and(|a| a.policy == Policy::Untracked || a.policy.sells_beyond() || a.covers(*qty))
    };
    if !lines.iter().all(there) {
        return Ok(None);
    }
    take_all(tx, places, lines, order).await.map(Some)
}

/// Holds for somebody who is still deciding or paying, until a moment.
///
/// # Faults
/// As [`take`].
pub async fn hold(
    tx: &Tx,
    places: Places<'_>,
    lines: &[(VariantId, Qty)],
    holder: Uuid,
    until: Moment,
) -> Result<Vec<Taken>, kernel::Fault> {
    promise(tx, places, lines, holder, Some(until)).await
}

/// Gives back everything that a holder still holds; what was shipped stays shipped.
///
/// # Faults
/// Whatever the database says.
pub async fn release(tx: &Tx, order: OrderId) -> Result<Vec<Shift>, kernel::Fault> {
    release_holder(tx, order.0).await
}

/// As [`release`], for a holder that is no order.
///
/// # Faults
/// Whatever the database says.
pub async fn release_holder(tx: &Tx, holder: Uuid) -> Result<Vec<Shift>, kernel::Fault> {
    let sql = "delete from stock_hold where holder = $1 returning variant_id, location_id, qty";
    let gone = db::all(tx, sql, db::params![holder]).await?;
    give_back(tx, gone).await
}

/// What was given back.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Expired {
    pub holds: usize,
    pub shifts: Vec<Shift>,
}

/// Gives back what was held until now or earlier, at most `most` holds at once.
///
/// # Faults
/// Whatever the database says.
pub async fn expire_holds(tx: &Tx, most: u32) -> Result<Expired, kernel::Fault> {
    let sql = "delete from stock_hold where id in (select id from stock_hold where until_at is not null and until_at <= $1 \
               order by until_at limit $2) returning variant_id, location_id, qty";
    let gone: Vec<Gone> = db::all(tx, sql, db::params![tx.now(), i64::from(most)]).await?;
    Ok(Expired { holds: gone.len(), shifts: give_back(tx, gone).await? })
}

async fn promise(
    tx: &Tx,
    places: Places<'_>,
    lines: &[(VariantId, Qty)],
    holder: Uuid,
    until: Option<Moment>,
) -> Result<Vec<Taken>, kernel::Fault> {
    if lines.iter().any(|(_, qty)| qty.0 <= 0) {
        return Err(Fault::BadQuantity.into());
    }
    // Everybody takes in the same order, so that two orders never wait for each other.
    lock(tx, lines).await?;
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by_key(|i| lines[*i].0);
    let mut taken: Vec<Option<Taken>> = vec![None; lines.len()];
    let mut parts = Vec::with_capacity(lines.len());
    for i in order {
        let (variant, qty) = lines[i];
        taken[i] = Some(promise_line(tx, places, variant, qty, &mut parts).await?);
    }
    let rows =
        parts.iter().map(|p| db::params![HoldId::new(tx), holder, p.variant, p.location, p.qty, until, tx.now()]).collect();
    let head = "insert into stock_hold (id, holder, variant_id, location_id, qty, until_at, made_at) values";
    db::insert_many(tx, head, "", rows).await?;
    Ok(taken.into_iter().flatten().collect())
}

/// Locks every place of the wanted variants in the order of the key. A line may go from one place to
/// several, so the order of the lines alone is not enough. SQLite has one writer anyway.
async fn lock(tx: &Tx, lines: &[(VariantId, Qty)]) -> Result<(), kernel::Fault> {
    if !tx.app().database().is_postgres() {
        return Ok(());
    }
    let variants: Vec<VariantId> = lines.iter().map(|line| line.0).collect();
    let sql = format!(
        "select 1 from stock where variant_id in ({}) order by variant_id, location_id for no key update",
        db::marks(variants.len(), 1)
    );
    db::run(tx, &sql, db::values(&variants)).await?;
    Ok(())
}

struct Held {
    location_id: LocationId,
    free: i64,
}
db::record!(Held { location_id, free });

async fn promise_line(
    tx: &Tx,
    places: Places<'_>,
    variant: VariantId,
    qty: Qty,
    parts: &mut Vec<Part>,
) -> Result<Taken, kernel::Fault> {
    if let Some(held) = hold_at_one(tx, places, variant, qty).await? {
        parts.push(Part { variant, location: held.location_id, qty: qty.0 });
        // With more than a few left at this place alone, no word can have changed.
        let freed = Freed { variant, location: held.location_id, by: -qty.0 };
        let shift = if held.free > few(tx.app()).0 { None } else { shifts_of(tx, &[freed]).await?.pop() };
        return Ok(Taken { variant, from_stock: qty, shift });
    }
    let known = available(tx, places, &[variant]).await?.remove(&variant).unwrap_or_default();
    if known.policy == Policy::Untracked {
        return Ok(Taken { variant, from_stock: qty, shift: None });
    }
    if !known.covers(qty) {
        return Err(Fault::OutOfStock { variant, free: known.free.max(Qty::ZERO) }.into());
    }
    let from_stock = Qty(known.free.0.clamp(0, qty.0));
    let before = parts.len();
    let left = hold_piecemeal(tx, places, variant, qty.0, parts).await?;
    if left > 0 {
        if !known.policy.sells_beyond() {
            return Err(Fault::OutOfStock { variant, free: Qty(qty.0 - left) }.into());
        }
        hold_beyond(tx, places, variant, left, parts).await?;
    }
    let freed = |part: &Part| Freed { variant, location: part.location, by: -part.qty };
    let freed: Vec<Freed> = parts[before..].iter().map(freed).collect();
    Ok(Taken { variant, from_stock, shift: shifts_of(tx, &freed).await?.pop() })
}

/// The one conditional statement: whoever comes second finds the condition false.
async fn hold_at_one(tx: &Tx, places: Places<'_>, variant: VariantId, qty: Qty) -> Result<Option<Held>, kernel::Fault> {
    let (clause, place_values) = places.clause(4);
    let sql = format!(
        "update stock set held = held + $1, changed_at = $2 where variant_id = $3 and on_hand - held >= $1 and location_id = \
         (select s.location_id from stock s join location l on l.id = s.location_id \
          where s.variant_id = $3 and s.on_hand - s.held >= $1 and {clause} order by l.position, l.id limit 1) \
         returning location_id, on_hand - held as free"
    );
    let mut params = db::params![qty.0, tx.now(), variant];
    params.extend(place_values);
    Ok(db::opt(tx, &sql, params).await?)
}

/// Where no place alone has enough: what each has, in order. Returns what is still missing.
async fn hold_piecemeal(
    tx: &Tx,
    places: Places<'_>,
    variant: VariantId,
    wanted: i64,
    parts: &mut Vec<Part>,
) -> Result<i64, kernel::Fault> {
    let (clause, place_values) = places.clause(2);
    let sql = format!(
        "select s.location_id, s.on_hand - s.held as free from stock s join location l on l.id = s.location_id \
         where s.variant_id = $1 and s.on_hand > s.held and {clause} order by l.position, l.id"
    );
    let mut params = db::params![variant];
    params.extend(place_values);
    let mut left = wanted;
    for place in db::all::<Held>(tx, &sql, params).await? {
        let part = place.free.min(left);
        if part <= 0 {
            break;
        }
        let sql = "update stock set held = held + $1, changed_at = $2 \
                   where variant_id = $3 and location_id = $4 and on_hand - held >= $1";
        if db::run(tx, sql, db::params![part, tx.now(), variant, place.location_id]).await? == 1 {
            parts.push(Part { variant, location: place.location_id, qty: part });
            left -= part;
        }
    }
    Ok(left)
}

/// Promises what has yet to be made or bought, at the first place.
async fn hold_beyond(
    tx: &Tx,
    places: Places<'_>,
    variant: VariantId,
    qty: i64,
    parts: &mut Vec<Part>,
) -> Result<(), kernel::Fault> {
    let (clause, place_values) = places.clause(1);
    let sql = format!("select l.id from location l where {clause} order by l.position, l.id limit 1");
    let first = db::scalar::<LocationId>(tx, &sql, place_values).await?;
    let location = first.ok_or(Fault::OutOfStock { variant, free: Qty::ZERO })?;
    let sql = "insert into stock (variant_id, location_id, on_hand, held, changed_at) values ($1,$2,0,$3,$4) \
               on conflict (variant_id, location_id) do update set held = stock.held + excluded.held, changed_at = excluded.changed_at";
    db::run(tx, sql, db::params![variant, location, qty, tx.now()]).await?;
    parts.push(Part { variant, location, qty });
    Ok(())
}

struct Gone {
    variant_id: VariantId,
    location_id: LocationId,
    qty: i64,
}
db::record!(Gone { variant_id, location_id, qty });

async fn give_back(tx: &Tx, mut gone: Vec<Gone>) -> Result<Vec<Shift>, kernel::Fault> {
    gone.sort_by_key(|g| (g.variant_id, g.location_id));
    let mut freed = Vec::with_capacity(gone.len());
    for row in gone {
        let sql = "update stock set held = held - $1, changed_at = $2 where variant_id = $3 and location_id = $4";
        db::run(tx, sql, db::params![row.qty, tx.now(), row.variant_id, row.location_id]).await?;
        freed.push(Freed { variant: row.variant_id, location: row.location_id, by: row.qty });
    }
    shifts_of(tx, &freed).await
}
