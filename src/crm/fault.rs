//! What crm refuses.

use crate::kernel::{Faulty, Kind};

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("no such task")]
    TaskNotFound,
    #[error("the task is not open any more")]
    TaskNotOpen,
    #[error("only the last step of a done task can be undone")]
    TaskNotDone,
    #[error("no such inquiry")]
    InquiryNotFound,
    #[error("an inquiry that is {0} cannot become {1}")]
    InquiryState(&'static str, &'static str),
    #[error("{0} is missing")]
    Missing(&'static str),
    #[error("{0} is longer than allowed")]
    TooLong(&'static str),
    #[error("nobody active has this id")]
    AssigneeUnknown,
}

impl Faulty for Fault {
    fn kind(&self) -> Kind {
        match self {
            Self::TaskNotFound | Self::InquiryNotFound => Kind::NotFound,
            Self::TaskNotOpen | Self::TaskNotDone | Self::InquiryState(..) => Kind::Conflict,
            Self::Missing(_) | Self::TooLong(_) | Self::AssigneeUnknown => Kind::Invalid,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::TaskNotFound => "crm.task_not_found",
            Self::TaskNotOpen => "crm.task_not_open",
            Self::TaskNotDone => "crm.task_not_done",
            Self::InquiryNotFound => "crm.inquiry_not_found",
            Self::InquiryState(..) => "crm.inquiry_state",
            Self::Missing(_) => "crm.missing",
            Self::TooLong(_) => "crm.too_long",
            Self::AssigneeUnknown => "crm.assignee_unknown",
        }
    }
    fn field(&self) -> Option<String> {
        match self {
            Self::Missing(field) | Self::TooLong(field) => Some((*field).into()),
            Self::AssigneeUnknown => Some("assignee".into()),
            _ => None,
        }
    }
    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::InquiryState(from, to) => vec![("from", (*from).into()), ("to", (*to).into())],
            _ => Vec::new(),
        }
    }
}

/// Text that staff or a customer wrote: trimmed, bounded; line breaks stay.
pub(crate) fn prose(text: &str, field: &'static str) -> Result<Option<String>, Fault> {
    let clean: String = text.trim().chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    match clean.chars().count() {
        0 => Ok(None),
        n if n > 10_000 => Err(Fault::TooLong(field)),
        _ => Ok(Some(clean)),
    }
}
