//! Reading channels.

use std::{collections::HashMap, str::FromStr};

use sea_orm::Value;
use serde::{Deserialize, Serialize};

use super::Fault;
use crate::kernel::{self, ChannelId, Currency, Locale, LocationId, PriceListId, Reads, db};

/// Whether prices are shown with VAT (consumers) or without (verified companies only).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxDisplay {
    #[default]
    Gross,
    Net,
}

impl TaxDisplay {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gross => "gross",
            Self::Net => "net",
        }
    }
}
impl FromStr for TaxDisplay {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "gross" => Ok(Self::Gross),
            "net" => Ok(Self::Net),
            _ => Err("gross or net"),
        }
    }
}

/// One channel with everything it decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Channel {
    pub id: ChannelId,
    pub code: String,
    pub name: String,
    /// In order of preference; the first is the source language.
    pub locales: Vec<Locale>,
    pub currency: Currency,
    pub price_list: PriceListId,
    pub tax_display: TaxDisplay,
    /// Whether a price for everybody that is lower for a while is paid by those who agreed on another.
    pub best_price: bool,
    /// ISO 3166-1 alpha-2: whose VAT is in the prices.
    pub country: String,
    /// Stock locations that it sells from, in the order in which they are drawn on.
    pub locations: Vec<LocationId>,
    /// Web origins whose pages may call the store API with its key.
    pub origins: Vec<String>,
    pub publishable_key: String,
    /// Further currencies in which its prices are shown, each from a list of its own.
    pub currencies: Vec<(Currency, PriceListId)>,
    /// Its own currency and list, while it is looked at in a further currency: cards were made with those.
    #[serde(skip)]
    pub home: Option<(Currency, PriceListId)>,
}

impl Channel {
    /// The same channel with its prices in another of its currencies; `None` when it has none in it.
    pub fn in_currency(&self, currency: Currency) -> Option<Self> {
        let home = self.home.unwrap_or((self.currency, self.price_list));
        let of = |price_list, home| Some(Self { currency, price_list, home, ..self.clone() });
        if currency == home.0 {
            return of(home.1, None);
        }
        let (_, list) = self.currencies.iter().find(|(known, _)| *known == currency)?;
        of(*list, Some(home))
    }
    /// Every currency that its prices are shown in, its own first.
    pub fn offered(&self) -> Vec<Currency> {
        let own = self.home.map_or(self.currency, |(currency, _)| currency);
        std::iter::once(own).chain(self.currencies.iter().map(|(currency, _)| *currency)).collect()
    }
    /// The language in which texts are written first.
    pub fn source(&self) -> Locale {
        self.locales.first().copied().unwrap_or(Locale::LT)
    }
    pub fn speaks(&self, locale: Locale) -> bool {
        self.locales.contains(&locale)
    }
    /// Whether a page of this origin may use the channel's key. The text is an `Origin` header.
    pub fn allows(&self, origin: &str) -> bool {
        self.origins.iter().any(|known| known == origin)
    }
}

struct Row {
    id: ChannelId,
    code: String,
    name: String,
    locales: String,
    currency: Currency,
    price_list_id: PriceListId,
    tax_display: String,
    best_price: bool,
    country: String,
    publishable_key: String,
}
db::record!(Row { id, code, name, locales, currency, price_list_id, tax_display, best_price, country, publishable_key });

struct PlaceRow {
    channel_id: ChannelId,
    location_id: LocationId,
}
db::record!(PlaceRow { channel_id, location_id });

struct OriginRow {
    channel_id: ChannelId,
    origin: String,
}
db::record!(OriginRow { channel_id, origin });

struct CurrencyRow {
    channel_id: ChannelId,
    currency: Currency,
    list_id: PriceListId,
}
db::record!(CurrencyRow { channel_id, currency, list_id });

/// Every channel, the default one first.
///
/// # Faults
/// Whatever the database says.
pub async fn all(db: &impl Reads) -> Result<Vec<Channel>, kernel::Fault> {
    read(db, "", vec![]).await
}

/// # Faults
/// `channels.not_found`.
pub async fn by_code(db: &impl Reads, code: &str) -> Result<Channel, kernel::Fault> {
    one(db, "where c.code = $1", db::params![code], code).await
}

/// # Faults
/// `channels.not_found`.
pub async fn by_id(db: &impl Reads, id: ChannelId) -> Result<Channel, kernel::Fault> {
    one(db, "where c.id = $1", db::params![id], &id.to_string()).await
}

/// The first channel that lists this origin (the value of an `Origin` header).
///
/// # Faults
/// `channels.not_found`.
pub async fn by_origin(db: &impl Reads, origin: &str) -> Result<Channel, kernel::Fault> {
    let clause = "where exists (select 1 from channel_origin o where o.channel_id = c.id and o.origin = $1)";
    one(db, clause, db::params![origin], origin).await
}

async fn one(db: &impl Reads, clause: &str, params: Vec<Value>, wanted: &str) -> Result<Channel, kernel::Fault> {
    let found = read(db, clause, params).await?.into_iter().next();
    Ok(found.ok_or_else(|| Fault::NotFound(wanted.to_owned()))?)
}

async fn read(db: &impl Reads, clause: &str, params: Vec<Value>) -> Result<Vec<Channel>, kernel::Fault> {
    let sql = format!(
        "select c.id, c.code, c.name, c.locales, c.currency, c.price_list_id, c.tax_display, c.best_price, c.country, c.publishable_key \
         from channel c {clause} order by c.position, c.id"
    );
    let rows: Vec<Row> = db::all(db, &sql, params).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<ChannelId> = rows.iter().map(|r| r.id).collect();
    let marks = db::marks(ids.len(), 1);
    let sql = format!("select channel_id, location_id from channel_location where channel_id in ({marks}) order by position");
    let mut places: HashMap<ChannelId, Vec<LocationId>> = HashMap::new();
    for row in db::all::<PlaceRow>(db, &sql, db::values(&ids)).await? {
        places.entry(row.channel_id).or_default().push(row.location_id);
    }
    let sql = format!("select channel_id, origin from channel_origin where channel_id in ({marks}) order by origin");
    let mut origins: HashMap<ChannelId, Vec<String>> = HashMap::new();
    for row in db::all::<OriginRow>(db, &sql, db::values(&ids)).await? {
        origins.entry(row.channel_id).or_default().push(row.origin);
    }
    let sql =
        format!("select channel_id, currency, list_id from channel_currency where channel_id in ({marks}) order by currency");
    let mut currencies: HashMap<ChannelId, Vec<(Currency, PriceListId)>> = HashMap::new();
    for row in db::all::<CurrencyRow>(db, &sql, db::values(&ids)).await? {
        currencies.entry(row.channel_id).or_default().push((row.currency, row.list_id));
    }
    rows.into_iter()
        .map(|row| {
            Ok(Channel {
                currencies: currencies.remove(&row.id).unwrap_or_default(),
                home: None,
                locations: places.remove(&row.id).unwrap_or_default(),
                origins: origins.remove(&row.id).unwrap_or_default(),
                id: row.id,
                code: row.code,
                name: row.name,
                locales: serde_json::from_str(&row.locales)?,
                currency: row.currency,
                price_list: row.price_list_id,
                tax_display: row.tax_display.parse().map_err(|e: &str| kernel::Fault::bug(e))?,
                best_price: row.best_price,
                country: row.country,
                publishable_key: row.publishable_key,
            })
        })
        .collect()
}
