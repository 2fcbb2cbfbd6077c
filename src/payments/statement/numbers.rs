//! Document numbers as people write them: `UZS-2026-000123`, `uzs 2026/123`, `UZS2026000123`,
//! `VIT Nr. 123`.

use std::collections::HashMap;

use crate::kernel::fold;

/// Words between a series and its number.
const BETWEEN: &[&str] = &["NR", "NO", "NUM", "NUMERIS", "NUMBER", "N"];
/// Words before a number that stands alone.
const BEFORE: &[&str] = &[
    "SF",
    "SASKAITA",
    "SASKAITOS",
    "SASKAITAI",
    "SASK",
    "FAKTURA",
    "INVOICE",
    "INV",
    "RECHNUNG",
    "UZSAKYMAS",
    "UZSAKYMO",
    "UZSAKYMUI",
    "UZSAKYMA",
    "UZS",
    "ORDER",
    "BESTELLUNG",
    "PROFORMA",
    "NR",
    "NO",
];
/// A number of digits alone is believed from this length on; shorter ones are years and quantities.
const ALONE: usize = 6;
/// A number is not torn into more pieces than this.
const PIECES: usize = 6;
const TOKENS: usize = 300;

/// The forms under which a number is looked up: with its parts apart, and grown together.
pub(super) fn keys(number: &str) -> Vec<String> {
    let tokens = tokens(number);
    let mut keys = vec![key(&tokens), key(&[tokens.concat()])];
    keys.dedup();
    keys.retain(|key| !key.is_empty());
    keys
}

/// What a text mentions of `known`: one set of documents a mention, in order, the longest reading
/// of each place first.
pub(super) fn mentioned<'k>(text: &str, known: &'k HashMap<String, Vec<u32>>) -> Vec<&'k [u32]> {
    let all = tokens(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < all.len() {
        let marked = at > 0 && BEFORE.contains(&all[at - 1].as_str());
        match longest(&all[at..], marked, known) {
            Some((documents, used)) => {
                found.push(documents);
                at += used;
            }
            None => at += 1,
        }
    }
    found
}

fn longest<'k>(rest: &[String], marked: bool, known: &'k HashMap<String, Vec<u32>>) -> Option<(&'k [u32], usize)> {
    if BETWEEN.contains(&rest[0].as_str()) {
        return None;
    }
    for used in (1..=rest.len().min(PIECES)).rev() {
        let pieces: Vec<String> = rest[..used].iter().filter(|t| !BETWEEN.contains(&t.as_str())).cloned().collect();
        let digits = pieces.iter().map(String::len).sum::<usize>();
        let alone = pieces.iter().all(|p| p.bytes().all(|b| b.is_ascii_digit()));
        if alone && digits < ALONE && !marked || BETWEEN.contains(&rest[used - 1].as_str()) {
            continue;
        }
        let hit = known.get(&key(&pieces)).or_else(|| known.get(&key(&[pieces.concat()])));
        if let Some(documents) = hit {
            return Some((documents, used));
        }
    }
    None
}

/// Creditor references that a text mentions, written in groups or not.
pub(super) fn references<'k>(text: &str, known: &'k HashMap<String, Vec<u32>>) -> Vec<&'k [u32]> {
    let all = tokens(text);
    let mut found = Vec::new();
    for (at, token) in all.iter().enumerate() {
        if !token.starts_with("RF") {
            continue;
        }
        let longest = (1..=(all.len() - at).min(8)).rev().find_map(|used| known.get(&all[at..at + used].concat()));
        found.extend(longest.map(Vec::as_slice));
    }
    found
}

/// A reference as it is compared.
pub(super) fn reference(text: &str) -> String {
    tokens(text).concat()
}

/// Runs of letters and digits, without accents, in capitals.
fn tokens(text: &str) -> Vec<String> {
    let folded = fold(text).to_uppercase();
    folded.split(|c: char| !c.is_alphanumeric()).filter(|t| !t.is_empty()).take(TOKENS).map(str::to_owned).collect()
}

/// Letters and digits apart, without leading zeros: `UZS|2026|123`.
fn key(tokens: &[String]) -> String {
    let mut key = String::new();
    for token in tokens {
        let mut rest = token.as_str();
        while let Some(first) = rest.chars().next() {
            let digit = first.is_ascii_digit();
            let end = rest.find(|c: char| c.is_ascii_digit() != digit).unwrap_or(rest.len());
            let (group, after) = rest.split_at(end);
            let group = if digit { group.trim_start_matches('0') } else { group };
            if !key.is_empty() {
                key.push('|');
            }
            key.push_str(if group.is_empty() { "0" } else { group });
            rest = after;
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(numbers: &[&str]) -> HashMap<String, Vec<u32>> {
        let mut map: HashMap<String, Vec<u32>> = HashMap::new();
        for (at, number) in numbers.iter().enumerate() {
            for key in keys(number) {
                map.entry(key).or_default().push(at as u32);
            }
        }
        map
    }

    #[test]
    fn numbers_are_found_however_they_are_written() {
        let known = known(&["UZS-2026-000123", "UZS-2026-000124", "VIT-000123", "20261124001"]);
        let find = |text: &str| mentioned(text, &known).into_iter().map(|d| d[0]).collect::<Vec<_>>();
        for text in [
            "UZS-2026-000123",
            "apmokėjimas už užsakymą uzs-2026-000123.",
            "UZS2026000123",
            "UZS 2026 123",
            "uzs/2026/123",
            "UZS-2026-0001 23",
            "Užsakymas Nr. UZS-2026-000123, ačiū",
            "UZS 2026 Nr. 000123",
        ] {
            assert_eq!(find(text), [0], "{text}");
        }
        assert_eq!(find("UZS-2026-000123, UZS-2026-000124"), [0, 1]);
        assert_eq!(find("Sąskaita VIT Nr.123"), [2]);
        assert_eq!(find("VIT 0000123"), [2]);
        assert_eq!(find("20261124001"), [3]);
        for text in ["", "123", "2026", "UZS-2026-000125", "XUZS-2026-000123", "UZS-2026-0001234", "2026 000123", "NR NR NR"] {
            assert!(find(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_short_number_needs_a_word_before_it() {
        let known = known(&["4711"]);
        assert_eq!(mentioned("Rechnung 4711", &known).len(), 1);
        assert_eq!(mentioned("Rechnung Nr. 4711", &known).len(), 1);
        assert!(mentioned("4711 mal danke", &known).is_empty());
    }

    #[test]
    fn references_are_found_in_groups() {
        let known: HashMap<String, Vec<u32>> = [("RF18539007547034".to_owned(), vec![7])].into();
        for text in ["RF18539007547034", "moku pagal rf18 5390 0754 7034 aciu", "RF18-5390-0754-7034"] {
            assert_eq!(references(text, &known), [&[7_u32][..]], "{text}");
        }
        assert!(references("RF18 5390 0754", &known).is_empty());
    }
}
