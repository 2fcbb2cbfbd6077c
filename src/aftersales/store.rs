//! The row of a case: read, locked, moved on. Each step is a row with who, when and why.

use serde::Serialize;

use super::{Declaration, Fault, Ground, Kind, Problem, Remedy, State, Step, fault::prose};
use crate::kernel::{self, CaseId, Locale, Moment, OrderId, PartyId, Reads, Scope, Tx, UserId, db};

/// A case with the declaration that it began with.
#[derive(Clone, Debug, Serialize)]
pub struct Case {
    pub id: CaseId,
    pub number: String,
    #[serde(skip)]
    pub token: String,
    pub kind: Kind,
    pub ground: Ground,
    pub state: State,
    /// `None` while no order was found: it waits on the desk.
    pub order: Option<OrderId>,
    pub party: PartyId,
    #[serde(skip)]
    pub manager: Option<UserId>,
    pub locale: Locale,
    pub origin: String,
    pub problem: Problem,
    pub wish: Remedy,
    pub words: Declaration,
    /// Of the declaration, SHA-256.
    pub hash: String,
    pub declared_at: Moment,
    /// A withdrawal that came after its period.
    pub late: bool,
    pub answer_by: Moment,
    pub answered_at: Option<Moment>,
    /// Of a withdrawal.
    pub refund_by: Option<Moment>,
    pub refunded_at: Option<Moment>,
    /// 0, 75 or 100: to which part of its term it was raised.
    #[serde(skip)]
    pub escalated: i64,
    /// What the customer was told, in their language.
    pub decision: String,
    /// Why it was refused: a code below `aftersales.refusal.`; empty otherwise.
    pub reason: String,
    pub carrier: String,
    pub tracking: String,
    /// How to send the goods back, in the customer's language.
    pub instructions: String,
    /// 1 to 5, once the customer said so.
    pub rating: Option<i64>,
    pub rating_note: String,
    pub changed_at: Moment,
    pub closed_at: Option<Moment>,
}

struct Row {
    id: CaseId,
    number: String,
    token: String,
    kind: String,
    ground: String,
    state: String,
    order_id: Option<OrderId>,
    party_id: PartyId,
    manager: Option<UserId>,
    locale: Locale,
    origin: String,
    problem: String,
    wish: String,
    declaration: String,
    hash: String,
    declared_at: Moment,
    late: bool,
    answer_by: Moment,
    answered_at: Option<Moment>,
    refund_by: Option<Moment>,
    refunded_at: Option<Moment>,
    escalated: i64,
    decision: String,
    reason: String,
    carrier: String,
    tracking: String,
    instructions: String,
    rating: Option<i64>,
    rating_note: String,
    changed_at: Moment,
    closed_at: Option<Moment>,
}
db::record!(Row {
    id,
    number,
    token,
    kind,
    ground,
    state,
    order_id,
    party_id,
    manager,
    locale,
    origin,
    problem,
    wish,
    declaration,
    hash,
    declared_at,
    late,
    answer_by,
    answered_at,
    refund_by,
    refunded_at,
    escalated,
    decision,
    reason,
    carrier,
    tracking,
    instructions,
    rating,
    rating_note,
    changed_at,
    closed_at
});

const COLUMNS: &str = "id, number, token, kind, ground, state, order_id, party_id, manager, locale, origin, problem, wish, \
    declaration, hash, declared_at, late, answer_by, answered_at, refund_by, refunded_at, escalated, decision, reason, carrier, \
    tracking, instructions, rating, rating_note, changed_at, closed_at";

impl Row {
    fn read(self) -> Result<Case, kernel::Fault> {
        Ok(Case {
            kind: self.kind.parse().map_err(kernel::Fault::bug)?,
            ground: self.ground.parse().map_err(kernel::Fault::bug)?,
            state: self.state.parse().map_err(kernel::Fault::bug)?,
            problem: self.problem.parse().map_err(kernel::Fault::bug)?,
            wish: self.wish.parse().map_err(kernel::Fault::bug)?,
            words: serde_json::from_str(&self.declaration)?,
            id: self.id,
            number: self.number,
            token: self.token,
            order: self.order_id,
            party: self.party_id,
            manager: self.manager,
            locale: self.locale,
            origin: self.origin,
            hash: self.hash,
            declared_at: self.declared_at,
            late: self.late,
            answer_by: self.answer_by,
            answered_at: self.answered_at,
            refund_by: self.refund_by,
            refunded_at: self.refunded_at,
            escalated: self.escalated,
            decision: self.decision,
            reason: self.reason,
            carrier: self.carrier,
            tracking: self.tracking,
            instructions: self.instructions,
            rating: self.rating,
            rating_note: self.rating_note,
            changed_at: self.changed_at,
            closed_at: self.closed_at,
        })
    }
}

