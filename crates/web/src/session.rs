//! Cookies: few, each with one purpose, none before there is something to remember.

use poem::{
    Request,
    http::{HeaderValue, header},
};

/// Staff: a session of the office.
pub const OFFICE: &str = "vitrina_office";
/// One sentence for the next page of the office.
pub const OFFICE_FLASH: &str = "vitrina_office_flash";
/// Language and colours of the office.
pub const OFFICE_LOOK: &str = "vitrina_office_look";

/// How long the browser keeps a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Until the browser closes.
    Session,
    Days(u32),
    Forget,
}

/// The value of a cookie that came with the request.
pub fn cookie<'a>(req: &'a Request, name: &str) -> Option<&'a str> {
    req.headers()
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name && !value.is_empty()).then_some(value))
}

/// A `Set-Cookie` line: out of reach of scripts, not sent along from other sites' forms.
/// Values are ours and URL-safe; anything else is dropped rather than smuggled into the header.
pub fn set_cookie(name: &str, value: &str, path: &str, keep: Keep, secure: bool) -> Option<HeaderValue> {
    let age = match keep {
        Keep::Session => String::new(),
        Keep::Days(days) => format!("; Max-Age={}", u64::from(days) * 86_400),
        Keep::Forget => "; Max-Age=0".to_owned(),
    };
    let secure = if secure { "; Secure" } else { "" };
    let plain = value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~=".contains(&b));
    plain.then(|| HeaderValue::from_str(&format!("{name}={value}; Path={path}; HttpOnly; SameSite=Lax{age}{secure}")).ok())?
}

/// Whether the person's browser speaks https to us, also through a proxy that says so.
pub fn is_https(req: &Request) -> bool {
    let proxied = req.header("x-forwarded-proto").is_some_and(|p| p.eq_ignore_ascii_case("https"));
    proxied || req.scheme() == &poem::http::uri::Scheme::HTTPS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let req = Request::builder().header("cookie", "a=1; vitrina_office=tok-en_1; b=").finish();
        assert_eq!(cookie(&req, OFFICE), Some("tok-en_1"));
        assert_eq!(cookie(&req, "b"), None);
        assert_eq!(cookie(&req, "vitrina"), None);
    }

    #[test]
    fn a_cookie_is_kept_from_scripts_and_other_sites() {
        let line = set_cookie(OFFICE, "x", "/office", Keep::Days(1), true).unwrap();
        assert_eq!(line, "vitrina_office=x; Path=/office; HttpOnly; SameSite=Lax; Max-Age=86400; Secure");
        assert_eq!(set_cookie(OFFICE, "x; Domain=evil", "/", Keep::Session, false), None);
    }
}
