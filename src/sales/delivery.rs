//! How goods reach the customer and what it costs: rows that the office edits.
//!
//! A method is offered where one of its tariffs fits the country, weight and sum of a cart.
//! Of the tariffs that fit, one for the country itself beats one for everywhere (`*`), and
//! the narrowest weight step wins.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::Fault;
pub use crate::kernel::DeliveryMethodId as MethodId;
use crate::kernel::{Currency, Fault as Refusal, Locale, Moment, Money, Rate, Reads, Subject, Tx, db};
use crate::pricing::{self, Exchange, ExchangeRate, Rounding};
use crate::tax::Rates;

/// Texts by locale code.
pub type Words = std::collections::BTreeMap<String, String>;

/// What has to be brought where.
#[derive(Clone, Debug)]
pub struct Load {
    /// ISO 3166-1 alpha-2.
    pub country: String,
    pub grams: i64,
    /// Gross, without delivery.
    pub goods: Money,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The customer comes to the showroom: no address needed.
    Pickup,
    Parcel,
    /// Two people and a furniture van.
    Van,
}

impl Kind {
    pub const ALL: &'static [Self] = &[Self::Pickup, Self::Parcel, Self::Van];
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pickup => "pickup",
            Self::Parcel => "parcel",
            Self::Van => "van",
        }
    }
}

impl std::str::FromStr for Kind {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|k| k.as_str() == text).ok_or("unknown delivery kind")
    }
}

/// A delivery method with its tariffs, as the office edits it.
#[derive(Clone, Debug, Serialize)]
pub struct Method {
    pub id: MethodId,
    /// Stable and unique; saving the same code again changes that method.
    pub code: String,
    pub kind: Kind,
    pub names: Words,
    /// A sentence for the customer: when it comes, to which door.
    pub notes: Words,
    pub vat_category: String,
    pub currency: Currency,
    /// Goods worth this much or more travel free.
    pub free_above: Option<Money>,
    /// Working days on the way, shortest and longest.
    pub days: (i64, i64),
    pub position: i64,
    pub active: bool,
    pub tariffs: Vec<Tariff>,
}

/// One price of a method.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tariff {
    /// ISO 3166-1 alpha-2, or `*` for everywhere.
    pub country: String,
    /// Inclusive; `None` has no limit.
    pub up_to_grams: Option<i64>,
    /// Goods worth more than this are not offered it; `None` has no limit.
    pub up_to: Option<Money>,
    pub gross: Money,
}

/// A method offered for a cart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Quote {
    pub method: MethodId,
    pub code: String,
    pub kind: Kind,
    pub name: String,
    pub note: String,
    pub gross: Money,
    /// Without VAT; its share of the whole once the document is settled.
    pub net: Money,
    pub free: bool,
    /// How much more makes it free; `None` when it is free or never will be.
    pub to_free: Option<Money>,
    pub rate: Rate,
    pub vat_category: String,
    /// Working days on the way, shortest and longest.
    pub days: (i64, i64),
}

impl Quote {
    /// The customer comes for it: no address is needed.
    pub fn is_pickup(&self) -> bool {
        self.kind == Kind::Pickup
    }
    /// Of an order that nothing is asked for: the way of an earlier one, for nothing.
    pub fn given(name: &str, kind: Kind, zero: Money) -> Self {
        Self {
            method: MethodId(uuid::Uuid::nil()),
            code: String::new(),
            kind,
            name: name.to_owned(),
            note: String::new(),
            gross: zero,
            net: zero,
            free: true,
            to_free: None,
            rate: Rate(0),
            vat_category: "standard".into(),
            days: (0, 0),
        }
    }
    /// The same, given with a discount.
    pub fn for_nothing(self) -> Self {
        let zero = Money::zero(self.gross.currency);
        Self { gross: zero, net: zero, free: true, to_free: None, ..self }
    }
}

