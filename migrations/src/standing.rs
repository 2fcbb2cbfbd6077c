//! How a database stands to this program, asked before anything is changed in it.

use sea_orm_migration::{
    MigratorTrait,
    sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement},
};

use crate::Migrator;

/// What is to be done before the program can work with a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing.
    Current,
    /// So many migrations are to be run; all of them in an empty database.
    Behind(usize),
    /// Nothing can be done: a newer version of the program was here. Names its first migration.
    Newer(String),
}

/// Reads which migrations the database has seen.
///
/// # Errors
/// Whatever the database says.
pub async fn standing(db: &DatabaseConnection) -> Result<Standing, DbErr> {
    let ours: Vec<String> = Migrator::migrations().iter().map(|m| m.name().to_owned()).collect();
    let table = match db.get_database_backend() {
        DbBackend::Sqlite => "select count(*) from sqlite_master where name = 'seaql_migrations'",
        _ => "select count(*) from information_schema.tables where table_name = 'seaql_migrations'",
    };
    if scalar::<i64>(db, table).await? == Some(0) {
        return Ok(Standing::Behind(ours.len()));
    }
    let rows = db.query_all_raw(statement(db, "select version from seaql_migrations order by version")).await?;
    let theirs = rows.iter().map(|row| row.try_get_by_index::<String>(0)).collect::<Result<Vec<_>, _>>()?;
    if let Some(unknown) = theirs.iter().find(|name| !ours.contains(name)) {
        return Ok(Standing::Newer(unknown.clone()));
    }
    match ours.iter().filter(|name| !theirs.contains(name)).count() {
        0 => Ok(Standing::Current),
        missing => Ok(Standing::Behind(missing)),
    }
}

/// The version of the database's engine: "3.46.1", "15.10".
///
/// # Errors
/// Whatever the database says.
pub async fn engine_version(db: &DatabaseConnection) -> Result<String, DbErr> {
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => "select sqlite_version()",
        _ => "show server_version",
    };
    Ok(scalar::<String>(db, sql).await?.unwrap_or_default())
}

async fn scalar<T: sea_orm_migration::sea_orm::TryGetable>(db: &DatabaseConnection, sql: &str) -> Result<Option<T>, DbErr> {
    db.query_one_raw(statement(db, sql)).await?.map(|row| row.try_get_by_index(0)).transpose()
}

fn statement(db: &DatabaseConnection, sql: &str) -> Statement {
    Statement::from_string(db.get_database_backend(), sql)
}
