//! Which way money came.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A way of paying that staff enter by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Seen on the bank account by a person, before or without a statement file.
    Bank,
    /// Into the till; the law limits and rounds it.
    Cash,
    /// A card in the shop's own terminal.
    Terminal,
}

impl Method {
    pub const ALL: &'static [Self] = &[Self::Bank, Self::Cash, Self::Terminal];

    /// Also the provider of its rows in the ledger.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bank => "bank",
            Self::Cash => "cash",
            Self::Terminal => "terminal",
        }
    }
}

impl FromStr for Method {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|m| m.as_str() == text).ok_or("unknown way of paying")
    }
}
