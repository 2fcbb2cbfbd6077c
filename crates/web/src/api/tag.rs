//! Entity tags (RFC 9110 §8.8): what a client holds already is not sent again, and what it means
//! to change must still be what it has seen.

use std::hash::{DefaultHasher, Hash, Hasher};

use poem::{
    Body, Response,
    http::{Method, StatusCode, header},
};
use poem_openapi::types::ToJSON;
use vitrina::kernel::{Fault, Kind};

use super::Surface;

/// The tag of a representation. The language stands in it, since texts differ by it alone.
fn of(bytes: &[u8], locale: &str) -> String {
    let mut hasher = DefaultHasher::new();
    (bytes, locale).hash(&mut hasher);
    format!("\"{:016x}\"", hasher.finish())
}

/// Whether one of the tags of an `If-None-Match` or `If-Match` is this one, by weak comparison.
fn among(line: &str, tag: &str) -> bool {
    line.trim() == "*" || line.split(',').any(|t| t.trim().trim_start_matches("W/") == tag)
}

/// Tags a good answer to a reading; one that the client holds already shrinks to 304.
pub async fn tagged(
    mut response: Response,
    method: &Method,
    known: Option<&str>,
    (surface, locale): (Surface, &str),
) -> Response {
    // A file is streamed and not held to be hashed.
    let json = response.content_type().is_some_and(|kind| kind.starts_with("application/json"));
    if !matches!(*method, Method::GET | Method::HEAD) || response.status() != StatusCode::OK || !json {
        return response;
    }
    let Ok(bytes) = response.take_body().into_bytes().await else { return response };
    let tag = of(&bytes, locale);
    // The store's answers may be compressed on the way, byte for byte they are then another
    // thing; the office's tags are compared with what is there, never with bytes.
    let shown = if surface == Surface::Store { format!("W/{tag}") } else { tag.clone() };
    if let Ok(value) = shown.parse() {
        response.headers_mut().insert(header::ETAG, value);
    }
    if known.is_some_and(|line| among(line, &tag)) {
        response.set_status(StatusCode::NOT_MODIFIED);
        response.headers_mut().remove(header::CONTENT_TYPE);
        response.set_body(Body::empty());
    } else {
        response.set_body(bytes);
    }
    response
}

/// Before a write: what the client saw is what is there.
///
/// # Faults
/// `api.stale`, a 412, when it is not.
pub fn unchanged(if_match: Option<&str>, now: &impl ToJSON, locale: &str) -> Result<(), Fault> {
    match if_match {
        Some(line) if !among(line, &of(now.to_json_string().as_bytes(), locale)) => Err(Fault::new(Kind::Conflict, "api.stale")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_among_others_weak_or_strong() {
        let tag = of(b"x", "lt");
        assert!(among(&tag, &tag) && among(&format!("\"a\", W/{tag}"), &tag) && among("*", &tag));
        assert!(!among(&of(b"x", "en"), &tag) && !among("\"\"", &tag));
    }
}
