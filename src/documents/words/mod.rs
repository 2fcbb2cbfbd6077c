//! Sums in words, as a till's order and an invoice say them: Lithuanian, English, German, Polish.

mod tables;

use crate::kernel::{Locale, Money};
use tables::{
    DE_ONES, DE_SCALES, DE_TENS, EN_ONES, EN_SCALES, EN_TENS, LT_ONES, LT_ONES_F, LT_SCALES, LT_TENS, Noun, PL_HUNDREDS, PL_ONES,
    PL_SCALES, PL_TENS, nouns,
};

/// The sum in words, the first letter a capital: `Du šimtai penkiasdešimt septyni eurai,
/// trisdešimt du centai`.
///
/// A currency that the language has no words for here stands by its code and its minor units in
/// figures: `Du šimtai penkiasdešimt septyni CZK 32/100`. Another language says nothing: the
/// result is empty.
pub fn in_words(sum: Money, locale: Locale) -> String {
    let Some(tongue) = Tongue::of(locale) else { return String::new() };
    let exponent = sum.currency.exponent();
    let per_major = 10_u64.pow(exponent);
    let minor = sum.minor.unsigned_abs();
    let (whole, rest) = (minor / per_major, minor % per_major);
    let said = match nouns(tongue, sum.currency) {
        Some((major, cents)) => {
            format!("{}{}{}", tongue.counted(whole, &major), tongue.joint(), tongue.counted(rest, &cents))
        }
        None if exponent == 0 => format!("{} {}", tongue.number(whole, Gender::Masculine), sum.currency),
        None => {
            let figures = format!("{rest:0width$}/{per_major}", width = exponent as usize);
            format!("{} {} {figures}", tongue.number(whole, Gender::Masculine), sum.currency)
        }
    };
    capital(if sum.minor < 0 { format!("minus {said}") } else { said })
}

fn capital(text: String) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Gender {
    Masculine,
    Feminine,
    Neuter,
}
use Gender::{Feminine, Neuter};

#[derive(Clone, Copy)]
enum Tongue {
    Lt,
    En,
    De,
    Pl,
}

impl Tongue {
    fn of(locale: Locale) -> Option<Self> {
        match locale.as_str() {
            "lt" => Some(Self::Lt),
            "en" => Some(Self::En),
            "de" => Some(Self::De),
            "pl" => Some(Self::Pl),
            _ => None,
        }
    }

    /// Between the major and the minor units.
    const fn joint(self) -> &'static str {
        if matches!(self, Self::De) { " und " } else { ", " }
    }

    /// Which form of a noun follows `n`.
    const fn form(self, n: u64) -> usize {
        match self {
            Self::Lt if n.is_multiple_of(10) || (n % 100 >= 11 && n % 100 <= 19) => 2,
            Self::Lt if n % 10 == 1 => 0,
            Self::Lt => 1,
            Self::En | Self::De => (n != 1) as usize,
            Self::Pl if n == 1 => 0,
            Self::Pl if n % 10 >= 2 && n % 10 <= 4 && !(n % 100 >= 12 && n % 100 <= 14) => 1,
            Self::Pl => 2,
        }
    }

    fn counted(self, n: u64, noun: &Noun) -> String {
        format!("{} {}", self.number(n, noun.gender), noun.forms[self.form(n)])
    }

    /// The cardinal before a noun of this gender.
    fn number(self, n: u64, gender: Gender) -> String {
        match self {
            Self::Lt if n == 0 => "nulis".into(),
            Self::Lt => slavic(self, n, gender, &LT_SCALES),
            Self::En if n == 0 => "zero".into(),
            Self::En => english(n),
            Self::De if n == 0 => "null".into(),
            Self::De => german(n, gender),
            Self::Pl if n == 0 => "zero".into(),
            Self::Pl if n == 1 && gender == Feminine => "jedna".into(),
            Self::Pl if n == 1 && gender == Neuter => "jedno".into(),
            Self::Pl => slavic(self, n, gender, &PL_SCALES),
        }
    }
}

/// Groups of three figures, the highest first, each with the power of a thousand that it counts.
fn groups(n: u64) -> Vec<(usize, u64)> {
    let mut all: Vec<(usize, u64)> = Vec::new();
    let mut rest = n;
    while rest > 0 {
        all.push((all.len(), rest % 1000));
        rest /= 1000;
    }
    all.reverse();
    all.retain(|(_, group)| *group > 0);
    all
}

/// Lithuanian and Polish: words stand apart, and each power of a thousand is a noun that is counted.
fn slavic(tongue: Tongue, n: u64, gender: Gender, scales: &[Noun; 6]) -> String {
    let mut words: Vec<&str> = Vec::new();
    for (power, group) in groups(n) {
        let scale = power.checked_sub(1).map(|i| &scales[i]);
        // A thousand is „tysiąc“, but „vienas tūkstantis“.
        if !(group == 1 && scale.is_some() && matches!(tongue, Tongue::Pl)) {
            words.extend(below_thousand(tongue, group as usize, scale.map_or(gender, |s| s.gender)));
        }
        words.extend(scale.map(|s| s.forms[tongue.form(group)]));
    }
    words.join(" ")
}

