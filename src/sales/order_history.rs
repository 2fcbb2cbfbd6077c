//! What became of an order: its steps and its parcels.

use serde::Serialize;

use super::{LineView, State};
use crate::kernel::{Fault as Refusal, Moment, OrderId, OrderLineId, Qty, Reads, ShipmentId, db};

/// One step of the order's way: who, when, why.
#[derive(Clone, Debug, Serialize)]
pub struct EventView {
    pub at: Moment,
    /// `guest`, `system`, `customer:ID`, `staff:ID`, `key:ID`.
    pub actor: String,
    pub step: String,
    pub before: Option<State>,
    pub after: State,
    pub reason: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct ShipmentView {
    pub id: ShipmentId,
    pub number: String,
    pub carrier: String,
    pub tracking: String,
    pub tracking_url: String,
    pub note: String,
    pub shipped_at: Moment,
    pub lines: Vec<ShippedLine>,
}

#[derive(Clone, Debug, Serialize)]
pub struct ShippedLine {
    pub line: OrderLineId,
    pub title: String,
    pub variant_name: String,
    pub unit: String,
    pub qty: Qty,
}

struct EventRow {
    at: Moment,
    actor: String,
    step: String,
    before: Option<String>,
    after: String,
    reason: String,
}
db::record!(EventRow { at, actor, step, before, after, reason });

pub(super) async fn events(db: &impl Reads, order: OrderId) -> Result<Vec<EventView>, Refusal> {
    let sql = "select at, actor, step, before, after, reason from order_event where order_id = $1 order by id";
    let rows: Vec<EventRow> = db::all(db, sql, db::params![order]).await?;
    let view = |r: EventRow| {
        let before = r.before.map(|b| b.parse()).transpose().map_err(Refusal::bug)?;
        let after = r.after.parse().map_err(Refusal::bug)?;
        Ok(EventView { at: r.at, actor: r.actor, step: r.step, before, after, reason: r.reason })
    };
    rows.into_iter().map(view).collect()
}

struct ShipmentRow {
    id: ShipmentId,
    number: String,
    carrier: String,
    tracking: String,
    tracking_url: String,
    note: String,
    shipped_at: Moment,
    order_line_id: OrderLineId,
    qty_milli: Qty,
}
db::record!(ShipmentRow { id, number, carrier, tracking, tracking_url, note, shipped_at, order_line_id, qty_milli });

pub(super) async fn shipments(db: &impl Reads, order: OrderId, lines: &[LineView]) -> Result<Vec<ShipmentView>, Refusal> {
    let sql = "select s.id, s.number, s.carrier, s.tracking, s.tracking_url, s.note, s.shipped_at, l.order_line_id, l.qty_milli \
               from shipment s join shipment_line l on l.shipment_id = s.id join order_line o on o.id = l.order_line_id \
               where s.order_id = $1 order by s.id, o.position";
    let rows: Vec<ShipmentRow> = db::all(db, sql, db::params![order]).await?;
    let mut views: Vec<ShipmentView> = Vec::new();
    for r in rows {
        let line = lines.iter().find(|l| l.id == r.order_line_id);
        let shipped = ShippedLine {
            line: r.order_line_id,
            title: line.map(|l| l.title.clone()).unwrap_or_default(),
            variant_name: line.map(|l| l.variant_name.clone()).unwrap_or_default(),
            unit: line.map(|l| l.unit.clone()).unwrap_or_default(),
            qty: r.qty_milli,
        };
        match views.last_mut().filter(|v| v.id == r.id) {
            Some(view) => view.lines.push(shipped),
            None => views.push(ShipmentView {
                id: r.id,
                number: r.number,
                carrier: r.carrier,
                tracking: r.tracking,
                tracking_url: r.tracking_url,
                note: r.note,
                shipped_at: r.shipped_at,
                lines: vec![shipped],
            }),
        }
    }
    Ok(views)
}
