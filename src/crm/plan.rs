//! Which touch plans which task, and by when. The whole rule in one table.

use super::{ContractEvent, OfferEvent, TaskKind, Touch, working};
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
        _ => return None,
    };
    Some(Plan { kind, due_at })
}
