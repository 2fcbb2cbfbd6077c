//! What a query answers with, whichever engine was asked.

use std::sync::Arc;

use rusqlite::types::Value as Cell;
use sea_orm::{DbErr, QueryResult, TryGetable};
use uuid::Uuid;

/// One row.
pub enum Row {
    Lite(LiteRow),
    Postgres(QueryResult),
}

/// A row of SQLite: whatever type each cell happens to have.
pub struct LiteRow {
    pub(super) names: Arc<[Box<str>]>,
    pub(super) cells: Vec<Cell>,
}

/// A type that a column can be read as, on both engines.
pub trait Column: TryGetable {
    /// The value of a cell; `None` when it is of another type.
    fn of(cell: &Cell) -> Option<Self>;
}

/// A struct with a field a column: see [`record!`](crate::record).
pub trait Record: Sized {
    /// # Errors
    /// When a column is missing or of another type.
    fn of(row: &Row) -> Result<Self, DbErr>;
}

impl Row {
    /// The value of the column at this place, the first being 0.
    ///
    /// # Errors
    /// When there is none or it is of another type.
    pub fn try_get_by_index<T: Column>(&self, i: usize) -> Result<T, DbErr> {
        match self {
            Self::Postgres(row) => row.try_get_by_index(i),
            Self::Lite(row) => row.read(row.cells.get(i), &i.to_string()),
        }
    }

    /// The value of the column of this name.
    ///
    /// # Errors
    /// As [`Row::try_get_by_index`].
    pub fn named<T: Column>(&self, name: &str) -> Result<T, DbErr> {
        match self {
            Self::Postgres(row) => row.try_get("", name),
            Self::Lite(row) => {
                let at = row.names.iter().position(|n| **n == *name);
                row.read(at.and_then(|at| row.cells.get(at)), name)
            }
        }
    }
}

impl LiteRow {
    fn read<T: Column>(&self, cell: Option<&Cell>, what: &str) -> Result<T, DbErr> {
        let wrong = || DbErr::Type(format!("column {what} is {cell:?} and no {}", std::any::type_name::<T>()));
        cell.and_then(T::of).ok_or_else(wrong)
    }
}

impl<T: Column> Column for Option<T> {
    fn of(cell: &Cell) -> Option<Self> {
        match cell {
            Cell::Null => Some(None),
            cell => T::of(cell).map(Some),
        }
    }
}
impl Column for i64 {
    fn of(cell: &Cell) -> Option<Self> {
        if let Cell::Integer(n) = cell { Some(*n) } else { None }
    }
}
impl Column for i32 {
    fn of(cell: &Cell) -> Option<Self> {
        i64::of(cell)?.try_into().ok()
    }
}
impl Column for bool {
    fn of(cell: &Cell) -> Option<Self> {
        i64::of(cell).map(|n| n != 0)
    }
}
impl Column for f64 {
    fn of(cell: &Cell) -> Option<Self> {
        if let Cell::Real(n) = cell { Some(*n) } else { None }
    }
}
impl Column for String {
    fn of(cell: &Cell) -> Option<Self> {
        if let Cell::Text(text) = cell { Some(text.clone()) } else { None }
    }
}
impl Column for Vec<u8> {
    fn of(cell: &Cell) -> Option<Self> {
        if let Cell::Blob(bytes) = cell { Some(bytes.clone()) } else { None }
    }
}
impl Column for Uuid {
    fn of(cell: &Cell) -> Option<Self> {
        if let Cell::Blob(bytes) = cell { Self::from_slice(bytes).ok() } else { None }
    }
}

/// Says which columns a struct is read from: `record!(Held { location_id, free });`, and where a
/// column has another name `record!(Rate { rate = "rate_micro" });`.
#[macro_export]
macro_rules! record {
    ($name:ident { $($field:ident $(= $column:literal)?),+ $(,)? }) => {
        impl $crate::kernel::db::Record for $name {
            fn of(row: &$crate::kernel::db::Row) -> Result<Self, sea_orm::DbErr> {
                Ok(Self { $($field: row.named($crate::record!(@ $field $($column)?))?),+ })
            }
        }
    };
    (@ $field:ident) => { stringify!($field) };
    (@ $field:ident $column:literal) => { $column };
}
pub use crate::record;

/// Says that a newtype lies in the database as what it wraps.
#[macro_export]
macro_rules! column_as {
    ($name:ty, $inner:ty) => {
        impl $crate::kernel::db::Column for $name {
            fn of(cell: &$crate::kernel::db::Cell) -> Option<Self> {
                <$inner as $crate::kernel::db::Column>::of(cell).map(Self)
            }
        }
    };
}
pub use crate::column_as;
