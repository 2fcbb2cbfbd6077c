//! What a file is, by its first bytes; its name and its sender's word do not count.

use image::ImageFormat;
use serde::{Deserialize, Serialize};

/// The most that one upload or fetched file may have.
pub const MAX_BYTES: u64 = 20 * 1024 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Picture,
    Document,
}

impl Kind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Picture => "picture",
            Self::Document => "document",
        }
    }
    pub(super) fn parse(word: &str) -> Self {
        if word == "document" { Self::Document } else { Self::Picture }
    }
}

/// A file whose first bytes are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sniffed {
    Picture(ImageFormat),
    Pdf,
}

/// `None` for anything that is not taken, SVG among it: it can carry scripts.
pub fn sniff(bytes: &[u8]) -> Option<Sniffed> {
    match bytes {
        [0xFF, 0xD8, 0xFF, ..] => Some(Sniffed::Picture(ImageFormat::Jpeg)),
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Some(Sniffed::Picture(ImageFormat::Png)),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Sniffed::Picture(ImageFormat::Gif)),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Sniffed::Picture(ImageFormat::WebP)),
        [b'%', b'P', b'D', b'F', b'-', ..] => Some(Sniffed::Pdf),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_do_not_count() {
        assert_eq!(sniff(b"%PDF-1.7\n"), Some(Sniffed::Pdf));
        assert_eq!(sniff(b"GIF89a"), Some(Sniffed::Picture(ImageFormat::Gif)));
        assert_eq!(sniff(b"<svg xmlns"), None);
        assert_eq!(sniff(b"MZ\x90\0"), None);
        assert_eq!(sniff(b""), None);
    }
}
