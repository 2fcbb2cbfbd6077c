//! Human numbers (`UZS-2026-000123`), drawn inside the transaction of the work.

use super::{Fault, Tx, db};

/// The next number of a series in the current year. The row is locked until the commit, so
/// draw it late; a series without legal force may leave gaps when a transaction rolls back —
/// here it does not, since the counter rolls back with it.
///
/// # Faults
/// Whatever the database says.
pub async fn next(tx: &Tx, series: &str) -> Result<String, Fault> {
    let year = tx.now().date().year();
    let sql = "insert into number_series (series, year, last) values ($1, $2, 1) \
               on conflict (series, year) do update set last = number_series.last + 1 returning last";
    // `returning` needs a query, and on PostgreSQL the row stays locked until the commit.
    let last: i64 = db::scalar(tx, sql, db::params![series, i64::from(year)])
        .await?
        .ok_or_else(|| Fault::bug("a number series gave no number"))?;
    Ok(format!("{series}-{year}-{last:06}"))
}
