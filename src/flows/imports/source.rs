//! The file itself: looked through once before anything is written, then read in chunks by a
//! thread of its own, so that parsing and writing overlap.

use std::{
    collections::HashSet,
    fs::File,
    io::{BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use catalog_import::{Complaint, Item, Options, ProductDraft, Reader, Rejection, Rejects};
use serde::Serialize;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use crate::{
    imports::{Fault, Problem},
    kernel::{self, Actor, Right, token},
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
}

/// The beginning of a file, and everything that is wrong in it.
#[derive(Clone, Debug, Serialize)]
pub struct Preview {
    pub profile: String,
    pub encoding: String,
    pub columns: Vec<String>,
    pub products: Vec<ProductDraft>,
    pub total: i64,
    pub problems: Vec<Problem>,
}

/// A product of the file, ready to be laid onto the shop.
pub(super) struct Parsed {
    pub draft: ProductDraft,
    pub fingerprint: String,
    /// The first row it was read from.
    pub row: Option<i64>,
    pub warnings: Vec<Complaint>,
}

pub(super) type Piece = Result<Parsed, Vec<Complaint>>;

pub(super) fn problem(complaint: &Complaint) -> Problem {
    Problem {
        row: complaint.row.and_then(|r| i64::try_from(r).ok()),
        column: complaint.column.clone(),
        code: complaint.code.clone(),
        severity: if complaint.is_error() { "error" } else { "warning" }.to_owned(),
        message: format!("{} {}", complaint.message, complaint.remedy),
    }
}

fn bad(complaint: &Complaint) -> Fault {
    Fault::BadFile { message: complaint.to_string() }
}

fn unreadable(reason: impl std::fmt::Display) -> Fault {
    Fault::Unreadable { reason: reason.to_string() }
}

fn open(path: &Path, options: Options) -> Result<Reader, Fault> {
    let file = File::open(path).map_err(unreadable)?;
    Reader::open(file, options).map_err(|c| bad(&c))
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Fault> + Send + 'static) -> Result<T, kernel::Fault> {
    Ok(tokio::task::spawn_blocking(work).await.map_err(kernel::Fault::bug)??)
}

/// Looks the whole file through without keeping any of it.
///
/// # Faults
/// `imports.unreadable`; `imports.bad_file` when it is not recognised, damaged or cut: then
/// nothing of it is taken.
pub async fn examine(incoming: &Incoming) -> Result<Exam, kernel::Fault> {
    let Incoming { path, options, .. } = incoming.clone();
    blocking(move || {
        let sha256 = digest(&path)?;
        let mut reader = open(&path, options)?;
        let mut total = 0;
        for next in reader.by_ref() {
            if let Err(Rejection { complaints, fatal: true, .. }) = &next {
                return Err(complaints.first().map_or_else(|| unreadable("it breaks off"), bad));
            }
            total += 1;
        }
        if total == 0 {
            return Err(bad(&Complaint::new(catalog_import::Code::FileEmpty)));
        }
        let warnings = reader.take_warnings().iter().map(problem).collect();
        Ok(Exam { sha256, profile: reader.profile().to_owned(), total, warnings })
    })
    .await
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

/// The first products and all problems of a file.
///
/// # Faults
/// As [`examine`], or `Forbidden`.
pub async fn preview(actor: &Actor, incoming: &Incoming, first: usize) -> Result<Preview, kernel::Fault> {
    actor.may(Right::ImportsRun)?;
    let Incoming { path, options, .. } = incoming.clone();
    blocking(move || {
        let mut reader = open(&path, options)?;
        let (mut products, mut problems, mut total) = (Vec::new(), Vec::new(), 0);
        for next in reader.by_ref() {
            total += 1;
            let complaints = match next {
                Ok(item) => {
                    if products.len() < first {
                        products.push(item.draft);
                    }
                    item.warnings
                }
                Err(rejection) => rejection.complaints,
            };
            if problems.len() < 10_000 {
                problems.extend(complaints.iter().map(problem));
            }
        }
        problems.extend(reader.take_warnings().iter().map(problem));
        let (profile, encoding) = (reader.profile().to_owned(), reader.encoding().to_owned());
        Ok(Preview { profile, encoding, columns: reader.columns().to_vec(), products, total, problems })
    })
    .await
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

/// Writes the rows that were not taken, with what is wrong, as a file to correct and feed again.
/// `refused` are problems found against the shop, by the first row of their product.
///
/// # Faults
/// `imports.unreadable`.
pub async fn rejected(incoming: &Incoming, refused: Vec<Problem>, out: PathBuf) -> Result<usize, kernel::Fault> {
    let Incoming { path, options, .. } = incoming.clone();
    blocking(move || {
        let mut reader = open(&path, options)?;
        let file = BufWriter::new(File::create(&out).map_err(unreadable)?);
        let mut rejects = Rejects::new(&reader, file);
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
        Ok(written)
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
