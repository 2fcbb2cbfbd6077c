//! What can go wrong with stock.

use crate::kernel::{Faulty, Kind, Qty, VariantId};

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Not enough is free. The surface names the product.
    #[error("only {} of {variant} are free", free.to_decimal())]
    OutOfStock { variant: VariantId, free: Qty },
    #[error("a quantity must be more than zero")]
    BadQuantity,
    #[error("there cannot be less than nothing on a shelf")]
    BelowZero,
    #[error("there is no stock location {0}")]
    NoLocation(String),
    #[error("the code {0} is taken by another location")]
    CodeTaken(String),
    #[error("the order holds less of {variant} than is to be shipped")]
    NotHeld { variant: VariantId },
}

impl Faulty for Fault {
    fn kind(&self) -> Kind {
        match self {
            Self::OutOfStock { .. } | Self::CodeTaken(_) | Self::NotHeld { .. } => Kind::Conflict,
            Self::BadQuantity | Self::BelowZero => Kind::Invalid,
            Self::NoLocation(_) => Kind::NotFound,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::OutOfStock { .. } => "stock.out_of_stock",
            Self::BadQuantity => "stock.bad_quantity",
            Self::BelowZero => "stock.below_zero",
            Self::NoLocation(_) => "stock.no_location",
            Self::CodeTaken(_) => "stock.code_taken",
            Self::NotHeld { .. } => "stock.not_held",
        }
    }
    fn field(&self) -> Option<String> {
        match self {
            Self::BadQuantity | Self::BelowZero => Some("qty".to_owned()),
            Self::CodeTaken(_) => Some("code".to_owned()),
            _ => None,
        }
    }
    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::OutOfStock { variant, free } => {
                vec![("variant", variant.to_string()), ("free", free.to_decimal().normalize().to_string())]
            }
            Self::NotHeld { variant } => vec![("variant", variant.to_string())],
            Self::NoLocation(code) | Self::CodeTaken(code) => vec![("value", code.clone())],
            _ => Vec::new(),
        }
    }
}
