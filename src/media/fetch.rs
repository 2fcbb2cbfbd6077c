//! Pictures from other sites: the port.

use crate::kernel::{Faulty, Kind};

/// What a site answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    pub bytes: Vec<u8>,
}

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum FetchFault {
    #[error("{0} is no http or https address without a password in it")]
    Address(String),
    #[error("{host} leads to {address}, which is not a public address")]
    Forbidden { host: String, address: String },
    #[error("the site answered {0}")]
    Status(u16),
    #[error("the site calls it {0}, which is no picture")]
    Type(String),
    #[error("more than {0} bytes")]
    TooLarge(u64),
    #[error("more than {0} redirects")]
    Redirects(usize),
    #[error("the site does not answer: {0}")]
    Unavailable(String),
}

impl Faulty for FetchFault {
    fn kind(&self) -> Kind {
        match self {
            Self::Status(429 | 500..) | Self::Unavailable(_) => Kind::Unavailable,
            _ => Kind::Invalid,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Address(_) => "media.fetch.address",
            Self::Forbidden { .. } => "media.fetch.forbidden",
            Self::Status(_) => "media.fetch.status",
            Self::Type(_) => "media.fetch.type",
            Self::TooLarge(_) => "media.fetch.too_large",
            Self::Redirects(_) => "media.fetch.redirects",
            Self::Unavailable(_) => "media.fetch.unavailable",
        }
    }
    fn field(&self) -> Option<String> {
        Some("url".to_owned())
    }
    fn args(&self) -> Vec<(&'static str, String)> {
        vec![("reason", self.to_string())]
    }
}

/// Gets the bytes behind an address. The adapter connects only where [`super::may_call`] allows,
/// to the very address that it asked about, and stops reading at `most` bytes.
#[async_trait::async_trait]
pub trait Fetch: Send + Sync {
    async fn fetch(&self, url: &str, most: u64) -> Result<Fetched, FetchFault>;
}
