//! Where a record came from.

use serde::{Deserialize, Serialize};

/// The window or machine through which something entered the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    Shop,
    Office,
    Api,
    Import,
    Demo,
    System,
}

impl Origin {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shop => "shop",
            Self::Office => "office",
            Self::Api => "api",
            Self::Import => "import",
            Self::Demo => "demo",
            Self::System => "system",
        }
    }
}

impl From<Origin> for sea_orm::Value {
    fn from(origin: Origin) -> Self {
        origin.as_str().into()
    }
}
