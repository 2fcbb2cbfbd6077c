//! Documents of a period, in the order of their issue: for the archive.

use sea_orm::Value;

use super::{
    DocumentRow,
    views::{COLUMNS, Row, reach},
};
use crate::kernel::{Amounts, DocumentId, Fault, Reads, Scope, db};

/// Documents issued on these days, both inclusive, over such sums, after the one that the page before ended with.
///
/// # Faults
/// Whatever the database says.
pub async fn filed(
    db: &impl Reads,
    scope: &Scope,
    asked: ((&str, &str), Amounts),
    after: Option<&(String, DocumentId)>,
    limit: u32,
) -> Result<Vec<DocumentRow>, Fault> {
    let (mut clause, mut params) = within(scope, asked);
    if let Some((day, id)) = after {
        let n = params.len();
        params.extend([Value::from(day.clone()), Value::from(*id)]);
        clause.push_str(&format!(" and (d.issued_on, d.id) > (${}, ${})", n + 1, n + 2));
    }
    let sql = format!("select {COLUMNS} from issued_document d where 1 = 1{clause} order by d.issued_on, d.id limit {limit}");
    let rows: Vec<Row> = db::all(db, &sql, params).await?;
    rows.into_iter().map(Row::view).collect()
}

/// How many there are.
///
/// # Faults
/// Whatever the database says.
pub async fn count_filed(db: &impl Reads, scope: &Scope, asked: ((&str, &str), Amounts)) -> Result<i64, Fault> {
    let (clause, params) = within(scope, asked);
    let sql = format!("select count(*) from issued_document d where 1 = 1{clause}");
    Ok(db::scalar(db, &sql, params).await?.unwrap_or(0))
}

fn within(scope: &Scope, ((from, until), gross): ((&str, &str), Amounts)) -> (String, Vec<Value>) {
    let (mut clause, mut params) = reach(scope);
    let n = params.len();
    params.extend([Value::from(from), Value::from(until)]);
    clause.push_str(&format!(" and d.issued_on >= ${} and d.issued_on <= ${}", n + 1, n + 2));
    gross.narrow(("d.gross_minor", "d.currency"), &mut clause, &mut params);
    (clause, params)
}
