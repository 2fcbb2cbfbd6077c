//! PostgreSQL: a snapshot to read from, and an empty database to fill, each in one transaction.

use futures_util::TryStreamExt;
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, IsolationLevel,
    QueryResult, Statement, StreamTrait, TransactionTrait, Value,
};
use uuid::Uuid;

use super::{
    Fault,
    manifest::{Column, Kind, Table, Tally},
    row::Cell,
};

const HERE: &str = "(select oid from pg_namespace where nspname = current_schema())";
/// The protocol counts a statement's values in sixteen bits.
const MOST: usize = 30_000;

async fn connect(url: &str) -> Result<DatabaseConnection, Fault> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Ok(Database::connect(options).await?)
}

fn statement(sql: impl Into<String>) -> Statement {
    Statement::from_string(DbBackend::Postgres, sql)
}

async fn texts(tx: &DatabaseTransaction, sql: &str) -> Result<Vec<(String, String)>, Fault> {
    let rows = tx.query_all_raw(statement(sql)).await?;
    Ok(rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect::<Result<_, sea_orm::DbErr>>()?)
}

/// A transaction that sees the moment of its first question for as long as it lasts, and writes
/// nothing.
pub async fn snapshot(url: &str) -> Result<DatabaseTransaction, Fault> {
    let (level, mode) = (Some(IsolationLevel::RepeatableRead), Some(AccessMode::ReadOnly));
    Ok(connect(url).await?.begin_with_config(level, mode).await?)
}

pub async fn migrations(tx: &DatabaseTransaction) -> Result<Vec<String>, Fault> {
    let has = format!("select relname::text, '' from pg_class where relname = 'seaql_migrations' and relnamespace = {HERE}");
    if texts(tx, &has).await?.is_empty() {
        return Err(Fault::NoShop("the schema".into()));
    }
    Ok(vitrina_migrations::applied(tx).await?)
}

