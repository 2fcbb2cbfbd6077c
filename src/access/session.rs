//! Sessions: who is signed in. The cookie holds the token, the database its hash.

use serde::Serialize;

use super::teams;
use crate::kernel::{self, Actor, Locale, Moment, PartyId, Reads, SessionId, StaffActor, Tx, UserId, db, token};

/// For whom a session is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    Staff(UserId),
    Customer(PartyId),
}

impl Whose {
    const fn ids(self) -> (Option<UserId>, Option<PartyId>) {
        match self {
            Self::Staff(user) => (Some(user), None),
            Self::Customer(party) => (None, Some(party)),
        }
    }
    /// How long an unused session lives.
    fn idle_end(self, now: Moment) -> Moment {
        match self {
            Self::Staff(_) => now.plus_hours(12),
            Self::Customer(_) => now.plus_days(30),
        }
    }
    /// When a session ends however much it is used.
    fn last_end(self, opened: Moment) -> Moment {
        match self {
            Self::Staff(_) => opened.plus_days(14),
            Self::Customer(_) => opened.plus_days(180),
        }
    }
}

/// A session just opened; the token is known here only.
#[derive(Clone, Debug)]
pub struct NewSession {
    pub token: String,
    pub expires_at: Moment,
}

/// Who holds a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    Staff { actor: StaffActor, locale: Locale },
    Customer(PartyId),
}

/// A valid session.
#[derive(Clone, Debug)]
pub struct SessionView {
    pub id: SessionId,
    pub holder: Holder,
    pub expires_at: Moment,
    /// Whether it was used long enough ago that it should be renewed.
    pub stale: bool,
}

impl SessionView {
    pub fn actor(&self) -> Actor {
        match &self.holder {
            Holder::Staff { actor, .. } => Actor::Staff(actor.clone()),
            Holder::Customer(party) => Actor::Customer(*party),
        }
    }
}

/// Opens a session. `agent` is the browser's own name, cut, so that people recognise their
/// sessions in the list.
///
/// # Faults
/// Whatever the database says.
pub async fn open_session(tx: &Tx, whose: Whose, agent: &str) -> Result<NewSession, kernel::Fault> {
    let secret = token::random(tx.app().entropy());
    let (staff, party) = whose.ids();
    let expires_at = whose.idle_end(tx.now());
    let agent: String = agent.chars().filter(|c| !c.is_control()).take(120).collect();
    let sql = "insert into session (token_hash, id, staff, party, agent, created_at, seen_at, expires_at) \
               values ($1,$2,$3,$4,$5,$6,$6,$7)";
    let id = SessionId::new(tx);
    db::run(tx, sql, db::params![token::hash(&secret), id, staff, party, agent, tx.now(), expires_at]).await?;
    if let Some(user) = staff {
        db::run(tx, "update staff_user set seen_at = $2 where id = $1", db::params![user, tx.now()]).await?;
    }
    Ok(NewSession { token: secret, expires_at })
}

struct Row {
    id: SessionId,
    staff: Option<UserId>,
    party: Option<PartyId>,
    seen_at: Moment,
    expires_at: Moment,
    name: Option<String>,
    role: Option<String>,
    locale: Option<String>,
}
db::record!(Row { id, staff, party, seen_at, expires_at, name, role, locale });

