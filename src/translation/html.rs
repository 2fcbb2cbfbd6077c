//! Rich texts are cleaned when they are set, so that showing one can never be a mistake.

use std::borrow::Cow;

/// Whether a field holds HTML.
pub(super) fn is_rich(field: &str) -> bool {
    matches!(field, "description" | "intro" | "body")
}

/// Tags that stand in texts of products and pages; without attributes and in good order they
/// need no parser.
const PLAIN: &[&str] = &["p", "br", "ul", "ol", "li", "strong", "em", "b", "i", "h2", "h3", "h4", "blockquote", "hr"];

/// What may be published of an HTML text: structure and links, no styles, scripts, pictures or
/// attributes by which a page could be changed.
pub fn clean(html: &str) -> Cow<'_, str> {
    if is_plain(html) {
        return Cow::Borrowed(html);
    }
    let mut builder = ammonia::Builder::empty();
    builder
        .add_tags(PLAIN)
        .add_tags(["a", "table", "thead", "tbody", "tr", "th", "td", "caption", "dl", "dt", "dd", "sup", "sub", "small"])
        .add_tag_attributes("a", ["href", "title"])
        .add_tag_attributes("th", ["scope", "colspan", "rowspan"])
        .add_tag_attributes("td", ["colspan", "rowspan"])
        .add_tag_attributes("h2", ["id"])
        .add_clean_content_tags(["script", "style"])
        .add_url_schemes(["http", "https", "mailto", "tel"])
        .url_relative(ammonia::UrlRelative::PassThrough)
        .link_rel(Some("noopener"));
    Cow::Owned(builder.clean(html).to_string())
}

/// A scan instead of a parser: only known tags, no attributes, each closed where it was opened.
/// Descriptions of an import look like this nearly always, and ammonia costs fifty times more.
fn is_plain(html: &str) -> bool {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let Some(end) = rest[start..].find('>') else { return false };
        let tag = &rest[start + 1..start + end];
        rest = &rest[start + end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                return false;
            }
        } else {
            let name = tag.strip_suffix('/').unwrap_or(tag).trim_end();
            if !PLAIN.contains(&name) {
                return false;
            }
            if !matches!(name, "br" | "hr") {
                open.push(name);
            }
        }
    }
    open.is_empty()
}

/// Control characters have no place in a text; line breaks and tabs stay.
pub(super) fn without_controls(text: String) -> String {
    if text.bytes().any(|b| b < 0x20 && !matches!(b, b'\n' | b'\t')) {
        return text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn structure_stays_and_the_rest_goes() {
        assert_eq!(clean("<p>Ąžuolas <strong>ir</strong> uosis</p>"), "<p>Ąžuolas <strong>ir</strong> uosis</p>");
        assert_eq!(clean("<p onclick='x()'>a</p><script>alert(1)</script>"), "<p>a</p>");
        assert_eq!(clean("<a href='javascript:x'>a</a>"), "<a rel=\"noopener\">a</a>");
        assert_eq!(clean("<ul><li>a"), "<ul><li>a</li></ul>");
        assert_eq!(clean("</div><p>a</p>"), "<p>a</p>");
    }

    proptest! {
        #[test]
        fn what_is_clean_stays_so(html in "(<[/a-z ='\"]{0,12}>?|[a-z &;<>]{0,6}){0,12}") {
            let once = clean(&html).into_owned();
            prop_assert!(!once.contains("<script") && !once.contains("onclick"));
            prop_assert_eq!(clean(&once).into_owned(), once);
        }
    }
}
