//! What a formula comes to: exact decimals, every operation checked.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{
    parser::{Function, Kind, Node, Op},
    token::At,
};
use crate::{
    configure::mistake::{Mistake, Wrong},
    kernel::round_half_away,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Number(Decimal),
    Truth(bool),
    Text(String),
}

impl Value {
    pub fn number(&self) -> Option<Decimal> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }
}

pub type Values = BTreeMap<String, Value>;

/// What the formula says of these values.
///
/// # Errors
/// Division by zero, a number that does not fit, a power that is none; each with its place.
pub fn evaluate(node: &Node, values: &Values) -> Result<Value, Mistake> {
    let number = |node: &Node| evaluate_number(node, values);
    Ok(match &node.kind {
        Kind::Number(number) => Value::Number(*number),
        Kind::Text(text) => Value::Text(text.clone()),
        Kind::Truth(truth) => Value::Truth(*truth),
        Kind::Name(name) => values.get(name).cloned().ok_or_else(|| Mistake::new(node.at, Wrong::Name, name))?,
        Kind::Not(inner) => Value::Truth(!evaluate_truth(inner, values)?),
        Kind::Minus(inner) => Value::Number(-number(inner)?),
        Kind::Percent(inner) => Value::Number(fits(number(inner)?.checked_div(Decimal::ONE_HUNDRED), node.at)?),
        Kind::Two(op, left, right) => two(*op, left, right, values, node.at)?,
        // Only the branch that holds is computed: `if(n > 0, 1 / n, 0)` does not divide by zero.
        Kind::Call(Function::If, arguments) => match arguments.as_slice() {
            [condition, yes, no] => evaluate(if evaluate_truth(condition, values)? { yes } else { no }, values)?,
            _ => return Err(Mistake::new(node.at, Wrong::Arguments, "if")),
        },
        Kind::Call(function, arguments) => {
            let numbers = arguments.iter().map(number).collect::<Result<Vec<_>, _>>()?;
            Value::Number(call(*function, &numbers, node.at)?)
        }
    })
}

/// # Errors
/// As [`evaluate`].
pub fn evaluate_number(node: &Node, values: &Values) -> Result<Decimal, Mistake> {
    evaluate(node, values)?.number().ok_or_else(|| Mistake::new(node.at, Wrong::NeedsNumber, ""))
}

/// # Errors
/// As [`evaluate`].
pub fn evaluate_truth(node: &Node, values: &Values) -> Result<bool, Mistake> {
    match evaluate(node, values)? {
        Value::Truth(truth) => Ok(truth),
        _ => Err(Mistake::new(node.at, Wrong::NeedsTruth, "")),
    }
}

fn fits(number: Option<Decimal>, at: At) -> Result<Decimal, Mistake> {
    number.ok_or_else(|| Mistake::new(at, Wrong::Overflow, ""))
}

fn two(op: Op, left: &Node, right: &Node, values: &Values, at: At) -> Result<Value, Mistake> {
    let truth = match op {
        Op::And => evaluate_truth(left, values)? && evaluate_truth(right, values)?,
        Op::Or => evaluate_truth(left, values)? || evaluate_truth(right, values)?,
        Op::Equal => evaluate(left, values)? == evaluate(right, values)?,
        Op::Unequal => evaluate(left, values)? != evaluate(right, values)?,
        _ => {
            let (a, b) = (evaluate_number(left, values)?, evaluate_number(right, values)?);
            return sum(op, a, b, at);
        }
    };
    Ok(Value::Truth(truth))
}

fn sum(op: Op, a: Decimal, b: Decimal, at: At) -> Result<Value, Mistake> {
    let number = match op {
        Op::Less => return Ok(Value::Truth(a < b)),
        Op::More => return Ok(Value::Truth(a > b)),
        Op::AtMost => return Ok(Value::Truth(a <= b)),
        Op::AtLeast => return Ok(Value::Truth(a >= b)),
        Op::Plus => a.checked_add(b),
        Op::Minus => a.checked_sub(b),
        Op::Times => a.checked_mul(b),
        Op::Over => Some(over(a, b, at)?),
        Op::Power => Some(power(a, b, at)?),
        Op::Or | Op::And | Op::Equal | Op::Unequal => None,
    };
    Ok(Value::Number(fits(number, at)?))
}

fn over(a: Decimal, b: Decimal, at: At) -> Result<Decimal, Mistake> {
    if b.is_zero() { Err(Mistake::new(at, Wrong::Zero, "")) } else { fits(a.checked_div(b), at) }
}

/// Powers up to ten by multiplying: exact, and bounded.
fn power(base: Decimal, exponent: Decimal, at: At) -> Result<Decimal, Mistake> {
    let times = u32::try_from(exponent).ok().filter(|n| *n <= 10 && exponent.is_integer());
    let times = times.ok_or_else(|| Mistake::new(at, Wrong::Power, exponent.normalize().to_string()))?;
    fits((0..times).try_fold(Decimal::ONE, |product, _| product.checked_mul(base)), at)
}

fn call(function: Function, numbers: &[Decimal], at: At) -> Result<Decimal, Mistake> {
    let x = numbers.first().copied().unwrap_or_default();
    let y = numbers.get(1).copied();
    let step = y.unwrap_or(Decimal::ONE);
    // To whole steps and back.
    let stepped = |whole: fn(&Decimal) -> Decimal| fits(whole(&over(x, step, at)?).checked_mul(step), at);
    Ok(match function {
        Function::If => return Err(Mistake::new(at, Wrong::Arguments, "if")),
        Function::Min => numbers.iter().copied().min().unwrap_or(x),
        Function::Max => numbers.iter().copied().max().unwrap_or(x),
        Function::Abs => x.abs(),
        Function::Round => {
            let places = y.unwrap_or_default();
            let places = u32::try_from(places).ok().filter(|n| *n <= 10 && places.is_integer());
            round_half_away(x, places.ok_or_else(|| Mistake::new(at, Wrong::Arguments, "round"))?)
        }
        Function::Ceil => x.ceil(),
        Function::Floor => x.floor(),
        Function::Up => stepped(Decimal::ceil)?,
        Function::Down => stepped(Decimal::floor)?,
        Function::Mod => {
            over(x, step, at)?;
            fits(x.checked_rem(step), at)?
        }
    })
}
