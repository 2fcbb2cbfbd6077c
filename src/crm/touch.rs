//! A touch: something happened between the shop and a customer.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{CaseEvent, ContractEvent, OfferEvent, SubjectKind, TaskKind, plan, rota, task, timeline};
use crate::{
    kernel::{
        self, CaseId, CategoryId, ContractId, InquiryId, LetterId, Money, OfferId, OrderId, Origin, PartyId, ShipmentId, TaskId,
        Tx, UserId,
    },
    parties::{self, Stage},
};

/// What happened. Trades do not know of it; the flow that lets it happen says it.
#[derive(Clone, Debug)]
pub enum Touch {
    OrderPlaced {
        order: OrderId,
        party: PartyId,
        number: String,
        total: Money,
        categories: Vec<CategoryId>,
        origin: Origin,
    },
    OrderConfirmed {
        order: OrderId,
        party: PartyId,
        number: String,
    },
    OrderShipped {
        order: OrderId,
        party: PartyId,
        number: String,
        shipment: ShipmentId,
        /// Nothing of it is left.
        whole: bool,
    },
    /// Agreed, and the customer is at the page of a payment provider.
    OrderAwaitsPayment {
        order: OrderId,
        party: PartyId,
        number: String,
        total: Money,
        categories: Vec<CategoryId>,
        origin: Origin,
    },
    OrderPaid {
        order: OrderId,
        party: PartyId,
        number: String,
        amount: Money,
        /// The shop may begin.
        covered: bool,
        /// The goods are still here: what was paid after it was sent asks nobody to send it.
        to_send: bool,
    },
    OrderAbandoned {
        order: OrderId,
        party: PartyId,
        number: String,
    },
    OrderRefunded {
        order: OrderId,
        party: PartyId,
        number: String,
        amount: Money,
    },
    /// Somebody has to look at its money; `trouble` is the code that stands on the order.
    OrderInTrouble {
        order: OrderId,
        party: PartyId,
        number: String,
        trouble: &'static str,
    },
    OrderDelivered {
        order: OrderId,
        party: PartyId,
        number: String,
    },
    OrderCancelled {
        order: OrderId,
        party: PartyId,
        number: String,
    },
    /// An invoice, a credit note, a receipt: `kind` is the text `paper.kind.CODE`.
    DocumentIssued {
        order: OrderId,
        party: PartyId,
        number: String,
        kind: &'static str,
        total: Money,
    },
    DocumentAnnulled {
        order: OrderId,
        party: PartyId,
        number: String,
        kind: &'static str,
    },
    Offer {
        offer: OfferId,
        party: PartyId,
        number: String,
        event: OfferEvent,
    },
    Contract {
        contract: ContractId,
        party: PartyId,
        number: String,
        event: ContractEvent,
    },
    Case {
        case: CaseId,
        party: PartyId,
        number: String,
        /// Of the goods, so that somebody who knows them is responsible.
        categories: Vec<CategoryId>,
        event: CaseEvent,
    },
    InquiryTaken {
        inquiry: InquiryId,
        party: PartyId,
        number: String,
        categories: Vec<CategoryId>,
        origin: Origin,
    },
    /// `text` is what staff wrote back, when it was written here.
    InquiryAnswered {
        inquiry: InquiryId,
        party: PartyId,
        number: String,
        text: Option<String>,
    },
    InquiryClosed {
        inquiry: InquiryId,
        party: PartyId,
        number: String,
    },
    LetterSent {
        letter: LetterId,
        party: PartyId,
        template: String,
    },
    NoteTaken {
        party: PartyId,
        text: String,
    },
    CallDone {
        party: PartyId,
        incoming: bool,
        minutes: i64,
        text: Option<String>,
    },
    TaskDone {
        task: TaskId,
        party: PartyId,
        kind: TaskKind,
        result: Option<String>,
    },
    RecordsJoined {
        party: PartyId,
        from: PartyId,
        proven: bool,
    },
}

/// What the record made of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    pub entry: Uuid,
    pub task: Option<TaskId>,
    pub manager: Option<UserId>,
}

/// Writes a touch into the customer's history and the plan. At most four statements for an
/// order placed: whose turn it is (for a customer without a manager only), the customer's
/// stage, the timeline, the task.
///
/// # Faults
/// `parties.not_found`.
pub async fn record(tx: &Tx, touch: Touch) -> Result<Recorded, kernel::Fault> {
    let party = touch.party();
    let planned = plan::of(&touch, tx.now());
    let turn = match planned {
        Some(_) => rota::turn(tx, party, touch.categories()).await?,
        None => None,
    };
    let manager = parties::touch(tx, party, touch.stage(), turn).await?.manager;
    for (subject, kind, result) in touch.settles() {
        task::settle(tx, subject, kind, result).await?;
    }
    let subject = touch.subject();
    let entry = timeline::write(tx, timeline::Entry::of(&touch)).await?;
    let task = match planned {
        Some(plan) => {
            let new = task::NewTask {
                party,
                kind: plan.kind,
                about: touch.number().map(str::to_owned),
                subject,
                due_at: plan.due_at,
                assignee: manager,
            };
            Some(task::insert(tx, new, None).await?)
        }
        None => None,
    };
    Ok(Recorded { entry, task, manager })
}

