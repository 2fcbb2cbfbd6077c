//! Keys with which other programs come in.

use std::process::ExitCode;

use vitrina::{
    access::{self, KeyKind, NewKey},
    flows,
    kernel::{Actor, ApiKeyId, Right},
};

use crate::{config::Config, wire};

/// Makes a secret key and says it once.
///
/// # Errors
/// Names the scope that there is not, and those that there are.
pub async fn create(config: &Config, name: String, scopes: &[String]) -> anyhow::Result<ExitCode> {
    let known = || Right::ALL.iter().map(|r| r.scope()).collect::<Vec<_>>().join(", ");
    let read =
        |scope: &String| scope.parse::<Right>().map_err(|_| anyhow::anyhow!("there is no scope {scope}; there are {}", known()));
    let rights = scopes.iter().map(read).collect::<anyhow::Result<_>>()?;
    let app = wire::open(config).await?;
    let new = NewKey { name, kind: KeyKind::Secret, rights, channel: None };
    let made = flows::staff::create_key(&app, &Actor::System, new).await;
    app.database().close().await;
    println!("{}", made?.secret);
    Ok(ExitCode::SUCCESS)
}

/// # Errors
/// Whatever the database says.
pub async fn list(config: &Config) -> anyhow::Result<ExitCode> {
    let app = wire::open(config).await?;
    let keys = access::keys(app.reader(), &Actor::System.scope(Right::SettingsManage)?).await;
    app.database().close().await;
    for key in keys? {
        let state = if key.revoked_at.is_some() { "revoked" } else { "active" };
        println!("{}  {state:7}  {}…  {}  ({})", key.id, key.hint, key.name, key.rights.join(", "));
    }
    Ok(ExitCode::SUCCESS)
}

/// # Errors
/// When there is no such key, or it was revoked before.
pub async fn revoke(config: &Config, id: &str) -> anyhow::Result<ExitCode> {
    let key: ApiKeyId = id.parse().map_err(|_| anyhow::anyhow!("{id} is not the id of a key; `vitrina keys list` says them"))?;
    let app = wire::open(config).await?;
    let revoked = flows::staff::revoke_key(&app, &Actor::System, key).await;
    app.database().close().await;
    revoked?;
    println!("The key {key} opens nothing any more.");
    Ok(ExitCode::SUCCESS)
}
