//! What can be wrong with a look at the showcase.

use crate::kernel::{Faulty, Kind};

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("no such variant of this product")]
    NoVariant,
    #[error("the sum does not fit")]
    TooLarge,
    #[error("a quantity must be above zero")]
    NoQuantity,
    #[error("a stored card cannot be read: {0}")]
    Unreadable(serde_json::Error),
}

impl Faulty for Fault {
    fn kind(&self) -> Kind {
        match self {
            Self::NoVariant => Kind::NotFound,
            Self::TooLarge | Self::NoQuantity => Kind::Invalid,
            Self::Unreadable(_) => Kind::Bug,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NoVariant => "showcase.no_variant",
            Self::TooLarge => "showcase.too_large",
            Self::NoQuantity => "showcase.no_quantity",
            Self::Unreadable(_) => "bug",
        }
    }
    fn field(&self) -> Option<String> {
        match self {
            Self::NoVariant => Some("variant".to_owned()),
            Self::TooLarge | Self::NoQuantity => Some("qty".to_owned()),
            Self::Unreadable(_) => None,
        }
    }
}
