//! Which price a variant has now, and which it turns to later.

use catalog_import as file;
use serde::{Deserialize, Serialize};
use time::{Date, Month};

use super::Problem;
use crate::kernel::{Currency, Moment, Money};

/// A price that changes by itself: the beginning or the end of a dated sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    pub at: Moment,
    /// Only from this price: whoever set another in between meant it.
    pub from: Money,
    pub to: Money,
    /// Said aloud as a reduction.
    pub announced: bool,
}

/// What a file says of a variant's price.
#[derive(Default)]
pub(super) struct Said {
    pub now: Option<Money>,
    pub announced: bool,
    pub turns: Vec<Turn>,
    pub remarks: Vec<Problem>,
}

/// The price in the shop's currency that a customer pays now. `first`: the shop has not sold the
/// variant, so it cannot know what it cost in the last 30 days.
pub(super) fn said(v: &file::VariantDraft, currency: Currency, first: bool, now: Moment) -> Said {
    let mut said = Said::default();
    let ours = |p: &&file::Price| p.currency == currency.as_str();
    let Some(price) = v.price.as_ref().filter(ours).or_else(|| v.other_prices.iter().find(ours)) else {
        if let Some(other) = &v.price {
            let args = [("given", other.currency.clone()), ("currency", currency.to_string())];
            said.remarks.push(Problem::seen(None, "price.currency", &args));
        }
        return said;
    };
    let regular = Money::new(price.minor, currency);
    said.now = Some(regular);
    // Sale and struck-out price are in the currency of the main price.
    let main = v.price.as_ref().is_some_and(|p| ours(&p));
    match v.sale.as_ref().filter(|s| main && s.minor < price.minor) {
        Some(sale) => dated(&mut said, sale, regular, now),
        None => said.announced = main && v.compare_at_minor.is_some_and(|was| was > price.minor),
    }
    if first && said.announced {
        said.announced = false;
        said.remarks.push(Problem::seen(None, "sale.unproven", &[]));
    }
    said
}

fn dated(said: &mut Said, sale: &file::Sale, regular: Money, now: Moment) {
    let lower = Money::new(sale.minor, regular.currency);
    let from = sale.from.as_deref().and_then(|text| moment(text, 0));
    let until = sale.until.as_deref().and_then(|text| moment(text, 1));
    if until.is_some_and(|until| until <= now) {
        let args = [("until", sale.until.clone().unwrap_or_default())];
        said.remarks.push(Problem::seen(None, "sale.over", &args));
        return;
    }
    match from.filter(|from| *from > now) {
        Some(at) => {
            said.turns.push(Turn { at, from: regular, to: lower, announced: true });
            let args = [("from", sale.from.clone().unwrap_or_default())];
            said.remarks.push(Problem::seen(None, "sale.later", &args));
        }
        None => (said.now, said.announced) = (Some(lower), true),
    }
    said.turns.extend(until.map(|at| Turn { at, from: lower, to: regular, announced: false }));
}

/// `2026-12-31` begins at midnight in the shop's zone, `days` later for the end of that day;
/// `2026-12-31T10:00` is that minute.
fn moment(text: &str, days: i64) -> Option<Moment> {
    let (day, clock) = text.split_once('T').map_or((text, None), |(day, clock)| (day, Some(clock)));
    let mut parts = day.splitn(3, '-');
    let year = parts.next()?.parse().ok()?;
    let month = Month::try_from(parts.next()?.parse::<u8>().ok()?).ok()?;
    let date = Date::from_calendar_date(year, month, parts.next()?.parse().ok()?).ok()?;
    let Some(clock) = clock else { return Some(Moment::start_of(date.checked_add(time::Duration::days(days))?)) };
    let (hours, minutes) = clock.get(..5)?.split_once(':')?;
    Some(Moment::start_of(date).plus_hours(hours.parse().ok()?).plus_minutes(minutes.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::testing::MONDAY;

    fn variant(sale: Option<(&str, &str)>) -> file::VariantDraft {
        let price = Some(file::Price { minor: 100_00, currency: "EUR".into() });
        let date = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let sale = sale.map(|(from, until)| file::Sale { minor: 80_00, from: date(from), until: date(until) });
        file::VariantDraft { price, sale, ..Default::default() }
    }

    #[test]
    fn a_sale_begins_and_ends_on_its_days() {
        let eur = |n| Some(Money::eur(n));
        let said = |dates, first| super::said(&variant(dates), Currency::EUR, first, MONDAY);
        let running = said(Some(("2026-11-20", "2026-11-30")), false);
        assert_eq!((running.now, running.announced), (eur(80_00), true));
        // Until the end of the last day, in Vilnius.
        assert_eq!(running.turns[0].at.rfc3339(), "2026-11-30T22:00:00Z");
        assert_eq!((running.turns[0].from, running.turns[0].to), (Money::eur(80_00), Money::eur(100_00)));
        let later = said(Some(("2026-12-01", "2026-12-24T18:00")), false);
        assert_eq!((later.now, later.announced, later.turns.len()), (eur(100_00), false, 2));
        assert_eq!(later.turns[1].at.rfc3339(), "2026-12-24T16:00:00Z");
        assert_eq!(later.remarks[0].code, "sale.later");
        let over = said(Some(("", "2026-11-22")), false);
        assert_eq!((over.now, over.turns.len(), over.remarks[0].code.as_str()), (eur(100_00), 0, "sale.over"));
        let first = said(Some(("", "")), true);
        assert_eq!((first.now, first.announced, first.remarks[0].code.as_str()), (eur(80_00), false, "sale.unproven"));
    }

    #[test]
    fn a_struck_out_price_announces_a_reduction() {
        let mut v = variant(None);
        assert!(!said(&v, Currency::EUR, false, MONDAY).announced);
        v.compare_at_minor = Some(120_00);
        assert!(said(&v, Currency::EUR, false, MONDAY).announced);
        v.compare_at_minor = Some(100_00);
        assert!(!said(&v, Currency::EUR, false, MONDAY).announced, "the same price is no reduction");
    }
}
