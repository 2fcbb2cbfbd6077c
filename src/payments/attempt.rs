//! An attempt to pay at a provider: written down before the browser leaves, asked about until it
//! is known how it ended.

use serde::Serialize;

use super::{Fault, event::backoff};
use crate::kernel::{self, AttemptId, Currency, Moment, Money, OrderId, Reads, Tx, db};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptState {
    /// Written down; whether the provider knows of it is not known.
    Starting,
    Open,
    /// The customer did all; the bank takes days.
    Processing,
    Paid,
    Failed,
    Expired,
}

impl AttemptState {
    const ALL: &'static [Self] = &[Self::Starting, Self::Open, Self::Processing, Self::Paid, Self::Failed, Self::Expired];
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Open => "open",
            Self::Processing => "processing",
            Self::Paid => "paid",
            Self::Failed => "failed",
            Self::Expired => "expired",
        }
    }
    /// It may still bring money.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Starting | Self::Open | Self::Processing)
    }
}
impl std::str::FromStr for AttemptState {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|s| s.as_str() == text).ok_or("unknown state of an attempt")
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct Attempt {
    pub id: AttemptId,
    pub order: OrderId,
    pub provider: String,
    pub session: Option<String>,
    pub url: Option<String>,
    pub state: AttemptState,
    /// Why it failed, in the provider's words.
    pub why: String,
    pub amount: Money,
    pub created_at: Moment,
    pub expires_at: Moment,
}

/// An attempt that the sweeper asks about.
#[derive(Clone, Debug)]
pub struct Due {
    pub attempt: Attempt,
    pub asked: i64,
}

struct Row {
    id: AttemptId,
    order_id: OrderId,
    provider: String,
    session: Option<String>,
    url: Option<String>,
    state: String,
    why: String,
    amount_minor: i64,
    currency: Currency,
    created_at: Moment,
    expires_at: Moment,
    asked: i64,
}
db::record!(Row { id, order_id, provider, session, url, state, why, amount_minor, currency, created_at, expires_at, asked });

impl Row {
    fn read(self) -> Result<Attempt, kernel::Fault> {
        Ok(Attempt {
            id: self.id,
            order: self.order_id,
            provider: self.provider,
            session: self.session,
            url: self.url,
            state: self.state.parse().map_err(kernel::Fault::bug)?,
            why: self.why,
            amount: Money::new(self.amount_minor, self.currency),
            created_at: self.created_at,
            expires_at: self.expires_at,
        })
    }
}

const COLUMNS: &str = "id, order_id, provider, session, url, state, why, amount_minor, currency, created_at, expires_at, asked";

/// The one attempt of an order that may still bring money.
///
/// # Faults
/// Whatever the database says.
pub async fn live(db: &impl Reads, order: OrderId) -> Result<Option<Attempt>, kernel::Fault> {
    let sql =
        format!("select {COLUMNS} from payment_attempt where order_id = $1 and state in ('starting', 'open', 'processing')");
    db::opt::<Row>(db, &sql, db::params![order]).await?.map(Row::read).transpose()
}

/// Every attempt of an order, newest first.
///
/// # Faults
/// Whatever the database says.
pub async fn of_order(db: &impl Reads, order: OrderId) -> Result<Vec<Attempt>, kernel::Fault> {
    let sql = format!("select {COLUMNS} from payment_attempt where order_id = $1 order by created_at desc");
    db::all::<Row>(db, &sql, db::params![order]).await?.into_iter().map(Row::read).collect()
}

/// Whose page this is.
///
/// # Faults
/// Whatever the database says.
pub async fn of_session(db: &impl Reads, provider: &str, session: &str) -> Result<Option<Attempt>, kernel::Fault> {
    let sql = format!("select {COLUMNS} from payment_attempt where provider = $1 and session = $2");
    db::opt::<Row>(db, &sql, db::params![provider, session]).await?.map(Row::read).transpose()
}

/// An attempt by its id.
///
/// # Faults
/// Whatever the database says.
pub async fn attempt(db: &impl Reads, id: AttemptId) -> Result<Option<Attempt>, kernel::Fault> {
    let sql = format!("select {COLUMNS} from payment_attempt where id = $1");
    db::opt::<Row>(db, &sql, db::params![id]).await?.map(Row::read).transpose()
}

