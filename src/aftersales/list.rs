//! Cases found: the list, the desk, those of an order or a customer.

use sea_orm::Value;
use serde::Serialize;

use super::{Ground, Kind, Problem, State};
use crate::kernel::{self, CaseId, Locale, Moment, OrderId, Page, PartyId, Reads, Scope, UserId, db, fold, from_cursor};

#[derive(Clone, Debug, Default)]
pub struct CaseQuery {
    pub kind: Option<Kind>,
    /// Empty: all.
    pub states: Vec<State>,
    pub order: Option<OrderId>,
    pub party: Option<PartyId>,
    /// Those that no order was found for.
    pub unmatched: bool,
    /// Open, and their term has passed at this moment.
    pub overdue: Option<Moment>,
    /// Number, order, customer or goods; every word has to occur.
    pub search: String,
    pub after: Option<String>,
    /// 0: 50.
    pub limit: u32,
}

#[derive(Clone, Debug, Serialize)]
pub struct CaseRow {
    pub id: CaseId,
    pub number: String,
    #[serde(skip)]
    pub token: String,
    pub kind: Kind,
    pub ground: Ground,
    pub problem: Problem,
    pub state: State,
    pub order: Option<OrderId>,
    pub order_number: String,
    pub party: PartyId,
    /// As the declaration says.
    pub customer: String,
    #[serde(skip)]
    pub manager: Option<UserId>,
    pub locale: Locale,
    pub declared_at: Moment,
    pub answer_by: Moment,
    pub answered_at: Option<Moment>,
    pub refund_by: Option<Moment>,
    pub refunded_at: Option<Moment>,
    pub late: bool,
    pub changed_at: Moment,
    /// The first of its goods, with its picture, and how many lines there are.
    pub title: Option<String>,
    pub picture_hash: Option<String>,
    pub lines: i64,
}

impl CaseRow {
    /// The term that runs now, if any.
    pub fn due_at(&self) -> Option<Moment> {
        match self.state {
            State::Submitted | State::InfoRequested => Some(self.answer_by),
            State::Rejected | State::Withdrawn | State::Closed => None,
            _ => self.refund_by.filter(|_| self.refunded_at.is_none()),
        }
    }
}

pub type Cases = Page<CaseRow>;

struct Row {
    id: CaseId,
    number: String,
    token: String,
    kind: String,
    ground: String,
    problem: String,
    state: String,
    order_id: Option<OrderId>,
    order_number: String,
    party_id: PartyId,
    name: String,
    manager: Option<UserId>,
    locale: Locale,
    declared_at: Moment,
    answer_by: Moment,
    answered_at: Option<Moment>,
    refund_by: Option<Moment>,
    refunded_at: Option<Moment>,
    late: bool,
    changed_at: Moment,
    title: Option<String>,
    picture_hash: Option<String>,
    lines: i64,
}
db::record!(Row {
    id,
    number,
    token,
    kind,
    ground,
    problem,
    state,
    order_id,
    order_number,
    party_id,
    name,
    manager,
    locale,
    declared_at,
    answer_by,
    answered_at,
    refund_by,
    refunded_at,
    late,
    changed_at,
    title,
    picture_hash,
    lines
});

impl Row {
    fn read(self) -> Result<CaseRow, kernel::Fault> {
        Ok(CaseRow {
            kind: self.kind.parse().map_err(kernel::Fault::bug)?,
            ground: self.ground.parse().map_err(kernel::Fault::bug)?,
            problem: self.problem.parse().map_err(kernel::Fault::bug)?,
            state: self.state.parse().map_err(kernel::Fault::bug)?,
            id: self.id,
            number: self.number,
            token: self.token,
            order: self.order_id,
            order_number: self.order_number,
            party: self.party_id,
            customer: self.name,
            manager: self.manager,
            locale: self.locale,
            declared_at: self.declared_at,
            answer_by: self.answer_by,
            answered_at: self.answered_at,
            refund_by: self.refund_by,
            refunded_at: self.refunded_at,
            late: self.late,
            changed_at: self.changed_at,
            title: self.title,
            picture_hash: self.picture_hash,
            lines: self.lines,
        })
    }
}

