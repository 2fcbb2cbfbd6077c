//! What can go wrong with carts and orders.

use super::{State, Step};
use crate::kernel::{Faulty, Kind, Money, Qty};

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("the cart is not there or became an order")]
    CartGone,
    #[error("the cart is empty")]
    CartEmpty,
    #[error("a cart holds at most {max} different goods")]
    CartFull { max: i64 },
    #[error("quantity must lie between one piece and {}", max.0)]
    Quantity { max: Qty },
    #[error("no such variant")]
    NoVariant,
    #[error("{title} can no longer be bought")]
    LineGone { title: String },
    #[error("the sum is now {} instead of {}", now.minor, seen.minor)]
    PriceChanged { seen: Money, now: Money },
    #[error("{field} is missing")]
    Missing { field: &'static str },
    #[error("{field} cannot be right")]
    Malformed { field: &'static str },
    #[error("no such delivery for this cart")]
    NoDelivery,
    #[error("no such delivery method")]
    NoMethod,
    #[error("no such order")]
    NoOrder,
    #[error("{} is not open for {}", state.as_str(), step.as_str())]
    WrongState { state: State, step: Step },
    #[error("the order changed meanwhile")]
    Moved,
    #[error("more than was ordered")]
    MoreThanOrdered,
    #[error("a shipment needs at least one line")]
    EmptyShipment,
    #[error("sums do not fit or mix currencies")]
    Sum,
    #[error("no payment picture")]
    NoQr,
}

impl Faulty for Fault {
    fn kind(&self) -> Kind {
        match self {
            Self::NoOrder | Self::NoMethod => Kind::NotFound,
            Self::CartGone | Self::PriceChanged { .. } | Self::LineGone { .. } => Kind::Conflict,
            Self::WrongState { .. } | Self::Moved => Kind::Conflict,
            Self::Sum => Kind::Bug,
            _ => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::CartGone => "sales.cart_gone",
            Self::CartEmpty => "sales.cart_empty",
            Self::CartFull { .. } => "sales.cart_full",
            Self::Quantity { .. } => "sales.quantity",
            Self::NoVariant => "sales.no_variant",
            Self::LineGone { .. } => "sales.line_gone",
            Self::PriceChanged { .. } => "sales.price_changed",
            Self::Missing { .. } => "form.missing",
            Self::Malformed { field: "email" } => "form.email",
            Self::Malformed { .. } => "form.malformed",
            Self::NoDelivery => "sales.no_delivery",
            Self::NoMethod => "sales.no_method",
            Self::NoOrder => "sales.no_order",
            Self::WrongState { .. } => "sales.wrong_state",
            Self::Moved => "sales.moved",
            Self::MoreThanOrdered => "sales.more_than_ordered",
            Self::EmptyShipment => "sales.empty_shipment",
            Self::Sum => "sales.sum",
            Self::NoQr => "sales.no_qr",
        }
    }

    fn field(&self) -> Option<String> {
        match self {
            Self::Missing { field } | Self::Malformed { field } => Some((*field).to_owned()),
            Self::Quantity { .. } => Some("qty".into()),
            Self::NoVariant => Some("variant".into()),
            Self::NoDelivery => Some("delivery".into()),
            _ => None,
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::CartFull { max } => vec![("max", max.to_string())],
            Self::Quantity { max } => vec![("max", (max.0 / 1000).to_string())],
            Self::LineGone { title } => vec![("title", title.clone())],
            Self::PriceChanged { seen, now } => vec![
                ("sum", now.amount_text()),
                ("before", seen.amount_text()),
                ("currency", now.currency.to_string()),
                ("minor", now.minor.to_string()),
            ],
            Self::WrongState { state, step } => vec![("state", state.as_str().into()), ("step", step.as_str().into())],
            _ => Vec::new(),
        }
    }
}
