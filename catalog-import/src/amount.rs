//! Numbers as people write them: `1 299,00 €`, `1.299,00`, `15.00 EUR`, `2,5 kg`.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::complaint::{Code, Complaint};
use crate::currency;

/// What a lone comma means in this file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Comma {
    /// `1,299` is refused as ambiguous, `12,9` is 12.9.
    #[default]
    Unsure,
    /// Semicolon files: the comma is decimal.
    Decimal,
}

/// A number and the sign or word beside it (`€`, `kg`, empty).
pub(crate) fn number(text: &str, comma: Comma) -> Result<(Decimal, &str), Complaint> {
    let text = text.trim();
    let invalid = || Complaint::new(Code::NumberInvalid).with("value", text);
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+' | '−');
    let start = text.find(is_part).ok_or_else(invalid)?;
    let is_space = |c: char| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '’');
    let mut end = start;
    for (at, c) in text[start..].char_indices() {
        if is_part(c) {
            end = start + at + c.len_utf8();
        } else if !is_space(c) {
            break;
        }
    }
    let (before, after) = (text[..start].trim(), text[end..].trim());
    if !before.is_empty() && !after.is_empty() {
        return Err(invalid());
    }
    let mut digits: String = text[start..end].chars().filter(|c| !is_space(*c)).collect();
    digits = digits.replace('−', "-");
    let unit = if before.is_empty() { after } else { before };
    // 1.5E+3: what Excel writes into XML and some CSV.
    if let Some(exponent) = after.strip_prefix(['e', 'E']).filter(|e| e.parse::<i8>().is_ok()) {
        let number = Decimal::from_scientific(&format!("{digits}e{exponent}"));
        return number.map(|n| (n, "")).map_err(|_| invalid());
    }
    let plain = separators(&digits, comma).ok_or_else(|| Complaint::new(Code::NumberAmbiguous).with("value", text))?;
    let plain = plain.trim_start_matches('+').trim_end_matches('.');
    Decimal::from_str_exact(plain).map(|n| (n, unit)).map_err(|_| invalid())
}

/// A number without anything beside it.
pub(crate) fn bare(text: &str, comma: Comma) -> Result<Decimal, Complaint> {
    match number(text, comma)? {
        (value, "") => Ok(value),
        _ => Err(Complaint::new(Code::NumberInvalid).with("value", text)),
    }
}

/// A price in minor units. `given`: the currency from another cell or the
/// file's default; a sign or code beside the number wins. A negative price and
/// an unknown currency are refused; surplus decimals are rounded half away from
/// zero and the complaint beside the price says so.
pub(crate) fn price(text: &str, given: &str, comma: Comma) -> Result<(i64, String, Option<Complaint>), Complaint> {
    let (value, sign) = number(text, comma)?;
    let code = match sign {
        "" => given,
        sign => currency::from_sign(sign).unwrap_or(sign),
    };
    let decimals = currency::decimals(code).ok_or_else(|| Complaint::new(Code::CurrencyUnknown).with("value", code))?;
    let code = code.trim().to_ascii_uppercase();
    if value.is_sign_negative() && !value.is_zero() {
        return Err(Complaint::new(Code::PriceNegative).with("value", text.trim()));
    }
    let rounded = value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
    let remark = (rounded != value).then(|| {
        let remark = Complaint::new(Code::PriceRounded).with("value", text.trim());
        remark.with("currency", &code).with("decimals", decimals)
    });
    let minor = scaled(rounded, decimals).filter(|minor| *minor <= MOST_MINOR);
    let minor = minor.ok_or_else(|| Complaint::new(Code::NumberRange).with("value", text))?;
    Ok((minor, code, remark))
}

/// Thousandths.
pub(crate) fn milli(value: Decimal) -> Option<i64> {
    let rounded = value.round_dp_with_strategy(3, RoundingStrategy::MidpointAwayFromZero);
    scaled(rounded, 3).filter(|milli| milli.abs() <= MOST_MINOR)
}

/// Grams of a weight in `unit` (`kg` when none is named).
pub(crate) fn grams(value: Decimal, unit: &str) -> Option<i64> {
    let factor = match unit.trim().to_lowercase().trim_end_matches('.') {
        "" | "kg" | "kilogram" | "kilograms" | "kgs" => Decimal::new(1000, 0),
        "g" | "gram" | "grams" | "gr" => Decimal::ONE,
        "lb" | "lbs" | "pound" | "pounds" => Decimal::new(45_359_237, 5),
        "oz" | "ounce" | "ounces" => Decimal::new(28_349_523_125, 9),
        "t" => Decimal::new(1_000_000, 0),
        _ => return None,
    };
    let grams = value.checked_mul(factor)?;
    let grams = grams.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
    scaled(grams, 0).filter(|grams| (0..=MOST_MINOR).contains(grams))
}

/// Whether the check digit of a GTIN-8, -12, -13 or -14 is right.
pub(crate) fn is_gtin(digits: &str) -> bool {
    if !matches!(digits.len(), 8 | 12 | 13 | 14) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let sum: u32 =
        digits.bytes().rev().enumerate().map(|(place, byte)| u32::from(byte - b'0') * if place % 2 == 1 { 3 } else { 1 }).sum();
    sum.is_multiple_of(10)
}

