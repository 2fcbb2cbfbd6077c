//! Changing a record by staff, and the marks that dealing with a party leaves on it.

use serde::{Deserialize, Serialize};

use super::{Contact, Fault, contact, likeness, row};
use crate::kernel::{self, PartyId, Tx, UserId, db};

/// How far a party has come with us; it never goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Known by name only.
    Lead,
    /// Has asked for something.
    Prospect,
    /// Has ordered.
    Customer,
}

impl Stage {
    pub const ALL: &'static [Stage] = &[Self::Lead, Self::Prospect, Self::Customer];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Prospect => "prospect",
            Self::Customer => "customer",
        }
    }
    pub(super) const fn rank(self) -> i64 {
        self as i64
    }
    pub(super) fn from_rank(rank: i64) -> Self {
        match rank {
            2.. => Self::Customer,
            1 => Self::Prospect,
            _ => Self::Lead,
        }
    }
}

impl std::str::FromStr for Stage {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|s| s.as_str() == text).ok_or("unknown stage")
    }
}

/// Writes a record as it was corrected. A proven address belongs to its owner and stays.
///
/// # Faults
/// `parties.not_found`, `parties.gone`, `parties.email_proven`, those of the contact.
pub async fn edit(tx: &Tx, party: PartyId, contact: Contact) -> Result<(), kernel::Fault> {
    let contact = contact.tidy()?;
    let before = row::find(tx, party).await?.ok_or(Fault::NotFound)?.standing()?;
    if before.email_proven_at.is_some() && contact.email != before.email {
        return Err(Fault::EmailProven.into());
    }
    row::rewrite(tx, &before, &contact, before.email_proven_at).await?;
    let changed = Contact {
        email: contact.email.clone().filter(|_| contact.email != before.email),
        company_code: contact.company_code.clone().filter(|_| contact.company_code != before.company_code),
        ..contact
    };
    // What was typed now may resemble another record; the own one is no news.
    let others = likeness::matches(tx, &changed).await?;
    likeness::mark(tx, party, &others).await?;
    Ok(())
}

/// Puts a party into a price group, or into none.
///
/// # Faults
/// `parties.not_found`, `parties.too_long`.
pub async fn set_group(tx: &Tx, party: PartyId, group: Option<String>) -> Result<(), kernel::Fault> {
    let group = contact::text(group, "group", 60)?;
    let sql = "update party set grp = $2, updated_at = $3 where id = $1 and joined_into is null";
    match db::run(tx, sql, db::params![party, group, tx.now()]).await? {
        0 => Err(Fault::NotFound.into()),
        _ => Ok(()),
    }
}

/// What a touch found on the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Touched {
    pub manager: Option<UserId>,
}

/// Notes that the party was dealt with now: its stage does not fall below `stage`, and a party
/// that nobody is responsible for gets `manager`. One statement.
///
/// # Faults
/// `parties.not_found`.
pub async fn touch(tx: &Tx, party: PartyId, stage: Stage, manager: Option<UserId>) -> Result<Touched, kernel::Fault> {
    let sql = "update party set touched_at = $2, stage = case when stage < $3 then $3 else stage end, \
               manager = coalesce(manager, $4) where id = $1 returning manager";
    let row = db::row(tx, sql, db::params![party, tx.now(), stage.rank(), manager]).await?.ok_or(Fault::NotFound)?;
    Ok(Touched { manager: row.try_get_by_index(0)? })
}

/// Makes somebody (or nobody) responsible for a party.
///
/// # Faults
/// `parties.not_found`.
pub async fn set_manager(tx: &Tx, party: PartyId, manager: Option<UserId>) -> Result<(), kernel::Fault> {
    let sql = "update party set manager = $2, updated_at = $3 where id = $1 and joined_into is null";
    match db::run(tx, sql, db::params![party, manager, tx.now()]).await? {
        0 => Err(Fault::NotFound.into()),
        _ => Ok(()),
    }
}

/// Hands all customers of a manager to another one, or to nobody: then the next thing that
/// happens to each finds a new manager by rule. Returns how many.
///
/// # Errors
/// Whatever the database says.
pub async fn hand_over(tx: &Tx, from: UserId, to: Option<UserId>) -> Result<u64, sea_orm::DbErr> {
    let sql = "update party set manager = $2, updated_at = $3 where manager = $1";
    db::run(tx, sql, db::params![from, to, tx.now()]).await
}
