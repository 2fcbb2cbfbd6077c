//! NDJSON (one object a line) and JSON arrays of objects.
//!
//! Numbers are kept as they are written: a price never passes through floating
//! point. Nested objects become `dimensions.width`, arrays repeat their column.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Columns, Row, Rows, Trouble};
use crate::complaint::{Code, Complaint};
use crate::file::unreadable;
use crate::options::{Limits, size};

pub(crate) struct Json<R> {
    input: BufReader<R>,
    shape: Shape,
    columns: Columns,
    limits: Limits,
    number: u64,
    ended: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Shape {
    Lines,
    Array,
}

/// The text of one object, or why it could not be held.
pub(crate) enum Piece {
    Object(Vec<u8>),
    TooLarge,
    Cut,
}

impl<R: Read + Send> Json<R> {
    pub(crate) fn open(input: R, shape: Shape, limits: Limits) -> Json<R> {
        let input = BufReader::with_capacity(128 << 10, input);
        Json { input, shape, columns: Columns::default(), limits, number: 0, ended: false }
    }

    /// The next object's text with its line (or ordinal in an array).
    pub(crate) fn piece(&mut self) -> Option<(u64, Result<Piece, Complaint>)> {
        if self.ended {
            return None;
        }
        let piece = match self.shape {
            Shape::Lines => self.line(),
            Shape::Array => self.element(),
        };
        match piece {
            Ok(piece) => piece.map(|piece| (self.number, Ok(piece))),
            Err(error) => {
                self.ended = true;
                Some((self.number, Err(unreadable(&error))))
            }
        }
    }

    pub(crate) fn trouble(&mut self, number: u64, piece: Result<Piece, Complaint>) -> Result<Vec<u8>, Trouble> {
        let complaint = match piece {
            Ok(Piece::Object(text)) => return Ok(text),
            Ok(Piece::TooLarge) => {
                let limit = size(self.limits.row as u64);
                let complaint = Complaint::new(Code::RowTooLarge).row(number).with("limit", limit);
                return Err(Trouble { complaint, row: None, fatal: false });
            }
            Ok(Piece::Cut) => Complaint::new(Code::FileTruncated).row(number),
            Err(complaint) => complaint.row(number),
        };
        self.ended = true;
        Err(Trouble::fatal(complaint))
    }

    fn line(&mut self) -> std::io::Result<Option<Piece>> {
        loop {
            let (mut line, mut too_large, mut ended) = (Vec::new(), false, false);
            loop {
                let buffer = self.input.fill_buf()?;
                if buffer.is_empty() {
                    self.ended = true;
                    break;
                }
                let upto = buffer.iter().position(|b| *b == b'\n');
                let part = &buffer[..upto.unwrap_or(buffer.len())];
                if line.len() + part.len() > self.limits.row {
                    too_large = true;
                    line = Vec::new();
                }
                if !too_large {
                    line.extend_from_slice(part);
                }
                let used = part.len() + usize::from(upto.is_some());
                ended = upto.is_some();
                self.input.consume(used);
                if ended {
                    break;
                }
            }
            if !line.is_empty() || too_large || ended {
                self.number += 1;
            }
            if too_large {
                return Ok(Some(Piece::TooLarge));
            }
            let blank = line.iter().all(u8::is_ascii_whitespace);
            match (blank, ended) {
                (true, false) => return Ok(None),
                (true, true) => continue,
                // The last line of a cut file is an object without its end.
                (false, false) if !line.trim_ascii_end().ends_with(b"}") => {
                    return Ok(Some(Piece::Cut));
                }
                _ => return Ok(Some(Piece::Object(line))),
            }
        }
    }

    /// The next object at the top of the array, by counting braces.
    fn element(&mut self) -> std::io::Result<Option<Piece>> {
        let (mut text, mut depth, mut quoted, mut escaped, mut too_large) = (Vec::new(), 0usize, false, false, false);
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                let cut = depth > 0 || !self.ended;
                self.ended = true;
                return Ok(cut.then_some(Piece::Cut));
            }
            let mut used = 0;
            let mut whole = false;
            for byte in buffer {
                used += 1;
                if depth == 0 {
                    match byte {
                        b'{' => depth = 1,
                        b']' => {
                            self.ended = true;
                            self.input.consume(used);
                            return Ok(None);
                        }
                        _ => continue,
                    }
                } else if quoted {
                    quoted = escaped || *byte != b'"';
                    escaped = !escaped && *byte == b'\\';
                } else {
                    match byte {
                        b'"' => quoted = true,
                        b'{' | b'[' => depth += 1,
                        b'}' | b']' => depth -= 1,
                        _ => {}
                    }
                }
                too_large |= text.len() >= self.limits.row;
                if too_large {
                    text = Vec::new();
                } else {
                    text.push(*byte);
                }
                if depth == 0 {
                    whole = true;
                    break;
                }
            }
            self.input.consume(used);
            if whole {
                self.number += 1;
                return Ok(Some(if too_large { Piece::TooLarge } else { Piece::Object(text) }));
            }
        }
    }

    fn row(&mut self, number: u64, text: &[u8]) -> Result<Row, Trouble> {
        let mut row = Row { number, cells: Vec::new() };
        match serde_json::from_slice::<Object>(text) {
            Ok(object) => {
                let flat = flatten(&object, "", 0, &mut self.columns, &mut row);
                flat.map(|()| row).map_err(|reason| self.bad(number, &reason))
            }
            Err(error) => Err(self.bad(number, &error.to_string())),
        }
    }

    fn bad(&self, number: u64, reason: &str) -> Trouble {
        let complaint = Complaint::new(Code::JsonBroken).row(number).with("reason", reason);
        Trouble { complaint, row: Some(Row { number, cells: Vec::new() }), fatal: false }
    }
}

