//! Words that are the same in every language: brands, names of products.

use std::collections::HashMap;

/// The names of a shop, the longest first where several begin alike.
#[derive(Clone, Debug, Default)]
pub struct Names(HashMap<char, Vec<String>>);

impl Names {
    pub fn new(names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let mut by_first: HashMap<char, Vec<String>> = HashMap::new();
        for name in names {
            let name: String = name.into();
            let trimmed = name.trim();
            if let Some(first) = trimmed.chars().next() {
                by_first.entry(first).or_default().push(trimmed.to_owned());
            }
        }
        for names in by_first.values_mut() {
            names.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
            names.dedup();
        }
        Self(by_first)
    }

    /// How many bytes of the text's beginning are a name.
    pub(super) fn at(&self, text: &str) -> Option<usize> {
        let candidates = self.0.get(&text.chars().next()?)?;
        candidates.iter().find(|n| text.starts_with(n.as_str()) && ends_word(&text[n.len()..])).map(String::len)
    }
}

/// Whether a word that stood before this text is over.
pub(super) fn ends_word(rest: &str) -> bool {
    !rest.chars().next().is_some_and(|c| c.is_alphanumeric() || c == '_')
}
