//! Delimited text.
//!
//! An own tokenizer, because two things matter here that a general one does
//! not give: a huge cell is skipped without being held, and a file that ends
//! inside quotes is known to be cut. Tests hold it against the `csv` crate.

use std::io::{BufRead, BufReader, Read};

use super::{Columns, Row, Rows, Trouble};
use crate::complaint::{Code, Complaint};
use crate::file::unreadable;
use crate::options::{Limits, size};

pub(crate) struct Csv<R> {
    input: BufReader<R>,
    delimiter: u8,
    columns: Columns,
    limits: Limits,
    /// Records read so far, blank ones included.
    number: u64,
    ended: bool,
    cell: Vec<u8>,
}

/// A record as it stands in the file.
#[derive(Default)]
pub(crate) struct Record {
    pub cells: Vec<String>,
    /// The first cell over the limit.
    oversized: Option<usize>,
    too_large: bool,
    /// Ended by the end of the file inside quotes.
    pub cut: bool,
    /// Ended by the end of the file, without a line break.
    last: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum At {
    Start,
    Plain,
    Quoted,
    /// After a quote inside quotes: the end, or the first of two.
    Quote,
}

impl<R: Read + Send> Csv<R> {
    /// Reads the heading. `delimiter` None: the likeliest.
    pub(crate) fn open(input: R, delimiter: Option<char>, limits: Limits) -> Result<Csv<R>, Complaint> {
        let mut input = BufReader::with_capacity(128 << 10, input);
        let sample = input.fill_buf().map_err(|e| unreadable(&e))?;
        let (named, skip) = separator_line(sample);
        let delimiter = delimiter.and_then(|c| u8::try_from(c).ok()).or(named);
        let delimiter = delimiter.unwrap_or_else(|| likeliest(&sample[skip..]));
        input.consume(skip);
        let columns = Columns::default();
        let mut csv = Csv { input, delimiter, columns, limits, number: u64::from(skip > 0), ended: false, cell: Vec::new() };
        loop {
            let Some(heading) = csv.record().map_err(|e| unreadable(&e))? else {
                return Err(Complaint::new(Code::FileEmpty));
            };
            if heading.cut {
                return Err(Complaint::new(Code::FileTruncated).row(csv.number));
            }
            if heading.cells.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            for cell in &heading.cells {
                csv.columns.add(cell.trim_start_matches('\u{feff}').trim());
            }
            return Ok(csv);
        }
    }

    pub(crate) fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// The next record; None at the end.
    pub(crate) fn record(&mut self) -> std::io::Result<Option<Record>> {
        let (mut record, mut at, mut any, mut held) = (Record::default(), At::Start, false, 0);
        self.number += 1;
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                self.ended = true;
                if !any {
                    return Ok(None);
                }
                record.cut = at == At::Quoted;
                record.last = true;
                finish(&mut self.cell, &mut record);
                return Ok(Some(record));
            }
            any = true;
            let mut used = 0;
            while used < buffer.len() {
                let byte = buffer[used];
                match at {
                    At::Quoted => {
                        let rest = &buffer[used..];
                        let upto = rest.iter().position(|b| *b == b'"').unwrap_or(rest.len());
                        keep(&mut self.cell, &rest[..upto], &mut record, &mut held, &self.limits);
                        used += upto;
                        if upto < rest.len() {
                            at = At::Quote;
                            used += 1;
                        }
                        continue;
                    }
                    At::Start if byte == b'"' => at = At::Quoted,
                    At::Quote if byte == b'"' => {
                        keep(&mut self.cell, b"\"", &mut record, &mut held, &self.limits);
                        at = At::Quoted;
                    }
                    _ if byte == self.delimiter => {
                        finish(&mut self.cell, &mut record);
                        at = At::Start;
                    }
                    _ if byte == b'\n' => {
                        finish(&mut self.cell, &mut record);
                        self.input.consume(used + 1);
                        return Ok(Some(record));
                    }
                    // Part of \r\n; a lone one inside text becomes a blank.
                    _ if byte == b'\r' => {
                        let next = buffer.get(used + 1).copied();
                        if !matches!(next, Some(b'\n') | None) && at != At::Quote {
                            keep(&mut self.cell, b" ", &mut record, &mut held, &self.limits);
                        }
                    }
                    _ => {
                        at = At::Plain;
                        let rest = &buffer[used..];
                        let stop = |b: &u8| *b == self.delimiter || matches!(*b, b'\n' | b'\r');
                        let upto = rest.iter().position(stop).unwrap_or(rest.len());
                        keep(&mut self.cell, &rest[..upto], &mut record, &mut held, &self.limits);
                        used += upto;
                        continue;
                    }
                }
                used += 1;
            }
            self.input.consume(used);
        }
    }

    fn row(&self, record: Record) -> Result<Row, Trouble> {
        let expected = self.columns.names().len();
        let cells = record.cells.into_iter().enumerate();
        let found = cells.len();
        let mut surplus = false;
        let mut row = Row { number: self.number, cells: Vec::with_capacity(expected.min(found)) };
        for (column, text) in cells.filter(|(_, text)| !text.trim().is_empty()) {
            surplus |= column >= expected;
            if column < expected {
                row.cells.push((column as u32, text));
            }
        }
        let at = |code| Complaint::new(code).row(self.number);
        let complaint = if record.cut || (record.last && found < expected) {
            Some(at(Code::FileTruncated))
        } else if let Some(column) = record.oversized {
            let name = self.columns.name(column as u32).to_owned();
            let limit = size(self.limits.cell as u64);
            Some(Complaint::new(Code::CellTooLarge).at(self.number, &name).with("limit", limit))
        } else if record.too_large {
            Some(at(Code::RowTooLarge).with("limit", size(self.limits.row as u64)))
        } else {
            surplus.then(|| at(Code::RowTooLong).with("found", found).with("expected", expected))
        };
        match complaint {
            None => Ok(row),
            Some(complaint) => Err(Trouble { complaint, row: Some(row), fatal: record.cut }),
        }
    }
}

