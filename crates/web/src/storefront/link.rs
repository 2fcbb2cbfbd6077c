//! A visit by a link from an offer: prices agreed with a customer, for whoever holds the link, and nothing
//! else of theirs. The token travels in the addresses of the shop until a cart begins, which remembers it.

use std::fmt::Write;

use poem::{
    Response,
    http::{HeaderValue, StatusCode, header},
};
use vitrina::{
    desk::{self, Meant},
    flows,
    kernel::{Fault, Moment, OfferId, Reader},
    sales::CartKey,
    showcase::{self, Found},
};

use super::visit::Visit;
use crate::site::Site;

/// The value of an address that carries the token.
pub const FIELD: &str = "for";

/// Places that are the same whoever looks, or belong to somebody: no token travels there.
const WITHOUT: &[&str] = &["account", "checkout", "order", "offer"];

/// For whose prices a visit is meant.
#[derive(Clone, Debug)]
pub struct Link {
    pub meant: Meant,
    /// The token of the address and its end; nothing where the cart remembers.
    token: Option<(String, Moment)>,
}

impl Link {
    /// What a visit by somebody who has not signed in is meant for: the newest link wins, then the cart.
    ///
    /// # Faults
    /// Whatever the database says.
    pub async fn read(db: &Reader, token: &str, cart: Option<&str>, now: Moment) -> Result<Option<Self>, Fault> {
        if !token.is_empty()
            && let Some((meant, until)) = desk::meant_by_link(db, token, now).await?
        {
            return Ok(Some(Self { meant, token: Some((token.to_owned(), until)) }));
        }
        let Some(cart) = cart else { return Ok(None) };
        Ok(desk::meant_by_cart(db, &CartKey::of(cart), now).await?.map(|meant| Self { meant, token: None }))
    }

    /// What a cart is to remember, where it does not yet.
    pub fn remembered(&self) -> Option<(OfferId, Moment)> {
        self.token.as_ref().map(|(_, until)| (self.meant.offer, *until))
    }

    /// The token, while it has to travel.
    pub fn token(&self) -> Option<&str> {
        self.token.as_ref().map(|(token, _)| token.as_str())
    }
}

/// Whether prices of the visitor's are shown there at all.
pub fn shows_prices(path: &str) -> bool {
    let place = path.split('/').nth(2).unwrap_or_default();
    matches!(place, "" | "c" | "p" | "search" | "cart" | "checkout")
}

/// What only a page that is rendered asks for, beside a product that such a link led to.
pub fn seen(visit: &Visit, slug: &str) -> String {
    let token = visit.link.as_ref().and_then(Link::token);
    token.map(|token| visit.url(&format!("p/{slug}/seen.css?{FIELD}={token}"))).unwrap_or_default()
}

/// The history learns that the product was looked at.
pub async fn note(site: Site, visit: Visit) -> Result<Response, Fault> {
    if let Some(token) = visit.link.as_ref().and_then(Link::token)
        && let Found::Here(found) = showcase::by_slug(site.app().reader(), &visit.part, &visit.glance(&site)).await?
    {
        flows::offers::looked(site.app(), &visit.actor(), token, found.card.product).await?;
    }
    Ok(Response::builder().content_type("text/css; charset=utf-8").header("cache-control", "no-store").body(""))
}

/// Sends an answer on its way: the addresses in it carry the token, no cache and no index keeps it. A theme
/// need not know of the token, and cannot forget it.
pub async fn carried(token: &str, locale: &str, mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex, nofollow"));
    headers.insert("referrer-policy", HeaderValue::from_static("same-origin"));
    if answer.status().is_redirection() {
        return moved(token, locale, answer);
    }
    let page = answer.content_type().is_some_and(|kind| kind.starts_with("text/html"));
    if !page {
        return answer;
    }
    match answer.take_body().into_string().await {
        Ok(html) => answer.set_body(within(&html, locale, token)),
        Err(_) => answer.set_status(StatusCode::INTERNAL_SERVER_ERROR),
    }
    answer
}

/// On to another page. Once something lies in a cart, the cart remembers.
fn moved(token: &str, locale: &str, mut answer: Response) -> Response {
    let to = answer.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default();
    let begun = to.split('?').next().is_some_and(|path| path.ends_with("/cart"));
    if !begun
        && let Some(to) = with(to, locale, token, "&")
        && let Ok(to) = HeaderValue::from_str(&to)
    {
        answer.headers_mut().insert(header::LOCATION, to);
    }
    answer
}

