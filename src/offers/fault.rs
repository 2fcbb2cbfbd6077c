//! What can go wrong with offers.

use uuid::Uuid;

use super::{State, Step};
use crate::kernel::{Faulty, Kind, Money};

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("no such offer")]
    NoOffer,
    #[error("no such template")]
    NoTemplate,
    #[error("no such row")]
    NoItem,
    #[error("{} is not open for {}", state.as_str(), step.as_str())]
    WrongState { state: State, step: Step },
    #[error("the offer changed meanwhile")]
    Moved,
    #[error("it is not being written")]
    NotWritten,
    #[error("{field} is missing")]
    Missing { field: &'static str },
    #[error("{field} cannot be right")]
    Malformed { field: &'static str },
    #[error("{field} is too long")]
    TooLong { field: &'static str },
    #[error("an offer holds at most {most} rows")]
    TooMany { most: usize },
    #[error("the quantity does not lie within what is offered")]
    Quantity { item: Uuid },
    #[error("not more than zero and not less than the least")]
    Range,
    #[error("no discount")]
    Off,
    #[error("a quantity cannot be left open of what is made to measure")]
    RangeOfMade,
    #[error("one of the group {group} is taken")]
    ChooseOne { group: String },
    #[error("nothing is offered")]
    Empty,
    #[error("{title} cannot be offered so")]
    Gone { title: String },
    #[error("nothing is known for the field {field}")]
    Unresolved { field: String },
    #[error("below the least margin: {titles}")]
    BelowFloor { titles: String },
    #[error("it holds no more")]
    Expired,
    #[error("there is a newer version")]
    Superseded,
    #[error("the sum is now {} instead of {}", now.minor, seen.minor)]
    SumChanged { seen: Money, now: Money },
    #[error("the conditions were not agreed to")]
    NotAgreed,
    #[error("no delivery is offered")]
    NoDelivery,
    #[error("{n} texts wait for review")]
    Unreviewed { n: usize },
    #[error("nothing to take back")]
    NothingToUndo,
}

impl Faulty for Fault {
    fn kind(&self) -> Kind {
        match self {
            Self::NoOffer | Self::NoItem | Self::NoTemplate => Kind::NotFound,
            Self::WrongState { .. } | Self::Moved | Self::NotWritten | Self::Expired | Self::Superseded => Kind::Conflict,
            Self::SumChanged { .. } | Self::NothingToUndo | Self::Unreviewed { .. } => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NoOffer => "offers.no_offer",
            Self::NoItem => "offers.no_item",
            Self::NoTemplate => "offers.no_template",
            Self::WrongState { .. } => "offers.wrong_state",
            Self::Moved => "offers.moved",
            Self::NotWritten => "offers.not_written",
            Self::Missing { .. } => "form.missing",
            Self::Malformed { field: "email" } => "form.email",
            Self::Malformed { .. } => "form.malformed",
            Self::TooLong { .. } => "offers.too_long",
            Self::TooMany { .. } => "offers.too_many",
            Self::Quantity { .. } => "offers.quantity",
            Self::Range => "offers.range",
            Self::Off => "offers.off",
            Self::RangeOfMade => "offers.range_of_made",
            Self::ChooseOne { .. } => "offers.choose_one",
            Self::Empty => "offers.empty",
            Self::Gone { .. } => "offers.gone",
            Self::Unresolved { .. } => "offers.unresolved",
            Self::BelowFloor { .. } => "offers.below_floor",
            Self::Expired => "offers.expired",
            Self::Superseded => "offers.superseded",
            Self::SumChanged { .. } => "offers.sum_changed",
            Self::NotAgreed => "offers.not_agreed",
            Self::NoDelivery => "offers.no_delivery",
            Self::Unreviewed { .. } => "offers.unreviewed",
            Self::NothingToUndo => "offers.nothing_to_undo",
        }
    }
    fn field(&self) -> Option<String> {
        match self {
            Self::Missing { field } | Self::Malformed { field } | Self::TooLong { field } => Some((*field).to_owned()),
            Self::Quantity { item } => Some(format!("qty.{item}")),
            Self::Range | Self::RangeOfMade => Some("most".into()),
            Self::Off => Some("off".into()),
            Self::NotAgreed => Some("agreed".into()),
            Self::NoDelivery => Some("method".into()),
            _ => None,
        }
    }
    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::WrongState { state, step } => vec![("state", state.as_str().into()), ("step", step.as_str().into())],
            Self::TooMany { most } => vec![("most", most.to_string())],
            Self::ChooseOne { group } => vec![("group", group.clone())],
            Self::Unreviewed { n } => vec![("n", n.to_string())],
            Self::Gone { title } => vec![("title", title.clone())],
            Self::Unresolved { field } => vec![("name", field.clone())],
            Self::BelowFloor { titles } => vec![("titles", titles.clone())],
            Self::SumChanged { seen, now } => {
                vec![("sum", now.amount_text()), ("before", seen.amount_text()), ("currency", now.currency.to_string())]
            }
            _ => Vec::new(),
        }
    }
}
