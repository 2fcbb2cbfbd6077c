//! What a file is, by its first bytes; its name and its sender's word do not count.

use image::ImageFormat;
use serde::{Deserialize, Serialize};

use super::Fault;

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
    /// A telephone's picture, which nothing here can show.
    Heic,
    /// Plain UTF-8: care instructions, a licence.
    Text,
}

impl Sniffed {
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Picture(_) => "image/webp",
            Self::Pdf => "application/pdf",
            Self::Heic => "image/heic",
            Self::Text => "text/plain; charset=utf-8",
        }
    }
    /// How the kept file ends.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Picture(_) => "webp",
            Self::Pdf => "pdf",
            Self::Heic => "heic",
            Self::Text => "txt",
        }
    }
}

/// Refuses what may come as a document but is wanted as a picture, before it is kept.
///
/// # Faults
/// `media.not_a_picture`.
pub fn must_be_picture(bytes: &[u8]) -> Result<(), Fault> {
    if matches!(sniff(bytes), Some(Sniffed::Picture(_))) { Ok(()) } else { Err(Fault::NotAPicture) }
}

/// `None` for anything that is not taken, SVG and HTML among it: they can carry scripts.
pub fn sniff(bytes: &[u8]) -> Option<Sniffed> {
    match bytes {
        [0xFF, 0xD8, 0xFF, ..] => Some(Sniffed::Picture(ImageFormat::Jpeg)),
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Some(Sniffed::Picture(ImageFormat::Png)),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Sniffed::Picture(ImageFormat::Gif)),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Sniffed::Picture(ImageFormat::WebP)),
        [b'%', b'P', b'D', b'F', b'-', ..] => Some(Sniffed::Pdf),
        _ if is_text(bytes) => Some(Sniffed::Text),
        _ => None,
    }
}

fn is_text(bytes: &[u8]) -> bool {
    let plain = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    let sound = |text: &str| !text.trim().is_empty() && !text.trim_start().starts_with('<') && text.chars().all(plain);
    bytes.len() <= 1024 * 1024 && std::str::from_utf8(bytes).is_ok_and(sound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_do_not_count() {
        assert_eq!(sniff(b"%PDF-1.7\n"), Some(Sniffed::Pdf));
        assert_eq!(sniff(b"GIF89a"), Some(Sniffed::Picture(ImageFormat::Gif)));
        assert_eq!(sniff("Ąžuolą valykite drėgna šluoste.\n".as_bytes()), Some(Sniffed::Text));
        assert_eq!(sniff(b"<svg xmlns"), None);
        assert_eq!(sniff(b" \n<!doctype html>"), None);
        assert_eq!(sniff(b"text\0"), None);
        assert_eq!(sniff(b"MZ\x90\0"), None);
        assert_eq!(sniff(b""), None);
    }
}
