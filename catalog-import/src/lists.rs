//! Lists inside one cell: `Chairs > Oak | New`. A backslash keeps a separator.

/// Parts between `separator`, trimmed, empty ones left out; `\` escapes.
pub(crate) fn split(text: &str, separator: &str) -> Vec<String> {
    pieces(text, separator).into_iter().map(|p| unescape(p.trim())).filter(|p| !p.is_empty()).collect()
}

/// Like [`split`], but the parts keep their escapes, for splitting them again.
pub(crate) fn pieces<'t>(text: &'t str, separator: &str) -> Vec<&'t str> {
    let (mut parts, mut start, mut at) = (Vec::new(), 0, 0);
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with('\\') {
            at += 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
        } else if rest.starts_with(separator) {
            parts.push(&text[start..at]);
            at += separator.len();
            start = at;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    parts.push(&text[start.min(text.len())..]);
    parts
}

/// The first part and the rest, when `separator` stands in it unescaped.
pub(crate) fn halves<'t>(text: &'t str, separator: &str) -> (&'t str, Option<&'t str>) {
    let first = pieces(text, separator)[0];
    (first, text.get(first.len() + separator.len()..))
}

pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '|' | '>' | '=' | '[') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Only `\` before a separator (or itself) is an escape: `C:\pictures` stays.
pub(crate) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some('\\' | '|' | '>' | '=' | '[' | ',' | '/' | ';')) => out.extend(chars.next()),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_joined_comes_apart_again() {
        let words = ["a|b", "c > d", r"e\f", "g=h[i"];
        let joined = words.map(escape).join(" | ");
        assert_eq!(split(&joined, "|"), words);
    }

    #[test]
    fn halves_split_once() {
        assert_eq!(halves("a=b=c", "="), ("a", Some("b=c")));
        assert_eq!(halves("a", "="), ("a", None));
    }
}
