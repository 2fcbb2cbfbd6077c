//! A row as both databases and the archive know it, and how rows are counted.

use std::io::Write;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::manifest::{Kind, Table, Tally};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Null,
    Int(i64),
    Bool(bool),
    Text(String),
    Uuid(Uuid),
    Bytes(Vec<u8>),
}

/// Writes the row as one line, without its end. The same row is the same bytes whatever it came
/// from: the digest is taken of them.
pub fn encode(cells: &[Cell], line: &mut Vec<u8>) {
    line.clear();
    for (i, cell) in cells.iter().enumerate() {
        line.push(if i == 0 { b'[' } else { b',' });
        // Writing into memory does not fail.
        let _ = match cell {
            Cell::Null => line.write_all(b"null"),
            Cell::Int(n) => write!(line, "{n}"),
            Cell::Bool(b) => write!(line, "{b}"),
            Cell::Text(text) => serde_json::to_writer(&mut *line, text).map_err(Into::into),
            Cell::Uuid(id) => write!(line, "\"{id}\""),
            Cell::Bytes(bytes) => write!(line, "\"{}\"", BASE64_STANDARD.encode(bytes)),
        };
    }
    line.push(b']');
}

/// The row of a line; nothing when it is none of this table.
pub fn decode(table: &Table, line: &[u8]) -> Option<Vec<Cell>> {
    let values: Vec<Value> = serde_json::from_slice(line).ok()?;
    if values.len() != table.columns.len() {
        return None;
    }
    let cell = |(value, kind): (Value, Kind)| {
        Some(match (kind, value) {
            (_, Value::Null) => Cell::Null,
            (Kind::Int, Value::Number(n)) => Cell::Int(n.as_i64()?),
            (Kind::Bool, Value::Bool(b)) => Cell::Bool(b),
            (Kind::Text, Value::String(text)) => Cell::Text(text),
            (Kind::Uuid, Value::String(text)) => Cell::Uuid(Uuid::parse_str(&text).ok()?),
            (Kind::Bytes, Value::String(text)) => Cell::Bytes(BASE64_STANDARD.decode(text).ok()?),
            _ => return None,
        })
    };
    values.into_iter().zip(table.columns.iter().map(|c| c.kind)).map(cell).collect()
}

/// Counts rows as they pass.
pub struct Counter {
    rows: u64,
    digest: u128,
    sums: Vec<(usize, i64)>,
}

impl Counter {
    pub fn new(table: &Table) -> Self {
        let money =
            |(i, c): (usize, &super::manifest::Column)| (c.kind == Kind::Int && c.name.ends_with("_minor")).then_some((i, 0));
        Self { rows: 0, digest: 0, sums: table.columns.iter().enumerate().filter_map(money).collect() }
    }

    /// `line` is what [`encode`] makes of the cells.
    pub fn take(&mut self, cells: &[Cell], line: &[u8]) {
        self.rows += 1;
        let hash = Sha256::digest(line);
        let mut half = [0; 16];
        half.copy_from_slice(&hash[..16]);
        self.digest = self.digest.wrapping_add(u128::from_be_bytes(half));
        for (column, sum) in &mut self.sums {
            if let Some(Cell::Int(n)) = cells.get(*column) {
                *sum = sum.saturating_add(*n);
            }
        }
    }

    pub fn tally(self, table: &Table) -> Tally {
        let sums = self.sums.into_iter().map(|(i, sum)| (table.columns[i].name.clone(), sum)).collect();
        Tally { rows: self.rows, digest: format!("{:032x}", self.digest), sums }
    }
}

#[cfg(test)]
mod tests {
    use super::super::manifest::Column;
    use super::*;

    fn table() -> Table {
        let kinds = [Kind::Uuid, Kind::Int, Kind::Bool, Kind::Text, Kind::Bytes];
        let column = |(i, kind)| Column { name: format!("c{i}_minor"), kind };
        Table { name: "t".into(), columns: kinds.into_iter().enumerate().map(column).collect(), tally: Tally::default() }
    }

    fn row(n: i64) -> Vec<Cell> {
        let text = "Ąžuolas \"1\"\n\u{1}\u{2028}😀".to_owned();
        vec![Cell::Uuid(Uuid::from_u128(7)), Cell::Int(n), Cell::Bool(true), Cell::Text(text), Cell::Bytes(vec![0, 255, 10])]
    }

    #[test]
    fn a_row_comes_back_as_it_was() {
        let mut line = Vec::new();
        for row in [row(i64::MIN), row(i64::MAX), vec![Cell::Null; 5]] {
            encode(&row, &mut line);
            assert!(!line.contains(&b'\n'), "a row is a line");
            assert_eq!(decode(&table(), &line), Some(row));
        }
        for wrong in ["[]", "[1,2,3,4,5]", "{}", "[null,null,null,null,1]", "[null,1.5,null,null,null]", "", "[null"] {
            assert_eq!(decode(&table(), wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn a_tally_knows_rows_and_not_their_order() {
        let count = |rows: &[i64]| {
            let mut counter = Counter::new(&table());
            let mut line = Vec::new();
            for n in rows {
                encode(&row(*n), &mut line);
                counter.take(&row(*n), &line);
            }
            counter.tally(&table())
        };
        assert_eq!(count(&[1, 2, 3]), count(&[3, 1, 2]));
        assert_eq!(count(&[1, 2, 3]).sums["c1_minor"], 6);
        assert_ne!(count(&[1, 2, 3]).digest, count(&[2, 2, 2]).digest);
        assert_ne!(count(&[1, 2]).digest, count(&[1, 2, 2]).digest);
        assert_ne!(count(&[1, 1]).digest, count(&[]).digest);
    }
}
