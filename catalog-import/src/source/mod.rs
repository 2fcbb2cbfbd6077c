//! Files as rows: every format becomes cells under named columns.

pub(crate) mod csv;
pub(crate) mod json;
mod sheet;
pub(crate) mod xlsx;
pub(crate) mod xml;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::complaint::Complaint;

/// The named columns. Tables know them from the heading; feeds and JSON find
/// them as they go.
#[derive(Clone, Debug, Default)]
pub(crate) struct Columns {
    names: Vec<String>,
    index: HashMap<String, u32>,
}

impl Columns {
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    pub(crate) fn name(&self, column: u32) -> &str {
        self.names.get(column as usize).map_or("", String::as_str)
    }

    /// The number of a column, a new one for a new name.
    pub(crate) fn find_or_add(&mut self, name: &str) -> u32 {
        match self.index.get(name) {
            Some(column) => *column,
            None => self.add(name),
        }
    }

    /// A table may have two columns of one name; the first one is found.
    pub(crate) fn add(&mut self, name: &str) -> u32 {
        let column = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.index.entry(name.to_owned()).or_insert(column);
        column
    }
}

/// A row of the source: its filled cells with the number of their column. A
/// column of a feed may come several times.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// As a spreadsheet counts: the heading is 1.
    pub number: u64,
    pub cells: Vec<(u32, String)>,
}

impl Row {
    pub(crate) fn get(&self, column: u32) -> Option<&str> {
        self.cells.iter().find(|(c, _)| *c == column).map(|(_, text)| text.as_str())
    }

    /// Bytes it holds, about.
    pub(crate) fn weight(&self) -> usize {
        self.cells.iter().map(|(_, text)| text.len() + 40).sum::<usize>() + 48
    }
}

/// What went wrong with a row.
pub(crate) struct Trouble {
    pub complaint: Complaint,
    /// What could be read of the row.
    pub row: Option<Row>,
    /// Nothing can be read after this.
    pub fatal: bool,
}

impl Trouble {
    pub(crate) fn fatal(complaint: Complaint) -> Trouble {
        Trouble { complaint, row: None, fatal: true }
    }
}

pub(crate) trait Rows: Send {
    fn columns(&self) -> &Columns;
    fn next(&mut self) -> Option<Result<Row, Trouble>>;
}
