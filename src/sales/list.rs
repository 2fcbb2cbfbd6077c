//! Lists of orders: paged by key, filtered, sorted and searched.

use std::{collections::HashMap, str::FromStr};

use sea_orm::Value;
use serde::Serialize;

use super::State;
use crate::kernel::{self, Currency, Fault as Refusal, Locale, Moment, Money, OrderId, PartyId, Reads, Scope, db};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderSort {
    #[default]
    Newest,
    Oldest,
    Dearest,
    Cheapest,
}

impl OrderSort {
    pub const ALL: &'static [Self] = &[Self::Newest, Self::Oldest, Self::Dearest, Self::Cheapest];
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Dearest => "dearest",
            Self::Cheapest => "cheapest",
        }
    }
    const fn column(self) -> &'static str {
        match self {
            Self::Newest | Self::Oldest => "placed_at",
            Self::Dearest | Self::Cheapest => "gross_minor",
        }
    }
    const fn falls(self) -> bool {
        matches!(self, Self::Newest | Self::Dearest)
    }
}

impl FromStr for OrderSort {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|s| s.as_str() == text).ok_or("unknown sorting")
    }
}

/// Where the page before ended: the sort key and id of its last row (`key.id` on the wire).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct After {
    pub key: i64,
    pub id: OrderId,
}

impl std::fmt::Display for After {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.key, self.id.uuid().simple())
    }
}
impl FromStr for After {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split_once('.').and_then(|(key, id)| Some((key.parse().ok()?, id.parse().ok()?)));
        parts.map(|(key, id)| Self { key, id }).ok_or("not a cursor")
    }
}

#[derive(Clone, Debug)]
pub struct OrderQuery {
    /// Empty: all.
    pub states: Vec<State>,
    /// Number, name, company, e-mail, telephone or city; every word has to occur.
    pub search: String,
    pub party: Option<PartyId>,
    pub placed_from: Option<Moment>,
    /// Exclusive.
    pub placed_until: Option<Moment>,
    pub sort: OrderSort,
    pub after: Option<After>,
    pub limit: u32,
}

