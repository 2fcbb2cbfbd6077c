//! Files that are not for everybody: kept by no cache on the way.

use poem::{Response, http::StatusCode};
use vitrina::flows::documents::File;

/// A document to be saved under its number.
pub fn file(file: File) -> Response {
    answer("attachment", file)
}

/// What somebody sent along: a picture is looked at, anything else is saved and opened by nothing of ours.
pub fn evidence(file: File) -> Response {
    answer(if file.mime == "image/webp" { "inline" } else { "attachment" }, file)
}

fn answer(way: &str, file: File) -> Response {
    Response::builder()
        .status(StatusCode::OK)
        .content_type(file.mime)
        .header("content-disposition", format!("{way}; {}", named(&file.name)))
        .header("x-content-type-options", "nosniff")
        .header("cache-control", "private, no-store")
        .body(file.bytes.to_vec())
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
