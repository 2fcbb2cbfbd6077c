//! Either database, to read a moment of.

use std::{path::PathBuf, str::FromStr};

use sea_orm::DatabaseTransaction;
use sqlx::sqlite::SqliteConnectOptions;

use super::{
    Fault, lite,
    manifest::{Table, Tally},
    postgres,
    row::{Cell, Counter, encode},
};

/// A moment of the database that stays while it is read.
pub enum Snapshot {
    Lite(lite::Snapshot),
    Postgres(DatabaseTransaction),
}

pub fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres")
}

/// The file of `sqlite:PATH`.
pub fn lite_path(url: &str) -> Result<PathBuf, Fault> {
    let options = SqliteConnectOptions::from_str(url).map_err(|e| Fault::Database(e.to_string()))?;
    Ok(options.get_filename().to_owned())
}

impl Snapshot {
    pub async fn take(url: &str) -> Result<Self, Fault> {
        if is_postgres(url) {
            return Ok(Self::Postgres(postgres::snapshot(url).await?));
        }
        Ok(Self::Lite(lite::Snapshot::open(&lite_path(url)?)?))
    }

    pub fn engine(&self) -> &'static str {
        match self {
            Self::Lite(_) => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }

    pub async fn migrations(&self) -> Result<Vec<String>, Fault> {
        match self {
            Self::Lite(lite) => lite.migrations(),
            Self::Postgres(tx) => postgres::migrations(tx).await,
        }
    }

    pub async fn tables(&self) -> Result<Vec<Table>, Fault> {
        match self {
            Self::Lite(lite) => lite.tables(),
            Self::Postgres(tx) => postgres::tables(tx).await,
        }
    }

    /// Gives every row of a table with its line, and counts them.
    pub async fn read(&self, table: &Table, each: &mut dyn FnMut(&[u8]) -> Result<(), Fault>) -> Result<Tally, Fault> {
        let mut counter = Counter::new(table);
        let mut line = Vec::new();
        let mut take = |cells: &[Cell]| {
            encode(cells, &mut line);
            counter.take(cells, &line);
            each(&line)
        };
        match self {
            Self::Lite(lite) => lite.read(table, &mut take)?,
            Self::Postgres(tx) => postgres::read(tx, table, &mut take).await?,
        }
        Ok(counter.tally(table))
    }

    /// Lets go of the moment.
    pub async fn release(self) -> Result<(), Fault> {
        match self {
            Self::Lite(_) => Ok(()),
            Self::Postgres(tx) => Ok(tx.rollback().await?),
        }
    }
}
