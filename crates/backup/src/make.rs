//! Writing a backup: the rows of one moment, then the files, then the manifest.
//!
//! A file of the shop is on disk before the row that names it is committed, and none is ever
//! changed. So whoever first takes the moment of the rows and then looks for the files finds all.

use std::{
    fs::{self, File, OpenOptions},
    io::{BufWriter, Read, Seek, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{
    Fault, Progress,
    engine::{Snapshot, is_postgres, lite_path},
    fault::At,
    folder::{self, Found},
    manifest::{self, FORMAT, Held, Manifest, Table},
};

/// The shop that is put away.
pub struct Shop<'a> {
    /// `sqlite:PATH` or `postgres://…`
    pub database: &'a str,
    pub data: &'a Path,
    /// The configuration file, wherever it lies.
    pub config: &'a Path,
    /// Who writes this: "vitrina 0.1.0".
    pub made_by: String,
    /// Now: UTC, milliseconds since 1970.
    pub at: i64,
}

/// What was written.
pub struct Made {
    pub manifest: Manifest,
    /// The size of the archive.
    pub bytes: u64,
}

/// Writes a backup to a file that is not there yet. Until it is whole and on disk it has another
/// name: a process that is killed leaves nothing that looks like a backup.
///
/// # Faults
/// When the file is there, the disk is full, or database or folder cannot be read.
pub async fn make(shop: &Shop<'_>, to: &Path, progress: Progress<'_>) -> Result<Made, Fault> {
    let beside = beside(to);
    free(to)?;
    let file = claim(&beside)?;
    let made = async {
        let written =
            write(shop, ZipWriter::new(BufWriter::with_capacity(1 << 18, &file)), Some(&beside), &beside, progress).await;
        let (manifest, mut out) = written?;
        out.flush().at(to)?;
        drop(out);
        file.sync_all().at(to)?;
        free(to)?;
        fs::rename(&beside, to).at(to)?;
        let folder = to.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder).and_then(|f| f.sync_all()).at(folder)?;
        Ok(Made { manifest, bytes: file.metadata().at(to)?.len() })
    };
    let made = made.await;
    if made.is_err() {
        let _ = fs::remove_file(&beside);
    }
    made
}

/// Writes a backup into a stream.
///
/// # Faults
/// As [`make`].
pub async fn stream(shop: &Shop<'_>, out: impl Write, progress: Progress<'_>) -> Result<Manifest, Fault> {
    let name = Path::new("the stream");
    let (manifest, out) =
        write(shop, ZipWriter::new_stream(BufWriter::with_capacity(1 << 18, out)), None, name, progress).await?;
    out.into_inner().flush().at(name)?;
    Ok(manifest)
}

fn beside(to: &Path) -> PathBuf {
    let mut name = to.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

fn free(to: &Path) -> Result<(), Fault> {
    match fs::symlink_metadata(to) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(e).at(to),
        Ok(_) => Err(Fault::Exists(to.to_owned())),
    }
}

/// Opens the unfinished file, also one that a killed process left. It holds passwords' hashes and
/// customers' addresses: nobody else may read it.
fn claim(beside: &Path) -> Result<File, Fault> {
    let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(beside).at(beside)?;
    if file.try_lock().is_err() {
        return Err(Fault::Busy(beside.to_owned()));
    }
    file.set_len(0).at(beside)?;
    Ok(file)
}

async fn write<W: Write + Seek>(
    shop: &Shop<'_>,
    mut zip: ZipWriter<W>,
    own: Option<&Path>,
    name: &Path,
    progress: Progress<'_>,
) -> Result<(Manifest, W), Fault> {
    let snapshot = Snapshot::take(shop.database).await?;
    let migrations = snapshot.migrations().await?;
    let mut tables = snapshot.tables().await?;
    let mut rows = 0;
    for table in &mut tables {
        put_table(&snapshot, &mut zip, name, table, &mut rows, progress).await?;
    }
    let engine = snapshot.engine().to_owned();
    snapshot.release().await?;
    let mut besides: Vec<PathBuf> = own.into_iter().map(Path::to_owned).collect();
    if !is_postgres(shop.database) {
        let path = lite_path(shop.database)?;
        besides.extend(["", "-wal", "-shm"].map(|end| PathBuf::from(format!("{}{end}", path.display()))));
    }
    let files = put_files(&mut zip, name, folder::walk(shop.data, shop.config, &besides)?, progress)?;
    let manifest = Manifest { format: FORMAT, made_by: shop.made_by.clone(), at: shop.at, engine, migrations, tables, files };
    zip.start_file(manifest::NAME, packed()).map_err(std::io::Error::from).at(name)?;
    serde_json::to_writer(&mut zip, &manifest).map_err(std::io::Error::from).at(name)?;
    let out = zip.finish().map_err(std::io::Error::from).at(name)?;
    Ok((manifest, out))
}

/// Rows shrink to a fifth at the fastest level; better ones take three times as long for a tenth.
fn packed() -> SimpleFileOptions {
    stored().compression_method(CompressionMethod::Deflated).compression_level(Some(1))
}

fn stored() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Stored).large_file(true).unix_permissions(0o600)
}

async fn put_table<W: Write + Seek>(
    snapshot: &Snapshot,
    zip: &mut ZipWriter<W>,
    name: &Path,
    table: &mut Table,
    rows: &mut u64,
    progress: Progress<'_>,
) -> Result<(), Fault> {
    if !table.is_sound() {
        return Err(Fault::Shape(format!("{} is no name of ours", table.name)));
    }
    zip.start_file(table.entry(), packed()).map_err(std::io::Error::from).at(name)?;
    let mut buffer = Vec::with_capacity(1 << 16);
    let tally = snapshot
        .read(table, &mut |line| {
            buffer.extend_from_slice(line);
            buffer.push(b'\n');
            *rows += 1;
            if buffer.len() >= 1 << 16 {
                zip.write_all(&buffer).at(name)?;
                buffer.clear();
                progress("rows", *rows, 0);
            }
            Ok(())
        })
        .await?;
    zip.write_all(&buffer).at(name)?;
    progress("rows", *rows, 0);
    table.tally = tally;
    Ok(())
}

fn put_files<W: Write + Seek>(
    zip: &mut ZipWriter<W>,
    name: &Path,
    found: Vec<Found>,
    progress: Progress<'_>,
) -> Result<Vec<Held>, Fault> {
    let total = found.len() as u64;
    let mut files = Vec::with_capacity(found.len());
    for Found { name: path, path: from } in found {
        // Gone since the folder was listed: no row of the moment named it.
        let mut file = match File::open(&from) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
            file => file.at(&from)?,
        };
        let mut held = Held { path, bytes: 0, sha256: String::new() };
        // Pictures do not shrink.
        let dense = ["webp", "jpg", "jpeg", "png", "gif", "zip", "xlsx", "gz", "woff2"];
        let is_dense = from.extension().and_then(|e| e.to_str()).is_some_and(|e| dense.contains(&e));
        let options = if is_dense { stored() } else { packed() };
        zip.start_file(held.entry(), options).map_err(std::io::Error::from).at(name)?;
        let mut hash = Sha256::new();
        let mut chunk = vec![0; 1 << 16];
        loop {
            let n = file.read(&mut chunk).at(&from)?;
            if n == 0 {
                break;
            }
            hash.update(&chunk[..n]);
            zip.write_all(&chunk[..n]).at(name)?;
            held.bytes += n as u64;
        }
        held.sha256 = format!("{:x}", hash.finalize());
        files.push(held);
        progress("files", files.len() as u64, total);
    }
    Ok(files)
}
