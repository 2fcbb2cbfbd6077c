//! What can go wrong with contracts.

use super::{State, Step};
use crate::kernel::{Faulty, Kind};

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("no such contract")]
    NoContract,
    #[error("no such template")]
    NoTemplate,
    #[error("{} is not open for {}", state.as_str(), step.as_str())]
    WrongState { state: State, step: Step },
    #[error("the contract changed meanwhile")]
    Moved,
    #[error("it is not being written")]
    NotWritten,
    #[error("{field} is missing")]
    Missing { field: &'static str },
    #[error("the text is too long")]
    TooLong,
    #[error("{at}: there is no field {name}")]
    UnknownField { name: String, at: String },
    #[error("{at}: nothing is known for the field {name}")]
    Unresolved { name: String, at: String },
    #[error("{at}: there is no condition {name}")]
    UnknownCondition { name: String, at: String },
    #[error("the text has no clauses")]
    NoClauses,
    #[error("there is a newer version")]
    Superseded,
    #[error("the contract was not agreed to")]
    NotAgreed,
    #[error("the offer is no longer what the annex says")]
    AnnexMoved,
    #[error("the offer was not sent")]
    NoOffer,
    #[error("the built-in text is put back, not removed")]
    BuiltIn,
    #[error("no such question, or it has its answer")]
    NoQuestion,
}

impl Faulty for Fault {
    fn kind(&self) -> Kind {
        match self {
            Self::NoContract | Self::NoTemplate | Self::NoQuestion => Kind::NotFound,
            Self::WrongState { .. } | Self::Moved | Self::NotWritten | Self::Superseded | Self::AnnexMoved => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NoContract => "contracts.no_contract",
            Self::NoTemplate => "contracts.no_template",
            Self::WrongState { .. } => "contracts.wrong_state",
            Self::Moved => "contracts.moved",
            Self::NotWritten => "contracts.not_written",
            Self::Missing { .. } => "form.missing",
            Self::TooLong => "contracts.too_long",
            Self::UnknownField { .. } => "contracts.unknown_field",
            Self::Unresolved { .. } => "contracts.unresolved",
            Self::UnknownCondition { .. } => "contracts.unknown_condition",
            Self::NoClauses => "contracts.no_clauses",
            Self::Superseded => "contracts.superseded",
            Self::NotAgreed => "contracts.not_agreed",
            Self::AnnexMoved => "contracts.annex_moved",
            Self::NoOffer => "contracts.no_offer",
            Self::BuiltIn => "contracts.built_in",
            Self::NoQuestion => "contracts.no_question",
        }
    }
    fn field(&self) -> Option<String> {
        match self {
            Self::Missing { field } => Some((*field).to_owned()),
            Self::UnknownField { .. } | Self::Unresolved { .. } | Self::UnknownCondition { .. } => Some("body".into()),
            Self::NoClauses | Self::TooLong => Some("body".into()),
            Self::NotAgreed => Some("agreed".into()),
            _ => None,
        }
    }
    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::WrongState { state, step } => vec![("state", state.as_str().into()), ("step", step.as_str().into())],
            Self::UnknownField { name, at } | Self::Unresolved { name, at } | Self::UnknownCondition { name, at } => {
                vec![("name", name.clone()), ("at", at.clone())]
            }
            _ => Vec::new(),
        }
    }
}
