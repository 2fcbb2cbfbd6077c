//! How much of a line is declared faulty or withdrawn from, and how much came back: never more than was
//! ordered, and never more back than left. One conditional statement decides, whoever asks at the same
//! moment, so that the last piece is returned once.

use std::collections::HashMap;

use super::Fault;
use crate::kernel::{Fault as Refusal, OrderId, OrderLineId, Qty, Reads, Tx, db};

/// Counts a quantity of a line as declared; `false` when open declarations and what came back leave less.
///
/// # Faults
/// [`Fault::Malformed`] for no quantity at all.
pub async fn claim_line(tx: &Tx, order: OrderId, line: OrderLineId, qty: Qty) -> Result<bool, Refusal> {
    if qty.0 <= 0 {
        return Err(Fault::Malformed { field: "qty" }.into());
    }
    let sql = "update order_line set claimed_milli = claimed_milli + $3 \
               where id = $1 and order_id = $2 and claimed_milli + returned_milli + $3 <= qty_milli";
    Ok(db::run(tx, sql, db::params![line, order, qty]).await? == 1)
}

/// The declaration is over: what did not come back is free again.
///
/// # Faults
/// Whatever the database says.
pub async fn unclaim(tx: &Tx, line: OrderLineId, qty: Qty) -> Result<(), Refusal> {
    let sql =
        "update order_line set claimed_milli = case when claimed_milli > $2 then claimed_milli - $2 else 0 end where id = $1";
    db::run(tx, sql, db::params![line, qty]).await?;
    Ok(())
}

/// Counts what came back of a line: from now on it is no longer declared but returned. `false` when more
/// would come back than left the house.
///
/// # Faults
/// Whatever the database says.
pub async fn take_back(tx: &Tx, line: OrderLineId, qty: Qty) -> Result<bool, Refusal> {
    let sql = "update order_line set returned_milli = returned_milli + $2, \
               claimed_milli = case when claimed_milli > $2 then claimed_milli - $2 else 0 end \
               where id = $1 and returned_milli + $2 <= shipped_milli";
    Ok(db::run(tx, sql, db::params![line, qty]).await? == 1)
}

/// Goods that came back go to the customer again, as they were: nothing of them is declared any more.
///
/// # Faults
/// Whatever the database says.
pub async fn give_again(tx: &Tx, line: OrderLineId, qty: Qty) -> Result<(), Refusal> {
    let sql =
        "update order_line set returned_milli = case when returned_milli > $2 then returned_milli - $2 else 0 end where id = $1";
    db::run(tx, sql, db::params![line, qty]).await?;
    Ok(())
}

/// What of a line is declared now and what came back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Claimed {
    pub declared: Qty,
    pub returned: Qty,
}

impl Claimed {
    /// What can still be declared of a line of so much.
    pub fn free(self, qty: Qty) -> Qty {
        Qty((qty.0 - self.declared.0 - self.returned.0).max(0))
    }
}

/// The same of every line of an order that has any.
///
/// # Faults
/// Whatever the database says.
pub async fn claims(db: &impl Reads, order: OrderId) -> Result<HashMap<OrderLineId, Claimed>, Refusal> {
    let sql =
        "select id, claimed_milli, returned_milli from order_line where order_id = $1 and claimed_milli + returned_milli > 0";
    let mut all = HashMap::new();
    for row in db::rows(db, sql, db::params![order]).await? {
        let claimed = Claimed { declared: row.try_get_by_index(1)?, returned: row.try_get_by_index(2)? };
        all.insert(row.try_get_by_index(0)?, claimed);
    }
    Ok(all)
}

/// The batches that the shipments of an order name, by line; of a line that left in several, all of them.
///
/// # Faults
/// Whatever the database says.
pub async fn batches(db: &impl Reads, order: OrderId) -> Result<HashMap<OrderLineId, String>, Refusal> {
    let sql = "select l.order_line_id, l.batch from shipment_line l join shipment s on s.id = l.shipment_id \
               where s.order_id = $1 and l.batch <> '' order by s.id";
    let mut all: HashMap<OrderLineId, String> = HashMap::new();
    for row in db::rows(db, sql, db::params![order]).await? {
        let (line, batch): (OrderLineId, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let known = all.entry(line).or_default();
        if !known.split(", ").any(|one| one == batch) {
            if !known.is_empty() {
                known.push_str(", ");
            }
            known.push_str(&batch);
        }
    }
    Ok(all)
}
