//! The law's terms: calendar days, to the end of the last of them by the shop's clock.

use time::Date;

use super::{Kind, State};
use crate::kernel::{self, CaseId, Moment, PartyId, Reads, Tx, UserId, db};

/// A complaint is answered within fourteen days of its receipt (CK 6.364; the rules of VVTAT).
pub const ANSWER_DAYS: i64 = 14;
/// The money of a withdrawal goes back within fourteen days of the declaration (CRD art. 13(1)).
pub const REFUND_DAYS: i64 = 14;
/// A consumer may withdraw within fourteen days of having the last of the goods (CRD art. 9).
pub const WITHDRAWAL_DAYS: i64 = 14;

/// The last minute of the day so many days after another.
fn end_of(day: Date, days: i64) -> Moment {
    let next = Moment::start_of(day).plus_hours(12).plus_days(days + 1);
    Moment(Moment::start_of(next.date()).0 - 60_000)
}

/// By when a declaration has to be answered.
pub fn answer_by(declared: Moment) -> Moment {
    end_of(declared.date(), ANSWER_DAYS)
}

/// By when the money of a withdrawal has to be on its way.
pub fn refund_by(declared: Moment) -> Moment {
    end_of(declared.date(), REFUND_DAYS)
}

/// The last minute at which a consumer can withdraw who had the last of the goods at `had`. A period that
/// would end on a day off ends on the next working day (Regulation 1182/71 art. 3(4)); which days those
/// are is the caller's to say.
pub fn end_of_withdrawal(had: Moment, works: impl Fn(Date) -> bool) -> Moment {
    let mut days = WITHDRAWAL_DAYS;
    loop {
        let end = end_of(had.date(), days);
        if works(end.date()) || days > WITHDRAWAL_DAYS + 14 {
            return end;
        }
        days += 1;
    }
}

/// A case whose term comes near or has passed.
#[derive(Clone, Debug)]
pub struct Due {
    pub case: CaseId,
    pub number: String,
    pub party: PartyId,
    pub manager: Option<UserId>,
    pub kind: Kind,
    /// 75 or 100: the part of the term, in hundredths, that has passed.
    pub level: i64,
    pub due_at: Moment,
}

/// Which part of a term has passed, as the level that it calls for: 0, 75 or 100.
pub(super) fn level(from: Moment, until: Moment, now: Moment) -> i64 {
    if now > until {
        100
    } else if now.0 - from.0 >= (until.0 - from.0) / 4 * 3 {
        75
    } else {
        0
    }
}

/// The cases that call for a higher level than they were raised to, the most urgent first.
///
/// # Faults
/// Whatever the database says.
pub async fn dues(db: &impl Reads, now: Moment, most: u32) -> Result<Vec<Due>, kernel::Fault> {
    // Three quarters of fourteen days is the earliest moment that anything can be raised.
    let sql = format!(
        "select id, number, party_id, manager, kind, state, declared_at, answer_by, answered_at, refund_by, refunded_at, escalated \
         from aftersales_case where closed_at is null and escalated < 100 and answer_by < $1 \
         and (escalated < 75 or answer_by < $2) and (answered_at is null or (refund_by is not null and refunded_at is null)) order by answer_by, id limit {most}"
    );
    let mut found = Vec::new();
    for row in db::rows(db, &sql, db::params![now.plus_days(5), now]).await? {
        let state: State = row.try_get_by_index::<String>(5)?.parse().map_err(kernel::Fault::bug)?;
        let (declared, answer_by): (Moment, Moment) = (row.try_get_by_index(6)?, row.try_get_by_index(7)?);
        let (refund_by, refunded): (Option<Moment>, Option<Moment>) = (row.try_get_by_index(9)?, row.try_get_by_index(10)?);
        let due_at = match refund_by.filter(|_| refunded.is_none() && state != State::Rejected) {
            _ if state.is_unanswered() => answer_by,
            Some(refund_by) => refund_by,
            None => continue,
        };
        let level = level(declared, due_at, now);
        if level > row.try_get_by_index::<i64>(11)? {
            found.push(Due {
                case: row.try_get_by_index(0)?,
                number: row.try_get_by_index(1)?,
                party: row.try_get_by_index(2)?,
                manager: row.try_get_by_index(3)?,
                kind: row.try_get_by_index::<String>(4)?.parse().map_err(kernel::Fault::bug)?,
                level,
                due_at,
            });
        }
    }
    Ok(found)
}

/// Notes that a case was raised; whether nobody else had.
///
/// # Faults
/// Whatever the database says.
pub async fn escalate(tx: &Tx, case: CaseId, level: i64) -> Result<bool, kernel::Fault> {
    let sql = "update aftersales_case set escalated = $2 where id = $1 and escalated < $2";
    Ok(db::run(tx, sql, db::params![case, level]).await? == 1)
}

/// The cases that were over by a moment and are not closed yet.
///
/// # Faults
/// Whatever the database says.
pub async fn quiet(db: &impl Reads, since: Moment, most: u32) -> Result<Vec<CaseId>, kernel::Fault> {
    let sql = format!(
        "select id from aftersales_case where state in ('resolved', 'rejected') and changed_at < $1 \
         and (refund_by is null or refunded_at is not null or state = 'rejected') order by changed_at limit {most}"
    );
    Ok(db::column(db, &sql, db::params![since]).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: (i32, u8, u8)) -> Moment {
        Moment::from_ymd(text.0, text.1, text.2).unwrap().plus_hours(9)
    }

    #[test]
    fn a_term_ends_with_its_last_day() {
        // Received on 30 November: 14 December is the last day, to midnight in Vilnius.
        assert_eq!(answer_by(day((2026, 11, 30))).rfc3339(), "2026-12-14T21:59:00Z");
        // Over the change of the clocks it stays the end of the day.
        assert_eq!(answer_by(day((2026, 3, 20))).rfc3339(), "2026-04-03T20:59:00Z");
        assert_eq!(refund_by(day((2026, 11, 30))), answer_by(day((2026, 11, 30))));
    }

    #[test]
    fn a_withdrawal_that_would_end_on_a_day_off_ends_on_the_next_working_day() {
        let works = |d: Date| !matches!(d.weekday(), time::Weekday::Saturday | time::Weekday::Sunday);
        let end = |from| end_of_withdrawal(day(from), works).rfc3339();
        // 14 days after Monday, 16 November are Monday, 30 November.
        assert_eq!(end((2026, 11, 16)), "2026-11-30T21:59:00Z");
        // 14 days after Saturday, 14 November are a Saturday: Monday, 30 November.
        assert_eq!(end((2026, 11, 14)), "2026-11-30T21:59:00Z");
    }

    #[test]
    fn a_term_is_raised_at_three_quarters_and_at_its_end() {
        let (from, until) = (day((2026, 11, 1)), day((2026, 11, 15)));
        assert_eq!(level(from, until, from.plus_days(10)), 0);
        assert_eq!(level(from, until, from.plus_days(11)), 75);
        assert_eq!(level(from, until, until), 75);
        assert_eq!(level(from, until, until.plus_hours(1)), 100);
    }
}
