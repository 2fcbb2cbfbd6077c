//! Dated rates by country and category.

use std::collections::HashMap;

use serde::Serialize;

use super::Fault;
use crate::kernel::{self, Moment, Rate, Reads, Subject, Tx, db};

/// One rate in force from `valid_from` up to, not including, the next row's `valid_from`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RateRow {
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// `standard`, `reduced`, `super_reduced`, `zero`, or a shop's own word.
    pub category: String,
    pub rate: Rate,
    pub valid_from: Moment,
}
db::record!(RateRow { country, category, rate = "rate_micro", valid_from });

/// A dated fact of the law other than a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Law {
    /// The country belongs to the Union's VAT area.
    Union,
    /// A shop of this country is no VAT payer.
    NoPayer,
    /// A shop of this country charges consumers elsewhere in the Union their own country's rates.
    Oss,
}

impl Law {
    pub const ALL: &'static [Self] = &[Self::Union, Self::NoPayer, Self::Oss];
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Union => "union",
            Self::NoPayer => "no_payer",
            Self::Oss => "oss",
        }
    }
}
impl std::str::FromStr for Law {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|l| l.as_str() == text).ok_or("unknown law")
    }
}

/// A fact in force from `valid_from` up to, not including, the next row of its kind and country.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LawRow {
    pub kind: String,
    pub country: String,
    pub holds: bool,
    pub valid_from: Moment,
}
db::record!(LawRow { kind, country, holds, valid_from });

/// All that the law says, for work that asks many times (projections, totals of many lines).
#[derive(Clone, Debug, Default)]
pub struct Rates {
    rates: HashMap<(String, String), Vec<(Moment, Rate)>>,
    laws: HashMap<(String, String), Vec<(Moment, bool)>>,
}

impl Rates {
    /// A law of one's own, for what is looked at without a database.
    pub(crate) fn put_rate(&mut self, country: &str, category: &str, from: Moment, rate: Rate) {
        self.rates.entry((country.to_owned(), category.to_owned())).or_default().push((from, rate));
    }
    #[cfg(test)]
    pub(crate) fn put_law(&mut self, kind: Law, country: &str, from: Moment, holds: bool) {
        self.laws.entry((kind.as_str().to_owned(), country.to_owned())).or_default().push((from, holds));
    }

    fn law(&self, kind: Law, country: &str, at: Moment) -> bool {
        let dated = self.laws.get(&(kind.as_str().to_owned(), country.to_owned()));
        dated.and_then(|dated| dated.iter().rev().find(|(from, _)| *from <= at)).is_some_and(|(_, holds)| *holds)
    }
    /// Whether a shop of this country charges VAT at all.
    pub fn payer(&self, country: &str, at: Moment) -> bool {
        !self.law(Law::NoPayer, country, at)
    }
    /// Whether a country belongs to the Union's VAT area.
    pub fn in_union(&self, country: &str, at: Moment) -> bool {
        self.law(Law::Union, country, at)
    }
    /// The countries of the Union's VAT area.
    pub fn union(&self, at: Moment) -> Vec<String> {
        let of = self.laws.keys().filter(|(kind, _)| kind == Law::Union.as_str()).map(|(_, country)| country.clone());
        let mut all: Vec<String> = of.filter(|country| self.in_union(country, at)).collect();
        all.sort_unstable();
        all
    }
    /// Whether a shop of this country charges consumers elsewhere in the Union their own rates.
    pub fn oss(&self, country: &str, at: Moment) -> bool {
        self.law(Law::Oss, country, at)
    }

    /// What a shop of this country puts into its prices: nothing when it is no VAT payer.
    ///
    /// # Faults
    /// `tax.no_rate` when no row covers it.
    pub fn charged(&self, country: &str, category: &str, at: Moment) -> Result<Rate, Fault> {
        if self.payer(country, at) { self.of(country, category, at) } else { Ok(Rate::ZERO) }
    }

