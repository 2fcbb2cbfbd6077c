//! The zip file, made a piece at a time: whoever takes the pieces sets the pace, and no more than one file
//! and the index are held.

use std::{
    collections::{HashMap, VecDeque},
    io::{self, Write},
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use sha2::{Digest, Sha256};
use zip::{
    CompressionMethod, DateTime, ZipWriter,
    write::{SimpleFileOptions, StreamWriter},
};

use super::{
    Asked, Holding,
    index::{Bytes, Entry, Index},
};
use crate::{
    access, documents,
    flows::steps::files,
    kernel::{App, DocumentId, Fault, Moment, OfferVersionId, Scope, UserId, token},
    media::{self, Workshop},
    offers,
};

/// Rows that are read at once.
const PAGE: u32 = 200;
/// Bytes that are worth handing on.
const PIECE: usize = 1 << 16;

/// What went into the file so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Packed {
    pub files: u64,
    pub bytes: u64,
    /// Not set yet, or not there any more: the index says which.
    pub missing: u64,
    /// Other bytes than the database remembers.
    pub changed: u64,
}

enum Stage {
    Documents(Option<(String, DocumentId)>),
    Offers(Option<(Moment, OfferVersionId)>),
    End,
}

/// A zip file that is being made.
pub struct Pack {
    app: App,
    scope: Scope,
    asked: Asked,
    managers: HashMap<UserId, String>,
    zip: Option<ZipWriter<StreamWriter<Sink>>>,
    sink: Sink,
    index: Option<Index>,
    queue: VecDeque<Entry>,
    stage: Stage,
    done: Packed,
    held: Holding,
}

impl Pack {
    pub(super) async fn begin(app: &App, scope: Scope, asked: Asked, held: Holding) -> Result<Self, Fault> {
        let sink = Sink::default();
        Ok(Self {
            managers: access::names(app.reader()).await?,
            zip: Some(ZipWriter::new_stream(sink.clone())),
            index: Some(Index::new()?),
            app: app.clone(),
            scope,
            asked,
            sink,
            queue: VecDeque::new(),
            stage: Stage::Documents(None),
            done: Packed::default(),
            held,
        })
    }

    pub fn file_name(&self) -> String {
        self.asked.period.file_name()
    }

    /// How far it is.
    pub const fn packed(&self) -> Packed {
        self.done
    }

    /// How much there was to pack when it began.
    pub const fn held(&self) -> Holding {
        self.held
    }

    /// The next piece; nothing once the file is whole. What was handed out before a fault is no archive: it
    /// lacks the list at its end, and every program says so.
    ///
    /// # Faults
    /// `media.store` when the store does not answer; whatever the database says.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Fault> {
        while self.sink.len() < PIECE {
            if let Some(entry) = self.queue.pop_front() {
                self.put(entry).await?;
            } else if !self.fill().await? {
                self.end()?;
                break;
            }
        }
        let piece = self.sink.take();
        Ok(Some(piece).filter(|piece| !piece.is_empty()))
    }

    /// Reads the next page; `false` when there is none.
    async fn fill(&mut self) -> Result<bool, Fault> {
        let (db, period, gross) = (self.app.reader(), &self.asked.period, self.asked.gross);
        match &self.stage {
            Stage::Documents(after) => {
                let rows = documents::filed(db, &self.scope, (period.days(), gross), after.as_ref(), PAGE).await?;
                self.stage = match rows.last() {
                    Some(last) => Stage::Documents(Some((last.issued_on.clone(), last.id))),
                    None => Stage::Offers(None),
                };
                self.queue.extend(rows.iter().flat_map(Entry::document));
            }
            Stage::Offers(after) => {
                let rows = offers::filed(db, &self.scope, (period.moments(), gross), *after, PAGE).await?;
                self.stage = match rows.last() {
                    Some(last) => Stage::Offers(Some((last.at, last.id))),
                    None => Stage::End,
                };
                let manager = |user: Option<UserId>| user.and_then(|user| self.managers.get(&user)).map_or("", String::as_str);
                self.queue.extend(rows.iter().flat_map(|v| Entry::offer(v, manager(v.manager))));
            }
            Stage::End => return Ok(false),
        }
        Ok(true)
    }

    async fn put(&mut self, entry: Entry) -> Result<(), Fault> {
        let bytes = self.bytes(&entry.bytes).await?;
        let Some(index) = &mut self.index else { return Ok(()) };
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(why) => {
                self.done.missing += 1;
                return index.push(&entry, None, &why);
            }
        };
        let hash = token::hex(&Sha256::digest(&bytes));
        let same = !matches!(&entry.bytes, Bytes::Kept(kept) if kept.as_deref() != Some(hash.as_str()));
        index.push(&entry, Some((&hash, bytes.len())), if same { "" } else { "changed" })?;
        self.done.files += 1;
        self.done.bytes += bytes.len() as u64;
        self.done.changed += u64::from(!same);
        self.write(&entry.path, &entry.day, &bytes)
    }

    /// What goes into the file, or why there is nothing.
    async fn bytes(&self, of: &Bytes) -> Result<Result<Vec<u8>, String>, Fault> {
        match of {
            Bytes::Kept(None) => Ok(Err("not set yet".into())),
            Bytes::Kept(Some(hash)) => {
                let store = self.app.port::<Workshop>().store();
                let found = store.get(&files::key(hash)).await.map_err(media::Fault::from)?;
                Ok(found.ok_or_else(|| "missing".into()))
            }
            Bytes::EInvoice(document) => {
                let (paper, _) = documents::paper(self.app.reader(), *document).await?;
                let rule = |all: Vec<documents::Complaint>| all.first().map_or_else(String::new, |c| c.rule.clone());
                Ok(documents::ubl(&paper)
                    .map(|written| written.xml.into_bytes())
                    .map_err(|all| format!("no e-invoice: {}", rule(all))))
            }
        }
    }

    fn write(&mut self, path: &str, day: &str, bytes: &[u8]) -> Result<(), Fault> {
        let Some(zip) = &mut self.zip else { return Ok(()) };
        // A PDF is packed already.
        let kind = if path.ends_with(".pdf") { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options =
            SimpleFileOptions::default().compression_method(kind).last_modified_time(stamp(day)).unix_permissions(0o600);
        zip.start_file(path, options).map_err(|e| Fault::bug(e.to_string()))?;
        zip.write_all(bytes).map_err(|e| Fault::bug(e.to_string()))
    }

    /// The index, and the list that makes an archive of it.
    fn end(&mut self) -> Result<(), Fault> {
        let Some(index) = self.index.take() else { return Ok(()) };
        let (bytes, today) = (index.bytes()?, self.app.now().date().to_string());
        self.write("index.csv", &today, &bytes)?;
        if let Some(zip) = self.zip.take() {
            zip.finish().map_err(|e| Fault::bug(e.to_string()))?;
        }
        Ok(())
    }
}

/// Noon of the day, since zip files know no zones.
fn stamp(day: &str) -> DateTime {
    let mut parts = day.splitn(3, '-').map(|part| part.parse::<u16>().unwrap_or(0));
    let (year, month, day) = (parts.next().unwrap_or(0), parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    let at = |n: u16| u8::try_from(n).unwrap_or(0);
    DateTime::from_date_and_time(year, at(month), at(day), 12, 0, 0).unwrap_or_default()
}

/// Where the zip writer writes, and whence the pieces are taken.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Sink {
    fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
    fn take(&self) -> Vec<u8> {
        mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