fn below_thousand(tongue: Tongue, n: usize, gender: Gender) -> Vec<&'static str> {
    let (hundreds, rest) = (n / 100, n % 100);
    let (tens, ones) = if rest < 20 { (0, rest) } else { (rest / 10, rest % 10) };
    let mut words = Vec::new();
    match (tongue, hundreds) {
        (_, 0) => {}
        (Tongue::Lt, 1) => words.extend(["vienas", "šimtas"]),
        (Tongue::Lt, _) => words.extend([LT_ONES[hundreds], "šimtai"]),
        _ => words.push(PL_HUNDREDS[hundreds]),
    }
    let (tens_of, one) = match (tongue, gender) {
        (Tongue::Lt, Feminine) if ones < 10 => (&LT_TENS, LT_ONES_F[ones]),
        (Tongue::Lt, _) => (&LT_TENS, LT_ONES[ones]),
        // In „dwadzieścia jeden“ the one stays as it is; two does not.
        (_, Feminine) if ones == 2 => (&PL_TENS, "dwie"),
        _ => (&PL_TENS, PL_ONES[ones]),
    };
    words.extend([tens_of[tens], one].into_iter().filter(|w| !w.is_empty()));
    words
}

fn english(n: u64) -> String {
    let mut text = String::new();
    for (power, group) in groups(n) {
        if !text.is_empty() {
            text.push_str(if power == 0 && group < 100 { " and " } else { ", " });
        }
        let (hundreds, rest) = ((group / 100) as usize, (group % 100) as usize);
        if hundreds > 0 {
            text.push_str(EN_ONES[hundreds]);
            text.push_str(if rest > 0 { " hundred and " } else { " hundred" });
        }
        match rest {
            0..20 => text.push_str(EN_ONES[rest]),
            _ if rest % 10 == 0 => text.push_str(EN_TENS[rest / 10]),
            _ => text.extend([EN_TENS[rest / 10], "-", EN_ONES[rest % 10]]),
        }
        if let Some(scale) = power.checked_sub(1) {
            text.extend([" ", EN_SCALES[scale]]);
        }
    }
    text
}

fn german(n: u64, gender: Gender) -> String {
    // „ein Euro“, „hunderteine Krone“: the last one bends to its noun.
    let one = |gender| if gender == Feminine { "eine" } else { "ein" };
    let mut words: Vec<String> = Vec::new();
    for (power, group) in groups(n / 1_000_000) {
        let scale = &DE_SCALES[power];
        let count = german_below_thousand(group as usize, one(scale.gender));
        words.push(format!("{count} {}", scale.forms[Tongue::De.form(group)]));
    }
    let (thousands, rest) = ((n % 1_000_000 / 1000) as usize, (n % 1000) as usize);
    let mut last = String::new();
    if thousands > 0 {
        last = german_below_thousand(thousands, "ein") + "tausend";
    }
    last += &german_below_thousand(rest, one(gender));
    if !last.is_empty() {
        words.push(last);
    }
    words.join(" ")
}

