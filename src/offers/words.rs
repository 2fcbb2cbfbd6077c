//! Fields in texts: „Laba diena, {contact}“. What cannot be filled is a fault, never a blank.

use std::collections::BTreeMap;

use super::Fault;

/// The fields that a text names, each once, in their order.
pub fn fields(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    walk(text, |name| {
        if !found.contains(&name) {
            found.push(name);
        }
    });
    found
}

/// The text with its fields filled.
///
/// # Errors
/// [`Fault::Unresolved`] for a field that is not known, or about which nothing is known.
pub fn fill(text: &str, known: &BTreeMap<&str, String>) -> Result<String, Fault> {
    let mut filled = text.to_owned();
    for name in fields(text) {
        let value = known.get(name).map(|v| v.trim()).filter(|v| !v.is_empty());
        let value = value.ok_or_else(|| Fault::Unresolved { field: name.to_owned() })?;
        filled = filled.replace(&format!("{{{name}}}"), value);
    }
    Ok(filled)
}

/// A field is a small word between braces; other braces are the manager's own.
fn walk<'a>(text: &'a str, mut each: impl FnMut(&'a str)) {
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        rest = &rest[at + 1..];
        let Some(end) = rest.find(['{', '}']) else { return };
        let name = &rest[..end];
        if rest[end..].starts_with('}') && !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
            each(name);
        }
    }
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