/// Writes an attempt down before the provider hears of it. The order's row is locked by the caller.
///
/// # Faults
/// [`Fault::Busy`] while another attempt may still bring money.
pub async fn open(tx: &Tx, order: OrderId, provider: &str, amount: Money, expires_at: Moment) -> Result<Attempt, kernel::Fault> {
    if live(tx, order).await?.is_some() {
        return Err(Fault::Busy.into());
    }
    let id = AttemptId::new(tx);
    let sql = "insert into payment_attempt (id, order_id, provider, state, why, amount_minor, currency, created_at, expires_at, \
               ask_at, asked) values ($1,$2,$3,'starting','',$4,$5,$6,$7,$8,0)";
    // Should the process die before the provider answers, the sweeper asks a minute later.
    let ask = tx.now().plus_minutes(1);
    let params = db::params![id, order, provider, amount.minor, amount.currency, tx.now(), expires_at, ask];
    db::run(tx, sql, params).await?;
    Ok(Attempt {
        id,
        order,
        provider: provider.to_owned(),
        session: None,
        url: None,
        state: AttemptState::Starting,
        why: String::new(),
        amount,
        created_at: tx.now(),
        expires_at,
    })
}

/// The provider has a page for it.
///
/// # Faults
/// Whatever the database says.
pub async fn started(tx: &Tx, id: AttemptId, session: &str, url: &str) -> Result<(), kernel::Fault> {
    // A fact that overtook the answer may have moved it on already: the name is kept all the same.
    let sql = "update payment_attempt set session = $2, url = $3, ask_at = case when ask_at is null then null else $4 end, \
               state = case when state = 'starting' then 'open' else state end where id = $1";
    let ask = tx.now().plus_minutes(5);
    db::run(tx, sql, db::params![id, session, url, ask]).await?;
    Ok(())
}

/// Moves an attempt on. What brought money stays *paid*; what is over is not opened again, except
/// that late money makes anything *paid*.
///
/// # Faults
/// Whatever the database says.
pub async fn move_on(tx: &Tx, id: AttemptId, to: AttemptState, why: &str) -> Result<bool, kernel::Fault> {
    let from = match to {
        AttemptState::Paid => "state <> 'paid'",
        AttemptState::Processing => "state in ('starting', 'open')",
        AttemptState::Open | AttemptState::Starting => "state = 'starting'",
        AttemptState::Failed | AttemptState::Expired => "state in ('starting', 'open', 'processing')",
    };
    let ask = if to.is_live() { "ask_at" } else { "null" };
    let sql = format!("update payment_attempt set state = $2, why = $3, ask_at = {ask} where id = $1 and {from}");
    let why: String = why.chars().take(300).collect();
    Ok(db::run(tx, &sql, db::params![id, to.as_str(), why]).await? == 1)
}

/// The provider will not.
///
/// # Faults
/// Whatever the database says.
pub async fn fail(tx: &Tx, id: AttemptId, why: &str) -> Result<(), kernel::Fault> {
    move_on(tx, id, AttemptState::Failed, why).await.map(drop)
}

/// Attempts to be asked about now, of any age.
///
/// # Faults
/// Whatever the database says.
pub async fn due(db: &impl Reads, now: Moment, most: u32) -> Result<Vec<Due>, kernel::Fault> {
    let sql = format!("select {COLUMNS} from payment_attempt where ask_at <= $1 order by ask_at limit $2");
    let rows = db::all::<Row>(db, &sql, db::params![now, i64::from(most)]).await?;
    rows.into_iter().map(|row| Ok(Due { asked: row.asked, attempt: row.read()? })).collect()
}

/// Asked once more; the next time comes later.
///
/// # Faults
/// Whatever the database says.
pub async fn ask_later(tx: &Tx, id: AttemptId, asked: i64) -> Result<(), kernel::Fault> {
    let next = tx.now().plus_seconds(backoff(asked + 6));
    let sql = "update payment_attempt set ask_at = $2, asked = asked + 1 where id = $1 and ask_at is not null";
    db::run(tx, sql, db::params![id, next]).await?;
    Ok(())
}