impl Method {
    /// The price for a load, if the method is offered for it.
    fn price(&self, load: &Load) -> Option<Money> {
        let fits = |t: &&Tariff| {
            (t.country == load.country || t.country == "*")
                && t.up_to_grams.is_none_or(|most| load.grams <= most)
                && t.up_to.is_none_or(|most| load.goods.minor <= most.minor)
        };
        let tariff = self
            .tariffs
            .iter()
            .filter(fits)
            .min_by_key(|t| (t.country == "*", t.up_to_grams.unwrap_or(i64::MAX), t.gross.minor))?;
        let free = self.free_above.is_some_and(|from| load.goods.minor >= from.minor);
        Some(if free { Money::zero(self.currency) } else { tariff.gross })
    }

    /// The same in another currency, in whole units: nobody wants to read a fee of 21.31.
    fn converted(&self, by: &ExchangeRate) -> Option<Self> {
        let to = |amount: Money| if amount.is_zero() { Some(Money::zero(by.quote)) } else { by.convert(amount, Rounding::Whole) };
        let limit = |amount: Option<Money>| amount.map(to);
        let tariffs = self.tariffs.iter().map(|t| {
            let up_to = limit(t.up_to).map_or(Some(None), |known| known.map(Some))?;
            Some(Tariff { country: t.country.clone(), up_to_grams: t.up_to_grams, up_to, gross: to(t.gross)? })
        });
        let tariffs = tariffs.collect::<Option<Vec<_>>>()?;
        let free_above = limit(self.free_above).map_or(Some(None), |known| known.map(Some))?;
        Some(Self { currency: by.quote, free_above, tariffs, ..self.clone() })
    }

    fn quote(&self, load: &Load, locale: Locale, rate: Rate) -> Option<Quote> {
        let gross = self.price(load)?;
        let to_free = self.free_above.filter(|_| !gross.is_zero()).and_then(|from| from.checked_sub(load.goods));
        Some(Quote {
            method: self.id,
            code: self.code.clone(),
            kind: self.kind,
            name: said(&self.names, locale),
            note: said(&self.notes, locale),
            gross,
            net: crate::tax::net_of(gross, rate).unwrap_or(gross),
            free: gross.is_zero(),
            to_free,
            rate,
            vat_category: self.vat_category.clone(),
            days: self.days,
        })
    }
}

/// In the reader's language, else in any: a method without a name would be a blank line.
fn said(words: &Words, locale: Locale) -> String {
    words.get(locale.as_str()).or_else(|| words.values().next()).cloned().unwrap_or_default()
}

/// How a shop delivers and what VAT it charges: read once, asked often.
#[derive(Clone, Debug)]
pub struct Tariffs {
    methods: Vec<Method>,
    rates: Rates,
    exchange: Exchange,
}

impl Tariffs {
    /// Three queries.
    ///
    /// # Faults
    /// Whatever the database says.
    pub async fn read(db: &impl Reads) -> Result<Self, Refusal> {
        let (methods, rates) = (methods(db).await?, crate::tax::rates(db).await?);
        Ok(Self { methods, rates, exchange: pricing::exchange(db).await? })
    }

    pub fn rates(&self) -> &Rates {
        &self.rates
    }

    /// What is offered for a load, in the office's order. VAT is the seller's country's rate:
    /// `home` is where the shop's channel is taxed. Where no method has tariffs in the currency of
    /// the load, those of other currencies are converted at the exchange rate of the day.
    ///
    /// # Faults
    /// `tax.no_rate` when a method names a category without a rate.
    pub fn quotes(&self, load: &Load, locale: Locale, home: &str, at: Moment) -> Result<Vec<Quote>, Refusal> {
        let mut offered = Vec::new();
        let wanted = load.goods.currency;
        let at_home = self.methods.iter().any(|m| m.active && m.currency == wanted);
        for method in self.methods.iter().filter(|m| m.active && (!at_home || m.currency == wanted)) {
            let foreign = match self.exchange.rate(method.currency, wanted, at) {
                _ if method.currency == wanted => None,
                Some(by) => Some(method.converted(by).ok_or(Fault::Sum)?),
                None => continue,
            };
            let method = foreign.as_ref().unwrap_or(method);
            let rate = self.rates.charged(home, &method.vat_category, at)?;
            offered.extend(method.quote(load, locale, rate));
        }
        Ok(offered)
    }
}

