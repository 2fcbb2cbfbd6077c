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
    #[error("a country is two capital letters")]
    BadCountry,
    #[error("a category is a short word of small letters, digits and underscores")]
    BadCategory,
    #[error("what was in force once stays written down")]
    InForce,
    #[error("this is no VAT number: the country's check digits do not fit")]
    BadVatCode,
    #[error("prices without VAT are for verified businesses")]
    NotVerified,
}

impl Faulty for Fault {
    fn kind(&self) -> Kind {
        match self {
            Self::NoRate { .. } | Self::TooLarge | Self::BadRate => Kind::Invalid,
            Self::BadCountry | Self::BadCategory | Self::BadVatCode | Self::NotVerified => Kind::Invalid,
            Self::InForce => Kind::Conflict,
            Self::Currencies => Kind::Bug,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NoRate { .. } => "tax.no_rate",
            Self::Currencies => "tax.currencies",
            Self::TooLarge => "tax.too_large",
            Self::BadRate => "tax.bad_rate",
            Self::BadCountry => "tax.bad_country",
            Self::BadCategory => "tax.bad_category",
            Self::InForce => "tax.in_force",
            Self::BadVatCode => "tax.bad_vat_code",
            Self::NotVerified => "tax.not_verified",
        }
    }
    fn field(&self) -> Option<String> {
        let field = match self {
            Self::BadRate => "rate",
            Self::BadCountry => "country",
            Self::BadCategory => "category",
            Self::BadVatCode => "vat_code",
            Self::NotVerified => "net",
            _ => return None,
        };
        Some(field.to_owned())
    }
    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NoRate { country, category, .. } => vec![("country", country.clone()), ("category", category.clone())],
            _ => Vec::new(),
        }
    }
}
