//! What the tests share: the real `vitrina` process on a free port, and a small browserless
//! visitor that keeps its cookies, and stand-ins for Stripe and DeepL, a real engine where there is one.

// A checkout session of Stripe has more fields than the macro's usual depth allows.
#![recursion_limit = "256"]

pub mod apertium;
mod contract;
pub mod deepl;
mod process;
pub mod stripe;
mod visitor;

pub use contract::Contract;
pub use process::{Fresh, How, Shop, binary, engines, fresh_database, left_out, python, real_data};
pub use visitor::{Answer, Visitor};
