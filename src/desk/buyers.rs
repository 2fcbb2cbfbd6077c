//! Who bought a product: for a recall, and to compare complaints with what was sold.

use std::collections::HashMap;

use serde::Serialize;

use crate::{
    aftersales::{By, ByWhat, Recall, ReportQuery},
    catalog,
    kernel::{Fault, Moment, OrderId, PartyId, ProductId, Qty, Reads, Scope, db},
};

/// A buyer that a recall concerns, with one of the orders.
#[derive(Clone, Debug, Serialize)]
pub struct Buyer {
    pub party: PartyId,
    pub name: String,
    pub email: String,
    pub phone: String,
    pub order: OrderId,
    pub number: String,
    pub placed_at: Moment,
    pub qty: Qty,
    /// As the shipments named it; empty where they named none, which is no proof that it was another.
    pub batch: String,
}

struct Row {
    party: PartyId,
    name: String,
    email: String,
    phone: String,
    order_id: OrderId,
    number: String,
    placed_at: Moment,
    qty: Qty,
    batch: Option<String>,
}
db::record!(Row { party, name, email, phone, order_id, number, placed_at, qty, batch });

/// Everybody who bought the product of a recall, in the shop, by offers or by a manager. With a batch, those
/// as well whose shipments named none: nobody is left out for want of a note.
///
/// # Faults
/// Whatever the database says.
pub async fn buyers(db: &impl Reads, scope: &Scope, recall: &Recall) -> Result<Vec<Buyer>, Fault> {
    let (since, until) = (recall.since.unwrap_or(Moment(0)), recall.until.unwrap_or(Moment(i64::MAX)));
    let (mut more, mut params) = (String::new(), db::params![recall.product, since, until]);
    let theirs = "exists (select 1 from party p where p.id = o.party_id and p.manager in ($))";
    scope.narrow(theirs, &mut more, &mut params);
    if !recall.batch.is_empty() {
        params.push(recall.batch.clone().into());
        more.push_str(&format!(" and coalesce(b.batch, '') in ('', ${})", params.len()));
    }
    let sql = format!(
        "select o.party_id as party, o.contact_name as name, o.contact_email as email, o.contact_phone as phone, \
         o.id as order_id, o.number, o.placed_at, l.qty_milli as qty, b.batch \
         from order_line l join sales_order o on o.id = l.order_id \
         left join shipment_line b on b.order_line_id = l.id \
         where l.product_id = $1 and o.placed_at >= $2 and o.placed_at < $3 and o.state not in ('cancelled', 'abandoned'){more} \
         order by o.placed_at desc, o.id"
    );
    let rows: Vec<Row> = db::all(db, &sql, params).await?;
    let view = |r: Row| Buyer {
        party: r.party,
        name: r.name,
        email: r.email,
        phone: r.phone,
        order: r.order_id,
        number: r.number,
        placed_at: r.placed_at,
        qty: r.qty,
        batch: r.batch.unwrap_or_default(),
    };
    Ok(rows.into_iter().map(view).collect())
}

/// The goods with most complaints, with what was sold of them in the same period.
///
/// # Faults
/// Whatever the database says.
pub async fn worst(db: &impl Reads, scope: &Scope, query: ReportQuery, by: By) -> Result<Vec<ByWhat>, Fault> {
    let mut all = crate::aftersales::worst(db, scope, query, by).await?;
    if by == By::Producer {
        let names: HashMap<_, _> = catalog::producers(db).await?.into_iter().map(|p| (p.id, p.name)).collect();
        for one in &mut all {
            one.title = one.producer.and_then(|id| names.get(&id).cloned()).unwrap_or_default();
        }
    }
    let ids: Vec<ProductId> = all.iter().filter_map(|w| w.product).collect();
    let sold = sold(db, &ids, query).await?;
    for one in &mut all {
        one.sold = one.product.and_then(|p| sold.get(&p).copied()).unwrap_or(Qty::ZERO);
    }
    Ok(all)
}

async fn sold(db: &impl Reads, ids: &[ProductId], query: ReportQuery) -> Result<HashMap<ProductId, Qty>, Fault> {
    let mut all = HashMap::new();
    if ids.is_empty() {
        return Ok(all);
    }
    let sql = format!(
        "select l.product_id, cast(sum(l.qty_milli) as bigint) from order_line l join sales_order o on o.id = l.order_id \
         where o.placed_at >= $1 and o.placed_at < $2 and o.state not in ('cancelled', 'abandoned') and l.product_id in ({}) \
         group by l.product_id",
        db::marks(ids.len(), 3)
    );
    let mut params = db::params![query.since, query.until];
    params.extend(db::values(ids));
    for row in db::rows(db, &sql, params).await? {
        all.insert(row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    }
    Ok(all)
}
