//! What happens between the shop and a customer about a contract.

use serde_json::{Value, json};

use super::TaskKind;
use crate::kernel::{Money, Origin};

/// What happened to the contract that a [`super::Touch::Contract`] is about.
#[derive(Clone, Debug)]
pub enum ContractEvent {
    Sent {
        total: Money,
    },
    /// Its page was shown by the customer's browser for the first time since it was sent.
    Viewed,
    Asked,
    /// What staff wrote back.
    Answered {
        text: String,
        /// No question waits any more.
        all: bool,
    },
    Accepted {
        total: Money,
    },
    Declined,
    Withdrawn,
}

impl ContractEvent {
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::Sent { .. } => "contract.sent",
            Self::Viewed => "contract.viewed",
            Self::Asked => "contract.asked",
            Self::Answered { .. } => "contract.answered",
            Self::Accepted { .. } => "contract.accepted",
            Self::Declined => "contract.declined",
            Self::Withdrawn => "contract.withdrawn",
        }
    }

    pub(super) fn args(&self, number: &str) -> Value {
        match self {
            Self::Sent { total } | Self::Accepted { total } => json!({ "number": number, "total": total }),
            _ => json!({ "number": number }),
        }
    }

    pub(super) const fn origin(&self) -> Origin {
        match self {
            Self::Sent { .. } | Self::Answered { .. } | Self::Withdrawn => Origin::Office,
            _ => Origin::Shop,
        }
    }

    /// The planned work that this makes needless, and what became of it.
    pub(super) const fn settles(&self) -> &'static [(TaskKind, &'static str)] {
        match self {
            // A new version is followed up anew, and answers whoever declined the last.
            Self::Sent { .. } => &[(TaskKind::FollowUp, "sent"), (TaskKind::Call, "sent"), (TaskKind::Letter, "sent")],
            Self::Answered { all: true, .. } => &[(TaskKind::Letter, "answered")],
            Self::Accepted { .. } => {
                &[(TaskKind::FollowUp, "accepted"), (TaskKind::Call, "accepted"), (TaskKind::Letter, "accepted")]
            }
            Self::Declined => &[(TaskKind::FollowUp, "declined"), (TaskKind::Letter, "declined")],
            Self::Withdrawn => {
                &[(TaskKind::FollowUp, "withdrawn"), (TaskKind::Call, "withdrawn"), (TaskKind::Letter, "withdrawn")]
            }
            _ => &[],
        }
    }
}
