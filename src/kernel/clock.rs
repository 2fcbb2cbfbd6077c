//! Time: one clock, injected; moments in UTC milliseconds, days in the shop's zone.

use std::sync::atomic::{AtomicI64, Ordering};

use sea_orm::DeriveValueType;
use serde::{Deserialize, Serialize};
use time::{Duration, Month, OffsetDateTime, UtcOffset, Weekday};

pub use time::Date;

/// Milliseconds since 1970-01-01T00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, DeriveValueType)]
#[serde(transparent)]
pub struct Moment(pub i64);
crate::column_as!(Moment, i64);

impl Moment {
    const DAY: i64 = 86_400_000;

    pub const fn plus_millis(self, n: i64) -> Self {
        Self(self.0 + n)
    }
    pub const fn plus_seconds(self, n: i64) -> Self {
        Self(self.0 + n * 1000)
    }
    pub const fn plus_minutes(self, n: i64) -> Self {
        Self(self.0 + n * 60_000)
    }
    pub const fn plus_hours(self, n: i64) -> Self {
        Self(self.0 + n * 3_600_000)
    }
    /// 24-hour days; for calendar days go through [`Moment::date`].
    pub const fn plus_days(self, n: i64) -> Self {
        Self(self.0 + n * Self::DAY)
    }

    /// Midnight UTC of a calendar day.
    pub fn from_ymd(year: i32, month: u8, day: u8) -> Option<Self> {
        let date = Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()?;
        Some(Self(date.midnight().assume_utc().unix_timestamp() * 1000))
    }

    pub fn to_utc(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    /// Wall-clock time in Vilnius (EET/EEST by the EU rule in force since 1996).
    pub fn to_local(self) -> OffsetDateTime {
        let utc = self.to_utc();
        let hours = if summer_time(utc) { 3 } else { 2 };
        utc.to_offset(UtcOffset::from_hms(hours, 0, 0).unwrap_or(UtcOffset::UTC))
    }

    /// The calendar day in Vilnius.
    pub fn date(self) -> Date {
        self.to_local().date()
    }

    /// The moment at which a calendar day begins in Vilnius.
    pub fn start_of(date: Date) -> Self {
        let midnight = date.midnight().assume_utc();
        let guess = Self(midnight.unix_timestamp() * 1000 - 2 * 3_600_000);
        // Clocks change at 01:00 UTC, never at local midnight, so one correction suffices.
        if guess.to_local().date() < date || guess.to_local().hour() == 0 && guess.to_local().date() == date {
            guess
        } else {
            guess.plus_hours(-1)
        }
    }

    /// RFC 3339 in UTC, for the wire.
    pub fn rfc3339(self) -> String {
        self.to_utc().format(&time::format_description::well_known::Rfc3339).unwrap_or_default()
    }
}

fn summer_time(utc: OffsetDateTime) -> bool {
    let year = utc.year();
    let turn = |month| last_sunday(year, month).map(|d| d.midnight().assume_utc() + Duration::hours(1));
    match (turn(Month::March), turn(Month::October)) {
        (Some(from), Some(to)) => utc >= from && utc < to,
        _ => false,
    }
}

fn last_sunday(year: i32, month: Month) -> Option<Date> {
    let last = Date::from_calendar_date(year, month, 31).ok()?;
    let back = i64::from(last.weekday().number_days_from_sunday());
    debug_assert!(back < 7 && Weekday::Sunday.number_days_from_sunday() == 0);
    last.checked_sub(Duration::days(back))
}

/// Where the time comes from. It never runs backwards, even if the machine's clock does.
#[derive(Debug)]
pub enum Clock {
    System {
        last: AtomicI64,
    },
    /// Stands still until moved: tests, and the demo world's nine months.
    Fixed(AtomicI64),
}

impl Clock {
    pub const fn system() -> Self {
        Self::System { last: AtomicI64::new(0) }
    }
    pub const fn fixed(at: Moment) -> Self {
        Self::Fixed(AtomicI64::new(at.0))
    }

    pub fn now(&self) -> Moment {
        match self {
            Self::System { last } => {
                #[expect(clippy::disallowed_methods, reason = "this is the clock")]
                let nanos = OffsetDateTime::now_utc().unix_timestamp_nanos();
                let now = i64::try_from(nanos / 1_000_000).unwrap_or(i64::MAX);
                Moment(last.fetch_max(now, Ordering::Relaxed).max(now))
            }
            Self::Fixed(at) => Moment(at.load(Ordering::Relaxed)),
        }
    }

    /// Moves a fixed clock; a system clock cannot be set.
    pub fn set(&self, to: Moment) {
        if let Self::Fixed(at) = self {
            at.store(to.0, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        let t = OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339).unwrap();
        Moment(t.unix_timestamp() * 1000)
    }

    #[test]
    fn vilnius_keeps_the_eu_summer_time() {
        assert_eq!(at("2026-03-29T00:59:59Z").to_local().hour(), 2);
        assert_eq!(at("2026-03-29T01:00:00Z").to_local().hour(), 4);
        assert_eq!(at("2026-10-25T00:59:59Z").to_local().hour(), 3);
        assert_eq!(at("2026-10-25T01:00:00Z").to_local().hour(), 3);
        assert_eq!(at("2026-11-23T22:30:00Z").date().to_string(), "2026-11-24");
    }

    #[test]
    fn a_day_begins_at_local_midnight_all_year() {
        let mut day = Date::from_calendar_date(2026, Month::January, 1).unwrap();
        for _ in 0..366 {
            let local = Moment::start_of(day).to_local();
            assert_eq!((local.date(), local.hour(), local.minute()), (day, 0, 0), "{day}");
            day = day.next_day().unwrap();
        }
    }
}
