//! Pixels: read within bounds, turned upright, scaled, written as WebP. Pure and slow: callers
//! hold a permit and stay off the async threads.

use std::io::Cursor;

use fast_image_resize::{
    FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer,
    images::{Image, ImageRef},
};
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use super::Fault;
use crate::stage::WIDTHS;

/// A picture of more pixels is refused before it is unpacked: a few kilobytes can claim gigabytes.
pub const MAX_PIXELS: u64 = 50_000_000;
/// The longest side of what is kept.
pub const MAX_SIDE: u32 = 2560;
/// The widths that pictures are served in: those that the stage writes into pages.
pub const SIZES: [u32; WIDTHS.len()] = WIDTHS;
/// WebP quality of the served sizes, by measurement (see the decision record).
pub const QUALITY: f32 = 78.0;
/// WebP quality of what is kept: sizes are derived from it, so it may not show its own traces.
const KEPT_QUALITY: f32 = 90.0;

/// Upright pixels, three or four bytes each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pixels {
    pub width: u32,
    pub height: u32,
    pub alpha: bool,
    pub bytes: Vec<u8>,
}

/// The sizes that are worth asking for, with the width that each really has: nothing is ever
/// scaled up, so the last one of a picture 1200 wide is (1280, 1200).
pub fn sources(width: u32) -> Vec<(u32, u32)> {
    let mut all = Vec::new();
    for size in SIZES {
        all.push((size, size.min(width)));
        if size >= width {
            break;
        }
    }
    all
}

/// Reads a picture of a known format, within bounds, and turns it upright.
pub(super) fn read(bytes: &[u8], format: ImageFormat) -> Result<Pixels, Fault> {
    let broken = |e: image::ImageError| Fault::Broken(e.to_string());
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_PIXELS * 5);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(Fault::TooManyPixels { width, height });
    }
    // The camera's note is the only thing read from the metadata; it is gone afterwards.
    let orientation = decoder.orientation().map_err(broken)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    picture.apply_orientation(orientation);
    Ok(if picture.color().has_alpha() && !opaque(&picture) {
        let picture = picture.into_rgba8();
        Pixels { width: picture.width(), height: picture.height(), alpha: true, bytes: picture.into_raw() }
    } else {
        let picture = picture.into_rgb8();
        Pixels { width: picture.width(), height: picture.height(), alpha: false, bytes: picture.into_raw() }
    })
}

fn opaque(picture: &DynamicImage) -> bool {
    match picture {
        DynamicImage::ImageRgba8(p) => p.pixels().all(|p| p.0[3] == 255),
        DynamicImage::ImageLumaA8(p) => p.pixels().all(|p| p.0[1] == 255),
        _ => false,
    }
}

/// Scales down so that the width is at most `width` and no side longer than [`MAX_SIDE`]; never up.
pub(super) fn fit(pixels: Pixels, width: u32) -> Result<Pixels, Fault> {
    let ratio =
        |side: u32, by: u32, of: u32| u32::try_from((u64::from(side) * u64::from(by) / u64::from(of)).max(1)).unwrap_or(1);
    let (mut w, mut h) = (pixels.width, pixels.height);
    if w > width {
        (w, h) = (width, ratio(pixels.height, width, pixels.width));
    }
    if h > MAX_SIDE {
        (w, h) = (ratio(pixels.width, MAX_SIDE, pixels.height), MAX_SIDE);
    }
    if (w, h) == (pixels.width, pixels.height) {
        return Ok(pixels);
    }
    let broken = |e: &dyn std::fmt::Display| Fault::Broken(e.to_string());
    let kind = if pixels.alpha { PixelType::U8x4 } else { PixelType::U8x3 };
    let source = ImageRef::new(pixels.width, pixels.height, &pixels.bytes, kind).map_err(|e| broken(&e))?;
    let mut target = Image::new(w, h, kind);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    Resizer::new().resize(&source, &mut target, &options).map_err(|e| broken(&e))?;
    Ok(Pixels { width: w, height: h, alpha: pixels.alpha, bytes: target.into_vec() })
}

/// WebP of a served size.
pub(super) fn write(pixels: &Pixels) -> Result<Vec<u8>, Fault> {
    encode(pixels, QUALITY)
}

