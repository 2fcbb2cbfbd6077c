//! Contracts found: the list, and those of an offer, an order or a customer.

use sea_orm::Value;
use serde::Serialize;

use super::State;
use crate::kernel::{
    self, ContractId, Currency, Moment, Money, OfferId, OrderId, Page, PartyId, Reads, Scope, UserId, db, fold, from_cursor,
};

#[derive(Clone, Debug, Default)]
pub struct ContractQuery {
    /// Empty: all.
    pub states: Vec<State>,
    pub offer: Option<OfferId>,
    pub order: Option<OrderId>,
    pub party: Option<PartyId>,
    /// Number, title or customer; every word has to occur.
    pub search: String,
    pub after: Option<String>,
    /// 0: 50.
    pub limit: u32,
}

#[derive(Clone, Debug, Serialize)]
pub struct ContractRow {
    pub id: ContractId,
    pub number: Option<String>,
    pub state: State,
    pub party: PartyId,
    /// The company, else the person.
    pub customer: String,
    pub manager: Option<UserId>,
    pub version: i64,
    pub gross: Money,
    pub changed_at: Moment,
    pub sent_at: Option<Moment>,
    pub reason: String,
}

pub type Contracts = Page<ContractRow>;

struct Row {
    id: ContractId,
    number: Option<String>,
    state: String,
    party_id: PartyId,
    customer: Option<String>,
    manager: Option<UserId>,
    version: i64,
    currency: Currency,
    gross_minor: i64,
    changed_at: Moment,
    sent_at: Option<Moment>,
    reason: String,
}
db::record!(Row { id, number, state, party_id, customer, manager, version, currency, gross_minor, changed_at, sent_at, reason });

/// A page of contracts within the scope, the latest changed first.
///
/// # Faults
/// `request.cursor_invalid`.
pub async fn list(db: &impl Reads, scope: &Scope, query: &ContractQuery) -> Result<Contracts, kernel::Fault> {
    let limit = if query.limit == 0 { 50 } else { query.limit.clamp(1, 200) as usize };
    let (mut clause, mut params) = (String::new(), Vec::<Value>::new());
    scope.narrow("c.manager in ($)", &mut clause, &mut params);
    let mut and = |condition: &str, value: Value| {
        params.push(value);
        clause.push_str(&format!(" and {}", condition.replacen('$', &format!("${}", params.len()), 1)));
    };
    if let Some(offer) = query.offer {
        and("c.offer_id = $", offer.into());
    }
    if let Some(order) = query.order {
        and("c.order_id = $", order.into());
    }
    if let Some(party) = query.party {
        and("c.party_id = $", party.into());
    }
    for word in fold(&query.search).split_whitespace() {
        let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        and("c.search like $ escape '\\'", format!("%{escaped}%").into());
    }
    if !query.states.is_empty() {
        clause.push_str(&format!(" and c.state in ({})", db::marks(query.states.len(), params.len() + 1)));
        params.extend(query.states.iter().map(|s| Value::from(s.as_str())));
    }
    if let Some(cursor) = &query.after {
        let (at, id): (i64, ContractId) = from_cursor(cursor)?;
        clause.push_str(&format!(" and (c.changed_at, c.id) < (${}, ${})", params.len() + 1, params.len() + 2));
        params.extend([Value::from(at), Value::from(id)]);
    }
    let sql = format!(
        "select c.id, c.number, c.state, c.party_id, coalesce(p.company, p.name) as customer, c.manager, c.version, c.currency, \
         c.gross_minor, c.changed_at, c.sent_at, c.reason from contract c left join party p on p.id = c.party_id \
         where 1 = 1{clause} order by c.changed_at desc, c.id desc limit {}",
        limit + 1
    );
    let rows: Vec<Row> = db::all(db, &sql, params).await?;
    let rows = rows.into_iter().map(Row::read).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(rows, limit, |row: &ContractRow| (row.changed_at.0, row.id)))
}

impl Row {
    fn read(self) -> Result<ContractRow, kernel::Fault> {
        Ok(ContractRow {
            state: self.state.parse().map_err(kernel::Fault::bug)?,
            gross: Money::new(self.gross_minor, self.currency),
            id: self.id,
            number: self.number,
            party: self.party_id,
            customer: self.customer.unwrap_or_default(),
            manager: self.manager,
            version: self.version,
            changed_at: self.changed_at,
            sent_at: self.sent_at,
            reason: self.reason,
        })
    }
}

/// The contracts of an offer.
///
/// # Faults
/// Whatever the database says.
pub async fn of_offer(db: &impl Reads, scope: &Scope, offer: OfferId) -> Result<Vec<ContractRow>, kernel::Fault> {
    let query = ContractQuery { offer: Some(offer), ..ContractQuery::default() };
    Ok(list(db, scope, &query).await?.rows)
}

/// The contracts of an order.
///
/// # Faults
/// Whatever the database says.
pub async fn of_order(db: &impl Reads, scope: &Scope, order: OrderId) -> Result<Vec<ContractRow>, kernel::Fault> {
    let query = ContractQuery { order: Some(order), ..ContractQuery::default() };
    Ok(list(db, scope, &query).await?.rows)
}

/// The contracts of a customer.
///
/// # Faults
/// Whatever the database says.
pub async fn of_party(db: &impl Reads, scope: &Scope, party: PartyId) -> Result<Vec<ContractRow>, kernel::Fault> {
    let query = ContractQuery { party: Some(party), limit: 10, ..ContractQuery::default() };
    Ok(list(db, scope, &query).await?.rows)
}
