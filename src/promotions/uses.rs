//! Using a code, and giving its use back.

use serde_json::{Value, json};

use super::{Fault, Taken};
use crate::kernel::{self, Currency, DiscountId, Moment, Money, OrderId, PartyId, Reads, Tx, db, token};

/// Who wants a code, as far as that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Who {
    pub party: Option<PartyId>,
    pub email: Option<String>,
}

impl Who {
    /// One mailbox, one hash: capitals and what stands behind a plus do not make another customer.
    fn address(&self) -> Option<String> {
        let email = self.email.as_deref()?.trim().to_lowercase();
        let (local, domain) = email.rsplit_once('@')?;
        let local = local.split('+').next().unwrap_or(local);
        Some(token::hash(&format!("discount\n{local}@{domain}")))
    }
}

/// Orders of a customer that a discount was used for.
pub(super) async fn used_by(db: &impl Reads, id: DiscountId, who: &Who) -> Result<i64, kernel::Fault> {
    let sql = "select count(*) from discount_use where discount_id = $1 and undone_at is null \
               and (party_id = $2 or address_hash = $3)";
    Ok(db::scalar(db, sql, db::params![id, who.party, who.address()]).await?.unwrap_or(0))
}

/// Uses a code for an order, in the order's own transaction: one conditional statement takes the
/// use, and whoever comes when none is left is told so before anything is agreed.
///
/// # Faults
/// `promotions.used_up`, `promotions.customer_used`.
pub async fn redeem(tx: &Tx, taken: &Taken, order: OrderId, who: &Who) -> Result<(), kernel::Fault> {
    let limit: Option<Option<i64>> =
        db::scalar(tx, "select per_customer from discount where id = $1", db::params![taken.discount]).await?;
    let limit = limit.flatten();
    if limit.is_some() {
        // Two codes of one batch in the same hands at the same moment wait for each other here.
        db::run(tx, "update discount set changed_at = changed_at where id = $1", db::params![taken.discount]).await?;
    }
    let sql = "update discount_code set used = used + 1 where code = $1 and (most is null or used < most)";
    if db::run(tx, sql, db::params![taken.code.clone()]).await? == 0 {
        return Err(Fault::UsedUp.into());
    }
    if let Some(limit) = limit
        && used_by(tx, taken.discount, who).await? >= limit
    {
        return Err(Fault::CustomerUsed.into());
    }
    let sql = "insert into discount_use (order_id, discount_id, code, party_id, address_hash, amount_minor, at) \
               values ($1,$2,$3,$4,$5,$6,$7)";
    let params = db::params![order, taken.discount, taken.code.clone(), who.party, who.address(), taken.total.minor, tx.now()];
    db::run(tx, sql, params).await?;
    Ok(())
}

/// The order did not come about: its use is free again, once.
///
/// # Faults
/// Whatever the database says.
pub async fn give_back(tx: &Tx, order: OrderId) -> Result<(), kernel::Fault> {
    let sql = "update discount_use set undone_at = $2 where order_id = $1 and undone_at is null returning code";
    let Some(row) = db::row(tx, sql, db::params![order, tx.now()]).await? else { return Ok(()) };
    let code: String = row.try_get_by_index(0)?;
    db::run(tx, "update discount_code set used = used - 1 where code = $1 and used > 0", db::params![code]).await?;
    Ok(())
}

/// An order that was given up comes about after all: takes its use again; `false` when others took
/// the last one meanwhile.
///
/// # Faults
/// Whatever the database says.
pub async fn take_again(tx: &Tx, order: OrderId) -> Result<bool, kernel::Fault> {
    let sql = "select code from discount_use where order_id = $1 and undone_at is not null";
    let Some(code) = db::scalar::<String>(tx, sql, db::params![order]).await? else { return Ok(true) };
    let sql = "update discount_code set used = used + 1 where code = $1 and (most is null or used < most)";
    if db::run(tx, sql, db::params![code]).await? == 0 {
        return Ok(false);
    }
    db::run(tx, "update discount_use set undone_at = null where order_id = $1", db::params![order]).await?;
    Ok(true)
}

/// Two records turned out to be one customer.
///
/// # Faults
/// Whatever the database says.
pub async fn repoint(tx: &Tx, from: PartyId, to: PartyId) -> Result<(), kernel::Fault> {
    db::run(tx, "update discount_use set party_id = $2 where party_id = $1", db::params![from, to]).await?;
    Ok(())
}

/// Forgets who used a code; that it was used stays, since limits are counted by it.
///
/// # Faults
/// Whatever the database says.
pub async fn erase(tx: &Tx, party: PartyId) -> Result<(), kernel::Fault> {
    let sql = "update discount_use set party_id = null, address_hash = null where party_id = $1";
    db::run(tx, sql, db::params![party]).await?;
    Ok(())
}

struct Row {
    code: String,
    amount_minor: i64,
    currency: Currency,
    at: Moment,
}
db::record!(Row { code, amount_minor, currency, at });

/// The codes that a customer used.
///
/// # Faults
/// Whatever the database says.
pub async fn export(db: &impl Reads, party: PartyId) -> Result<Value, kernel::Fault> {
    let sql = "select u.code, u.amount_minor, d.currency, u.at from discount_use u join discount d on d.id = u.discount_id \
               where u.party_id = $1 and u.undone_at is null order by u.at, u.order_id";
    let rows: Vec<Row> = db::all(db, sql, db::params![party]).await?;
    Ok(rows
        .into_iter()
        .map(|r| json!({ "code": r.code, "amount": Money::new(r.amount_minor, r.currency), "at": r.at }))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_mailbox_is_one_customer() {
        let hash = |email: &str| Who { party: None, email: Some(email.into()) }.address();
        assert_eq!(hash("Ona.Onaitė@Demo.test"), hash(" ona.onaitė+nuolaida@demo.test "));
        assert_ne!(hash("ona@demo.test"), hash("ana@demo.test"));
        assert_eq!(hash("nothing"), None);
    }
}
