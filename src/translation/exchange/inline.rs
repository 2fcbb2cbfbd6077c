//! Texts with their protected pieces as elements: what a translator's program shows as a tag that can be
//! moved and not mistyped. A piece has one number in source and translation; what it stands for is said
//! beside it, so that the file can be read without the shop.

use std::collections::HashMap;

use super::Unit;
use crate::{
    kernel::Locale,
    translation::protect::{Guarded, Inline, Names, Says, encoded, placed, same},
};

/// What stands between `<source>` and `</source>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Words(String),
    Alone(Tag),
    Open(Tag),
    /// By the `key` of what it closes.
    Close(String),
}

/// A tag by its name within its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tag {
    pub key: String,
    /// What it stands for; a program may have left it out where it copied the tag.
    pub says: Option<String>,
    /// The end of an element.
    pub close: Option<String>,
    /// It stands for HTML, not for words.
    pub markup: Option<bool>,
}

/// Both texts of a unit in parts. Only pieces that the translation has in common with its source are tags
/// in it; where one is written as nobody would expect, it is words.
pub(super) fn parts(unit: &Unit, names: &Names) -> (Vec<Part>, Vec<Part>) {
    let cut = |text: &str| if unit.rich { Guarded::rich(text, names) } else { Guarded::plain(text, names) }.inline();
    let (source, target) = (cut(&unit.source), cut(&unit.target));
    let mut written = Written::default();
    for piece in source.iter().cloned() {
        let n = number(&piece);
        written.put(piece, n.map(|n| (n + 1).to_string()));
    }
    let source_parts = std::mem::take(&mut written).parts;
    let mut pairing = Pairing { source: &source, used: vec![false; source.len()], way: (unit.from, unit.to) };
    for piece in target {
        let key = pairing.key(&piece, &written.words);
        written.put(piece, key);
    }
    (source_parts, written.parts)
}

fn number(piece: &Inline) -> Option<usize> {
    match piece {
        Inline::Words(_) => None,
        Inline::Stays { n, .. } | Inline::Open { n, .. } | Inline::Close { n } => Some(*n),
    }
}

struct Pairing<'a> {
    source: &'a [Inline],
    used: Vec<bool>,
    way: (Locale, Locale),
}

impl Pairing<'_> {
    /// The number that a piece of the translation has in the source; none makes words of it.
    fn key(&mut self, piece: &Inline, words: &str) -> Option<String> {
        let found = self.source.iter().zip(&self.used).position(|(ours, used)| !used && self.pairs(ours, piece, words))?;
        self.used[found] = true;
        number(&self.source[found]).map(|n| (n + 1).to_string())
    }

    fn pairs(&self, ours: &Inline, theirs: &Inline, words: &str) -> bool {
        match (ours, theirs) {
            (Inline::Stays { says: Says::Token(ours), .. }, Inline::Stays { says: Says::Token(theirs), .. }) => {
                // A tag that says what the source's says is read as the translator's program copies it.
                if ours == theirs { placed(words, ours, self.way) == *theirs } else { same(ours, theirs) }
            }
            (Inline::Stays { says: Says::Markup(ours), .. }, Inline::Stays { says: Says::Markup(theirs), .. }) => ours == theirs,
            (Inline::Open { open: a, close: x, .. }, Inline::Open { open: b, close: y, .. }) => (a, x) == (b, y),
            _ => false,
        }
    }
}

#[derive(Default)]
struct Written {
    parts: Vec<Part>,
    /// Since the last tag.
    words: String,
    /// Elements that are open, by their number in the text: their key, or how they end where they have none.
    open: HashMap<usize, (Option<String>, String)>,
    more: usize,
}

