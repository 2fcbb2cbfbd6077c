//! A file as rows of cells, for whoever knows what the columns mean.

use std::io::{Read, Seek};

use crate::complaint::Complaint;
use crate::detect::Kind;
use crate::file::Handle;
use crate::options::Options;

/// The first rows of a file, its heading among them, each with a cell for every column; one more
/// than `most` of them says that there are more.
///
/// # Errors
/// A complaint when the file is not recognised, damaged or cut: then nothing of it is taken.
pub fn table(source: impl Read + Seek + Send + 'static, most: usize) -> Result<Vec<Vec<String>>, Complaint> {
    let kind = Kind::of(Handle::new(Box::new(source)), &Options::default())?;
    let mut rows = kind.rows()?;
    let mut found: Vec<Vec<String>> = Vec::new();
    while found.len() < most {
        match rows.next() {
            None => break,
            Some(Err(trouble)) => return Err(trouble.complaint),
            Some(Ok(row)) => {
                let columns = rows.columns().names().len();
                found.push((0..columns).map(|at| row.get(at as u32).unwrap_or("").to_owned()).collect());
            }
        }
    }
    found.insert(0, rows.columns().names().to_vec());
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn a_table_keeps_its_heading_and_its_empty_cells() {
        let read = |text: &'static str, most| table(Cursor::new(text), most).map_err(|c| c.code.to_owned());
        let rows = read("sku;price;currency\r\nA-1;\"1 2,50\";EUR\r\nA-2;;\r\n", 9).unwrap();
        assert_eq!(rows, [["sku", "price", "currency"], ["A-1", "1 2,50", "EUR"], ["A-2", "", ""]]);
        assert_eq!(read("a,b\n1,2\n3,4\n5,6\n", 2).unwrap().len(), 3, "no more than was asked for");
        assert!(read("", 9).is_err());
        assert!(read("a;b\n1;\"2", 9).is_err(), "a cut file gives nothing");
    }
}