pub async fn tables(tx: &DatabaseTransaction) -> Result<Vec<Table>, Fault> {
    let sql = format!(
        "select c.relname::text, a.attname::text, format_type(a.atttypid, null) from pg_class c \
         join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped \
         where c.relnamespace = {HERE} and c.relkind in ('r', 'p') and c.relname <> 'seaql_migrations' \
         order by c.relname, a.attnum"
    );
    let mut all: Vec<Table> = Vec::new();
    for row in tx.query_all_raw(statement(sql)).await? {
        let (table, column, declared): (String, String, String) =
            (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let kind = match declared.as_str() {
            "bigint" => Kind::Int,
            "boolean" => Kind::Bool,
            "text" | "character varying" => Kind::Text,
            "uuid" => Kind::Uuid,
            "bytea" => Kind::Bytes,
            _ => return Err(Fault::Cell { table, column, what: format!("a column of the type {declared}") }),
        };
        if all.last().is_none_or(|t| t.name != table) {
            all.push(Table { name: table, columns: Vec::new(), tally: Tally::default() });
        }
        if let Some(table) = all.last_mut() {
            table.columns.push(Column { name: column, kind });
        }
    }
    Ok(all)
}

/// Gives every row of a table.
pub async fn read(
    tx: &DatabaseTransaction,
    table: &Table,
    each: &mut dyn FnMut(&[Cell]) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let sql = format!("select {} from \"{}\"", table.column_list(), table.name);
    let mut rows = tx.stream_raw(statement(sql)).await?;
    let mut cells = Vec::with_capacity(table.columns.len());
    while let Some(row) = rows.try_next().await? {
        cells.clear();
        for (i, column) in table.columns.iter().enumerate() {
            cells.push(cell(&row, i, column.kind)?);
        }
        each(&cells)?;
    }
    Ok(())
}

fn cell(row: &QueryResult, i: usize, kind: Kind) -> Result<Cell, Fault> {
    let found = match kind {
        Kind::Int => row.try_get_by_index::<Option<i64>>(i)?.map(Cell::Int),
        Kind::Bool => row.try_get_by_index::<Option<bool>>(i)?.map(Cell::Bool),
        Kind::Text => row.try_get_by_index::<Option<String>>(i)?.map(Cell::Text),
        Kind::Uuid => row.try_get_by_index::<Option<Uuid>>(i)?.map(Cell::Uuid),
        Kind::Bytes => row.try_get_by_index::<Option<Vec<u8>>>(i)?.map(Cell::Bytes),
    };
    Ok(found.unwrap_or(Cell::Null))
}

/// Begins to fill a database that has no tables.
pub async fn empty(url: &str) -> Result<DatabaseTransaction, Fault> {
    let tx = connect(url).await?.begin().await?;
    let sql = format!("select count(*) from pg_class where relnamespace = {HERE} and relkind in ('r', 'p', 'v', 'm')");
    let there = tx.query_one_raw(statement(sql)).await?.map_or(Ok(0), |row| row.try_get_by_index::<i64>(0))?;
    if there > 0 { Err(Fault::DatabaseTaken(there)) } else { Ok(tx) }
}

/// What is taken off the tables while rows come in, and put back after them: in which order rows
/// come matters no longer, and an index is made once instead of row by row.
pub struct Off(Vec<String>);

/// Takes references, indexes and the rows of the migrations themselves off.
pub async fn bare(tx: &DatabaseTransaction) -> Result<Off, Fault> {
    let keys = format!(
        "select format('alter table %s drop constraint %I', conrelid::regclass, conname), \
         format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) \
         from pg_constraint where contype = 'f' and connamespace = {HERE} order by oid"
    );
    let indexes = format!(
        "select format('drop index %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid) from pg_index i \
         join pg_class c on c.oid = i.indrelid where c.relnamespace = {HERE} and c.relkind = 'r' and not exists \
         (select 1 from pg_constraint k where k.conindid = i.indexrelid) order by i.indexrelid"
    );
    let references = texts(tx, &keys).await?;
    let mut back = Vec::new();
    for (off, _) in &references {
        tx.execute_unprepared(off).await?;
    }
    for (off, on) in texts(tx, &indexes).await? {
        tx.execute_unprepared(&off).await?;
        back.push(on);
    }
    back.extend(references.into_iter().map(|(_, on)| on));
    for table in tables(tx).await? {
        tx.execute_unprepared(&format!("delete from \"{}\"", table.name)).await?;
    }
    Ok(Off(back))
}

impl Off {
    /// Puts everything back; a reference that leads nowhere is an error.
    pub async fn back(self, tx: &DatabaseTransaction) -> Result<(), Fault> {
        for on in self.0 {
            tx.execute_unprepared(&on).await?;
        }
        Ok(())
    }
}

pub async fn insert(tx: &DatabaseTransaction, table: &Table, rows: &[Vec<Cell>]) -> Result<(), Fault> {
    let width = table.columns.len();
    for rows in rows.chunks((MOST / width).max(1)) {
        let mut sql = format!("insert into \"{}\" ({}) values ", table.name, table.column_list());
        let mut values = Vec::with_capacity(rows.len() * width);
        for (r, row) in rows.iter().enumerate() {
            sql.push_str(if r == 0 { "(" } else { ",(" });
            for i in 0..width {
                use std::fmt::Write;
                let _ = write!(sql, "{}${}", if i == 0 { "" } else { "," }, r * width + i + 1);
            }
            sql.push(')');
            values.extend(row.iter().zip(&table.columns).map(|(cell, column)| value(cell, column.kind)));
        }
        tx.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, values)).await?;
    }
    Ok(())
}

fn value(cell: &Cell, kind: Kind) -> Value {
    match (cell, kind) {
        (Cell::Int(n), _) => (*n).into(),
        (Cell::Bool(b), _) => (*b).into(),
        (Cell::Text(text), _) => text.clone().into(),
        (Cell::Uuid(id), _) => (*id).into(),
        (Cell::Bytes(bytes), _) => bytes.clone().into(),
        (Cell::Null, Kind::Int) => None::<i64>.into(),
        (Cell::Null, Kind::Bool) => None::<bool>.into(),
        (Cell::Null, Kind::Text) => None::<String>.into(),
        (Cell::Null, Kind::Uuid) => None::<Uuid>.into(),
        (Cell::Null, Kind::Bytes) => None::<Vec<u8>>.into(),
    }
}