impl Written {
    fn put(&mut self, piece: Inline, key: Option<String>) {
        match piece {
            Inline::Words(words) => self.say(&words),
            Inline::Stays { says: Says::Token(text), .. } => match key {
                Some(key) => self.alone(key, text, false),
                None => self.say(&text),
            },
            Inline::Stays { says: Says::Markup(raw), .. } => {
                let key = key.unwrap_or_else(|| self.another());
                self.alone(key, raw, true);
            }
            Inline::Open { n, open, close } => {
                // An end that is written oddly could not be told from its beginning.
                let key = key.filter(|_| ends(&open).as_deref() == Some(close.as_str()));
                self.open.insert(n, (key.clone(), close.clone()));
                match key {
                    Some(key) => {
                        self.words.clear();
                        self.parts.push(Part::Open(Tag { key, says: Some(open), close: Some(close), markup: Some(true) }));
                    }
                    None => {
                        let key = self.another();
                        self.alone(key, open, true);
                    }
                }
            }
            Inline::Close { n } => match self.open.remove(&n) {
                Some((Some(key), _)) => {
                    self.words.clear();
                    self.parts.push(Part::Close(key));
                }
                Some((None, close)) => {
                    let key = self.another();
                    self.alone(key, close, true);
                }
                None => {}
            },
        }
    }

    fn say(&mut self, words: &str) {
        self.words.push_str(words);
        match self.parts.last_mut() {
            Some(Part::Words(last)) => last.push_str(words),
            _ => self.parts.push(Part::Words(words.to_owned())),
        }
    }

    fn alone(&mut self, key: String, says: String, markup: bool) {
        self.words.clear();
        self.parts.push(Part::Alone(Tag { key, says: Some(says), close: None, markup: Some(markup) }));
    }

    /// Markup that the source does not have, or not in this way.
    fn another(&mut self) -> String {
        self.more += 1;
        format!("a{}", self.more)
    }
}

/// The end of an element by its beginning.
pub(super) fn ends(open: &str) -> Option<String> {
    let name: String = open.strip_prefix('<')?.chars().take_while(char::is_ascii_alphanumeric).collect();
    (!name.is_empty()).then(|| format!("</{name}>"))
}

/// A text that was read.
pub(super) struct Reading {
    pub rich: bool,
    pub way: (Locale, Locale),
    /// What the source's tags stand for.
    known: HashMap<String, Tag>,
}

impl Reading {
    pub fn new(rich: bool, way: (Locale, Locale)) -> Self {
        Self { rich, way, known: HashMap::new() }
    }

    /// The source, whose tags say what they stand for.
    pub fn source(&mut self, parts: Vec<Part>) -> String {
        for part in &parts {
            if let Part::Alone(tag) | Part::Open(tag) = part {
                self.known.entry(tag.key.clone()).or_insert_with(|| tag.clone());
            }
        }
        self.text(parts, None)
    }

    /// The translation: a tag that was copied stands for what the source's does, a number as its language
    /// writes it.
    pub fn target(&self, parts: Vec<Part>) -> String {
        self.text(parts, Some(self.way))
    }

    fn text(&self, parts: Vec<Part>, way: Option<(Locale, Locale)>) -> String {
        let (mut out, mut words) = (String::new(), String::new());
        let mut open: Vec<(String, String)> = Vec::new();
        for part in parts {
            match part {
                Part::Words(said) => {
                    self.say(&mut out, &said);
                    words.push_str(&said);
                    continue;
                }
                Part::Alone(tag) => {
                    let ours = self.known.get(&tag.key);
                    let copied = ours.and_then(|ours| ours.says.as_ref());
                    let says = tag.says.as_ref().or(copied).cloned().unwrap_or_default();
                    if ours.and_then(|t| t.markup).or(tag.markup).unwrap_or_default() {
                        out.push_str(&says);
                    } else {
                        let moved = way.filter(|_| copied == Some(&says)).map(|way| placed(&words, &says, way));
                        self.say(&mut out, moved.as_ref().unwrap_or(&says));
                    }
                }
                Part::Open(tag) => {
                    let ours = self.known.get(&tag.key);
                    let says = tag.says.as_ref().or(ours.and_then(|t| t.says.as_ref())).cloned().unwrap_or_default();
                    let close = tag.close.or_else(|| ours.and_then(|t| t.close.clone())).or_else(|| ends(&says));
                    out.push_str(&says);
                    open.push((tag.key, close.unwrap_or_default()));
                }
                Part::Close(key) => {
                    if let Some(at) = open.iter().rposition(|(known, _)| *known == key) {
                        out.push_str(&open.remove(at).1);
                    }
                }
            }
            words.clear();
        }
        out
    }

    fn say(&self, out: &mut String, words: &str) {
        if self.rich { out.push_str(&encoded(words)) } else { out.push_str(words) }
    }
}
