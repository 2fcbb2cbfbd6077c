//! Pages as answers, with the headers that keep them safe.

use poem::{Response, http::StatusCode};

/// Nothing inline, nothing foreign. `data:` pictures are the payment code and the empty favicon.
pub const CSP: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; \
    base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

/// A page. `cache` is the whole Cache-Control line.
pub fn html(status: StatusCode, body: String, cache: &'static str) -> Response {
    Response::builder()
        .status(status)
        .content_type("text/html; charset=utf-8")
        .header("content-security-policy", CSP)
        .header("x-content-type-options", "nosniff")
        .header("referrer-policy", "same-origin")
        .header("cache-control", cache)
        .body(body)
}

/// After a POST: go and look.
pub fn see_other(url: &str) -> Response {
    Response::builder().status(StatusCode::SEE_OTHER).header("location", url).header("cache-control", "no-store").finish()
}
