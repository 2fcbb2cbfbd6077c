//! Files that are not for everybody: kept by no cache on the way.

use bytes::Bytes;
use futures_util::stream;
use poem::{Body, Response, http::StatusCode};
use vitrina::{
    flows::{archive::Pack, documents::File},
    kernel::Fault,
};

/// A document to be saved under its number.
pub fn file(file: File) -> Response {
    answer("attachment", file)
}

/// What somebody sent along: a picture is looked at, anything else is saved and opened by nothing of ours.
pub fn evidence(file: File) -> Response {
    answer(if file.mime == "image/webp" { "inline" } else { "attachment" }, file)
}

fn answer(way: &str, file: File) -> Response {
    private(file.mime, way, &file.name).body(file.bytes.to_vec())
}

/// A period's papers.
///
/// # Faults
/// What goes wrong at once; what goes wrong later breaks the file off.
pub async fn zip(pack: Pack) -> Result<Response, Fault> {
    let name = pack.file_name();
    Ok(private("application/zip", "attachment", &name).body(archive(pack).await?))
}

/// The bytes of an archive, as fast as they are taken: a slow line holds no more than one piece.
///
/// # Faults
/// Those of the first piece, which is awaited so that they can be said.
pub async fn archive(mut pack: Pack) -> Result<Body, Fault> {
    let first = pack.next().await?.unwrap_or_default();
    Ok(Body::from_bytes_stream(pieces(first, pack)))
}

fn private(mime: &str, way: &str, name: &str) -> poem::ResponseBuilder {
    Response::builder()
        .status(StatusCode::OK)
        .content_type(mime)
        .header("content-disposition", format!("{way}; {}", named(name)))
        .header("x-content-type-options", "nosniff")
        .header("cache-control", "private, no-store")
}

fn pieces(first: Vec<u8>, pack: Pack) -> impl stream::Stream<Item = Result<Bytes, std::io::Error>> + Send {
    stream::unfold((Some(first), Some(pack)), |(first, pack)| async move {
        if let Some(first) = first {
            return Some((Ok(Bytes::from(first)), (None, pack)));
        }
        let mut pack = pack?;
        match pack.next().await {
            Ok(Some(piece)) => Some((Ok(Bytes::from(piece)), (None, Some(pack)))),
            Ok(None) => None,
            Err(fault) => {
                // The answer has begun; whoever takes it sees a broken download.
                crate::faults::log(&fault, "archive");
                Some((Err(std::io::Error::other(fault.to_string())), (None, None)))
            }
        }
    })
}

/// A name as the header has it (RFC 6266): letters beyond ASCII in a field of their own.
fn named(name: &str) -> String {
    let plain = |c: char| c.is_ascii() && !c.is_ascii_control() && c != '"' && c != '\\';
    let ascii: String = name.chars().map(|c| if plain(c) { c } else { '_' }).collect();
    if ascii == name {
        return format!("filename=\"{name}\"");
    }
    let safe = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    let long: String = name.bytes().map(|b| if safe(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect();
    format!("filename=\"{ascii}\"; filename*=UTF-8''{long}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_end_its_header() {
        assert_eq!(named("VIT-000123.pdf"), "filename=\"VIT-000123.pdf\"");
        assert_eq!(named("kėdė.webp"), "filename=\"k_d_.webp\"; filename*=UTF-8''k%C4%97d%C4%97.webp");
        assert_eq!(named("a\"\r\nb.pdf"), "filename=\"a___b.pdf\"; filename*=UTF-8''a%22%0D%0Ab.pdf");
    }
}
