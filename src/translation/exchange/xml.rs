//! The little XML that both formats share.

use std::fmt::Write;

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::Fault;

pub(super) fn unreadable(line: usize, what: impl ToString) -> Fault {
    Fault::Unreadable { line, what: what.to_string() }
}

/// The file's text: UTF-8, or UTF-16 with its mark, as older programs write TMX.
pub(super) fn text(bytes: &[u8]) -> Result<String, Fault> {
    let wide = |read: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..].chunks_exact(2).map(|c| read([c[0], c[1]])).collect();
        String::from_utf16(&units).map_err(|e| unreadable(1, e))
    };
    match bytes {
        [0xff, 0xfe, ..] => wide(u16::from_le_bytes),
        [0xfe, 0xff, ..] => wide(u16::from_be_bytes),
        _ => String::from_utf8(bytes.to_vec()).map_err(|e| {
            let at = e.utf8_error().valid_up_to();
            unreadable(bytes[..at].iter().filter(|b| **b == b'\n').count() + 1, "not UTF-8")
        }),
    }
}

/// Writes a text between tags. Control characters that XML does not know go as a private mark.
pub(super) fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // A reader may make a line feed of it.
            '\r' => out.push_str("&#13;"),
            c if c.is_control() && !matches!(c, '\n' | '\t') || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
}

pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(&mut out, text);
    out
}

/// The same within quotes, where a reader makes a space of a line's end.
pub(super) fn quoted(text: &str) -> String {
    escaped(text).replace('\n', "&#10;").replace('\t', "&#9;")
}

/// A walk through elements that knows its line.
pub(super) struct Walk<'a> {
    reader: Reader<&'a [u8]>,
    text: &'a str,
}

/// What comes next.
pub(super) enum Step {
    Open(Tag),
    Close(String),
    Text(String),
    End,
}

pub(super) struct Tag {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    /// `<x/>`
    pub empty: bool,
}

impl Tag {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

impl<'a> Walk<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { reader: Reader::from_str(text), text }
    }

    pub fn line(&self) -> usize {
        let at = usize::try_from(self.reader.buffer_position()).unwrap_or(0).min(self.text.len());
        self.text.as_bytes()[..at].iter().filter(|b| **b == b'\n').count() + 1
    }

    pub fn fault(&self, what: impl ToString) -> Fault {
        unreadable(self.line(), what)
    }

    pub fn next(&mut self) -> Result<Step, Fault> {
        loop {
            let event = self.reader.read_event().map_err(|e| unreadable(self.line(), e))?;
            return Ok(match event {
                Event::Start(tag) => Step::Open(self.tag(&tag, false)?),
                Event::Empty(tag) => Step::Open(self.tag(&tag, true)?),
                Event::End(tag) => Step::Close(tag.local_name().as_ref().to_owned()),
                Event::Text(text) => Step::Text(text.xml10_content().into_owned()),
                Event::CData(text) => Step::Text(text.xml10_content().into_owned()),
                Event::GeneralRef(entity) => Step::Text(self.character(entity.as_ref())?.to_string()),
                Event::Eof => Step::End,
                // A document type could name entities of its own: none is read.
                Event::DocType(_) | Event::Decl(_) | Event::Comment(_) | Event::PI(_) => continue,
            });
        }
    }

    fn character(&self, name: &str) -> Result<char, Fault> {
        let number = |n: &str| n.strip_prefix('x').map_or_else(|| n.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok());
        match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => name.strip_prefix('#').and_then(number).and_then(char::from_u32),
        }
        .ok_or_else(|| self.fault(format!("unknown entity &{name};")))
    }

    fn tag(&self, tag: &BytesStart, empty: bool) -> Result<Tag, Fault> {
        let mut attributes = Vec::new();
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|e| self.fault(e))?;
            let value = quick_xml::escape::unescape(&attribute.value).map_err(|e| self.fault(e))?.into_owned();
            attributes.push((attribute.key.as_ref().to_owned(), value));
        }
        Ok(Tag { name: tag.local_name().as_ref().to_owned(), attributes, empty })
    }

    /// The text up to the end of the element that was just opened. Elements within give their own
    /// text; ones that stand for markup give back what they stand for where they say it.
    pub fn inner(&mut self, of: &Tag) -> Result<String, Fault> {
        let mut out = String::new();
        if of.empty {
            return Ok(out);
        }
        let mut depth = 0;
        loop {
            match self.next()? {
                Step::Text(text) => out.push_str(&text),
                Step::Open(tag) => {
                    if let Some(stands_for) = tag.get("equiv-text").or_else(|| tag.get("equiv")) {
                        let _ = out.write_str(stands_for);
                    }
                    depth += usize::from(!tag.empty);
                }
                Step::Close(_) if depth > 0 => depth -= 1,
                Step::Close(_) => return Ok(out),
                Step::End => return Err(self.fault("the file ends too early")),
            }
        }
    }
}

/// The name of the first element.
pub(super) fn root(text: &str) -> Result<String, Fault> {
    let mut walk = Walk::new(text);
    loop {
        match walk.next()? {
            Step::Open(tag) => return Ok(tag.name),
            Step::End => return Err(Fault::Format),
            _ => {}
        }
    }
}
