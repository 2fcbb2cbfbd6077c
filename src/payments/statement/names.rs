//! Names of people and companies, compared without their legal form and order.

use std::collections::BTreeSet;

use crate::kernel::words;

const FORMS: &[&str] = &[
    "uab",
    "ab",
    "mb",
    "ii",
    "iį",
    "vsi",
    "tub",
    "kub",
    "zub",
    "sia",
    "as",
    "ou",
    "oy",
    "oyj",
    "gmbh",
    "ag",
    "kg",
    "ug",
    "ev",
    "ltd",
    "llc",
    "plc",
    "inc",
    "sp",
    "zoo",
    "sa",
    "srl",
    "bv",
    "nv",
    "imone",
    "individuali",
    "the",
    "and",
    "und",
    "ir",
];

/// The words that tell one name from another, folded.
pub(super) fn telling(name: &str) -> BTreeSet<String> {
    words(name).into_iter().filter(|w| w.chars().count() >= 3 && !FORMS.contains(&w.as_str())).collect()
}

/// Half of the words of both names together are the same.
pub(super) fn alike(a: &BTreeSet<String>, b: &BTreeSet<String>) -> bool {
    let common = a.intersection(b).count();
    common > 0 && common * 2 >= a.union(b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_alike_without_form_order_and_accents() {
        let alike = |a: &str, b: &str| alike(&telling(a), &telling(b));
        assert!(alike("UAB „Ąžuolynė“", "AZUOLYNE, UAB"));
        assert!(alike("JONAITIS JONAS", "Jonas Jonaitis"));
        assert!(alike("Jonas Petras Jonaitis", "Jonas Jonaitis"));
        assert!(!alike("UAB Vėjas", "UAB Vanduo") && !alike("", "") && !alike("UAB", "UAB"));
        assert!(!alike("Jonas Petraitis", "Jonas Jonaitis"));
    }
}
