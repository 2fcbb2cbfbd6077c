//! What can go wrong, each in a sentence with its remedy.

use std::path::{Path, PathBuf};

use sea_orm::DbErr;

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("{0} is there already and is not overwritten; name another file with --to, or move that one away")]
    Exists(PathBuf),
    #[error("another backup writes {0} at this moment; wait for it")]
    Busy(PathBuf),
    #[error("{}", told(.path, .error))]
    File { path: PathBuf, error: std::io::Error },
    #[error(
        "there is no shop: {0} is missing; name the shop's folder with --data DIR, or its database with VITRINA_DATABASE_URL"
    )]
    NoShop(String),
    #[error("{0} has a name that is no text; rename it")]
    Name(PathBuf),
    #[error("the database says: {0}")]
    Database(String),
    #[error("{table}.{column} holds what a backup cannot keep: {what}")]
    Cell { table: String, column: String, what: String },
    #[error("{0} is no backup of Vitrina; name a file that `vitrina backup` wrote")]
    NoBackup(PathBuf),
    #[error("the backup is damaged: {0}; nothing was changed; take another copy of the file, or an older backup")]
    Damaged(String),
    #[error("the backup names {0:?}, which is no file of a shop; somebody tampered with it; nothing was changed")]
    Unsound(String),
    #[error("the backup has format {found}, and this Vitrina reads up to {known}; install the Vitrina that made it ({made_by})")]
    NewerFormat { found: u32, known: u32, made_by: String },
    #[error(
        "the backup has the schema of a newer Vitrina ({migration} is unknown here); install the Vitrina that made it ({made_by})"
    )]
    NewerSchema { migration: String, made_by: String },
    #[error("the tables of the backup are not those of its schema: {0}; the Vitrina that made it had been changed")]
    Shape(String),
    #[error(
        "{0} is not empty; a backup is restored into an empty folder: name another with --data, or move that shop away first"
    )]
    FolderTaken(PathBuf),
    #[error(
        "the database has {0} tables already; a backup is restored into an empty one: createdb another and name it in VITRINA_DATABASE_URL"
    )]
    DatabaseTaken(i64),
    #[error("there is a database {0} already, and a backup is restored into a new one: name another in VITRINA_DATABASE_URL")]
    DatabaseThere(PathBuf),
    #[error("another restore into this folder is under way ({0}); wait for it")]
    Restoring(PathBuf),
    #[error("after the restore {0}; nothing was put in place; please report this with the backup's manifest.json")]
    Differs(String),
}

/// Ties an input/output error to the path it happened at.
pub trait At<T> {
    fn at(self, path: impl AsRef<Path>) -> Result<T, Fault>;
}

impl<T> At<T> for std::io::Result<T> {
    fn at(self, path: impl AsRef<Path>) -> Result<T, Fault> {
        self.map_err(|error| Fault::File { path: path.as_ref().to_owned(), error })
    }
}

fn told(path: &Path, error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    let remedy = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "; make room on that disk, or name another place",
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "; run this as the user that runs the shop, or name a place that may be written"
        }
        ErrorKind::NotFound => "; check the path",
        _ => "",
    };
    format!("{}: {error}{remedy}", path.display())
}

impl From<DbErr> for Fault {
    fn from(e: DbErr) -> Self {
        Self::Database(e.to_string())
    }
}
impl From<rusqlite::Error> for Fault {
    fn from(e: rusqlite::Error) -> Self {
        Self::Database(e.to_string())
    }
}
