//! Files that must be refused, by row, column and remedy, and held in no memory.

use std::io::{self, Cursor, Read, Seek, SeekFrom};

use catalog_import::{Complaint, Options, Reader};

use crate::samples::workbook;
use crate::{read, sample};

fn refused(source: impl Read + Seek + Send + 'static) -> Complaint {
    let complaint = Reader::open(source, Options::default()).map(|_| ()).unwrap_err();
    assert!(!complaint.remedy.is_empty());
    complaint
}

#[test]
fn every_bad_cell_is_named() {
    let outcome = read(sample("bad/prices.csv"), Options::default()).unwrap();
    let expected = [(2, "price.negative"), (3, "currency.unknown"), (4, "number.invalid"), (5, "number.ambiguous")];
    assert_eq!(outcome.codes()[..4], expected);
    assert_eq!(outcome.rejections[0].complaints[0].column.as_deref(), Some("price"));
    assert!(outcome.codes().contains(&(7, "sku.twice")) || outcome.codes().contains(&(7, "product.twice")));
    assert_eq!(outcome.items.last().unwrap().draft.external_id, "OK");
    assert_eq!(outcome.warnings[0].column.as_deref(), Some("colour of the sky"));
}

#[test]
fn cut_files_say_so_and_keep_nothing_of_the_last_product() {
    let table = read(sample("bad/truncated.csv"), Options::default()).unwrap();
    assert_eq!((table.items.len(), table.codes()), (1, vec![(3, "file.truncated")]));
    assert!(table.rejections[0].fatal);
    let lines = read(sample("bad/truncated.ndjson"), Options::default());
    assert_eq!(lines.err().map(|c| (c.code, c.row)), Some(("file.truncated".into(), Some(2))));
    assert_eq!(refused(sample("bad/truncated.xml")).code, "file.truncated");
    let mut book = workbook("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>");
    book.truncate(book.len() - 30);
    assert_eq!(refused(Cursor::new(book)).code, "file.truncated");
}

#[test]
fn a_row_in_a_wrong_encoding_costs_only_itself() {
    let outcome = read(sample("bad/wrong-encoding.csv"), Options::default()).unwrap();
    assert_eq!((outcome.items.len(), outcome.codes()), (2, vec![(3, "encoding.broken")]));
    assert_eq!(outcome.rejections[0].complaints[0].column.as_deref(), Some("title"));
}

#[test]
fn xml_expands_nothing() {
    assert_eq!(refused(sample("bad/entities.xml")).code, "xml.doctype");
    let complaint = refused(sample("bad/entity.xml"));
    assert_eq!((complaint.code.as_str(), complaint.column.as_deref()), ("xml.entity", Some("title")));
}

#[test]
fn missing_columns_and_strange_files_are_named() {
    let complaint = refused(sample("bad/no-key.csv"));
    assert_eq!(complaint.code, "column.missing");
    assert!(complaint.remedy.contains(complaint.column.as_deref().unwrap()));
    assert_eq!(refused(sample("bad/picture.csv")).code, "file.unknown");
    assert_eq!(refused(Cursor::new("")).code, "file.empty");
    assert_eq!(refused(Cursor::new("just some words\n")).code, "file.unknown");
    let options = Options { profile: Some("prestashop".into()), ..Options::default() };
    let unknown = Reader::open(Cursor::new("sku,price\n"), options).map(|_| ()).unwrap_err();
    assert!(unknown.remedy.contains("shopify"));
}

#[test]
fn a_zip_bomb_is_not_unpacked() {
    let blank = " ".repeat(40 << 20);
    let bomb = workbook(&format!("<row r=\"1\">{blank}</row>"));
    assert!(bomb.len() < 200_000);
    assert_eq!(refused(Cursor::new(bomb)).code, "file.bomb");
}

#[test]
fn a_zip_that_lies_about_its_sizes_is_caught_while_unpacking() {
    let rows = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row>".to_owned();
    let mut book = workbook(&(rows + &" ".repeat(1 << 20)));
    let name = b"xl/worksheets/sheet1.xml";
    let at = book.windows(name.len()).rposition(|part| part == name).unwrap();
    // In the directory the unpacked size stands 22 bytes before the name.
    book[at - 22..at - 18].copy_from_slice(&200u32.to_le_bytes());
    let outcome = read(Cursor::new(book), Options::default());
    let code = match outcome {
        Err(complaint) => complaint.code,
        Ok(outcome) => outcome.rejections[0].complaints[0].code.clone(),
    };
    assert_eq!(code, "file.bomb");
}

/// A table whose second row has one cell of 100 MB, made while it is read.
struct Huge {
    at: u64,
}

const HEAD: &[u8] = b"sku,title,price\nA,\"";
const TAIL: &[u8] = b"\",1\nB,Two,2\n";
const CELL: u64 = 100 << 20;

impl Read for Huge {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let end = HEAD.len() as u64 + CELL;
        let (part, from): (&[u8], u64) = match self.at {
            at if at < HEAD.len() as u64 => (HEAD, at),
            at if at < end => (&[b'x'; 4096], 0),
            at => (TAIL, at - end),
        };
        let part = part.get(from as usize..).unwrap_or_default();
        let left = if from == 0 && self.at > 0 && self.at < end { end - self.at } else { u64::MAX };
        let given = part.len().min(buffer.len()).min(left as usize);
        buffer[..given].copy_from_slice(&part[..given]);
        self.at += given as u64;
        Ok(given)
    }
}

impl Seek for Huge {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        if let SeekFrom::Start(at) = to {
            self.at = at;
        }
        Ok(self.at)
    }
}

#[test]
fn a_cell_of_100_megabytes_is_refused_and_the_next_row_taken() {
    let outcome = read(Huge { at: 0 }, Options::default()).unwrap();
    assert_eq!(outcome.codes(), [(2, "cell.too_large")]);
    assert_eq!(outcome.rejections[0].complaints[0].column.as_deref(), Some("title"));
    assert_eq!(outcome.items[0].draft.external_id, "B");
}
