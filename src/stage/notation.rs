//! Numbers, sums and quantities as a locale writes them.

use std::str::FromStr;

use fixed_decimal::Decimal;
use icu_decimal::{DecimalFormatter, options::DecimalFormatterOptions};

use crate::kernel::{Currency, Fault, Locale};

/// U+00A0: a sum never breaks between number and sign.
pub const NBSP: char = '\u{a0}';

/// How a locale writes numbers. Learnt from ICU4X when the stage opens, so that a page of
/// prices costs no more than pushing digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notation {
    decimal: String,
    group: String,
    minus: String,
    /// The fewest digits that are grouped: 4 in Lithuanian (1 234), 5 in Polish (1234, 12 345).
    grouped_from: usize,
    sign_first: bool,
    percent: &'static str,
}

impl Notation {
    pub fn of(locale: Locale) -> Result<Self, Fault> {
        let fault = |e: String| Fault::bug(format!("number format of {locale}: {e}"));
        let tag: icu_locale_core::Locale = locale.as_str().parse().map_err(|_| fault("no such locale".into()))?;
        let icu = DecimalFormatter::try_new(tag.into(), DecimalFormatterOptions::default()).map_err(|e| fault(e.to_string()))?;
        let write = |text: &str| Decimal::from_str(text).map(|d| icu.format(&d).to_string()).unwrap_or_default();
        let between = |text: String, before: &str, after: &str| {
            text.strip_prefix(before).and_then(|t| t.strip_suffix(after)).map(str::to_owned)
        };
        Ok(Self {
            decimal: between(write("1.5"), "1", "5").ok_or_else(|| fault("decimal sign".into()))?,
            // Narrow spaces group figures in some locales; the shop writes the plain no-break space.
            group: between(write("12345"), "12", "345")
                .ok_or_else(|| fault("grouping sign".into()))?
                .replace('\u{202f}', "\u{a0}"),
            minus: between(write("-1"), "", "1").ok_or_else(|| fault("minus sign".into()))?,
            grouped_from: if write("1234") == "1234" { 5 } else { 4 },
            sign_first: matches!(locale.as_str(), "en" | "ga" | "mt"),
            percent: if matches!(locale.as_str(), "en" | "nl" | "it" | "pt" | "pl") { "%" } else { "\u{a0}%" },
        })
    }

