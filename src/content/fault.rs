//! What can be wrong with a page.

use crate::kernel::{Faulty, Kind};

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("no such page")]
    NoPage,
    #[error("a page needs a title")]
    NoTitle,
    #[error("a page needs a code of small letters, digits and dashes")]
    BadCode,
}

impl Faulty for Fault {
    fn kind(&self) -> Kind {
        match self {
            Self::NoPage => Kind::NotFound,
            Self::NoTitle | Self::BadCode => Kind::Invalid,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NoPage => "content.no_page",
            Self::NoTitle => "content.no_title",
            Self::BadCode => "content.bad_code",
        }
    }
    fn field(&self) -> Option<String> {
        match self {
            Self::NoPage => None,
            Self::NoTitle => Some("title".to_owned()),
            Self::BadCode => Some("code".to_owned()),
        }
    }
}
