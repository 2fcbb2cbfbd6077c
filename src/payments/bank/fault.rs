//! What can go wrong with a statement.

use crate::{
    kernel::{Faulty, Kind},
    payments::statement::Problem,
};

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("no such statement")]
    NoFile,
    #[error("no such entry")]
    NoEntry,
    #[error("this very file was taken in on {on}")]
    Again { on: String },
    #[error("the file weighs more than {mb} MB")]
    TooLarge { mb: usize },
    #[error(transparent)]
    Unreadable(#[from] Problem),
    #[error("the file is not in the store any more")]
    FileGone,
    /// Somebody decided about it meanwhile.
    #[error("this entry was decided before")]
    Decided,
    #[error("another process takes this file in")]
    Busy,
}

impl Faulty for Fault {
    fn kind(&self) -> Kind {
        match self {
            Self::NoFile | Self::NoEntry => Kind::NotFound,
            Self::Again { .. } | Self::Decided | Self::Busy => Kind::Conflict,
            Self::TooLarge { .. } | Self::Unreadable(_) => Kind::Invalid,
            Self::FileGone => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        use crate::payments::statement::Wrong;
        match self {
            Self::NoFile => "statement.no_file",
            Self::NoEntry => "statement.no_entry",
            Self::Again { .. } => "statement.again",
            Self::TooLarge { .. } => "statement.too_large",
            Self::FileGone => "statement.file_gone",
            Self::Decided => "statement.decided",
            Self::Busy => "statement.busy",
            Self::Unreadable(problem) => match problem.wrong {
                Wrong::Format => "statement.format",
                Wrong::Empty => "statement.empty",
                Wrong::Cut => "statement.cut",
                Wrong::Broken => "statement.broken",
                Wrong::Entity => "statement.entity",
                Wrong::Bounds => "statement.bounds",
                Wrong::Encoding => "statement.encoding",
                Wrong::Account => "statement.account",
                Wrong::Missing => "statement.missing",
                Wrong::Amount => "statement.amount",
                Wrong::Precision => "statement.precision",
                Wrong::Ambiguous => "statement.ambiguous",
                Wrong::Currency => "statement.currency",
                Wrong::Date => "statement.date",
                Wrong::Direction => "statement.direction",
                Wrong::Column => "statement.column",
                Wrong::Cells => "statement.cells",
            },
        }
    }

    fn field(&self) -> Option<String> {
        match self {
            Self::Again { .. } | Self::TooLarge { .. } | Self::Unreadable(_) => Some("file".into()),
            _ => None,
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Again { on } => vec![("on", on.clone())],
            Self::TooLarge { mb } => vec![("mb", mb.to_string())],
            Self::Unreadable(p) => {
                let place = [p.place.0.as_str(), &p.field].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(", ");
                vec![("place", place), ("value", p.value.clone())]
            }
            _ => Vec::new(),
        }
    }
}
