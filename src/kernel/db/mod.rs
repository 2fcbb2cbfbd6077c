//! The database behind two doors: one that reads, one that writes.
//!
//! SQLite has one writer behind a fair queue and readers that cannot write (`query_only`).
//! PostgreSQL has one pool for each. The same SQL text runs on both: `$1` placeholders,
//! `on conflict`, row values, `returning`.

mod row;
mod sqlite;
mod writer;

use std::{str::FromStr, time::Duration};

pub use rusqlite::types::Value as Cell;
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, Statement, TransactionTrait, Value};
use sqlx::{
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};

pub use self::row::{Column, Record, Row, column_as, record};
use self::{sqlite::Lite, writer::LiteTx};
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
    writer: Door,
    reader: Reader,
}

#[derive(Clone, Debug)]
enum Door {
    Lite(Lite),
    Postgres(DatabaseConnection),
}

/// A door that only reads. It is no `ConnectionTrait`: a surface that holds it cannot write.
#[derive(Clone, Debug)]
pub struct Reader(Door);

/// The open transaction of either engine; dropped without a commit it leaves no trace.
pub(super) enum Opened {
    Lite(LiteTx),
    Postgres(DatabaseTransaction),
}

/// Something to read from: the [`Reader`] or an open [`Tx`]. Sealed.
pub trait Reads: source::Source {}
impl Reads for Reader {}
impl Reads for Tx {}

mod source {
    use super::{DatabaseConnection, DatabaseTransaction, Door, Lite, LiteTx, Opened};

    pub enum From<'a> {
        Lite(&'a Lite),
        LiteTx(&'a LiteTx),
        Pool(&'a DatabaseConnection),
        Tx(&'a DatabaseTransaction),
    }
    pub trait Source: Sync {
        fn source(&self) -> From<'_>;
    }
    impl Source for super::Reader {
        fn source(&self) -> From<'_> {
            match &self.0 {
                Door::Lite(lite) => From::Lite(lite),
                Door::Postgres(pool) => From::Pool(pool),
            }
        }
    }
    impl Source for super::Tx {
        fn source(&self) -> From<'_> {
            match self.inner() {
                Opened::Lite(tx) => From::LiteTx(tx),
                Opened::Postgres(tx) => From::Tx(tx),
            }
        }
    }
}

impl Database {
    /// Opens `sqlite:PATH` (created when missing) or `postgres://…`.
    ///
    /// # Errors
    /// When the address is malformed or the database does not answer.
    pub async fn open(url: &str) -> Result<Self, DbErr> {
        if url.starts_with("postgres") { Self::open_postgres(url).await } else { Self::open_sqlite(url) }
    }

    fn open_sqlite(url: &str) -> Result<Self, DbErr> {
        let options = SqliteConnectOptions::from_str(url).map_err(conn)?;
        let lite = Lite::open(options.get_filename().to_owned())?;
        Ok(Self { writer: Door::Lite(lite.clone()), reader: Reader(Door::Lite(lite)) })
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
        Ok(Self { writer: Door::Postgres(writer.into()), reader: Reader(Door::Postgres(reader.into())) })
    }

    pub fn reader(&self) -> &Reader {
        &self.reader
    }
    pub fn is_postgres(&self) -> bool {
        matches!(self.writer, Door::Postgres(_))
    }

    /// A connection of sea-orm's own, for migrations and questions about the schema.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn migrating(&self) -> Result<DatabaseConnection, DbErr> {
        match &self.writer {
            Door::Postgres(pool) => Ok(pool.clone()),
            Door::Lite(lite) => {
                let options = SqliteConnectOptions::new().filename(lite.path()).busy_timeout(Duration::from_secs(20));
                Ok(SqlitePoolOptions::new().max_connections(1).connect_with(options).await.map_err(conn)?.into())
            }
        }
    }

    /// `alone`: work that may take long, which nobody else shall wait for.
    pub(super) async fn begin(&self, alone: bool) -> Result<Opened, DbErr> {
        Ok(match &self.writer {
            Door::Lite(lite) => Opened::Lite(lite.begin(alone).await?),
            Door::Postgres(pool) => Opened::Postgres(pool.begin().await?),
        })
    }

    /// Closes both doors, finishing what is under way (SQLite: the WAL is folded in).
    pub async fn close(&self) {
        for door in [&self.reader.0, &self.writer] {
            match door {
                Door::Lite(lite) => lite.close().await,
                Door::Postgres(pool) => drop(pool.clone().close().await),
            }
        }
    }
}

