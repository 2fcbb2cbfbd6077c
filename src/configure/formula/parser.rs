//! A Pratt parser: each sign has a strength with which it binds what stands beside it.

use rust_decimal::Decimal;

use super::token::{At, Spot, Token};
use crate::configure::mistake::{Mistake, Wrong};

#[derive(Clone, Debug)]
pub struct Node {
    pub at: At,
    pub kind: Kind,
}

#[derive(Clone, Debug)]
pub enum Kind {
    Number(Decimal),
    Text(String),
    Truth(bool),
    Name(String),
    Not(Box<Node>),
    Minus(Box<Node>),
    /// `x%`: x hundredths.
    Percent(Box<Node>),
    Two(Op, Box<Node>, Box<Node>),
    Call(Function, Vec<Node>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    Or,
    And,
    Equal,
    Unequal,
    Less,
    More,
    AtMost,
    AtLeast,
    Plus,
    Minus,
    Times,
    Over,
    Power,
}

impl Op {
    /// How it is written, and how strongly it binds to the left and to the right.
    const TABLE: &'static [(&'static str, Self, u8, u8)] = &[
        ("or", Self::Or, 1, 2),
        ("and", Self::And, 3, 4),
        ("=", Self::Equal, 6, 7),
        ("==", Self::Equal, 6, 7),
        ("<>", Self::Unequal, 6, 7),
        ("!=", Self::Unequal, 6, 7),
        ("<=", Self::AtMost, 6, 7),
        (">=", Self::AtLeast, 6, 7),
        ("<", Self::Less, 6, 7),
        (">", Self::More, 6, 7),
        ("+", Self::Plus, 8, 9),
        ("-", Self::Minus, 8, 9),
        ("*", Self::Times, 10, 11),
        ("/", Self::Over, 10, 11),
        // To the right: 2^3^2 is 2^9.
        ("^", Self::Power, 15, 14),
    ];
    pub fn sign(self) -> &'static str {
        Self::TABLE.iter().find(|row| row.1 == self).map_or("?", |row| row.0)
    }
}

/// `not` binds weaker than a comparison, a minus stronger than `*` and weaker than `^`.
const NOT: u8 = 5;
const MINUS: u8 = 12;
const PERCENT: u8 = 17;

macro_rules! functions {
    ($($name:ident = $word:literal, $least:literal..=$most:literal;)+) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Function { $($name),+ }

        impl Function {
            pub const ALL: &'static [Self] = &[$(Self::$name),+];
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }
            /// How many arguments it takes.
            pub fn takes(self) -> std::ops::RangeInclusive<usize> {
                match self { $(Self::$name => $least..=$most),+ }
            }
        }
    };
}

functions! {
    If = "if", 3..=3;
    Min = "min", 1..=20;
    Max = "max", 1..=20;
    Abs = "abs", 1..=1;
    Round = "round", 1..=2;
    Ceil = "ceil", 1..=1;
    Floor = "floor", 1..=1;
    Up = "up", 2..=2;
    Down = "down", 2..=2;
    Mod = "mod", 2..=2;
}

/// Words that mean something to the language: nothing else may be called so.
pub fn is_reserved(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "and", "or", "not", "true", "false", "of", "unit", "step", "default", "max", "optional", "else", "waste", "at", "when",
        "setup", "each", "rate", "pieces",
    ];
    WORDS.contains(&word) || Function::ALL.iter().any(|f| f.word() == word)
}

/// Reads formulas, and what stands between them, from signs.
pub struct Parser<'a> {
    spots: &'a [Spot],
    next: usize,
    depth: usize,
    nodes: usize,
}

/// Brackets within brackets.
const DEEPEST: usize = 40;
/// Signs of one formula: also what bounds the depth of `1+1+1+…`, which leans to the left.
const MOST: usize = 400;

impl<'a> Parser<'a> {
    pub fn new(spots: &'a [Spot]) -> Self {
        Self { spots, next: 0, depth: 0, nodes: 0 }
    }

