//! A yes that staff took down: how the customer said it, who heard it, and what was said.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::kernel::{self, Actor, OfferId, Tx, db};

/// How the customer said yes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// On the offer's own page, by themselves.
    #[default]
    Page,
    Phone,
    Email,
    InPerson,
    /// A signed paper.
    Paper,
}

impl How {
    /// What staff may take down.
    pub const TAKEN: &'static [Self] = &[Self::Phone, Self::Email, Self::InPerson, Self::Paper];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::InPerson => "in_person",
            Self::Paper => "paper",
        }
    }
}

impl FromStr for How {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::TAKEN.iter().copied().chain([Self::Page]).find(|how| how.as_str() == text);
        found.ok_or("unknown way to say yes")
    }
}

/// What stands beside an acceptance that did not come from the page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    pub how: How,
    /// Who took it down: the name as it was on that day.
    pub by: String,
    /// When they spoke, which letter it was, where the paper lies.
    pub note: String,
}

impl Evidence {
    pub fn new(how: How, actor: &Actor, note: &str) -> Self {
        let by = match actor {
            Actor::Staff(staff) => staff.name.clone(),
            other => other.code(),
        };
        Self { how, by, note: note.trim().chars().take(1000).collect() }
    }
}

/// Adds it to the acceptance that was written in this transaction.
///
/// # Faults
/// Whatever the database says.
pub async fn keep_evidence(tx: &Tx, id: OfferId, evidence: &Evidence) -> Result<(), kernel::Fault> {
    let sql = "update offer_acceptance set how = $2, taken_by = $3, note = $4 where offer_id = $1";
    db::run(tx, sql, db::params![id, evidence.how.as_str(), evidence.by.clone(), evidence.note.clone()]).await?;
    Ok(())
}
