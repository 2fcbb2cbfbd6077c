//! Levels of customers ("Partner"), and which customer has which.

use serde::Serialize;

use super::Fault;
use crate::kernel::{self, Currency, Moment, PartyId, PriceLevelId, Reads, Tx, db};

/// A level; what it gives stands in its rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Level {
    pub id: PriceLevelId,
    pub code: String,
    pub name: String,
    /// Half open: from the beginning, to before the end; outside of it the level gives nothing.
    pub valid_from: Option<Moment>,
    pub valid_to: Option<Moment>,
    /// Customers who have it.
    pub customers: i64,
    /// Rules that are in force or will be.
    pub rules: i64,
}
db::record!(Level { id, code, name, valid_from, valid_to, customers, rules });

impl Level {
    /// Whether it gives anything at a moment.
    pub fn holds(&self, at: Moment) -> bool {
        self.valid_from.is_none_or(|from| from <= at) && self.valid_to.is_none_or(|to| at < to)
    }
}

const LEVELS: &str = "select l.id, l.code, l.name, l.valid_from, l.valid_to, \
    (select count(*) from price_terms t where t.level_id = l.id) as customers, \
    (select count(*) from price_rule r where r.level_id = l.id and (r.valid_to is null or r.valid_to > $1)) as rules \
    from price_level l";

/// Every level by its name. There are few.
///
/// # Faults
/// Whatever the database says.
pub async fn levels(db: &impl Reads, at: Moment) -> Result<Vec<Level>, kernel::Fault> {
    Ok(db::all(db, &format!("{LEVELS} order by l.name, l.id"), db::params![at]).await?)
}

/// # Faults
/// `pricing.no_level`.
pub async fn level(db: &impl Reads, id: PriceLevelId, at: Moment) -> Result<Level, kernel::Fault> {
    let found = db::opt(db, &format!("{LEVELS} where l.id = $2"), db::params![at, id]).await?;
    found.ok_or_else(|| Fault::NoLevel.into())
}

fn called(name: &str) -> Result<String, Fault> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 80 { Err(Fault::LevelName) } else { Ok(name.to_owned()) }
}

/// Adds a level that gives nothing yet.
///
/// # Faults
/// `pricing.level_name`, `pricing.level_taken`.
pub async fn add_level(tx: &Tx, code: &str, name: &str) -> Result<PriceLevelId, kernel::Fault> {
    let (id, name) = (PriceLevelId::new(tx), called(name)?);
    if code.is_empty() {
        return Err(Fault::LevelName.into());
    }
    let sql = "insert into price_level (id, code, name, changed_at) values ($1,$2,$3,$4) on conflict (code) do nothing";
    match db::run(tx, sql, db::params![id, code, name, tx.now()]).await? {
        0 => Err(Fault::LevelTaken(code.to_owned()).into()),
        _ => Ok(id),
    }
}

/// # Faults
/// `pricing.level_name`, `pricing.no_level`.
pub async fn rename_level(tx: &Tx, id: PriceLevelId, name: &str) -> Result<(), kernel::Fault> {
    let sql = "update price_level set name = $2, changed_at = $3 where id = $1";
    match db::run(tx, sql, db::params![id, called(name)?, tx.now()]).await? {
        0 => Err(Fault::NoLevel.into()),
        _ => Ok(()),
    }
}

/// Says from when to before when the level holds as a whole, whatever its rules say; `None` for
/// without a beginning or an end.
///
/// # Faults
/// `pricing.ends` when it ends before it begins, `pricing.no_level`.
pub async fn time_level(tx: &Tx, id: PriceLevelId, from: Option<Moment>, to: Option<Moment>) -> Result<(), kernel::Fault> {
    if from.zip(to).is_some_and(|(from, to)| to <= from) {
        return Err(Fault::Ends.into());
    }
    let sql = "update price_level set valid_from = $2, valid_to = $3, changed_at = $4 where id = $1";
    match db::run(tx, sql, db::params![id, from, to, tx.now()]).await? {
        0 => Err(Fault::NoLevel.into()),
        _ => Ok(()),
    }
}

/// Removes a level that nobody has; its rules, which then held for nobody, go with it.
///
/// # Faults
/// `pricing.level_in_use` while customers have it, `pricing.no_level`.
pub async fn remove_level(tx: &Tx, id: PriceLevelId) -> Result<(), kernel::Fault> {
    let found = level(tx, id, tx.now()).await?;
    if found.customers > 0 {
        return Err(Fault::LevelInUse { name: found.name, customers: found.customers }.into());
    }
    db::run(tx, "delete from price_rule where level_id = $1", db::params![id]).await?;
    db::run(tx, "delete from price_level where id = $1", db::params![id]).await?;
    Ok(())
}

/// The level that a customer has.
///
/// # Faults
/// Whatever the database says.
pub async fn level_of(db: &impl Reads, party: PartyId) -> Result<Option<(PriceLevelId, String)>, kernel::Fault> {
    let sql = "select l.id, l.name from price_terms t join price_level l on l.id = t.level_id where t.party_id = $1";
    let Some(row) = db::row(db, sql, db::params![party]).await? else { return Ok(None) };
    Ok(Some((row.try_get_by_index(0)?, row.try_get_by_index(1)?)))
}

/// Gives a customer a level, or none. Returns whether that is news.
///
/// # Faults
/// `pricing.no_level`.
pub async fn set_level(tx: &Tx, party: PartyId, wanted: Option<PriceLevelId>) -> Result<bool, kernel::Fault> {
    let had = level_of(tx, party).await?.map(|(id, _)| id);
    if had == wanted {
        return Ok(false);
    }
    if let Some(id) = wanted {
        level(tx, id, tx.now()).await?;
    }
    let sql = "insert into price_terms (party_id, level_id, changed_at) values ($1,$2,$3) \
               on conflict (party_id) do update set level_id = excluded.level_id, changed_at = excluded.changed_at";
    db::run(tx, sql, db::params![party, wanted, tx.now()]).await?;
    Ok(true)
}

/// The currency that a customer reads prices in; `None` for the shop's own.
///
/// # Faults
/// Whatever the database says.
pub async fn currency_of(db: &impl Reads, party: PartyId) -> Result<Option<Currency>, kernel::Fault> {
    let sql = "select currency from price_terms where party_id = $1 and currency is not null";
    Ok(db::scalar(db, sql, db::params![party]).await?)
}

/// Says in which currency a customer reads prices; answers whether that is news.
///
/// # Faults
/// Whatever the database says.
pub async fn set_currency(tx: &Tx, party: PartyId, wanted: Option<Currency>) -> Result<bool, kernel::Fault> {
    if currency_of(tx, party).await? == wanted {
        return Ok(false);
    }
    let sql = "insert into price_terms (party_id, currency, changed_at) values ($1,$2,$3) \
               on conflict (party_id) do update set currency = excluded.currency, changed_at = excluded.changed_at";
    db::run(tx, sql, db::params![party, wanted.map(|c| c.to_string()), tx.now()]).await?;
    Ok(true)
}