/// WebP of what is kept.
pub(super) fn write_kept(pixels: &Pixels) -> Result<Vec<u8>, Fault> {
    encode(pixels, KEPT_QUALITY)
}

fn encode(pixels: &Pixels, quality: f32) -> Result<Vec<u8>, Fault> {
    let layout = if pixels.alpha { webp::PixelLayout::Rgba } else { webp::PixelLayout::Rgb };
    let encoder = webp::Encoder::new(&pixels.bytes, layout, pixels.width, pixels.height);
    let written = encoder.encode_simple(false, quality);
    written.map(|memory| memory.to_vec()).map_err(|e| Fault::Broken(format!("{e:?}")))
}

/// Width and height of a WebP file that holds one still picture and nothing besides: no
/// metadata, no colour profile, no bytes after the end. Such a file is kept as it came.
pub(super) fn bare_webp(bytes: &[u8]) -> Option<(u32, u32)> {
    let declared = u32::from_le_bytes(bytes.get(4..8)?.try_into().ok()?);
    if usize::try_from(declared).ok()?.checked_add(8)? != bytes.len() {
        return None;
    }
    let mut size = None;
    let mut at = 12;
    while at < bytes.len() {
        let name: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
        let length = usize::try_from(u32::from_le_bytes(bytes.get(at + 4..at + 8)?.try_into().ok()?)).ok()?;
        let body = bytes.get(at + 8..(at + 8).checked_add(length)?)?;
        match &name {
            b"VP8 " => size = Some(lossy_size(body)?),
            b"VP8L" => size = Some(lossless_size(body)?),
            // Flags: only alpha may be announced.
            b"VP8X" if body.first()? & !0x10 == 0 => {}
            b"ALPH" => {}
            _ => return None,
        }
        at = at.checked_add(8 + length + (length & 1))?;
    }
    size.filter(|(w, h)| *w > 0 && *h > 0 && *w <= MAX_SIDE && *h <= MAX_SIDE)
}

/// RFC 9649 §2.5: key frame start code, then 14 bits each.
fn lossy_size(body: &[u8]) -> Option<(u32, u32)> {
    if body.get(3..6)? != [0x9D, 0x01, 0x2A] {
        return None;
    }
    let side = |at: usize| Some(u32::from(u16::from_le_bytes(body.get(at..at + 2)?.try_into().ok()?) & 0x3FFF));
    Some((side(6)?, side(8)?))
}

