//! What can go wrong with an import as a whole.

use crate::kernel::{Faulty, Kind};

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("{message}")]
    BadFile { message: String },
    #[error("the file cannot be read: {reason}")]
    Unreadable { reason: String },
    #[error("no such import")]
    NoRun,
    #[error("this import runs elsewhere at the moment")]
    Busy,
    #[error("this import was undone already")]
    Undone,
}

impl Faulty for Fault {
    fn kind(&self) -> Kind {
        match self {
            Self::BadFile { .. } | Self::Unreadable { .. } => Kind::Invalid,
            Self::NoRun => Kind::NotFound,
            Self::Busy | Self::Undone => Kind::Conflict,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::BadFile { .. } => "imports.bad_file",
            Self::Unreadable { .. } => "imports.unreadable",
            Self::NoRun => "imports.no_run",
            Self::Busy => "imports.busy",
            Self::Undone => "imports.undone",
        }
    }
    fn field(&self) -> Option<String> {
        matches!(self, Self::BadFile { .. } | Self::Unreadable { .. }).then(|| "file".to_owned())
    }
    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::BadFile { message } => vec![("message", message.clone())],
            Self::Unreadable { reason } => vec![("message", reason.clone())],
            _ => Vec::new(),
        }
    }
}
