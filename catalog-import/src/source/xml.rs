//! Google Merchant feeds: RSS 2.0 `<item>` or Atom `<entry>`, one product each.
//!
//! Document types and entities are refused, never expanded.

use std::io::{self, BufReader, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};

use super::{Columns, Row, Rows, Trouble};
use crate::complaint::{Code, Complaint};
use crate::options::{Limits, size};

pub(crate) struct Feed<R> {
    reader: Reader<BufReader<Bounded<R>>>,
    buffer: Vec<u8>,
    columns: Columns,
    limits: Limits,
    items: u64,
    ended: bool,
    /// Names of the open elements inside the item.
    path: Vec<String>,
}

impl<R: Read + Send> Feed<R> {
    pub(crate) fn open(input: R, limits: Limits) -> Feed<R> {
        let reader = Reader::from_reader(BufReader::with_capacity(64 << 10, Bounded::new(input, limits.cell)));
        let columns = Columns::default();
        Feed { reader, buffer: Vec::new(), columns, limits, items: 0, ended: false, path: Vec::new() }
    }

    /// The cells of the next item; None at the end of the feed.
    fn item(&mut self) -> Result<Option<Row>, Complaint> {
        let (mut row, mut inside, mut text, mut held) = (Row::default(), false, String::new(), 0usize);
        let mut depth = 0usize;
        loop {
            self.buffer.clear();
            let event = self.reader.read_event_into(&mut self.buffer);
            match event.map_err(|e| broken(&e, &self.limits))? {
                Event::DocType(_) => return Err(Complaint::new(Code::XmlDoctype)),
                Event::Eof if inside || depth > 0 => {
                    return Err(Complaint::new(Code::FileTruncated));
                }
                Event::Eof => return Ok(None),
                Event::Start(element) => {
                    depth += 1;
                    let name = element.local_name();
                    let name = name.as_ref();
                    if inside {
                        if self.path.len() >= 32 {
                            return Err(Complaint::new(Code::XmlBroken).with("reason", "elements nested too deep"));
                        }
                        self.path.push(text_of(name));
                        text.clear();
                    } else if is_item(name) {
                        inside = true;
                        self.items += 1;
                        row.number = self.items;
                    }
                }
                Event::End(element) => {
                    depth = depth.saturating_sub(1);
                    if !inside {
                        // Closing the feed itself: what stood open is closed.
                        self.path.clear();
                    } else if self.path.is_empty() && is_item(element.local_name().as_ref()) {
                        return Ok(Some(row));
                    } else {
                        if !text.trim().is_empty() {
                            let column = self.columns.find_or_add(&self.path.join("."));
                            row.cells.push((column, text.trim().to_owned()));
                        }
                        text.clear();
                        self.path.pop();
                    }
                }
                Event::Text(part) if inside => push(&mut text, &part.xml10_content(), &mut held, &self.limits)?,
                Event::CData(part) if inside => push(&mut text, &part.xml10_content(), &mut held, &self.limits)?,
                Event::GeneralRef(part) if inside => push(&mut text, &entity(&part)?, &mut held, &self.limits)?,
                _ => {}
            }
        }
    }
}

impl<R: Read + Send> Rows for Feed<R> {
    fn columns(&self) -> &Columns {
        &self.columns
    }

    fn next(&mut self) -> Option<Result<Row, Trouble>> {
        if self.ended {
            return None;
        }
        match self.item() {
            Ok(Some(row)) => Some(Ok(row)),
            Ok(None) => {
                self.ended = true;
                None
            }
            Err(complaint) => {
                // After a fault the place in the tree is unknown.
                self.ended = true;
                let column = self.path.join(".");
                Some(Err(Trouble::fatal(complaint.at(self.items.max(1), &column))))
            }
        }
    }
}

