//! What access refuses.

use crate::kernel::{Faulty, Kind};

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// One answer for an unknown address, a wrong password and a closed account: which of them it
    /// was is nobody's business.
    #[error("address or password is wrong")]
    SignInFailed,
    #[error("the link is unknown, used or too old")]
    LinkInvalid,
    #[error("too many tries, again in {0} s")]
    TooMany(i64),
    #[error("a password has 10 to 200 characters")]
    PasswordLength,
    #[error("the password is among the first that are guessed")]
    PasswordCommon,
    #[error("somebody with this address works here already")]
    EmailTaken,
    #[error("a name is needed")]
    NameMissing,
    #[error("the shop would be left without an owner")]
    LastOwner,
    #[error("no such member of staff")]
    StaffNotFound,
    #[error("no such key")]
    KeyNotFound,
    #[error("a publishable key has no rights")]
    KeyRights,
    #[error("nobody is signed in")]
    SignIn,
    #[error("there is a team of this name")]
    TeamTaken,
    #[error("no such team")]
    TeamNotFound,
}

impl Faulty for Fault {
    fn kind(&self) -> Kind {
        match self {
            Self::SignInFailed | Self::LinkInvalid | Self::SignIn => Kind::Forbidden,
            Self::TooMany(_) => Kind::TooMany,
            Self::EmailTaken | Self::LastOwner | Self::TeamTaken => Kind::Conflict,
            Self::StaffNotFound | Self::KeyNotFound | Self::TeamNotFound => Kind::NotFound,
            Self::PasswordLength | Self::PasswordCommon | Self::NameMissing | Self::KeyRights => Kind::Invalid,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::SignInFailed => "access.sign_in_failed",
            Self::LinkInvalid => "access.link_invalid",
            Self::TooMany(_) => "access.too_many",
            Self::PasswordLength => "access.password_length",
            Self::PasswordCommon => "access.password_common",
            Self::EmailTaken => "access.email_taken",
            Self::NameMissing => "access.name_missing",
            Self::LastOwner => "access.last_owner",
            Self::StaffNotFound => "access.staff_not_found",
            Self::KeyNotFound => "access.key_not_found",
            Self::KeyRights => "access.key_rights",
            Self::SignIn => "access.sign_in",
            Self::TeamTaken => "access.team_taken",
            Self::TeamNotFound => "access.team_not_found",
        }
    }
    fn field(&self) -> Option<String> {
        match self {
            Self::PasswordLength | Self::PasswordCommon => Some("password".into()),
            Self::EmailTaken => Some("email".into()),
            Self::NameMissing | Self::TeamTaken => Some("name".into()),
            Self::KeyRights => Some("rights".into()),
            _ => None,
        }
    }
    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooMany(seconds) => vec![("seconds", seconds.to_string())],
            _ => Vec::new(),
        }
    }
}