    /// `digits` of which the last `places` are decimals.
    fn write(&self, out: &mut String, value: i64, places: usize) {
        if value < 0 {
            out.push_str(&self.minus);
        }
        let mut buffer = [b'0'; 24];
        let mut rest = value.unsigned_abs();
        let mut at = buffer.len();
        while rest > 0 || buffer.len() - at <= places {
            at -= 1;
            buffer[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        let digits = &buffer[at..];
        let (whole, part) = digits.split_at(digits.len() - places);
        for (i, digit) in whole.iter().enumerate() {
            let left = whole.len() - i;
            if i > 0 && left % 3 == 0 && whole.len() >= self.grouped_from {
                out.push_str(&self.group);
            }
            out.push(*digit as char);
        }
        if places > 0 {
            out.push_str(&self.decimal);
            part.iter().for_each(|d| out.push(*d as char));
        }
    }

    pub fn integer(&self, value: i64) -> String {
        let mut out = String::with_capacity(16);
        self.write(&mut out, value, 0);
        out
    }

    /// A decimal given as an integer of 10^-places, without the zeros at its end.
    pub fn trimmed(&self, mut value: i64, mut places: usize) -> String {
        while places > 0 && value % 10 == 0 {
            value /= 10;
            places -= 1;
        }
        let mut out = String::with_capacity(16);
        self.write(&mut out, value, places);
        out
    }

    /// An amount in minor units with its currency sign where the locale has it.
    pub fn money(&self, minor: i64, currency: Currency) -> String {
        self.amount(minor, currency.exponent() as usize, &currency)
    }

    fn amount(&self, minor: i64, places: usize, currency: &Currency) -> String {
        let sign = sign_of(currency);
        let mut out = String::with_capacity(20);
        if self.sign_first {
            if minor < 0 {
                out.push_str(&self.minus);
            }
            out.push_str(sign);
            // Three letters would run into the figures.
            if sign.len() == 3 && sign.is_ascii() {
                out.push(NBSP);
            }
            self.write(&mut out, minor.saturating_abs(), places);
        } else {
            self.write(&mut out, minor, places);
            out.push(NBSP);
            out.push_str(sign);
        }
        out
    }

    /// A unit price in millionths of the major unit: with the currency's places, more where it has more.
    pub fn each(&self, micro: i64, currency: Currency) -> String {
        let mut places = 6;
        let mut value = micro;
        while places > currency.exponent() && value % 10 == 0 {
            value /= 10;
            places -= 1;
        }
        self.amount(value, places as usize, &currency)
    }

    /// A rate in millionths as a percentage.
    pub fn rate(&self, millionths: i64) -> String {
        self.trimmed(millionths, 4) + self.percent
    }
}

fn sign_of(currency: &Currency) -> &str {
    match currency.as_str() {
        "EUR" => "€",
        "USD" => "$",
        "GBP" => "£",
        "PLN" => "zł",
        "CZK" => "Kč",
        "JPY" => "¥",
        "UAH" => "₴",
        code => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(locale: &str, minor: i64) -> String {
        Notation::of(locale.parse().unwrap()).unwrap().money(minor, Currency::EUR)
    }

    #[test]
    fn sums_look_as_readers_expect() {
        assert_eq!(money("lt", 123_450), "1\u{a0}234,50\u{a0}€");
        assert_eq!(money("en", 123_450), "€1,234.50");
        assert_eq!(money("de", 123_450), "1.234,50\u{a0}€");
        assert_eq!(money("pl", 123_450), "1234,50\u{a0}€");
        assert_eq!(money("pl", 1_234_500), "12\u{a0}345,00\u{a0}€");
        let each = |micro| Notation::of("lt".parse().unwrap()).unwrap().each(micro, Currency::EUR);
        assert_eq!((each(82_644_600), each(10_000_000)), ("82,6446\u{a0}€".into(), "10,00\u{a0}€".into()));
        assert_eq!(money("lt", 5), "0,05\u{a0}€");
        assert_eq!(money("lt", 0), "0,00\u{a0}€");
        assert_eq!(money("lt", -123_456_789), "−1\u{a0}234\u{a0}567,89\u{a0}€");
        assert_eq!(money("en", -500), "-€5.00");
    }

    #[test]
    fn the_yen_has_no_decimals() {
        let en = Notation::of(Locale::EN).unwrap();
        assert_eq!(en.money(1500, "JPY".parse().unwrap()), "¥1,500");
        assert_eq!(en.money(1500, "SEK".parse().unwrap()), "SEK\u{a0}15.00");
    }

    #[test]
    fn quantities_and_rates_lose_their_zeros() {
        let lt = Notation::of(Locale::LT).unwrap();
        assert_eq!(lt.trimmed(1500, 3), "1,5");
        assert_eq!(lt.trimmed(2000, 3), "2");
        assert_eq!(lt.rate(210_000), "21\u{a0}%");
        assert_eq!(lt.rate(55_000), "5,5\u{a0}%");
        assert_eq!(Notation::of(Locale::EN).unwrap().rate(210_000), "21%");
    }

    /// The learnt notation and ICU4X agree over a spread of numbers.
    #[test]
    fn our_digits_are_those_of_icu() {
        for code in ["lt", "en", "de", "pl", "lv", "et", "fi", "sv"] {
            let ours = Notation::of(code.parse().unwrap()).unwrap();
            let tag: icu_locale_core::Locale = code.parse().unwrap();
            let icu = DecimalFormatter::try_new(tag.into(), Default::default()).unwrap();
            let mut value: i64 = 7;
            for _ in 0..40 {
                for n in [value, -value] {
                    let mut theirs = Decimal::from(n);
                    theirs.multiply_pow10(-2);
                    let mut mine = String::new();
                    ours.write(&mut mine, n, 2);
                    theirs.absolute.pad_end(-2);
                    assert_eq!(mine, icu.format(&theirs).to_string().replace('\u{202f}', "\u{a0}"), "{code} {n}");
                }
                value = value.wrapping_mul(3).rem_euclid(1_000_000_000_007);
            }
        }
    }
}
