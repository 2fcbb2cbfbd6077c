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

/// A cleaned text without its tags; a tag parts words. In a cleaned text a `<` is always the
/// beginning of a tag.
pub fn words(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    for piece in html.split('<') {
        // What stands before the first tag has no end of a tag in it.
        match piece.split_once('>').filter(|_| piece.len() < html.len()) {
            Some((_, text)) => {
                out.push(' ');
                out.push_str(text);
            }
            None => out.push_str(piece),
        }
    }
    without_entities(out)
}

/// A cleaned text as paragraphs of a letter without markup: a line each, points with a dash.
pub fn lines(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((text, tagged)) = rest.split_once('<') {
        out.push_str(text);
        let Some((tag, after)) = tagged.split_once('>') else { break };
        match tag.split([' ', '/']).find(|t| !t.is_empty()).unwrap_or_default() {
            "li" if !tag.starts_with('/') => out.push_str("\n- "),
            "td" | "th" => out.push(' '),
            "p" | "h2" | "h3" | "h4" | "ul" | "ol" | "table" | "blockquote" => out.push_str("\n\n"),
            "br" | "tr" | "dt" | "dd" => out.push('\n'),
            _ => {}
        }
        rest = after;
    }
    out.push_str(rest);
    let mut tidy = String::with_capacity(out.len());
    for line in without_entities(out).lines().map(str::trim) {
        // A paragraph's end and the next one's beginning are one empty line.
        if !(line.is_empty() && (tidy.is_empty() || tidy.ends_with("\n\n"))) {
            tidy.push_str(line);
            tidy.push('\n');
        }
    }
    tidy.trim_end().to_owned()
}

fn without_entities(mut text: String) -> String {
    for (entity, c) in [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")] {
        if text.contains(entity) {
            text = text.replace(entity, c);
        }
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

    #[test]
    fn a_text_without_markup_is_read_as_easily() {
        let html = "<h2>Grąžinimas</h2><p>14 dienų &amp; ne trumpiau.<br>Taip.</p><ul><li>Rašykite</li><li>Skambinkite</li></ul>";
        assert_eq!(lines(html), "Grąžinimas\n\n14 dienų & ne trumpiau.\nTaip.\n\n- Rašykite\n- Skambinkite");
        let joined = |html: &str| words(html).split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(joined("<p>Ąžuolas</p><p>uosis &amp; klevas</p>"), "Ąžuolas uosis & klevas");
        assert_eq!(joined("be žymių > čia"), "be žymių > čia");
    }

    proptest! {
        #[test]
        fn no_tag_is_left_in_plain_text(html in "(<[/a-z ='\"]{0,12}>?|[a-z &;]{0,6}){0,12}") {
            let clean = clean(&html);
            let written = clean.contains("&lt;");
            prop_assert!(written || !(lines(&clean).contains('<') || words(&clean).contains('<')));
        }

        #[test]
        fn what_is_clean_stays_so(html in "(<[/a-z ='\"]{0,12}>?|[a-z &;<>]{0,6}){0,12}") {
            let once = clean(&html).into_owned();
            prop_assert!(!once.contains("<script") && !once.contains("onclick"));
            prop_assert_eq!(clean(&once).into_owned(), once);
        }
    }
}
