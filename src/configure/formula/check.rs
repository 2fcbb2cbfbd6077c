//! Types, before anything is computed: what passes here can only fail by its numbers.

use std::collections::BTreeMap;

use super::parser::{Function, Kind, Node, Op};
use crate::configure::mistake::{Mistake, Wrong};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    Number,
    Truth,
    Text,
    /// A text that is one of these.
    OneOf(Vec<String>),
}

impl Type {
    fn is_text(&self) -> bool {
        matches!(self, Self::Text | Self::OneOf(_))
    }
}

/// The names that a formula may use.
pub type Scope = BTreeMap<String, Type>;

/// The type of what a formula says.
///
/// # Errors
/// An unknown name, a text where a number belongs, an option that does not exist.
pub fn check(node: &Node, scope: &Scope) -> Result<Type, Mistake> {
    match &node.kind {
        Kind::Number(_) => Ok(Type::Number),
        Kind::Text(_) => Ok(Type::Text),
        Kind::Truth(_) => Ok(Type::Truth),
        Kind::Name(name) => scope.get(name).cloned().ok_or_else(|| Mistake::new(node.at, Wrong::Name, name)),
        Kind::Not(inner) => truth(inner, scope),
        Kind::Minus(inner) | Kind::Percent(inner) => number(inner, scope),
        Kind::Two(op, left, right) => two(*op, left, right, scope),
        Kind::Call(Function::If, arguments) => {
            let [condition, yes, no] = arguments.as_slice() else {
                return Err(Mistake::new(node.at, Wrong::Arguments, "if"));
            };
            truth(condition, scope)?;
            same(yes, no, scope)
        }
        Kind::Call(_, arguments) => {
            arguments.iter().try_for_each(|argument| number(argument, scope).map(drop))?;
            Ok(Type::Number)
        }
    }
}

/// # Errors
/// As [`check`]; [`Wrong::NeedsNumber`].
pub fn number(node: &Node, scope: &Scope) -> Result<Type, Mistake> {
    match check(node, scope)? {
        Type::Number => Ok(Type::Number),
        _ => Err(Mistake::new(node.at, Wrong::NeedsNumber, "")),
    }
}

fn truth(node: &Node, scope: &Scope) -> Result<Type, Mistake> {
    match check(node, scope)? {
        Type::Truth => Ok(Type::Truth),
        _ => Err(Mistake::new(node.at, Wrong::NeedsTruth, "")),
    }
}

fn two(op: Op, left: &Node, right: &Node, scope: &Scope) -> Result<Type, Mistake> {
    match op {
        Op::Or | Op::And => truth(left, scope).and_then(|_| truth(right, scope)),
        Op::Equal | Op::Unequal => {
            same(left, right, scope)?;
            is_option(left, right, scope)?;
            is_option(right, left, scope)?;
            Ok(Type::Truth)
        }
        Op::Less | Op::More | Op::AtMost | Op::AtLeast => {
            number(left, scope)?;
            number(right, scope)?;
            Ok(Type::Truth)
        }
        Op::Plus | Op::Minus | Op::Times | Op::Over | Op::Power => number(left, scope).and_then(|_| number(right, scope)),
    }
}

fn same(left: &Node, right: &Node, scope: &Scope) -> Result<Type, Mistake> {
    let (a, b) = (check(left, scope)?, check(right, scope)?);
    if a == b {
        return Ok(a);
    }
    if a.is_text() && b.is_text() { Ok(Type::Text) } else { Err(Mistake::new(right.at, Wrong::NeedsSame, "")) }
}

/// A literal that no choice offers would be a condition that never holds.
fn is_option(literal: &Node, choice: &Node, scope: &Scope) -> Result<(), Mistake> {
    let Kind::Text(text) = &literal.kind else { return Ok(()) };
    match check(choice, scope)? {
        Type::OneOf(options) if !options.contains(text) => Err(Mistake::new(literal.at, Wrong::Option, text)),
        _ => Ok(()),
    }
}
