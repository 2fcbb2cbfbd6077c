//! A text as signs with their places.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::configure::mistake::{Mistake, Wrong};

/// A place in a text; both count from one, columns in letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct At {
    pub line: u32,
    pub column: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    Number(Decimal),
    /// A name, a keyword, or a name with what is asked of it: `board.price`.
    Word(String),
    Text(String),
    Sign(&'static str),
}

impl Token {
    /// As it would be written.
    pub fn shown(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Word(word) => word.clone(),
            Self::Text(text) => format!("'{text}'"),
            Self::Sign(sign) => (*sign).to_owned(),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Spot {
    pub token: Token,
    pub at: At,
}

/// Letters of a definition.
const LONGEST: usize = 20_000;
/// The longer first, so that `<=` is not read as `<`.
const SIGNS: &[&str] = &["..", "<=", ">=", "<>", "!=", "==", "+", "-", "*", "/", "^", "%", "(", ")", ",", "<", ">", "="];

/// Reads a text; `#` begins a remark that ends with its line.
///
/// # Errors
/// [`Wrong::Sign`], [`Wrong::Open`], [`Wrong::Digits`], [`Wrong::TooLong`].
pub fn read(text: &str) -> Result<Vec<Spot>, Mistake> {
    let mut at = At { line: 1, column: 1 };
    if text.chars().count() > LONGEST {
        return Err(Mistake::new(at, Wrong::TooLong, LONGEST.to_string()));
    }
    let (mut rest, mut spots) = (text, Vec::new());
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '\n' => {
                at = At { line: at.line + 1, column: 1 };
                rest = &rest[1..];
                continue;
            }
            '#' => (None, rest.find('\n').unwrap_or(rest.len())),
            c if c.is_whitespace() => (None, c.len_utf8()),
            c if c.is_ascii_digit() => number(rest, at)?,
            c if c.is_alphabetic() || c == '_' => word(rest),
            '\'' | '"' => quoted(rest, first, at)?,
            _ => sign(rest, at)?,
        };
        let step = u32::try_from(rest[..length].chars().count()).unwrap_or(u32::MAX);
        spots.extend(token.map(|token| Spot { token, at }));
        at.column += step;
        rest = &rest[length..];
    }
    Ok(spots)
}

type Found = (Option<Token>, usize);

fn number(text: &str, at: At) -> Result<Found, Mistake> {
    let digits = |from: usize| text[from..].bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits(0);
    // `1..5` is a range, not a number with an empty fraction.
    let fraction = if text[whole..].starts_with('.') { digits(whole + 1) } else { 0 };
    let length = if fraction > 0 { whole + 1 + fraction } else { whole };
    let wrong = || Mistake::new(at, Wrong::Digits, text[..length].chars().take(40).collect::<String>());
    let number = if length > 28 { Err(wrong())? } else { text[..length].parse().map_err(|_| wrong())? };
    Ok((Some(Token::Number(number)), length))
}

fn word(text: &str) -> Found {
    let letters = |from: usize| -> usize {
        text[from..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').map(char::len_utf8).sum()
    };
    let mut length = letters(0);
    let after = text[length..].strip_prefix('.').and_then(|t| t.chars().next());
    if after.is_some_and(char::is_alphabetic) {
        length += 1 + letters(length + 1);
    }
    (Some(Token::Word(text[..length].to_owned())), length)
}

fn quoted(text: &str, quote: char, at: At) -> Result<Found, Mistake> {
    let end = text[1..].find([quote, '\n']).filter(|end| text[1 + end..].starts_with(quote));
    let end = end.ok_or_else(|| Mistake::new(at, Wrong::Open, text.lines().next().unwrap_or_default()))?;
    Ok((Some(Token::Text(text[1..=end].to_owned())), end + 2))
}

fn sign(text: &str, at: At) -> Result<Found, Mistake> {
    match SIGNS.iter().find(|sign| text.starts_with(**sign)) {
        Some(sign) => Ok((Some(Token::Sign(sign)), sign.len())),
        None => Err(Mistake::new(at, Wrong::Sign, text.chars().take(1).collect::<String>())),
    }
}
