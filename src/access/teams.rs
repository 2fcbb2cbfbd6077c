//! Teams: people who work together. A lead's rights reach their team.

use serde::Serialize;

use super::Fault;
use crate::kernel::{self, Reads, Role, TeamId, Tx, UserId, db};

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Team {
    pub id: TeamId,
    pub name: String,
}
db::record!(Team { id, name });

/// All teams, by name.
///
/// # Faults
/// Whatever the database says.
pub async fn teams(db: &impl Reads) -> Result<Vec<Team>, kernel::Fault> {
    Ok(db::all(db, "select id, name from team order by name, id", Vec::new()).await?)
}

/// # Faults
/// `access.name_missing`, `access.team_taken`.
pub async fn add_team(tx: &Tx, name: &str) -> Result<TeamId, kernel::Fault> {
    let id = TeamId::new(tx);
    let sql = "insert into team (id, name, created_at) values ($1,$2,$3) on conflict (name) do nothing";
    match db::run(tx, sql, db::params![id, tidy(name)?, tx.now()]).await? {
        0 => Err(Fault::TeamTaken.into()),
        _ => Ok(id),
    }
}

/// # Faults
/// `access.name_missing`, `access.team_taken`, `access.team_not_found`.
pub async fn rename_team(tx: &Tx, id: TeamId, name: &str) -> Result<(), kernel::Fault> {
    let name = tidy(name)?;
    let taken: Option<TeamId> = db::scalar(tx, "select id from team where name = $1", db::params![name.clone()]).await?;
    if taken.is_some_and(|other| other != id) {
        return Err(Fault::TeamTaken.into());
    }
    match db::run(tx, "update team set name = $2 where id = $1", db::params![id, name]).await? {
        0 => Err(Fault::TeamNotFound.into()),
        _ => Ok(()),
    }
}

/// Takes a team away; its people stay, without one.
///
/// # Faults
/// `access.team_not_found`.
pub async fn drop_team(tx: &Tx, id: TeamId) -> Result<(), kernel::Fault> {
    let sql = "update staff_user set team_id = null, changed_at = $2 where team_id = $1";
    db::run(tx, sql, db::params![id, tx.now()]).await?;
    match db::run(tx, "delete from team where id = $1", db::params![id]).await? {
        0 => Err(Fault::TeamNotFound.into()),
        _ => Ok(()),
    }
}

/// Puts somebody into a team, or into none.
///
/// # Faults
/// `access.staff_not_found`, `access.team_not_found`.
pub async fn set_team(tx: &Tx, user: UserId, team: Option<TeamId>) -> Result<(), kernel::Fault> {
    if let Some(team) = team {
        let known: Option<TeamId> = db::scalar(tx, "select id from team where id = $1", db::params![team]).await?;
        known.ok_or(Fault::TeamNotFound)?;
    }
    let sql = "update staff_user set team_id = $2, changed_at = $3 where id = $1";
    match db::run(tx, sql, db::params![user, team, tx.now()]).await? {
        0 => Err(Fault::StaffNotFound.into()),
        _ => Ok(()),
    }
}

/// The people of a team, also those who left: what they wrote is still the team's.
///
/// # Faults
/// Whatever the database says.
pub async fn of_team(db: &impl Reads, team: TeamId) -> Result<Vec<UserId>, kernel::Fault> {
    Ok(db::column(db, "select id from staff_user where team_id = $1 order by id", db::params![team]).await?)
}

/// Whom somebody's rights reach as their lead, themselves included; nobody for who leads none.
pub(super) async fn led_by(db: &impl Reads, user: UserId, role: Role) -> Result<Vec<UserId>, kernel::Fault> {
    if role != Role::Lead {
        return Ok(Vec::new());
    }
    let sql = "select u.id from staff_user u join staff_user me on me.team_id = u.team_id where me.id = $1 order by u.id";
    Ok(db::column(db, sql, db::params![user]).await?)
}

fn tidy(name: &str) -> Result<String, Fault> {
    let name: String = name.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(80).collect();
    if name.is_empty() { Err(Fault::NameMissing) } else { Ok(name) }
}