/// A Read that refuses a run of text longer than a cell may be, so that the
/// parser's buffer never grows to it. Inside CDATA and comments `<` is text.
pub(crate) struct Bounded<R> {
    inner: R,
    limit: usize,
    run: usize,
    /// The last bytes, to see `<![CDATA[`, `<!--` and their ends.
    tail: [u8; 9],
    within: Within,
}

#[derive(Clone, Copy, PartialEq)]
enum Within {
    Markup,
    Cdata,
    Comment,
}

impl<R> Bounded<R> {
    pub(crate) fn new(inner: R, limit: usize) -> Bounded<R> {
        // Markup around the text counts too.
        Bounded { inner, limit: limit + 1024, run: 0, tail: [0; 9], within: Within::Markup }
    }

    fn watch(&mut self, bytes: &[u8]) -> bool {
        for byte in bytes {
            self.tail.copy_within(1.., 0);
            self.tail[8] = *byte;
            self.run += 1;
            match (self.within, byte) {
                (Within::Markup, b'<') => self.run = 0,
                (Within::Markup, b'[') if &self.tail == b"<![CDATA[" => self.within = Within::Cdata,
                (Within::Markup, b'-') if self.tail.ends_with(b"<!--") => self.within = Within::Comment,
                (Within::Cdata, b'>') if self.tail.ends_with(b"]]>") => self.within = Within::Markup,
                (Within::Comment, b'>') if self.tail.ends_with(b"-->") => self.within = Within::Markup,
                _ => {}
            }
            if self.run > self.limit {
                return false;
            }
        }
        true
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        if self.watch(&buffer[..read]) { Ok(read) } else { Err(io::Error::other(TOO_LONG)) }
    }
}

const TOO_LONG: &str = "text longer than a cell may be";

pub(crate) fn broken(error: &quick_xml::Error, limits: &Limits) -> Complaint {
    let reason = error.to_string();
    if reason.contains(TOO_LONG) {
        return Complaint::new(Code::CellTooLarge).with("limit", size(limits.cell as u64));
    }
    match error {
        quick_xml::Error::Syntax(_) | quick_xml::Error::IllFormed(_) if is_cut(error) => Complaint::new(Code::FileTruncated),
        _ => Complaint::new(Code::XmlBroken).with("reason", reason),
    }
}

fn is_cut(error: &quick_xml::Error) -> bool {
    use quick_xml::errors::{IllFormedError, SyntaxError};
    match error {
        quick_xml::Error::Syntax(e) => !matches!(e, SyntaxError::InvalidBangMarkup),
        quick_xml::Error::IllFormed(e) => matches!(e, IllFormedError::MissingEndTag(_)),
        _ => false,
    }
}

/// `&amp;`, `&#261;`: the character. Anything else is refused.
pub(crate) fn entity(part: &BytesRef) -> Result<String, Complaint> {
    let unknown = || Complaint::new(Code::XmlEntity).with("value", text_of(part.as_ref()));
    if let Some(letter) = part.resolve_char_ref().map_err(|_| unknown())? {
        return Ok(letter.to_string());
    }
    let text = match text_of(part.as_ref()).as_str() {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        // Feeds written by hand: harmless and fixed.
        "nbsp" => "\u{a0}",
        _ => return Err(unknown()),
    };
    Ok(text.to_owned())
}

fn push(text: &mut String, part: &str, held: &mut usize, limits: &Limits) -> Result<(), Complaint> {
    if text.len() + part.len() > limits.cell {
        return Err(Complaint::new(Code::CellTooLarge).with("limit", size(limits.cell as u64)));
    }
    *held += part.len();
    if *held > limits.row {
        return Err(Complaint::new(Code::RowTooLarge).with("limit", size(limits.row as u64)));
    }
    text.push_str(part);
    Ok(())
}

fn is_item(name: impl AsRef<str>) -> bool {
    matches!(name.as_ref(), "item" | "entry")
}

fn text_of(name: impl AsRef<str>) -> String {
    name.as_ref().to_owned()
}
