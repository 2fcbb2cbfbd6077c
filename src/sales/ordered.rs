//! Which products have been ordered: what stands in history is not taken back.

use std::collections::HashSet;

use sea_orm::DbErr;

use crate::kernel::{Fault as Refusal, Moment, PartyId, ProductId, Reads, db};

/// Those of these products that were ordered at this moment or later.
///
/// # Errors
/// Whatever the database says.
pub async fn ordered_since(db: &impl Reads, ids: &[ProductId], since: Moment) -> Result<HashSet<ProductId>, DbErr> {
    let mut found = HashSet::new();
    for chunk in ids.chunks(900) {
        let sql = format!(
            "select distinct l.product_id from order_line l join sales_order o on o.id = l.order_id \
             where o.placed_at >= $1 and l.product_id in ({})",
            db::marks(chunk.len(), 2)
        );
        let mut values = db::params![since];
        values.extend(db::values(chunk));
        found.extend(db::column::<ProductId>(db, &sql, values).await?);
    }
    Ok(found)
}

/// The goods that a customer ordered most often, for whoever may see the customer.
///
/// # Faults
/// Whatever the database says.
pub async fn usual(db: &impl Reads, party: PartyId, most: u32) -> Result<Vec<ProductId>, Refusal> {
    let sql = "select l.product_id from order_line l join sales_order o on o.id = l.order_id \
               where o.party_id = $1 and o.state <> 'cancelled' and l.product_id is not null \
               group by l.product_id order by count(*) desc, max(o.placed_at) desc, l.product_id limit $2";
    Ok(db::column(db, sql, db::params![party, i64::from(most)]).await?)
}
