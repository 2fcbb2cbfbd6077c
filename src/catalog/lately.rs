//! What is new on sale.

use crate::kernel::{self, Moment, ProductId, Reads, db};

/// Products that were published for the first time within this time and still are, the newest first, and
/// how many there are in all.
///
/// # Faults
/// Whatever the database says.
pub async fn published(
    db: &impl Reads,
    (since, until): (Moment, Moment),
    most: i64,
) -> Result<(Vec<ProductId>, i64), kernel::Fault> {
    let what = "from product where status = 'published' and published_at > $1 and published_at <= $2";
    let sql = format!("select id {what} order by published_at desc, id desc limit $3");
    let newest = db::column(db, &sql, db::params![since, until, most]).await?;
    let count = db::scalar(db, &format!("select count(*) {what}"), db::params![since, until]).await?;
    Ok((newest, count.unwrap_or(0)))
}
