//! The reader on whole files: samples of every format, broken ones, real ones.

mod broken;
mod properties;
mod real;
mod samples;

use std::io::{Read, Seek};

use catalog_import::{Complaint, Item, Options, Reader, Rejection};

pub struct Outcome {
    pub profile: String,
    pub encoding: &'static str,
    pub items: Vec<Item>,
    pub rejections: Vec<Rejection>,
    pub warnings: Vec<Complaint>,
    pub rejected_file: Vec<u8>,
}

/// Reads everything and writes the file of rejected rows.
pub fn read(source: impl Read + Seek + Send + 'static, options: Options) -> Result<Outcome, Complaint> {
    let mut reader = Reader::open(source, options)?;
    let mut rejects = catalog_import::Rejects::new(&reader, Vec::new());
    let (mut items, mut rejections) = (Vec::new(), Vec::new());
    while let Some(product) = reader.next() {
        match product {
            Ok(item) => items.push(item),
            Err(rejection) => {
                rejects.push(&reader, &rejection.rows, &rejection.complaints).unwrap();
                rejections.push(rejection);
            }
        }
    }
    let warnings = reader.take_warnings();
    let (profile, encoding) = (reader.profile().to_owned(), reader.encoding());
    let rejected_file = rejects.finish().unwrap();
    Ok(Outcome { profile, encoding, items, rejections, warnings, rejected_file })
}

pub fn sample(name: &str) -> std::fs::File {
    std::fs::File::open(format!("{}/samples/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

impl Outcome {
    pub fn codes(&self) -> Vec<(u64, &str)> {
        let all = self.rejections.iter().flat_map(|r| &r.complaints).filter(|c| c.is_error());
        all.map(|c| (c.row.unwrap_or(0), c.code.as_str())).collect()
    }
}
