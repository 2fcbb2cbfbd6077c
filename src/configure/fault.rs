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
    #[error("{skus} is made or put together as it is chosen: agree on a percentage, not on a price")]
    PriceAgreed { skus: String },
    #[error("the definition counts in another currency than the channel")]
    Currency,
    #[error("the price does not fit")]
    TooLarge,
    #[error("{sku} of the kit cannot be had")]
    PartGone { sku: String },
    #[error("nothing is chosen of the kit")]
    NothingChosen,
    #[error("there are no goods {skus} on sale")]
    UnknownGoods { skus: String },
    #[error("the kit would hold itself: {path}")]
    Cycle { path: String },
    #[error("{sku} is itself put together or made to measure")]
    Nested { sku: String },
    #[error("{sku} has another VAT category than the kit")]
    OtherVat { sku: String },
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
            Self::PriceAgreed { .. } => "configure.price_agreed",
            Self::Currency => "configure.currency",
            Self::TooLarge => "configure.too_large",
            Self::PartGone { .. } => "configure.part_gone",
            Self::NothingChosen => "configure.nothing_chosen",
            Self::UnknownGoods { .. } => "configure.unknown_goods",
            Self::Cycle { .. } => "configure.cycle",
            Self::Nested { .. } => "configure.nested",
            Self::OtherVat { .. } => "configure.other_vat",
        }
    }
    fn field(&self) -> Option<String> {
        let field = match self {
            Self::PriceAgreed { .. } => "lines",
            Self::PartGone { .. } | Self::NothingChosen => "set",
            Self::UnknownGoods { .. } | Self::Cycle { .. } | Self::Nested { .. } | Self::OtherVat { .. } => "source",
            _ => return None,
        };
        Some(field.to_owned())
    }
    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::PartGone { sku } | Self::Nested { sku } | Self::OtherVat { sku } => vec![("sku", sku.clone())],
            Self::UnknownGoods { skus } | Self::PriceAgreed { skus } => vec![("skus", skus.clone())],
            Self::Cycle { path } => vec![("path", path.clone())],
            _ => Vec::new(),
        }
    }
}
