//! `index.csv`: a row a file, with the hash that the file has and what it is found by.

use csv::{Terminator, Writer, WriterBuilder};

use crate::{
    documents::DocumentRow,
    kernel::{DocumentId, Fault},
    offers::Filed,
};

const HEAD: [&str; 16] = [
    "file", "sha256", "bytes", "kind", "number", "version", "date", "customer", "order", "manager", "state", "net", "vat",
    "gross", "currency", "note",
];

/// Whence a file has its bytes.
#[derive(Clone, Debug)]
pub(super) enum Bytes {
    /// From the store by their hash; none while they are not set.
    Kept(Option<String>),
    /// From the snapshot of this document: an e-invoice is written whenever it is asked for.
    EInvoice(DocumentId),
}

/// A file to come: where it goes, whence it comes, and what the index says of it.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub path: String,
    pub bytes: Bytes,
    /// `2026-11-30`
    pub day: String,
    row: [String; 12],
}

impl Entry {
    /// The paper, and its e-invoice where it is a document of VAT law.
    pub(super) fn document(d: &DocumentRow) -> Vec<Self> {
        let path = format!("documents/{}/{}", d.issued_on.get(..7).unwrap_or_default(), plain(&d.number));
        let entry = |kind: &str, path: String, bytes: Bytes| Self {
            path,
            bytes,
            day: d.issued_on.clone(),
            row: [
                kind.into(),
                d.number.clone(),
                String::new(),
                d.issued_on.clone(),
                d.buyer.clone(),
                d.order_number.clone(),
                String::new(),
                d.state.as_str().into(),
                d.net.amount_text(),
                d.vat.amount_text(),
                d.gross.amount_text(),
                d.gross.currency.to_string(),
            ],
        };
        let mut all = vec![entry(d.kind.as_str(), format!("{path}.pdf"), Bytes::Kept(d.pdf.clone()))];
        if d.kind.is_tax() {
            all.push(entry("e_invoice", format!("{path}.xml"), Bytes::EInvoice(d.id)));
        }
        all
    }

    /// A version, and the certificate of its acceptance where there is one.
    pub(super) fn offer(v: &Filed, manager: &str) -> Vec<Self> {
        let day = v.at.date().to_string();
        let name = if v.n > 1 { format!("{}-v{}", plain(&v.number), v.n) } else { plain(&v.number) };
        let folder = format!("offers/{}", day.get(..7).unwrap_or_default());
        let entry = |kind: &str, path: String, kept: &Option<String>| Self {
            path,
            bytes: Bytes::Kept(kept.clone()),
            day: day.clone(),
            row: [
                kind.into(),
                v.number.clone(),
                v.n.to_string(),
                day.clone(),
                v.customer.clone(),
                String::new(),
                manager.into(),
                v.state.as_str().into(),
                v.net.amount_text(),
                crate::kernel::Money { minor: v.gross.minor - v.net.minor, ..v.gross }.amount_text(),
                v.gross.amount_text(),
                v.gross.currency.to_string(),
            ],
        };
        let mut all = vec![entry("offer", format!("{folder}/{name}.pdf"), &v.pdf)];
        if v.accepted {
            all.push(entry("acceptance", format!("{folder}/{name}-accepted.pdf"), &v.certificate));
        }
        all
    }
}

/// Numbers are the shop's own; a folder must not come out of one.
fn plain(number: &str) -> String {
    number.chars().map(|c| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' }).collect::<String>().replace("..", "-")
}

/// The index while it grows: some two hundred bytes a file, all that is held of it.
pub(super) struct Index(Writer<Vec<u8>>);

impl Index {
    pub(super) fn new() -> Result<Self, Fault> {
        let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
        writer.write_record(HEAD).map_err(Fault::bug)?;
        Ok(Self(writer))
    }

    /// `found`: hash and length of what was put in; else `note` says why there is none.
    pub(super) fn push(&mut self, entry: &Entry, found: Option<(&str, usize)>, note: &str) -> Result<(), Fault> {
        let (hash, bytes) = found.map_or_else(Default::default, |(hash, n)| (hash.to_owned(), n.to_string()));
        let path = if found.is_some() { entry.path.clone() } else { String::new() };
        let cells = [path, hash, bytes].into_iter().chain(entry.row.iter().cloned()).chain([note.to_owned()]);
        self.0.write_record(cells.map(guarded)).map_err(Fault::bug)
    }

    /// With the mark by which sheet programs know the encoding.
    pub(super) fn bytes(self) -> Result<Vec<u8>, Fault> {
        let rows = self.0.into_inner().map_err(|e| Fault::bug(e.to_string()))?;
        Ok(["\u{feff}".as_bytes(), &rows].concat())
    }
}

/// A sheet program must not take a customer's name for a formula.
fn guarded(cell: String) -> String {
    let number = cell.strip_prefix('-').is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit() || b == b'.'));
    if !number && cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']) { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_formula_and_a_number_no_folder() {
        assert_eq!(guarded("=SUM(A1)".into()), "'=SUM(A1)");
        assert_eq!(guarded("-12.30".into()), "-12.30");
        assert_eq!(plain("SF/2026-000001"), "SF-2026-000001");
        assert_eq!(plain("../../x"), "----x");
    }
}
