//! What translation costs: held to the month's limit before it is spent, written down afterwards.

use sea_orm::DbErr;
use serde::Serialize;

use super::Fault;
use crate::kernel::{self, Locale, Moment, Reads, Scope, Tx, db, db::params};

/// The month of a moment, `2026-11`.
pub fn month(at: Moment) -> String {
    at.rfc3339().chars().take(7).collect()
}

/// Takes characters out of the month's limit (0: none), as many as are there, and says how many.
/// One conditional statement: two at once never pass the limit.
///
/// # Faults
/// `translation.cap_reached` when not all of them are left.
pub async fn reserve(tx: &Tx, characters: i64, cap: i64) -> Result<(), kernel::Fault> {
    let month = month(tx.now());
    db::run(tx, "insert into translation_budget (month, spent) values ($1, 0) on conflict do nothing", params![month.clone()])
        .await?;
    let sql = "update translation_budget set spent = spent + $2 where month = $1 and ($3 = 0 or spent + $2 <= $3)";
    if db::run(tx, sql, params![month, characters, cap]).await? == 0 {
        let left = (cap - spent(tx, tx.now()).await?).max(0);
        return Err(Fault::CapReached { left }.into());
    }
    Ok(())
}

/// What a call really cost against what was taken for it.
#[derive(Clone, Debug)]
pub struct Spent<'a> {
    pub provider: &'a str,
    pub from: Locale,
    pub to: Locale,
    pub texts: i64,
    pub characters: i64,
    /// What [`reserve`] took, at which moment.
    pub reserved: i64,
    pub reserved_at: Moment,
}

/// # Errors
/// Whatever the database says.
pub async fn settle(tx: &Tx, spent: &Spent<'_>) -> Result<(), DbErr> {
    let month = month(spent.reserved_at);
    let sql = "update translation_budget set spent = case when spent + $2 > 0 then spent + $2 else 0 end where month = $1";
    db::run(tx, sql, params![month.clone(), spent.characters - spent.reserved]).await?;
    if spent.texts > 0 {
        let sql = "insert into translation_usage (month, provider, source_locale, target_locale, characters, texts) \
                   values ($1,$2,$3,$4,$5,$6) on conflict (month, provider, source_locale, target_locale) do update set \
                   characters = translation_usage.characters + excluded.characters, texts = translation_usage.texts + excluded.texts";
        db::run(tx, sql, params![month, spent.provider, spent.from, spent.to, spent.characters, spent.texts]).await?;
    }
    Ok(())
}

/// Characters taken this month.
///
/// # Errors
/// Whatever the database says.
pub async fn spent(db: &impl Reads, now: Moment) -> Result<i64, DbErr> {
    Ok(db::scalar(db, "select spent from translation_budget where month = $1", params![month(now)]).await?.unwrap_or(0))
}

/// A line of the usage page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UsageRow {
    pub month: String,
    pub provider: String,
    pub from: Locale,
    pub to: Locale,
    pub characters: i64,
    pub texts: i64,
}
db::record!(UsageRow { month, provider, from = "source_locale", to = "target_locale", characters, texts });

/// The last months, the youngest first.
///
/// # Errors
/// Whatever the database says.
pub async fn usage(db: &impl Reads, _: &Scope) -> Result<Vec<UsageRow>, DbErr> {
    let sql = "select month, provider, source_locale, target_locale, characters, texts from translation_usage \
               order by month desc, provider, source_locale, target_locale limit 200";
    db::all(db, sql, Vec::new()).await
}
