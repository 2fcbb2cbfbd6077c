//! Files under addresses that carry their content's hash: they may be kept for a year.

use poem::{Body, Request, Response, http::StatusCode};
use vitrina::{flows, kernel::Fault};

use crate::site::Site;

type Answer = Result<Response, Fault>;

const FOREVER: &str = "public, max-age=31536000, immutable";

fn lost() -> Fault {
    Fault::not_found("page.not_found")
}

/// `/assets/HASH/PATH`: the theme's own files.
pub async fn asset(site: Site, req: Request) -> Answer {
    let path = req.raw_path_param("path").unwrap_or_default();
    let (hash, name) = path.split_once('/').ok_or_else(lost)?;
    let asset = site.stage().asset(name).ok_or_else(lost)?;
    // An old page may ask for the former file; it gets today's, which must not be kept for long.
    let current = asset.url.split('/').nth(2) == Some(hash);
    let keep = if current { FOREVER } else { "public, max-age=60" };
    let answer = Response::builder().content_type(asset.content_type).header("cache-control", keep);
    let body = bytes::Bytes::copy_from_slice(&asset.bytes);
    Ok(answer.header("x-content-type-options", "nosniff").body(Body::from_bytes(body)))
}

/// `/media/HASH/640.webp`: a picture in one of its sizes, made when first asked for;
/// `/media/HASH/name.pdf`: a document.
pub async fn media(site: Site, req: Request) -> Answer {
    let hash = req.raw_path_param("hash").unwrap_or_default().to_owned();
    let file = req.raw_path_param("file").unwrap_or_default().to_owned();
    let answer = Response::builder().header("cache-control", FOREVER).header("x-content-type-options", "nosniff");
    if let Some(width) = file.strip_suffix(".webp").and_then(|w| w.parse::<u32>().ok()) {
        let bytes = flows::media::picture(site.app(), &hash, width).await?;
        return Ok(answer.content_type("image/webp").body(bytes));
    }
    let bytes = flows::media::document(site.app(), &hash).await?;
    let kind = if file.ends_with(".pdf") { "application/pdf" } else { "text/plain; charset=utf-8" };
    // A document is looked at, never run: no script of its own has any right here.
    Ok(answer.content_type(kind).header("content-security-policy", "default-src 'none'; sandbox").body(bytes))
}

pub async fn favicon(site: Site, _: Request) -> Answer {
    match site.stage().asset("img/mark.svg") {
        Some(asset) => Ok(Response::builder().status(StatusCode::FOUND).header("location", asset.url).finish()),
        None => Err(lost()),
    }
}
