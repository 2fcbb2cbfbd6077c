//! A text as formats with elements within their texts have it.

use super::{
    names::Names,
    numbers,
    pieces::{Guarded, Kept, Piece, encode, shouts_before},
    tokens::{Sort, find},
};
use crate::kernel::Locale;

/// A piece of a text, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline {
    /// Decoded, where the text is HTML.
    Words(String),
    /// Stays as it is; `n` counts the text's pieces that stay.
    Stays {
        n: usize,
        says: Says,
    },
    Open {
        n: usize,
        open: String,
        close: String,
    },
    Close {
        n: usize,
    },
}

/// What stands in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Says {
    /// Decoded: a number, a code, an address, a placeholder, a name.
    Token(String),
    /// HTML as it is written: `<br>`, `&auml;`.
    Markup(String),
}

impl Guarded {
    pub fn inline(&self) -> Vec<Inline> {
        let piece = |piece: &Piece| match piece {
            Piece::Words(words) => Inline::Words(words.clone()),
            Piece::Close(n) => Inline::Close { n: *n },
            Piece::Kept(n) | Piece::Open(n) => match &self.kept[*n] {
                Kept::Raw(raw) => Inline::Stays { n: *n, says: Says::Markup(raw.clone()) },
                Kept::Token(_, text) => Inline::Stays { n: *n, says: Says::Token(text.clone()) },
                Kept::Element { open, close, .. } => Inline::Open { n: *n, open: open.clone(), close: close.clone() },
            },
        };
        self.pieces.iter().map(piece).collect()
    }
}

/// A token as it stands behind these words in another language: numbers are written as it writes them.
pub fn placed(words: &str, token: &str, (from, to): (Locale, Locale)) -> String {
    let found = find(token, &Names::default());
    let number = matches!(found.as_slice(), [one] if one.sort == Sort::Number && one.at == (0..token.len()));
    if number && !shouts_before(words) { numbers::localised(token, from, to) } else { token.to_owned() }
}

/// Whether two tokens are the same one in two languages: the same words, or the same figures.
pub fn same(ours: &str, theirs: &str) -> bool {
    let figures = numbers::canonical(ours);
    ours == theirs || !figures.is_empty() && bare(ours) == bare(theirs) && figures == numbers::canonical(theirs)
}

/// What a number says beside its figures: units and signs, in whichever order.
fn bare(token: &str) -> Vec<char> {
    let mut all: Vec<char> =
        token.chars().filter(|c| !c.is_ascii_digit() && !c.is_whitespace() && !".,'-".contains(*c)).collect();
    all.sort_unstable();
    all
}

/// Words as HTML has them.
pub fn encoded(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    encode(&mut out, words);
    out
}
