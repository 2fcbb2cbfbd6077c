//! Finds in a text what is the same in every language.

use std::ops::Range;

use super::{
    names::{Names, ends_word},
    numbers,
};

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Sort {
    /// `{{ name }}`, `{name}`, `{% if %}`
    Placeholder,
    /// Of the web or of a mailbox.
    Address,
    Name,
    /// Letters and figures together: a SKU, a norm, a thread.
    Code,
    /// A number, several with signs between them, with their unit.
    Number,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Found {
    pub at: Range<usize>,
    pub sort: Sort,
}

/// All pieces, in order, none within another.
pub(in super::super) fn find(text: &str, names: &Names) -> Vec<Found> {
    let mut found = Vec::new();
    let (mut at, mut before): (usize, Option<char>) = (0, None);
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        if let Some((sort, len)) = piece(rest, before, names) {
            found.push(Found { at: at..at + len, sort });
            before = rest[..len].chars().next_back();
            at += len;
        } else {
            before = Some(c);
            at += c.len_utf8();
        }
    }
    found
}

fn piece(rest: &str, before: Option<char>, names: &Names) -> Option<(Sort, usize)> {
    if rest.starts_with('{') {
        return placeholder(rest).map(|n| (Sort::Placeholder, n));
    }
    if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
        return None;
    }
    address(rest)
        .map(|n| (Sort::Address, n))
        .or_else(|| names.at(rest).map(|n| (Sort::Name, n)))
        .or_else(|| code(rest).map(|n| (Sort::Code, n)))
        .or_else(|| numbers::at(rest, before).map(|n| (Sort::Number, n)))
}

/// Longer ones are no placeholders but somebody's brackets.
const LONGEST: usize = 80;

fn placeholder(rest: &str) -> Option<usize> {
    let end = match rest.get(..2)? {
        "{{" => rest.find("}}")? + 2,
        "{%" => rest.find("%}")? + 2,
        _ => {
            let end = rest.find('}')? + 1;
            let inner = &rest[1..end - 1];
            let word = |c: char| c.is_alphanumeric() || "_.-".contains(c);
            if inner.is_empty() || !inner.chars().all(word) {
                return None;
            }
            end
        }
    };
    (end <= LONGEST && !rest[..end].contains('\n')).then_some(end)
}

fn address(rest: &str) -> Option<usize> {
    let head = rest.as_bytes();
    if matches!(head.first(), Some(b'h' | b'w'))
        && (rest.starts_with("https://") || rest.starts_with("http://") || rest.starts_with("www."))
    {
        let end = rest.find(|c: char| c.is_whitespace() || "<>\"„“”{}".contains(c)).unwrap_or(rest.len());
        let end = rest[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\'']).len();
        return (end > "http://".len()).then_some(end);
    }
    let local = head.iter().take_while(|b| b.is_ascii_alphanumeric() || b"._%+-".contains(b)).count();
    if local == 0 || head.get(local) != Some(&b'@') {
        return None;
    }
    let domain = head[local + 1..].iter().take_while(|b| b.is_ascii_alphanumeric() || b".-".contains(b)).count();
    let end = rest[..local + 1 + domain].trim_end_matches(['.', '-']).len();
    rest[local + 1..end.max(local + 1)].contains('.').then_some(end)
}

fn code(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    if !bytes.first()?.is_ascii_alphanumeric() {
        return None;
    }
    let run = bytes.iter().take_while(|b| b.is_ascii_alphanumeric() || b"-._/#".contains(b)).count();
    let run = rest[..run].trim_end_matches(['-', '.', '_', '/', '#']);
    let has = |test: fn(&u8) -> bool| run.bytes().any(|b| test(&b));
    let mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_uppercase);
    // "5-ių", "A4š": a letter of another alphabet goes on with the word.
    (mixed && ends_word(&rest[run.len()..])).then_some(run.len())
}
