//! The first sheet of an XLSX workbook, row by row.
//!
//! A workbook is a ZIP of XML. Sizes are checked in the directory before and
//! counted while unpacking, since the directory can lie; the sheet is streamed,
//! only the table of shared texts is held, and that is bounded too.

use std::collections::HashMap;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use flate2::read::DeflateDecoder;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::{CompressionMethod, ZipArchive};

use super::sheet::Sheet;
use super::xml::{Bounded, broken, entity};
use super::{Columns, Row, Rows, Trouble};
use crate::complaint::{Code, Complaint};
use crate::file::Handle;
use crate::options::{Limits, size};

pub(crate) struct Workbook {
    sheet: Sheet<Part>,
    columns: Columns,
    ended: bool,
}

/// What the sheet's cells refer to.
#[derive(Default)]
pub(crate) struct Shared {
    pub texts: Vec<Box<str>>,
    /// By style: whether its number is a date.
    pub dates: Vec<bool>,
    /// Days are counted from 1904.
    pub from_1904: bool,
}

impl Workbook {
    pub(crate) fn open(file: Handle, limits: Limits) -> Result<Workbook, Complaint> {
        let mut parts = Parts::read(file, limits)?;
        let (target, from_1904) = first_sheet(&mut parts)?;
        let dates = styles(&mut parts)?;
        let texts = shared_texts(&mut parts)?;
        let shared = Shared { texts, dates, from_1904 };
        let part = parts.open(&target, limits.part)?.ok_or_else(|| damaged("the sheet is missing"))?;
        let mut book = Workbook { sheet: Sheet::new(part, shared, limits), columns: Columns::default(), ended: false };
        loop {
            match book.sheet.next() {
                None => return Err(Complaint::new(Code::FileEmpty)),
                Some(Err(trouble)) => return Err(trouble.complaint),
                Some(Ok(heading)) if heading.cells.is_empty() => {}
                Some(Ok(heading)) => {
                    let last = heading.cells.iter().map(|(column, _)| *column).max().unwrap_or(0);
                    for column in 0..=last {
                        book.columns.add(heading.get(column).unwrap_or("").trim());
                    }
                    return Ok(book);
                }
            }
        }
    }
}

impl Rows for Workbook {
    fn columns(&self) -> &Columns {
        &self.columns
    }

    fn next(&mut self) -> Option<Result<Row, Trouble>> {
        while !self.ended {
            match self.sheet.next() {
                Some(Ok(mut row)) => {
                    // Notes beside the table have no heading.
                    row.cells.retain(|(column, _)| (*column as usize) < self.columns.names().len());
                    if !row.cells.is_empty() {
                        return Some(Ok(row));
                    }
                }
                Some(Err(trouble)) => {
                    self.ended = trouble.fatal;
                    return Some(Err(trouble));
                }
                None => self.ended = true,
            }
        }
        None
    }
}

/// Where the parts lie in the file.
struct Parts {
    file: Handle,
    limits: Limits,
    entries: HashMap<String, Entry>,
}

#[derive(Clone, Copy)]
struct Entry {
    start: u64,
    packed: u64,
    unpacked: u64,
    deflated: bool,
}

impl Parts {
    fn read(file: Handle, limits: Limits) -> Result<Parts, Complaint> {
        let mut archive = ZipArchive::new(BufReader::new(file.rewound()))
            // The directory stands at the end: a cut file has none.
            .map_err(|_| Complaint::new(Code::FileTruncated))?;
        if archive.len() > 10_000 {
            return Err(damaged("it has too many parts"));
        }
        let mut entries = HashMap::new();
        for at in 0..archive.len() {
            let part = archive.by_index_raw(at).map_err(|e| damaged(&e.to_string()))?;
            if part.encrypted() {
                return Err(damaged("it is protected by a password"));
            }
            let deflated = match part.compression() {
                CompressionMethod::Deflated => true,
                CompressionMethod::Stored => false,
                _ => continue,
            };
            let Ok(name) = part.name() else {
                continue;
            };
            let Some(start) = part.data_start() else {
                continue;
            };
            let entry = Entry { start, packed: part.compressed_size(), unpacked: part.size(), deflated };
            entries.insert(name.trim_start_matches('/').to_owned(), entry);
        }
        Ok(Parts { file, limits, entries })
    }

