//! What can go wrong with cases.

use super::{State, Step};
use crate::kernel::{Faulty, Kind};

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("no such case")]
    NoCase,
    #[error("no such recall")]
    NoRecall,
    #[error("no such paper")]
    NoPaper,
    #[error("{} is not open for {}", state.as_str(), step.as_str())]
    WrongState { state: State, step: Step },
    #[error("the case changed meanwhile")]
    Moved,
    #[error("{field} is missing")]
    Missing { field: &'static str },
    #[error("{field} is not one of the choices")]
    Choose { field: &'static str },
    #[error("{field} is too long")]
    TooLong { field: &'static str },
    #[error("nothing was chosen")]
    NoItems,
    #[error("item {item} has no such quantity")]
    Quantity { item: usize },
    #[error("a case {number} about it is open already")]
    Declared { number: String, item: usize },
    #[error("more than came")]
    MoreThanReceived { item: usize },
    #[error("more than was declared")]
    MoreThanDeclared { item: usize },
    #[error("at most {most} files")]
    TooManyFiles { most: usize },
    #[error("this reason is none for such a case")]
    Refusal,
    #[error("no order is linked")]
    NoOrder,
    #[error("an order is linked already")]
    Linked,
    #[error("the sum is not one of this case")]
    Sum,
    #[error("the case is not over")]
    NotOver,
}

impl Faulty for Fault {
    fn kind(&self) -> Kind {
        match self {
            Self::NoCase | Self::NoRecall | Self::NoPaper => Kind::NotFound,
            Self::WrongState { .. } | Self::Moved | Self::Declared { .. } | Self::Linked | Self::NotOver => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NoCase => "aftersales.no_case",
            Self::NoRecall => "aftersales.no_recall",
            Self::NoPaper => "aftersales.no_paper",
            Self::WrongState { .. } => "aftersales.wrong_state",
            Self::Moved => "aftersales.moved",
            Self::Missing { .. } => "form.missing",
            Self::Choose { .. } => "form.choose",
            Self::TooLong { .. } => "aftersales.too_long",
            Self::NoItems => "aftersales.no_items",
            Self::Quantity { .. } => "aftersales.quantity",
            Self::Declared { .. } => "aftersales.declared",
            Self::MoreThanReceived { .. } => "aftersales.more_than_received",
            Self::MoreThanDeclared { .. } => "aftersales.more_than_declared",
            Self::TooManyFiles { .. } => "aftersales.too_many_files",
            Self::Refusal => "aftersales.refusal_reason",
            Self::NoOrder => "aftersales.no_order",
            Self::Linked => "aftersales.linked",
            Self::Sum => "aftersales.sum",
            Self::NotOver => "aftersales.not_over",
        }
    }
    fn field(&self) -> Option<String> {
        match self {
            Self::Missing { field } | Self::Choose { field } | Self::TooLong { field } => Some((*field).to_owned()),
            Self::NoItems => Some("items".into()),
            Self::Quantity { item } | Self::Declared { item, .. } => Some(format!("items.{item}.qty")),
            Self::MoreThanReceived { item } | Self::MoreThanDeclared { item } => Some(format!("items.{item}.qty")),
            Self::TooManyFiles { .. } => Some("files".into()),
            Self::Refusal => Some("reason".into()),
            Self::Sum => Some("amount".into()),
            Self::NoOrder | Self::Linked => Some("order".into()),
            _ => None,
        }
    }
    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::WrongState { state, step } => vec![("state", state.as_str().into()), ("step", step.as_str().into())],
            Self::Declared { number, .. } => vec![("number", number.clone())],
            Self::TooManyFiles { most } => vec![("most", most.to_string())],
            _ => Vec::new(),
        }
    }
}

/// A text that was typed: without what nobody sees, within its limit.
pub(super) fn prose(text: &str, field: &'static str, most: usize) -> Result<String, Fault> {
    let clean: String = text.replace("\r\n", "\n").chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    let clean = clean.trim();
    if clean.chars().count() > most { Err(Fault::TooLong { field }) } else { Ok(clean.to_owned()) }
}
