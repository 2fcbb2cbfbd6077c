//! Descriptions as shops export them, made safe to show unescaped.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::Builder;

/// Sanitised HTML. Text without tags becomes paragraphs. Doing it twice
/// changes nothing. The flag says whether something was taken out that a
/// reader could miss (scripts, styles, pictures, frames).
pub(crate) fn clean(text: &str) -> (String, bool) {
    let text = text.trim();
    if !text.contains(['<', '&', '>']) {
        return (paragraphs(text).into_owned(), false);
    }
    let dropped = LOUD.iter().any(|tag| contains_tag(text, tag));
    let source = if text.contains('<') { Cow::Borrowed(text) } else { paragraphs(text) };
    // A tag inside what was removed can only appear after the first pass, so
    // that pass runs until nothing changes; two rounds are the rule.
    let mut clean = CLEANER.clean(&source).to_string();
    for _ in 0..3 {
        let again = CLEANER.clean(&clean).to_string();
        if again == clean {
            break;
        }
        clean = again;
    }
    (clean.trim().to_owned(), dropped)
}

/// Titles and names are plain text: tags go, the text stays.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains('<') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        let tag = &rest[open..];
        let looks_like_tag = tag[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
        match tag.find('>') {
            Some(close) if looks_like_tag => {
                out.push_str(&rest[..open]);
                rest = &tag[close + 1..];
            }
            _ => {
                out.push_str(&rest[..=open]);
                rest = &tag[1..];
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Tags whose loss changes what the text says or looks like.
const LOUD: &[&str] = &["script", "style", "img", "iframe", "video", "object", "form", "svg"];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(HashSet::from([
            "a",
            "b",
            "blockquote",
            "br",
            "caption",
            "dd",
            "dl",
            "dt",
            "em",
            "h2",
            "h3",
            "h4",
            "hr",
            "i",
            "li",
            "ol",
            "p",
            "s",
            "strong",
            "sub",
            "sup",
            "table",
            "tbody",
            "td",
            "tfoot",
            "th",
            "thead",
            "tr",
            "u",
            "ul",
        ]))
        .clean_content_tags(HashSet::from([
            "script", "style", "noscript", "iframe", "object", "svg", "math", "template", "title",
        ]))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href", "title"])),
            ("td", HashSet::from(["colspan", "rowspan"])),
            ("th", HashSet::from(["colspan", "rowspan", "scope"])),
        ]))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .link_rel(Some("noopener nofollow"));
    builder
});

fn paragraphs(text: &str) -> Cow<'_, str> {
    if !text.contains('\n') {
        return Cow::Borrowed(text);
    }
    let text = text.replace("\r\n", "\n");
    let parts = text.split("\n\n").map(str::trim).filter(|part| !part.is_empty());
    Cow::Owned(parts.map(|part| format!("<p>{}</p>", part.replace('\n', "<br>"))).collect())
}

fn contains_tag(text: &str, tag: &str) -> bool {
    text.match_indices('<')
        .any(|(at, _)| text.as_bytes()[at + 1..].get(..tag.len()).is_some_and(|word| word.eq_ignore_ascii_case(tag.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_go_lists_stay() {
        let (html, dropped) = clean("<ul><li onclick=x()>Ąžuolas</li></ul><script>alert(1)</script>");
        assert_eq!(html, "<ul><li>Ąžuolas</li></ul>");
        assert!(dropped);
    }

    #[test]
    fn dangerous_addresses_lose_their_link() {
        let (html, _) = clean("<a href=\"javascript:alert(1)\">x</a>");
        assert!(!html.contains("javascript"));
    }

    #[test]
    fn plain_text_becomes_paragraphs() {
        assert_eq!(clean("A\nB\n\nC & D").0, "<p>A<br>B</p><p>C &amp; D</p>");
    }

    #[test]
    fn titles_lose_tags_but_not_comparisons() {
        assert_eq!(plain("<b>Stalas</b> <2 m"), "Stalas <2 m");
    }
}
