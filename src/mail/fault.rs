//! What can go wrong with letters.

use crate::kernel::{Faulty, Kind};

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("no such letter")]
    NoLetter,
    #[error("{0} is no address to write to")]
    NoAddress(String),
    #[error("the letter was sent already")]
    Sent,
}

impl Faulty for Fault {
    fn kind(&self) -> Kind {
        match self {
            Self::NoLetter => Kind::NotFound,
            Self::NoAddress(_) => Kind::Invalid,
            Self::Sent => Kind::Conflict,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NoLetter => "mail.no_letter",
            Self::NoAddress(_) => "mail.no_address",
            Self::Sent => "mail.sent",
        }
    }
    fn field(&self) -> Option<String> {
        matches!(self, Self::NoAddress(_)).then(|| "email".to_owned())
    }
}
