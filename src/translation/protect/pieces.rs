//! A text in pieces: words that are translated, and what stays.

use super::{
    names::Names,
    numbers,
    tokens::{Sort, find},
};
use crate::kernel::Locale;

/// A text whose pieces that stay are known by number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guarded {
    pub(super) pieces: Vec<Piece>,
    pub(super) kept: Vec<Kept>,
    rich: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Words(String),
    /// A piece that stays, by its place in `kept`.
    Kept(usize),
    Open(usize),
    Close(usize),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// Written as the source has it.
    Raw(String),
    Token(Sort, String),
    Element {
        open: String,
        close: String,
        block: bool,
    },
}

/// Elements around sentences; others stand within one.
const BLOCKS: &[&str] = &[
    "p",
    "ul",
    "ol",
    "li",
    "h2",
    "h3",
    "h4",
    "blockquote",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "caption",
    "dl",
    "dt",
    "dd",
];

impl Guarded {
    /// A text without markup.
    pub fn plain(text: &str, names: &Names) -> Self {
        let mut cut = Cut { names, out: Self { pieces: Vec::new(), kept: Vec::new(), rich: false } };
        cut.words(text);
        cut.out
    }

    /// A cleaned HTML text.
    pub fn rich(html: &str, names: &Names) -> Self {
        let mut cut = Cut { names, out: Self { pieces: Vec::new(), kept: Vec::new(), rich: true } };
        let scraps = scraps(html);
        let partners = partners(&scraps);
        let mut ids = vec![None; scraps.len()];
        for (i, scrap) in scraps.iter().enumerate() {
            match (scrap, partners[i]) {
                (Scrap::Words(words), _) => cut.words(words),
                (Scrap::Tag { raw, name, .. }, Some(other)) if other > i => {
                    let Scrap::Tag { raw: close, .. } = &scraps[other] else { continue };
                    let block = BLOCKS.contains(name);
                    ids[i] = Some(cut.out.kept.len());
                    cut.out.pieces.push(Piece::Open(cut.out.kept.len()));
                    cut.out.kept.push(Kept::Element { open: (*raw).to_owned(), close: (*close).to_owned(), block });
                }
                (Scrap::Tag { .. }, Some(other)) => cut.out.pieces.extend(ids[other].map(Piece::Close)),
                (Scrap::Tag { raw, .. }, None) => cut.keep(Kept::Raw((*raw).to_owned())),
                (Scrap::Raw(raw), _) => cut.keep(Kept::Raw((*raw).to_owned())),
            }
        }
        cut.out
    }

    /// Characters of the words, which is what providers count: Unicode code points.
    pub fn characters(&self) -> usize {
        self.words().map(|w| w.chars().count()).sum()
    }

    /// Whether there is anything to translate at all.
    pub fn has_words(&self) -> bool {
        self.words().any(|w| w.chars().any(char::is_alphabetic))
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|p| if let Piece::Words(w) = p { Some(w.as_str()) } else { None })
    }

    /// The text as it was.
    pub fn original(&self) -> String {
        self.written(&self.pieces, None)
    }

    /// The same for a text that needs no translator: its numbers as the other language writes them.
    pub fn carried(&self, from: Locale, to: Locale) -> String {
        self.written(&self.pieces, Some((from, to)))
    }

    pub(super) fn written(&self, pieces: &[Piece], way: Option<(Locale, Locale)>) -> String {
        let mut out = String::new();
        let said = |out: &mut String, text: &str| if self.rich { encode(out, text) } else { out.push_str(text) };
        // "USB 3.0" is a name, not a number to be written otherwise.
        let mut shouted = false;
        for piece in pieces {
            match piece {
                Piece::Words(words) => {
                    shouted = shouts_before(words);
                    said(&mut out, words);
                    continue;
                }
                Piece::Kept(i) => match (&self.kept[*i], way) {
                    (Kept::Token(Sort::Number, text), Some((from, to))) if !shouted => {
                        said(&mut out, &numbers::localised(text, from, to));
                    }
                    (Kept::Token(_, text), _) => said(&mut out, text),
                    (Kept::Raw(raw), _) => out.push_str(raw),
                    (Kept::Element { .. }, _) => {}
                },
                Piece::Open(i) | Piece::Close(i) => {
                    if let Kept::Element { open, close, .. } = &self.kept[*i] {
                        out.push_str(if matches!(piece, Piece::Open(_)) { open } else { close });
                    }
                }
            }
            shouted = false;
        }
        out
    }
}

/// Whether these words end with a name like USB, of which the next number is a part.
pub(super) fn shouts_before(words: &str) -> bool {
    words.trim_end().len() < words.len() && words.split_whitespace().last().is_some_and(shouts)
}

fn shouts(word: &str) -> bool {
    word.len() >= 2 && word.chars().all(|c| c.is_ascii_uppercase() || c == '-')
}

struct Cut<'a> {
    names: &'a Names,
    out: Guarded,
}

