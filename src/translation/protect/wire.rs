//! To the translator and back.

use std::fmt::Write;

use super::pieces::{Guarded, Kept, Piece};
use crate::kernel::Locale;

/// Why an answer cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Spoiled {
    #[error("a protected piece was lost")]
    Lost,
    #[error("a protected piece came twice")]
    Twice,
    #[error("the markup is crossed or unknown")]
    Broken,
}

impl Guarded {
    /// The text as XML.
    pub fn wire(&self) -> String {
        let mut out = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Words(words) => escape(&mut out, words),
                Piece::Kept(i) => drop(write!(out, "<x id=\"{}\"/>", i + 1)),
                Piece::Open(i) => drop(write!(out, "<{} id=\"{}\">", self.element(*i), i + 1)),
                Piece::Close(i) => drop(write!(out, "</{}>", self.element(*i))),
            }
        }
        out
    }

    fn element(&self, i: usize) -> &'static str {
        if matches!(self.kept[i], Kept::Element { block: true, .. }) { "p" } else { "g" }
    }

    /// Puts a translated text together; numbers are written as the other language does.
    ///
    /// # Errors
    /// [`Spoiled`] when not every piece came back once and in good order.
    pub fn restore(&self, answer: &str, from: Locale, to: Locale) -> Result<String, Spoiled> {
        let pieces = self.read(answer)?;
        Ok(self.written(&pieces, Some((from, to))))
    }

    /// The same with everything as it was written: what comes back is what went out.
    ///
    /// # Errors
    /// As [`Guarded::restore`].
    pub fn restore_as_is(&self, answer: &str) -> Result<String, Spoiled> {
        Ok(self.written(&self.read(answer)?, None))
    }

    fn read(&self, answer: &str) -> Result<Vec<Piece>, Spoiled> {
        let (mut pieces, mut open) = (Vec::new(), Vec::new());
        let mut seen = vec![false; self.kept.len()];
        let mut once = |i: usize| if std::mem::replace(&mut seen[i], true) { Err(Spoiled::Twice) } else { Ok(i) };
        let mut rest = answer;
        while !rest.is_empty() {
            let (words, after) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
            if !words.is_empty() {
                pieces.push(Piece::Words(unescape(words)?));
            }
            if after.is_empty() {
                break;
            }
            let end = after.find('>').ok_or(Spoiled::Broken)?;
            let tag = &after[1..end];
            rest = &after[end + 1..];
            if let Some(name) = tag.strip_prefix('/') {
                let i: usize = open.pop().ok_or(Spoiled::Broken)?;
                if self.element(i) != name.trim() {
                    return Err(Spoiled::Broken);
                }
                pieces.push(Piece::Close(i));
                continue;
            }
            let i = once(self.number(tag)?)?;
            if tag.starts_with('x') {
                // `<x id="1"></x>` is the same.
                rest = if tag.ends_with('/') { rest } else { rest.strip_prefix("</x>").ok_or(Spoiled::Broken)? };
                pieces.push(Piece::Kept(i));
            } else {
                pieces.push(Piece::Open(i));
                if tag.ends_with('/') { pieces.push(Piece::Close(i)) } else { open.push(i) }
            }
        }
        if !open.is_empty() {
            return Err(Spoiled::Broken);
        }
        if seen.contains(&false) { Err(Spoiled::Lost) } else { Ok(pieces) }
    }

    /// Which piece a tag is: its element must be the piece's.
    fn number(&self, tag: &str) -> Result<usize, Spoiled> {
        let tag = tag.strip_suffix('/').unwrap_or(tag).trim_end();
        let (name, rest) = tag.split_once(' ').ok_or(Spoiled::Broken)?;
        let id = rest.trim().strip_prefix("id=").ok_or(Spoiled::Broken)?.trim_matches(['"', '\'']);
        let i =
            id.parse::<usize>().ok().and_then(|n| n.checked_sub(1)).filter(|i| *i < self.kept.len()).ok_or(Spoiled::Broken)?;
        let fits = match &self.kept[i] {
            Kept::Element { .. } => name == self.element(i),
            _ => name == "x",
        };
        if fits { Ok(i) } else { Err(Spoiled::Broken) }
    }
}

fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
    }
}

fn unescape(text: &str) -> Result<String, Spoiled> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let (entity, tail) = after.split_once(';').filter(|(e, _)| e.len() <= 8).ok_or(Spoiled::Broken)?;
        let number = |n: &str| n.strip_prefix('x').map_or_else(|| n.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok());
        out.push(match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            "nbsp" => '\u{a0}',
            _ => entity.strip_prefix('#').and_then(number).and_then(char::from_u32).ok_or(Spoiled::Broken)?,
        });
        rest = tail;
    }
    out.push_str(rest);
    Ok(out)
}