struct Row {
    id: MethodId,
    code: String,
    kind: String,
    names: String,
    notes: String,
    vat_category: String,
    currency: Currency,
    free_above_minor: Option<i64>,
    days_min: i64,
    days_max: i64,
    position: i64,
    active: bool,
    country: Option<String>,
    up_to_grams: Option<i64>,
    up_to_minor: Option<i64>,
    gross_minor: Option<i64>,
}
db::record!(Row {
    id,
    code,
    kind,
    names,
    notes,
    vat_category,
    currency,
    free_above_minor,
    days_min,
    days_max,
    position,
    active,
    country,
    up_to_grams,
    up_to_minor,
    gross_minor
});

/// All methods with their tariffs, in the office's order: one query.
///
/// # Faults
/// Whatever the database says.
pub async fn methods(db: &impl Reads) -> Result<Vec<Method>, Refusal> {
    let sql = "select m.id, m.code, m.kind, m.names, m.notes, m.vat_category, m.currency, m.free_above_minor, m.days_min, m.days_max, m.position, m.active, \
               t.country, t.up_to_grams, t.up_to_minor, t.gross_minor \
               from delivery_method m left join delivery_tariff t on t.method_id = m.id order by m.position, m.id, t.id";
    let rows: Vec<Row> = db::all(db, sql, vec![]).await?;
    let mut methods: Vec<Method> = Vec::new();
    let mut at: HashMap<MethodId, usize> = HashMap::new();
    for row in rows {
        let money = |minor| Money::new(minor, row.currency);
        let tariff = row.country.zip(row.gross_minor).map(|(country, gross)| Tariff {
            country,
            up_to_grams: row.up_to_grams,
            up_to: row.up_to_minor.map(money),
            gross: money(gross),
        });
        let free_above = row.free_above_minor.map(money);
        let index = match at.get(&row.id) {
            Some(index) => *index,
            None => {
                methods.push(Method {
                    id: row.id,
                    code: row.code,
                    kind: row.kind.parse().map_err(Refusal::bug)?,
                    names: serde_json::from_str(&row.names)?,
                    notes: serde_json::from_str(&row.notes)?,
                    vat_category: row.vat_category,
                    currency: row.currency,
                    free_above,
                    days: (row.days_min, row.days_max),
                    position: row.position,
                    active: row.active,
                    tariffs: Vec::new(),
                });
                at.insert(row.id, methods.len() - 1);
                methods.len() - 1
            }
        };
        methods[index].tariffs.extend(tariff);
    }
    Ok(methods)
}

/// Saves a method by its code, with exactly these tariffs. The `id` given counts only for a new one.
///
/// # Faults
/// [`Fault::Missing`] and [`Fault::Malformed`] by field.
pub async fn save_method(tx: &Tx, method: &Method) -> Result<MethodId, Refusal> {
    check(method)?;
    let sql = "insert into delivery_method (id, code, kind, names, notes, vat_category, currency, free_above_minor, position, active, changed_at, days_min, days_max) \
               values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13) on conflict (code) do update set kind = excluded.kind, names = excluded.names, \
               notes = excluded.notes, vat_category = excluded.vat_category, currency = excluded.currency, \
               free_above_minor = excluded.free_above_minor, position = excluded.position, active = excluded.active, \
               changed_at = excluded.changed_at, days_min = excluded.days_min, days_max = excluded.days_max returning id";
    let (names, notes) = (serde_json::to_string(&method.names)?, serde_json::to_string(&method.notes)?);
    let params = db::params![
        method.id,
        method.code.clone(),
        method.kind.as_str(),
        names,
        notes,
        method.vat_category.clone(),
        method.currency,
        method.free_above.map(|m| m.minor),
        method.position,
        method.active,
        tx.now(),
        method.days.0,
        method.days.1
    ];
    let id: MethodId = db::scalar(tx, sql, params).await?.ok_or(Fault::NoMethod)?;
    tx.raise(Subject::All);
    db::run(tx, "delete from delivery_tariff where method_id = $1", db::params![id]).await?;
    let row = |t: &Tariff| {
        let up_to = t.up_to.map(|m| m.minor);
        db::params![tx.uuid(), id, t.country.clone(), t.up_to_grams, up_to, t.gross.minor]
    };
    let head = "insert into delivery_tariff (id, method_id, country, up_to_grams, up_to_minor, gross_minor) values";
    db::insert_many(tx, head, "", method.tariffs.iter().map(row).collect()).await?;
    Ok(id)
}

