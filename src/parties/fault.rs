//! What parties refuses.

use crate::kernel::{Faulty, Kind};

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("not an e-mail address")]
    EmailInvalid,
    #[error("a name is needed")]
    NameMissing,
    #[error("{0} is longer than allowed")]
    TooLong(&'static str),
    #[error("not a two-letter country")]
    CountryInvalid,
    #[error("{0} is missing")]
    Missing(&'static str),
    #[error("no such customer")]
    NotFound,
    #[error("a record cannot be joined with itself")]
    JoinSelf,
    #[error("the record was joined with another or erased")]
    Gone,
    #[error("the address is proven for another record")]
    EmailProvenElsewhere,
    #[error("a proven address is changed by its owner only")]
    EmailProven,
}

impl Faulty for Fault {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NotFound,
            Self::JoinSelf | Self::Gone | Self::EmailProvenElsewhere | Self::EmailProven => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::EmailInvalid => "parties.email_invalid",
            Self::NameMissing => "parties.name_missing",
            Self::TooLong(_) => "parties.too_long",
            Self::CountryInvalid => "parties.country_invalid",
            Self::Missing(_) => "parties.missing",
            Self::NotFound => "parties.not_found",
            Self::JoinSelf => "parties.join_self",
            Self::Gone => "parties.gone",
            Self::EmailProvenElsewhere => "parties.email_proven_elsewhere",
            Self::EmailProven => "parties.email_proven",
        }
    }
    fn field(&self) -> Option<String> {
        match self {
            Self::EmailInvalid | Self::EmailProvenElsewhere | Self::EmailProven => Some("email".into()),
            Self::NameMissing => Some("name".into()),
            Self::CountryInvalid => Some("country".into()),
            Self::TooLong(field) | Self::Missing(field) => Some((*field).into()),
            _ => None,
        }
    }
}
