//! What can go wrong with pictures and documents.

use super::{MAX_BYTES, MAX_PIXELS, StoreFault};
use crate::kernel::{Faulty, Kind};

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("this is neither a JPEG, PNG, WebP or GIF picture nor a PDF or plain text")]
    UnknownKind,
    #[error("this is no JPEG, PNG, WebP or GIF picture")]
    NotAPicture,
    #[error("the file has {bytes} bytes; at most {MAX_BYTES} are taken")]
    TooManyBytes { bytes: u64 },
    #[error("the picture has {width} × {height} pixels; at most {MAX_PIXELS} are taken")]
    TooManyPixels { width: u32, height: u32 },
    #[error("the picture cannot be read: {0}")]
    Broken(String),
    #[error("there is no picture {0}")]
    NotFound(String),
    #[error("{0} is no size that pictures are served in")]
    NoSuchSize(u32),
    #[error(transparent)]
    Store(#[from] StoreFault),
    #[error("the work was abandoned")]
    Abandoned,
}

impl Faulty for Fault {
    fn kind(&self) -> Kind {
        match self {
            Self::UnknownKind | Self::NotAPicture | Self::TooManyBytes { .. } | Self::TooManyPixels { .. } | Self::Broken(_) => {
                Kind::Invalid
            }
            Self::NotFound(_) | Self::NoSuchSize(_) => Kind::NotFound,
            Self::Store(_) | Self::Abandoned => Kind::Unavailable,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownKind => "media.unknown_kind",
            Self::NotAPicture => "media.not_a_picture",
            Self::TooManyBytes { .. } => "media.too_many_bytes",
            Self::TooManyPixels { .. } => "media.too_many_pixels",
            Self::Broken(_) => "media.broken",
            Self::NotFound(_) => "media.not_found",
            Self::NoSuchSize(_) => "media.no_such_size",
            Self::Store(_) => "media.store",
            Self::Abandoned => "media.abandoned",
        }
    }
    fn field(&self) -> Option<String> {
        (self.kind() == Kind::Invalid).then(|| "file".to_owned())
    }
    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooManyBytes { bytes } => vec![("bytes", bytes.to_string()), ("most", MAX_BYTES.to_string())],
            Self::TooManyPixels { width, height } => {
                vec![("width", width.to_string()), ("height", height.to_string()), ("most", MAX_PIXELS.to_string())]
            }
            _ => Vec::new(),
        }
    }
}