/// Orders keep the words and price they were placed with.
///
/// # Faults
/// [`Fault::NoMethod`].
pub async fn remove_method(tx: &Tx, id: MethodId) -> Result<(), Refusal> {
    tx.raise(Subject::All);
    match db::run(tx, "delete from delivery_method where id = $1", db::params![id]).await? {
        0 => Err(Fault::NoMethod.into()),
        _ => Ok(()),
    }
}

fn check(method: &Method) -> Result<(), Refusal> {
    let mut faults = Vec::new();
    let code_ok = method.code.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if method.code.is_empty() || !code_ok || method.code.len() > 60 {
        faults.push(Fault::Malformed { field: "code" });
    }
    if method.names.values().all(|name| name.trim().is_empty()) {
        faults.push(Fault::Missing { field: "name" });
    }
    if method.tariffs.is_empty() {
        faults.push(Fault::Missing { field: "tariffs" });
    }
    let country_ok = |c: &str| c == "*" || (c.len() == 2 && c.bytes().all(|b| b.is_ascii_uppercase()));
    let tariff_ok = |t: &Tariff| {
        country_ok(&t.country) && t.gross.minor >= 0 && t.gross.currency == method.currency && t.up_to_grams.is_none_or(|g| g > 0)
    };
    if !method.tariffs.iter().all(tariff_ok) {
        faults.push(Fault::Malformed { field: "tariffs" });
    }
    if faults.is_empty() { Ok(()) } else { Err(super::draft::gathered(faults)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn method(tariffs: Vec<Tariff>) -> Method {
        Method {
            id: MethodId(uuid::Uuid::nil()),
            code: "parcel".into(),
            kind: Kind::Parcel,
            names: [("lt".to_owned(), "Kurjeris".to_owned())].into(),
            notes: Words::new(),
            vat_category: "standard".into(),
            currency: Currency::EUR,
            free_above: Some(Money::eur(10_000)),
            days: (1, 3),
            position: 0,
            active: true,
            tariffs,
        }
    }
    fn tariff(country: &str, grams: Option<i64>, cents: i64) -> Tariff {
        Tariff { country: country.into(), up_to_grams: grams, up_to: None, gross: Money::eur(cents) }
    }
    fn load(country: &str, grams: i64, cents: i64) -> Load {
        Load { country: country.into(), grams, goods: Money::eur(cents) }
    }

    #[test]
    fn the_country_and_the_narrowest_step_win() {
        let m = method(vec![tariff("*", None, 3000), tariff("LT", Some(30_000), 900), tariff("LT", Some(5_000), 500)]);
        assert_eq!(m.price(&load("LT", 5_000, 100)), Some(Money::eur(500)));
        assert_eq!(m.price(&load("LT", 5_001, 100)), Some(Money::eur(900)));
        assert_eq!(m.price(&load("LT", 30_001, 100)), Some(Money::eur(3000)));
        assert_eq!(m.price(&load("DE", 1, 100)), Some(Money::eur(3000)));
    }

    #[test]
    fn free_begins_at_the_sum_and_says_what_is_missing() {
        let m = method(vec![tariff("LT", None, 500)]);
        let quote = m.quote(&load("LT", 1, 9_999), Locale::EN, Rate::percent(21)).unwrap();
        assert_eq!((quote.gross, quote.to_free, quote.name.as_str()), (Money::eur(500), Some(Money::eur(1)), "Kurjeris"));
        let quote = m.quote(&load("LT", 1, 10_000), Locale::LT, Rate::percent(21)).unwrap();
        assert!(quote.free && quote.to_free.is_none());
        assert!(m.quote(&load("EE", 1, 10_000), Locale::LT, Rate::percent(21)).is_none());
    }
}