/// A page of cases within the scope, the latest changed first.
///
/// # Faults
/// `request.cursor_invalid`.
pub async fn list(db: &impl Reads, scope: &Scope, query: &CaseQuery) -> Result<Cases, kernel::Fault> {
    let limit = if query.limit == 0 { 50 } else { query.limit.clamp(1, 200) as usize };
    let (mut clause, mut params) = (String::new(), Vec::<Value>::new());
    scope.narrow("c.manager in ($)", &mut clause, &mut params);
    let mut and = |condition: &str, value: Value| {
        params.push(value);
        clause.push_str(&format!(" and {}", condition.replacen('$', &format!("${}", params.len()), 1)));
    };
    if let Some(kind) = query.kind {
        and("c.kind = $", kind.as_str().into());
    }
    if let Some(order) = query.order {
        and("c.order_id = $", order.into());
    }
    if let Some(party) = query.party {
        and("c.party_id = $", party.into());
    }
    if let Some(now) = query.overdue {
        and(
            "c.closed_at is null and case when c.state in ('submitted', 'info_requested') then c.answer_by \
             when c.refunded_at is null then c.refund_by end < $",
            now.into(),
        );
    }
    for word in fold(&query.search).split_whitespace() {
        let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        and("c.search like $ escape '\\'", format!("%{escaped}%").into());
    }
    if query.unmatched {
        clause.push_str(" and c.order_id is null");
    }
    if !query.states.is_empty() {
        clause.push_str(&format!(" and c.state in ({})", db::marks(query.states.len(), params.len() + 1)));
        params.extend(query.states.iter().map(|s| Value::from(s.as_str())));
    }
    if let Some(cursor) = &query.after {
        let (at, id): (i64, CaseId) = from_cursor(cursor)?;
        clause.push_str(&format!(" and (c.changed_at, c.id) < (${}, ${})", params.len() + 1, params.len() + 2));
        params.extend([Value::from(at), Value::from(id)]);
    }
    let sql = format!(
        "select c.id, c.number, c.token, c.kind, c.ground, c.problem, c.state, c.order_id, \
         coalesce((select o.number from sales_order o where o.id = c.order_id), c.order_number) as order_number, \
         c.party_id, c.name, c.manager, c.locale, c.declared_at, c.answer_by, c.answered_at, c.refund_by, c.refunded_at, c.late, \
         c.changed_at, i.title, i.picture_hash, \
         (select count(*) from aftersales_item n where n.case_id = c.id) as lines \
         from aftersales_case c left join aftersales_item i on i.case_id = c.id and i.position = 1 \
         where 1 = 1{clause} order by c.changed_at desc, c.id desc limit {}",
        limit + 1
    );
    let rows: Vec<Row> = db::all(db, &sql, params).await?;
    let rows = rows.into_iter().map(Row::read).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(rows, limit, |row: &CaseRow| (row.changed_at.0, row.id)))
}

/// How many wait, for the rail of the office.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Counts {
    /// Not answered yet.
    pub unanswered: i64,
    pub unmatched: i64,
    pub overdue: i64,
}

/// # Faults
/// Whatever the database says.
pub async fn counts(db: &impl Reads, scope: &Scope, now: Moment) -> Result<Counts, kernel::Fault> {
    let (mut own, mut params) = (String::new(), db::params![now]);
    scope.narrow("manager in ($)", &mut own, &mut params);
    let sql = format!(
        "select coalesce(sum(case when state in ('submitted', 'info_requested') then 1 else 0 end), 0), \
         coalesce(sum(case when order_id is null then 1 else 0 end), 0), \
         coalesce(sum(case when (case when state in ('submitted', 'info_requested') then answer_by \
         when refunded_at is null then refund_by end) < $1 then 1 else 0 end), 0) \
         from aftersales_case where closed_at is null{own}"
    );
    let Some(row) = db::row(db, &sql, params).await? else { return Ok(Counts::default()) };
    Ok(Counts { unanswered: row.try_get_by_index(0)?, unmatched: row.try_get_by_index(1)?, overdue: row.try_get_by_index(2)? })
}

/// The cases of an order.
///
/// # Faults
/// Whatever the database says.
pub async fn of_order(db: &impl Reads, scope: &Scope, order: OrderId) -> Result<Vec<CaseRow>, kernel::Fault> {
    let query = CaseQuery { order: Some(order), ..CaseQuery::default() };
    Ok(list(db, scope, &query).await?.rows)
}

/// The cases of a customer.
///
/// # Faults
/// Whatever the database says.
pub async fn of_party(db: &impl Reads, scope: &Scope, party: PartyId) -> Result<Vec<CaseRow>, kernel::Fault> {
    let query = CaseQuery { party: Some(party), limit: 20, ..CaseQuery::default() };
    Ok(list(db, scope, &query).await?.rows)
}
