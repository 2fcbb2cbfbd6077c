//! The complaints of one product while it is put together.

use crate::complaint::{Code, Complaint, Severity};
use crate::plan::Fact;

#[derive(Default)]
pub(crate) struct Notes {
    pub list: Vec<Complaint>,
    row: u64,
}

impl Notes {
    /// The row that what follows is about.
    pub(crate) fn on(&mut self, row: u64) {
        self.row = row;
    }

    pub(crate) fn say(&mut self, complaint: Complaint, column: &str) {
        // A product of a thousand bad cells is described by the first hundred.
        if self.list.len() < 100 {
            self.list.push(complaint.at(self.row, column));
        }
    }

    pub(crate) fn about(&mut self, code: Code, fact: Fact) {
        self.say(Complaint::new(code).with("value", fact.text), fact.column);
    }

    /// Said, but the product is taken.
    pub(crate) fn remark(&mut self, code: Code, fact: Fact) {
        let mut complaint = Complaint::new(code).with("value", fact.text);
        complaint.severity = Severity::Warning;
        self.say(complaint, fact.column);
    }

    /// The value, or the complaint noted.
    pub(crate) fn take<T>(&mut self, result: Result<T, Complaint>, column: &str) -> Option<T> {
        result.map_err(|complaint| self.say(complaint, column)).ok()
    }

    pub(crate) fn has_error(&self) -> bool {
        self.list.iter().any(Complaint::is_error)
    }
}
