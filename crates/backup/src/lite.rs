//! SQLite: a snapshot to read from, and an empty file to fill.
//!
//! A reader of the write-ahead log sees the moment at which it began to read, however long it
//! reads, and stops no writer; the log only grows meanwhile.

use std::{path::Path, time::Duration};

use rusqlite::{
    Connection, OpenFlags, params_from_iter,
    types::{ToSqlOutput, Value, ValueRef},
};
use uuid::Uuid;

use super::{
    Fault,
    manifest::{Column, Kind, Table, Tally},
    row::Cell,
};

/// A reading transaction on a file that is there.
pub struct Snapshot(Connection);

impl Snapshot {
    pub fn open(path: &Path) -> Result<Self, Fault> {
        if !path.is_file() {
            return Err(Fault::NoShop(path.display().to_string()));
        }
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(Duration::from_secs(20))?;
        connection.execute_batch("pragma query_only = on; pragma cache_size = -8000; begin")?;
        // The first read is what takes the snapshot.
        connection.query_row("select count(*) from sqlite_master", [], |row| row.get::<_, i64>(0))?;
        Ok(Self(connection))
    }

    pub fn migrations(&self) -> Result<Vec<String>, Fault> {
        let has = "select count(*) from sqlite_master where type = 'table' and name = 'seaql_migrations'";
        if self.0.query_row(has, [], |row| row.get::<_, i64>(0))? == 0 {
            return Err(Fault::NoShop("the schema".into()));
        }
        texts(&self.0, "select version from seaql_migrations order by version")
    }

    pub fn tables(&self) -> Result<Vec<Table>, Fault> {
        tables(&self.0)
    }

    /// Gives every row of a table.
    pub fn read(&self, table: &Table, each: &mut dyn FnMut(&[Cell]) -> Result<(), Fault>) -> Result<(), Fault> {
        let mut statement = self.0.prepare(&format!("select {} from \"{}\"", table.column_list(), table.name))?;
        let mut rows = statement.raw_query();
        let mut cells = Vec::with_capacity(table.columns.len());
        while let Some(row) = rows.next()? {
            cells.clear();
            for (i, column) in table.columns.iter().enumerate() {
                cells.push(cell(table, column, row.get_ref(i)?)?);
            }
            each(&cells)?;
        }
        Ok(())
    }
}

fn texts(connection: &Connection, sql: &str) -> Result<Vec<String>, Fault> {
    let mut statement = connection.prepare(sql)?;
    let found = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(found)
}

fn tables(connection: &Connection) -> Result<Vec<Table>, Fault> {
    let names = "select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\' \
                 and name <> 'seaql_migrations' order by name";
    let mut all = Vec::new();
    for name in texts(connection, names)? {
        let mut statement = connection.prepare("select name, type from pragma_table_info($1) order by cid")?;
        let found = statement.query_map([&name], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
        let columns = found.map(|column| {
            let (column, declared) = column?;
            let kind = match declared.to_ascii_lowercase().as_str() {
                "bigint" => Kind::Int,
                "boolean" => Kind::Bool,
                "text" | "varchar" => Kind::Text,
                "uuid" => Kind::Uuid,
                "bytea" | "blob" => Kind::Bytes,
                _ => return Err(Fault::Cell { table: name.clone(), column, what: format!("a column of the type {declared}") }),
            };
            Ok(Column { name: column, kind })
        });
        let columns = columns.collect::<Result<_, Fault>>()?;
        all.push(Table { name: name.clone(), columns, tally: Tally::default() });
    }
    Ok(all)
}

/// SQLite lets any value lie in any column; what another database could not hold is refused here,
/// not when it is needed.
fn cell(table: &Table, column: &Column, value: ValueRef<'_>) -> Result<Cell, Fault> {
    let wrong = |what: String| Fault::Cell { table: table.name.clone(), column: column.name.clone(), what };
    Ok(match (column.kind, value) {
        (_, ValueRef::Null) => Cell::Null,
        (Kind::Int, ValueRef::Integer(n)) => Cell::Int(n),
        (Kind::Bool, ValueRef::Integer(n @ (0 | 1))) => Cell::Bool(n == 1),
        (Kind::Text, ValueRef::Text(bytes)) => {
            Cell::Text(String::from_utf8(bytes.to_vec()).map_err(|_| wrong("a text that is not UTF-8".into()))?)
        }
        (Kind::Uuid, ValueRef::Blob(bytes)) => {
            Cell::Uuid(Uuid::from_slice(bytes).map_err(|_| wrong(format!("an id of {} bytes", bytes.len())))?)
        }
        (Kind::Bytes, ValueRef::Blob(bytes)) => Cell::Bytes(bytes.to_vec()),
        (kind, value) => return Err(wrong(format!("{} where {kind:?} belongs", value.data_type()))),
    })
}

/// A file that holds the schema and takes rows. Nobody else knows it yet: it needs no journal.
pub struct Fill {
    connection: Connection,
    /// Secondary indexes, made again at the end: row by row they cost more than the rows.
    indexes: Vec<String>,
}

impl Fill {
    pub fn open(path: &Path) -> Result<Self, Fault> {
        let connection = Connection::open(path)?;
        connection.execute_batch(
            "pragma journal_mode = off; pragma synchronous = off; pragma foreign_keys = off; pragma cache_size = -64000; begin",
        )?;
        let made = "from sqlite_master where type = 'index' and sql is not null";
        let indexes = texts(&connection, &format!("select sql {made}"))?;
        for name in texts(&connection, &format!("select name {made}"))? {
            connection.execute_batch(&format!("drop index \"{name}\""))?;
        }
        let fill = Self { connection, indexes };
        // Migrations wrote rows of their own; the backup has them as the shop changed them.
        for table in fill.tables()? {
            fill.connection.execute_batch(&format!("delete from \"{}\"", table.name))?;
        }
        Ok(fill)
    }

    pub fn tables(&self) -> Result<Vec<Table>, Fault> {
        tables(&self.connection)
    }

    pub fn insert(&self, table: &Table, rows: &[Vec<Cell>]) -> Result<(), Fault> {
        let marks = vec!["?"; table.columns.len()].join(",");
        let sql = format!("insert into \"{}\" ({}) values ({marks})", table.name, table.column_list());
        let mut statement = self.connection.prepare_cached(&sql)?;
        for row in rows {
            statement.execute(params_from_iter(row.iter().map(bound)))?;
        }
        Ok(())
    }

    /// Makes the indexes, looks whether every reference leads somewhere, and closes the file.
    pub fn finish(self) -> Result<(), Fault> {
        for index in &self.indexes {
            self.connection.execute_batch(index)?;
        }
        self.connection.execute_batch("commit")?;
        let broken = "select \"table\" || ' -> ' || parent from pragma_foreign_key_check limit 1";
        if let Some(broken) = texts(&self.connection, broken)?.pop() {
            return Err(Fault::Differs(format!("rows refer to rows that are not there ({broken})")));
        }
        self.connection.execute_batch("pragma optimize")?;
        self.connection.close().map_err(|(_, e)| e.into())
    }
}

fn bound(cell: &Cell) -> ToSqlOutput<'_> {
    match cell {
        Cell::Null => ToSqlOutput::Borrowed(ValueRef::Null),
        Cell::Int(n) => ToSqlOutput::Owned(Value::Integer(*n)),
        Cell::Bool(b) => ToSqlOutput::Owned(Value::Integer(i64::from(*b))),
        Cell::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        Cell::Uuid(id) => ToSqlOutput::Borrowed(ValueRef::Blob(id.as_bytes())),
        Cell::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
    }
}
