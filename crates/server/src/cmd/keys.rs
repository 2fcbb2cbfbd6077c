//! Keys with which other programs come in, and the web pages that may use the public one.

use std::process::ExitCode;

use vitrina::{
    access::{self, KeyKind, NewKey},
    channels,
    flows::{self, market::ChannelEdit},
    kernel::{Actor, ApiKeyId, App, Fault, Right},
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

/// # Errors
/// Whatever the database says.
pub async fn channels(config: &Config) -> anyhow::Result<ExitCode> {
    let app = wire::open(config).await?;
    flows::market::open(&app).await?;
    let all = channels::all(app.reader()).await;
    app.database().close().await;
    for channel in all? {
        let origins = if channel.origins.is_empty() { "no foreign page".to_owned() } else { channel.origins.join(" ") };
        println!("{}  {}  {origins}", channel.code, channel.publishable_key);
    }
    Ok(ExitCode::SUCCESS)
}

/// Lets web pages of an origin use the channel's key, or no longer.
///
/// # Errors
/// When there is no such channel, or the text is no origin.
pub async fn allow(config: &Config, code: &str, origin: &str, wanted: Wanted) -> anyhow::Result<ExitCode> {
    let app = wire::open(config).await?;
    flows::market::open(&app).await?;
    let changed = set(&app, code, origin, wanted).await;
    app.database().close().await;
    let origins = changed.map_err(|fault| match fault.code {
        "channels.bad_origin" => anyhow::anyhow!("{origin} is no origin; write https://shop.example.com, without a path"),
        "channels.not_found" => anyhow::anyhow!("there is no channel {code}; `vitrina channels list` says them"),
        _ => fault.into(),
    })?;
    let origins = if origins.is_empty() { "no foreign page".to_owned() } else { origins.join(" ") };
    println!("The key of channel {code} may be used by {origins}.");
    Ok(ExitCode::SUCCESS)
}

/// Whether the pages of an origin are to be let in.
#[derive(Clone, Copy, PartialEq)]
pub enum Wanted {
    In,
    Out,
}

async fn set(app: &App, code: &str, origin: &str, wanted: Wanted) -> Result<Vec<String>, Fault> {
    let channel = channels::by_code(app.reader(), code).await?;
    let origin = channels::normalised(origin)?;
    let mut origins = channel.origins;
    origins.retain(|known| *known != origin);
    if wanted == Wanted::In {
        origins.push(origin);
    }
    let to = ChannelEdit { name: channel.name.clone(), origins, progressive: None, best_price: None };
    flows::market::edit_channel(app, &Actor::System, channel.id, to).await?;
    Ok(channels::by_code(app.reader(), code).await?.origins)
}
