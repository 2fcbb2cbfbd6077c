//! What happens between the shop and a customer about an offer.

use serde_json::{Value, json};

use super::TaskKind;
use crate::kernel::{Money, Origin};

/// What happened to the offer that a [`super::Touch::Offer`] is about.
#[derive(Clone, Debug)]
pub enum OfferEvent {
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
        /// The order was placed with it; else somebody has to see why not.
        ordered: bool,
    },
    Declined,
    Expired,
    Withdrawn,
    /// It holds no more, and the customer wants it anew.
    WantedAgain,
    /// An order was placed at the customer's prices by a link of the offer: by them, or by somebody else
    /// who got it.
    LinkOrdered {
        order: String,
        theirs: bool,
    },
    /// The customer went on into the shop from one of its goods.
    ProductOpened {
        title: String,
    },
}

impl OfferEvent {
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::Sent { .. } => "offer.sent",
            Self::Viewed => "offer.viewed",
            Self::Asked => "offer.asked",
            Self::Answered { .. } => "offer.answered",
            Self::Accepted { .. } => "offer.accepted",
            Self::Declined => "offer.declined",
            Self::Expired => "offer.expired",
            Self::Withdrawn => "offer.withdrawn",
            Self::WantedAgain => "offer.wanted_again",
            Self::LinkOrdered { theirs: true, .. } => "offer.link_ordered",
            Self::LinkOrdered { .. } => "offer.link_ordered_elsewhere",
            Self::ProductOpened { .. } => "offer.product_opened",
        }
    }

    pub(super) fn args(&self, number: &str) -> Value {
        match self {
            Self::Sent { total } | Self::Accepted { total, .. } => json!({ "number": number, "total": total }),
            Self::LinkOrdered { order, .. } => json!({ "number": number, "order": order }),
            Self::ProductOpened { title } => json!({ "number": number, "title": title }),
            _ => json!({ "number": number }),
        }
    }

    pub(super) const fn origin(&self) -> Origin {
        match self {
            Self::Sent { .. } | Self::Answered { .. } | Self::Withdrawn => Origin::Office,
            Self::Expired => Origin::System,
            _ => Origin::Shop,
        }
    }

    /// The planned work that this makes needless, and what became of it.
    pub(super) const fn settles(&self) -> &'static [(TaskKind, &'static str)] {
        match self {
            // A new version is followed up anew.
            Self::Sent { .. } => &[(TaskKind::FollowUp, "sent"), (TaskKind::Call, "sent"), (TaskKind::Letter, "sent")],
            Self::Answered { all: true, .. } => &[(TaskKind::Letter, "answered")],
            Self::Accepted { .. } => &[(TaskKind::FollowUp, "accepted"), (TaskKind::Letter, "accepted")],
            Self::Declined => &[(TaskKind::FollowUp, "declined"), (TaskKind::Letter, "declined")],
            Self::Withdrawn => {
                &[(TaskKind::FollowUp, "withdrawn"), (TaskKind::Letter, "withdrawn"), (TaskKind::Call, "withdrawn")]
            }
            Self::Expired => &[(TaskKind::FollowUp, "expired")],
            _ => &[],
        }
    }
}