impl<R: Read + Send> Rows for Csv<R> {
    fn columns(&self) -> &Columns {
        &self.columns
    }

    fn next(&mut self) -> Option<Result<Row, Trouble>> {
        loop {
            if self.ended {
                return None;
            }
            let record = match self.record() {
                Ok(record) => record?,
                Err(error) => {
                    self.ended = true;
                    return Some(Err(Trouble::fatal(unreadable(&error).row(self.number))));
                }
            };
            let blank = record.cells.iter().all(|cell| cell.trim().is_empty());
            if blank && !record.cut && record.oversized.is_none() {
                continue;
            }
            return Some(self.row(record));
        }
    }
}

/// Appends to the open cell, unless the cell or the row is full.
fn keep(cell: &mut Vec<u8>, bytes: &[u8], record: &mut Record, held: &mut usize, limits: &Limits) {
    if record.oversized.is_some() || record.too_large {
        return;
    }
    if cell.len() + bytes.len() > limits.cell {
        record.oversized = Some(record.cells.len());
        cell.clear();
    } else if *held + bytes.len() > limits.row {
        record.too_large = true;
        cell.clear();
    } else {
        *held += bytes.len();
        cell.extend_from_slice(bytes);
    }
}

fn finish(cell: &mut Vec<u8>, record: &mut Record) {
    // The input is decoded text; a cell over the limit may end inside a letter.
    let text = String::from_utf8_lossy(cell).into_owned();
    cell.clear();
    // Thousands of empty cells cost nothing, but no row needs them.
    if record.cells.len() < 20_000 {
        record.cells.push(text);
    } else {
        record.too_large = true;
    }
}

/// Excel's `sep=;` line: the delimiter and how many bytes to skip.
fn separator_line(sample: &[u8]) -> (Option<u8>, usize) {
    let Some(rest) = sample.strip_prefix(b"sep=") else {
        return (None, 0);
    };
    match rest {
        [delimiter, b'\r', b'\n', ..] => (Some(*delimiter), 7),
        [delimiter, b'\n', ..] => (Some(*delimiter), 6),
        _ => (None, 0),
    }
}

/// The delimiter that stands most often in the heading outside quotes.
fn likeliest(sample: &[u8]) -> u8 {
    let mut counts = [(b',', 0u32), (b';', 0), (b'\t', 0), (b'|', 0)];
    let mut quoted = false;
    let start = sample.iter().position(|b| !matches!(b, b'\r' | b'\n')).unwrap_or(0);
    for byte in &sample[start..] {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            _ => counts.iter_mut().filter(|(d, _)| d == byte).for_each(|(_, n)| *n += 1),
        }
    }
    // On a tie the earlier, more usual one.
    counts.iter().rev().max_by_key(|(_, n)| *n).map_or(b',', |(d, _)| *d)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn records(text: &[u8], limits: Limits) -> Vec<Record> {
        let mut csv = Csv {
            input: BufReader::with_capacity(7, text),
            delimiter: b',',
            columns: Columns::default(),
            limits,
            number: 0,
            ended: false,
            cell: Vec::new(),
        };
        std::iter::from_fn(|| csv.record().unwrap()).collect()
    }

    proptest! {
        #[test]
        fn reads_what_the_csv_crate_writes(table in prop::collection::vec(prop::collection::vec("[a-z\",\n ąé]{0,9}", 2..5), 1..6)) {
            let mut writer = ::csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &table {
                writer.write_record(row).unwrap();
            }
            let bytes = writer.into_inner().unwrap();
            let read: Vec<_> = records(&bytes, Limits::default()).into_iter().map(|r| r.cells).collect();
            prop_assert_eq!(read, table);
        }
    }

    #[test]
    fn an_open_quote_at_the_end_is_a_cut_file() {
        let read = records(b"a,b\n1,\"two", Limits::default());
        assert!(read[1].cut);
    }

    #[test]
    fn a_huge_cell_is_skipped_and_the_next_row_read() {
        let text = format!("a,b\n\"{}\",2\n3,4\n", "x".repeat(5000));
        let limits = Limits { cell: 100, ..Limits::default() };
        let mut csv = Csv::open(text.as_bytes(), None, limits).unwrap();
        let Some(Err(trouble)) = csv.next() else { panic!("the cell is too large") };
        assert_eq!((trouble.complaint.code.as_str(), trouble.fatal), ("cell.too_large", false));
        assert_eq!(csv.next().unwrap().ok().unwrap().cells, [(0, "3".into()), (1, "4".into())]);
    }

    #[test]
    fn delimiters_are_found() {
        assert_eq!(likeliest(b"\"a,b\";c;d\n1,2,3,4,5"), b';');
        assert_eq!(likeliest(b"a\tb\tc"), b'\t');
        assert_eq!(separator_line(b"sep=;\r\na;b"), (Some(b';'), 7));
    }
}