impl Case {
    /// The money of a withdrawal has gone back, or the shop owes none.
    pub fn owes_money(&self) -> bool {
        self.refund_by.is_some() && self.refunded_at.is_none() && !matches!(self.state, State::Rejected | State::Withdrawn)
    }
}

/// A case within the scope's reach.
///
/// # Faults
/// [`Fault::NoCase`], also beyond the scope.
pub async fn case(db: &impl Reads, scope: &Scope, id: CaseId) -> Result<Case, kernel::Fault> {
    let row: Option<Row> = db::opt(db, &format!("select {COLUMNS} from aftersales_case where id = $1"), db::params![id]).await?;
    row.filter(|row| scope.covers(row.manager)).ok_or(Fault::NoCase)?.read()
}

/// The same, locked until the commit.
///
/// # Faults
/// [`Fault::NoCase`], also beyond the scope.
pub async fn lock(tx: &Tx, scope: &Scope, id: CaseId) -> Result<Case, kernel::Fault> {
    // SQLite has one writer, and this is it.
    let lock = if tx.app().database().is_postgres() { " for update" } else { "" };
    let sql = format!("select {COLUMNS} from aftersales_case where id = $1{lock}");
    let row: Option<Row> = db::opt(tx, &sql, db::params![id]).await?;
    row.filter(|row| scope.covers(row.manager)).ok_or(Fault::NoCase)?.read()
}

/// The case of whoever holds its link.
///
/// # Faults
/// [`Fault::NoCase`].
pub async fn by_token(db: &impl Reads, token: &str) -> Result<Case, kernel::Fault> {
    let sql = format!("select {COLUMNS} from aftersales_case where token = $1");
    let row: Option<Row> = db::opt(db, &sql, db::params![token]).await?;
    row.ok_or(Fault::NoCase)?.read()
}

/// The number of a case, for whoever knows its id.
///
/// # Faults
/// [`Fault::NoCase`].
pub async fn number_of(db: &impl Reads, id: CaseId) -> Result<String, kernel::Fault> {
    Ok(db::scalar(db, "select number from aftersales_case where id = $1", db::params![id]).await?.ok_or(Fault::NoCase)?)
}

/// Takes a step of the table.
///
/// # Faults
/// [`Fault::WrongState`]; [`Fault::Moved`] when somebody was faster.
pub async fn step(tx: &Tx, case: &Case, step: Step, note_: &str) -> Result<State, kernel::Fault> {
    let after = case.state.after(step)?;
    let over = matches!(after, State::Closed | State::Withdrawn | State::Rejected).then_some(tx.now());
    let sql = "update aftersales_case set state = $3, changed_at = $4, closed_at = $5 where id = $1 and state = $2";
    let params = db::params![case.id, case.state.as_str(), after.as_str(), tx.now(), over];
    if db::run(tx, sql, params).await? == 0 {
        return Err(Fault::Moved.into());
    }
    if step == Step::Reopen {
        // The clock began with the declaration and does not begin anew.
        let sql = "update aftersales_case set answered_at = null, decision = '', reason = '' where id = $1";
        db::run(tx, sql, db::params![case.id]).await?;
    }
    note(tx, case.id, step.as_str(), (Some(case.state), after), note_).await?;
    Ok(after)
}

pub(super) async fn note(
    tx: &Tx,
    case: CaseId,
    step: &'static str,
    (before, after): (Option<State>, State),
    text: &str,
) -> Result<(), kernel::Fault> {
    let sql = "insert into aftersales_event (id, case_id, at, actor, step, before, after, note) values ($1,$2,$3,$4,$5,$6,$7,$8)";
    let text: String = text.trim().chars().take(1000).collect();
    let params = db::params![tx.uuid(), case, tx.now(), tx.actor().code(), step, before.map(State::as_str), after.as_str(), text];
    db::run(tx, sql, params).await?;
    Ok(())
}

/// What the shop tells the customer with a decision.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Told {
    /// In the customer's language.
    pub text: String,
    /// Of a refusal: a code.
    pub reason: String,
    pub ground: Option<Ground>,
    /// How to send the goods back.
    pub instructions: String,
}