impl Touch {
    pub fn party(&self) -> PartyId {
        match self {
            Self::OrderPlaced { party, .. }
            | Self::OrderConfirmed { party, .. }
            | Self::OrderShipped { party, .. }
            | Self::OrderDelivered { party, .. }
            | Self::OrderCancelled { party, .. }
            | Self::DocumentIssued { party, .. }
            | Self::DocumentAnnulled { party, .. }
            | Self::OrderAwaitsPayment { party, .. }
            | Self::OrderPaid { party, .. }
            | Self::OrderAbandoned { party, .. }
            | Self::OrderRefunded { party, .. }
            | Self::OrderInTrouble { party, .. }
            | Self::Offer { party, .. }
            | Self::Contract { party, .. }
            | Self::Case { party, .. }
            | Self::InquiryTaken { party, .. }
            | Self::InquiryAnswered { party, .. }
            | Self::InquiryClosed { party, .. }
            | Self::LetterSent { party, .. }
            | Self::NoteTaken { party, .. }
            | Self::CallDone { party, .. }
            | Self::TaskDone { party, .. }
            | Self::RecordsJoined { party, .. } => *party,
        }
    }

    /// The timeline's code; its text stands below `timeline.` in every locale.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::OrderPlaced { .. } => "order.placed",
            Self::OrderConfirmed { .. } => "order.confirmed",
            Self::OrderShipped { .. } => "order.shipped",
            Self::OrderDelivered { .. } => "order.delivered",
            Self::OrderCancelled { .. } => "order.cancelled",
            Self::DocumentIssued { .. } => "document.issued",
            Self::DocumentAnnulled { .. } => "document.annulled",
            Self::OrderAwaitsPayment { .. } => "order.awaits_payment",
            Self::OrderPaid { covered: true, .. } => "order.paid",
            Self::OrderPaid { .. } => "order.part_paid",
            Self::OrderAbandoned { .. } => "order.abandoned",
            Self::OrderRefunded { .. } => "order.refunded",
            Self::OrderInTrouble { .. } => "order.in_trouble",
            Self::Offer { event, .. } => event.code(),
            Self::Contract { event, .. } => event.code(),
            Self::Case { event, .. } => event.code(),
            Self::InquiryTaken { .. } => "inquiry.taken",
            Self::InquiryAnswered { .. } => "inquiry.answered",
            Self::InquiryClosed { .. } => "inquiry.closed",
            Self::LetterSent { .. } => "letter.sent",
            Self::NoteTaken { .. } => "note.taken",
            Self::CallDone { incoming: true, .. } => "call.incoming",
            Self::CallDone { .. } => "call.outgoing",
            Self::TaskDone { .. } => "task.done",
            Self::RecordsJoined { proven: true, .. } => "records.joined_by_proof",
            Self::RecordsJoined { .. } => "records.joined",
        }
    }

    pub(super) fn args(&self) -> Value {
        match self {
            Self::DocumentIssued { number, kind, total, .. } => json!({ "number": number, "document": kind, "total": total }),
            Self::DocumentAnnulled { number, kind, .. } => json!({ "number": number, "document": kind }),
            Self::OrderPlaced { number, total, .. } | Self::OrderAwaitsPayment { number, total, .. } => {
                json!({ "number": number, "total": total })
            }
            Self::OrderPaid { number, amount, .. } | Self::OrderRefunded { number, amount, .. } => {
                json!({ "number": number, "total": amount })
            }
            Self::OrderInTrouble { number, trouble, .. } => json!({ "number": number, "trouble": trouble }),
            Self::Offer { number, event, .. } => event.args(number),
            Self::Contract { number, event, .. } => event.args(number),
            Self::Case { number, event, .. } => event.args(number),
            Self::LetterSent { template, .. } => json!({ "template": template }),
            Self::CallDone { minutes, .. } => json!({ "minutes": minutes }),
            Self::TaskDone { kind, .. } => json!({ "kind": kind }),
            _ => self.number().map_or_else(|| json!({}), |number| json!({ "number": number })),
        }
    }

    /// What staff wrote; nobody else's words stand in the timeline.
    pub(super) fn note(&self) -> Option<&str> {
        match self {
            Self::NoteTaken { text, .. }
            | Self::Offer { event: OfferEvent::Answered { text, .. }, .. }
            | Self::Case { event: CaseEvent::Answered { text }, .. }
            | Self::Contract { event: ContractEvent::Answered { text, .. }, .. } => Some(text),
            Self::CallDone { text, .. } | Self::InquiryAnswered { text, .. } => text.as_deref(),
            Self::TaskDone { result, .. } => result.as_deref(),
            _ => None,
        }
    }

    pub(super) fn origin(&self) -> Origin {
        match self {
            Self::OrderPlaced { origin, .. } | Self::OrderAwaitsPayment { origin, .. } | Self::InquiryTaken { origin, .. } => {
                *origin
            }
            Self::Offer { event, .. } => event.origin(),
            Self::Contract { event, .. } => event.origin(),
            Self::Case { event, .. } => event.origin(),
            Self::LetterSent { .. } | Self::OrderAbandoned { .. } | Self::OrderInTrouble { .. } => Origin::System,
            Self::RecordsJoined { proven: true, .. } => Origin::Shop,
            _ => Origin::Office,
        }
    }

    pub(super) fn subject(&self) -> Option<(SubjectKind, Uuid)> {
        match self {
            Self::OrderPlaced { order, .. }
            | Self::OrderConfirmed { order, .. }
            | Self::OrderShipped { order, .. }
            | Self::OrderDelivered { order, .. }
            | Self::OrderCancelled { order, .. }
            | Self::DocumentIssued { order, .. }
            | Self::DocumentAnnulled { order, .. }
            | Self::OrderAwaitsPayment { order, .. }
            | Self::OrderPaid { order, .. }
            | Self::OrderAbandoned { order, .. }
            | Self::OrderRefunded { order, .. }
            | Self::OrderInTrouble { order, .. } => Some((SubjectKind::Order, order.uuid())),
            Self::InquiryTaken { inquiry, .. } | Self::InquiryAnswered { inquiry, .. } | Self::InquiryClosed { inquiry, .. } => {
                Some((SubjectKind::Inquiry, inquiry.uuid()))
            }
            Self::Offer { offer, .. } => Some((SubjectKind::Offer, offer.uuid())),
            Self::Contract { contract, .. } => Some((SubjectKind::Contract, contract.uuid())),
            Self::Case { case, .. } => Some((SubjectKind::Case, case.uuid())),
            Self::LetterSent { letter, .. } => Some((SubjectKind::Letter, letter.uuid())),
            Self::TaskDone { task, .. } => Some((SubjectKind::Task, task.uuid())),
            Self::RecordsJoined { from, .. } => Some((SubjectKind::Party, from.uuid())),
            Self::NoteTaken { .. } | Self::CallDone { .. } => None,
        }
    }

    fn number(&self) -> Option<&str> {
        match self {
            Self::OrderPlaced { number, .. }
            | Self::OrderConfirmed { number, .. }
            | Self::OrderShipped { number, .. }
            | Self::OrderDelivered { number, .. }
            | Self::OrderCancelled { number, .. }
            | Self::DocumentIssued { number, .. }
            | Self::DocumentAnnulled { number, .. }
            | Self::OrderAwaitsPayment { number, .. }
            | Self::OrderPaid { number, .. }
            | Self::OrderAbandoned { number, .. }
            | Self::OrderRefunded { number, .. }
            | Self::OrderInTrouble { number, .. }
            | Self::Offer { number, .. }
            | Self::InquiryTaken { number, .. }
            | Self::InquiryAnswered { number, .. }
            | Self::InquiryClosed { number, .. }
            | Self::Contract { number, .. }
            | Self::Case { number, .. } => Some(number),
            _ => None,
        }
    }

    fn categories(&self) -> &[CategoryId] {
        match self {
            Self::OrderPlaced { categories, .. }
            | Self::OrderAwaitsPayment { categories, .. }
            | Self::InquiryTaken { categories, .. }
            | Self::Case { categories, .. } => categories,
            _ => &[],
        }
    }

    const fn stage(&self) -> Stage {
        match self {
            Self::OrderPlaced { .. }
            | Self::OrderConfirmed { .. }
            | Self::OrderPaid { .. }
            | Self::OrderShipped { .. }
            | Self::OrderDelivered { .. } => Stage::Customer,
            Self::InquiryTaken { .. } | Self::Offer { .. } | Self::Contract { .. } => Stage::Prospect,
            _ => Stage::Lead,
        }
    }

    /// The planned work that this makes needless: an order's review, the call-back that an
    /// inquiry planned by itself; and what became of it.
    fn settles(&self) -> Vec<(Uuid, TaskKind, &'static str)> {
        let one = match self {
            Self::OrderConfirmed { order, .. } => (order.uuid(), TaskKind::OrderReview, "confirmed"),
            Self::OrderCancelled { order, .. } => (order.uuid(), TaskKind::OrderReview, "cancelled"),
            Self::OrderAbandoned { order, .. } => (order.uuid(), TaskKind::OrderReview, "abandoned"),
            Self::OrderShipped { order, whole: true, .. } => (order.uuid(), TaskKind::Fulfil, "shipped"),
            Self::InquiryAnswered { inquiry, .. } => (inquiry.uuid(), TaskKind::Call, "answered"),
            Self::InquiryClosed { inquiry, .. } => (inquiry.uuid(), TaskKind::Call, "closed"),
            Self::Offer { offer, event, .. } => {
                return event.settles().iter().map(|(kind, result)| (offer.uuid(), *kind, *result)).collect();
            }
            Self::Case { case, event, .. } => {
                return event.settles().iter().map(|(kind, result)| (case.uuid(), *kind, *result)).collect();
            }
            Self::Contract { contract, event, .. } => {
                return event.settles().iter().map(|(kind, result)| (contract.uuid(), *kind, *result)).collect();
            }
            _ => return Vec::new(),
        };
        vec![one]
    }
}
