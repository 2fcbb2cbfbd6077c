//! Which pictures are let in: a few kilobytes must not become gigabytes of pixels.

use std::io::Cursor;

use image::{ImageFormat, ImageReader};

/// Bytes of a file.
const MOST_BYTES: usize = 24 << 20;
/// A photograph for a whole page at 300 dots an inch has 9 million.
const MOST_PIXELS: u64 = 40_000_000;
/// A drawing: typst unfolds all of it.
const MOST_DRAWN: usize = 1 << 20;

/// # Errors
/// Why the picture stays out.
pub fn allowed(bytes: &[u8]) -> Result<(), &'static str> {
    if bytes.len() > MOST_BYTES {
        return Err("it is larger than 24 MB");
    }
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| "it cannot be read")?;
    match reader.format() {
        Some(ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP | ImageFormat::Gif) => {
            let (width, height) = reader.into_dimensions().map_err(|_| "its head is broken")?;
            let pixels = u64::from(width) * u64::from(height);
            if pixels > MOST_PIXELS { Err("it has more than 40 million pixels") } else { Ok(()) }
        }
        _ => drawing(bytes),
    }
}

/// SVG that holds its own lines only: entities unfold without end, pictures inside it would pass
/// the gate unseen, and a picture used by a picture used by a picture multiplies.
fn drawing(bytes: &[u8]) -> Result<(), &'static str> {
    const UNKNOWN: &str = "it is no PNG, JPEG, WebP, GIF or SVG";
    let text = std::str::from_utf8(bytes).map_err(|_| UNKNOWN)?;
    if !text.trim_start().starts_with('<') || !text.contains("<svg") {
        return Err(UNKNOWN);
    }
    if bytes.len() > MOST_DRAWN {
        return Err("it is a drawing larger than 1 MB");
    }
    const OUT: [&str; 6] = ["<!", "<image", "<use", "<feImage", "<foreignObject", "<pattern"];
    // A comment of the drawing program is harmless.
    let bare = text.replace("<!--", "");
    if OUT.iter().any(|tag| bare.contains(tag)) { Err("it is a drawing with pictures, copies or entities in it") } else { Ok(()) }
}
