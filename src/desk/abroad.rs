//! Sales to consumers elsewhere in the Union, counted against the threshold above which their own
//! countries' rates are charged (Directive 2006/112/EC art. 59c: 10,000 EUR without VAT in the
//! calendar year and in the one before). The shop counts and says so; whether and from when it
//! charges by OSS is a dated decision of the office.

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use serde::Serialize;
use time::{Date, Month};

use crate::{
    kernel::{Currency, Fault, Moment, Money, Reads, db, round_half_away},
    pricing::{self, Exchange},
    tax::{self, Rates},
};

/// How far the sum of a year stands from the threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    Calm,
    /// Four fifths of it.
    Near,
    Crossed,
}

/// What was sold across borders to consumers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Abroad {
    pub year: i32,
    /// Without VAT, delivery included, cancelled orders not.
    pub net: Money,
    /// Of the calendar year before.
    pub last_year: Money,
    pub threshold: Money,
    pub reach: Reach,
    /// The day with which the threshold was crossed this year.
    pub crossed: Option<Moment>,
    /// Currencies of orders that no exchange rate tells the worth of in euros.
    pub uncounted: Vec<Currency>,
}

struct Day {
    currency: Currency,
    day: i64,
    net: i64,
}
db::record!(Day { currency, day, net });

/// The count of this calendar year; `None` where there is nothing to decide: the shop charges by OSS
/// already, is no VAT payer, or stands outside the Union.
///
/// # Faults
/// Whatever the database says.
pub async fn abroad(db: &impl Reads, home: &str, threshold: Money, now: Moment) -> Result<Option<Abroad>, Fault> {
    let law = tax::rates(db).await?;
    if law.oss(home, now) || !law.payer(home, now) || !law.in_union(home, now) {
        return Ok(None);
    }
    let year = now.date().year();
    let exchange = pricing::exchange(db).await?;
    let mut uncounted = BTreeSet::new();
    let before = days(db, (home, &law), (begins(year - 1), begins(year))).await?;
    let this = days(db, (home, &law), (begins(year), now.plus_millis(1))).await?;
    let last_year = Money::eur(before.iter().filter_map(|d| euros(d, &exchange, &mut uncounted)).sum());
    let (mut net, mut crossed) = (Money::eur(0), None);
    for day in &this {
        net.minor += euros(day, &exchange, &mut uncounted).unwrap_or(0);
        if crossed.is_none() && net.minor > threshold.minor {
            crossed = Some(Moment(0).plus_days(day.day));
        }
    }
    let reach = match net.minor {
        _ if net.minor > threshold.minor || last_year.minor > threshold.minor => Reach::Crossed,
        sum if sum >= threshold.minor / 5 * 4 && threshold.minor > 0 => Reach::Near,
        _ => Reach::Calm,
    };
    let uncounted = uncounted.into_iter().filter_map(|code| code.parse().ok()).collect();
    Ok(Some(Abroad { year, net, last_year, threshold, reach, crossed, uncounted }))
}

fn begins(year: i32) -> Moment {
    Date::from_calendar_date(year, Month::January, 1).map_or(Moment(0), Moment::start_of)
}

/// The sums by currency and day (of UTC: a rate of exchange is of a day), in time's order.
async fn days(db: &impl Reads, (home, law): (&str, &Rates), (from, to): (Moment, Moment)) -> Result<Vec<Day>, Fault> {
    let union: Vec<String> = law.union(to).into_iter().filter(|country| country != home).collect();
    if union.is_empty() {
        return Ok(Vec::new());
    }
    // By country, so that the index leads past everything that stays at home.
    let sql = format!(
        "select currency, placed_at / 86400000 as day, cast(sum(net_minor) as bigint) as net from sales_order \
         where tax_country in ({}) and placed_at >= $1 and placed_at < $2 and state <> 'cancelled' \
         and treatment in ('domestic', 'destination') group by 1, 2 order by 2, 1",
        db::marks(union.len(), 3)
    );
    let mut params = db::params![from, to];
    params.extend(union.into_iter().map(sea_orm::Value::from));
    Ok(db::all(db, &sql, params).await?)
}

/// A day's sum in cents of euro, at the rate of that day.
fn euros(day: &Day, exchange: &Exchange, uncounted: &mut BTreeSet<String>) -> Option<i64> {
    if day.currency == Currency::EUR {
        return Some(day.net);
    }
    let (sum, at) = (Money::new(day.net, day.currency).to_decimal(), Moment(0).plus_days(day.day + 1).plus_millis(-1));
    let there = exchange.rate(Currency::EUR, day.currency, at).map(|r| Decimal::new(r.rate_micro, 6));
    let back = exchange.rate(day.currency, Currency::EUR, at).map(|r| Decimal::new(r.rate_micro, 6));
    let exact = there.and_then(|rate| sum.checked_div(rate)).or_else(|| sum.checked_mul(back?));
    let cents = exact.and_then(|exact| i64::try_from(round_half_away(exact.checked_mul(Decimal::ONE_HUNDRED)?, 0)).ok());
    if cents.is_none() {
        uncounted.insert(day.currency.to_string());
    }
    cents
}