/// `2026-12-31` or `2026-12-31T10:00` from what shops write.
pub(crate) fn date(text: &str) -> Option<String> {
    let text = text.trim();
    let (day, time) = match text.split_once(['T', ' ']) {
        Some((day, time)) => (day, time.trim()),
        None => (text, ""),
    };
    let parts: Vec<&str> = day.split(['-', '.', '/']).collect();
    let [a, b, c] = parts[..] else { return None };
    let number = |s: &str| s.parse::<u32>().ok().filter(|_| s.len() <= 4 && !s.is_empty());
    let (year, month, day) = match (a.len(), c.len()) {
        (4, _) => (number(a)?, number(b)?, number(c)?),
        // 31.12.2026; a slash is American: 12/31/2026
        (_, 4) if day.contains('/') => (number(c)?, number(a)?, number(b)?),
        (_, 4) => (number(c)?, number(b)?, number(a)?),
        _ => return None,
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1900..=9999).contains(&year) || !(1..=longest).contains(&day) {
        return None;
    }
    let mut out = format!("{year:04}-{month:02}-{day:02}");
    let clock: Vec<&str> = time.splitn(3, ':').collect();
    if let [hour, minute, ..] = clock[..] {
        let hour = number(hour).filter(|h| *h < 24)?;
        let minute = number(minute.get(..2)?).filter(|m| *m < 60)?;
        if (hour, minute) != (0, 0) {
            out.push_str(&format!("T{hour:02}:{minute:02}"));
        }
    }
    Some(out)
}

/// Amount with exactly the currency's decimals: the inverse of [`price`].
pub(crate) fn print(minor: i64, decimals: u32) -> String {
    Decimal::new(minor, decimals).to_string()
}

/// A thousandth's number without idle zeros: the inverse of [`milli`].
pub(crate) fn print_milli(milli: i64) -> String {
    Decimal::new(milli, 3).normalize().to_string()
}

/// Ten thousand million major units: more is a typing mistake.
const MOST_MINOR: i64 = 1_000_000_000_000;

fn scaled(value: Decimal, decimals: u32) -> Option<i64> {
    use rust_decimal::prelude::ToPrimitive;
    value.checked_mul(Decimal::from(10u64.checked_pow(decimals)?))?.normalize().to_i64()
}

/// Thousands separators out, decimal point in; None when it can be read twice.
fn separators(digits: &str, comma: Comma) -> Option<String> {
    let (points, commas) = (digits.matches('.').count(), digits.matches(',').count());
    Some(match (points, commas) {
        (_, 0) if points <= 1 => digits.to_owned(),
        (0, 1) => {
            let (whole, rest) = digits.split_once(',')?;
            let whole = whole.trim_start_matches(['-', '+']);
            let grouped = rest.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0');
            if grouped && comma == Comma::Unsure {
                return None;
            }
            digits.replace(',', ".")
        }
        (_, 0) => digits.replace('.', ""),
        (0, _) => digits.replace(',', ""),
        _ if digits.rfind(',') > digits.rfind('.') => {
            if commas > 1 {
                return Some("x".into());
            }
            digits.replace('.', "").replace(',', ".")
        }
        _ if points > 1 => "x".into(),
        _ => digits.replace(',', ""),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minor(text: &str) -> i64 {
        price(text, "EUR", Comma::Unsure).unwrap().0
    }

    #[test]
    fn prices_as_people_write_them() {
        assert_eq!(minor("1 299,00 €"), 129_900);
        assert_eq!(minor("1.299,00"), 129_900);
        assert_eq!(minor("1,299.00"), 129_900);
        assert_eq!(minor("1.299.000"), 129_900_000);
        assert_eq!(minor("€12,5"), 1250);
        assert_eq!(minor("0,345"), 35);
        assert_eq!(price("15.00 USD", "EUR", Comma::Unsure).unwrap().1, "USD");
        assert_eq!(price("1500", "JPY", Comma::Unsure).unwrap().0, 1500);
    }

    #[test]
    fn doubtful_prices_are_refused_by_name() {
        let code = |text: &str, c| price(text, c, Comma::Unsure).unwrap_err().code;
        assert_eq!(code("1,299", "EUR"), "number.ambiguous");
        assert_eq!(code("-5", "EUR"), "price.negative");
        assert_eq!(code("5", "EURO"), "currency.unknown");
        assert_eq!(code("5 XQQ", "EUR"), "currency.unknown");
        assert_eq!(code("abc", "EUR"), "number.invalid");
        assert_eq!(code("99999999999999999", "EUR"), "number.range");
        assert_eq!(price("1,299", "EUR", Comma::Decimal).unwrap().0, 130);
    }

    #[test]
    fn dates_of_three_continents() {
        assert_eq!(date("2026-12-31").unwrap(), "2026-12-31");
        assert_eq!(date("31.12.2026").unwrap(), "2026-12-31");
        assert_eq!(date("12/31/2026").unwrap(), "2026-12-31");
        assert_eq!(date("2026-12-31T10:30+0200").unwrap(), "2026-12-31T10:30");
        assert_eq!(date("2026-12-31 00:00:00").unwrap(), "2026-12-31");
        assert_eq!(date("2026-02-30"), None);
    }

    #[test]
    fn weights_and_bar_codes() {
        assert_eq!(grams(Decimal::new(198, 1), "lb"), Some(8981));
        assert_eq!(grams(Decimal::new(25, 1), ""), Some(2500));
        assert!(is_gtin("4006381333931") && !is_gtin("4006381333932"));
    }
}
