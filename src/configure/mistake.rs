//! What is wrong with a definition, and where.

use super::formula::At;
use crate::kernel;

/// A mistake of the person who writes: it names its place and what stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    pub at: At,
    pub wrong: Wrong,
    /// The piece of text that it is about, or what was expected there.
    pub what: String,
}

macro_rules! wrongs {
    ($($(#[$doc:meta])* $name:ident = $code:literal),+ $(,)?) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Wrong { $($(#[$doc])* $name),+ }

        impl Wrong {
            /// The text below `fault.`.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }
        }
    };
}

wrongs! {
    /// A sign that the language does not have.
    Sign = "configure.sign",
    /// A text without its closing quote.
    Open = "configure.open_text",
    /// A number of more digits than can be counted with.
    Digits = "configure.digits",
    /// Something else has to stand here: `what` says what.
    Expected = "configure.expected",
    ExpectedNumber = "configure.expected_number",
    ExpectedText = "configure.expected_text",
    ExpectedName = "configure.expected_name",
    ExpectedFormula = "configure.expected_formula",
    Unexpected = "configure.unexpected",
    TooLong = "configure.too_long",
    TooDeep = "configure.too_deep",
    Statement = "configure.statement",
    Name = "configure.no_name",
    Reserved = "configure.reserved",
    Twice = "configure.twice",
    Function = "configure.no_function",
    Arguments = "configure.arguments",
    NeedsNumber = "configure.needs_number",
    NeedsTruth = "configure.needs_truth",
    NeedsSame = "configure.needs_same",
    Option = "configure.no_option",
    Unpriced = "configure.unpriced",
    Range = "configure.range",
    Percent = "configure.percent",
    Nothing = "configure.nothing",
    Zero = "configure.zero",
    Power = "configure.power",
    Overflow = "configure.overflow",
    Negative = "configure.negative",
    Mixed = "configure.mixed",
    Whole = "configure.whole",
}

impl Mistake {
    pub fn new(at: At, wrong: Wrong, what: impl Into<String>) -> Self {
        Self { at, wrong, what: what.into() }
    }
}

impl From<Mistake> for kernel::Fault {
    fn from(m: Mistake) -> Self {
        Self::invalid("source", m.wrong.code()).arg("line", m.at.line).arg("column", m.at.column).arg("what", m.what)
    }
}
