//! Mail promises: a letter is a row in the transaction that caused it, leaves after the commit
//! and never inside it, and can be read in the office exactly as it was sent.
//!
//! A letter holds ids; its words are made when it is sent. Its Message-ID is fixed when it is
//! queued, so that the second copy which a crash between sending and noting may cause can be
//! recognised as the same letter.

mod fault;
mod letter;
mod mime;
mod outbox;
mod personal;
mod transport;
mod views;

pub use fault::Fault;
pub use letter::{
    Attached, Due, Form, NewLetter, Rendered, SendLetter, State, attach, due, mark_failed, mark_sent, mark_tried, queue, requeue,
};
pub use outbox::Outbox;
pub use personal::{erase, export, repoint};
pub use transport::{Attachment, Outgoing, Refusal, Transport};
pub use views::{LetterQuery, LetterRow, LetterView, Letters, letter, list};
