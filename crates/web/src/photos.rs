//! Forms with photos, from somebody whom nobody knows.

use poem::{FromRequest, Request, RequestBody};
use vitrina::kernel::{Fault, Kind};

use crate::forms::{Form, Upload};

/// A photo that a visitor sends may be so large, and all of them together.
const MOST_PHOTO: u64 = 10 << 20;
const MOST_PHOTOS: u64 = 60 << 20;
/// So much may be written in one field.
const MOST_WORDS: u64 = 1 << 20;
/// More parts than any form of ours has.
const MOST_PARTS: usize = 200;

/// A form with photos: what of them is wrong stands beside them, so that nothing typed is lost over it.
#[derive(Debug, Default)]
pub struct WithPhotos {
    pub form: Form,
    pub uploads: Vec<Upload>,
    pub slips: Vec<Fault>,
}

/// Reads a form with photos from somebody whom nobody knows. A photo that is too large is read past and
/// named, never held.
///
/// # Faults
/// `request.photos_too_large` when all of it is more than anybody needs; `request.form` when the parts do
/// not hold together.
pub async fn read(req: &Request, body: &mut RequestBody, most: usize) -> Result<WithPhotos, Fault> {
    use tokio::io::{AsyncReadExt, copy, sink};
    let broken = || Fault::new(Kind::Invalid, "request.form");
    let length = req.header("content-length").and_then(|v| v.parse::<u64>().ok());
    if length.is_some_and(|length| length > MOST_PHOTOS) {
        read_past(body);
        return Err(Fault::new(Kind::Invalid, "request.photos_too_large").arg("mb", MOST_PHOTOS >> 20));
    }
    let mut multipart = poem::web::Multipart::from_request(req, body).await.map_err(|_| broken())?;
    let (mut read, mut parts, mut all) = (WithPhotos::default(), 0, 0_u64);
    let mut too_many = false;
    while let Some(field) = multipart.next_field().await.map_err(|_| broken())? {
        parts += 1;
        if parts > MOST_PARTS {
            return Err(broken());
        }
        let (name, file) = (field.name().unwrap_or_default().to_owned(), field.file_name().map(str::to_owned));
        let limit = if file.is_some() { MOST_PHOTO } else { MOST_WORDS };
        let mut reader = field.into_async_read();
        let mut bytes = Vec::new();
        (&mut reader).take(limit + 1).read_to_end(&mut bytes).await.map_err(|_| broken())?;
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        all = all.saturating_add(size);
        if all > MOST_PHOTOS {
            return Err(Fault::new(Kind::Invalid, "request.photos_too_large").arg("mb", MOST_PHOTOS >> 20));
        }
        match file {
            // A field for files in which nothing was chosen.
            Some(file) if file.is_empty() && size == 0 => {}
            Some(_) if read.uploads.len() >= most => too_many = true,
            Some(file) if size > MOST_PHOTO => {
                drop(bytes);
                copy(&mut reader, &mut sink()).await.map_err(|_| broken())?;
                read.slips.push(Fault::invalid("files", "media.too_many_bytes").arg("file", file));
            }
            Some(file) => read.uploads.push(Upload { field: name, name: file, bytes, spooled: None }),
            None if size > MOST_WORDS => return Err(Fault::new(Kind::Invalid, "request.too_large")),
            None => read.form.push(&name, &String::from_utf8_lossy(&bytes)),
        }
    }
    if too_many {
        read.slips.push(Fault::invalid("files", "aftersales.too_many_files").arg("most", most));
    }
    Ok(read)
}

/// Lets what still comes in pass by while the answer is on its way: a browser that is cut off in the middle
/// of sending shows no page at all.
fn read_past(body: &mut RequestBody) {
    use tokio::io::{AsyncReadExt, copy, sink};
    let Ok(body) = body.take() else { return };
    tokio::spawn(async move {
        let (mut rest, mut nowhere) = (body.into_async_read().take(1 << 30), sink());
        let passing = copy(&mut rest, &mut nowhere);
        let _ = tokio::time::timeout(std::time::Duration::from_secs(30), passing).await;
    });
}
