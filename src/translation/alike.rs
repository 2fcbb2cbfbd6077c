//! How like two texts are, and numbers by which alike ones are found among a hundred thousand.
//!
//! A text's set of letter triples is drawn together to twenty minima (MinHash, Broder 1997), taken
//! by twos: texts that share half of their triples share one of the ten signs in 94 of 100 cases,
//! texts that share a thirtieth in one of 100.

use std::collections::HashSet;

use crate::kernel::fold;

/// Below this a text is no help, in percent.
pub(super) const LEAST: u32 = 70;
const BANDS: usize = 10;
/// Longer texts are compared by their beginnings: the comparison costs the product of the lengths.
const COMPARED: usize = 1_200;

pub(super) fn signs(text: &str) -> Vec<i64> {
    let triples = triples(text);
    if triples.is_empty() {
        return Vec::new();
    }
    let least = |seed: u64| triples.iter().map(|t| mix(t ^ mix(seed))).min().unwrap_or(0);
    let sign = |band: usize| {
        let seed = band as u64 * 2 + 1;
        (mix(least(seed).rotate_left(17) ^ least(seed + 1)) ^ band as u64).cast_signed()
    };
    (0..BANDS).map(sign).collect()
}

fn triples(text: &str) -> HashSet<u64> {
    let letters: Vec<char> = fold(text).split_whitespace().flat_map(|w| w.chars().chain([' '])).take(COMPARED).collect();
    letters.windows(3).map(|w| w.iter().fold(0, |n, c| n << 21 | u64::from(u32::from(*c)))).collect()
}

/// The finaliser of SplitMix64.
fn mix(n: u64) -> u64 {
    let n = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}

/// What is left in common after the fewest changes of letters (Levenshtein), in percent of the
/// longer text.
pub(super) fn likeness(a: &str, b: &str) -> u32 {
    let letters =
        |text: &str| -> Vec<char> { text.split_whitespace().flat_map(|w| w.chars().chain([' '])).take(COMPARED).collect() };
    let (a, b) = (letters(a), letters(b));
    let longest = a.len().max(b.len());
    if longest == 0 {
        return 100;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let here = (before + usize::from(x != y)).min(row[j] + 1).min(row[j + 1] + 1);
            before = std::mem::replace(&mut row[j + 1], here);
        }
    }
    u32::try_from((longest - row[b.len()]) * 100 / longest).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn likeness_is_what_is_left() {
        assert_eq!(likeness("Stalas", "Stalas"), 100);
        assert_eq!(likeness("", ""), 100);
        assert!(likeness("Ąžuolinis stalas Nida 180 cm", "Ąžuolinis stalas Nida 160 cm") > 90);
        assert!(likeness("Ąžuolinis stalas", "Metalinė lentyna") < 50);
    }

    proptest! {
        /// One word of many changed: the texts are found by one another.
        #[test]
        fn alike_texts_share_a_sign(words in prop::collection::vec("[a-ząčęėž]{4,10}", 9..20), at in any::<prop::sample::Index>()) {
            let mut other = words.clone();
            other[at.index(words.len())] = "qq".to_owned();
            let (a, b) = (words.join(" "), other.join(" "));
            let own = signs(&a);
            prop_assert!(signs(&b).iter().any(|s| own.contains(s)));
            prop_assert!(likeness(&a, &b) >= LEAST);
        }

        #[test]
        fn likeness_knows_no_order(a in ".{0,40}", b in ".{0,40}") {
            prop_assert_eq!(likeness(&a, &b), likeness(&b, &a));
            prop_assert!(likeness(&a, &b) <= 100);
        }
    }
}
