//! Teams of staff: made, named, taken away, and who belongs to them.

use serde_json::json;

use crate::{
    access,
    kernel::{Actor, App, Fault, Right, TeamId, UserId, journal},
};

/// # Faults
/// `access.forbidden`, `access.name_missing`, `access.team_taken`.
pub async fn add(app: &App, actor: &Actor, name: &str) -> Result<TeamId, Fault> {
    actor.may(Right::UsersManage)?;
    let tx = app.begin(actor).await?;
    let id = access::add_team(&tx, name).await?;
    journal::note(&tx, "access.team.added", Some(id.uuid()), json!({})).await?;
    tx.commit().await?;
    Ok(id)
}

/// # Faults
/// `access.forbidden`, `access.name_missing`, `access.team_taken`, `access.team_not_found`.
pub async fn rename(app: &App, actor: &Actor, team: TeamId, name: &str) -> Result<(), Fault> {
    actor.may(Right::UsersManage)?;
    let tx = app.begin(actor).await?;
    access::rename_team(&tx, team, name).await?;
    journal::note(&tx, "access.team.renamed", Some(team.uuid()), json!({})).await?;
    tx.commit().await
}

/// Takes a team away; its people stay, without one.
///
/// # Faults
/// `access.forbidden`, `access.team_not_found`.
pub async fn remove(app: &App, actor: &Actor, team: TeamId) -> Result<(), Fault> {
    actor.may(Right::UsersManage)?;
    let tx = app.begin(actor).await?;
    access::drop_team(&tx, team).await?;
    journal::note(&tx, "access.team.removed", Some(team.uuid()), json!({})).await?;
    tx.commit().await
}

/// Puts somebody into a team, or into none. A lead reaches the new people with their next click: who
/// belongs to a team is read with every request.
///
/// # Faults
/// `access.forbidden`, `access.staff_not_found`, `access.team_not_found`.
pub async fn put(app: &App, actor: &Actor, user: UserId, team: Option<TeamId>) -> Result<(), Fault> {
    actor.may(Right::UsersManage)?;
    let tx = app.begin(actor).await?;
    access::set_team(&tx, user, team).await?;
    journal::note(&tx, "access.staff.team_changed", Some(user.uuid()), json!({ "team": team })).await?;
    tx.commit().await
}
