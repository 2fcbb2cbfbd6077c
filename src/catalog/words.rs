//! Words made into addresses.

use crate::kernel::fold;

/// A part of an address: `Ąžuolinis stalas „Nida“` → `azuolinis-stalas-nida`; at most 80
/// characters, cut at a word. Never empty: what has no Latin letter or digit becomes `x`.
pub fn slugify(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in fold(text).chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    if out.len() > 80 {
        let cut = out[..80].rfind('-').unwrap_or(80);
        out.truncate(cut);
    }
    let end = out.trim_end_matches('-').len();
    out.truncate(end);
    if out.is_empty() { "x".to_owned() } else { out }
}

/// The most that is kept of a product for the office's search, in characters: it stands in
/// indices, where PostgreSQL takes 2,700 bytes an entry. A SKU beyond it is found when given whole.
pub const FIND: usize = 400;

/// A text cut to what the search keeps.
pub fn bounded(find: &str) -> String {
    find.chars().take(FIND).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_are_plain() {
        assert_eq!(slugify("Ąžuolinis stalas „Nida“ 180×90"), "azuolinis-stalas-nida-180-90");
        assert_eq!(slugify("  --  "), "x");
        assert_eq!(slugify("Große Straße"), "grosse-strasse");
    }

    proptest! {
        #[test]
        fn a_slug_is_its_own_slug(text in ".{0,200}") {
            let slug = slugify(&text);
            prop_assert!(!slug.is_empty() && slug.len() <= 80);
            prop_assert_eq!(slugify(&slug), slug);
        }
    }
}