    /// The rate in force at the tax point.
    ///
    /// # Faults
    /// `tax.no_rate` when no row covers it.
    pub fn of(&self, country: &str, category: &str, at: Moment) -> Result<Rate, Fault> {
        self.rates
            .get(&(country.to_owned(), category.to_owned()))
            .and_then(|dated| dated.iter().rev().find(|(from, _)| *from <= at))
            .map(|(_, rate)| *rate)
            .ok_or_else(|| Fault::NoRate { country: country.to_owned(), category: category.to_owned(), at })
    }
}

struct Fact {
    kind: String,
    country: String,
    category: String,
    value: i64,
    valid_from: Moment,
}
db::record!(Fact { kind, country, category, value, valid_from });

/// Every rate and fact, read at once: the tables have a few dozen rows.
///
/// # Faults
/// Whatever the database says.
pub async fn rates(db: &impl Reads) -> Result<Rates, kernel::Fault> {
    let sql = "select 'rate' as kind, country, category, rate_micro as value, valid_from from tax_rate union all \
               select kind, country, '', case when holds then 1 else 0 end, valid_from from tax_law order by valid_from";
    let mut all = Rates::default();
    for row in db::all::<Fact>(db, sql, vec![]).await? {
        if row.kind == "rate" {
            all.rates.entry((row.country, row.category)).or_default().push((row.valid_from, Rate(row.value)));
        } else {
            all.laws.entry((row.kind, row.country)).or_default().push((row.valid_from, row.value != 0));
        }
    }
    Ok(all)
}

/// Every rate as the office lists them: by country and category, the newest first.
///
/// # Faults
/// Whatever the database says.
pub async fn rate_rows(db: &impl Reads) -> Result<Vec<RateRow>, kernel::Fault> {
    let sql = "select country, category, rate_micro, valid_from from tax_rate order by country, category, valid_from desc";
    Ok(db::all(db, sql, vec![]).await?)
}

/// Every other fact, the newest first.
///
/// # Faults
/// Whatever the database says.
pub async fn law_rows(db: &impl Reads) -> Result<Vec<LawRow>, kernel::Fault> {
    let sql = "select kind, country, holds, valid_from from tax_law order by kind, country, valid_from desc";
    Ok(db::all(db, sql, vec![]).await?)
}

/// Puts a fact into force from a moment on; earlier supplies keep theirs.
///
/// # Faults
/// `tax.bad_country`.
pub async fn set_law(tx: &Tx, kind: Law, row: &LawRow) -> Result<(), kernel::Fault> {
    country(&row.country)?;
    let sql = "insert into tax_law (kind, country, holds, valid_from) values ($1,$2,$3,$4) \
               on conflict (kind, country, valid_from) do update set holds = excluded.holds";
    db::run(tx, sql, db::params![kind.as_str(), row.country.clone(), row.holds, row.valid_from]).await?;
    tx.raise(Subject::All);
    Ok(())
}

/// Takes a rate back that is not in force yet.
///
/// # Faults
/// `tax.in_force` for one that was ever charged.
pub async fn take_back(tx: &Tx, row: &RateRow) -> Result<(), kernel::Fault> {
    let sql = "delete from tax_rate where country = $1 and category = $2 and valid_from = $3 and valid_from > $4";
    let params = db::params![row.country.clone(), row.category.clone(), row.valid_from, tx.now()];
    match db::run(tx, sql, params).await? {
        0 => Err(Fault::InForce.into()),
        _ => Ok(()),
    }
}

fn country(code: &str) -> Result<(), Fault> {
    if code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase()) { Ok(()) } else { Err(Fault::BadCountry) }
}

/// The rate of a category in a country at the tax point.
///
/// # Faults
/// `tax.no_rate` when no row covers it: a guess would be somebody's loss.
pub async fn rate_of(db: &impl Reads, country: &str, category: &str, at: Moment) -> Result<Rate, kernel::Fault> {
    let sql = "select rate_micro from tax_rate where country = $1 and category = $2 and valid_from <= $3 \
               order by valid_from desc limit 1";
    let found = db::scalar::<i64>(db, sql, db::params![country, category, at]).await?;
    Ok(found.map(Rate).ok_or_else(|| Fault::NoRate { country: country.to_owned(), category: category.to_owned(), at })?)
}

