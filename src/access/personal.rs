//! A party's access when records are joined, handed over or erased.

use serde_json::{Value, json};

use super::{Whose, account, sessions};
use crate::kernel::{self, PartyId, Reads, Tx, db};

/// Moves the account and the sessions of one record to another. Where both have an account, the
/// one that stays keeps its password.
///
/// # Errors
/// Whatever the database says.
pub async fn repoint(tx: &Tx, from: PartyId, to: PartyId) -> Result<(), sea_orm::DbErr> {
    for sql in [
        "update customer_account set party = $2 where party = $1 \
         and not exists (select 1 from customer_account a where a.party = $2)",
        "update session set party = $2 where party = $1",
    ] {
        db::run(tx, sql, db::params![from, to]).await?;
    }
    db::run(tx, "delete from customer_account where party = $1", db::params![from]).await.map(drop)
}

/// What is held about a party's access; secrets are not data about the person.
///
/// # Faults
/// Whatever the database says.
pub async fn export(db: &impl Reads, party: PartyId, now: kernel::Moment) -> Result<Value, kernel::Fault> {
    let account = account(db, party).await?;
    let sessions = sessions(db, Whose::Customer(party), now).await?;
    Ok(json!({
        "account_since": account.as_ref().map(|a| a.created_at),
        "last_seen": account.as_ref().and_then(|a| a.seen_at),
        "has_password": account.is_some_and(|a| a.password_hash.is_some()),
        "sessions": sessions,
    }))
}

/// Takes a party's account, sessions and links away. `emails` are the addresses of the party.
///
/// # Errors
/// Whatever the database says.
pub async fn erase(tx: &Tx, party: PartyId, emails: &[String]) -> Result<(), sea_orm::DbErr> {
    db::run(tx, "delete from session where party = $1", db::params![party]).await?;
    db::run(tx, "delete from customer_account where party = $1", db::params![party]).await?;
    for email in emails {
        db::run(tx, "delete from login_link where email = $1", db::params![email.clone()]).await?;
    }
    Ok(())
}
