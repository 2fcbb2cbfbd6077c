//! Changing a discount that runs. What a code gives and for which goods never changes: somebody may
//! hold it in print, and another discount is made in a minute.

use super::{Fault, views::discount};
use crate::kernel::{self, DiscountId, Moment, Tx, db};

/// What may be changed of a discount, as it stands afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For the office.
    pub name: String,
    /// The goods that it is about are worth so much at least, minor units.
    pub minimum: Option<i64>,
    /// Of a discount that waits; what has begun, has begun. `None` leaves it.
    pub valid_from: Option<Moment>,
    /// Half open; `None`: without an end.
    pub valid_to: Option<Moment>,
    /// Orders of one customer.
    pub per_customer: Option<i64>,
    /// Orders altogether, of a discount with one code; a batch keeps one use a code.
    pub most: Option<i64>,
}

/// Changes a discount for every order that is not placed yet.
///
/// # Faults
/// `promotions.no_discount`, `stopped`, `name`, `amount`, `limit`, `ends`, `fewer_than_used`; then
/// nothing is written.
pub async fn change(tx: &Tx, id: DiscountId, to: &Limits) -> Result<(), kernel::Fault> {
    let before = discount(tx, id).await?;
    let name = super::make::named(&to.name)?;
    let from = to.valid_from.filter(|_| before.valid_from > tx.now()).unwrap_or(before.valid_from);
    if before.stopped_at.is_some() {
        return Err(Fault::Stopped.into());
    }
    if [to.most, to.per_customer].into_iter().flatten().any(|n| n < 1) {
        return Err(Fault::Limit.into());
    }
    if to.minimum.is_some_and(|minor| minor < 0) {
        return Err(Fault::Amount.into());
    }
    // An end that has passed may stay while something else is put right.
    if to.valid_to.is_some_and(|end| end <= from || end <= tx.now() && before.valid_to != Some(end)) {
        return Err(Fault::Ends.into());
    }
    let sql = "update discount set name = $2, minimum_minor = $3, valid_from = $4, valid_to = $5, per_customer = $6, changed_at = $7 \
               where id = $1 and stopped_at is null";
    let minimum = to.minimum.filter(|minor| *minor > 0);
    db::run(tx, sql, db::params![id, name, minimum, from, to.valid_to, to.per_customer, tx.now()]).await?;
    if before.codes == 1 {
        // Conditional, since an order may take a use at this moment.
        let sql = "update discount_code set most = $2 where discount_id = $1 and (cast($2 as bigint) is null or used <= $2)";
        if db::run(tx, sql, db::params![id, to.most]).await? == 0 {
            return Err(Fault::FewerThanUsed { used: before.used }.into());
        }
    }
    Ok(())
}
