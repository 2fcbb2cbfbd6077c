//! Lists of offers: by state, manager, deadline, period, amount, goods and words.

use std::str::FromStr;

use sea_orm::Value;
use serde::Serialize;

use super::State;
use crate::kernel::{
    self, Amounts, ChannelId, Currency, Moment, Money, OfferId, OrderId, Page, PartyId, Reads, Scope, UserId, db, fold,
    from_cursor,
};

#[derive(Clone, Debug, Default)]
pub struct OfferQuery {
    /// Empty: all.
    pub states: Vec<State>,
    pub manager: Option<UserId>,
    pub party: Option<PartyId>,
    pub channel: Option<ChannelId>,
    /// Of any of these: a team or a role, by its people. Empty: nobody's.
    pub managers: Option<Vec<UserId>>,
    /// It still waits for an answer and ends before this moment.
    pub ends_before: Option<Moment>,
    /// Begun within: from, and before.
    pub begun_from: Option<Moment>,
    pub begun_until: Option<Moment>,
    pub gross: Amounts,
    /// One of these SKUs stands in it. Empty: none does.
    pub skus: Option<Vec<String>>,
    /// Number, customer, title, goods.
    pub search: String,
    pub sort: OfferSort,
    pub after: Option<String>,
    pub limit: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OfferSort {
    #[default]
    Changed,
    /// What ends soonest comes first.
    Deadline,
    Dearest,
}

impl OfferSort {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Deadline => "deadline",
            Self::Dearest => "dearest",
        }
    }
}
impl FromStr for OfferSort {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Changed, Self::Deadline, Self::Dearest].into_iter().find(|s| s.as_str() == text).ok_or("unknown order of offers")
    }
}

/// A line of the list.
#[derive(Clone, Debug, Serialize)]
pub struct OfferRow {
    pub id: OfferId,
    pub number: Option<String>,
    pub state: State,
    pub title: String,
    pub party: PartyId,
    /// The company, else the person.
    pub customer: String,
    pub manager: Option<UserId>,
    pub version: i64,
    pub net: Money,
    pub gross: Money,
    pub expires_at: Option<Moment>,
    pub changed_at: Moment,
    pub sent_at: Option<Moment>,
    pub viewed_at: Option<Moment>,
    pub views: i64,
    pub loss_reason: String,
}

pub type Offers = Page<OfferRow>;

struct Row {
    id: OfferId,
    number: Option<String>,
    state: String,
    title: String,
    party_id: PartyId,
    customer: Option<String>,
    manager: Option<UserId>,
    version: i64,
    currency: Currency,
    net_minor: i64,
    gross_minor: i64,
    expires_at: Option<Moment>,
    changed_at: Moment,
    sent_at: Option<Moment>,
    viewed_at: Option<Moment>,
    views: i64,
    loss_reason: String,
}
db::record!(Row {
    id,
    number,
    state,
    title,
    party_id,
    customer,
    manager,
    version,
    currency,
    net_minor,
    gross_minor,
    expires_at,
    changed_at,
    sent_at,
    viewed_at,
    views,
    loss_reason
});

impl Row {
    fn read(self) -> Result<OfferRow, kernel::Fault> {
        Ok(OfferRow {
            state: self.state.parse().map_err(kernel::Fault::bug)?,
            net: Money::new(self.net_minor, self.currency),
            gross: Money::new(self.gross_minor, self.currency),
            id: self.id,
            number: self.number,
            title: self.title,
            party: self.party_id,
            customer: self.customer.unwrap_or_default(),
            manager: self.manager,
            version: self.version,
            expires_at: self.expires_at,
            changed_at: self.changed_at,
            sent_at: self.sent_at,
            viewed_at: self.viewed_at,
            views: self.views,
            loss_reason: self.loss_reason,
        })
    }
}

/// Whoever sent these waits for an answer.
const STANDING: [State; 4] = [State::Sent, State::Viewed, State::Question, State::Revised];

