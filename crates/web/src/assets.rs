//! Stylesheets, scripts and fonts under addresses that carry their content's hash.

use poem::{
    IntoResponse, Request, Response, handler,
    http::{StatusCode, header},
    web::Data,
};
use vitrina::stage::Stage;

/// `/assets/HASH/PATH`. An old hash is answered with today's file, but not kept: the page that
/// named it was made before the last start.
#[handler]
pub fn asset(req: &Request, stage: Data<&Stage>) -> Response {
    let path = req.raw_path_param("path").unwrap_or_default();
    let Some(asset) = stage.asset(path) else { return StatusCode::NOT_FOUND.into_response() };
    let current = asset.url == req.original_uri().path();
    let keep = if current { "public, max-age=31536000, immutable" } else { "no-cache" };
    if current && req.headers().contains_key(header::IF_NONE_MATCH) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    Response::builder()
        .content_type(asset.content_type)
        .header("cache-control", keep)
        .header("x-content-type-options", "nosniff")
        .header("etag", format!("\"{}\"", req.raw_path_param("hash").unwrap_or_default()))
        .body(asset.bytes.to_vec())
}
