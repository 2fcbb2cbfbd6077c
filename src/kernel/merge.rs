//! Fields in texts: „Laba diena, {contact}“. What cannot be filled is said, never left blank.

use std::collections::BTreeMap;

/// A field that cannot be filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    pub field: String,
    /// It is a field, and nothing is known for it here; else there is no such field.
    pub known: bool,
}

/// The fields that a text names, each once, in their order.
pub fn fields(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    walk(text, |_, name| {
        if !found.contains(&name) {
            found.push(name);
        }
    });
    found
}

/// The text with its fields filled. What was filled in is not read again: a customer may be called „{total}“.
///
/// # Errors
/// The first field that is not known, or about which nothing is known.
pub fn fill(text: &str, known: &BTreeMap<&str, String>) -> Result<String, Gap> {
    let (mut filled, mut from, mut gap) = (String::with_capacity(text.len()), 0, None);
    walk(text, |at, name| match known.get(name).map(|value| value.trim()) {
        Some(value) if !value.is_empty() => {
            filled.push_str(&text[from..at]);
            filled.push_str(value);
            from = at + name.len() + 2;
        }
        value => gap = gap.take().or_else(|| Some(Gap { field: name.to_owned(), known: value.is_some() })),
    });
    filled.push_str(&text[from..]);
    gap.map_or(Ok(filled), Err)
}

/// A field is a small word between braces; other braces are the writer's own.
fn walk<'a>(text: &'a str, mut each: impl FnMut(usize, &'a str)) {
    let mut at = 0;
    while let Some(open) = text[at..].find('{') {
        let start = at + open + 1;
        let Some(end) = text[start..].find(['{', '}']) else { return };
        let name = &text[start..start + end];
        if text[start + end..].starts_with('}') && !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
            each(start - 1, name);
        }
        at = start + end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_filled_or_named() {
        let known = BTreeMap::from([("contact", "Ona".to_owned()), ("total", String::new()), ("odd", "{contact}".to_owned())]);
        assert_eq!(fill("Laba diena, {contact} {contact}!", &known).unwrap(), "Laba diena, Ona Ona!");
        assert_eq!(fill("{ } {Ne} {1} {{contact}", &known).unwrap(), "{ } {Ne} {1} {Ona");
        assert_eq!(fill("{odd} ir {contact}", &known).unwrap(), "{contact} ir Ona", "what was filled in is not read again");
        for (text, name, is) in [("ą {kas} {total}", "kas", false), ("Suma {total}", "total", true)] {
            assert_eq!(fill(text, &known), Err(Gap { field: name.into(), known: is }), "{text}");
        }
        assert_eq!(fields("{a} {b} {a} {B}"), ["a", "b"]);
    }
}
