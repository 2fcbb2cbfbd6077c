//! Customers' accounts: a proven address, and a password for those who want one.

use crate::kernel::{self, Moment, PartyId, Reads, Tx, db};

/// The account of a party.
#[derive(Clone, Debug)]
pub struct Account {
    pub password_hash: Option<String>,
    pub created_at: Moment,
    pub seen_at: Option<Moment>,
}
db::record!(Account { password_hash, created_at, seen_at });

/// The account of a party, if they have ever signed in.
///
/// # Faults
/// Whatever the database says.
pub async fn account(db: &impl Reads, party: PartyId) -> Result<Option<Account>, kernel::Fault> {
    let sql = "select password_hash, created_at, seen_at from customer_account where party = $1";
    Ok(db::opt(db, sql, db::params![party]).await?)
}

/// Notes that the customer came in; the first time makes the account.
///
/// # Errors
/// Whatever the database says.
pub async fn note_customer_seen(tx: &Tx, party: PartyId) -> Result<(), sea_orm::DbErr> {
    let sql = "insert into customer_account (party, created_at, seen_at) values ($1,$2,$2) \
               on conflict (party) do update set seen_at = excluded.seen_at";
    db::run(tx, sql, db::params![party, tx.now()]).await.map(drop)
}

/// Gives a customer a password, or takes it away; `hash` from [`super::password::hash`].
///
/// # Errors
/// Whatever the database says.
pub async fn set_customer_password(tx: &Tx, party: PartyId, hash: Option<String>) -> Result<(), sea_orm::DbErr> {
    let sql = "insert into customer_account (party, password_hash, created_at) values ($1,$2,$3) \
               on conflict (party) do update set password_hash = excluded.password_hash";
    db::run(tx, sql, db::params![party, hash, tx.now()]).await.map(drop)
}
