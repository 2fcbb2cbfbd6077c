//! Where and how the shop sells: its first channel, its stock locations.

use serde_json::json;

use super::steps::market;
use crate::{
    channels::{self, Channel, NewChannel},
    kernel::{Actor, App, ChannelId, Fault, LocationId, Right, journal},
    pricing::{self, Progressive},
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
    let mut to = as_it_is(channels::by_id(&tx, channel.id).await?);
    to.locations.push(id);
    channels::change(&tx, channel.id, to).await?;
    journal::note(&tx, "stock.location.added", Some(id.uuid()), json!({ "code": code })).await?;
    tx.commit().await?;
    Ok(id)
}

fn as_it_is(now: Channel) -> NewChannel {
    NewChannel {
        code: now.code,
        name: now.name,
        locales: now.locales,
        currency: now.currency,
        price_list: now.price_list,
        tax_display: now.tax_display,
        country: now.country,
        locations: now.locations,
        origins: now.origins,
    }
}

/// What the office changes of a channel.
#[derive(Clone, Debug)]
pub struct ChannelEdit {
    pub name: String,
    /// Sites that may call its store API.
    pub origins: Vec<String>,
    /// How further cuts of a running reduction are judged in its price list; `None` leaves it.
    pub progressive: Option<Progressive>,
    /// Whether those who agreed on prices pay a lower one that everybody has for a while; `None` leaves it.
    pub best_price: Option<bool>,
}

/// Changes a channel.
///
/// # Faults
/// `access.forbidden`; `channels.not_found`, `channels.bad_origin`, `form.empty` without a name.
pub async fn edit_channel(app: &App, actor: &Actor, id: ChannelId, to: ChannelEdit) -> Result<(), Fault> {
    actor.may(Right::SettingsManage)?;
    let ChannelEdit { name, origins, progressive, best_price } = to;
    if name.trim().is_empty() {
        return Err(Fault::invalid("name", "form.empty"));
    }
    let tx = app.begin(actor).await?;
    let now = as_it_is(channels::by_id(&tx, id).await?);
    if let Some(progressive) = progressive {
        pricing::set_progressive(&tx, now.price_list, progressive).await?;
    }
    if let Some(best) = best_price {
        channels::set_best_price(&tx, id, best).await?;
    }
    channels::change(&tx, id, NewChannel { name: name.trim().to_owned(), origins, ..now }).await?;
    journal::note(&tx, "channels.changed", Some(id.uuid()), json!({ "best_price": best_price })).await?;
    tx.commit().await
}

/// Gives a channel another publishable key; programs that hold the old one are turned away.
///
/// # Faults
/// `access.forbidden`; `channels.not_found`.
pub async fn renew_key(app: &App, actor: &Actor, id: ChannelId) -> Result<String, Fault> {
    actor.may(Right::SettingsManage)?;
    let tx = app.begin(actor).await?;
    let key = channels::renew_key(&tx, id).await?;
    journal::note(&tx, "channels.key_renewed", Some(id.uuid()), json!({})).await?;
    tx.commit().await?;
    Ok(key)
}
