//! Every text of the shop, in every language, in one table.
//!
//! The promise: a text knows where it came from (a person, a machine, the memory, the
//! catalogue) and whether it still says what its source says. The text written first is the
//! source; when it changes, its translations go stale and stay readable. What is missing in a
//! language is found while reading (the language asked for, then the source, then whatever
//! there is) and never stored as if it were a translation. Rich texts are cleaned when set.

mod html;
mod set;
#[cfg(test)]
mod tests;
mod text;
mod views;

pub use html::{clean, lines, words};
pub use set::{set, set_many};
pub use text::{NewText, Picked, TextOrigin, TextState, source_hash};
pub use views::{Text, Texts, open_count, texts_of};
