//! The database behind two doors: one that reads, one that writes.
//!
//! SQLite has one writer, so there is one write connection behind a fair queue and a pool of
//! readers that cannot write (`query_only`). PostgreSQL has one pool for each. The same SQL
//! text runs on both: `$1` placeholders, `on conflict`, row values, `returning`.

use std::{str::FromStr, time::Duration};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, FromQueryResult, QueryResult, Statement,
    TryGetable, Value,
};
use sqlx::{
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::Tx;

/// Builds the parameter list of a statement.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { vec![$(sea_orm::Value::from($value)),*] };
}
pub use crate::params;

/// Both doors of one database.
#[derive(Clone, Debug)]
pub struct Database {
    pub(super) writer: DatabaseConnection,
    pub(super) reader: Reader,
}

/// A door that only reads. It is no `ConnectionTrait`: a surface that holds it cannot write.
#[derive(Clone, Debug)]
pub struct Reader(DatabaseConnection);

/// Something to read from: the [`Reader`] or an open [`Tx`]. Sealed.
pub trait Reads: source::Source {}
impl Reads for Reader {}
impl Reads for Tx {}

mod source {
    use super::{DatabaseConnection, DatabaseTransaction};

    pub enum From<'a> {
        Pool(&'a DatabaseConnection),
        Tx(&'a DatabaseTransaction),
    }
    pub trait Source: Sync {
        fn source(&self) -> From<'_>;
    }
    impl Source for super::Reader {
        fn source(&self) -> From<'_> {
            From::Pool(&self.0)
        }
    }
    impl Source for super::Tx {
        fn source(&self) -> From<'_> {
            From::Tx(self.inner())
        }
    }
}

impl Database {
    /// Opens `sqlite:PATH` (created when missing) or `postgres://…`.
    ///
    /// # Errors
    /// When the address is malformed or the database does not answer.
    pub async fn open(url: &str) -> Result<Self, DbErr> {
        if url.starts_with("postgres") { Self::open_postgres(url).await } else { Self::open_sqlite(url).await }
    }

    async fn open_sqlite(url: &str) -> Result<Self, DbErr> {
        let options = SqliteConnectOptions::from_str(url)
            .map_err(conn)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // An acknowledged order survives a power cut, not only a kill.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(20))
            .foreign_keys(true)
            .statement_cache_capacity(400)
            .pragma("mmap_size", "1073741824")
            .pragma("temp_store", "memory");
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .min_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .acquire_timeout(Duration::from_secs(60))
            .connect_with(options.clone().pragma("cache_size", "-16000").pragma("wal_autocheckpoint", "4000"))
            .await
            .map_err(conn)?;
        let reader = SqlitePoolOptions::new()
            .max_connections(8)
            .min_connections(1)
            .idle_timeout(Duration::from_secs(300))
            .max_lifetime(None)
            .test_before_acquire(false)
            .acquire_timeout(Duration::from_secs(30))
            .connect_with(options.pragma("query_only", "on").pragma("cache_size", "-4000"))
            .await
            .map_err(conn)?;
        Ok(Self { writer: quiet(writer.into()), reader: Reader(quiet(reader.into())) })
    }

    async fn open_postgres(url: &str) -> Result<Self, DbErr> {
        let options = PgConnectOptions::from_str(url).map_err(conn)?.statement_cache_capacity(400);
        let pool = |options: PgConnectOptions| {
            PgPoolOptions::new()
                .max_connections(12)
                .acquire_timeout(Duration::from_secs(30))
                .test_before_acquire(false)
                .connect_with(options)
        };
        let writer = pool(options.clone()).await.map_err(conn)?;
        let reader = pool(options.options([("default_transaction_read_only", "on")])).await.map_err(conn)?;
        Ok(Self { writer: quiet(writer.into()), reader: Reader(quiet(reader.into())) })
    }