impl Opened {
    pub(super) async fn commit(self) -> Result<(), DbErr> {
        match self {
            Self::Lite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        }
    }
    pub(super) async fn roll_back(self) -> Result<(), DbErr> {
        match self {
            Self::Lite(tx) => {
                drop(tx);
                Ok(())
            }
            Self::Postgres(tx) => tx.rollback().await,
        }
    }
}

impl Reader {
    /// A throwaway query that proves the database answers.
    ///
    /// # Errors
    /// Whatever the driver says.
    pub async fn ping(&self) -> Result<(), DbErr> {
        rows(self, "select 1", Vec::new()).await.map(drop)
    }
}

fn conn(e: sqlx::Error) -> DbErr {
    DbErr::Conn(sea_orm::RuntimeErr::Internal(e.to_string()))
}

/// From this many values on, a statement for SQLite is written without numbers.
const MANY: usize = 12;

fn statement(sql: &str, params: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(DbBackend::Postgres, sql, params)
}

/// The text for SQLite.
fn plain<'a>(sql: &'a str, params: &[Value]) -> std::borrow::Cow<'a, str> {
    let many = params.len() >= MANY;
    many.then(|| without_numbers(sql, params.len())).flatten().map_or(sql.into(), Into::into)
}

/// Lets others run after a while: a statement for SQLite is finished at once and never waits.
async fn turn(_sql: &str, _params: &[Value]) {
    #[cfg(test)]
    let _ = HEARD.try_with(|heard| heard.borrow_mut().push(statement(_sql, _params.to_vec())));
    tokio::task::coop::consume_budget().await;
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

/// All rows, to be decoded by place.
pub(crate) async fn rows(db: &impl Reads, sql: &str, params: Vec<Value>) -> Result<Vec<Row>, DbErr> {
    turn(sql, &params).await;
    let all = |found: Vec<sea_orm::QueryResult>| found.into_iter().map(Row::Postgres).collect();
    match source::Source::source(db) {
        source::From::Lite(lite) => lite.ask(&plain(sql, &params), &params, usize::MAX),
        source::From::LiteTx(tx) => tx.ask(&plain(sql, &params), &params, usize::MAX),
        source::From::Pool(c) => c.query_all_raw(statement(sql, params)).await.map(all),
        source::From::Tx(c) => c.query_all_raw(statement(sql, params)).await.map(all),
    }
}

/// The first row.
pub(crate) async fn row(db: &impl Reads, sql: &str, params: Vec<Value>) -> Result<Option<Row>, DbErr> {
    turn(sql, &params).await;
    match source::Source::source(db) {
        source::From::Lite(lite) => lite.ask(&plain(sql, &params), &params, 1).map(|mut found| found.pop()),
        source::From::LiteTx(tx) => tx.ask(&plain(sql, &params), &params, 1).map(|mut found| found.pop()),
        source::From::Pool(c) => c.query_one_raw(statement(sql, params)).await.map(|row| row.map(Row::Postgres)),
        source::From::Tx(c) => c.query_one_raw(statement(sql, params)).await.map(|row| row.map(Row::Postgres)),
    }
}

/// All rows, decoded by column name.
pub(crate) async fn all<T: Record>(db: &impl Reads, sql: &str, params: Vec<Value>) -> Result<Vec<T>, DbErr> {
    rows(db, sql, params).await?.iter().map(T::of).collect()
}

/// The first row, if any.
pub(crate) async fn opt<T: Record>(db: &impl Reads, sql: &str, params: Vec<Value>) -> Result<Option<T>, DbErr> {
    row(db, sql, params).await?.as_ref().map(T::of).transpose()
}

/// The first column of the first row.
pub(crate) async fn scalar<T: Column>(db: &impl Reads, sql: &str, params: Vec<Value>) -> Result<Option<T>, DbErr> {
    row(db, sql, params).await?.map(|r| r.try_get_by_index(0)).transpose()
}

/// The first column of every row.
pub(crate) async fn column<T: Column>(db: &impl Reads, sql: &str, params: Vec<Value>) -> Result<Vec<T>, DbErr> {
    rows(db, sql, params).await?.iter().map(|r| r.try_get_by_index(0)).collect()
}

/// Runs a writing statement; returns the number of rows it touched.
pub(crate) async fn run(tx: &Tx, sql: &str, params: Vec<Value>) -> Result<u64, DbErr> {
    turn(sql, &params).await;
    match tx.inner() {
        Opened::Lite(tx) => tx.run(&plain(sql, &params), &params),
        Opened::Postgres(tx) => Ok(tx.execute_raw(statement(sql, params)).await?.rows_affected()),
    }
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
