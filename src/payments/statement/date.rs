//! Dates as banks write them.

use time::{Date, Month};

/// The order of day, month and year in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Ymd,
    Dmy,
    Mdy,
}

/// `2026-11-24` or `2026-11-24T10:00:00+02:00`: the day as the bank counts it.
pub fn iso(text: &str) -> Option<Date> {
    read(text.trim().get(..10)?, Order::Ymd).filter(|_| {
        let rest = &text.trim()[10..];
        rest.is_empty() || rest.starts_with(['T', ' ', '+', 'Z', '-'])
    })
}

/// A day of three numbers; a time behind it is passed over.
pub(super) fn read(text: &str, order: Order) -> Option<Date> {
    let day = text.trim().split([' ', 'T']).next()?;
    let parts: Vec<&str> = match day.len() {
        // 20261124
        8 if order == Order::Ymd && day.bytes().all(|b| b.is_ascii_digit()) => vec![&day[..4], &day[4..6], &day[6..]],
        _ => day.trim_end_matches('.').split(['-', '.', '/']).collect(),
    };
    let [a, b, c] = parts.as_slice() else { return None };
    let (year, month, day) = match order {
        Order::Ymd => (a, b, c),
        Order::Dmy => (c, b, a),
        Order::Mdy => (c, a, b),
    };
    let number = |text: &str, most: usize| -> Option<i32> {
        (!text.is_empty() && text.len() <= most && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
    };
    let year = match (year.len(), number(year, 4)?) {
        (4, year) => year,
        (2, year) => 2000 + year,
        _ => return None,
    };
    let month = Month::try_from(u8::try_from(number(month, 2)?).ok()?).ok()?;
    let date = Date::from_calendar_date(year, month, u8::try_from(number(day, 2)?).ok()?).ok()?;
    (1990..=2200).contains(&date.year()).then_some(date)
}

/// The order that reads most of the samples; the year first, then the day first where two do.
pub(super) fn order<'a>(samples: impl Iterator<Item = &'a str> + Clone) -> Option<Order> {
    let mut best = None;
    for order in [Order::Ymd, Order::Dmy, Order::Mdy] {
        let fit = samples.clone().filter(|text| read(text, order).is_some()).count();
        if fit > 0 && best.is_none_or(|(most, _)| fit > most) {
            best = Some((fit, order));
        }
    }
    best.map(|(_, order)| order)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_tells_the_order_of_its_dates() {
        let sniff = |samples: &[&str]| order(samples.iter().copied());
        assert_eq!(sniff(&["2026-11-24", "2026.01.02"]), Some(Order::Ymd));
        assert_eq!(sniff(&["03.04.2026", "24.11.2026"]), Some(Order::Dmy));
        assert_eq!(sniff(&["03/04/2026", "11/24/2026"]), Some(Order::Mdy));
        assert_eq!(sniff(&["03/04/2026"]), Some(Order::Dmy));
        assert_eq!(sniff(&["24-13-2026"]), None);
        assert_eq!(read("20261124", Order::Ymd).unwrap().to_string(), "2026-11-24");
        assert_eq!(read("24.11.26 10:15", Order::Dmy).unwrap().to_string(), "2026-11-24");
    }

    #[test]
    fn a_moment_counts_for_the_banks_own_day() {
        assert_eq!(iso("2013-12-27T23:30:00.0+01:00").unwrap().to_string(), "2013-12-27");
        assert_eq!(iso("2013-12-27+01:00").unwrap().to_string(), "2013-12-27");
        assert!(iso("2013-02-30").is_none() && iso("27.12.2013").is_none() && iso("ąąąąąąąąąą").is_none());
    }
}
