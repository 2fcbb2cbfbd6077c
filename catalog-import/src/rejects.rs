//! Rejected rows as a file to correct and feed again: the rows as they came,
//! with a column `error` that the reader ignores.

use std::io::{self, Write};

use serde_json::{Map, Value};

use crate::complaint::Complaint;
use crate::detect::Format;
use crate::ours::LINE;
use crate::reader::Reader;
use crate::source::Row;
use crate::write::csv_line;

/// Tables become CSV (UTF-8 with mark, commas), feeds and JSON become NDJSON.
pub struct Rejects<W: Write> {
    out: W,
    table: bool,
    begun: bool,
}

impl<W: Write> Rejects<W> {
    pub fn new(reader: &Reader, out: W) -> Rejects<W> {
        let table = matches!(reader.format(), Format::Csv | Format::Xlsx);
        Rejects { out, table, begun: false }
    }

    /// `csv` or `ndjson`: the ending of the file's name.
    pub fn ending(&self) -> &'static str {
        if self.table { "csv" } else { "ndjson" }
    }

    /// Adds the rows of one product with what is wrong with them. Writes
    /// nothing at all when nothing was rejected.
    pub fn push(&mut self, reader: &Reader, rows: &[Row], complaints: &[Complaint]) -> io::Result<()> {
        for (at, row) in rows.iter().enumerate() {
            // What is about no row of these stands with the first.
            let other = |c: &&Complaint| at == 0 && !rows.iter().any(|row| c.row == Some(row.number));
            let own = complaints.iter().filter(|c| c.row == Some(row.number) || other(c));
            let error = own.map(said).collect::<Vec<_>>().join(" | ");
            if self.table {
                self.line(reader.columns(), row, &error)?;
            } else {
                self.object(reader.columns(), row, error)?;
            }
        }
        Ok(())
    }

    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }

    fn line(&mut self, columns: &[String], row: &Row, error: &str) -> io::Result<()> {
        let fold = |name: &String| crate::profile::fold(name) == "error";
        let old = columns.iter().position(fold);
        if !self.begun {
            self.out.write_all("\u{feff}".as_bytes())?;
            let names = columns.iter().map(String::as_str);
            csv_line(&mut self.out, names.chain(old.is_none().then_some("error")))?;
            self.begun = true;
        }
        let cell = |at: usize| {
            if Some(at) == old { error } else { row.get(at as u32).unwrap_or("") }
        };
        csv_line(&mut self.out, (0..columns.len()).map(cell).chain(old.is_none().then_some(error)))
    }

    fn object(&mut self, columns: &[String], row: &Row, error: String) -> io::Result<()> {
        let mut object = Map::new();
        for (column, text) in &row.cells {
            if *column == LINE {
                object = match serde_json::from_str(text) {
                    Ok(object) => object,
                    Err(_) => Map::from_iter([("line".to_owned(), Value::from(text.as_str()))]),
                };
                continue;
            }
            let Some(name) = columns.get(*column as usize) else {
                continue;
            };
            match object.get_mut(name) {
                None => drop(object.insert(name.clone(), text.as_str().into())),
                Some(Value::Array(list)) => list.push(text.as_str().into()),
                Some(first) => *first = Value::Array(vec![first.take(), text.as_str().into()]),
            }
        }
        object.insert("error".into(), error.into());
        serde_json::to_writer(&mut self.out, &object)?;
        self.out.write_all(b"\n")
    }
}

fn said(complaint: &Complaint) -> String {
    match &complaint.column {
        Some(column) => format!("{column}: {} {}", complaint.message, complaint.remedy),
        None => format!("{} {}", complaint.message, complaint.remedy),
    }
}
