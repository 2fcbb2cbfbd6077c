//! Fields in texts: „Laba diena, {contact}“. What cannot be filled is a fault, never a blank.

use std::collections::BTreeMap;

use super::Fault;
use crate::kernel::merge;

pub use crate::kernel::merge::fields;

/// The text with its fields filled.
///
/// # Errors
/// [`Fault::Unresolved`] for a field that is not known, or about which nothing is known.
pub fn fill(text: &str, known: &BTreeMap<&str, String>) -> Result<String, Fault> {
    merge::fill(text, known).map_err(|gap| Fault::Unresolved { field: gap.field })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_filled_or_refused() {
        let known = BTreeMap::from([("contact", "Ona".to_owned()), ("total", String::new())]);
        assert_eq!(fill("Laba diena, {contact} {contact}!", &known).unwrap(), "Laba diena, Ona Ona!");
        assert_eq!(fill("{ } {Ne} {1} {{contact}", &known).unwrap(), "{ } {Ne} {1} {Ona");
        for (text, name) in [("{kas}", "kas"), ("Suma {total}", "total")] {
            assert!(matches!(fill(text, &known), Err(Fault::Unresolved { field }) if field == name), "{text}");
        }
    }
}
