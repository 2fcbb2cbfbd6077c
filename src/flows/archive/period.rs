//! From one day to another, both inclusive, by the shop's calendar.

use crate::kernel::{Fault, Moment};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    from: (String, Moment),
    /// The last day, and the moment at which the next one begins.
    until: (String, Moment),
}

impl Period {
    /// `2026-11-01` and `2026-11-30`.
    ///
    /// # Faults
    /// `form.date` at `from` or `until`; `archive.backwards` when it ends before it begins.
    pub fn of(from: &str, until: &str) -> Result<Self, Fault> {
        let (from, until) = (day(from, "from")?, day(until, "until")?);
        if until.1 < from.1 {
            return Err(Fault::invalid("until", "archive.backwards"));
        }
        // Not always 24 hours later.
        let end = Moment::start_of(until.1.plus_hours(36).date());
        Ok(Self { from, until: (until.0, end) })
    }

    pub fn days(&self) -> (&str, &str) {
        (&self.from.0, &self.until.0)
    }

    /// From the first, before the second.
    pub const fn moments(&self) -> (Moment, Moment) {
        (self.from.1, self.until.1)
    }

    /// What to call the file.
    pub fn file_name(&self) -> String {
        format!("vitrina-{}-{}.zip", self.from.0, self.until.0)
    }
}

fn day(text: &str, field: &str) -> Result<(String, Moment), Fault> {
    let wrong = || Fault::invalid(field, "form.date");
    let parts: Vec<&str> = text.trim().split('-').collect();
    let [year, month, day] = parts[..] else { return Err(wrong()) };
    let whole = [(year, 4), (month, 2), (day, 2)].iter().all(|(p, n)| p.len() == *n && p.bytes().all(|b| b.is_ascii_digit()));
    let read = || Some((year.parse().ok()?, month.parse().ok()?, day.parse().ok()?));
    let (y, m, d) = read().filter(|_| whole).ok_or_else(wrong)?;
    if !(1970..=2200).contains(&y) {
        return Err(wrong());
    }
    let noon = Moment::from_ymd(y, m, d).ok_or_else(wrong)?.plus_hours(12);
    Ok((text.trim().to_owned(), Moment::start_of(noon.date())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_whole_days_and_runs_forwards() {
        let november = Period::of("2026-11-01", "2026-11-30").unwrap();
        let (from, until) = november.moments();
        assert_eq!(until.0 - from.0, 30 * 24 * 3_600_000);
        // The day on which the clocks go back has 25 hours.
        let (from, until) = Period::of("2026-10-25", "2026-10-25").unwrap().moments();
        assert_eq!(until.0 - from.0, 25 * 3_600_000);
        for (from, until, field) in [("2026-11-31", "2026-12-01", "from"), ("2026-11-01", "26-12-01", "until"), ("", "", "from")]
        {
            assert_eq!(Period::of(from, until).unwrap_err().field.as_deref(), Some(field), "{from} {until}");
        }
        assert_eq!(Period::of("2026-11-02", "2026-11-01").unwrap_err().code, "archive.backwards");
    }
}