    /// The unpacked part; None when the workbook has none of that name.
    fn open(&mut self, name: &str, limit: u64) -> Result<Option<Part>, Complaint> {
        let Some(entry) = self.entries.get(name).copied() else {
            return Ok(None);
        };
        let allowed = (entry.packed.saturating_mul(self.limits.ratio)).max(1 << 20);
        if entry.unpacked > limit {
            return Err(Complaint::new(Code::FileTooLarge).with("part", name).with("limit", size(limit)));
        }
        if entry.unpacked > allowed {
            return Err(Complaint::new(Code::FileBomb).with("part", name).with("ratio", self.limits.ratio));
        }
        let mut file = self.file.rewound();
        file.seek(SeekFrom::Start(entry.start)).map_err(|e| crate::file::unreadable(&e))?;
        let packed = BufReader::with_capacity(64 << 10, file.take(entry.packed));
        let inner = if entry.deflated { Unpack::Deflated(DeflateDecoder::new(packed)) } else { Unpack::Stored(packed) };
        Ok(Some(Part { inner, left: entry.unpacked }))
    }
}

/// A part while it is unpacked: one byte more than announced ends it.
pub(crate) struct Part {
    inner: Unpack,
    left: u64,
}

enum Unpack {
    Deflated(DeflateDecoder<BufReader<io::Take<Handle>>>),
    Stored(BufReader<io::Take<Handle>>),
}

impl Read for Part {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.inner {
            Unpack::Deflated(inner) => inner.read(buffer)?,
            Unpack::Stored(inner) => inner.read(buffer)?,
        };
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| io::Error::other(MORE))?;
        Ok(read)
    }
}

const MORE: &str = "part unpacks to more than announced";

pub(crate) fn xml_fault(error: &quick_xml::Error, limits: &Limits) -> Complaint {
    if error.to_string().contains(MORE) {
        return Complaint::new(Code::FileBomb).with("part", "A part").with("ratio", limits.ratio);
    }
    match broken(error, limits) {
        complaint if complaint.code == Code::XmlBroken.word() => damaged(&error.to_string()),
        complaint => complaint,
    }
}

fn damaged(reason: &str) -> Complaint {
    Complaint::new(Code::FileBroken).with("reason", reason)
}

/// An attribute's text, entities resolved.
pub(crate) fn attribute(element: &BytesStart, wanted: &str) -> Option<String> {
    let found = element.attributes().flatten().find(|a| a.key.as_ref() == wanted)?;
    found.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
}

/// Walks a small part; `visit` sees every opening element.
fn walk(parts: &mut Parts, name: &str, mut visit: impl FnMut(&str, &BytesStart)) -> Result<bool, Complaint> {
    let limits = parts.limits;
    let Some(part) = parts.open(name, 16 << 20)? else {
        return Ok(false);
    };
    let mut reader = Reader::from_reader(BufReader::new(Bounded::new(part, limits.cell)));
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|e| xml_fault(&e, &limits))? {
            Event::DocType(_) => return Err(Complaint::new(Code::XmlDoctype)),
            Event::Start(element) | Event::Empty(element) => {
                let name = element.local_name().as_ref().to_owned();
                visit(&name, &element);
            }
            Event::Eof => return Ok(true),
            _ => {}
        }
    }
}

