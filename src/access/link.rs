//! Links by e-mail: whoever opens one reads the mail of the address.

use super::Fault;
use crate::kernel::{self, Locale, Moment, Tx, db, token};

/// What a link was made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Normalised address.
    pub email: String,
    pub locale: Locale,
    /// Local path to go to afterwards.
    pub goto: Option<String>,
}

/// Makes a link; the token goes into the letter and nowhere else. Valid for 30 minutes, once.
///
/// # Faults
/// Whatever the database says.
pub async fn issue_link(tx: &Tx, link: Link) -> Result<(String, Moment), kernel::Fault> {
    let secret = token::random(tx.app().entropy());
    let expires = tx.now().plus_minutes(30);
    // A local path only: an open redirect would lend our name to others.
    let goto = link.goto.filter(|g| g.starts_with('/') && !g.starts_with("//") && !g.contains(['\\', '\r', '\n']));
    let sql = "insert into login_link (token_hash, email, locale, goto, created_at, expires_at) values ($1,$2,$3,$4,$5,$6)";
    db::run(tx, sql, db::params![token::hash(&secret), link.email, link.locale, goto, tx.now(), expires]).await?;
    // Old ones go when new ones come; used ones are kept a day to tell "used" from "unknown" in the log.
    db::run(tx, "delete from login_link where expires_at < $1", db::params![tx.now().plus_days(-1)]).await?;
    Ok((secret, expires))
}

/// Uses a link up. One conditional statement: of two clicks one wins.
///
/// # Faults
/// `access.link_invalid` for an unknown, used or expired one.
pub async fn redeem_link(tx: &Tx, secret: &str) -> Result<Link, kernel::Fault> {
    let sql = "update login_link set used_at = $2 where token_hash = $1 and used_at is null and expires_at > $2 \
               returning email, locale, goto";
    let row = db::row(tx, sql, db::params![token::hash(secret), tx.now()]).await?.ok_or(Fault::LinkInvalid)?;
    Ok(Link { email: row.try_get_by_index(0)?, locale: row.try_get_by_index(1)?, goto: row.try_get_by_index(2)? })
}
