//! The port through which letters leave.

use std::sync::Arc;

use crate::kernel::{LetterId, Moment};

/// A file that travels with a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// `VIT-000123.pdf`: letters, digits, dots and dashes.
    pub name: String,
    pub mime: &'static str,
    pub bytes: Arc<[u8]>,
}

/// A letter ready to leave.
#[derive(Clone, Debug)]
pub struct Outgoing {
    pub id: LetterId,
    /// With angle brackets; the same at every try.
    pub message_id: String,
    pub from: String,
    pub from_name: String,
    pub to: String,
    pub to_name: String,
    pub subject: String,
    pub html: String,
    pub plain: String,
    /// BCP 47.
    pub language: String,
    pub at: Moment,
    pub attachments: Vec<Attachment>,
}

/// Why a letter did not leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The other side may take it another time.
    Later(String),
    /// It never will: no such mailbox, a malformed address.
    Never(String),
}

/// Takes letters away. Called outside of any transaction; may see the same letter twice.
#[async_trait::async_trait]
pub trait Transport: Send + Sync {
    /// # Errors
    /// See [`Refusal`].
    async fn send(&self, letter: &Outgoing) -> Result<(), Refusal>;
    /// `outbox`, `smtp`: for logs and `doctor`.
    fn name(&self) -> &'static str;
}
