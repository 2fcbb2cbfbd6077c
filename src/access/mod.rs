//! Access: who comes in, and with which secret.
//!
//! Access promises:
//! - no secret can be read out of the database: passwords are argon2id, sessions, links and API
//!   keys are kept as hashes;
//! - a link works once and for thirty minutes; a session ends when it is not used;
//! - guessing is slowed down by counters in the database, alike on every node;
//! - the shop keeps at least one active owner.

mod account;
mod fault;
mod keys;
mod limit;
mod link;
pub mod password;
mod personal;
mod session;
mod staff;
mod teams;
#[cfg(test)]
mod tests;

pub use account::{Account, account, note_customer_seen, set_customer_password};
pub use fault::Fault;
pub use keys::{CreatedKey, FoundKey, KeyKind, KeyView, NewKey, create_key, find_key, keys, note_key_used, revoke_key};
pub use limit::{Limit, allow, forgive, sweep_limits};
pub use link::{Link, issue_link, redeem_link};
pub use personal::{erase, export, repoint};
pub use session::{
    Holder, NewSession, SessionRow, SessionView, Whose, close_session, close_sessions, open_session, renew_session, session,
    sessions, sweep_sessions,
};
pub use staff::{
    Credentials, NewStaff, StaffView, create_staff, credentials, member, names, of_role, password_of, set_active, set_role,
    set_staff_password, staff,
};
pub use teams::{Team, add_team, drop_team, of_team, rename_team, set_team, teams};

/// The managers on duty and those who lead them, numbered: `id`, `k` from 0, `n` in all. Owners stand in where no manager
/// is. Published to crm, which draws the next one from it in the statement that moves the turn.
pub(crate) const ON_DUTY: &str = "(select id, row_number() over (order by id) - 1 as k, count(*) over () as n \
     from staff_user where active and (role in ('manager', 'lead') or role = 'owner' and not exists \
     (select 1 from staff_user where active and role in ('manager', 'lead'))))";

/// The active members of staff; published to crm.
pub(crate) const ACTIVE: &str = "select id from staff_user where active";