impl Cut<'_> {
    fn keep(&mut self, kept: Kept) {
        self.out.pieces.push(Piece::Kept(self.out.kept.len()));
        self.out.kept.push(kept);
    }

    fn words(&mut self, text: &str) {
        let mut from = 0;
        for found in find(text, self.names) {
            self.say(&text[from..found.at.start]);
            self.keep(Kept::Token(found.sort, text[found.at.clone()].to_owned()));
            from = found.at.end;
        }
        self.say(&text[from..]);
    }

    /// Characters that XML does not know cannot travel in it.
    fn say(&mut self, text: &str) {
        let mut from = 0;
        for (at, c) in text.char_indices() {
            if !travels(c) {
                self.push(&text[from..at]);
                self.keep(Kept::Raw(c.to_string()));
                from = at + c.len_utf8();
            }
        }
        self.push(&text[from..]);
    }

    fn push(&mut self, text: &str) {
        if !text.is_empty() {
            self.out.pieces.push(Piece::Words(text.to_owned()));
        }
    }
}

fn travels(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}') || matches!(c, '\n' | '\t')
}

enum Scrap<'a> {
    /// Decoded.
    Words(String),
    Tag {
        raw: &'a str,
        name: &'a str,
        close: bool,
    },
    /// An entity, a sign out of place, a comment: it stays as it is.
    Raw(&'a str),
}

fn scraps(html: &str) -> Vec<Scrap<'_>> {
    let mut all = Vec::new();
    let mut words = String::new();
    let mut rest = html;
    while let Some(c) = rest.chars().next() {
        let (scrap, len) = match c {
            '<' => tag(rest),
            '&' => match entity(rest) {
                (Some(decoded), len) => {
                    words.push(decoded);
                    rest = &rest[len..];
                    continue;
                }
                (None, len) => (Scrap::Raw(&rest[..len]), len),
            },
            // They would come back as entities.
            '>' | '\u{a0}' => (Scrap::Raw(&rest[..c.len_utf8()]), c.len_utf8()),
            _ => {
                words.push(c);
                rest = &rest[c.len_utf8()..];
                continue;
            }
        };
        if !words.is_empty() {
            all.push(Scrap::Words(std::mem::take(&mut words)));
        }
        all.push(scrap);
        rest = &rest[len..];
    }
    if !words.is_empty() {
        all.push(Scrap::Words(words));
    }
    all
}

fn tag(rest: &str) -> (Scrap<'_>, usize) {
    let Some(end) = rest.find('>').filter(|end| !rest[1..*end].contains('<')) else { return (Scrap::Raw(&rest[..1]), 1) };
    let (raw, inner) = (&rest[..=end], &rest[1..end]);
    let (close, named) = inner.strip_prefix('/').map_or((false, inner), |n| (true, n));
    let name = &named[..named.bytes().take_while(u8::is_ascii_alphanumeric).count()];
    let alone = matches!(name, "br" | "hr" | "img" | "wbr") || inner.ends_with('/');
    if name.is_empty() || alone {
        return (Scrap::Raw(raw), raw.len());
    }
    (Scrap::Tag { raw, name, close }, raw.len())
}

/// Entities that are written the same way when the text is put together again.
fn entity(rest: &str) -> (Option<char>, usize) {
    for (entity, c) in [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&nbsp;", '\u{a0}')] {
        if rest.starts_with(entity) {
            return (Some(c), entity.len());
        }
    }
    let len = 1 + rest[1..].bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'#').count();
    (None, if rest[len..].starts_with(';') { len + 1 } else { 1 })
}

pub(super) fn encode(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\u{a0}' => out.push_str("&nbsp;"),
            c => out.push(c),
        }
    }
}

/// Which end belongs to which beginning; what has no partner stands alone.
fn partners(scraps: &[Scrap]) -> Vec<Option<usize>> {
    let mut partners = vec![None; scraps.len()];
    let mut open: Vec<(usize, &str)> = Vec::new();
    for (i, scrap) in scraps.iter().enumerate() {
        let Scrap::Tag { name, close, .. } = scrap else { continue };
        if !close {
            open.push((i, name));
        } else if let Some(at) = open.iter().rposition(|(_, n)| n == name) {
            (partners[i], partners[open[at].0]) = (Some(open[at].0), Some(i));
            open.truncate(at);
        }
    }
    partners
}

/// The tags of a text in alphabetical order, to compare two texts by.
pub(in super::super) fn tags(html: &str) -> Vec<&str> {
    let mut all: Vec<&str> = scraps_of_tags(html).collect();
    all.sort_unstable();
    all
}

fn scraps_of_tags(html: &str) -> impl Iterator<Item = &str> {
    let raw = |scrap| match scrap {
        Scrap::Tag { raw, .. } => Some(raw),
        Scrap::Raw(raw) if raw.len() > 1 && raw.starts_with('<') => Some(raw),
        _ => None,
    };
    scraps(html).into_iter().filter_map(raw)
}