    pub fn reader(&self) -> &Reader {
        &self.reader
    }
    pub fn backend(&self) -> DbBackend {
        self.writer.get_database_backend()
    }
    pub fn is_postgres(&self) -> bool {
        self.backend() == DbBackend::Postgres
    }
    /// The write connection, for migrations and maintenance only.
    pub fn migrating(&self) -> &DatabaseConnection {
        &self.writer
    }
    /// Closes both doors, finishing what is under way (SQLite: the WAL is folded in).
    pub async fn close(&self) {
        let _ = self.reader.0.clone().close().await;
        let _ = self.writer.clone().close().await;
    }
}

impl Reader {
    /// A throwaway query that proves the database answers.
    ///
    /// # Errors
    /// Whatever the driver says.
    pub async fn ping(&self) -> Result<(), DbErr> {
        self.0.ping().await
    }
}

/// sea-orm copies every statement into a tracing span unless told not to.
fn quiet(connection: DatabaseConnection) -> DatabaseConnection {
    connection
}

fn conn(e: sqlx::Error) -> DbErr {
    DbErr::Conn(sea_orm::RuntimeErr::Internal(e.to_string()))
}

/// From this many values on, a statement for SQLite is written without numbers.
const MANY: usize = 12;

fn statement(backend: DbBackend, sql: &str, params: Vec<Value>) -> Statement {
    let many = backend == DbBackend::Sqlite && params.len() >= MANY;
    let statement = match many.then(|| without_numbers(sql, params.len())).flatten() {
        Some(plain) => Statement::from_sql_and_values(backend, plain, params),
        None => Statement::from_sql_and_values(backend, sql, params),
    };
    #[cfg(test)]
    let _ = HEARD.try_with(|heard| heard.borrow_mut().push(statement.clone()));
    statement
}

