//! Links from an offer's goods into the shop: on its page, on paper and in its letter.

use crate::{
    kernel::{App, Fault, Locale, Moment, Settings, Tx, seal},
    offers::{self, DrawnItem, Invite, Version},
    stage::letters::home,
};

/// The token of a version's links; none once it is over. It holds as long as the version does.
pub(crate) async fn token(tx: &Tx, version: &Version, now: Moment) -> Result<Option<String>, Fault> {
    let invite = Invite { offer: version.offer, until: version.expires_at };
    if invite.until <= now {
        return Ok(None);
    }
    Ok(Some(invite.token(&seal::seal(tx, offers::PURPOSE).await?)))
}

/// The same where nothing is being written: on paper, in a letter. On paper it stands also when the version
/// is over, since the same paper is set again.
pub(crate) async fn printed(app: &App, version: &Version) -> Result<String, Fault> {
    let invite = Invite { offer: version.offer, until: version.expires_at };
    if let Some(seal) = seal::known(app.reader(), offers::PURPOSE).await? {
        return Ok(invite.token(&seal));
    }
    let tx = app.begin(&crate::kernel::Actor::System).await?;
    let seal = seal::seal(&tx, offers::PURPOSE).await?;
    tx.commit().await?;
    Ok(invite.token(&seal))
}

/// The page of a row's goods below the shop's address and language, at the very variant.
pub(crate) fn page(item: &DrawnItem, token: Option<&str>) -> Option<String> {
    if item.slug.is_empty() {
        return None;
    }
    let sku = item.line.as_ref().map(|line| encoded(&line.sku)).filter(|sku| !sku.is_empty());
    let values = [sku.map(|sku| format!("v={sku}")), token.map(|token| format!("for={token}"))];
    let values: Vec<String> = values.into_iter().flatten().collect();
    let mark = if values.is_empty() { "" } else { "?" };
    Some(format!("p/{}{mark}{}", item.slug, values.join("&")))
}

/// The whole address, for what lies elsewhere; nothing where the shop does not know its own.
pub(crate) fn whole(settings: &Settings, locale: Locale, item: &DrawnItem, token: &str) -> Option<String> {
    let base = home(settings);
    base.starts_with("http").then(|| page(item, Some(token))).flatten().map(|page| format!("{base}/{locale}/{page}"))
}

fn encoded(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