/// Puts a rate into force from a moment on; earlier supplies keep theirs.
///
/// # Faults
/// `tax.bad_rate` outside 0–100 %.
pub async fn set_rate(tx: &Tx, row: &RateRow) -> Result<(), kernel::Fault> {
    if !(0..=1_000_000).contains(&row.rate.0) {
        return Err(Fault::BadRate.into());
    }
    country(&row.country)?;
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if row.category.is_empty() || row.category.len() > 40 || !row.category.chars().all(word) {
        return Err(Fault::BadCategory.into());
    }
    let sql = "insert into tax_rate (country, category, rate_micro, valid_from) values ($1,$2,$3,$4) \
               on conflict (country, category, valid_from) do update set rate_micro = excluded.rate_micro";
    let params = db::params![row.country.clone(), row.category.clone(), row.rate, row.valid_from];
    db::run(tx, sql, params).await?;
    tx.raise(Subject::All);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{Actor, testing};

    fn day(y: i32, m: u8, d: u8) -> Moment {
        Moment::start_of(Moment::from_ymd(y, m, d).unwrap().plus_hours(12).date())
    }

    #[tokio::test]
    async fn the_tax_point_picks_the_rate() {
        for fresh in testing::databases().await {
            let app = fresh.app();
            let db = app.reader();
            let lt = async |category: &str, at| rate_of(db, "LT", category, at).await.unwrap();
            let new_year = day(2026, 1, 1);
            assert_eq!(lt("standard", testing::MONDAY).await, Rate::percent(21));
            assert_eq!(lt("reduced", new_year.plus_millis(-1)).await, Rate::percent(9));
            assert_eq!(lt("reduced", new_year).await, Rate::percent(12));
            assert_eq!(lt("books", new_year.plus_millis(-1)).await, Rate::percent(9));
            assert_eq!(lt("books", new_year).await, Rate::percent(5));
            assert_eq!(lt("heating", new_year).await, Rate::percent(21));
            assert_eq!(lt("super_reduced", testing::MONDAY).await, Rate::percent(5));
            assert_eq!(lt("zero", testing::MONDAY).await, Rate::ZERO);
            let all = rates(db).await.unwrap();
            assert_eq!(all.of("LV", "standard", testing::MONDAY).unwrap(), Rate::percent(21));
            assert_eq!(all.of("EE", "standard", day(2025, 6, 30)).unwrap(), Rate::percent(22));
            assert_eq!(all.of("EE", "standard", day(2025, 7, 1)).unwrap(), Rate::percent(24));
            assert_eq!(all.of("FI", "standard", testing::MONDAY).unwrap(), Rate(255_000));
            let none = rate_of(db, "US", "standard", testing::MONDAY).await.unwrap_err();
            assert_eq!(none.code, "tax.no_rate");
        }
    }

    #[tokio::test]
    async fn a_new_rate_leaves_the_past_alone() {
        for fresh in testing::databases().await {
            let app = fresh.app();
            let tx = app.begin(&Actor::System).await.unwrap();
            let from = testing::MONDAY.plus_days(100);
            let row = RateRow { country: "LT".into(), category: "standard".into(), rate: Rate::percent(22), valid_from: from };
            set_rate(&tx, &row).await.unwrap();
            assert_eq!(rate_of(&tx, "LT", "standard", from.plus_millis(-1)).await.unwrap(), Rate::percent(21));
            assert_eq!(rate_of(&tx, "LT", "standard", from).await.unwrap(), Rate::percent(22));
            let bad = RateRow { rate: Rate::percent(101), ..row };
            assert_eq!(set_rate(&tx, &bad).await.unwrap_err().code, "tax.bad_rate");
        }
    }
}