impl<R: Read + Send> Rows for Json<R> {
    fn columns(&self) -> &Columns {
        &self.columns
    }

    fn next(&mut self) -> Option<Result<Row, Trouble>> {
        let (number, piece) = self.piece()?;
        let text = match self.trouble(number, piece) {
            Ok(text) => text,
            Err(trouble) => return Some(Err(trouble)),
        };
        let row = self.row(number, &text);
        // The cell limit holds for values as for cells.
        if let Ok(row) = &row
            && let Some((column, _)) = row.cells.iter().find(|(_, text)| text.len() > self.limits.cell)
        {
            let name = self.columns.name(*column).to_owned();
            let limit = size(self.limits.cell as u64);
            let complaint = Complaint::new(Code::CellTooLarge).at(number, &name).with("limit", limit);
            return Some(Err(Trouble { complaint, row: None, fatal: false }));
        }
        Some(row)
    }
}

type Object = BTreeMap<String, Box<RawValue>>;

fn flatten(object: &Object, path: &str, depth: u32, columns: &mut Columns, row: &mut Row) -> Result<(), String> {
    for (key, value) in object {
        let name = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        put(value, &name, depth, columns, row)?;
    }
    Ok(())
}

fn put(value: &RawValue, name: &str, depth: u32, columns: &mut Columns, row: &mut Row) -> Result<(), String> {
    if depth > 8 {
        return Ok(());
    }
    let text = value.get();
    match text.as_bytes().first() {
        Some(b'{') => {
            let object: Object = read(text)?;
            flatten(&object, name, depth + 1, columns, row)
        }
        Some(b'[') => {
            let list: Vec<Box<RawValue>> = read(text)?;
            list.iter().try_for_each(|value| put(value, name, depth + 1, columns, row))
        }
        Some(b'n') => Ok(()),
        Some(b'"') => {
            let text: String = read(text)?;
            add(&text, name, columns, row);
            Ok(())
        }
        _ => {
            add(text, name, columns, row);
            Ok(())
        }
    }
}

fn add(text: &str, name: &str, columns: &mut Columns, row: &mut Row) {
    // A thousand keys a product is not a product; more names are not kept.
    let known = columns.index.contains_key(name) || columns.names.len() < 2000;
    if known && !text.trim().is_empty() && row.cells.len() < 5000 {
        let column = columns.find_or_add(name);
        row.cells.push((column, text.to_owned()));
    }
}

fn read<'t, T: Deserialize<'t>>(text: &'t str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, shape: Shape) -> Vec<Result<Row, String>> {
        let mut json = Json::open(text.as_bytes(), shape, Limits::default());
        std::iter::from_fn(|| json.next()).map(|r| r.map_err(|t| t.complaint.code)).collect()
    }

    #[test]
    fn numbers_stay_as_written() {
        let rows = rows("{\"price\": 9.990, \"dimensions\": {\"width\": 15.14}, \"tags\": [\"a\", \"b\"]}\n", Shape::Lines);
        let texts: Vec<_> = rows[0].as_ref().unwrap().cells.iter().map(|(_, t)| t.as_str()).collect();
        assert_eq!(texts, ["15.14", "9.990", "a", "b"]);
    }

    #[test]
    fn a_broken_line_costs_only_itself() {
        let rows = rows("{\"a\": 1}\n{\"a\": \n\n{\"a\": 2}\n", Shape::Lines);
        assert_eq!(rows[1], Err("json.broken".into()));
        assert_eq!(rows[2].as_ref().unwrap().number, 4);
    }

    #[test]
    fn arrays_come_apart_and_a_cut_one_is_known() {
        assert_eq!(rows("[\n {\"a\": \"}\\\"\"},\n {\"a\": 2}\n]", Shape::Array).len(), 2);
        assert_eq!(rows("[{\"a\": 1}, {\"a\"", Shape::Array)[1], Err("file.truncated".into()));
    }
}
