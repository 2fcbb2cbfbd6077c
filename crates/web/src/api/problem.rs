//! Fault → `application/problem+json` (RFC 9457), in one place.

use std::fmt;

use poem::{
    Response,
    error::{MethodNotAllowedError, NotFoundError, ResponseError},
    http::{HeaderValue, StatusCode, header},
};
use poem_openapi::error::{AuthorizationError, ContentTypeError, ParseParamError, ParsePathError, ParseRequestPayloadError};
use serde::Serialize;
use vitrina::kernel::{Fault, Kind, Locale};

use super::Surface;
use crate::{faults, site::Site};

/// A fault on its way out of a handler.
#[derive(Debug)]
pub struct Refused(Fault);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl std::error::Error for Refused {}
impl ResponseError for Refused {
    fn status(&self) -> StatusCode {
        faults::status(&self.0)
    }
}

/// For `map_err` at a handler's end.
pub fn refused(fault: Fault) -> poem::Error {
    Refused(fault).into()
}

/// What the client reads.
#[derive(Debug, Serialize)]
struct Problem<'a> {
    /// Names the kind of problem; not an address to visit.
    r#type: String,
    title: String,
    status: u16,
    detail: String,
    /// The path that was asked.
    instance: &'a str,
    /// Stable, to be compared by programs.
    code: &'a str,
    errors: Vec<Slip>,
}

/// One wrong value.
#[derive(Debug, Serialize)]
struct Slip {
    /// RFC 6901, into the body that was sent; a parameter's name for parameters.
    pointer: String,
    code: String,
    message: String,
}

/// The answer to a fault.
pub fn of_fault(site: &Site, locale: Locale, (surface, path): (Surface, &str), fault: &Fault) -> Response {
    faults::log(fault, path);
    let slips = fault.all().filter_map(|f| {
        let field = f.field.as_deref()?;
        let pointer = match f.code {
            // What stands in the address or a header is no place in the body.
            "request.cursor_invalid" => "after".to_owned(),
            "request.key_reused" | "request.key_invalid" => "Idempotency-Key".to_owned(),
            "api.parameter_unknown" | "api.locale" => field.to_owned(),
            _ => format!("/{}", field.replace('~', "~0").replace('.', "/")),
        };
        Some(Slip { pointer, code: f.code.to_owned(), message: site.stage().fault(locale, f) })
    });
    let mut response =
        answer(site, locale, faults::status(fault), (path, fault.code, site.stage().fault(locale, fault)), slips.collect());
    if response.status() == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(surface.challenge()));
    }
    let seconds = fault.args.iter().find(|(name, _)| *name == "seconds").and_then(|(_, s)| s.parse().ok());
    if let (Kind::TooMany, Some(seconds)) = (fault.kind, seconds) {
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}

/// The answer to whatever came out of a handler, the router or the reading of a request.
pub fn of_error(site: &Site, locale: Locale, (surface, path): (Surface, &str), error: &poem::Error) -> Response {
    if let Some(Refused(fault)) = error.downcast_ref() {
        return of_fault(site, locale, (surface, path), fault);
    }
    let status = error.status();
    let (code, slip) = read(error);
    if status.is_server_error() {
        tracing::error!(%error, path, "a request failed");
    }
    let detail = site.stage().text(locale, &format!("fault.{code}"), &[]);
    let slips = slip.map(|(pointer, message)| Slip { pointer, code: code.to_owned(), message });
    answer(site, locale, status, (path, code, detail), slips.into_iter().collect())
}

/// The answer to a method that the address does not know.
pub fn of_method(site: &Site, locale: Locale, (surface, path): (Surface, &str), allowed: &str) -> Response {
    let error = poem::Error::from_status(StatusCode::METHOD_NOT_ALLOWED);
    let mut response = of_error(site, locale, (surface, path), &error);
    if let Ok(allowed) = allowed.parse() {
        response.headers_mut().insert(header::ALLOW, allowed);
    }
    response
}

/// The code of an error that is not ours, and what in the request it is about.
fn read(error: &poem::Error) -> (&'static str, Option<(String, String)>) {
    if let Some(e) = error.downcast_ref::<ParseParamError>() {
        return ("api.parameter", Some((e.name.to_owned(), e.reason.clone())));
    }
    if let Some(e) = error.downcast_ref::<ParsePathError>() {
        return ("api.parameter", Some((e.name.to_owned(), e.reason.clone())));
    }
    if let Some(e) = error.downcast_ref::<ParseRequestPayloadError>() {
        return ("api.body", Some((String::new(), e.reason.clone())));
    }
    let code = match error {
        e if e.is::<ContentTypeError>() => "api.media_type",
        e if e.is::<NotFoundError>() => "api.not_found",
        e if e.is::<MethodNotAllowedError>() => "api.method",
        e if e.is::<AuthorizationError>() => "api.bearer",
        e => match e.status() {
            StatusCode::NOT_FOUND => "api.not_found",
            StatusCode::METHOD_NOT_ALLOWED => "api.method",
            StatusCode::PAYLOAD_TOO_LARGE => "request.too_large",
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "api.media_type",
            status if status.is_client_error() => "api.malformed",
            _ => "bug",
        },
    };
    (code, None)
}

fn answer(
    site: &Site,
    locale: Locale,
    status: StatusCode,
    (path, code, detail): (&str, &str, String),
    errors: Vec<Slip>,
) -> Response {
    let problem = Problem {
        r#type: format!("urn:vitrina:problem:{code}"),
        title: site.stage().text(locale, &format!("api.status.{}", status.as_u16()), &[]),
        status: status.as_u16(),
        detail,
        instance: path,
        code,
        errors,
    };
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let response = Response::builder()
        .status(status)
        .header(header::CACHE_CONTROL, "no-store")
        .header(header::CONTENT_LANGUAGE, locale.as_str());
    response.content_type("application/problem+json").body(body)
}
