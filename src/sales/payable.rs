//! Orders that money may be for: all that owe something, and the newer ones that do not.

use serde::Serialize;

use super::list::fold;
use crate::kernel::{Currency, Fault as Refusal, Moment, Money, OrderId, PartyId, Reads, Scope, db};

/// An order as a bank's entry may mean it.
#[derive(Clone, Debug, Serialize)]
pub struct Payable {
    pub id: OrderId,
    pub number: String,
    pub reference: String,
    pub party: PartyId,
    pub name: String,
    pub company: String,
    pub email: String,
    pub state: String,
    pub total: Money,
    /// Nothing for a cancelled order: money for it goes to the desk.
    pub due: Money,
    pub placed_at: Moment,
}

struct Row {
    id: OrderId,
    number: String,
    reference: String,
    party_id: PartyId,
    contact_name: String,
    company: String,
    contact_email: String,
    state: String,
    currency: Currency,
    gross_minor: i64,
    due_minor: i64,
    placed_at: Moment,
}
db::record!(Row {
    id,
    number,
    reference,
    party_id,
    contact_name,
    company,
    contact_email,
    state,
    currency,
    gross_minor,
    due_minor,
    placed_at
});

impl From<Row> for Payable {
    fn from(row: Row) -> Self {
        let money = |minor| Money::new(minor, row.currency);
        Self {
            total: money(row.gross_minor),
            due: money(row.due_minor.max(0)),
            id: row.id,
            number: row.number,
            reference: row.reference,
            party: row.party_id,
            name: row.contact_name,
            company: row.company,
            email: row.contact_email,
            state: row.state,
            placed_at: row.placed_at,
        }
    }
}

/// The same sum as `payments::Standing` comes to, in one statement for a hundred thousand orders.
const DUE: &str = "case when o.state = 'cancelled' then 0 else o.gross_minor - o.paid_minor + o.refunded_minor \
    - case when o.credited_minor > o.refunded_minor then o.credited_minor else o.refunded_minor end end";

fn select() -> String {
    format!(
        "select o.id, o.number, o.reference, o.party_id, o.contact_name, o.company, o.contact_email, o.state, o.currency, o.gross_minor, \
         {DUE} as due_minor, o.placed_at from sales_order o"
    )
}

/// Every order that owes something, and those placed since `since` that owe nothing: who pays twice
/// means them too. Read by the shop itself.
///
/// # Faults
/// Whatever the database says.
pub async fn payable(db: &impl Reads, since: Moment) -> Result<Vec<Payable>, Refusal> {
    let sql = format!("{} where (o.state <> 'cancelled' and o.paid_minor < o.gross_minor) or o.placed_at >= $1", select());
    let rows: Vec<Row> = db::all(db, &sql, db::params![since]).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Orders by their ids, in no order.
///
/// # Faults
/// Whatever the database says.
pub async fn payable_by_ids(db: &impl Reads, ids: &[OrderId]) -> Result<Vec<Payable>, Refusal> {
    let mut all = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(500) {
        let sql = format!("{} where o.id in ({})", select(), db::marks(chunk.len(), 1));
        let rows: Vec<Row> = db::all(db, &sql, db::values(chunk)).await?;
        all.extend(rows.into_iter().map(Payable::from));
    }
    Ok(all)
}

/// Orders that a person looks for by number, name, company or e-mail, or by a sum that is due or was
/// agreed; those that owe something first, newest first.
///
/// # Faults
/// Whatever the database says.
pub async fn find_payable(
    db: &impl Reads,
    scope: &Scope,
    search: &str,
    sum: Option<i64>,
    limit: u32,
) -> Result<Vec<Payable>, Refusal> {
    let mut params = Vec::new();
    let mut clause = String::new();
    scope.narrow("exists (select 1 from party p where p.id = o.party_id and p.manager in ($))", &mut clause, &mut params);
    let mut words = String::new();
    for word in fold(&[search]).split_whitespace() {
        let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        params.extend(db::params![format!("%{escaped}%")]);
        words.push_str(&format!(" and o.search like ${} escape '\\'", params.len()));
    }
    if let Some(sum) = sum {
        params.extend(db::params![sum, sum]);
        let at = params.len();
        words = format!(" and ((1 = 1{words}) or o.gross_minor = ${} or {DUE} = ${at})", at - 1);
    }
    let sql = format!(
        "{} where 1 = 1{clause}{words} order by case when {DUE} > 0 then 0 else 1 end, o.placed_at desc, o.id desc limit {}",
        select(),
        limit.clamp(1, 50)
    );
    let rows: Vec<Row> = db::all(db, &sql, params).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}