fn german_below_thousand(n: usize, one: &str) -> String {
    let (hundreds, rest) = (n / 100, n % 100);
    let mut text = String::new();
    if hundreds > 0 {
        text.extend([DE_ONES[hundreds], "hundert"]);
    }
    match rest {
        1 => text.push_str(one),
        0..20 => text.push_str(DE_ONES[rest]),
        _ if rest % 10 == 0 => text.push_str(DE_TENS[rest / 10]),
        _ => text.extend([DE_ONES[rest % 10], "und", DE_TENS[rest / 10]]),
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn said(minor: i64, currency: &str, locale: &str) -> String {
        in_words(Money::new(minor, currency.parse().unwrap()), locale.parse().unwrap())
    }
    fn lt(minor: i64) -> String {
        said(minor, "EUR", "lt").to_lowercase()
    }

    #[test]
    fn the_lithuanian_examples_of_the_domain_notes() {
        for (minor, words) in [
            (0, "nulis eurų, nulis centų"),
            (1, "nulis eurų, vienas centas"),
            (1_21, "vienas euras, dvidešimt vienas centas"),
            (2_02, "du eurai, du centai"),
            (10_10, "dešimt eurų, dešimt centų"),
            (11_11, "vienuolika eurų, vienuolika centų"),
            (21_31, "dvidešimt vienas euras, trisdešimt vienas centas"),
            (101_00, "vienas šimtas vienas euras, nulis centų"),
            (111_00, "vienas šimtas vienuolika eurų, nulis centų"),
            (112_00, "vienas šimtas dvylika eurų, nulis centų"),
            (1000_00, "vienas tūkstantis eurų, nulis centų"),
            (2000_05, "du tūkstančiai eurų, penki centai"),
            (12345_67, "dvylika tūkstančių trys šimtai keturiasdešimt penki eurai, šešiasdešimt septyni centai"),
            (21000_00, "dvidešimt vienas tūkstantis eurų, nulis centų"),
            (101000_00, "vienas šimtas vienas tūkstantis eurų, nulis centų"),
            (1000001_00, "vienas milijonas vienas euras, nulis centų"),
            (257_32, "du šimtai penkiasdešimt septyni eurai, trisdešimt du centai"),
        ] {
            assert_eq!(lt(minor), words);
        }
        assert_eq!(said(257_32, "EUR", "lt"), "Du šimtai penkiasdešimt septyni eurai, trisdešimt du centai");
    }

    #[test]
    fn the_examples_in_english_german_and_polish() {
        assert_eq!(said(121_00, "EUR", "en"), "One hundred and twenty-one euros, zero cents");
        assert_eq!(said(1_01, "EUR", "en"), "One euro, one cent");
        assert_eq!(said(1_001_05, "GBP", "en"), "One thousand and one pounds sterling, five pence");
        assert_eq!(said(12_345_00, "USD", "en"), "Twelve thousand, three hundred and forty-five US dollars, zero cents");
        assert_eq!(said(1234_56, "EUR", "de"), "Eintausendzweihundertvierunddreißig Euro und sechsundfünfzig Cent");
        assert_eq!(said(1_00, "EUR", "de"), "Ein Euro und null Cent");
        assert_eq!(said(121_00, "EUR", "de"), "Einhunderteinundzwanzig Euro und null Cent");
        assert_eq!(said(101_01, "EUR", "de"), "Einhundertein Euro und ein Cent");
        assert_eq!(said(1000_00, "EUR", "de"), "Eintausend Euro und null Cent");
        assert_eq!(said(1_000_000_00, "EUR", "de"), "Eine Million Euro und null Cent");
        assert_eq!(said(2_000_000_00, "EUR", "de"), "Zwei Millionen Euro und null Cent");
        assert_eq!(said(1_01, "SEK", "de"), "Eine schwedische Krone und ein Öre");
        assert_eq!(said(21_21, "PLN", "pl"), "Dwadzieścia jeden złotych, dwadzieścia jeden groszy");
        assert_eq!(said(22_12, "PLN", "pl"), "Dwadzieścia dwa złote, dwanaście groszy");
        assert_eq!(said(12345_02, "PLN", "pl"), "Dwanaście tysięcy trzysta czterdzieści pięć złotych, dwa grosze");
        assert_eq!(said(1_01, "EUR", "pl"), "Jedno euro, jeden cent");
        assert_eq!(said(22_00, "SEK", "pl"), "Dwadzieścia dwie korony szwedzkie, zero öre");
    }

    #[test]
    fn a_krona_is_feminine_in_lithuanian() {
        assert_eq!(said(21_02, "SEK", "lt"), "Dvidešimt viena Švedijos krona, dvi erės");
        assert_eq!(said(2004_00, "SEK", "lt"), "Du tūkstančiai keturios Švedijos kronos, nulis erių");
    }

    #[test]
    fn a_currency_without_words_stands_by_its_code() {
        assert_eq!(said(257_32, "CZK", "lt"), "Du šimtai penkiasdešimt septyni CZK 32/100");
        assert_eq!(said(257, "JPY", "en"), "Two hundred and fifty-seven JPY");
        assert_eq!(said(1_005, "KWD", "en"), "One KWD 005/1000");
        assert_eq!(said(1_00, "EUR", "fr"), "", "a language that is not spoken here says nothing");
    }

    #[test]
    fn a_sum_below_nothing_says_so() {
        assert_eq!(said(-2_02, "EUR", "lt"), "Minus du eurai, du centai");
    }

    /// The last amount that fits, in every language: the scales go as far as the figures.
    #[test]
    fn the_largest_sums_have_words() {
        for locale in ["lt", "en", "de", "pl"] {
            for currency in ["EUR", "JPY", "KWD"] {
                assert!(said(i64::MAX, currency, locale).len() > 100);
                assert!(said(i64::MIN, currency, locale).starts_with("Minus "));
            }
        }
    }

    proptest! {
        #[test]
        fn different_sums_have_different_words(
            a in 0_i64..=1_000_000_000_000, near in -2000_i64..2000, b in 0_i64..=1_000_000_000_000,
            currency in prop::sample::select(vec!["EUR", "PLN", "USD", "GBP", "SEK", "CZK"]),
            locale in prop::sample::select(vec!["lt", "en", "de", "pl"]),
        ) {
            for other in [b, (a + near).max(0)] {
                prop_assert_eq!(a == other, said(a, currency, locale) == said(other, currency, locale));
            }
            let words = said(a, currency, locale);
            prop_assert!(!words.contains("  ") && words.trim() == words && words.chars().next().unwrap().is_uppercase());
        }
    }
}
