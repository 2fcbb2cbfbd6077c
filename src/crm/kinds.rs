//! What a task asks for, and what tasks and entries may be about.

use serde::{Deserialize, Serialize};

/// What a task asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    Call,
    Letter,
    Meeting,
    OrderReview,
    /// Paid: to be made ready and sent.
    Fulfil,
    /// Money that does not fit.
    Payment,
    FollowUp,
    /// A complaint is to be answered within the law's term.
    Complaint,
    /// The money of a withdrawal is to go back within the law's term.
    Withdrawal,
    /// Goods that came back are to be looked at.
    Goods,
}

impl TaskKind {
    pub const ALL: &'static [TaskKind] = &[
        Self::Call,
        Self::Letter,
        Self::Meeting,
        Self::OrderReview,
        Self::Fulfil,
        Self::Payment,
        Self::FollowUp,
        Self::Complaint,
        Self::Withdrawal,
        Self::Goods,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Letter => "letter",
            Self::Meeting => "meeting",
            Self::OrderReview => "order_review",
            Self::Fulfil => "fulfil",
            Self::Payment => "payment",
            Self::FollowUp => "follow_up",
            Self::Complaint => "complaint",
            Self::Withdrawal => "withdrawal",
            Self::Goods => "goods",
        }
    }
}

impl std::str::FromStr for TaskKind {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|k| k.as_str() == text).ok_or("unknown kind of task")
    }
}

/// What a timeline entry or task is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    Order,
    Offer,
    Contract,
    Case,
    Inquiry,
    Letter,
    Task,
    Party,
}

impl SubjectKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Offer => "offer",
            Self::Contract => "contract",
            Self::Case => "case",
            Self::Inquiry => "inquiry",
            Self::Letter => "letter",
            Self::Task => "task",
            Self::Party => "party",
        }
    }
}

impl std::str::FromStr for SubjectKind {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Order, Self::Offer, Self::Contract, Self::Case, Self::Inquiry, Self::Letter, Self::Task, Self::Party]
            .into_iter()
            .find(|k| k.as_str() == text)
            .ok_or("unknown kind of subject")
    }
}