const SELECT: &str = "select o.id, o.number, o.state, o.title, o.party_id, coalesce(p.company, p.name) as customer, o.manager, o.version, \
    o.currency, o.net_minor, o.gross_minor, o.expires_at, o.changed_at, o.sent_at, o.viewed_at, o.views, o.loss_reason \
    from offer o left join party p on p.id = o.party_id";

/// A page of offers within the scope.
///
/// # Faults
/// `request.cursor_invalid`.
pub async fn list(db: &impl Reads, scope: &Scope, query: &OfferQuery) -> Result<Offers, kernel::Fault> {
    let limit = if query.limit == 0 { 50 } else { query.limit.clamp(1, 200) as usize };
    let (sql, params) = asked(scope, query, limit + 1)?;
    let rows: Vec<Row> = db::all(db, &sql, params).await?;
    let rows = rows.into_iter().map(Row::read).collect::<Result<Vec<_>, _>>()?;
    let key = |row: &OfferRow| match query.sort {
        OfferSort::Changed => (row.changed_at.0, row.id),
        OfferSort::Deadline => (row.expires_at.map_or(0, |at| at.0), row.id),
        OfferSort::Dearest => (row.gross.minor, row.id),
    };
    Ok(Page::cut(rows, limit, key))
}

fn asked(scope: &Scope, query: &OfferQuery, most: usize) -> Result<(String, Vec<Value>), kernel::Fault> {
    let mut clause = Clause::of(scope, query);
    let order = match query.sort {
        OfferSort::Changed => {
            clause.after(query, "(o.changed_at, o.id) <")?;
            "o.changed_at desc, o.id desc"
        }
        OfferSort::Deadline => {
            clause.text.push_str(" and o.expires_at is not null");
            clause.after(query, "(o.expires_at, o.id) >")?;
            "o.expires_at, o.id"
        }
        OfferSort::Dearest => {
            clause.after(query, "(o.gross_minor, o.id) <")?;
            "o.gross_minor desc, o.id desc"
        }
    };
    Ok((format!("{SELECT} where 1 = 1{} order by {order} limit {most}", clause.text), clause.params))
}

/// The offers of a customer, newest first.
///
/// # Faults
/// Whatever the database says.
pub async fn of_party(db: &impl Reads, scope: &Scope, party: PartyId, limit: u32) -> Result<Vec<OfferRow>, kernel::Fault> {
    let query = OfferQuery { party: Some(party), limit, ..OfferQuery::default() };
    Ok(list(db, scope, &query).await?.rows)
}

/// The offer that an order came of.
///
/// # Faults
/// Whatever the database says.
pub async fn of_order(db: &impl Reads, scope: &Scope, order: OrderId) -> Result<Option<OfferId>, kernel::Fault> {
    let (mut sql, mut params) = ("select id from offer where order_id = $1".to_owned(), db::params![order]);
    scope.narrow("manager in ($)", &mut sql, &mut params);
    Ok(db::scalar(db, &sql, params).await?)
}

/// What a list and its sums are narrowed by.
#[derive(Default)]
pub(super) struct Clause {
    pub text: String,
    pub params: Vec<Value>,
}

