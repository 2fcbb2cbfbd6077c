//! The currency that prices are read in.

use poem::Response;
use vitrina::{channels, kernel::Fault};

use super::visit::Visit;
use crate::{render, site::Site};

/// Reads prices in another currency from now on, and goes back to where the visitor was.
pub async fn choose(_: Site, visit: Visit) -> Result<Response, Fault> {
    let wanted = visit.form.get("currency");
    let channel = &visit.lately.channel;
    let chosen = wanted.parse().ok().filter(|currency| channel.in_currency(*currency).is_some());
    let chosen = chosen.ok_or_else(|| channels::Fault::NoCurrency(wanted.to_owned()))?;
    let home = format!("/{}/", visit.locale);
    let back = Some(visit.form.get("back")).filter(|path| path.starts_with(&home) && !path.contains(['\\', '\r', '\n']));
    Ok(visit.with_currency(render::see_other(back.unwrap_or(&home)), Some(chosen)))
}
