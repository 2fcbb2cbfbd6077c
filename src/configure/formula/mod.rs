//! The language of formulas: every literal is a decimal, nothing repeats, so every formula ends.
//!
//! Numbers, `'texts'`, names, `+ - * / ^`, `10%` for a tenth, comparisons, `and or not`,
//! `if(c, a, b)`, `min max abs round ceil floor up down mod`. Length, depth and the number of
//! signs are bounded before anything is computed.

mod check;
mod eval;
mod parser;
#[cfg(test)]
mod tests;
mod token;

pub use check::{Scope, Type, check, number as check_number};
pub use eval::{Value, Values, evaluate, evaluate_number, evaluate_truth};
pub use parser::{Node, Parser, is_reserved};
pub use token::{At, Spot, Token, read};

#[cfg(test)]
use super::mistake::Mistake;
#[cfg(test)]
use parser::{Function, Kind, Op};

/// A formula that stands alone.
#[cfg(test)]
fn parse(text: &str) -> Result<Node, Mistake> {
    let spots = read(text)?;
    let mut parser = Parser::new(&spots);
    let node = parser.formula()?;
    parser.end()?;
    Ok(node)
}
