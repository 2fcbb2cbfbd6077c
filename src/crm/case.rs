//! What happens between the shop and a customer after the sale.

use serde_json::{Value, json};

use super::TaskKind;
use crate::kernel::{Moment, Money, Origin};

/// What happened to the case that a [`super::Touch::Case`] is about.
#[derive(Clone, Debug)]
pub enum CaseEvent {
    /// A complaint or a withdrawal came in; the law wants an answer by the moment.
    Declared {
        withdrawal: bool,
        due_at: Moment,
        origin: Origin,
    },
    /// Staff found the order that it belongs to.
    Linked,
    /// Three quarters of the term have passed.
    Pressing {
        withdrawal: bool,
        due_at: Moment,
    },
    /// The term has passed.
    Overdue {
        withdrawal: bool,
    },
    /// The customer wrote.
    Wrote,
    /// Staff wrote; the words stand in the timeline.
    Answered {
        text: String,
    },
    Asked,
    /// `money_by`: the money of a withdrawal is owed by then.
    Approved {
        money_by: Option<Moment>,
    },
    Rejected,
    /// The goods are on their way.
    Dispatched,
    Received,
    Inspected,
    Resolved {
        remedy: &'static str,
        amount: Option<Money>,
        /// Money is still to go back.
        owed: bool,
    },
    /// The money went back.
    Refunded {
        amount: Money,
    },
    Closed,
    Reopened,
    TakenBack,
    Rated {
        rating: i64,
    },
}

impl CaseEvent {
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::Declared { withdrawal: true, .. } => "case.withdrawal",
            Self::Declared { .. } => "case.complaint",
            Self::Linked => "case.linked",
            Self::Pressing { .. } => "case.pressing",
            Self::Overdue { .. } => "case.overdue",
            Self::Wrote => "case.wrote",
            Self::Answered { .. } => "case.answered",
            Self::Asked => "case.asked",
            Self::Approved { .. } => "case.approved",
            Self::Rejected => "case.rejected",
            Self::Dispatched => "case.dispatched",
            Self::Received => "case.received",
            Self::Inspected => "case.inspected",
            Self::Resolved { .. } => "case.resolved",
            Self::Refunded { .. } => "case.refunded",
            Self::Closed => "case.closed",
            Self::Reopened => "case.reopened",
            Self::TakenBack => "case.taken_back",
            Self::Rated { .. } => "case.rated",
        }
    }

    pub(super) fn args(&self, number: &str) -> Value {
        match self {
            Self::Resolved { remedy, amount: Some(amount), .. } => json!({ "number": number, "remedy": remedy, "total": amount }),
            Self::Resolved { remedy, .. } => json!({ "number": number, "remedy": remedy }),
            Self::Refunded { amount } => json!({ "number": number, "total": amount }),
            Self::Rated { rating } => json!({ "number": number, "rating": rating }),
            _ => json!({ "number": number }),
        }
    }

    pub(super) const fn origin(&self) -> Origin {
        match self {
            Self::Declared { origin, .. } => *origin,
            Self::Wrote | Self::TakenBack | Self::Rated { .. } | Self::Dispatched => Origin::Shop,
            Self::Pressing { .. } | Self::Overdue { .. } => Origin::System,
            _ => Origin::Office,
        }
    }

    /// The planned work that this makes needless, and what became of it.
    pub(super) const fn settles(&self) -> &'static [(TaskKind, &'static str)] {
        match self {
            // The same work is planned anew, with less time.
            Self::Pressing { .. } => &[(TaskKind::Complaint, "pressing"), (TaskKind::Withdrawal, "pressing")],
            Self::Overdue { .. } => &[(TaskKind::Complaint, "overdue"), (TaskKind::Withdrawal, "overdue")],
            Self::Answered { .. } | Self::Asked => &[(TaskKind::Letter, "answered")],
            Self::Approved { .. } => {
                &[(TaskKind::Complaint, "approved"), (TaskKind::Withdrawal, "approved"), (TaskKind::Letter, "answered")]
            }
            Self::Rejected => {
                &[(TaskKind::Complaint, "rejected"), (TaskKind::Withdrawal, "rejected"), (TaskKind::Letter, "answered")]
            }
            Self::TakenBack => {
                &[(TaskKind::Complaint, "taken_back"), (TaskKind::Withdrawal, "taken_back"), (TaskKind::Goods, "taken_back")]
            }
            Self::Inspected => &[(TaskKind::Goods, "inspected")],
            Self::Resolved { owed: false, .. } => {
                &[(TaskKind::Complaint, "resolved"), (TaskKind::Withdrawal, "resolved"), (TaskKind::Goods, "resolved")]
            }
            Self::Resolved { .. } => &[(TaskKind::Complaint, "resolved"), (TaskKind::Goods, "resolved")],
            Self::Refunded { .. } => &[(TaskKind::Withdrawal, "refunded"), (TaskKind::Payment, "refunded")],
            Self::Closed => &[
                (TaskKind::Complaint, "closed"),
                (TaskKind::Withdrawal, "closed"),
                (TaskKind::Letter, "closed"),
                (TaskKind::Goods, "closed"),
            ],
            _ => &[],
        }
    }
}