/// Keeps what was decided; the law's clock stops.
///
/// # Faults
/// [`Fault::TooLong`].
pub async fn decide(tx: &Tx, case: &Case, told: &Told) -> Result<(), kernel::Fault> {
    let (text, instructions) = (prose(&told.text, "text", 5000)?, prose(&told.instructions, "instructions", 3000)?);
    let sql = "update aftersales_case set decision = $2, reason = $3, ground = $4, instructions = $5, \
               answered_at = coalesce(answered_at, $6), changed_at = $6 where id = $1";
    let ground = told.ground.unwrap_or(case.ground).as_str();
    db::run(tx, sql, db::params![case.id, text, told.reason.clone(), ground, instructions, tx.now()]).await?;
    Ok(())
}

/// How the goods travel, as far as somebody said so.
///
/// # Faults
/// Whatever the database says.
pub async fn shipped_by(tx: &Tx, case: &Case, carrier: &str, tracking: &str) -> Result<(), kernel::Fault> {
    let short = |text: &str| text.trim().chars().take(100).collect::<String>();
    let sql = "update aftersales_case set carrier = $2, tracking = $3, changed_at = $4 where id = $1";
    db::run(tx, sql, db::params![case.id, short(carrier), short(tracking), tx.now()]).await?;
    Ok(())
}

/// The order that a case on the desk belongs to, once somebody found it.
///
/// # Faults
/// [`Fault::Linked`].
pub async fn link(
    tx: &Tx,
    case: &Case,
    (order, party): (OrderId, PartyId),
    items: &[super::NewItem],
    late: bool,
) -> Result<(), kernel::Fault> {
    let sql =
        "update aftersales_case set order_id = $2, party_id = $3, late = $4, changed_at = $5 where id = $1 and order_id is null";
    if db::run(tx, sql, db::params![case.id, order, party, late, tx.now()]).await? == 0 {
        return Err(Fault::Linked.into());
    }
    super::item::put(tx, case.id, items).await?;
    note(tx, case.id, "link", (Some(case.state), case.state), "").await
}

/// Hands a case to somebody.
///
/// # Faults
/// Whatever the database says.
pub async fn assign(tx: &Tx, case: CaseId, manager: Option<UserId>) -> Result<(), kernel::Fault> {
    db::run(tx, "update aftersales_case set manager = $2 where id = $1", db::params![case, manager]).await?;
    Ok(())
}

/// The money is on its way.
///
/// # Faults
/// Whatever the database says.
pub async fn refunded(tx: &Tx, case: CaseId) -> Result<(), kernel::Fault> {
    let sql = "update aftersales_case set refunded_at = coalesce(refunded_at, $2), changed_at = $2 where id = $1";
    db::run(tx, sql, db::params![case, tx.now()]).await?;
    Ok(())
}

/// What the customer thinks of how it went. Said twice, the later word stands.
///
/// # Faults
/// [`Fault::NotOver`], [`Fault::Choose`], [`Fault::TooLong`].
pub async fn rate(tx: &Tx, case: &Case, rating: i64, text: &str) -> Result<(), kernel::Fault> {
    if case.state.is_open() {
        return Err(Fault::NotOver.into());
    }
    if !(1..=5).contains(&rating) {
        return Err(Fault::Choose { field: "rating" }.into());
    }
    let text = prose(text, "note", 1000)?;
    db::run(tx, "update aftersales_case set rating = $2, rating_note = $3 where id = $1", db::params![case.id, rating, text])
        .await?;
    Ok(())
}

/// One step of a case's way.
#[derive(Clone, Debug, Serialize)]
pub struct EventView {
    pub at: Moment,
    /// `guest`, `system`, `customer:ID`, `staff:ID`, `key:ID`.
    pub actor: String,
    /// `declare`, `link`, or a [`Step`].
    pub step: String,
    pub before: Option<State>,
    pub after: State,
    pub note: String,
}

struct EventRow {
    at: Moment,
    actor: String,
    step: String,
    before: Option<String>,
    after: String,
    note: String,
}
db::record!(EventRow { at, actor, step, before, after, note });

/// The way of a case, oldest first.
///
/// # Faults
/// Whatever the database says.
pub async fn events(db: &impl Reads, case: CaseId) -> Result<Vec<EventView>, kernel::Fault> {
    let sql = "select at, actor, step, before, after, note from aftersales_event where case_id = $1 order by id";
    let rows: Vec<EventRow> = db::all(db, sql, db::params![case]).await?;
    let view = |r: EventRow| {
        let before = r.before.map(|b| b.parse()).transpose().map_err(kernel::Fault::bug)?;
        let after = r.after.parse().map_err(kernel::Fault::bug)?;
        Ok(EventView { at: r.at, actor: r.actor, step: r.step, before, after, note: r.note })
    };
    rows.into_iter().map(view).collect()
}
