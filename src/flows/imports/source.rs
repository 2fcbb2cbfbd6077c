//! The file itself: looked through once before anything is written, then read in chunks by a
//! thread of its own, so that parsing and writing overlap.

use std::{
    collections::HashSet,
    fs::File,
    io::{BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use catalog_import::{Complaint, Item, Options, ProductDraft, Reader, Rejection, Rejects};
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use crate::{
    imports::{Fault, Glance, Preview, Problem, sku_of},
    kernel::{self, token},
};

/// A file to be taken in.
#[derive(Clone, Debug)]
pub struct Incoming {
    pub path: PathBuf,
    /// As its sender calls it.
    pub name: String,
    pub options: Options,
}

/// What a first look at the whole file found.
#[derive(Clone, Debug)]
pub struct Exam {
    pub sha256: String,
    pub profile: String,
    /// Products, the wrong ones included.
    pub total: i64,
    /// About the file as a whole.
    pub warnings: Vec<Problem>,
    pub preview: Preview,
}

/// The first products that a person is shown.
const FIRST: usize = 10;

/// A product of the file, ready to be laid onto the shop.
pub(super) struct Parsed {
    pub draft: ProductDraft,
    pub fingerprint: String,
    /// The first row it was read from.
    pub row: Option<i64>,
    pub warnings: Vec<Complaint>,
}

pub(super) type Piece = Result<Parsed, Vec<Complaint>>;

pub(super) fn bad(complaint: &Complaint) -> Fault {
    Fault::BadFile(Box::new(Problem::from(complaint)))
}

fn unreadable(reason: impl std::fmt::Display) -> Fault {
    Fault::Unreadable { reason: reason.to_string() }
}

fn open(path: &Path, options: Options) -> Result<Reader, Fault> {
    let file = File::open(path).map_err(unreadable)?;
    Reader::open(file, options).map_err(|c| bad(&c))
}

pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, kernel::Fault> {
    Ok(tokio::task::spawn_blocking(work).await.map_err(kernel::Fault::bug)??)
}

/// Whether a file can be read at all, by its beginning: the name of its profile.
///
/// # Faults
/// `imports.unreadable`, `imports.bad_file`.
pub(super) async fn sniff(incoming: &Incoming) -> Result<String, kernel::Fault> {
    let Incoming { path, options, .. } = incoming.clone();
    blocking(move || Ok(open(&path, options)?.profile().to_owned())).await
}

/// Looks the whole file through without keeping any of it.
///
/// # Faults
/// `imports.unreadable`; `imports.bad_file` when it is not recognised, damaged or cut: then
/// nothing of it is taken.
pub async fn examine(incoming: &Incoming) -> Result<Exam, kernel::Fault> {
    let Incoming { path, options, .. } = incoming.clone();
    let locale = options.locale.clone();
    blocking(move || {
        let sha256 = digest(&path)?;
        let mut reader = open(&path, options)?;
        let (mut total, mut first) = (0, Vec::new());
        for next in reader.by_ref() {
            match next {
                Err(Rejection { complaints, fatal: true, .. }) => {
                    return Err(complaints.first().map_or_else(|| unreadable("it breaks off"), bad));
                }
                Ok(item) if first.len() < FIRST => first.push(glance(&item, &locale)),
                _ => {}
            }
            total += 1;
        }
        if total == 0 {
            return Err(bad(&Complaint::new(catalog_import::Code::FileEmpty)));
        }
        let warnings = reader.take_warnings().iter().map(Problem::from).collect();
        let preview = Preview { encoding: reader.encoding().to_owned(), columns: reader.columns().to_vec(), first };
        Ok(Exam { sha256, profile: reader.profile().to_owned(), total, warnings, preview })
    })
    .await
}

fn glance(item: &Item, locale: &str) -> Glance {
    let draft = &item.draft;
    let price = draft.variants.iter().find_map(|v| v.price.as_ref());
    let stock: Vec<i64> = draft.variants.iter().filter_map(|v| v.stock_milli).collect();
    Glance {
        row: item.rows.first().and_then(|r| i64::try_from(r.number).ok()),
        title: draft.title(locale).unwrap_or_default().to_owned(),
        skus: (0..draft.variants.len()).map(|n| sku_of(draft, n)).collect(),
        categories: draft.categories.iter().map(|path| path.join(" › ")).collect(),
        price: price.map(|p| (p.minor, p.currency.clone())),
        stock: (!stock.is_empty()).then(|| stock.iter().sum()),
        pictures: draft.pictures.len(),
    }
}

fn digest(path: &Path) -> Result<String, Fault> {
    let mut file = File::open(path).map_err(unreadable)?;
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        match file.read(&mut buffer).map_err(unreadable)? {
            0 => return Ok(token::hex(&hash.finalize())),
            n => hash.update(&buffer[..n]),
        }
    }
}

/// Reads the file from its product number `skip` on, in chunks; at most three wait at a time.
pub(super) fn chunks(incoming: &Incoming, skip: usize, size: usize) -> mpsc::Receiver<Result<Vec<Piece>, Fault>> {
    let (send, receive) = mpsc::channel(3);
    let Incoming { path, options, .. } = incoming.clone();
    std::mem::drop(tokio::task::spawn_blocking(move || {
        let reader = match open(&path, options) {
            Ok(reader) => reader,
            Err(fault) => return drop(send.blocking_send(Err(fault))),
        };
        let mut chunk = Vec::with_capacity(size);
        for next in reader.skip(skip) {
            chunk.push(parsed(next));
            if chunk.len() == size && send.blocking_send(Ok(std::mem::replace(&mut chunk, Vec::with_capacity(size)))).is_err() {
                return;
            }
        }
        if !chunk.is_empty() {
            let _ = send.blocking_send(Ok(chunk));
        }
    }));
    receive
}

fn parsed(next: Result<Item, Rejection>) -> Piece {
    let item = next.map_err(|rejection| rejection.complaints)?;
    let fingerprint = item.draft.fingerprint();
    let row = item.rows.first().and_then(|r| i64::try_from(r.number).ok());
    Ok(Parsed { draft: item.draft, fingerprint, row, warnings: item.warnings })
}

/// Writes the rows that were not taken, with what is wrong, as a file to correct and feed again:
/// how many, and the ending of its name.
/// `refused` are problems found against the shop, by the first row of their product.
///
/// # Faults
/// `imports.unreadable`.
pub async fn rejected(incoming: &Incoming, refused: Vec<Problem>, out: PathBuf) -> Result<(usize, &'static str), kernel::Fault> {
    let Incoming { path, options, .. } = incoming.clone();
    blocking(move || {
        let mut reader = open(&path, options)?;
        let file = BufWriter::new(File::create(&out).map_err(unreadable)?);
        let mut rejects = Rejects::new(&reader, file);
        let ending = rejects.ending();
        let rows: HashSet<i64> = refused.iter().filter_map(|p| p.row).collect();
        let mut written = 0;
        while let Some(next) = reader.next() {
            let (lines, complaints) = match next {
                Err(rejection) => (rejection.rows, rejection.complaints),
                Ok(item) => {
                    let first = item.rows.first().and_then(|r| i64::try_from(r.number).ok());
                    let Some(row) = first.filter(|row| rows.contains(row)) else { continue };
                    let own = refused.iter().filter(|p| p.row == Some(row));
                    (item.rows, own.map(complaint).collect())
                }
            };
            rejects.push(&reader, &lines, &complaints).map_err(unreadable)?;
            written += lines.len();
        }
        rejects.finish().and_then(|mut file| file.flush()).map_err(unreadable)?;
        Ok((written, ending))
    })
    .await
}

fn complaint(problem: &Problem) -> Complaint {
    let mut complaint = Complaint::new(catalog_import::Code::ValueRequired);
    complaint.code.clone_from(&problem.code);
    complaint.message.clone_from(&problem.message);
    complaint.remedy = String::new();
    complaint.row = problem.row.and_then(|r| u64::try_from(r).ok());
    complaint
}