impl Default for OrderQuery {
    fn default() -> Self {
        Self {
            states: Vec::new(),
            search: String::new(),
            party: None,
            placed_from: None,
            placed_until: None,
            sort: OrderSort::default(),
            after: None,
            limit: 50,
        }
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct OrderRow {
    pub id: OrderId,
    pub number: String,
    pub token: String,
    pub state: State,
    pub party: PartyId,
    pub name: String,
    pub company: String,
    pub email: String,
    pub city: String,
    pub country: String,
    pub delivery: String,
    pub locale: Locale,
    pub gross: Money,
    /// By the word of `payments::PaymentState`.
    pub payment_state: String,
    pub placed_at: Moment,
}

#[derive(Clone, Debug, Serialize)]
pub struct Orders {
    pub rows: Vec<OrderRow>,
    /// What to ask for next; `None` on the last page.
    pub next: Option<String>,
}

struct Row {
    id: OrderId,
    number: String,
    token: String,
    state: String,
    party_id: PartyId,
    contact_name: String,
    company: String,
    contact_email: String,
    city: String,
    country: String,
    delivery_name: String,
    locale: Locale,
    currency: Currency,
    gross_minor: i64,
    payment_state: String,
    placed_at: Moment,
}
db::record!(Row {
    id,
    number,
    token,
    state,
    party_id,
    contact_name,
    company,
    contact_email,
    city,
    country,
    delivery_name,
    locale,
    currency,
    gross_minor,
    payment_state,
    placed_at
});

impl Row {
    fn view(self) -> Result<OrderRow, Refusal> {
        Ok(OrderRow {
            id: self.id,
            number: self.number,
            token: self.token,
            state: self.state.parse().map_err(Refusal::bug)?,
            party: self.party_id,
            name: self.contact_name,
            company: self.company,
            email: self.contact_email,
            city: self.city,
            country: self.country,
            delivery: self.delivery_name,
            locale: self.locale,
            gross: Money::new(self.gross_minor, self.currency),
            payment_state: self.payment_state,
            placed_at: self.placed_at,
        })
    }
}

const COLUMNS: &str = "o.id, o.number, o.token, o.state, o.party_id, o.contact_name, o.company, o.contact_email, o.city, o.country, \
    o.delivery_name, o.locale, o.currency, o.gross_minor, o.payment_state, o.placed_at";

/// Orders of the customers whom somebody looks after.
const OF_ONE: &str = "exists (select 1 from party p where p.id = s.party_id and p.manager in ($))";

/// One page. The inner query walks a narrow index that holds the search text, so that a rare
/// word among 100,000 orders does not drag their whole rows through memory.
///
/// # Faults
/// Whatever the database says.
pub async fn list(db: &impl Reads, scope: &Scope, query: &OrderQuery) -> Result<Orders, Refusal> {
    let limit = query.limit.clamp(1, 200);
    let mut clause = Clause::default();
    scope.narrow(OF_ONE, &mut clause.text, &mut clause.params);
    if !query.states.is_empty() {
        let from = clause.params.len() + 1;
        clause.text.push_str(&format!(" and s.state in ({})", db::marks(query.states.len(), from)));
        clause.params.extend(query.states.iter().map(|s| Value::from(s.as_str())));
    }
    for word in fold(&[&query.search]).split_whitespace() {
        let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        clause.and("s.search like $ escape '\\'", format!("%{escaped}%"));
    }
    if let Some(party) = query.party {
        clause.and("s.party_id = $", party);
    }
    if let Some(from) = query.placed_from {
        clause.and("s.placed_at >= $", from);
    }
    if let Some(until) = query.placed_until {
        clause.and("s.placed_at < $", until);
    }
    let (column, way, beyond) =
        (query.sort.column(), if query.sort.falls() { "desc" } else { "asc" }, if query.sort.falls() { "<" } else { ">" });
    if let Some(after) = query.after {
        let at = clause.params.len() + 1;
        clause.text.push_str(&format!(" and (s.{column}, s.id) {beyond} (${at}, ${})", at + 1));
        clause.params.extend(db::params![after.key, after.id]);
    }
    let sql = format!(
        "select {COLUMNS} from sales_order o where o.id in (select s.id from sales_order s where 1 = 1{} \
         order by s.{column} {way}, s.id {way} limit {}) order by o.{column} {way}, o.id {way}",
        clause.text,
        limit + 1
    );
    let rows: Vec<Row> = db::all(db, &sql, clause.params).await?;
    let mut rows = rows.into_iter().map(Row::view).collect::<Result<Vec<_>, _>>()?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let key = |row: &OrderRow| if column == "placed_at" { row.placed_at.0 } else { row.gross.minor };
    let next = rows.last().filter(|_| more).map(|row| After { key: key(row), id: row.id }.to_string());
    Ok(Orders { rows, next })
}

/// A customer's own orders, newest first. The party comes from the customer's session.
///
/// # Faults
/// Whatever the database says.
pub async fn of_party(db: &impl Reads, party: PartyId) -> Result<Vec<OrderRow>, Refusal> {
    let sql = format!("select {COLUMNS} from sales_order o where o.party_id = $1 order by o.placed_at desc, o.id desc limit 200");
    let rows: Vec<Row> = db::all(db, &sql, db::params![party]).await?;
    rows.into_iter().map(Row::view).collect()
}

/// What a customer has ordered and not cancelled.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Bought {
    pub orders: i64,
    /// One sum a currency.
    pub sums: Vec<Money>,
}

/// What some customers have bought, by customer; those without an order are left out.
///
/// # Faults
/// Whatever the database says.
pub async fn bought(db: &impl Reads, scope: &Scope, parties: &[PartyId]) -> Result<HashMap<PartyId, Bought>, Refusal> {
    let mut found: HashMap<PartyId, Bought> = HashMap::with_capacity(parties.len());
    for chunk in parties.chunks(500) {
        let mut clause = Clause { text: String::new(), params: db::values(chunk) };
        scope.narrow(OF_ONE, &mut clause.text, &mut clause.params);
        // PostgreSQL adds bigints up to a decimal.
        let sql = format!(
            "select s.party_id, s.currency, count(*), cast(sum(s.gross_minor) as bigint) from sales_order s \
             where s.party_id in ({}) and s.state <> 'cancelled'{} group by s.party_id, s.currency order by s.currency",
            db::marks(chunk.len(), 1),
            clause.text
        );
        for row in db::rows(db, &sql, clause.params).await? {
            let (currency, orders): (Currency, i64) = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
            let bought = found.entry(row.try_get_by_index(0)?).or_default();
            bought.orders += orders;
            bought.sums.push(Money::new(row.try_get_by_index(3)?, currency));
        }
    }
    Ok(found)
}

#[derive(Default)]
struct Clause {
    text: String,
    params: Vec<Value>,
}

impl Clause {
    /// `$` in the condition becomes the next placeholder.
    fn and(&mut self, condition: &str, value: impl Into<Value>) {
        self.params.push(value.into());
        self.text.push_str(" and ");
        self.text.push_str(&condition.replacen('$', &format!("${}", self.params.len()), 1));
    }
}

/// Folded words with single spaces, at most 400 characters (the text stands in an index):
/// „Ąžuolas“ is found by „azuolas“.
pub(super) fn fold(texts: &[&str]) -> String {
    let words: Vec<&str> = texts.iter().flat_map(|t| t.split_whitespace()).collect();
    kernel::fold(&words.join(" ")).chars().take(400).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_finds_names_without_their_accents() {
        assert_eq!(fold(&["Ąžuolė  Šešelgytė", "Łódź", "Straße"]), "azuole seselgyte lodz strasse");
    }

    #[test]
    fn a_cursor_reads_back() {
        let after = After { key: -5, id: OrderId(uuid::Uuid::from_u128(77)) };
        assert_eq!(after.to_string().parse(), Ok(after));
        assert!("x".parse::<After>().is_err());
    }
}
