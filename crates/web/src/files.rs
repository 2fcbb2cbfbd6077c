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
    private(file.mime, &file.name).body(file.bytes.to_vec())
}

/// A period's papers.
///
/// # Faults
/// What goes wrong at once; what goes wrong later breaks the file off.
pub async fn zip(pack: Pack) -> Result<Response, Fault> {
    let name = pack.file_name();
    Ok(private("application/zip", &name).body(archive(pack).await?))
}

/// The bytes of an archive, as fast as they are taken: a slow line holds no more than one piece.
///
/// # Faults
/// Those of the first piece, which is awaited so that they can be said.
pub async fn archive(mut pack: Pack) -> Result<Body, Fault> {
    let first = pack.next().await?.unwrap_or_default();
    Ok(Body::from_bytes_stream(pieces(first, pack)))
}

fn private(mime: &str, name: &str) -> poem::ResponseBuilder {
    Response::builder()
        .status(StatusCode::OK)
        .content_type(mime)
        .header("content-disposition", format!("attachment; filename=\"{name}\""))
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