/// An address of the shop with the token; `None` where it is not wanted.
fn with(url: &str, locale: &str, token: &str, and: &str) -> Option<String> {
    // Another language is the same shop.
    let rest = url.strip_prefix('/')?;
    let (_, place) = rest.split_once('/').filter(|(first, _)| first.len() == locale.len())?;
    let (address, fragment) = match url.split_once('#') {
        Some((address, fragment)) => (address, Some(fragment)),
        None => (url, None),
    };
    let first = place.split(['/', '?', '#']).next().unwrap_or_default();
    let old = address.split_once('?').is_some_and(|(_, query)| query.split('&').any(|pair| pair.starts_with("for=")));
    if WITHOUT.contains(&first) || place.ends_with(".css") || old {
        return None;
    }
    let mark = if address.contains('?') { and } else { "?" };
    let fragment = fragment.map(|f| format!("#{f}")).unwrap_or_default();
    Some(format!("{address}{mark}{FIELD}={token}{fragment}"))
}

/// The page with the token in its links and forms. What names the page to others (canonical address,
/// alternates, structured data) is absolute and stays as it is.
fn within(html: &str, locale: &str, token: &str) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 8);
    let mut rest = html;
    while let Some(at) = rest.find("<a ").into_iter().chain(rest.find("<form ")).min() {
        let Some(end) = rest[at..].find('>').map(|end| at + end + 1) else { break };
        out.push_str(&rest[..at]);
        let tag = &rest[at..end];
        let form = tag.starts_with("<form");
        let name = if form { " action=\"" } else { " href=\"" };
        let value = tag.find(name).map(|from| from + name.len());
        let value = value.and_then(|from| Some((from, from + tag[from..].find('"')?)));
        let carried = value.and_then(|(from, to)| Some((from, to, with(&tag[from..to], locale, token, "&amp;")?)));
        match carried {
            // A form that is sent by its address loses what its address had.
            Some(_) if form && !tag.contains("method=\"post\"") => {
                let _ = write!(out, "{tag}<input type=\"hidden\" name=\"{FIELD}\" value=\"{token}\">");
            }
            Some((from, to, url)) => {
                let _ = write!(out, "{}{url}{}", &tag[..from], &tag[to..]);
            }
            None => out.push_str(tag),
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_forms_of_the_shop_carry_the_token_and_nothing_else_does() {
        let page = |html: &str| within(html, "lt", "T0-k_n");
        for (before, after) in [
            ("<a href=\"/lt/p/x\">", "<a href=\"/lt/p/x?for=T0-k_n\">"),
            (
                "<a class=\"b\" href=\"/lt/c/x?sort=-price&amp;page=2\">",
                "<a class=\"b\" href=\"/lt/c/x?sort=-price&amp;page=2&amp;for=T0-k_n\">",
            ),
            ("<a href=\"/en/\" rel=\"x\">", "<a href=\"/en/?for=T0-k_n\" rel=\"x\">"),
            ("<a href=\"/lt/search#found\">", "<a href=\"/lt/search?for=T0-k_n#found\">"),
            (
                "<form action=\"/lt/search\" role=\"search\">",
                "<form action=\"/lt/search\" role=\"search\"><input type=\"hidden\" name=\"for\" value=\"T0-k_n\">",
            ),
            ("<form method=\"post\" action=\"/lt/cart/add\">", "<form method=\"post\" action=\"/lt/cart/add?for=T0-k_n\">"),
        ] {
            assert_eq!(page(before), after);
        }
        for same in [
            "<link rel=\"canonical\" href=\"https://shop.example/lt/p/x\">",
            "<a href=\"https://elsewhere.example/lt/p/x\">",
            "<a href=\"//elsewhere.example/p/x\">",
            "<a href=\"mailto:a@b.lt\">",
            "<a href=\"#main\">",
            "<a href=\"/media/abc/1280.webp\">",
            "<a href=\"/lt/account/sign-in\">",
            "<a href=\"/lt/checkout\">",
            "<a href=\"/lt/offer/abc\">",
            "<a href=\"/lt/p/x?for=other\">",
            "<a name=\"x\">",
            "<a href=\"/lt/p/x",
        ] {
            assert_eq!(page(same), same);
        }
    }

    #[test]
    fn a_cart_that_began_needs_no_token() {
        let to = |url: &str| {
            let answer = crate::render::see_other(url);
            moved("T", "lt", answer).header("location").unwrap_or_default().to_owned()
        };
        assert_eq!(to("/lt/cart?added=1"), "/lt/cart?added=1");
        assert_eq!(to("/lt/p/new-slug"), "/lt/p/new-slug?for=T");
        assert_eq!(to("/lt/order/abc?done=1"), "/lt/order/abc?done=1");
    }
}
