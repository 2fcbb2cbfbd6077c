//! Product files of other shops in; product drafts and complaints out.
//!
//! Promise: every row is either in a draft or in a complaint that names row,
//! column and remedy; nothing of a product with an error is handed on; memory
//! does not grow with the file. The crate knows no database and no network.
//!
//! ```
//! use std::io::Cursor;
//! use catalog_import::{Options, Reader};
//!
//! let file = "Pavadinimas;Prekės kodas;Kaina\nStalas;ST-1;1299,00\nKėdė;K-1;-5\n";
//! let mut reader = Reader::open(Cursor::new(file), Options::default()).unwrap();
//! assert_eq!(reader.profile(), "generic");
//! let table = reader.next().unwrap().unwrap().draft;
//! assert_eq!(table.variants[0].price.as_ref().unwrap().minor, 129_900);
//! let chair = reader.next().unwrap().unwrap_err();
//! assert_eq!(chair.complaints[0].code, "price.negative");
//! ```

mod amount;
mod assemble;
mod complaint;
mod currency;
mod detect;
mod draft;
mod field;
mod file;
mod group;
mod html;
mod lists;
mod notes;
mod options;
mod ours;
mod plan;
mod product;
mod profile;
mod reader;
mod rejects;
mod source;
mod table;
mod variant;
mod write;

pub use complaint::{Code, Complaint, Severity};
pub use detect::Format;
pub use draft::{
    Attribute, Contact, Document, Given, Kind, Measure, OptionValue, Picture, Price, ProductDraft, Sale, Status, Texts,
    VariantDraft, Vat,
};
pub use file::Source;
pub use options::{Limits, Options};
pub use profile::{Column, Detect, FullColumn, GroupBy, Grouping, Profile};
pub use reader::{Item, Reader, Rejection};
pub use rejects::Rejects;
pub use source::Row;
pub use table::table;
pub use write::{CsvExport, NdjsonExport};
