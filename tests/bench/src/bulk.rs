//! The measure of an import: the same rows, put into an empty database of the same shape by
//! SQLite itself.

use std::{path::Path, time::Instant};

use sqlx::{Connection, Row, SqliteConnection};

/// What copying took.
pub struct Copied {
    pub seconds: f64,
    pub rows: i64,
}

/// Copies every row that the file's import wrote (all tables but those that the demo world
/// alone fills) into a new file, 5,000 rows a statement, indices kept, `synchronous=FULL`.
pub async fn copy(from: &Path, to: &Path) -> anyhow::Result<Copied> {
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{ending}", to.display()));
    }
    let mut db = SqliteConnection::connect(&format!("sqlite://{}?mode=rwc", to.display())).await?;
    run(&mut db, "pragma journal_mode=wal".into()).await?;
    run(&mut db, "pragma synchronous=full".into()).await?;
    run(&mut db, "pragma cache_size=-65536".into()).await?;
    run(&mut db, format!("attach '{}' as shop", from.display())).await?;
    let shapes = sqlx::query(
        "select type, name, sql from shop.sqlite_master where sql is not null and name not like 'sqlite_%' order by type desc",
    )
    .fetch_all(&mut db)
    .await?;
    let mut tables = Vec::new();
    for shape in &shapes {
        if shape.get::<String, _>(0) == "table" {
            tables.push(shape.get::<String, _>(1));
        }
        run(&mut db, shape.get(2)).await?;
    }
    let (mut rows, begun) = (0, Instant::now());
    for table in &tables {
        let last: i64 = one(&mut db, format!("select coalesce(max(rowid), 0) from shop.{table}")).await?;
        let mut after = 0;
        while after < last {
            let sql = format!(
                "insert into main.{table} select * from shop.{table} where rowid > {after} and rowid <= {}",
                after + 5000
            );
            rows += run(&mut db, sql).await?;
            after += 5000;
        }
    }
    let seconds = begun.elapsed().as_secs_f64();
    db.close().await?;
    Ok(Copied { seconds, rows })
}

async fn run(db: &mut SqliteConnection, sql: String) -> anyhow::Result<i64> {
    let done = sqlx::query(sqlx::AssertSqlSafe(sql)).execute(db).await?;
    Ok(i64::try_from(done.rows_affected())?)
}

async fn one(db: &mut SqliteConnection, sql: String) -> anyhow::Result<i64> {
    Ok(sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(db).await?)
}
