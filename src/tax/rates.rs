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

/// All rates, for work that asks many times (projections, totals of many lines).
#[derive(Clone, Debug, Default)]
pub struct Rates(HashMap<(String, String), Vec<(Moment, Rate)>>);

impl Rates {
    /// The rate in force at the tax point.
    ///
    /// # Faults
    /// `tax.no_rate` when no row covers it.
    pub fn of(&self, country: &str, category: &str, at: Moment) -> Result<Rate, Fault> {
        self.0
            .get(&(country.to_owned(), category.to_owned()))
            .and_then(|dated| dated.iter().rev().find(|(from, _)| *from <= at))
            .map(|(_, rate)| *rate)
            .ok_or_else(|| Fault::NoRate { country: country.to_owned(), category: category.to_owned(), at })
    }
}

/// Every rate, read at once: the table has a few dozen rows.
///
/// # Faults
/// Whatever the database says.
pub async fn rates(db: &impl Reads) -> Result<Rates, kernel::Fault> {
    let sql = "select country, category, rate_micro, valid_from from tax_rate order by country, category, valid_from";
    let mut all = Rates::default();
    for row in db::all::<RateRow>(db, sql, vec![]).await? {
        all.0.entry((row.country, row.category)).or_default().push((row.valid_from, row.rate));
    }
    Ok(all)
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
