//! A shop out of a backup: everything is checked before anything is written, grows where nobody
//! sees it, is read back and compared, and is then put in place.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
};

use sea_orm::{DatabaseConnection, DatabaseTransaction};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use vitrina_migrations::{Migrator, MigratorTrait, known, raise};

use super::{
    Fault, Last, Progress,
    archive::Archive,
    engine::{Snapshot, is_postgres, lite_path},
    fault::At,
    folder::DATABASE,
    last, lite,
    manifest::{Manifest, Table},
    postgres,
    staging::Staging,
};

/// Where a shop is to be.
pub struct Target<'a> {
    pub database: &'a str,
    pub data: &'a Path,
    /// Now: UTC, milliseconds since 1970.
    pub at: i64,
}

/// Restores a backup into an empty folder and an empty database of either engine; what was made at
/// an older schema is brought up to this version's.
///
/// # Faults
/// Says what is wrong with the backup or the target. Then nothing was put in place.
pub async fn restore(path: &Path, target: &Target<'_>, progress: Progress<'_>) -> Result<Manifest, Fault> {
    let mut archive = Archive::open(path)?;
    fits(&archive.manifest)?;
    let place = Place::of(target)?;
    // Asked before the long work, and again by the transaction that fills it.
    if place == Place::Postgres {
        postgres::empty(target.database).await?.rollback().await?;
    }
    let staging = Staging::begin(target.data)?;
    archive.check(progress)?;
    put_files(&mut archive, &staging.folder, progress)?;
    let file = path.canonicalize().unwrap_or_else(|_| path.to_owned()).display().to_string();
    last::note(&staging.folder, &Last { at: archive.manifest.at, file })?;
    match &place {
        Place::Postgres => {
            let tx = fill_postgres(&mut archive, target, progress).await?;
            staging.sync()?;
            staging.finish()?;
            tx.commit().await?;
        }
        Place::Within => {
            fill_lite(&mut archive, &staging.folder.join(DATABASE), target.at, progress).await?;
            staging.sync()?;
            staging.finish()?;
        }
        Place::Elsewhere(database) => {
            let beside = Unfinished(database.with_added_extension("restoring"));
            fill_lite(&mut archive, &beside.0, target.at, progress).await?;
            staging.sync()?;
            staging.finish()?;
            fs::rename(&beside.0, database).at(database)?;
        }
    }
    Ok(archive.manifest)
}

/// Where the database is to be.
#[derive(PartialEq)]
enum Place {
    Postgres,
    /// In the shop's folder.
    Within,
    /// A file that `VITRINA_DATABASE_URL` names.
    Elsewhere(PathBuf),
}

impl Place {
    fn of(target: &Target<'_>) -> Result<Self, Fault> {
        if is_postgres(target.database) {
            return Ok(Self::Postgres);
        }
        let path = lite_path(target.database)?;
        if path == target.data.join(DATABASE) {
            return Ok(Self::Within);
        }
        if path.exists() { Err(Fault::DatabaseThere(path)) } else { Ok(Self::Elsewhere(path)) }
    }
}

struct Unfinished(PathBuf);