fn first_sheet(parts: &mut Parts) -> Result<(String, bool), Complaint> {
    let (mut id, mut from_1904) = (None, false);
    let found = walk(parts, "xl/workbook.xml", |name, element| match name {
        "sheet" if id.is_none() => id = attribute(element, "r:id"),
        "workbookPr" => from_1904 = matches!(attribute(element, "date1904").as_deref(), Some("1" | "true")),
        _ => {}
    })?;
    if !found {
        // A ZIP that is no workbook.
        return Err(damaged("it is not an Excel workbook"));
    }
    let mut target = None;
    walk(parts, "xl/_rels/workbook.xml.rels", |name, element| {
        if name == "Relationship" && attribute(element, "Id") == id && id.is_some() {
            target = attribute(element, "Target");
        }
    })?;
    let target = target.unwrap_or_else(|| "worksheets/sheet1.xml".into());
    let path = match target.strip_prefix('/') {
        Some(whole) => whole.to_owned(),
        None => format!("xl/{target}"),
    };
    Ok((path, from_1904))
}

fn styles(parts: &mut Parts) -> Result<Vec<bool>, Complaint> {
    let (mut own, mut dates, mut inside) = (HashMap::new(), Vec::new(), false);
    walk(parts, "xl/styles.xml", |name, element| match name {
        "numFmt" => {
            let (id, code) = (attribute(element, "numFmtId"), attribute(element, "formatCode"));
            own.insert(id.unwrap_or_default(), code.unwrap_or_default());
        }
        "cellXfs" => inside = true,
        "cellStyles" | "dxfs" => inside = false,
        "xf" if inside => {
            let id = attribute(element, "numFmtId").unwrap_or_default();
            let built_in = matches!(id.parse(), Ok(14u32..=22 | 45..=47));
            dates.push(built_in || own.get(&id).is_some_and(|code| is_date(code)));
        }
        _ => {}
    })?;
    Ok(dates)
}

/// `yyyy\-mm\-dd` is a date; `0.00 "day"` and `[Red]0` are not.
fn is_date(code: &str) -> bool {
    let (mut quoted, mut bracket, mut escaped) = (false, false, false);
    code.chars().any(|c| {
        if std::mem::take(&mut escaped) {
            return false;
        }
        match c {
            '"' => quoted = !quoted,
            '[' => bracket = true,
            ']' => bracket = false,
            '\\' => escaped = true,
            'y' | 'Y' | 'd' | 'D' => return !quoted && !bracket,
            _ => {}
        }
        false
    })
}

fn shared_texts(parts: &mut Parts) -> Result<Vec<Box<str>>, Complaint> {
    let limits = parts.limits;
    let Some(part) = parts.open("xl/sharedStrings.xml", limits.shared_texts)? else {
        return Ok(Vec::new());
    };
    let mut reader = Reader::from_reader(BufReader::new(Bounded::new(part, limits.cell)));
    let (mut buffer, mut texts, mut text) = (Vec::new(), Vec::new(), String::new());
    // Text stands in <t>; phonetic hints in <rPh> are not part of it.
    let (mut inside, mut hint) = (false, false);
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|e| xml_fault(&e, &limits))? {
            Event::DocType(_) => return Err(Complaint::new(Code::XmlDoctype)),
            Event::Start(element) => match element.local_name().as_ref() {
                "t" => inside = !hint,
                "rPh" => hint = true,
                _ => {}
            },
            Event::Text(part) if inside => text.push_str(&part.xml10_content()),
            Event::CData(part) if inside => text.push_str(&part.xml10_content()),
            Event::GeneralRef(part) if inside => text.push_str(&entity(&part)?),
            Event::Empty(element) if element.local_name().as_ref() == "si" => texts.push("".into()),
            Event::End(element) => match element.local_name().as_ref() {
                "t" => inside = false,
                "rPh" => hint = false,
                "si" => texts.push(std::mem::take(&mut text).into_boxed_str()),
                _ => {}
            },
            Event::Eof => return Ok(texts),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_formats_are_told_from_numbers() {
        assert!(is_date("yyyy\\-mm\\-dd") && is_date("d.m.yy"));
        assert!(!is_date("0.00 \"days\"") && !is_date("[Red]#,##0.00") && !is_date("General"));
    }
}
