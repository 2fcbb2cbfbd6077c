//! Dates and times of day as the shop's customers read them: civil time of Vilnius.

use std::fmt::Write;

use crate::kernel::{Date, Locale, Moment};

const EN: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const DE: [&str; 12] =
    ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"];
/// Genitive, as in a date.
const LT: [&str; 12] = [
    "sausio",
    "vasario",
    "kovo",
    "balandžio",
    "gegužės",
    "birželio",
    "liepos",
    "rugpjūčio",
    "rugsėjo",
    "spalio",
    "lapkričio",
    "gruodžio",
];

/// The short date: 2026-11-23, 23.11.2026, 23 November 2026; elsewhere ISO 8601.
pub fn date(locale: Locale, millis: i64) -> String {
    day(locale, Moment(millis).date())
}

/// The date in words: 2026 m. lapkričio 23 d., 23. November 2026.
pub fn long_date(locale: Locale, millis: i64) -> String {
    let at = Moment(millis).to_local();
    let month = usize::from(u8::from(at.month())) - 1;
    match locale.as_str() {
        "lt" => format!("{} m. {} {} d.", at.year(), LT[month], at.day()),
        "de" => format!("{}. {} {}", at.day(), DE[month], at.year()),
        _ => day(locale, at.date()),
    }
}

/// Date and time of day, 24 hours.
pub fn datetime(locale: Locale, millis: i64) -> String {
    let at = Moment(millis).to_local();
    let mut out = day(locale, at.date());
    let gap = if matches!(locale.as_str(), "en" | "de") { ", " } else { " " };
    // Writing to a String cannot fail.
    let _ = write!(out, "{gap}{:02}:{:02}", at.hour(), at.minute());
    out
}

/// The machine's form for `<time datetime>`: a date of the same zone.
pub fn iso(millis: i64) -> String {
    year_first(Moment(millis).date())
}

/// Hours and minutes.
pub fn time(millis: i64) -> String {
    let at = Moment(millis).to_local();
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// A day of the calendar, which has no zone.
pub fn day(locale: Locale, at: Date) -> String {
    match locale.as_str() {
        "de" => format!("{:02}.{:02}.{:04}", at.day(), u8::from(at.month()), at.year()),
        "en" => format!("{} {} {}", at.day(), EN[usize::from(u8::from(at.month())) - 1], at.year()),
        _ => year_first(at),
    }
}

fn year_first(at: Date) -> String {
    format!("{:04}-{:02}-{:02}", at.year(), u8::from(at.month()), at.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-23 12:02 UTC.
    const NOON: i64 = 1_795_435_320_000;

    #[test]
    fn each_locale_has_its_dates() {
        assert_eq!(date(Locale::LT, NOON), "2026-11-23");
        assert_eq!(date(Locale::DE, NOON), "23.11.2026");
        assert_eq!(date(Locale::EN, NOON), "23 November 2026");
        assert_eq!(datetime(Locale::LT, NOON), "2026-11-23 14:02");
        assert_eq!(datetime(Locale::DE, NOON), "23.11.2026, 14:02");
        assert_eq!(long_date(Locale::LT, NOON), "2026 m. lapkričio 23 d.");
    }

    #[test]
    fn the_day_turns_and_the_clock_changes_in_vilnius() {
        // 2026-12-31 22:00 UTC is the new year there; Greenwich has two hours to go.
        assert_eq!(date(Locale::LT, 1_798_754_400_000), "2027-01-01");
        // 2026-03-29: at 00:59 UTC it is 02:59, a minute later 04:00; on 10-25 03:59 comes twice.
        assert_eq!(time(1_774_745_940_000), "02:59");
        assert_eq!(time(1_774_746_000_000), "04:00");
        assert_eq!(time(1_792_889_940_000), "03:59");
        assert_eq!(time(1_792_890_000_000), "03:00");
    }
}
