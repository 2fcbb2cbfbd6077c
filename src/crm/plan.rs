//! Which touch plans which task, and by when. The whole rule in one table.

use super::{Touch, touch::TaskKind, working};
use crate::kernel::Moment;

/// A task to be planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub kind: TaskKind,
    pub due_at: Moment,
}

/// An order is looked at within four working hours, one that was paid is made ready within eight,
/// money that does not fit is looked at within four, an inquiry answered within one working day, and
/// five working days after delivery somebody asks whether all is well.
pub(super) fn of(touch: &Touch, now: Moment) -> Option<Plan> {
    let (kind, due_at) = match touch {
        Touch::OrderPlaced { .. } => (TaskKind::OrderReview, working::after_hours(now, 4)),
        Touch::OrderPaid { covered: true, .. } => (TaskKind::Fulfil, working::after_hours(now, 8)),
        Touch::OrderInTrouble { .. } => (TaskKind::Payment, working::after_hours(now, 4)),
        Touch::InquiryTaken { .. } => (TaskKind::Call, working::after_hours(now, 8)),
        Touch::OrderDelivered { .. } => (TaskKind::FollowUp, working::after_days(now, 5)),
        _ => return None,
    };
    Some(Plan { kind, due_at })
}
