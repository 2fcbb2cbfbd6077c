//! The bytes of a file as text, whatever they were written in, and their hash.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252, WINDOWS_1257};
use sha2::{Digest, Sha256};

use super::{Problem, Wrong};
use crate::kernel::token;

/// Lower-case hex SHA-256: the same file is taken once.
pub fn hash(bytes: &[u8]) -> String {
    token::hex(&Sha256::digest(bytes))
}

/// The file as text: by its mark, by `named`, by the XML declaration, as UTF-8 where it is valid,
/// and else as Windows-1257, in which the banks here write.
///
/// # Errors
/// [`Wrong::Empty`]; [`Wrong::Encoding`] where the named encoding is unknown or does not fit.
pub fn text<'a>(bytes: &'a [u8], named: Option<&str>) -> Result<Cow<'a, str>, Problem> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Problem::file(Wrong::Empty, ""));
    }
    let labelled = |label: &str| {
        let unknown = || Problem::new(super::Place::default(), "encoding", Wrong::Encoding, label);
        Encoding::for_label(label.trim().as_bytes()).ok_or_else(unknown)
    };
    let encoding = if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        encoding
    } else if let Some(label) = named {
        labelled(label)?
    } else if let Some(wide) = wide(bytes) {
        wide
    } else if let Some(label) = declared(bytes) {
        labelled(&label)?
    } else if std::str::from_utf8(bytes).is_ok() {
        UTF_8
    } else {
        guessed(bytes)
    };
    let (text, used, broken) = encoding.decode(bytes);
    if broken {
        return Err(Problem::new(super::Place::default(), "encoding", Wrong::Encoding, used.name()));
    }
    Ok(text)
}

/// UTF-16 without a mark: every other byte of a bank's text is zero.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0, b'<', 0, ..] => Some(encoding_rs::UTF_16BE),
        [b'<', 0, _, 0, ..] => Some(encoding_rs::UTF_16LE),
        _ => None,
    }
}

/// `<?xml version="1.0" encoding="windows-1257"?>`
fn declared(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(256)]).into_owned();
    let head = head.trim_start().strip_prefix("<?xml")?.split("?>").next()?.to_owned();
    let label = head.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start().to_owned();
    let quote = label.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Some(label[1..].split(quote).next()?.to_owned())
}

/// Windows-1257 unless its letters are not those of a Baltic text: ä, ö, ü and ß have the same
/// bytes in both, so only what stands for something else in Windows-1252 speaks against it.
fn guessed(bytes: &[u8]) -> &'static Encoding {
    const BALTIC: &str = "ąčęėįšųūžĄČĘĖĮŠŲŪŽāēģīķļņĀĒĢĪĶĻŅ„“–õäöüÕÄÖÜ";
    let (baltic, _, broken) = WINDOWS_1257.decode(bytes);
    let strange = baltic.chars().filter(|c| !c.is_ascii() && !BALTIC.contains(*c)).count();
    let known = baltic.chars().filter(|c| BALTIC.contains(*c)).count();
    if broken || strange > known { WINDOWS_1252 } else { WINDOWS_1257 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encodings_of_the_banks_are_read() {
        let (baltic, _, _) = WINDOWS_1257.encode("Mokėjimas už užsakymą");
        assert_eq!(text(&baltic, None).unwrap(), "Mokėjimas už užsakymą");
        assert_eq!(text("\u{feff}Gavėjas".as_bytes(), None).unwrap(), "Gavėjas");
        let (latin, _, _) = WINDOWS_1252.encode("<?xml version='1.0' encoding='ISO-8859-1'?><a>Größe</a>");
        assert!(text(&latin, None).unwrap().contains("Größe"));
        let wide: Vec<u8> = "<Document/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(text(&wide, None).unwrap(), "<Document/>");
    }

    #[test]
    fn what_is_no_text_is_refused_by_name() {
        assert_eq!(text(b" \n", None).unwrap_err().wrong, Wrong::Empty);
        assert_eq!(text(b"<a/>", Some("klingon")).unwrap_err().wrong, Wrong::Encoding);
        let lies = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>\xff</a>";
        assert_eq!(text(lies, None).unwrap_err().wrong, Wrong::Encoding);
    }
}