    /// Where the next sign stands, or where the last one ended.
    pub fn at(&self) -> At {
        match (self.spots.get(self.next), self.spots.last()) {
            (Some(spot), _) => spot.at,
            (None, Some(last)) => {
                let wide = u32::try_from(last.token.shown().chars().count()).unwrap_or(0);
                At { column: last.at.column + wide, ..last.at }
            }
            (None, None) => At { line: 1, column: 1 },
        }
    }
    pub fn peek(&self) -> Option<&'a Token> {
        self.spots.get(self.next).map(|spot| &spot.token)
    }
    pub fn take(&mut self) -> Option<&'a Token> {
        let token = self.peek();
        self.next += usize::from(token.is_some());
        token
    }
    /// Takes a keyword or a sign if it is the next one.
    pub fn eat(&mut self, wanted: &str) -> bool {
        let here = match self.peek() {
            Some(Token::Word(word)) => word == wanted,
            Some(Token::Sign(sign)) => *sign == wanted,
            _ => false,
        };
        self.next += usize::from(here);
        here
    }
    /// # Errors
    /// [`Wrong::Expected`].
    pub fn expect(&mut self, wanted: &str) -> Result<(), Mistake> {
        if self.eat(wanted) { Ok(()) } else { Err(self.wrong(Wrong::Expected, wanted)) }
    }
    /// # Errors
    /// [`Wrong::Unexpected`] when something is left.
    pub fn end(&self) -> Result<(), Mistake> {
        match self.peek() {
            None => Ok(()),
            Some(token) => Err(self.wrong(Wrong::Unexpected, token.shown())),
        }
    }
    pub fn wrong(&self, wrong: Wrong, what: impl Into<String>) -> Mistake {
        Mistake::new(self.at(), wrong, what)
    }
    fn shown(&self) -> String {
        self.peek().map_or_else(String::new, Token::shown)
    }

    /// A formula: as far as it reaches.
    ///
    /// # Errors
    /// A mistake with its place.
    pub fn formula(&mut self) -> Result<Node, Mistake> {
        (self.depth, self.nodes) = (0, 0);
        self.binding(0)
    }

    fn binding(&mut self, least: u8) -> Result<Node, Mistake> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.wrong(Wrong::TooDeep, DEEPEST.to_string()));
        }
        let mut left = self.first()?;
        loop {
            let at = self.at();
            if self.peek() == Some(&Token::Sign("%")) && PERCENT >= least {
                self.next += 1;
                left = self.node(at, Kind::Percent(Box::new(left)))?;
                continue;
            }
            let Some((op, _, right)) = self.operator().filter(|(_, strength, _)| *strength >= least) else { break };
            self.next += 1;
            let other = self.binding(right)?;
            left = self.node(at, Kind::Two(op, Box::new(left), Box::new(other)))?;
        }
        self.depth -= 1;
        Ok(left)
    }

    fn operator(&self) -> Option<(Op, u8, u8)> {
        let written = match self.peek()? {
            Token::Word(word) => word.as_str(),
            Token::Sign(sign) => sign,
            _ => return None,
        };
        Op::TABLE.iter().find(|row| row.0 == written).map(|row| (row.1, row.2, row.3))
    }

    fn first(&mut self) -> Result<Node, Mistake> {
        let (at, shown) = (self.at(), self.shown());
        let wrong = Mistake::new(at, Wrong::ExpectedFormula, shown);
        let kind = match self.take().ok_or_else(|| wrong.clone())? {
            Token::Number(number) => Kind::Number(*number),
            Token::Text(text) => Kind::Text(text.clone()),
            Token::Sign("(") => {
                let inner = self.binding(0)?;
                self.expect(")")?;
                return Ok(inner);
            }
            Token::Sign("-") => Kind::Minus(Box::new(self.binding(MINUS)?)),
            Token::Word(word) => match word.as_str() {
                "true" => Kind::Truth(true),
                "false" => Kind::Truth(false),
                "not" => Kind::Not(Box::new(self.binding(NOT)?)),
                name if self.peek() == Some(&Token::Sign("(")) => self.call(name, at)?,
                name if is_reserved(name) && name != "pieces" => return Err(wrong),
                name => Kind::Name(name.to_owned()),
            },
            Token::Sign(_) => return Err(wrong),
        };
        self.node(at, kind)
    }

    fn call(&mut self, name: &str, at: At) -> Result<Kind, Mistake> {
        let function = Function::ALL.iter().copied().find(|f| f.word() == name);
        let function = function.ok_or_else(|| Mistake::new(at, Wrong::Function, name))?;
        self.expect("(")?;
        let mut arguments = vec![self.binding(0)?];
        while self.eat(",") {
            arguments.push(self.binding(0)?);
        }
        self.expect(")")?;
        if !function.takes().contains(&arguments.len()) {
            return Err(Mistake::new(at, Wrong::Arguments, name));
        }
        Ok(Kind::Call(function, arguments))
    }

    fn node(&mut self, at: At, kind: Kind) -> Result<Node, Mistake> {
        self.nodes += 1;
        if self.nodes > MOST { Err(Mistake::new(at, Wrong::TooLong, MOST.to_string())) } else { Ok(Node { at, kind }) }
    }
}
