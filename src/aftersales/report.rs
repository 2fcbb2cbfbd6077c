//! What can be learnt: how many, how fast, how content, and which goods cause most of it.

use serde::Serialize;

use super::Kind;
use crate::kernel::{self, Moment, ProducerId, ProductId, Qty, Reads, Scope, db};

/// A period, from the first to before the second moment.
#[derive(Clone, Copy, Debug)]
pub struct ReportQuery {
    pub since: Moment,
    pub until: Moment,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Figures {
    pub complaints: i64,
    pub withdrawals: i64,
    pub answered: i64,
    /// Answered after the law's term, or not yet and past it.
    pub overdue: i64,
    /// From declaration to decision, of those that have one; milliseconds.
    pub mean_answer_ms: Option<i64>,
    pub rated: i64,
    /// Hundredths of a star.
    pub mean_rating: Option<i64>,
    pub reasons: Vec<ByReason>,
}

#[derive(Clone, Debug, Serialize)]
pub struct ByReason {
    pub problem: String,
    pub cases: i64,
}

/// Complaints about one kind of thing.
#[derive(Clone, Debug, Serialize)]
pub struct ByWhat {
    pub product: Option<ProductId>,
    pub producer: Option<ProducerId>,
    /// Words of the newest of them; the name of a batch.
    pub title: String,
    pub cases: i64,
    pub qty: Qty,
    /// Sold in the same period, to compare with.
    pub sold: Qty,
}

/// # Faults
/// Whatever the database says.
pub async fn figures(db: &impl Reads, scope: &Scope, query: ReportQuery, now: Moment) -> Result<Figures, kernel::Fault> {
    let (mut own, mut params) = (String::new(), db::params![query.since, query.until]);
    scope.narrow("manager in ($)", &mut own, &mut params);
    let at = params.len() + 1;
    let sql = format!(
        "select coalesce(sum(case when kind = 'complaint' then 1 else 0 end), 0), \
         coalesce(sum(case when kind = 'withdrawal' then 1 else 0 end), 0), \
         coalesce(sum(case when answered_at is not null then 1 else 0 end), 0), \
         coalesce(sum(case when coalesce(answered_at, ${at}) > answer_by and state <> 'withdrawn' then 1 else 0 end), 0), \
         cast(avg(answered_at - declared_at) as bigint), count(rating), cast(avg(rating * 100) as bigint) \
         from aftersales_case where declared_at >= $1 and declared_at < $2{own}"
    );
    let mut all = params.clone();
    all.push(now.into());
    let Some(row) = db::row(db, &sql, all).await? else { return Ok(Figures::default()) };
    let sql = format!(
        "select problem, count(*) from aftersales_case where declared_at >= $1 and declared_at < $2{own} and kind = ${at} \
         group by problem order by 2 desc, 1"
    );
    let mut with_kind = params;
    with_kind.push(Kind::Complaint.as_str().into());
    let mut reasons = Vec::new();
    for row in db::rows(db, &sql, with_kind).await? {
        reasons.push(ByReason { problem: row.try_get_by_index(0)?, cases: row.try_get_by_index(1)? });
    }
    Ok(Figures {
        complaints: row.try_get_by_index(0)?,
        withdrawals: row.try_get_by_index(1)?,
        answered: row.try_get_by_index(2)?,
        overdue: row.try_get_by_index(3)?,
        mean_answer_ms: row.try_get_by_index(4)?,
        rated: row.try_get_by_index(5)?,
        mean_rating: row.try_get_by_index(6)?,
        reasons,
    })
}

/// By what the goods are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Product,
    Producer,
    Batch,
}

struct Row {
    thing: Option<uuid::Uuid>,
    title: String,
    cases: i64,
    qty: Qty,
}
db::record!(Row { thing, title, cases, qty });

/// The goods with most complaints in a period; what was sold of them is the caller's to add.
///
/// # Faults
/// Whatever the database says.
pub async fn worst(db: &impl Reads, _: &Scope, query: ReportQuery, by: By) -> Result<Vec<ByWhat>, kernel::Fault> {
    let (thing, title, group, only) = match by {
        By::Product => ("i.product_id", "max(i.title)", "i.product_id", "i.product_id is not null"),
        By::Producer => ("i.producer_id", "''", "i.producer_id", "i.producer_id is not null"),
        By::Batch => ("i.product_id", "i.batch || ' · ' || max(i.title)", "i.product_id, i.batch", "i.batch <> ''"),
    };
    let sql = format!(
        "select {thing} as thing, {title} as title, count(distinct c.id) as cases, cast(sum(i.qty_milli) as bigint) as qty \
         from aftersales_item i join aftersales_case c on c.id = i.case_id \
         where c.kind = 'complaint' and c.declared_at >= $1 and c.declared_at < $2 and {only} group by {group} \
         order by cases desc, title limit 20"
    );
    let rows: Vec<Row> = db::all(db, &sql, db::params![query.since, query.until]).await?;
    let view = |r: Row| ByWhat {
        product: r.thing.filter(|_| by != By::Producer).map(ProductId),
        producer: r.thing.filter(|_| by == By::Producer).map(ProducerId),
        title: r.title,
        cases: r.cases,
        qty: r.qty,
        sold: Qty(0),
    };
    Ok(rows.into_iter().map(view).collect())
}
