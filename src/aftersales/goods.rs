//! What came back and what became of it. Never more than was declared, and no more is put anywhere than
//! came: one conditional statement an item decides both.

use serde::{Deserialize, Serialize};

use super::{Fault, Item, kind::words};
use crate::kernel::{self, CaseItemId, Qty, Tx, db};

words! {
    /// How the goods were found.
    Condition, "unknown condition" {
        Ok = "ok",
        Damaged = "damaged",
        Incomplete = "incomplete",
        NotOurs = "not_ours",
    }
}

/// What an inspection decides about one item: everything that came and is not put yet.
#[derive(Clone, Debug, Serialize)]
pub struct Inspection {
    pub item: CaseItemId,
    pub condition: Condition,
    /// Back on the shelf, thrown away, to be sent back to the customer.
    pub restock: Qty,
    pub scrap: Qty,
    pub send_back: Qty,
    pub note: String,
}

/// Notes what came of one item; its place in the list is for the answer.
///
/// # Faults
/// [`Fault::Quantity`]; [`Fault::MoreThanDeclared`].
pub async fn receive(tx: &Tx, (item, at): (&Item, usize), qty: Qty) -> Result<(), kernel::Fault> {
    if qty.0 <= 0 {
        return Err(Fault::Quantity { item: at }.into());
    }
    let sql = "update aftersales_item set received_milli = received_milli + $2, \
               held_milli = case when held_milli > $2 then held_milli - $2 else 0 end \
               where id = $1 and received_milli + $2 <= qty_milli";
    if db::run(tx, sql, db::params![item.id, qty]).await? == 0 {
        return Err(Fault::MoreThanDeclared { item: at }.into());
    }
    Ok(())
}

/// Notes how one item was found and where it goes.
///
/// # Faults
/// [`Fault::Quantity`]; [`Fault::MoreThanReceived`]; [`Fault::TooLong`].
pub async fn inspect(tx: &Tx, found: &Inspection, at: usize) -> Result<(), kernel::Fault> {
    let all = [found.restock, found.scrap, found.send_back];
    let sum = all.iter().try_fold(0_i64, |sum, qty| sum.checked_add(qty.0));
    let Some(sum) = sum.filter(|_| all.iter().all(|qty| qty.0 >= 0)) else {
        return Err(Fault::Quantity { item: at }.into());
    };
    let note = super::fault::prose(&found.note, "note", 1000)?;
    let sql = "update aftersales_item set restocked_milli = restocked_milli + $2, scrapped_milli = scrapped_milli + $3, \
               sent_back_milli = sent_back_milli + $4, condition = $5, note = $6 \
               where id = $1 and restocked_milli + scrapped_milli + sent_back_milli + $7 <= received_milli";
    let params = db::params![found.item, found.restock, found.scrap, found.send_back, found.condition.as_str(), note, sum];
    if db::run(tx, sql, params).await? == 0 {
        return Err(Fault::MoreThanReceived { item: at }.into());
    }
    Ok(())
}
