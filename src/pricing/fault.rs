//! What can go wrong with prices.

use crate::kernel::{Currency, Faulty, Kind, Money};

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("there is no price list {0}")]
    NoList(String),
    #[error("the code {0} is taken by another price list")]
    CodeTaken(String),
    #[error("a price may not be negative")]
    Negative,
    #[error("a price of {given} does not belong into a list of {list}")]
    Currency { list: Currency, given: Currency },
    #[error("{} is no reduction: the lowest price of the last 30 days was {}", amount.amount_text(), lowest.map_or("none".into(), |l| l.amount_text()))]
    NoReduction { amount: Money, lowest: Option<Money> },
    #[error("this change would leave a price of nothing")]
    LeavesNothing,
    #[error("prices changed since the preview")]
    PreviewStale,
}

impl Faulty for Fault {
    fn kind(&self) -> Kind {
        match self {
            Self::NoList(_) => Kind::NotFound,
            Self::CodeTaken(_) | Self::PreviewStale => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NoList(_) => "pricing.no_list",
            Self::CodeTaken(_) => "pricing.code_taken",
            Self::Negative => "pricing.negative",
            Self::Currency { .. } => "pricing.currency",
            Self::NoReduction { .. } => "pricing.no_reduction",
            Self::LeavesNothing => "pricing.leaves_nothing",
            Self::PreviewStale => "pricing.preview_stale",
        }
    }
    fn field(&self) -> Option<String> {
        let field = match self {
            Self::NoList(_) | Self::PreviewStale => return None,
            Self::CodeTaken(_) => "code",
            Self::Negative | Self::NoReduction { .. } => "amount",
            Self::Currency { .. } => "currency",
            Self::LeavesNothing => "change",
        };
        Some(field.to_owned())
    }
    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NoList(code) | Self::CodeTaken(code) => vec![("value", code.clone())],
            Self::Currency { list, given } => vec![("list", list.to_string()), ("given", given.to_string())],
            Self::NoReduction { amount, lowest } => {
                vec![("amount", amount.amount_text()), ("lowest", lowest.map_or_else(String::new, |l| l.amount_text()))]
            }
            _ => Vec::new(),
        }
    }
}
