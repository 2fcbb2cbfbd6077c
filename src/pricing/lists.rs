//! Price lists.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Fault;
use crate::kernel::{self, Currency, PriceListId, Reads, Tx, db};

/// What the reference price of a further cut of a running reduction is. Member states may allow
/// the price before the first cut; Lithuania's choice could not be verified, so the default is
/// strict: the lowest price of the 30 days before each cut, earlier cuts included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Progressive {
    #[default]
    Strict,
    First,
}

impl Progressive {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::First => "first",
        }
    }
}
impl FromStr for Progressive {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "strict" => Ok(Self::Strict),
            "first" => Ok(Self::First),
            _ => Err("strict or first"),
        }
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
}

struct Row {
    id: PriceListId,
    code: String,
    name: String,
    currency: Currency,
    progressive: String,
}
db::record!(Row { id, code, name, currency, progressive });

impl From<Row> for PriceList {
    fn from(row: Row) -> Self {
        let Row { id, code, name, currency, progressive } = row;
        Self { id, code, name, currency, progressive: progressive.parse().unwrap_or_default() }
    }
}

const COLUMNS: &str = "select id, code, name, currency, progressive from price_list";

/// Adds an empty list.
///
/// # Faults
/// `pricing.code_taken`.
pub async fn add_list(tx: &Tx, code: &str, name: &str, currency: Currency) -> Result<PriceListId, kernel::Fault> {
    let id = PriceListId::new(tx);
    let sql = "insert into price_list (id, code, name, currency, progressive, changed_at) values ($1,$2,$3,$4,$5,$6) on conflict (code) do nothing";
    let params = db::params![id, code, name, currency, Progressive::default().as_str(), tx.now()];
    match db::run(tx, sql, params).await? {
        0 => Err(Fault::CodeTaken(code.to_owned()).into()),
        _ => Ok(id),
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
