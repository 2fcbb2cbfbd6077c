//! What can be wrong with a product.

use crate::kernel::{Faulty, Kind};

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("a product needs a title in at least one language")]
    NoTitle,
    #[error("a product needs at least one variant")]
    NoVariant,
    #[error("a variant needs a SKU")]
    NoSku,
    #[error("the SKU {sku} belongs to another product")]
    SkuTaken { sku: String },
    #[error("the SKU {sku} is given twice")]
    SkuTwice { sku: String },
    #[error("no such product")]
    NoProduct,
    #[error("no such category")]
    NoCategory,
    #[error("a category cannot stand below itself")]
    CategoryLoop,
    #[error("the category code {code} is taken")]
    CategoryTaken { code: String },
    #[error("no such producer")]
    NoProducer,
    #[error("a producer needs a name")]
    NoProducerName,
    #[error("no such picture")]
    NoPicture,
    #[error("safety data is missing: {missing}")]
    Unsafe { missing: String },
    #[error("the number does not fit")]
    BadNumber,
}

impl Faulty for Fault {
    fn kind(&self) -> Kind {
        match self {
            Self::NoProduct | Self::NoCategory | Self::NoProducer | Self::NoPicture => Kind::NotFound,
            Self::SkuTaken { .. } | Self::CategoryTaken { .. } => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NoTitle => "catalog.no_title",
            Self::NoVariant => "catalog.no_variant",
            Self::NoSku => "catalog.no_sku",
            Self::SkuTaken { .. } => "catalog.sku_taken",
            Self::SkuTwice { .. } => "catalog.sku_twice",
            Self::NoProduct => "catalog.no_product",
            Self::NoCategory => "catalog.no_category",
            Self::CategoryLoop => "catalog.category_loop",
            Self::CategoryTaken { .. } => "catalog.category_taken",
            Self::NoProducer => "catalog.no_producer",
            Self::NoProducerName => "catalog.no_producer_name",
            Self::NoPicture => "catalog.no_picture",
            Self::Unsafe { .. } => "catalog.unsafe",
            Self::BadNumber => "catalog.bad_number",
        }
    }
    fn field(&self) -> Option<String> {
        let field = match self {
            Self::NoTitle => "title",
            Self::NoVariant | Self::NoSku | Self::SkuTaken { .. } | Self::SkuTwice { .. } => "sku",
            Self::CategoryLoop | Self::NoCategory => "category",
            Self::CategoryTaken { .. } => "code",
            Self::NoProducerName => "name",
            _ => return None,
        };
        Some(field.to_owned())
    }
    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::SkuTaken { sku } | Self::SkuTwice { sku } => vec![("sku", sku.clone())],
            Self::CategoryTaken { code } => vec![("code", code.clone())],
            Self::Unsafe { missing } => vec![("missing", missing.clone())],
            _ => Vec::new(),
        }
    }
}
