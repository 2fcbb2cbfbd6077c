//! VAT numbers: shape and check digits by country. That a number fits says only that it was
//! typed right; whether it is alive the register of the Union knows.

use std::{fmt, str::FromStr};

use super::Fault;

/// A number whose shape and, where the country has them, check digits fit: `LT100001919017`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VatCode(String);

impl VatCode {
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// ISO 3166-1 alpha-2: Greece writes EL on its numbers, Northern Ireland XI.
    pub fn country(&self) -> &str {
        match &self.0[..2] {
            "EL" => "GR",
            other => other,
        }
    }
    /// As the register wants it: the prefix and the rest.
    pub fn parts(&self) -> (&str, &str) {
        self.0.split_at(2)
    }
}
impl fmt::Display for VatCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for VatCode {
    type Err = Fault;
    /// Spaces, dots and dashes are how people write; they do not count.
    fn from_str(text: &str) -> Result<Self, Fault> {
        let tidy: String = text.chars().filter(|c| !matches!(c, ' ' | '.' | '-')).map(|c| c.to_ascii_uppercase()).collect();
        let fits = tidy.is_ascii() && tidy.len() > 3 && fits(&tidy[..2], &tidy[2..]);
        if fits { Ok(Self(tidy)) } else { Err(Fault::BadVatCode) }
    }
}

