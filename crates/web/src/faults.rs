//! Kind → status, once.

use poem::http::StatusCode;
use vitrina::kernel::{Fault, Kind};

/// The status of a fault's answer; a guest who is refused is asked to sign in.
pub fn status(fault: &Fault) -> StatusCode {
    match fault.kind {
        Kind::NotFound => StatusCode::NOT_FOUND,
        // What stands in the address cannot be mended by a person at a form.
        Kind::Invalid if matches!(fault.code, "api.parameter_unknown") => StatusCode::BAD_REQUEST,
        Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::Conflict if fault.code == "api.stale" => StatusCode::PRECONDITION_FAILED,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::Forbidden if matches!(fault.code, "access.sign_in" | "api.key_missing" | "api.key_unknown") => {
            StatusCode::UNAUTHORIZED
        }
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Kind::Bug => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Logs what is ours to mend; the rest is the visitor's everyday life.
pub fn log(fault: &Fault, path: &str) {
    match fault.kind {
        Kind::Bug => tracing::error!(%fault, path, "a request failed"),
        Kind::Unavailable => tracing::warn!(%fault, path, "something is out of reach"),
        _ => tracing::debug!(%fault, path, "refused"),
    }
}