/// RFC 9649 §2.6: a signature byte, then 14 bits each, less one.
fn lossless_size(body: &[u8]) -> Option<(u32, u32)> {
    if *body.first()? != 0x2F {
        return None;
    }
    let bits = u32::from_le_bytes(body.get(1..5)?.try_into().ok()?);
    Some(((bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A picture with some detail: a slope in every channel.
    pub fn slope(width: u32, height: u32, alpha: bool) -> Pixels {
        let mut bytes = Vec::new();
        for y in 0..height {
            for x in 0..width {
                let part = |n: u32, of: u32| u8::try_from(n * 255 / of.max(1)).unwrap();
                bytes.extend([part(x, width), part(y, height), part(x + y, width + height)]);
                if alpha {
                    bytes.push(part(x, width));
                }
            }
        }
        Pixels { width, height, alpha, bytes }
    }

    pub fn encoded(pixels: &Pixels, format: ImageFormat) -> Vec<u8> {
        let color = if pixels.alpha { image::ExtendedColorType::Rgba8 } else { image::ExtendedColorType::Rgb8 };
        let mut out = Cursor::new(Vec::new());
        image::write_buffer_with_format(&mut out, &pixels.bytes, pixels.width, pixels.height, color, format).unwrap();
        out.into_inner()
    }

    /// A JPEG whose camera was held upright: an Exif segment with orientation 6 and a place name.
    pub fn jpeg_with_exif() -> Vec<u8> {
        let plain = encoded(&slope(40, 20, false), ImageFormat::Jpeg);
        let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
        exif.extend(b"GPS Vilnius 54.6872 25.2797");
        let mut out = plain[..2].to_vec();
        out.extend([0xFF, 0xE1]);
        out.extend(u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
        out.extend(&exif);
        out.extend(&plain[2..]);
        out
    }

    #[test]
    fn pictures_come_upright_and_bare() {
        let bytes = jpeg_with_exif();
        let pixels = read(&bytes, ImageFormat::Jpeg).unwrap();
        assert_eq!((pixels.width, pixels.height), (20, 40));
        let kept = write_kept(&pixels).unwrap();
        assert!(!kept.windows(7).any(|w| w == b"Vilnius"));
        assert_eq!(bare_webp(&kept), Some((20, 40)));
    }

    #[test]
    fn alpha_survives_and_a_full_one_is_dropped() {
        let png = encoded(&slope(30, 10, true), ImageFormat::Png);
        let pixels = read(&png, ImageFormat::Png).unwrap();
        assert!(pixels.alpha);
        let kept = write_kept(&pixels).unwrap();
        assert_eq!(bare_webp(&kept), Some((30, 10)));
        assert!(read(&kept, ImageFormat::WebP).unwrap().alpha);
        let mut full = slope(30, 10, true);
        full.bytes.iter_mut().skip(3).step_by(4).for_each(|a| *a = 255);
        assert!(!read(&encoded(&full, ImageFormat::Png), ImageFormat::Png).unwrap().alpha);
    }

    #[test]
    fn nothing_is_scaled_up() {
        let fitted = |w, h, to| fit(slope(w, h, false), to).map(|p| (p.width, p.height)).unwrap();
        assert_eq!(fitted(100, 50, 320), (100, 50));
        assert_eq!(fitted(1000, 500, 320), (320, 160));
        assert_eq!(fitted(10, 5120, 320), (5, 2560));
        assert_eq!(fitted(2000, 1, 320), (320, 1));
        assert_eq!(sources(1200)[3..], [(640, 640), (960, 960), (1280, 1200)]);
        assert_eq!(sources(100), [(160, 100)]);
        assert_eq!(sources(4000).last(), Some(&(1920, 1920)));
    }

    #[test]
    fn a_bomb_is_refused_by_its_header() {
        // A PNG of 60 000 × 60 000 in a few bytes: IHDR is enough to be refused.
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        let mut header = b"IHDR".to_vec();
        header.extend(60_000_u32.to_be_bytes());
        header.extend(60_000_u32.to_be_bytes());
        header.extend([8, 2, 0, 0, 0]);
        png.extend(13_u32.to_be_bytes());
        png.extend(&header);
        png.extend(crc(&header).to_be_bytes());
        png.extend([0, 0, 0, 1]);
        png.extend(b"IDAT\0");
        png.extend(crc(b"IDAT\0").to_be_bytes());
        assert!(matches!(read(&png, ImageFormat::Png), Err(Fault::TooManyPixels { width: 60_000, .. } | Fault::Broken(_))));
    }

    fn crc(bytes: &[u8]) -> u32 {
        let step = |crc: u32, byte: &u8| {
            (0..8).fold(crc ^ u32::from(*byte), |c, _| if c & 1 == 1 { 0xEDB8_8320 ^ (c >> 1) } else { c >> 1 })
        };
        !bytes.iter().fold(u32::MAX, step)
    }

    #[test]
    fn a_webp_with_anything_besides_pixels_is_not_bare() {
        let kept = write_kept(&slope(16, 16, false)).unwrap();
        assert_eq!(bare_webp(&kept), Some((16, 16)));
        let mut appended = kept.clone();
        appended.extend(b"<script>");
        assert_eq!(bare_webp(&appended), None);
        let mut with_exif = kept.clone();
        with_exif.extend(b"EXIF\x04\0\0\0GPS!");
        let length = u32::try_from(with_exif.len() - 8).unwrap();
        with_exif[4..8].copy_from_slice(&length.to_le_bytes());
        assert_eq!(bare_webp(&with_exif), None);
        for cut in 0..kept.len() {
            assert_eq!(bare_webp(&kept[..cut]), None);
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_an_answer_not_a_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
            for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif] {
                let _ = read(&bytes, format);
            }
            let _ = bare_webp(&bytes);
        }
    }
}
