//! What can go wrong with channels.

use crate::kernel::{Currency, Faulty, Kind};

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("there is no channel {0}")]
    NotFound(String),
    #[error("the code {0} is taken by another channel")]
    CodeTaken(String),
    #[error("a channel's code is 1 to 40 lower-case letters, digits and dashes")]
    BadCode,
    #[error("a channel needs at least one locale")]
    NoLocale,
    #[error("{0} is not a web origin such as https://shop.example.com")]
    BadOrigin(String),
    #[error("{0} is not a country code of two letters")]
    BadCountry(String),
    #[error("{0} is the channel's own currency")]
    OwnCurrency(Currency),
    #[error("the shop shows no prices in {0}")]
    NoCurrency(String),
}

impl Faulty for Fault {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound(_) => Kind::NotFound,
            Self::CodeTaken(_) => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "channels.not_found",
            Self::CodeTaken(_) => "channels.code_taken",
            Self::BadCode => "channels.bad_code",
            Self::NoLocale => "channels.no_locale",
            Self::BadOrigin(_) => "channels.bad_origin",
            Self::BadCountry(_) => "channels.bad_country",
            Self::OwnCurrency(_) => "channels.own_currency",
            Self::NoCurrency(_) => "channels.no_currency",
        }
    }
    fn field(&self) -> Option<String> {
        let field = match self {
            Self::NotFound(_) => return None,
            Self::CodeTaken(_) | Self::BadCode => "code",
            Self::NoLocale => "locales",
            Self::BadOrigin(_) => "origins",
            Self::BadCountry(_) => "country",
            Self::OwnCurrency(_) | Self::NoCurrency(_) => "currency",
        };
        Some(field.to_owned())
    }
    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NotFound(text) | Self::CodeTaken(text) | Self::BadOrigin(text) | Self::BadCountry(text) => {
                vec![("value", text.clone())]
            }
            Self::NoCurrency(text) => vec![("value", text.clone())],
            Self::OwnCurrency(currency) => vec![("value", currency.to_string())],
            Self::BadCode | Self::NoLocale => Vec::new(),
        }
    }
}