/// `$1,$2,$3` as `?,?,?` where each stands once and in order. SQLite keeps a list of the names of
/// numbered values and walks it for each of them, when it parses and again when it binds: an
/// insert of 10,000 values takes a hundred times longer with names than without.
fn without_numbers(sql: &str, values: usize) -> Option<String> {
    let mut plain = String::with_capacity(sql.len());
    let (mut rest, mut seen) = (sql, 0);
    while let Some(at) = rest.find('$') {
        plain.push_str(&rest[..at]);
        plain.push('?');
        let digits = rest[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = rest[at + 1..].split_at(digits);
        seen += 1;
        if number.parse() != Ok(seen) {
            return None;
        }
        rest = after;
    }
    plain.push_str(rest);
    // A question mark of its own could be taken for a value.
    (seen == values && !sql.contains('?')).then_some(plain)
}

#[cfg(test)]
tokio::task_local! {
    static HEARD: std::cell::RefCell<Vec<Statement>>;
}

/// Runs something and gives the statements that it sent, so that a test can ask for their plans.
#[cfg(test)]
pub(crate) async fn overheard<T>(work: impl Future<Output = T>) -> Vec<Statement> {
    HEARD
        .scope(std::cell::RefCell::default(), async {
            work.await;
            HEARD.with(std::cell::RefCell::take)
        })
        .await
}

/// How SQLite goes about a statement: a line a step, with the step that it belongs to.
#[cfg(test)]
pub(crate) async fn plan(db: &impl Reads, heard: &Statement) -> Vec<(i64, String)> {
    let params = heard.values.clone().map(|v| v.0).unwrap_or_default();
    let steps = rows(db, &format!("explain query plan {}", heard.sql), params).await.unwrap();
    steps.iter().map(|r| (r.try_get_by_index(1).unwrap(), r.try_get_by_index(3).unwrap())).collect()
}

/// All rows as raw query results, for the few hot reads that decode by column index.
pub(crate) async fn rows(db: &impl Reads, sql: &str, params: Vec<Value>) -> Result<Vec<QueryResult>, DbErr> {
    match source::Source::source(db) {
        source::From::Pool(c) => c.query_all_raw(statement(c.get_database_backend(), sql, params)).await,
        source::From::Tx(c) => c.query_all_raw(statement(c.get_database_backend(), sql, params)).await,
    }
}

/// The first row, raw.
pub(crate) async fn row(db: &impl Reads, sql: &str, params: Vec<Value>) -> Result<Option<QueryResult>, DbErr> {
    match source::Source::source(db) {
        source::From::Pool(c) => c.query_one_raw(statement(c.get_database_backend(), sql, params)).await,
        source::From::Tx(c) => c.query_one_raw(statement(c.get_database_backend(), sql, params)).await,
    }
}

/// All rows, decoded by column name.
pub(crate) async fn all<T: FromQueryResult>(db: &impl Reads, sql: &str, params: Vec<Value>) -> Result<Vec<T>, DbErr> {
    rows(db, sql, params).await?.iter().map(|r| T::from_query_result(r, "")).collect()
}

/// The first row, if any.
pub(crate) async fn opt<T: FromQueryResult>(db: &impl Reads, sql: &str, params: Vec<Value>) -> Result<Option<T>, DbErr> {
    row(db, sql, params).await?.map(|r| T::from_query_result(&r, "")).transpose()
}

/// The first column of the first row.
pub(crate) async fn scalar<T: TryGetable>(db: &impl Reads, sql: &str, params: Vec<Value>) -> Result<Option<T>, DbErr> {
    row(db, sql, params).await?.map(|r| r.try_get_by_index(0)).transpose()
}

/// The first column of every row.
pub(crate) async fn column<T: TryGetable>(db: &impl Reads, sql: &str, params: Vec<Value>) -> Result<Vec<T>, DbErr> {
    rows(db, sql, params).await?.iter().map(|r| r.try_get_by_index(0)).collect()
}

/// Runs a writing statement; returns the number of rows it touched.
pub(crate) async fn run(tx: &Tx, sql: &str, params: Vec<Value>) -> Result<u64, DbErr> {
    let inner = tx.inner();
    Ok(inner.execute_raw(statement(inner.get_database_backend(), sql, params)).await?.rows_affected())
}

/// Multi-row insert: `head` is `insert into t (a, b) values`, `tail` an `on conflict …` clause or
/// empty. Rows go in chunks below the engines' limit of bound values.
///
/// Chunk sizes are powers of two, so that few distinct statements fill the prepared cache.
pub(crate) async fn insert_many(tx: &Tx, head: &str, tail: &str, rows: Vec<Vec<Value>>) -> Result<(), DbErr> {
    let Some(width) = rows.first().map(Vec::len) else { return Ok(()) };
    let most = (16_000 / width.max(1)).clamp(1, 512);
    let mut rows = rows.into_iter();
    let mut left = rows.len();
    while left > 0 {
        let take = if left >= most { most } else { 1 << left.ilog2() };
        let mut sql = String::with_capacity(head.len() + tail.len() + take * width * 6);
        sql.push_str(head);
        let mut params = Vec::with_capacity(take * width);
        for (i, row) in rows.by_ref().take(take).enumerate() {
            debug_assert_eq!(row.len(), width);
            sql.push_str(if i == 0 { " (" } else { ",(" });
            sql.push_str(&marks(width, i * width + 1));
            sql.push(')');
            params.extend(row);
        }
        sql.push(' ');
        sql.push_str(tail);
        run(tx, &sql, params).await?;
        left -= take;
    }
    Ok(())
}

/// `n` placeholders from `$from`: `marks(2, 3)` is `$3,$4`.
pub(crate) fn marks(n: usize, from: usize) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(n * 5);
    for i in 0..n {
        let _ = write!(out, "{}${}", if i == 0 { "" } else { "," }, from + i);
    }
    out
}

/// Ids as parameters of an `in (…)`.
pub(crate) fn values<T: Into<Value> + Clone>(items: &[T]) -> Vec<Value> {
    items.iter().cloned().map(Into::into).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_in_order_need_no_numbers() {
        let sql = format!("select a from t where b in ({})", marks(3, 1));
        assert_eq!(without_numbers(&sql, 3).as_deref(), Some("select a from t where b in (?,?,?)"));
        assert_eq!(without_numbers("update t set a = $2 where b = $1", 2), None, "another order");
        assert_eq!(without_numbers("select $1, $1", 1), None, "one of them twice");
        assert_eq!(without_numbers("select '?' || $1", 1), None);
        assert_eq!(without_numbers("select $1", 2), None, "a value that is not named");
    }
}
