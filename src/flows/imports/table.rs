//! A small file as rows of cells: price sheets that the office takes in.

use super::source::{bad, blocking};
use crate::kernel;

/// The rows of a CSV or XLSX file, its heading first; one more than `most` says that there are more.
///
/// # Faults
/// `imports.bad_file` when it is not recognised, damaged or cut.
pub async fn table(bytes: Vec<u8>, most: usize) -> Result<Vec<Vec<String>>, kernel::Fault> {
    blocking(move || catalog_import::table(std::io::Cursor::new(bytes), most).map_err(|c| bad(&c))).await
}