impl Clause {
    pub(super) fn of(scope: &Scope, query: &OfferQuery) -> Self {
        let mut all = Self::default();
        scope.narrow("o.manager in ($)", &mut all.text, &mut all.params);
        if let Some(user) = query.manager {
            all.and("o.manager = $", user);
        }
        if let Some(party) = query.party {
            all.and("o.party_id = $", party);
        }
        if let Some(channel) = query.channel {
            all.and("o.channel_id = $", channel);
        }
        if let Some(before) = query.ends_before {
            all.and("o.expires_at < $", before);
            all.among("o.state in", &STANDING.map(State::as_str));
        }
        let bounds = [("o.created_at >= $", query.begun_from), ("o.created_at < $", query.begun_until)];
        for (text, at) in bounds.into_iter().filter_map(|(text, at)| Some((text, at?))) {
            all.and(text, at);
        }
        query.gross.narrow(("o.gross_minor", "o.currency"), &mut all.text, &mut all.params);
        if !query.states.is_empty() {
            all.among("o.state in", &query.states.iter().map(|s| s.as_str()).collect::<Vec<_>>());
        }
        if let Some(users) = &query.managers {
            all.among("o.manager in", users);
        }
        if let Some(skus) = &query.skus {
            all.among(
                "o.id in (select g.offer_id from offer_goods g where g.sku in",
                &skus.iter().map(String::as_str).collect::<Vec<_>>(),
            );
            all.text.push(')');
        }
        for word in fold(&query.search).split_whitespace() {
            let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
            all.and("o.search like $ escape '\\'", format!("%{escaped}%"));
        }
        all
    }

    /// `text` is followed by the values; none of them lets nothing through.
    fn among<T: Clone + Into<Value>>(&mut self, text: &str, values: &[T]) {
        let marks = if values.is_empty() { "null".to_owned() } else { db::marks(values.len(), self.params.len() + 1) };
        self.text.push_str(&format!(" and {text} ({marks})"));
        self.params.extend(values.iter().cloned().map(Into::into));
    }

    fn and(&mut self, text: &str, value: impl Into<Value>) {
        self.params.push(value.into());
        self.text.push_str(" and ");
        self.text.push_str(&text.replacen('$', &format!("${}", self.params.len()), 1));
    }

    fn after(&mut self, query: &OfferQuery, than: &str) -> Result<(), kernel::Fault> {
        let Some(cursor) = &query.after else { return Ok(()) };
        let (at, id): (i64, OfferId) = from_cursor(cursor)?;
        let n = self.params.len();
        self.params.extend([Value::from(at), Value::from(id)]);
        self.text.push_str(&format!(" and {than} (${}, ${})", n + 1, n + 2));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{Actor, Right, testing};

    /// Each filter and each order walks an index: a list of a hundred thousand offers reads its page.
    #[tokio::test]
    async fn no_filter_reads_the_whole_table() {
        let fresh = testing::sqlite().await;
        let scope = Actor::System.scope(Right::OffersRead).unwrap();
        let (id, at) = (uuid::Uuid::nil(), Some(Moment(1)));
        let all = OfferQuery::default;
        for query in [
            all(),
            OfferQuery { states: vec![State::Sent], ..all() },
            OfferQuery { manager: Some(UserId(id)), ..all() },
            OfferQuery { managers: Some(vec![UserId(id)]), ..all() },
            OfferQuery { party: Some(PartyId(id)), ..all() },
            OfferQuery { channel: Some(ChannelId(id)), ..all() },
            OfferQuery { ends_before: at, ..all() },
            OfferQuery { begun_from: at, begun_until: at, ..all() },
            OfferQuery { gross: Amounts { currency: Some(Currency::EUR), from: Some(1), until: Some(2) }, ..all() },
            OfferQuery { skus: Some(vec!["A".into()]), ..all() },
            OfferQuery { search: "stalas".into(), ..all() },
            OfferQuery { sort: OfferSort::Deadline, ..all() },
            OfferQuery { sort: OfferSort::Dearest, ..all() },
        ] {
            let (sql, params) = asked(&scope, &query, 51).unwrap();
            let rows = db::rows(fresh.app().reader(), &format!("explain query plan {sql}"), params).await.unwrap();
            let plan: Vec<String> = rows.iter().map(|row| row.try_get_by_index(3).unwrap()).collect();
            assert!(
                plan.iter().any(|step| step.starts_with("SEARCH o ") || step.starts_with("SCAN o USING INDEX")),
                "{query:?}: {plan:#?}"
            );
            assert!(
                plan.iter().all(|step| step.starts_with("SEARCH") || !step.starts_with("SCAN") || step.contains("USING")),
                "{query:?}: {plan:#?}"
            );
        }
    }
}
