//! The page around the page: menu, languages, footer, head.

use vitrina::{
    channels::Channel,
    kernel::{Fault, Locale},
    sales::{self, CartKey},
    showcase::Shelf,
    stage::letters::Sender,
};

use super::{
    link,
    pages::{Alternate, CurrencyChoice, Frame, Link, MenuEntry, Shop, Urls},
    visit::Visit,
};
use crate::site::{Lately, Site};

/// The frame of a page that anybody may see; nothing of the visitor is in it.
pub fn bare(site: &Site, locale: Locale, lately: &Lately, path: &str) -> Frame {
    let settings = site.app().settings();
    let legal = |code: &str| lately.legal.iter().find(|p| p.code == code).map_or_else(String::new, |p| p.url.clone());
    Frame {
        locale,
        path: path.to_owned(),
        title: String::new(),
        description: String::new(),
        canonical: String::new(),
        noindex: false,
        alternates: Vec::new(),
        image: String::new(),
        json_ld: Vec::new(),
        csrf: String::new(),
        flash: Vec::new(),
        faults: Vec::new(),
        wrong: std::collections::BTreeMap::new(),
        menu: lately.menu.iter().map(|shelf| entry(shelf, path)).collect(),
        cart_count: 0,
        signed_in: false,
        meant: false,
        seen: String::new(),
        currencies: currencies(&lately.channel),
        q: String::new(),
        urls: Urls::of(locale, &legal("returns"), &legal("terms"), &legal("privacy")),
        shop: Shop {
            sender: Sender::of(&settings, locale),
            hours: site.stage().text(locale, "shop.hours", &[]),
            motto: site.stage().text(locale, "shop.motto", &[]),
            // The footer leads to the statement on accessibility by itself.
            legal: lately
                .legal
                .iter()
                .filter(|p| p.code != "accessibility")
                .map(|p| Link { name: p.title.clone(), url: p.url.clone() })
                .collect(),
        },
    }
}

/// The switch of currencies; nothing where there is nothing to choose.
fn currencies(channel: &Channel) -> Vec<CurrencyChoice> {
    let offered = channel.offered();
    if offered.len() < 2 {
        return Vec::new();
    }
    offered.into_iter().map(|code| CurrencyChoice { code, current: code == channel.currency }).collect()
}

/// The frame with what belongs to this visitor: cart, login, form token.
///
/// # Faults
/// Whatever the database says.
pub async fn of(site: &Site, visit: &Visit, title: &str) -> Result<Frame, Fault> {
    let mut frame = bare(site, visit.locale, &visit.lately, &visit.path);
    frame.title = title.to_owned();
    frame.csrf = visit.csrf();
    frame.signed_in = visit.session.is_some();
    frame.meant = visit.link.is_some() && link::shows_prices(&visit.path);
    // Whatever such an address says, no index is to keep it.
    frame.noindex = visit.query.has(link::FIELD);
    if let Some(token) = visit.cart() {
        frame.cart_count = sales::count(site.app().reader(), &CartKey::of(token)).await?;
    }
    frame.alternates = same_path(site, visit);
    Ok(frame)
}

/// The frame of a page of one person: search engines stay outside.
///
/// # Faults
/// Whatever the database says.
pub async fn private(site: &Site, visit: &Visit, title: &str) -> Result<Frame, Fault> {
    let mut frame = of(site, visit, title).await?;
    frame.noindex = true;
    Ok(frame)
}

/// The same path in every language: pages without slugs.
fn same_path(site: &Site, visit: &Visit) -> Vec<Alternate> {
    let rest = visit.path.get(3..).unwrap_or("/");
    let url = |locale: Locale| format!("/{locale}{rest}");
    alternates(site, visit, visit.lately.channel.locales.iter().map(|l| (*l, url(*l))))
}

/// The switch of languages; a language without an address of its own leads to its home page.
pub fn alternates(site: &Site, visit: &Visit, known: impl Iterator<Item = (Locale, String)>) -> Vec<Alternate> {
    let known: Vec<(Locale, String)> = known.collect();
    let base = base(site, visit);
    let one = |locale: &Locale| {
        let url = known.iter().find(|(l, _)| l == locale).map_or_else(|| format!("/{locale}/"), |(_, url)| url.clone());
        Alternate {
            locale: *locale,
            name: site.stage().text(*locale, "language.own", &[]),
            absolute: format!("{base}{url}"),
            url,
            current: *locale == visit.locale,
        }
    };
    visit.lately.channel.locales.iter().map(one).collect()
}

/// Scheme and host of absolute addresses: the setting, else what the person typed.
pub fn base(site: &Site, visit: &Visit) -> String {
    let settings = site.app().settings();
    let set = settings.text("shop.url").trim_end_matches('/').to_owned();
    if set.is_empty() { visit.origin.clone() } else { set }
}

fn entry(shelf: &Shelf, path: &str) -> MenuEntry {
    MenuEntry {
        name: shelf.name.clone(),
        url: shelf.url.clone(),
        current: shelf.url == path || shelf.children.iter().any(|c| c.url == path),
        children: shelf.children.iter().map(|c| Link { name: c.name.clone(), url: c.url.clone() }).collect(),
    }
}
