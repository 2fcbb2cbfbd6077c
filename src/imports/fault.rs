//! What can go wrong with an import as a whole.

use super::Problem;
use crate::kernel::{self, Faulty, Kind};

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("{}", said(.0))]
    BadFile(Box<Problem>),
    #[error("the file cannot be read: {reason}")]
    Unreadable { reason: String },
    #[error("no such import")]
    NoRun,
    #[error("this import runs elsewhere at the moment")]
    Busy,
    #[error("this import was undone already")]
    Undone,
    #[error("this import cannot be run now")]
    NotReady,
    #[error("there is no room for uploaded files")]
    NoInbox,
    #[error("the uploaded file is not kept any more")]
    FileGone,
}

impl Faulty for Fault {
    fn kind(&self) -> Kind {
        match self {
            Self::BadFile(_) | Self::Unreadable { .. } => Kind::Invalid,
            Self::NoRun | Self::FileGone => Kind::NotFound,
            Self::Busy | Self::Undone | Self::NotReady => Kind::Conflict,
            Self::NoInbox => Kind::Unavailable,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::BadFile(_) => "imports.bad_file",
            Self::Unreadable { .. } => "imports.unreadable",
            Self::NoRun => "imports.no_run",
            Self::Busy => "imports.busy",
            Self::Undone => "imports.undone",
            Self::NotReady => "imports.not_ready",
            Self::NoInbox => "imports.no_inbox",
            Self::FileGone => "imports.file_gone",
        }
    }
    fn field(&self) -> Option<String> {
        matches!(self, Self::BadFile(_) | Self::Unreadable { .. }).then(|| "file".to_owned())
    }
    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::BadFile(problem) => vec![
                ("message", said(problem)),
                // The whole of it, so that a surface can say it in another language.
                (PROBLEM, serde_json::to_string(&Whole::from(&**problem)).unwrap_or_default()),
            ],
            Self::Unreadable { reason } => vec![("message", reason.clone())],
            _ => Vec::new(),
        }
    }
}

const BAD_FILE: &str = "imports.bad_file";
const PROBLEM: &str = "problem";

/// A problem with its arguments, as a fault carries it.
#[derive(serde::Serialize, serde::Deserialize)]
struct Whole {
    row: Option<i64>,
    column: Option<String>,
    code: String,
    message: String,
    args: Option<String>,
}

impl From<&Problem> for Whole {
    fn from(p: &Problem) -> Self {
        let Problem { row, column, code, message, args, .. } = p.clone();
        Self { row, column, code, message, args }
    }
}

/// What is wrong with the file as a whole, when that is why something was refused.
pub fn problem_of(fault: &kernel::Fault) -> Option<Problem> {
    let (_, text) = fault.args.iter().find(|(name, _)| fault.code == BAD_FILE && *name == PROBLEM)?;
    let Whole { row, column, code, message, args } = serde_json::from_str(text).ok()?;
    Some(Problem { row, column, code, severity: "error".into(), message, args })
}

/// Where and what, in English.
fn said(problem: &Problem) -> String {
    let column = problem.column.as_ref().map(|c| format!("column \"{c}\""));
    let row = problem.row.map(|r| format!("row {r}"));
    let place: Vec<String> = row.into_iter().chain(column).collect();
    if place.is_empty() { problem.message.clone() } else { format!("{}: {}", place.join(", "), problem.message) }
}
