//! Issuing a document within a transaction that somebody began: the row, the customer's history,
//! the journal and the job that sets it as a PDF and sends it.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{papers::Desk, settling};
use crate::{
    crm::{self, Touch},
    documents::{self, Issued, Kind, NewDocument, Paper},
    jobs::{self, Payload},
    kernel::{Actor, DocumentId, Fault, Money, OrderId, Right, Tx, journal},
    pricing,
    sales::{self, OrderView},
};

/// The job that sets a document as a PDF and, where it is said, sends it to the customer.
#[derive(Debug, Serialize, Deserialize)]
pub struct SetDocument {
    pub document: DocumentId,
    pub send: bool,
}

impl Payload for SetDocument {
    const KIND: &'static str = "documents.set";
    fn dedupe(&self) -> Option<String> {
        Some(format!("documents.set:{}:{}", self.document, self.send))
    }
}

/// Whether the customer gets a letter with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Post {
    Send,
    Keep,
}

/// What happened to an order, for the setting that says when its invoice comes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Occasion {
    /// All of it is paid.
    Paid,
    /// The last of it has left.
    Shipped,
}

impl Occasion {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::Shipped => "shipped",
        }
    }
}

/// Issues a paper and tells everybody. The number is drawn in here: what is to be read was read.
///
/// # Faults
/// What would make it invalid, rule by rule; what [`documents::issue`] says.
pub(crate) async fn issue(tx: &Tx, new: NewDocument, post: Post) -> Result<Issued, Fault> {
    admissible(&new.paper)?;
    let (order, party) = (new.order, new.party);
    let issued = documents::issue(tx, new).await?;
    if let (Some(order), Some(party)) = (order, party) {
        let (number, kind) = (issued.number.clone(), issued.kind.as_str());
        crm::record(tx, Touch::DocumentIssued { order, party, number, kind, total: issued.total }).await?;
    }
    let data = json!({ "number": issued.number, "kind": issued.kind, "order": order });
    journal::note(tx, "documents.issued", Some(issued.id.uuid()), data).await?;
    jobs::enqueue(tx, &SetDocument { document: issued.id, send: post == Post::Send }).await?;
    Ok(issued)
}

/// The order's one invoice: all of its lines, less what was paid and invoiced before.
///
/// # Faults
/// `documents.invoiced`; what [`issue`] says.
pub(crate) async fn invoice(tx: &Tx, order: &OrderView) -> Result<Issued, Fault> {
    let (new, anew) = final_invoice(tx, order).await?;
    if anew {
        let account = sales::account(tx, order.id).await?;
        sales::note_credited(tx, order.id, Money { minor: -account.credited, ..account.total }).await?;
        settling::follow(tx, order.id, None).await?;
    }
    issue(tx, new, Post::Send).await
}

/// The invoice, and whether it is written anew: one that stood here before was credited in whole, and
/// with the new one the order owes its sum again.
async fn final_invoice(tx: &Tx, order: &OrderView) -> Result<(NewDocument, bool), Fault> {
    let received = received(tx, order.id).await?;
    let all = documents::of_order(tx, order.id).await?;
    // Asked here for a clear answer; the row itself cannot be written twice.
    if all.iter().any(|d| d.kind == Kind::Invoice && d.stands()) {
        return Err(documents::Fault::Invoiced.into());
    }
    let anew = all.iter().any(|d| d.kind == Kind::Invoice);
    let exchange = pricing::exchange(tx).await?;
    let desk = Desk { app: tx.app(), exchange: &exchange, now: tx.now() };
    let advances = documents::advances_of(tx, order.id).await?;
    let paper = desk.whole(order, Kind::Invoice).conclude(advances, received)?;
    let new = NewDocument {
        paper: desk.finish(paper, order)?,
        order: Some(order.id),
        party: Some(order.party),
        credits: None,
        reason: String::new(),
    };
    Ok((new, anew))
}

/// What came for an order and stayed.
///
/// # Faults
/// `sales.no_order`.
pub(crate) async fn received(tx: &Tx, order: OrderId) -> Result<Money, Fault> {
    let account = sales::account(tx, order).await?;
    Ok(settling::standing(tx, &account).await?.received)
}

