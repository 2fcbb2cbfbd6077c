//! Files that are not for everybody: kept by no cache on the way.

use poem::{Response, http::StatusCode};
use vitrina::flows::documents::File;

/// A document to be saved under its number.
pub fn file(file: File) -> Response {
    Response::builder()
        .status(StatusCode::OK)
        .content_type(file.mime)
        .header("content-disposition", format!("attachment; filename=\"{}\"", file.name))
        .header("x-content-type-options", "nosniff")
        .header("cache-control", "private, no-store")
        .body(file.bytes.to_vec())
}
