//! What can go wrong with configurators; mistakes within a definition are [`super::Mistake`].

use crate::kernel::{Faulty, Kind};

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("the product has no such version of a configurator")]
    NoVersion,
    #[error("the product is not configurable")]
    NotConfigurable,
    #[error("the product is made as it was configured: choose first")]
    Unchosen,
    #[error("a configurable product has exactly one variant")]
    OneVariant,
    #[error("the definition counts in another currency than the channel")]
    Currency,
    #[error("the price does not fit")]
    TooLarge,
}

impl Faulty for Fault {
    fn kind(&self) -> Kind {
        if matches!(self, Self::NoVersion) { Kind::NotFound } else { Kind::Invalid }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NoVersion => "configure.no_version",
            Self::NotConfigurable => "configure.not_configurable",
            Self::Unchosen => "configure.unchosen",
            Self::OneVariant => "configure.one_variant",
            Self::Currency => "configure.currency",
            Self::TooLarge => "configure.too_large",
        }
    }
}