/// The invoice that comes by itself, where the shop wants that. What the law would not have is
/// noted in the journal and waits for a person: the goods leave and the money stays all the same.
///
/// # Faults
/// Whatever the database says.
pub(crate) async fn invoice_by_itself(tx: &Tx, order: OrderId, on: Occasion) -> Result<Option<Issued>, Fault> {
    let settings = tx.app().settings();
    // A shop that has not said who it is cannot issue anything yet.
    if settings.text("documents.invoice_when") != on.as_str() || settings.text("shop.company").trim().is_empty() {
        return Ok(None);
    }
    let order = sales::order(tx, &Actor::System.scope(Right::OrdersRead)?, order).await?;
    if order.gross.is_zero() || documents::of_order(tx, order.id).await?.iter().any(|d| d.kind == Kind::Invoice) {
        return Ok(None);
    }
    let ready = final_invoice(tx, &order).await.and_then(|(new, _)| admissible(&new.paper).map(|()| new));
    match ready {
        Ok(new) => issue(tx, new, Post::Send).await.map(Some),
        Err(fault) if matches!(fault.kind, crate::kernel::Kind::Invalid | crate::kernel::Kind::Conflict) => {
            let data = json!({ "number": order.number, "why": fault.code });
            journal::note(tx, "documents.not_invoiced", Some(order.id.uuid()), data).await?;
            Ok(None)
        }
        Err(fault) => Err(fault),
    }
}

/// A paper for money that is asked for, or came, before the goods.
///
/// # Faults
/// What [`issue`] says; `documents.deposit`.
pub(crate) async fn deposited(
    tx: &Tx,
    order: &OrderView,
    what: (Kind, Money),
    taken: &[documents::Advance],
) -> Result<Issued, Fault> {
    issue(tx, deposit(tx, order, what, taken).await?, Post::Send).await
}

async fn deposit(
    tx: &Tx,
    order: &OrderView,
    (kind, sum): (Kind, Money),
    taken: &[documents::Advance],
) -> Result<NewDocument, Fault> {
    let exchange = pricing::exchange(tx).await?;
    let desk = Desk { app: tx.app(), exchange: &exchange, now: tx.now() };
    let mut paper = desk.whole(order, kind).deposit(sum, taken, &desk.deposit_title(order))?;
    if kind == Kind::AdvanceInvoice {
        // It stands for money that came: nothing of it is due.
        (paper.prepaid, paper.due) = (paper.gross, Money { minor: 0, ..paper.gross });
    }
    paper.supplied_on = None;
    Ok(NewDocument {
        paper: desk.finish(paper, order)?,
        order: Some(order.id),
        party: Some(order.party),
        credits: None,
        reason: String::new(),
    })
}

/// The prepayment invoice that follows an accepted offer by itself, where the shop wants that. What
/// would be no valid paper waits for a person: the order stands all the same.
///
/// # Faults
/// Whatever the database says.
pub(crate) async fn prepayment_by_itself(tx: &Tx, order: OrderId, sum: Money) -> Result<Option<Issued>, Fault> {
    let settings = tx.app().settings();
    if !settings.flag("offers.prepayment_invoice") || settings.text("shop.company").trim().is_empty() {
        return Ok(None);
    }
    let order = sales::order(tx, &Actor::System.scope(Right::OrdersRead)?, order).await?;
    let ready =
        deposit(tx, &order, (Kind::PrepaymentInvoice, sum), &[]).await.and_then(|new| admissible(&new.paper).map(|()| new));
    match ready {
        Ok(new) => issue(tx, new, Post::Send).await.map(Some),
        Err(fault) if matches!(fault.kind, crate::kernel::Kind::Invalid | crate::kernel::Kind::Conflict) => {
            let data = json!({ "number": order.number, "why": fault.code });
            journal::note(tx, "documents.not_invoiced", Some(order.id.uuid()), data).await?;
            Ok(None)
        }
        Err(fault) => Err(fault),
    }
}

/// What would be invalid is refused before it has a number: all complaints at once.
fn admissible(paper: &Paper) -> Result<(), Fault> {
    // The rules want a number; the one that will be drawn is not known before they are asked.
    let numbered = Paper { number: paper.kind.prefix().to_owned(), ..paper.clone() };
    let Err(complaints) = documents::admissible(&numbered) else { return Ok(()) };
    let faults = complaints.into_iter().map(Fault::from).collect();
    Fault::gather(faults).map_or(Ok(()), Err)
}