/// The session that a token opens, unless it ended or its holder left. One read; a lead's team is another.
///
/// # Faults
/// Whatever the database says.
pub async fn session(db: &impl Reads, token: &str, now: Moment) -> Result<Option<SessionView>, kernel::Fault> {
    let sql = "select s.id, s.staff, s.party, s.seen_at, s.expires_at, u.name, u.role, u.locale \
               from session s left join staff_user u on u.id = s.staff and u.active \
               where s.token_hash = $1 and s.expires_at > $2 and (s.staff is null or u.id is not null)";
    let Some(row) = db::opt::<Row>(db, sql, db::params![token::hash(token), now]).await? else { return Ok(None) };
    let holder = match (row.staff, row.party) {
        (Some(user), _) => {
            let role = row.role.unwrap_or_default().parse().map_err(kernel::Fault::bug)?;
            let team = teams::led_by(db, user, role).await?;
            let actor = StaffActor { user, name: row.name.unwrap_or_default(), role, team };
            Holder::Staff { actor, locale: row.locale.unwrap_or_default().parse().unwrap_or(Locale::EN) }
        }
        (None, Some(party)) => Holder::Customer(party),
        (None, None) => return Ok(None),
    };
    let stale = row.seen_at.plus_minutes(10) < now;
    Ok(Some(SessionView { id: row.id, holder, expires_at: row.expires_at, stale }))
}

/// Moves the end of a session that is in use. A write, so it is asked for only when the session
/// is stale.
///
/// # Faults
/// Whatever the database says.
pub async fn renew_session(tx: &Tx, view: &SessionView) -> Result<(), kernel::Fault> {
    let whose = match &view.holder {
        Holder::Staff { actor, .. } => Whose::Staff(actor.user),
        Holder::Customer(party) => Whose::Customer(*party),
    };
    let opened: Option<Moment> = db::scalar(tx, "select created_at from session where id = $1", db::params![view.id]).await?;
    let Some(opened) = opened else { return Ok(()) };
    let end = whose.idle_end(tx.now()).min(whose.last_end(opened));
    db::run(tx, "update session set seen_at = $2, expires_at = $3 where id = $1", db::params![view.id, tx.now(), end]).await?;
    if let Whose::Staff(user) = whose {
        db::run(tx, "update staff_user set seen_at = $2 where id = $1", db::params![user, tx.now()]).await?;
    }
    Ok(())
}

/// Ends the session of a token.
///
/// # Errors
/// Whatever the database says.
pub async fn close_session(tx: &Tx, token: &str) -> Result<(), sea_orm::DbErr> {
    db::run(tx, "delete from session where token_hash = $1", db::params![token::hash(token)]).await.map(drop)
}

/// Ends all sessions of somebody, but for `except` (the one in which they asked for it).
///
/// # Errors
/// Whatever the database says.
pub async fn close_sessions(tx: &Tx, whose: Whose, except: Option<SessionId>) -> Result<u64, sea_orm::DbErr> {
    let (staff, party) = whose.ids();
    let keep = except.map_or_else(uuid::Uuid::nil, |id| id.uuid());
    match (staff, party) {
        (Some(user), _) => db::run(tx, "delete from session where staff = $1 and id <> $2", db::params![user, keep]).await,
        (_, party) => db::run(tx, "delete from session where party = $1 and id <> $2", db::params![party, keep]).await,
    }
}

/// A session in the list of one's own.
#[derive(Clone, Debug, Serialize)]
pub struct SessionRow {
    pub id: SessionId,
    pub agent: String,
    pub created_at: Moment,
    pub seen_at: Moment,
    pub expires_at: Moment,
}
db::record!(SessionRow { id, agent, created_at, seen_at, expires_at });

/// Somebody's own sessions, last used first.
///
/// # Faults
/// Whatever the database says.
pub async fn sessions(db: &impl Reads, whose: Whose, now: Moment) -> Result<Vec<SessionRow>, kernel::Fault> {
    let (staff, party) = whose.ids();
    let sql = "select id, agent, created_at, seen_at, expires_at from session \
               where (staff = $1 or party = $2) and expires_at > $3 order by seen_at desc, id desc limit 100";
    Ok(db::all(db, sql, db::params![staff, party, now]).await?)
}

/// Drops sessions that ended, a thousand at a time.
///
/// # Errors
/// Whatever the database says.
pub async fn sweep_sessions(tx: &Tx) -> Result<u64, sea_orm::DbErr> {
    let sql = "delete from session where token_hash in \
               (select token_hash from session where expires_at <= $1 order by expires_at limit 1000)";
    db::run(tx, sql, db::params![tx.now()]).await
}
