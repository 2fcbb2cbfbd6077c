//! Amounts as banks write them, to the cent and never through a floating point.

use super::Wrong;
use crate::kernel::{Currency, Money};

/// What parts the cents in a file of delimited text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Comma,
    Dot,
    /// No amount told; `1,234` is then refused.
    Unsure,
}

/// The amount of an ISO 20022 element: unsigned, at most 18 digits, at most 5 of them a fraction.
pub(super) fn iso(text: &str, currency: Currency) -> Result<Money, Wrong> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let plain = !(whole.is_empty() && fraction.is_empty()) && digits(whole) && digits(fraction);
    if !plain || fraction.len() > 5 || whole.len() + fraction.len() > 18 {
        return Err(Wrong::Amount);
    }
    minor(whole, fraction, currency).map(|minor| Money::new(minor, currency))
}

/// Whole and fraction as minor units; a fraction of a cent is no money.
fn minor(whole: &str, fraction: &str, currency: Currency) -> Result<i64, Wrong> {
    let places = currency.exponent() as usize;
    let (kept, surplus) = fraction.split_at(fraction.len().min(places));
    if surplus.bytes().any(|b| b != b'0') {
        return Err(Wrong::Precision);
    }
    let digits = format!("{whole}{kept:0<places$}");
    digits
        .trim_start_matches('0')
        .parse()
        .or_else(|_| if digits.bytes().all(|b| b == b'0') { Ok(0) } else { Err(Wrong::Precision) })
}

/// An amount of a table, signed, and the word beside it (`12,30 EUR`).
pub(super) fn cell(text: &str, mark: Mark) -> Result<(Signed, &str), Wrong> {
    let text = text.trim();
    let (number, word) = match text.find(char::is_alphabetic) {
        Some(0) => match text.find(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '−')) {
            Some(at) => (&text[at..], text[..at].trim()),
            None => return Err(Wrong::Amount),
        },
        Some(at) => (&text[..at], text[at..].trim()),
        None => (text, ""),
    };
    let mut digits: String = number.chars().filter(|c| !c.is_whitespace() && !matches!(c, '\'' | '’' | '€')).collect();
    let mut negative = false;
    if let Some(rest) = digits.strip_prefix(['-', '−']).or_else(|| digits.strip_suffix(['-', '−'])) {
        (negative, digits) = (true, rest.to_owned());
    } else if let Some(rest) = digits.strip_prefix('+') {
        digits = rest.to_owned();
    }
    let (whole, fraction) = split(&digits, mark)?;
    if whole.is_empty() && fraction.is_empty() || whole.len() + fraction.len() > 18 {
        return Err(Wrong::Amount);
    }
    Ok((Signed { negative, whole, fraction }, word))
}

/// A number of a table, before its currency is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Signed {
    pub negative: bool,
    whole: String,
    fraction: String,
}

impl Signed {
    /// Without its sign.
    pub(super) fn money(&self, currency: Currency) -> Result<Money, Wrong> {
        minor(&self.whole, &self.fraction, currency).map(|minor| Money::new(minor, currency))
    }
}

/// Whole and fraction of digits with separators.
fn split(digits: &str, mark: Mark) -> Result<(String, String), Wrong> {
    if !digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',')) {
        return Err(Wrong::Amount);
    }
    let last = digits.rfind(['.', ',']);
    let Some(at) = last else { return Ok((digits.to_owned(), String::new())) };
    let sign = digits.as_bytes()[at];
    let (whole, fraction) = (&digits[..at], &digits[at + 1..]);
    let bare = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let repeated = whole.as_bytes().contains(&sign);
    let decimal = match (mark, sign) {
        (Mark::Comma, b',') | (Mark::Dot, b'.') => true,
        (Mark::Comma, _) | (Mark::Dot, _) => false,
        // Both signs: the last one parts the cents. One sign three digits from the end: who knows.
        _ if whole.contains(['.', ',']) && !repeated => true,
        _ if repeated => false,
        _ if fraction.len() == 3 && !whole.is_empty() && whole.len() <= 3 => return Err(Wrong::Ambiguous),
        _ => true,
    };
    if decimal {
        if repeated || !thousands(whole) {
            return Err(Wrong::Amount);
        }
        return Ok((bare(whole), fraction.to_owned()));
    }
    if thousands(digits) { Ok((bare(digits), String::new())) } else { Err(Wrong::Amount) }
}

