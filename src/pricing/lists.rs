//! Price lists.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Fault, Rounding};
use crate::kernel::{self, Currency, Moment, PriceListId, Reads, Tx, db};

/// What the reference price of a further cut of a running reduction is. Member states may allow
/// the price before the first cut (Ireland does; Finland for at most 60 days); Lithuania's choice
/// could not be verified, so the default is strict: the lowest price of the 30 days before each
/// cut, earlier cuts included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Progressive {
    #[default]
    Strict,
    First,
    /// As `First`, while the cuts have run for at most 60 days.
    First60,
}

impl Progressive {
    pub const ALL: &'static [Self] = &[Self::Strict, Self::First, Self::First60];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::First => "first",
            Self::First60 => "first60",
        }
    }

    /// What the law of a country allows (ISO 3166-1 alpha-2).
    pub fn of_country(code: &str) -> Self {
        match code {
            "IE" => Self::First,
            "FI" => Self::First60,
            _ => Self::Strict,
        }
    }

    /// Whether a cut at `now` may still name the reference of reductions that run since `since`.
    pub fn keeps_first(self, since: Moment, now: Moment) -> bool {
        match self {
            Self::Strict => false,
            Self::First => true,
            Self::First60 => now.date() <= since.date() + time::Duration::days(60),
        }
    }
}
impl FromStr for Progressive {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|p| p.as_str() == text).ok_or("strict, first or first60")
    }
}

/// A list of gross prices in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PriceList {
    pub id: PriceListId,
    pub code: String,
    pub name: String,
    pub currency: Currency,
    pub progressive: Progressive,
    /// The list whose prices these are at the exchange rate of the day; such a list is not set by hand.
    pub follows: Option<PriceListId>,
    /// Where a converted price ends.
    pub ending: Rounding,
}

struct Row {
    id: PriceListId,
    code: String,
    name: String,
    currency: Currency,
    progressive: String,
    follows: Option<PriceListId>,
    ending: String,
}
db::record!(Row { id, code, name, currency, progressive, follows, ending });

impl From<Row> for PriceList {
    fn from(row: Row) -> Self {
        let Row { id, code, name, currency, progressive, follows, ending } = row;
        let (progressive, ending) = (progressive.parse().unwrap_or_default(), ending.parse().unwrap_or(Rounding::Cent));
        Self { id, code, name, currency, progressive, follows, ending }
    }
}

const COLUMNS: &str = "select id, code, name, currency, progressive, follows, ending from price_list";

/// Adds an empty list.
///
/// # Faults
/// `pricing.code_taken`, `pricing.list_name`.
pub async fn add_list(tx: &Tx, code: &str, name: &str, currency: Currency) -> Result<PriceListId, kernel::Fault> {
    let (id, name) = (PriceListId::new(tx), named(name)?);
    let sql = "insert into price_list (id, code, name, currency, progressive, changed_at) values ($1,$2,$3,$4,$5,$6) on conflict (code) do nothing";
    let params = db::params![id, code, name, currency, Progressive::default().as_str(), tx.now()];
    match db::run(tx, sql, params).await? {
        0 => Err(Fault::CodeTaken(code.to_owned()).into()),
        _ => Ok(id),
    }
}

/// Gives a list another name.
///
/// # Faults
/// `pricing.list_name`, `pricing.no_list`.
pub async fn rename_list(tx: &Tx, id: PriceListId, name: &str) -> Result<(), kernel::Fault> {
    let name = named(name)?;
    let sql = "update price_list set name = $2, changed_at = $3 where id = $1";
    match db::run(tx, sql, db::params![id, name, tx.now()]).await? {
        0 => Err(Fault::NoList(id.to_string()).into()),
        _ => Ok(()),
    }
}

fn named(name: &str) -> Result<String, Fault> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 80 { Err(Fault::ListName) } else { Ok(name.to_owned()) }
}

/// Says how further cuts are judged.
///
/// # Faults
/// `pricing.no_list`.
pub async fn set_progressive(tx: &Tx, id: PriceListId, progressive: Progressive) -> Result<(), kernel::Fault> {
    let sql = "update price_list set progressive = $2, changed_at = $3 where id = $1";
    match db::run(tx, sql, db::params![id, progressive.as_str(), tx.now()]).await? {
        0 => Err(Fault::NoList(id.to_string()).into()),
        _ => Ok(()),
    }
}

/// Every list, oldest first.
///
/// # Faults
/// Whatever the database says.
pub async fn lists(db: &impl Reads) -> Result<Vec<PriceList>, kernel::Fault> {
    let rows: Vec<Row> = db::all(db, &format!("{COLUMNS} order by id"), vec![]).await?;
    Ok(rows.into_iter().map(PriceList::from).collect())
}

/// # Faults
/// `pricing.no_list`.
pub async fn list(db: &impl Reads, id: PriceListId) -> Result<PriceList, kernel::Fault> {
    let row: Option<Row> = db::opt(db, &format!("{COLUMNS} where id = $1"), db::params![id]).await?;
    Ok(row.map(PriceList::from).ok_or_else(|| Fault::NoList(id.to_string()))?)
}

/// # Faults
/// `pricing.no_list`.
pub async fn list_by_code(db: &impl Reads, code: &str) -> Result<PriceList, kernel::Fault> {
    let row: Option<Row> = db::opt(db, &format!("{COLUMNS} where code = $1"), db::params![code]).await?;
    Ok(row.map(PriceList::from).ok_or_else(|| Fault::NoList(code.to_owned()))?)
}
