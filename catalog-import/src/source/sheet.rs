//! The cells of a worksheet.

use std::io::{BufReader, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use rust_decimal::Decimal;

use super::xlsx::{Shared, attribute, xml_fault};
use super::xml::{Bounded, entity};
use super::{Row, Trouble};
use crate::complaint::{Code, Complaint};
use crate::options::{Limits, size};

pub(crate) struct Sheet<R: Read> {
    reader: Reader<BufReader<Bounded<R>>>,
    buffer: Vec<u8>,
    shared: Shared,
    limits: Limits,
    number: u64,
    ended: bool,
}

/// The cell being read.
#[derive(Default)]
struct Cell {
    column: u32,
    kind: String,
    style: usize,
    text: String,
}

impl<R: Read> Sheet<R> {
    pub(crate) fn new(part: R, shared: Shared, limits: Limits) -> Sheet<R> {
        let reader = Reader::from_reader(BufReader::with_capacity(64 << 10, Bounded::new(part, limits.cell)));
        Sheet { reader, buffer: Vec::new(), shared, limits, number: 0, ended: false }
    }

    pub(crate) fn next(&mut self) -> Option<Result<Row, Trouble>> {
        if self.ended {
            return None;
        }
        match self.row() {
            Ok(row) => {
                self.ended = row.is_none();
                row.map(Ok)
            }
            Err(complaint) => {
                self.ended = true;
                Some(Err(Trouble::fatal(complaint.row(self.number.max(1)))))
            }
        }
    }

    fn row(&mut self) -> Result<Option<Row>, Complaint> {
        let (mut row, mut cell, mut inside, mut held) = (Row::default(), Cell::default(), false, 0);
        let mut next_column = 0;
        loop {
            self.buffer.clear();
            let event = self.reader.read_event_into(&mut self.buffer).map_err(|e| xml_fault(&e, &self.limits))?;
            match event {
                Event::DocType(_) => return Err(Complaint::new(Code::XmlDoctype)),
                Event::Eof => return Err(Complaint::new(Code::FileTruncated)),
                Event::Start(element) => match element.local_name().as_ref() {
                    "row" => self.number = number_of(&element, self.number + 1),
                    "c" => {
                        cell = begin(&element, next_column);
                        next_column = cell.column + 1;
                    }
                    "v" | "t" => inside = true,
                    _ => {}
                },
                Event::Empty(element) => match element.local_name().as_ref() {
                    "row" => self.number = number_of(&element, self.number + 1),
                    "c" => next_column = begin(&element, next_column).column + 1,
                    "sheetData" => return Ok(None),
                    _ => {}
                },
                Event::Text(part) if inside => cell.text.push_str(&part.xml10_content()),
                Event::CData(part) if inside => cell.text.push_str(&part.xml10_content()),
                Event::GeneralRef(part) if inside => cell.text.push_str(&entity(&part)?),
                Event::End(element) => match element.local_name().as_ref() {
                    "v" | "t" => inside = false,
                    "c" => {
                        let cell = std::mem::take(&mut cell);
                        let column = cell.column;
                        let text = self.shared.text(cell);
                        held += text.len();
                        if !text.trim().is_empty() {
                            row.cells.push((column, text));
                        }
                    }
                    "row" => {
                        row.number = self.number;
                        return Ok(Some(row));
                    }
                    "sheetData" => return Ok(None),
                    _ => {}
                },
                _ => {}
            }
            if cell.text.len() > self.limits.cell {
                return Err(Complaint::new(Code::CellTooLarge).with("limit", size(self.limits.cell as u64)));
            }
            if held > self.limits.row || row.cells.len() > 16_384 {
                return Err(Complaint::new(Code::RowTooLarge).with("limit", size(self.limits.row as u64)));
            }
        }
    }
}

impl Shared {
    fn text(&self, cell: Cell) -> String {
        match cell.kind.as_str() {
            "s" => {
                let at = cell.text.trim().parse::<usize>().ok();
                at.and_then(|at| self.texts.get(at)).map_or(String::new(), |text| text.to_string())
            }
            "inlineStr" | "str" => cell.text,
            "b" => if cell.text.trim() == "1" { "true" } else { "false" }.to_owned(),
            // #N/A and the like: nothing is there.
            "e" => String::new(),
            "d" => cell.text,
            _ => self.number(&cell.text, cell.style),
        }
    }

    /// Excel keeps 15 digits and writes 19.8 as 19.800000000000001.
    fn number(&self, text: &str, style: usize) -> String {
        let text = text.trim();
        let exact = text.parse::<Decimal>().or_else(|_| Decimal::from_scientific(text));
        let Ok(exact) = exact else {
            return text.to_owned();
        };
        let Some(rounded) = exact.round_sf(15) else {
            return text.to_owned();
        };
        if self.dates.get(style).copied().unwrap_or(false) {
            return self.date(rounded).unwrap_or_else(|| text.to_owned());
        }
        rounded.normalize().to_string()
    }

    /// Days since 1899-12-30 (or 1904-01-01), the rest of the number is time.
    fn date(&self, serial: Decimal) -> Option<String> {
        use rust_decimal::prelude::ToPrimitive;
        let days = serial.trunc().to_i64()?.checked_add(if self.from_1904 { 1462 } else { 0 })?;
        let minutes = ((serial - serial.trunc()) * Decimal::from(1440)).round().to_i64()?;
        // Days from 1970-01-01 to a civil date (Howard Hinnant's algorithm).
        let z = days.checked_sub(25_569)?.checked_add(719_468)?;
        if !(0..=4_000_000).contains(&z) {
            return None;
        }
        let (era, day_of_era) = (z / 146_097, z % 146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let clock = match minutes {
            1..1440 => format!("T{:02}:{:02}", minutes / 60, minutes % 60),
            _ => String::new(),
        };
        Some(format!("{year:04}-{month:02}-{day:02}{clock}"))
    }
}

fn begin(element: &BytesStart, next: u32) -> Cell {
    let place = attribute(element, "r").and_then(|r| column(&r)).unwrap_or(next);
    let style = attribute(element, "s").and_then(|s| s.parse().ok()).unwrap_or(0);
    Cell { column: place, kind: attribute(element, "t").unwrap_or_default(), style, text: String::new() }
}

fn number_of(element: &BytesStart, next: u64) -> u64 {
    attribute(element, "r").and_then(|r| r.parse().ok()).unwrap_or(next)
}

/// `AB12` → 27; sheets end at XFD.
fn column(place: &str) -> Option<u32> {
    let letters = place.bytes().take_while(u8::is_ascii_uppercase);
    let number = letters.take(4).fold(0u32, |sum, b| sum * 26 + u32::from(b - b'A') + 1);
    (1..=16_384).contains(&number).then(|| number - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_typed_them() {
        let shared = Shared { dates: vec![false, true], ..Shared::default() };
        assert_eq!(shared.number("19.800000000000001", 0), "19.8");
        assert_eq!(shared.number("5000", 0), "5000");
        assert_eq!(shared.number("1.5E-3", 0), "0.0015");
        assert_eq!(shared.number("46387", 1), "2026-12-31");
        assert_eq!(shared.number("46387.5", 1), "2026-12-31T12:00");
    }

    #[test]
    fn columns_by_letter() {
        assert_eq!(column("A1"), Some(0));
        assert_eq!(column("AB12"), Some(27));
        assert_eq!(column("XFD1"), Some(16_383));
        assert_eq!(column("1"), None);
    }
}
