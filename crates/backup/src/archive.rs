//! Reading a backup: first that every byte of it is what was written, then what for.

use std::{
    collections::BTreeSet,
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

use sha2::{Digest, Sha256};
use zip::ZipArchive;

use super::{
    Fault, Progress,
    fault::At,
    folder,
    manifest::{self, FORMAT, Held, Manifest, Table},
    row::{Cell, Counter, decode, encode},
};

/// Rows that are handed on together.
const BATCH: usize = 1000;
const BATCH_BYTES: usize = 8 << 20;
/// A manifest of a million files is some 150 MB.
const MANIFEST_MOST: u64 = 1 << 30;

/// An archive whose manifest could be read.
pub struct Archive {
    zip: ZipArchive<BufReader<File>>,
    pub manifest: Manifest,
}

/// Reads a whole backup and says whether it is what was written.
///
/// # Faults
/// Says what is wrong with it.
pub fn check(path: &Path, progress: Progress<'_>) -> Result<Manifest, Fault> {
    let mut archive = Archive::open(path)?;
    archive.check(progress)?;
    Ok(archive.manifest)
}

impl Archive {
    pub fn open(path: &Path) -> Result<Self, Fault> {
        let file = File::open(path).at(path)?;
        let no_backup = || Fault::NoBackup(path.to_owned());
        let mut zip = ZipArchive::new(BufReader::with_capacity(1 << 17, file)).map_err(|_| no_backup())?;
        let mut text = Vec::new();
        zip.by_name(manifest::NAME)
            .map_err(|_| no_backup())?
            .take(MANIFEST_MOST)
            .read_to_end(&mut text)
            .map_err(|e| Fault::Damaged(format!("{}: {e}", manifest::NAME)))?;
        // The format is asked first: of a newer one nothing else may be readable.
        let value: serde_json::Value = serde_json::from_slice(&text).map_err(|_| no_backup())?;
        let found = value["format"].as_u64().and_then(|n| u32::try_from(n).ok()).ok_or_else(no_backup)?;
        if found > FORMAT || found == 0 {
            let made_by = value["made_by"].as_str().unwrap_or("unknown").to_owned();
            return Err(Fault::NewerFormat { found, known: FORMAT, made_by });
        }
        let manifest: Manifest = serde_json::from_value(value).map_err(|e| Fault::Damaged(format!("{}: {e}", manifest::NAME)))?;
        let mut archive = Self { zip, manifest };
        archive.names()?;
        Ok(archive)
    }

    /// Every entry is named by the manifest and by nothing else, and every name is one of a shop.
    fn names(&mut self) -> Result<(), Fault> {
        let mut named = BTreeSet::from([manifest::NAME.to_owned()]);
        let tables = self.manifest.tables.iter().map(|t| (t.entry(), t.is_sound()));
        let files = self.manifest.files.iter().map(|f| (f.entry(), folder::belongs(&f.path)));
        for (entry, sound) in tables.chain(files) {
            if !sound || !named.insert(entry.clone()) {
                return Err(Fault::Unsound(entry));
            }
        }
        for name in self.zip.file_names() {
            let name = name.map_err(|e| Fault::Damaged(e.to_string()))?;
            if !named.remove(&*name) {
                return Err(Fault::Unsound(name.into_owned()));
            }
        }
        match named.pop_first() {
            Some(missing) => Err(Fault::Damaged(format!("{missing} is missing"))),
            None => Ok(()),
        }
    }

    /// Reads everything and compares it with the manifest; writes nothing.
    pub fn check(&mut self, progress: Progress<'_>) -> Result<(), Fault> {
        let total = self.manifest.rows();
        let mut rows = 0;
        for table in self.manifest.tables.clone() {
            self.rows(&table, &mut |batch| {
                rows += batch.len() as u64;
                progress("rows checked", rows, total);
                Ok(())
            })?;
        }
        let files = self.manifest.files.clone();
        for (n, held) in files.iter().enumerate() {
            self.file(held, &mut |_| Ok(()))?;
            progress("files checked", n as u64 + 1, files.len() as u64);
        }
        Ok(())
    }

    /// Gives a table's rows in batches. At the end they were those of the manifest, or it is an
    /// error.
    pub fn rows(&mut self, table: &Table, each: &mut dyn FnMut(Vec<Vec<Cell>>) -> Result<(), Fault>) -> Result<(), Fault> {
        let mut batches = Batches::open(&mut self.zip, table)?;
        while let Some(batch) = batches.next()? {
            each(batch)?;
        }
        Ok(())
    }

    /// The same for who waits between batches.
    pub fn batches<'a>(&'a mut self, table: &'a Table) -> Result<Batches<'a>, Fault> {
        Batches::open(&mut self.zip, table)
    }

    /// Gives the bytes of a file. At the end they were those of the manifest, or it is an error.
    pub fn file(&mut self, held: &Held, each: &mut dyn FnMut(&[u8]) -> Result<(), Fault>) -> Result<(), Fault> {
        let damaged = |what: String| Fault::Damaged(format!("{}: {what}", held.entry()));
        let mut entry = self.zip.by_name(&held.entry()).map_err(|e| damaged(e.to_string()))?;
        let (mut hash, mut bytes, mut chunk) = (Sha256::new(), 0, vec![0; 1 << 16]);
        loop {
            let n = entry.read(&mut chunk).map_err(|e| damaged(e.to_string()))?;
            if n == 0 {
                break;
            }
            bytes += n as u64;
            if bytes > held.bytes {
                return Err(damaged("it is longer than it was".into()));
            }
            hash.update(&chunk[..n]);
            each(&chunk[..n])?;
        }
        let same = bytes == held.bytes && format!("{:x}", hash.finalize()) == held.sha256;
        if same { Ok(()) } else { Err(damaged("its bytes are not those that were written".into())) }
    }
}

/// The rows of a table, some at a time.
pub struct Batches<'a> {
    table: &'a Table,
    lines: BufReader<zip::read::ZipFile<'a, BufReader<File>>>,
    counter: Option<Counter>,
    line: Vec<u8>,
    again: Vec<u8>,
}

