//! QR pictures, drawn as one path: for pages, letters and print.

use std::fmt::Write;

use qrcode::{Color, EcLevel, QrCode};

/// One black path on white, four modules of quiet zone around it, without style attributes.
/// `None` when there is nothing to say, or more than version 13 holds, the largest that the
/// standard for payments allows.
pub fn svg(payload: &str) -> Option<String> {
    if payload.is_empty() || payload.len() > 331 {
        return None;
    }
    let code = QrCode::with_error_correction_level(payload, EcLevel::M).ok()?;
    let (width, colors) = (code.width(), code.to_colors());
    let mut path = String::new();
    for (y, row) in colors.chunks(width).enumerate() {
        let mut x = 0;
        while x < width {
            let run = row[x..].iter().take_while(|c| **c == Color::Dark).count();
            if run > 0 {
                // Writing to a String cannot fail.
                let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + 4, y + 4);
            }
            x += run.max(1);
        }
    }
    let side = width + 8;
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\" \
         aria-hidden=\"true\" focusable=\"false\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/>\
         <path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}
