//! A schema's level: the names of the migrations that it has seen. A backup is restored into the
//! level at which it was made, and goes up from there as a running shop would.

use sea_orm_migration::{
    MigratorTrait, SchemaManager,
    sea_orm::{ConnectionTrait, DatabaseExecutor, DbErr, IntoDatabaseExecutor, Statement},
};

use crate::Migrator;

/// All levels that this version knows, in their order.
pub fn known() -> Vec<String> {
    Migrator::migrations().iter().map(|m| m.name().to_owned()).collect()
}

/// What the database has seen.
///
/// # Errors
/// Whatever the database says.
pub async fn applied(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let sql = "select version from seaql_migrations order by version";
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

/// Brings an empty database to the level of these migrations and no further: what was added since
/// finds the rows that it was written for, also when a branch put it between older ones.
///
/// # Errors
/// Whatever the database says.
pub async fn raise<'c>(db: impl IntoDatabaseExecutor<'c>, names: &[String], at: i64) -> Result<(), DbErr> {
    let executor: DatabaseExecutor<'c> = db.into_database_executor();
    let manager = SchemaManager::new(executor);
    let db = manager.get_connection();
    Migrator::install(db).await?;
    for migration in Migrator::migrations().into_iter().filter(|m| names.iter().any(|n| n == m.name())) {
        migration.up(&manager).await?;
        let sql = "insert into seaql_migrations (version, applied_at) values ($1, $2)";
        let values = [migration.name().into(), (at / 1000).into()];
        db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
    }
    Ok(())
}