fn fits(country: &str, rest: &str) -> bool {
    let bytes = rest.as_bytes();
    let n: Option<Vec<i64>> = bytes.iter().map(|b| b.is_ascii_digit().then(|| i64::from(b - b'0'))).collect();
    let Some(n) = n else { return lettered(country, rest) };
    let (len, last) = (n.len(), n[n.len() - 1]);
    let tail = |count: usize| n[len - count..].iter().fold(0, |sum, d| sum * 10 + d);
    let head = |count: usize| n[..count].iter().fold(0_i64, |sum, d| sum * 10 + d);
    let over = |weights: &[i64]| -> i64 { weights.iter().zip(&n).map(|(w, d)| w * d).sum() };
    let down = |from: i64, sum: i64, ten: i64| match from - sum % from {
        check if check > 9 => ten,
        check => check,
    };
    match (country, len) {
        ("LT", 9) => n[7] == 1 && lithuanian(&n),
        ("LT", 12) => n[10] == 1 && lithuanian(&n),
        ("LV", 11) => n[0] <= 3 || latvian(&n),
        ("EE", 9) => last == (10 - over(&[3, 7, 1, 3, 7, 1, 3, 7]) % 10) % 10,
        ("PL", 10) => last == over(&[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11,
        ("DE", 9) | ("HR", 11) => last == chained(&n[..len - 1]),
        ("FI", 8) => last == down(11, over(&[7, 9, 10, 5, 8, 4, 2]), 0),
        ("DK", 8) => over(&[2, 7, 6, 5, 4, 3, 2, 1]) % 11 == 0,
        ("SE", 12) => luhn(&n[..10]),
        ("BE", 10) => 97 - head(8) % 97 == tail(2),
        ("IT", 11) => luhn(&n),
        ("FR", 11) => (tail(9) % 97 * 3 + 12) % 97 == head(2),
        ("PT", 9) => last == down(11, over(&[9, 8, 7, 6, 5, 4, 3, 2]), 0),
        ("EL", 9) => last == over(&[256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10,
        ("SI", 8) => last == down(11, over(&[8, 7, 6, 5, 4, 3, 2]), 0),
        ("SK", 10) => head(10) % 11 == 0,
        ("HU", 8) => last == down(10, over(&[9, 7, 3, 1, 9, 7, 3]), 0),
        ("LU", 8) => head(6) % 89 == tail(2),
        ("MT", 8) => 37 - over(&[3, 4, 6, 7, 8, 9]) % 37 == tail(2),
        // Of these the shape alone is known here.
        ("BG", 9..=10) | ("CY" | "IE", 9) | ("CZ", 8..=10) | ("ES", 9) | ("RO", 2..=10) | ("XI", 9 | 12) => true,
        _ => false,
    }
}

fn lettered(country: &str, rest: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let known = rest.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    match (country, rest.len()) {
        ("AT", 9) => rest.starts_with('U') && digits(&rest[1..]) && austrian(rest),
        ("NL", 12) => digits(&rest[..9]) && &rest[9..10] == "B" && digits(&rest[10..]) && dutch(rest),
        ("FR", 11) => known && digits(&rest[2..]),
        ("CY", 9) => digits(&rest[..8]),
        ("ES", 9) => known && digits(&rest[1..8]),
        ("IE", 8..=9) => known,
        _ => false,
    }
}

/// Two rows of weights: the second where the first leaves ten.
fn lithuanian(n: &[i64]) -> bool {
    let body = &n[..n.len() - 1];
    let over = |first: i64| -> i64 { (0..).zip(body).map(|(i, d)| ((first + i - 1) % 9 + 1) * d).sum::<i64>() % 11 };
    let check = match over(1) {
        10 => over(3) % 10,
        check => check,
    };
    check == n[n.len() - 1]
}

fn latvian(n: &[i64]) -> bool {
    let sum: i64 = [9, 1, 4, 8, 3, 10, 2, 5, 7, 6].iter().zip(n).map(|(w, d)| w * d).sum();
    let sum = if sum % 11 == 4 && n[0] == 9 { sum - 45 } else { sum };
    let check = match sum % 11 {
        4 => 0,
        more if more > 4 => 14 - more,
        less => 3 - less,
    };
    check == n[10]
}

/// ISO 7064 mod 11, 10.
fn chained(body: &[i64]) -> i64 {
    let product = body.iter().fold(10, |product, d| {
        let sum = (d + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10
}

fn luhn(n: &[i64]) -> bool {
    let sum: i64 = n.iter().rev().enumerate().map(|(i, d)| if i % 2 == 1 { d * 2 / 10 + d * 2 % 10 } else { *d }).sum();
    sum % 10 == 0
}

fn austrian(rest: &str) -> bool {
    let n: Vec<i64> = rest[1..].bytes().map(|b| i64::from(b - b'0')).collect();
    let sum: i64 = n[..7].iter().enumerate().map(|(i, d)| if i % 2 == 1 { d * 2 / 10 + d * 2 % 10 } else { *d }).sum();
    n[7] == (10 - (sum + 4) % 10) % 10
}

/// Companies by mod 11, and since 2020 sole traders by mod 97 over the whole number.
fn dutch(rest: &str) -> bool {
    let n: Vec<i64> = rest.bytes().take(9).map(|b| i64::from(b - b'0')).collect();
    let sum: i64 = (2..=9).rev().zip(&n).map(|(w, d)| w * d).sum();
    let whole = format!("NL{rest}").bytes().fold(0_i64, |sum, b| match b {
        b'0'..=b'9' => (sum * 10 + i64::from(b - b'0')) % 97,
        letter => (sum * 100 + i64::from(letter - b'A') + 10) % 97,
    });
    sum % 11 == n[8] || whole == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_that_are_in_use_fit() {
        for code in [
            "LT119511515",
            "LT100001919017",
            "LT100004801610",
            "LV40003521600",
            "EE100594102",
            "PL8567346215",
            "PL5261040828",
            "DE136695976",
            "FI20774740",
            "DK13585628",
            "SE556188840401",
            "BE0428759497",
            "ATU13585627",
            "IT00743110157",
            "FR40303265045",
            "NL010000446B01",
            "NL123456789B13",
            "PT501964843",
            "EL040127797",
            "SI50223054",
            "SK2022749619",
            "HU10597190",
            "LU10000356",
            "MT15121333",
            "HR33392005961",
        ] {
            assert_eq!(code.parse::<VatCode>().map(|c| c.as_str().to_owned()).ok().as_deref(), Some(code));
        }
        assert_eq!("lt 100001919017".parse::<VatCode>().unwrap().country(), "LT");
        assert_eq!("EL040127797".parse::<VatCode>().unwrap().country(), "GR");
    }

    #[test]
    fn a_slip_of_one_digit_is_seen() {
        for code in ["LT119511516", "LT100001919018", "LV40003521601", "EE100594103", "PL8567346216", "DE136695977", "FI20774741"]
        {
            assert!(code.parse::<VatCode>().is_err(), "{code}");
        }
        for code in ["", "LT", "LT12", "US123456789", "LT1000019190170", "ąč100001919017", "AT13585627"] {
            assert!(code.parse::<VatCode>().is_err(), "{code}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_is_typed_makes_it_fall(text in "(LT|LV|AT|NL|FR|IE|ES|DE|EL)?[A-Z0-9ąž .-]{0,14}") {
            let _ = text.parse::<VatCode>();
        }
    }
}