/// `1.234.567`: groups of three behind the first.
fn thousands(whole: &str) -> bool {
    let mut groups = whole.split(['.', ',']);
    let first = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    rest.is_empty() || (1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3)
}

/// What parts the cents, told by the amounts that leave no doubt.
pub(super) fn mark<'a>(samples: impl Iterator<Item = &'a str>) -> Mark {
    for text in samples {
        let digits: String = text.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | ',')).collect();
        let Some(at) = digits.rfind(['.', ',']) else { continue };
        let sign = digits.as_bytes()[at];
        let both = digits.contains('.') && digits.contains(',');
        if both || digits.len() - at - 1 != 3 {
            return if sign == b',' { Mark::Comma } else { Mark::Dot };
        }
    }
    Mark::Unsure
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso_amounts_are_exact() {
        let eur = |text| iso(text, Currency::EUR).map(|m| m.minor);
        assert_eq!(eur("474.4"), Ok(47_440));
        assert_eq!(eur("0.00"), Ok(0));
        assert_eq!(eur("12"), Ok(1_200));
        assert_eq!(eur(".5"), Ok(50));
        assert_eq!(eur("10.00000"), Ok(1_000));
        assert_eq!(eur("9999999999999.99999"), Err(Wrong::Precision));
        assert_eq!(eur("0.005"), Err(Wrong::Precision));
        assert_eq!(eur("1.000000"), Err(Wrong::Amount));
        assert_eq!(eur("1234567890123456789"), Err(Wrong::Amount));
        for bad in ["", "-1.00", "1,00", "1e3", "١", " 1"] {
            assert_eq!(eur(bad), Err(Wrong::Amount), "{bad}");
        }
        assert_eq!(iso("500", "JPY".parse().unwrap()).unwrap().minor, 500);
        assert_eq!(iso("1.234", "KWD".parse().unwrap()).unwrap().minor, 1234);
    }

    #[test]
    fn cells_are_read_by_what_parts_their_cents() {
        let eur = |text, mark| cell(text, mark).and_then(|(n, _)| Ok((n.negative, n.money(Currency::EUR)?.minor)));
        assert_eq!(eur("1 234,50", Mark::Comma), Ok((false, 123_450)));
        assert_eq!(eur("-1.234,50", Mark::Unsure), Ok((true, 123_450)));
        assert_eq!(eur("1,234.5", Mark::Unsure), Ok((false, 123_450)));
        assert_eq!(eur("1.234.567", Mark::Unsure), Ok((false, 123_456_700)));
        assert_eq!(eur("1,234", Mark::Unsure), Err(Wrong::Ambiguous));
        assert_eq!(eur("1,234", Mark::Dot), Ok((false, 123_400)));
        assert_eq!(eur("1,234", Mark::Comma), Err(Wrong::Precision));
        assert_eq!(eur("12,3.4", Mark::Dot), Err(Wrong::Amount));
        assert_eq!(eur("250-", Mark::Dot), Ok((true, 25_000)));
        assert_eq!(cell("12,30 EUR", Mark::Comma).unwrap().1, "EUR");
        assert_eq!(cell("EUR 12,30", Mark::Comma).unwrap().1, "EUR");
        for bad in ["", "-", "abc", "1-2", "--1", "1,,2"] {
            assert!(eur(bad, Mark::Comma).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_file_tells_what_parts_its_cents() {
        assert_eq!(mark(["1,234", "12,5"].into_iter()), Mark::Comma);
        assert_eq!(mark(["1,234", "1,234.00"].into_iter()), Mark::Dot);
        assert_eq!(mark(["1,234", "5"].into_iter()), Mark::Unsure);
    }
}
