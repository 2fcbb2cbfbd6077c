//! Versions of a period, in the order in which they were fixed: for the archive.

use sea_orm::Value;

use super::State;
use crate::kernel::{Amounts, Currency, Fault, Moment, Money, OfferVersionId, Reads, Scope, UserId, db};

/// A version as the archive lists it.
#[derive(Clone, Debug)]
pub struct Filed {
    pub id: OfferVersionId,
    pub number: String,
    pub n: i64,
    pub state: State,
    pub customer: String,
    pub manager: Option<UserId>,
    pub net: Money,
    pub gross: Money,
    /// When it was sent, or agreed in conversation.
    pub at: Moment,
    /// Of its PDF, once it is set.
    pub pdf: Option<String>,
    /// It is the one that was accepted.
    pub accepted: bool,
    /// Of the PDF with the certificate, once it is set.
    pub certificate: Option<String>,
}

struct Row {
    id: OfferVersionId,
    number: String,
    n: i64,
    state: String,
    customer: String,
    manager: Option<UserId>,
    currency: Currency,
    net_minor: i64,
    gross_minor: i64,
    sent_at: Moment,
    pdf_hash: Option<String>,
    accepted: i64,
    certificate: Option<String>,
}
db::record!(Row {
    id,
    number,
    n,
    state,
    customer,
    manager,
    currency,
    net_minor,
    gross_minor,
    sent_at,
    pdf_hash,
    accepted,
    certificate
});

/// Versions fixed from one moment on and before another, over such sums, after the one that the page before ended with.
///
/// # Faults
/// Whatever the database says.
pub async fn filed(
    db: &impl Reads,
    scope: &Scope,
    asked: ((Moment, Moment), Amounts),
    after: Option<(Moment, OfferVersionId)>,
    limit: u32,
) -> Result<Vec<Filed>, Fault> {
    let (mut clause, mut params) = within(scope, asked);
    if let Some((at, id)) = after {
        let n = params.len();
        params.extend([Value::from(at), Value::from(id)]);
        clause.push_str(&format!(" and (v.sent_at, v.id) > (${}, ${})", n + 1, n + 2));
    }
    let sql = format!(
        "select v.id, coalesce(o.number, '') as number, v.n, o.state, coalesce(p.company, p.name, '') as customer, o.manager, o.currency, \
         v.net_minor, v.gross_minor, v.sent_at, v.pdf_hash, cast(case when a.offer_id is null then 0 else 1 end as bigint) as accepted, \
         a.pdf_hash as certificate from offer_version v join offer o on o.id = v.offer_id left join party p on p.id = o.party_id \
         left join offer_acceptance a on a.offer_id = v.offer_id and a.version = v.n where {clause} order by v.sent_at, v.id limit {limit}"
    );
    let rows: Vec<Row> = db::all(db, &sql, params).await?;
    rows.into_iter()
        .map(|row| {
            Ok(Filed {
                state: row.state.parse().map_err(Fault::bug)?,
                net: Money::new(row.net_minor, row.currency),
                gross: Money::new(row.gross_minor, row.currency),
                accepted: row.accepted != 0,
                id: row.id,
                number: row.number,
                n: row.n,
                customer: row.customer,
                manager: row.manager,
                at: row.sent_at,
                pdf: row.pdf_hash,
                certificate: row.certificate,
            })
        })
        .collect()
}

/// How many there are.
///
/// # Faults
/// Whatever the database says.
pub async fn count_filed(db: &impl Reads, scope: &Scope, asked: ((Moment, Moment), Amounts)) -> Result<i64, Fault> {
    let (clause, params) = within(scope, asked);
    let sql = format!("select count(*) from offer_version v join offer o on o.id = v.offer_id where {clause}");
    Ok(db::scalar(db, &sql, params).await?.unwrap_or(0))
}

fn within(scope: &Scope, ((from, until), gross): ((Moment, Moment), Amounts)) -> (String, Vec<Value>) {
    let (mut clause, mut params) = ("v.sent_at >= $1 and v.sent_at < $2".to_owned(), db::params![from, until]);
    scope.narrow("o.manager in ($)", &mut clause, &mut params);
    gross.narrow(("v.gross_minor", "o.currency"), &mut clause, &mut params);
    (clause, params)
}
