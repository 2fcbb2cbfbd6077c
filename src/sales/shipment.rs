//! What left the house: lines and quantities, never more than was ordered.

use super::{Fault, Moved, Step, order};
use crate::kernel::{Fault as Refusal, Moment, OrderId, OrderLineId, Qty, ShipmentId, Tx, VariantId, db};
use crate::showcase::{Configured, Part};

#[derive(Clone, Debug)]
pub struct NewShipment {
    pub order: OrderId,
    /// Empty: everything that is left.
    pub lines: Vec<(OrderLineId, Qty)>,
    /// Of which batch the goods are, as far as it is known: what a recall asks later.
    pub batches: Vec<(OrderLineId, String)>,
    pub carrier: String,
    pub tracking: String,
    /// `https://…`, or empty.
    pub tracking_url: String,
    pub note: String,
    pub shipped_at: Moment,
}

impl NewShipment {
    /// All that is left of an order, without a carrier.
    pub fn all_of(order: OrderId, at: Moment) -> Self {
        Self {
            order,
            lines: Vec::new(),
            carrier: String::new(),
            tracking: String::new(),
            batches: Vec::new(),
            tracking_url: String::new(),
            note: String::new(),
            shipped_at: at,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Shipped {
    pub shipment: ShipmentId,
    pub number: String,
    pub moved: Moved,
    /// What left; without a variant where the catalogue let it go since.
    pub lines: Vec<(Option<VariantId>, Qty)>,
}

/// Writes a shipment and moves the order to *shipped*, or *part shipped* while something is left.
///
/// # Faults
/// [`Fault::WrongState`], [`Fault::EmptyShipment`], [`Fault::MoreThanOrdered`], [`Fault::Malformed`].
pub async fn ship(tx: &Tx, new: NewShipment) -> Result<Shipped, Refusal> {
    if !new.tracking_url.is_empty() && !new.tracking_url.starts_with("https://") {
        return Err(Fault::Malformed { field: "tracking_url" }.into());
    }
    // The order's row is locked first, so that two shipments of one order queue up.
    db::run(tx, "update sales_order set changed_at = $2 where id = $1", db::params![new.order, tx.now()]).await?;
    let ((order_number, party), before) = order::read(tx, new.order).await?;
    before.after(Step::ShipRest)?;
    let lines = if new.lines.is_empty() { rest(tx, new.order).await? } else { merged(&new.lines)? };
    let mut gone = Vec::with_capacity(lines.len());
    for (line, qty) in &lines {
        let sql = "update order_line set shipped_milli = shipped_milli + $3 \
                   where id = $1 and order_id = $2 and shipped_milli + $3 <= qty_milli returning variant_id, qty_milli, configuration";
        let row = db::row(tx, sql, db::params![*line, new.order, *qty]).await?.ok_or(Fault::MoreThanOrdered)?;
        gone.extend(leaving(&row, *qty)?);
    }
    let (shipment, number) = insert(tx, &new, &order_number, &lines).await?;
    let step = if rest(tx, new.order).await?.is_empty() { Step::ShipRest } else { Step::ShipPart };
    let after = before.after(step)?;
    order::put(tx, new.order, step, (before, after), &number).await?;
    let moved = Moved { order: new.order, number: order_number, party, before, after };
    Ok(Shipped { shipment, number, moved, lines: gone })
}

/// What leaves the stock with so many of a line: its goods, or those of the kit that it is.
pub(super) fn leaving(row: &db::Row, qty: Qty) -> Result<Vec<(Option<VariantId>, Qty)>, Refusal> {
    let (variant, of): (Option<VariantId>, Qty) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    let kept: Option<String> = row.try_get_by_index(2)?;
    let made: Option<Configured> = kept.as_deref().map(serde_json::from_str).transpose()?;
    let parts = made.map(|made| made.parts).unwrap_or_default();
    if parts.is_empty() {
        return Ok(vec![(variant, qty)]);
    }
    let share = |all: Qty| i64::try_from(i128::from(all.0) * i128::from(qty.0) / i128::from(of.0.max(1))).map(Qty);
    let part = |part: &Part| Ok((Some(part.variant), share(part.qty).map_err(|_| Fault::Sum)?));
    parts.iter().map(part).collect()
}

/// What was not shipped yet.
async fn rest(tx: &Tx, order: OrderId) -> Result<Vec<(OrderLineId, Qty)>, Refusal> {
    let sql = "select id, qty_milli - shipped_milli from order_line where order_id = $1 and qty_milli > shipped_milli order by position";
    let rows = db::rows(tx, sql, db::params![order]).await?;
    let pair = |row: &db::Row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?));
    Ok(rows.iter().map(pair).collect::<Result<_, sea_orm::DbErr>>()?)
}

fn merged(lines: &[(OrderLineId, Qty)]) -> Result<Vec<(OrderLineId, Qty)>, Fault> {
    let mut all: Vec<(OrderLineId, Qty)> = Vec::with_capacity(lines.len());
    for (line, qty) in lines.iter().filter(|(_, qty)| *qty != Qty::ZERO) {
        if qty.0 < 0 {
            return Err(Fault::Malformed { field: "qty" });
        }
        match all.iter_mut().find(|(known, _)| known == line) {
            Some((_, sum)) => sum.0 = sum.0.checked_add(qty.0).ok_or(Fault::MoreThanOrdered)?,
            None => all.push((*line, *qty)),
        }
    }
    if all.is_empty() { Err(Fault::EmptyShipment) } else { Ok(all) }
}

/// A shipment's number is its order's with a running suffix: `UZS-2026-000123/1`.
async fn insert(
    tx: &Tx,
    new: &NewShipment,
    order_number: &str,
    lines: &[(OrderLineId, Qty)],
) -> Result<(ShipmentId, String), Refusal> {
    if lines.is_empty() {
        return Err(Fault::EmptyShipment.into());
    }
    let before: i64 =
        db::scalar(tx, "select count(*) from shipment where order_id = $1", db::params![new.order]).await?.unwrap_or(0);
    let (id, number) = (ShipmentId::new(tx), format!("{order_number}/{}", before + 1));
    let sql = "insert into shipment (id, order_id, number, carrier, tracking, tracking_url, note, shipped_at, created_at) \
               values ($1,$2,$3,$4,$5,$6,$7,$8,$9)";
    let short = |text: &str| text.trim().chars().take(200).collect::<String>();
    let params = db::params![
        id,
        new.order,
        number.clone(),
        short(&new.carrier),
        short(&new.tracking),
        short(&new.tracking_url),
        short(&new.note),
        new.shipped_at,
        tx.now()
    ];
    db::run(tx, sql, params).await?;
    let batch = |line: OrderLineId| {
        let named = new.batches.iter().find(|(of, _)| *of == line).map_or("", |(_, batch)| batch.trim());
        named.chars().take(60).collect::<String>()
    };
    let rows = lines.iter().map(|(line, qty)| db::params![id, *line, *qty, batch(*line)]).collect();
    db::insert_many(tx, "insert into shipment_line (shipment_id, order_line_id, qty_milli, batch) values", "", rows).await?;
    Ok((id, number))
}
