//! The people who work here.

use std::collections::HashMap;

use serde::Serialize;

use super::{Fault, teams};
use crate::kernel::{self, Locale, Moment, Reads, Role, Scope, StaffActor, TeamId, Tx, UserId, db};

/// A member of staff as the office shows them.
#[derive(Clone, Debug, Serialize)]
pub struct StaffView {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub team: Option<TeamId>,
    pub locale: Locale,
    pub active: bool,
    pub created_at: Moment,
    pub seen_at: Option<Moment>,
}

#[derive(Clone, Debug)]
pub struct NewStaff {
    /// Normalised ([`crate::parties::Email`]).
    pub email: String,
    pub name: String,
    pub role: Role,
    pub locale: Locale,
    /// From [`super::password::hash`].
    pub password_hash: String,
}

/// What signing in compares with.
#[derive(Clone, Debug)]
pub struct Credentials {
    pub user: UserId,
    pub active: bool,
    pub password_hash: String,
}

struct Row {
    id: UserId,
    email: String,
    name: String,
    role: String,
    team_id: Option<TeamId>,
    locale: Locale,
    active: bool,
    created_at: Moment,
    seen_at: Option<Moment>,
}
db::record!(Row { id, email, name, role, team_id, locale, active, created_at, seen_at });

const COLUMNS: &str = "id, email, name, role, team_id, locale, active, created_at, seen_at";

impl Row {
    fn view(self) -> Result<StaffView, kernel::Fault> {
        let role = self.role.parse().map_err(kernel::Fault::bug)?;
        let Self { id, email, name, team_id: team, locale, active, created_at, seen_at, .. } = self;
        Ok(StaffView { id, email, name, role, team, locale, active, created_at, seen_at })
    }
}

/// Takes somebody in.
///
/// # Faults
/// `access.email_taken`, `access.name_missing`.
pub async fn create_staff(tx: &Tx, new: NewStaff) -> Result<UserId, kernel::Fault> {
    let name = new.name.trim().to_owned();
    if name.is_empty() {
        return Err(Fault::NameMissing.into());
    }
    let id = UserId::new(tx);
    let sql = "insert into staff_user (id, email, name, role, password_hash, locale, active, created_at, changed_at) \
               values ($1,$2,$3,$4,$5,$6,$7,$8,$8) on conflict (email) do nothing";
    let params = db::params![id, new.email, name, new.role.as_str(), new.password_hash, new.locale, true, tx.now()];
    match db::run(tx, sql, params).await? {
        0 => Err(Fault::EmailTaken.into()),
        _ => Ok(id),
    }
}

/// What is needed to sign somebody in, by normalised address.
///
/// # Faults
/// Whatever the database says.
pub async fn credentials(db: &impl Reads, email: &str) -> Result<Option<Credentials>, kernel::Fault> {
    let sql = "select id, active, password_hash from staff_user where email = $1";
    let Some(row) = db::row(db, sql, db::params![email]).await? else { return Ok(None) };
    Ok(Some(Credentials {
        user: row.try_get_by_index(0)?,
        active: row.try_get_by_index(1)?,
        password_hash: row.try_get_by_index(2)?,
    }))
}

/// The stored hash of a member of staff who changes their own password.
///
/// # Faults
/// Whatever the database says.
pub async fn password_of(db: &impl Reads, user: UserId) -> Result<Option<String>, kernel::Fault> {
    Ok(db::scalar(db, "select password_hash from staff_user where id = $1", db::params![user]).await?)
}

/// An active member of staff as an actor.
///
/// # Faults
/// `access.staff_not_found`, also for somebody who left.
pub async fn member(db: &impl Reads, user: UserId) -> Result<StaffActor, kernel::Fault> {
    let sql = format!("select {COLUMNS} from staff_user where id = $1");
    let row: Option<Row> = db::opt(db, &sql, db::params![user]).await?;
    let view = row.filter(|r| r.active).ok_or(Fault::StaffNotFound)?.view()?;
    let team = teams::led_by(db, view.id, view.role).await?;
    Ok(StaffActor { user: view.id, name: view.name, role: view.role, team })
}

/// The ids of everybody with a role, also of those who left: what they wrote is still theirs.
///
/// # Faults
/// Whatever the database says.
pub async fn of_role(db: &impl Reads, role: Role) -> Result<Vec<UserId>, kernel::Fault> {
    Ok(db::column(db, "select id from staff_user where role = $1 order by id", db::params![role.as_str()]).await?)
}

/// Everybody, active ones first, by name.
///
/// # Faults
/// Whatever the database says.
pub async fn staff(db: &impl Reads, scope: &Scope) -> Result<Vec<StaffView>, kernel::Fault> {
    let sql = format!("select {COLUMNS} from staff_user order by active desc, name, id");
    let rows: Vec<Row> = db::all(db, &sql, Vec::new()).await?;
    rows.into_iter().filter(|r| scope.covers(Some(r.id))).map(Row::view).collect()
}

/// The names of all members of staff, also of those who left: history names them.
///
/// # Faults
/// Whatever the database says.
pub async fn names(db: &impl Reads) -> Result<HashMap<UserId, String>, kernel::Fault> {
    let rows = db::rows(db, "select id, name from staff_user", Vec::new()).await?;
    rows.iter()
        .map(|r| Ok((r.try_get_by_index(0)?, r.try_get_by_index(1)?)))
        .collect::<Result<_, sea_orm::DbErr>>()
        .map_err(Into::into)
}

/// Changes what somebody is.
///
/// # Faults
/// `access.staff_not_found`, `access.last_owner`.
pub async fn set_role(tx: &Tx, user: UserId, role: Role) -> Result<(), kernel::Fault> {
    let sql = "update staff_user set role = $2, changed_at = $3 where id = $1";
    change(tx, sql, db::params![user, role.as_str(), tx.now()]).await
}

/// Lets somebody in or keeps them out; their sessions are closed by the flow.
///
/// # Faults
/// `access.staff_not_found`, `access.last_owner`.
pub async fn set_active(tx: &Tx, user: UserId, active: bool) -> Result<(), kernel::Fault> {
    let sql = "update staff_user set active = $2, changed_at = $3 where id = $1";
    change(tx, sql, db::params![user, active, tx.now()]).await
}

/// Gives somebody a password; `hash` from [`super::password::hash`].
///
/// # Faults
/// `access.staff_not_found`.
pub async fn set_staff_password(tx: &Tx, user: UserId, hash: String) -> Result<(), kernel::Fault> {
    let sql = "update staff_user set password_hash = $2, changed_at = $3 where id = $1";
    match db::run(tx, sql, db::params![user, hash, tx.now()]).await? {
        0 => Err(Fault::StaffNotFound.into()),
        _ => Ok(()),
    }
}

/// Locks the owners first: two owners who dismiss each other at the same moment must not both
/// succeed.
async fn change(tx: &Tx, sql: &str, params: Vec<sea_orm::Value>) -> Result<(), kernel::Fault> {
    let lock = "update staff_user set changed_at = changed_at where role = 'owner' and active";
    let before = db::run(tx, lock, Vec::new()).await?;
    if db::run(tx, sql, params).await? == 0 {
        return Err(Fault::StaffNotFound.into());
    }
    let left: i64 =
        db::scalar(tx, "select count(*) from staff_user where role = 'owner' and active", Vec::new()).await?.unwrap_or(0);
    if before > 0 && left == 0 {
        return Err(Fault::LastOwner.into());
    }
    Ok(())
}
