//! What keeps a document from being issued, by the rule that it would break and where to mend it.

use crate::kernel::{Fault, Faulty, Kind};

/// One reason to refuse a document. Its words are the text `fault.CODE`; [`Faulty::field`] names
/// the place in the snapshot (`buyer.vat_code`, `lines.2.net`).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{rule}: {code} at {at}{}", if what.is_empty() { String::new() } else { format!(" ({what})") })]
pub struct Complaint {
    /// The rule by its name in EN 16931 or Peppol BIS Billing 3.0 (`BR-IC-11`); the house's own
    /// where those are laxer than the law (`sums.gross`).
    pub rule: String,
    pub code: &'static str,
    pub at: String,
    /// What the sentence names: a line's title, a number, a sum; may be empty.
    pub what: String,
}

impl Complaint {
    pub(super) fn new(rule: impl Into<String>, code: &'static str, at: impl Into<String>) -> Self {
        Self { rule: rule.into(), code, at: at.into(), what: String::new() }
    }
    /// All of them as the one fault that a flow returns; `None` when there is none.
    pub fn refusal(found: Vec<Self>) -> Option<Fault> {
        Fault::gather(found.into_iter().map(Fault::from).collect())
    }
    pub(super) fn what(mut self, what: impl std::fmt::Display) -> Self {
        self.what = what.to_string();
        self
    }
}

impl Faulty for Complaint {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }
    fn code(&self) -> &'static str {
        self.code
    }
    fn field(&self) -> Option<String> {
        Some(self.at.clone())
    }
    fn args(&self) -> Vec<(&'static str, String)> {
        vec![("rule", self.rule.clone()), ("what", self.what.clone())]
    }
}
