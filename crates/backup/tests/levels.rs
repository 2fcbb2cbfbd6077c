//! A backup of an older schema, in a crate's own test: only here can a schema be left behind.

use std::{fs, path::Path};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use vitrina_backup::{Shop, Target, make, restore};
use vitrina_migrations::{Migrator, MigratorTrait, Standing, applied, known, raise, standing};

async fn opened(path: &Path) -> DatabaseConnection {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap().into()
}

/// What a shop wrote before a new version came, and what that version adds to it.
#[tokio::test]
async fn a_backup_of_an_older_schema_goes_up_after_it_was_restored() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new, file) = (folder.path().join("old"), folder.path().join("new"), folder.path().join("old.zip"));
    fs::create_dir(&old).unwrap();
    let level = &known()[..known().len() - 3];
    let connection = opened(&old.join("shop.db")).await;
    raise(&connection, level, 0).await.unwrap();
    let rows = "insert into setting (key, value, at) values ('shop.name', 'Ąžuolas', 1), ('odd', '\"\\\n', -5); \
                delete from tax_law where country = 'LT'";
    connection.execute_unprepared(rows).await.unwrap();
    connection.close().await.unwrap();

    let url = format!("sqlite:{}", old.join("shop.db").display());
    let config = old.join("vitrina.toml");
    let shop = Shop { database: &url, data: &old, config: &config, made_by: "vitrina 0.0.9".into(), at: 7 };
    let made = make(&shop, &file, &mut |_, _, _| ()).await.unwrap();
    assert_eq!(made.manifest.migrations.len(), level.len());

    let url = format!("sqlite:{}", new.join("shop.db").display());
    let target = Target { database: &url, data: &new, at: 8 };
    restore(&file, &target, &mut |_, _, _| ()).await.unwrap();
    let connection = opened(&new.join("shop.db")).await;
    assert_eq!(standing(&connection).await.unwrap(), Standing::Current);
    assert_eq!(applied(&connection).await.unwrap().len(), known().len());
    let count = |sql: &'static str| {
        let connection = &connection;
        async move {
            let statement = Statement::from_string(DbBackend::Sqlite, sql);
            connection.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index::<i64>(0).unwrap()
        }
    };
    assert_eq!(count("select count(*) from setting where value in ('Ąžuolas', '\"\\\n')").await, 2);
    assert_eq!(count("select count(*) from tax_law where country = 'LT'").await, 0, "what was deleted stays deleted");
    let indexes = "select count(*) from sqlite_master where type = 'index'";
    let restored = count(indexes).await;
    let fresh = opened(&folder.path().join("fresh.db")).await;
    Migrator::up(&fresh, None).await.unwrap();
    let statement = Statement::from_string(DbBackend::Sqlite, indexes);
    let made: i64 = fresh.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap();
    assert_eq!(restored, made, "every index is there again");
}
