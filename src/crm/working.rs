//! Working time: Monday to Friday, 9 to 17 in Vilnius, without public holidays.

use time::{Date, Duration, Month, Weekday};

use crate::kernel::Moment;

const OPENS: i64 = 9;
const CLOSES: i64 = 17;

/// The moment at which so many working hours have passed since `from`. Time outside working
/// hours does not count: what comes in on Friday evening begins on Monday at nine.
pub fn after_hours(from: Moment, hours: i64) -> Moment {
    let mut left = hours.max(0) * 3_600_000;
    let mut at = next_open(from);
    loop {
        let closes = hour_of(at.date(), CLOSES);
        let today = closes.0 - at.0;
        if left <= today {
            return at.plus_millis(left);
        }
        left -= today;
        at = next_open(closes);
    }
}

/// The given moment if work is going on then, else the next opening.
pub fn next_open(from: Moment) -> Moment {
    let mut day = from.date();
    if is_working_day(day) && from < hour_of(day, CLOSES) {
        return from.max(hour_of(day, OPENS));
    }
    loop {
        day = day.saturating_add(Duration::days(1));
        if is_working_day(day) {
            return hour_of(day, OPENS);
        }
    }
}

/// Opening time on the n-th working day after the day of `from`.
pub fn after_days(from: Moment, days: u32) -> Moment {
    let mut day = from.date();
    for _ in 0..days {
        day = day.saturating_add(Duration::days(1));
        while !is_working_day(day) {
            day = day.saturating_add(Duration::days(1));
        }
    }
    hour_of(day, OPENS)
}

/// Whether the office works on this day.
pub fn is_working_day(day: Date) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !is_holiday(day)
}

/// Public holidays of Lithuania (Labour Code, art. 123).
fn is_holiday(day: Date) -> bool {
    use Month::{August, December, February, January, July, June, March, May, November};
    let fixed = matches!(
        (day.month(), day.day()),
        (January, 1)
            | (February, 16)
            | (March, 11)
            | (May, 1)
            | (June, 24)
            | (July, 6)
            | (August, 15)
            | (November, 1 | 2)
            | (December, 24..=26)
    );
    fixed || easter(day.year()).is_some_and(|sunday| day == sunday || day == sunday.saturating_add(Duration::days(1)))
}

/// Easter Sunday (anonymous Gregorian algorithm, Meeus, Astronomical Algorithms, ch. 8).
fn easter(year: i32) -> Option<Date> {
    let a = year % 19;
    let (b, c) = (year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (b - (b + 8) / 25 + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    let month = Month::try_from(u8::try_from(n / 31).ok()?).ok()?;
    Date::from_calendar_date(year, month, u8::try_from(n % 31 + 1).ok()?).ok()
}

fn hour_of(day: Date, hour: i64) -> Moment {
    let midnight = Moment::start_of(day);
    let at = midnight.plus_hours(hour);
    // On the two days when clocks change, nine hours after midnight is not nine o'clock.
    at.plus_hours(hour - i64::from(at.to_local().hour()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        let format = &time::format_description::well_known::Rfc3339;
        Moment(time::OffsetDateTime::parse(text, format).unwrap().unix_timestamp() * 1000)
    }
    fn local(m: Moment) -> String {
        let t = m.to_local();
        format!("{} {:02}:{:02}", t.date(), t.hour(), t.minute())
    }

    #[test]
    fn working_hours_skip_nights_weekends_and_holidays() {
        for (from, hours, expected) in [
            ("2026-11-23T08:00:00Z", 4, "2026-11-23 14:00"),
            ("2026-11-23T13:30:00Z", 4, "2026-11-24 11:30"),
            // Friday evening begins on Monday.
            ("2026-11-27T18:00:00Z", 1, "2026-11-30 10:00"),
            // Christmas Eve is a holiday: Wednesday afternoon goes on after the weekend.
            ("2026-12-23T14:00:00Z", 2, "2026-12-28 10:00"),
            // Easter Monday 2026 is 6 April; summer time since 29 March.
            ("2026-04-03T13:30:00Z", 1, "2026-04-07 09:30"),
            ("2026-11-23T05:00:00Z", 0, "2026-11-23 09:00"),
            ("2026-11-23T07:00:00Z", 8, "2026-11-23 17:00"),
        ] {
            assert_eq!(local(after_hours(at(from), hours)), expected, "{from} + {hours} h");
        }
        assert_eq!(local(after_days(at("2026-11-27T18:00:00Z"), 5)), "2026-12-04 09:00");
    }

    #[test]
    fn easter_falls_where_the_tables_say() {
        for (year, month, day) in [(2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2027, 3, 28), (2038, 4, 25)] {
            let date = easter(year).unwrap();
            assert_eq!((u8::from(date.month()), date.day()), (month, day), "{year}");
        }
    }

    #[test]
    fn every_due_moment_lies_in_working_time() {
        let mut from = at("2026-01-01T00:00:00Z");
        for step in 0..4000_i64 {
            let due = after_hours(from, step % 17);
            let t = due.to_local();
            assert!(due >= from && is_working_day(t.date()), "{} → {}", local(from), local(due));
            assert!((9..=17).contains(&t.hour()), "{}", local(due));
            from = from.plus_minutes(137);
        }
    }
}
