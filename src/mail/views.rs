//! The outbox as the office sees it.

use sea_orm::Value;
use serde::Serialize;
use uuid::Uuid;

use super::{Fault, State};
use crate::kernel::{Fault as Refusal, LetterId, Locale, Moment, PartyId, Reads, Right, Scope, db};

#[derive(Clone, Debug, Default)]
pub struct LetterQuery {
    pub state: Option<State>,
    pub party: Option<PartyId>,
    /// The order, inquiry or account that letters are about.
    pub subject: Option<Uuid>,
    /// The beginning of an address.
    pub to: String,
    /// The last id of the page before.
    pub after: Option<LetterId>,
    pub limit: u32,
}

#[derive(Clone, Debug, Serialize)]
pub struct LetterRow {
    pub id: LetterId,
    pub template: String,
    pub to: String,
    pub to_name: String,
    pub locale: Locale,
    pub party: Option<PartyId>,
    pub state: State,
    pub tries: i64,
    pub last_error: Option<String>,
    /// `None` until it is sent: the words are made then.
    pub title: Option<String>,
    pub created_at: Moment,
    pub sent_at: Option<Moment>,
}

/// A letter with its words.
#[derive(Clone, Debug, Serialize)]
pub struct LetterView {
    #[serde(flatten)]
    pub row: LetterRow,
    pub message_id: String,
    pub html: Option<String>,
    pub plain: Option<String>,
    /// It carries a key to somebody's account, and the reader may not have it: no words.
    pub sealed: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct Letters {
    pub rows: Vec<LetterRow>,
    pub next: Option<String>,
}

struct Row {
    id: LetterId,
    template: String,
    recipient: String,
    recipient_name: String,
    locale: Locale,
    party_id: Option<PartyId>,
    state: String,
    tries: i64,
    last_error: Option<String>,
    title: Option<String>,
    created_at: Moment,
    sent_at: Option<Moment>,
}
db::record!(Row {
    id,
    template,
    recipient,
    recipient_name,
    locale,
    party_id,
    state,
    tries,
    last_error,
    title,
    created_at,
    sent_at
});

impl Row {
    fn view(self) -> Result<LetterRow, Refusal> {
        Ok(LetterRow {
            id: self.id,
            template: self.template,
            to: self.recipient,
            to_name: self.recipient_name,
            locale: self.locale,
            party: self.party_id,
            state: self.state.parse().map_err(Refusal::bug)?,
            tries: self.tries,
            last_error: self.last_error,
            title: self.title,
            created_at: self.created_at,
            sent_at: self.sent_at,
        })
    }
}

const COLUMNS: &str = "l.id, l.template, l.recipient, l.recipient_name, l.locale, l.party_id, l.state, l.tries, l.last_error, l.title, l.created_at, l.sent_at";

/// Letters, newest first.
///
/// # Faults
/// Whatever the database says.
pub async fn list(db: &impl Reads, scope: &Scope, query: &LetterQuery) -> Result<Letters, Refusal> {
    let limit = query.limit.clamp(1, 200);
    let (mut clause, mut params): (String, Vec<Value>) = reach(scope);
    let mut and = |condition: &str, value: Value| {
        params.push(value);
        clause.push_str(&format!(" and {condition} ${}", params.len()));
    };
    if let Some(state) = query.state {
        and("l.state =", state.as_str().into());
    }
    if let Some(party) = query.party {
        and("l.party_id =", party.into());
    }
    if let Some(subject) = query.subject {
        and("l.subject_id =", subject.into());
    }
    let to = query.to.trim().to_lowercase();
    if !to.is_empty() {
        and("l.recipient >=", to.clone().into());
        and("l.recipient <", format!("{to}\u{10FFFF}").into());
    }
    if let Some(after) = query.after {
        and("l.id <", after.into());
    }
    let sql = format!("select {COLUMNS} from letter l where 1 = 1{clause} order by l.id desc limit {}", limit + 1);
    let rows: Vec<Row> = db::all(db, &sql, params).await?;
    let mut rows = rows.into_iter().map(Row::view).collect::<Result<Vec<_>, _>>()?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    Ok(Letters { next: rows.last().filter(|_| more).map(|row| row.id.to_string()), rows })
}

/// Templates with a key to somebody's account in them.
const KEYS: &[&str] = &["login_link"];

/// A letter. The words of one that carries a key are for the scope of [`Right::UsersManage`] alone:
/// whoever manages staff could let themselves in anyway, a colleague who reads letters must not.
///
/// # Faults
/// [`Fault::NoLetter`], also when it lies outside the scope.
pub async fn letter(db: &impl Reads, scope: &Scope, id: LetterId) -> Result<LetterView, Refusal> {
    let (clause, mut params) = reach(scope);
    params.push(id.into());
    let sql = format!("select {COLUMNS} from letter l where 1 = 1{clause} and l.id = ${}", params.len());
    let row: Row = db::opt(db, &sql, params).await?.ok_or(Fault::NoLetter)?;
    let words =
        db::row(db, "select message_id, html, plain from letter where id = $1", db::params![id]).await?.ok_or(Fault::NoLetter)?;
    let (message_id, html, plain) = (words.try_get_by_index(0)?, words.try_get_by_index(1)?, words.try_get_by_index(2)?);
    if KEYS.contains(&row.template.as_str()) && scope.right() != Right::UsersManage {
        return Ok(LetterView { row: row.view()?, message_id, html: None, plain: None, sealed: true });
    }
    Ok(LetterView { row: row.view()?, message_id, html, plain, sealed: false })
}

/// Who sees only own customers sees only their letters.
fn reach(scope: &Scope) -> (String, Vec<Value>) {
    debug_assert!(matches!(scope.right(), Right::MailRead | Right::CustomersRead | Right::OrdersRead | Right::UsersManage));
    let (mut clause, mut params) = (String::new(), Vec::new());
    scope.narrow("exists (select 1 from party p where p.id = l.party_id and p.manager in ($))", &mut clause, &mut params);
    (clause, params)
}
