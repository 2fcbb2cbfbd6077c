//! What the tests share: the real `vitrina` process on a free port, and a small browserless
//! visitor that keeps its cookies.

mod process;
mod visitor;

pub use process::{Shop, engines, left_out};
pub use visitor::{Answer, Visitor};
