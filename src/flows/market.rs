//! Where and how the shop sells: its first channel, its stock locations.

use serde_json::json;

use super::steps::market;
use crate::{
    channels::{self, Channel, NewChannel},
    kernel::{Actor, App, Fault, LocationId, Right, journal},
    stock::{self, NewLocation},
};

/// The first channel, opened when the shop has none: every command that touches a shop begins here.
///
/// # Faults
/// Whatever the database says.
pub async fn open(app: &App) -> Result<Channel, Fault> {
    if let Ok(channel) = channels::by_code(app.reader(), "default").await {
        return Ok(channel);
    }
    let tx = app.begin(&Actor::System).await?;
    let channel = market::found(&tx).await?;
    tx.commit().await?;
    Ok(channel)
}

/// Adds a stock location and lets the channel sell from it.
///
/// # Faults
/// `access.forbidden`; `stock.location_taken`.
pub async fn add_location(app: &App, actor: &Actor, channel: &Channel, code: &str, name: &str) -> Result<LocationId, Fault> {
    actor.may(Right::SettingsManage)?;
    let tx = app.begin(actor).await?;
    let position = i64::try_from(channel.locations.len()).unwrap_or(0);
    let id = stock::add_location(&tx, NewLocation { code: code.into(), name: name.into(), position }).await?;
    let mut now = channels::by_id(&tx, channel.id).await?;
    now.locations.push(id);
    let to = NewChannel {
        code: now.code,
        name: now.name,
        locales: now.locales,
        currency: now.currency,
        price_list: now.price_list,
        tax_display: now.tax_display,
        country: now.country,
        locations: now.locations,
        origins: now.origins,
    };
    channels::change(&tx, channel.id, to).await?;
    journal::note(&tx, "stock.location.added", Some(id.uuid()), json!({ "code": code })).await?;
    tx.commit().await?;
    Ok(id)
}
