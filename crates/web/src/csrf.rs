//! A form is accepted only from a page that we made.
//!
//! With a session, every form carries a token derived from it. Without one (signing in, a
//! guest's first cart) there is no cookie to abuse yet, and the browser's own word about where
//! the form came from must do.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use poem::Request;
use sha2::Sha256;
use vitrina::kernel::token;

/// Names the field in forms.
pub const FIELD: &str = "csrf";

/// The token of a session: derived, so nothing is stored, and useless for guessing the session.
pub fn of(session: &str) -> String {
    // HMAC takes keys of any length; this cannot fail.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(session.as_bytes()) else { return String::new() };
    mac.update(b"vitrina form 1");
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

/// Whether a form's token belongs to the session, in constant time.
pub fn holds(session: &str, given: &str) -> bool {
    !given.is_empty() && token::same(&of(session), given)
}

/// Whether the browser says that the request comes from our own pages. Browsers always say it
/// with a POST; a program that says nothing carries no cookies of a victim either.
pub fn same_origin(req: &Request) -> bool {
    if let Some(site) = req.header("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = req.header("origin") else { return true };
    let host = req.header("host").unwrap_or_default();
    origin.split_once("://").is_some_and(|(_, from)| from.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_belongs_to_one_session() {
        let form = of("session-a");
        assert!(holds("session-a", &form));
        assert!(!holds("session-b", &form));
        assert!(!holds("session-a", ""));
    }

    #[test]
    fn other_sites_are_refused() {
        let from =
            |name: &str, value: &str| same_origin(&Request::builder().header("host", "shop.test").header(name, value).finish());
        assert!(from("sec-fetch-site", "same-origin"));
        assert!(!from("sec-fetch-site", "cross-site"));
        assert!(from("origin", "https://shop.test"));
        assert!(!from("origin", "https://evil.test"));
        assert!(!from("origin", "null"));
    }
}
