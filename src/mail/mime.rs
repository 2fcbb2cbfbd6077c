//! A letter as RFC 5322 text: plain and HTML alternatives, both UTF-8 in base64.

use base64::{Engine, engine::general_purpose::STANDARD};
use time::format_description::well_known::Rfc2822;

use super::Outgoing;

/// The whole message with CRLF line ends. The boundary comes from the letter's id, so that the
/// same letter gives the same bytes.
pub(super) fn compose(letter: &Outgoing) -> Vec<u8> {
    let boundary = format!("=_{}", letter.id.uuid().simple());
    let date = letter.at.to_local().format(&Rfc2822).unwrap_or_default();
    let mut out = String::with_capacity((letter.html.len() + letter.plain.len()) * 3 / 2 + 1024);
    let mut header = |name: &str, value: &str| {
        out.push_str(name);
        out.push_str(": ");
        out.push_str(value);
        out.push_str("\r\n");
    };
    header("Date", &date);
    header("From", &mailbox(&letter.from_name, &letter.from));
    header("To", &mailbox(&letter.to_name, &letter.to));
    header("Subject", &words(&letter.subject));
    header("Message-ID", &letter.message_id);
    header("Content-Language", &letter.language);
    header("Auto-Submitted", "auto-generated");
    header("MIME-Version", "1.0");
    let alternative = format!("multipart/alternative; boundary=\"{boundary}\"");
    if letter.attachments.is_empty() {
        header("Content-Type", &alternative);
    } else {
        header("Content-Type", &format!("multipart/mixed; boundary=\"{boundary}m\""));
        out.push_str(&format!("\r\n--{boundary}m\r\nContent-Type: {alternative}\r\n"));
    }
    for (kind, text) in [("plain", &letter.plain), ("html", &letter.html)] {
        out.push_str(&format!(
            "\r\n--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        ));
        out.push_str(&wrapped(text));
    }
    out.push_str(&format!("\r\n--{boundary}--\r\n"));
    for file in &letter.attachments {
        let name: String = file.name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')).collect();
        out.push_str(&format!(
            "\r\n--{boundary}m\r\nContent-Type: {}; name=\"{name}\"\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n{}",
            file.mime,
            lines(&STANDARD.encode(&file.bytes))
        ));
    }
    if !letter.attachments.is_empty() {
        out.push_str(&format!("\r\n--{boundary}m--\r\n"));
    }
    out.into_bytes()
}

fn mailbox(name: &str, address: &str) -> String {
    let address: String = address.chars().filter(|c| !c.is_control() && !matches!(c, '<' | '>')).collect();
    if name.trim().is_empty() { format!("<{address}>") } else { format!("{} <{address}>", words(name)) }
}

/// RFC 2047: always encoded, in words of at most 75 characters. Nothing that a name or title
/// holds can then end a header or be read as syntax.
fn words(text: &str) -> String {
    let mut out = String::new();
    let mut chunk = String::new();
    let mut flush = |chunk: &mut String| {
        if !chunk.is_empty() {
            if !out.is_empty() {
                out.push_str("\r\n ");
            }
            out.push_str(&format!("=?utf-8?B?{}?=", STANDARD.encode(chunk.as_bytes())));
            chunk.clear();
        }
    };
    for c in text.chars().filter(|c| !c.is_control()) {
        if chunk.len() + c.len_utf8() > 42 {
            flush(&mut chunk);
        }
        chunk.push(c);
    }
    flush(&mut chunk);
    out
}

fn wrapped(text: &str) -> String {
    lines(&STANDARD.encode(text.replace("\r\n", "\n").replace('\n', "\r\n").as_bytes()))
}

fn lines(encoded: &str) -> String {
    let lines: Vec<&str> = encoded.as_bytes().chunks(76).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    lines.join("\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        kernel::{LetterId, testing::MONDAY},
        mail::Attachment,
    };

    fn letter() -> Outgoing {
        Outgoing {
            id: LetterId(uuid::Uuid::from_u128(5)),
            message_id: "<5@shop.test>".into(),
            from: "shop@demo.test".into(),
            from_name: "Ąžuolynė".into(),
            to: "ona@demo.test".into(),
            to_name: "Ona\r\nBcc: x@y.test".into(),
            subject: "Jūsų užsakymas UZS-2026-000123 gautas, ačiū, kad perkate pas mus".into(),
            html: "<p>Ačiū</p>".into(),
            plain: "Ačiū\n".into(),
            language: "lt".into(),
            at: MONDAY,
            attachments: Vec::new(),
        }
    }

    #[test]
    fn nothing_typed_can_add_a_header() {
        let text = String::from_utf8(compose(&letter())).unwrap();
        let head = text.split("\r\n\r\n").next().unwrap();
        assert!(!head.lines().any(|line| line.starts_with("Bcc")));
        assert!(head.is_ascii() && head.lines().all(|line| line.len() <= 120));
        assert!(text.contains("Message-ID: <5@shop.test>\r\n"));
    }

    #[test]
    fn a_document_travels_beside_the_words() {
        let pdf = Attachment {
            name: "VIT-000001.pdf\r\nX: y".into(),
            mime: "application/pdf",
            bytes: b"%PDF-1.7 \x00\xff".as_slice().into(),
        };
        let text = String::from_utf8(compose(&Outgoing { attachments: vec![pdf], ..letter() })).unwrap();
        assert!(text.contains("Content-Type: multipart/mixed; boundary=\"=_00000000000000000000000000000005m\"\r\n"));
        let (_, file) = text.split_once("filename=\"VIT-000001.pdfXy\"\r\n").expect("nothing in a name ends a header");
        let body = file.split("\r\n\r\n").nth(1).unwrap().split("\r\n--").next().unwrap();
        assert_eq!(STANDARD.decode(body.replace("\r\n", "")).unwrap(), b"%PDF-1.7 \x00\xff");
        assert!(text.ends_with("m--\r\n"));
    }

    #[test]
    fn the_same_letter_gives_the_same_bytes() {
        assert_eq!(compose(&letter()), compose(&letter()));
    }

    #[test]
    fn encoded_words_do_not_cut_letters() {
        let encoded = words(&"ž".repeat(60));
        for word in encoded.split("\r\n ") {
            let inner = word.strip_prefix("=?utf-8?B?").and_then(|w| w.strip_suffix("?=")).unwrap();
            assert!(word.len() <= 75 && String::from_utf8(STANDARD.decode(inner).unwrap()).is_ok());
        }
    }
}
