//! What can go wrong with tax.

use crate::kernel::{Faulty, Kind, Moment};

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// No row says the rate: guessing one would be wrong in the customer's or the state's favour.
    #[error("no VAT rate for {category} in {country} at {}", at.rfc3339())]
    NoRate { country: String, category: String, at: Moment },
    #[error("amounts in different currencies cannot be summed")]
    Currencies,
    #[error("a sum of money does not fit")]
    TooLarge,
    #[error("a rate must lie between 0 and 100 %")]
    BadRate,
}

impl Faulty for Fault {
    fn kind(&self) -> Kind {
        match self {
            Self::NoRate { .. } | Self::TooLarge | Self::BadRate => Kind::Invalid,
            Self::Currencies => Kind::Bug,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NoRate { .. } => "tax.no_rate",
            Self::Currencies => "tax.currencies",
            Self::TooLarge => "tax.too_large",
            Self::BadRate => "tax.bad_rate",
        }
    }
    fn field(&self) -> Option<String> {
        matches!(self, Self::BadRate).then(|| "rate".to_owned())
    }
    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NoRate { country, category, .. } => vec![("country", country.clone()), ("category", category.clone())],
            _ => Vec::new(),
        }
    }
}