impl<'a> Batches<'a> {
    fn open(zip: &'a mut ZipArchive<BufReader<File>>, table: &'a Table) -> Result<Self, Fault> {
        let entry = zip.by_name(&table.entry()).map_err(|e| Fault::Damaged(format!("{}: {e}", table.entry())))?;
        let lines = BufReader::with_capacity(1 << 16, entry);
        Ok(Self { table, lines, counter: Some(Counter::new(table)), line: Vec::new(), again: Vec::new() })
    }

    fn damaged(&self, what: impl std::fmt::Display) -> Fault {
        Fault::Damaged(format!("{}: {what}", self.table.entry()))
    }

    pub fn next(&mut self) -> Result<Option<Vec<Vec<Cell>>>, Fault> {
        let Some(mut counter) = self.counter.take() else { return Ok(None) };
        let (mut batch, mut bytes) = (Vec::new(), 0);
        while batch.len() < BATCH && bytes < BATCH_BYTES {
            self.line.clear();
            let n = self.lines.read_until(b'\n', &mut self.line).map_err(|e| self.damaged(e))?;
            if n == 0 {
                let tally = counter.tally(self.table);
                if tally != self.table.tally {
                    let (found, told) = (tally.rows, self.table.tally.rows);
                    return Err(self.damaged(format!("its {found} rows are not the {told} that were written")));
                }
                return Ok(Some(batch).filter(|b| !b.is_empty()));
            }
            bytes += n;
            let line = self.line.strip_suffix(b"\n").unwrap_or(&self.line);
            let cells = decode(self.table, line).ok_or_else(|| self.damaged("a line is no row of this table"))?;
            encode(&cells, &mut self.again);
            counter.take(&cells, &self.again);
            batch.push(cells);
        }
        self.counter = Some(counter);
        Ok(Some(batch))
    }
}
