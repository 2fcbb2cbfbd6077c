//! The port to whoever translates for money or on a machine of one's own.

use super::Term;
use crate::kernel::Locale;

/// Texts of one language pair, as [`protect::Guarded::wire`](super::protect::Guarded::wire) writes them.
#[derive(Clone, Debug)]
pub struct Batch {
    pub from: Locale,
    pub to: Locale,
    pub texts: Vec<String>,
    /// All words of the pair.
    pub glossary: Vec<Term>,
}

/// The translations in the order of the texts, and the characters that are charged for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    pub texts: Vec<String>,
    /// `None`: the provider does not say; it is counted here.
    pub billed: Option<i64>,
}

/// What is used of the account, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    pub used: i64,
    /// `None`: without end.
    pub limit: Option<i64>,
}

/// Why there is no translation. Trying again is the adapter's matter; what it says is final for now.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    #[error("no provider is set")]
    None,
    #[error("the key is refused: {0}")]
    Key(String),
    #[error("the quota is used up")]
    Quota,
    #[error("no answer: {0}")]
    Unavailable(String),
    #[error("refused: {0}")]
    Refused(String),
}

impl From<Trouble> for super::Fault {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::None => Self::NoProvider,
            Trouble::Key(_) => Self::Key,
            Trouble::Quota => Self::Quota,
            Trouble::Unavailable(why) => Self::Unavailable(why),
            Trouble::Refused(why) => Self::Refused(why),
        }
    }
}

/// Translates texts whose protected pieces are XML elements.
#[async_trait::async_trait]
pub trait Translator: Send + Sync {
    /// Short and stable: it stands in the usage table.
    fn name(&self) -> &'static str;
    /// # Errors
    /// [`Trouble`]; then nothing of the batch is translated.
    async fn translate(&self, batch: &Batch) -> Result<Answer, Trouble>;
    /// What is used of the account; `None` for a server that does not count.
    ///
    /// # Errors
    /// [`Trouble`].
    async fn quota(&self) -> Result<Option<Quota>, Trouble>;
}

/// A shop that works alone: memory and glossary, the rest is untranslated and says so.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoTranslator;

#[async_trait::async_trait]
impl Translator for NoTranslator {
    fn name(&self) -> &'static str {
        "none"
    }
    async fn translate(&self, _: &Batch) -> Result<Answer, Trouble> {
        Err(Trouble::None)
    }
    async fn quota(&self) -> Result<Option<Quota>, Trouble> {
        Err(Trouble::None)
    }
}