impl Drop for Unfinished {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn fits(manifest: &Manifest) -> Result<(), Fault> {
    let known = known();
    match manifest.migrations.iter().find(|name| !known.contains(name)) {
        Some(name) => Err(Fault::NewerSchema { migration: name.clone(), made_by: manifest.made_by.clone() }),
        None => Ok(()),
    }
}

/// The tables of the schema are those of the backup: otherwise rows would be lost without a word.
fn same_shape(ours: &[Table], theirs: &[Table]) -> Result<(), Fault> {
    let words = |tables: &[Table]| -> BTreeSet<String> {
        let column = |t: &Table, c: &super::manifest::Column| format!("{}.{} ({:?})", t.name, c.name, c.kind);
        tables.iter().flat_map(|t| t.columns.iter().map(|c| column(t, c)).collect::<Vec<_>>()).collect()
    };
    let (ours, theirs) = (words(ours), words(theirs));
    match ours.symmetric_difference(&theirs).next() {
        Some(odd) => Err(Fault::Shape(format!("{odd} is in one of them only"))),
        None => Ok(()),
    }
}

fn put_files(archive: &mut Archive, folder: &Path, progress: Progress<'_>) -> Result<(), Fault> {
    let files = archive.manifest.files.clone();
    for (n, held) in files.iter().enumerate() {
        let path = folder.join(&held.path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).at(parent)?;
        }
        let mut out = File::create_new(&path).at(&path)?;
        archive.file(held, &mut |bytes| out.write_all(bytes).at(&path))?;
        progress("files", n as u64 + 1, files.len() as u64);
    }
    Ok(())
}

async fn fill_lite(archive: &mut Archive, path: &Path, at: i64, progress: Progress<'_>) -> Result<(), Fault> {
    let _ = fs::remove_file(path);
    let connect = || async {
        let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await;
        pool.map(DatabaseConnection::from).map_err(|e| Fault::Database(e.to_string()))
    };
    let connection = connect().await?;
    raise(&connection, &archive.manifest.migrations, at).await?;
    connection.close().await?;
    let tables = archive.manifest.tables.clone();
    let fill = lite::Fill::open(path)?;
    same_shape(&fill.tables()?, &tables)?;
    let (mut done, total) = (0, archive.manifest.rows());
    for table in &tables {
        archive.rows(table, &mut |batch| {
            fill.insert(table, &batch)?;
            done += batch.len() as u64;
            progress("rows", done, total);
            Ok(())
        })?;
    }
    fill.finish()?;
    same_rows(&Snapshot::Lite(lite::Snapshot::open(path)?), &tables, progress).await?;
    let connection = connect().await?;
    Migrator::up(&connection, None).await?;
    connection.close().await?;
    File::open(path).and_then(|f| f.sync_all()).at(path)
}

/// Everything but the commit.
async fn fill_postgres(archive: &mut Archive, target: &Target<'_>, progress: Progress<'_>) -> Result<DatabaseTransaction, Fault> {
    let tx = postgres::empty(target.database).await?;
    raise(&tx, &archive.manifest.migrations, target.at).await?;
    let off = postgres::bare(&tx).await?;
    let tables = archive.manifest.tables.clone();
    same_shape(&postgres::tables(&tx).await?, &tables)?;
    let (mut done, total) = (0, archive.manifest.rows());
    for table in &tables {
        let mut batches = archive.batches(table)?;
        while let Some(batch) = batches.next()? {
            postgres::insert(&tx, table, &batch).await?;
            done += batch.len() as u64;
            progress("rows", done, total);
        }
    }
    off.back(&tx).await?;
    let snapshot = Snapshot::Postgres(tx);
    same_rows(&snapshot, &tables, progress).await?;
    let Snapshot::Postgres(tx) = snapshot else { return Err(Fault::Differs("another database answers".into())) };
    Migrator::up(&tx, None).await?;
    Ok(tx)
}

/// Reads everything back: counts, sums and hashes are those that were taken from the shop.
async fn same_rows(restored: &Snapshot, tables: &[Table], progress: Progress<'_>) -> Result<(), Fault> {
    let total = tables.iter().map(|t| t.tally.rows).sum();
    let mut done = 0;
    for table in tables {
        let mut take = |_: &[u8]| {
            done += 1;
            if done % 1000 == 0 || done == total {
                progress("rows compared", done, total);
            }
            Ok(())
        };
        let tally = restored.read(table, &mut take).await?;
        if tally != table.tally {
            let (rows, told) = (tally.rows, table.tally.rows);
            return Err(Fault::Differs(format!("{} holds {rows} rows that are not the {told} of the backup", table.name)));
        }
    }
    Ok(())
}
