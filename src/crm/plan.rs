//! Which touch plans which task, and by when. The whole rule in one table.

use super::{CaseEvent, ContractEvent, OfferEvent, TaskKind, Touch, working};
use crate::kernel::Moment;

/// A task to be planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub kind: TaskKind,
    pub due_at: Moment,
}

/// An order is looked at within four working hours, one that was paid is made ready within eight,
/// money that does not fit is looked at within four, an inquiry answered within one working day, and
/// five working days after delivery somebody asks whether all is well. An offer is followed up three working days after
/// it was sent and one after it ended, a question about it is answered within four hours, and
/// so is looked into who else ordered at its customer's prices.
/// A contract is followed up three working days after it was sent; a question about it is
/// answered within four hours, and whoever declines one is called within eight.
/// A complaint or withdrawal is due at the law's own term, and on today's list once three quarters of that have passed; what
/// its customer writes is answered within eight working hours, and goods that came back are looked at within sixteen.
pub(super) fn of(touch: &Touch, now: Moment) -> Option<Plan> {
    let (kind, due_at) = match touch {
        Touch::OrderPlaced { .. } => (TaskKind::OrderReview, working::after_hours(now, 4)),
        Touch::OrderPaid { covered: true, to_send: true, .. } => (TaskKind::Fulfil, working::after_hours(now, 8)),
        Touch::OrderInTrouble { .. } => (TaskKind::Payment, working::after_hours(now, 4)),
        Touch::InquiryTaken { .. } => (TaskKind::Call, working::after_hours(now, 8)),
        Touch::OrderDelivered { .. } => (TaskKind::FollowUp, working::after_days(now, 5)),
        Touch::Offer { event, .. } => match event {
            OfferEvent::Sent { .. } => (TaskKind::FollowUp, working::after_days(now, 3)),
            OfferEvent::Expired => (TaskKind::FollowUp, working::after_days(now, 1)),
            OfferEvent::Asked => (TaskKind::Letter, working::after_hours(now, 4)),
            OfferEvent::LinkOrdered { theirs: false, .. } => (TaskKind::Call, working::after_hours(now, 4)),
            OfferEvent::WantedAgain => (TaskKind::Call, working::after_hours(now, 8)),
            OfferEvent::Accepted { ordered: false, .. } => (TaskKind::OrderReview, working::after_hours(now, 4)),
            _ => return None,
        },
        Touch::Contract { event, .. } => match event {
            ContractEvent::Sent { .. } => (TaskKind::FollowUp, working::after_days(now, 3)),
            ContractEvent::Asked => (TaskKind::Letter, working::after_hours(now, 4)),
            ContractEvent::Declined => (TaskKind::Call, working::after_hours(now, 8)),
            _ => return None,
        },
        Touch::Case { event, .. } => match event {
            CaseEvent::Declared { withdrawal: false, due_at, .. } => (TaskKind::Complaint, *due_at),
            CaseEvent::Declared { withdrawal: true, due_at, .. } => (TaskKind::Withdrawal, *due_at),
            CaseEvent::Approved { money_by: Some(due_at) } => (TaskKind::Withdrawal, *due_at),
            // What became pressing is first on today's list.
            CaseEvent::Pressing { withdrawal, .. } | CaseEvent::Overdue { withdrawal } => {
                (if *withdrawal { TaskKind::Withdrawal } else { TaskKind::Complaint }, now)
            }
            CaseEvent::Wrote => (TaskKind::Letter, working::after_hours(now, 8)),
            CaseEvent::Reopened => (TaskKind::Complaint, working::after_hours(now, 8)),
            CaseEvent::Received => (TaskKind::Goods, working::after_hours(now, 16)),
            _ => return None,
        },
        _ => return None,
    };
    Some(Plan { kind, due_at })
}
