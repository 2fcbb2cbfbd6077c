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
}

impl TaskKind {
    pub const ALL: &'static [TaskKind] =
        &[Self::Call, Self::Letter, Self::Meeting, Self::OrderReview, Self::Fulfil, Self::Payment, Self::FollowUp];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Letter => "letter",
            Self::Meeting => "meeting",
            Self::OrderReview => "order_review",
            Self::Fulfil => "fulfil",
            Self::Payment => "payment",
            Self::FollowUp => "follow_up",
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
        [Self::Order, Self::Offer, Self::Contract, Self::Inquiry, Self::Letter, Self::Task, Self::Party]
            .into_iter()
            .find(|k| k.as_str() == text)
            .ok_or("unknown kind of subject")
    }
}
