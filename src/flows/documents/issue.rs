//! What is issued for an order: its invoice, what asks for money before the goods, the order on paper.

use serde::{Deserialize, Serialize};

use crate::{
    documents::{self, Issued, Kind, NewDocument},
    flows::steps::{
        issuing::{self, Post},
        papers::Desk,
        settling,
    },
    kernel::{
        Actor, App, Fault, Money, OrderId, Rate, Right, Tx,
        idempotency::{self, Seen},
    },
    pricing,
    sales::{self, OrderView},
};

/// How much is asked for before the goods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deposit {
    /// Of what the order costs.
    Percent(Rate),
    /// With VAT.
    Sum(Money),
}

impl Deposit {
    /// The sum of an order's total, rounded once.
    ///
    /// # Faults
    /// `documents.deposit` for nothing, for more than all of it, and in another currency.
    pub fn of(self, whole: Money) -> Result<Money, Fault> {
        let sum = match self {
            Self::Sum(sum) => Some(sum),
            Self::Percent(rate) => {
                whole.to_decimal().checked_mul(rate.to_decimal()).and_then(|exact| Money::from_decimal(exact, whole.currency))
            }
        };
        let fits = |sum: &Money| sum.currency == whole.currency && sum.minor > 0 && sum.minor <= whole.minor;
        Ok(sum.filter(fits).ok_or(documents::Fault::Deposit)?)
    }
}

/// A document to be issued for an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    Invoice,
    /// The order as it was agreed, on paper.
    Confirmation,
    /// Asks for money before the goods; no document of VAT law.
    Prepayment(Deposit),
    /// A VAT invoice for money that came before the goods (mode B1): the final invoice takes it off
    /// with its VAT.
    Advance(Deposit),
}

/// Issues a document for an order. A key makes sending the form twice harmless.
///
/// # Faults
/// `access.*`, `sales.no_order`; `documents.invoiced`; what would make it invalid, rule by rule;
/// `documents.deposit` for a sum that the order or the money that came does not allow;
/// `request.key_reused`.
pub async fn issue(app: &App, actor: &Actor, order: OrderId, wanted: Wanted, key: Option<&str>) -> Result<Issued, Fault> {
    let scope = actor.scope(Right::DocumentsIssue)?;
    let tx = app.begin(actor).await?;
    if let Some(key) = key {
        let body = serde_json::to_string(&(order, wanted))?;
        if let Seen::Before(answer) = idempotency::once(&tx, "document", key, &body).await? {
            return Ok(serde_json::from_value(answer)?);
        }
    }
    // The order is locked before anything is read of its money and documents: whoever issues or
    // settles comes one after the other.
    sales::head(&tx, &scope, order).await?;
    sales::lock_account(&tx, order).await?;
    let order = sales::order(&tx, &scope, order).await?;
    let issued = match wanted {
        Wanted::Invoice => issuing::invoice(&tx, &order).await?,
        Wanted::Confirmation => confirmation(&tx, &order).await?,
        Wanted::Prepayment(deposit) => prepayment(&tx, &order, deposit.of(order.gross)?).await?,
        Wanted::Advance(deposit) => advance(&tx, &order, deposit.of(order.gross)?).await?,
    };
    if let Some(key) = key {
        idempotency::remember(&tx, "document", key, &serde_json::to_value(&issued)?).await?;
    }
    tx.commit().await?;
    Ok(issued)
}

async fn prepayment(tx: &Tx, order: &OrderView, sum: Money) -> Result<Issued, Fault> {
    let issued = issuing::deposited(tx, order, (Kind::PrepaymentInvoice, sum), &[]).await?;
    // What page, letter, QR code and provider ask for until it came.
    sales::set_deposit(tx, order.id, Some(sum.minor).filter(|sum| *sum < order.gross.minor)).await?;
    settling::follow(tx, order.id, None).await?;
    Ok(issued)
}

/// `documents.deposit` for more than came and has no advance invoice yet.
async fn advance(tx: &Tx, order: &OrderView, sum: Money) -> Result<Issued, Fault> {
    let taken = documents::advances_of(tx, order.id).await?;
    let invoiced: i64 = taken.iter().map(|a| a.net.minor + a.vat.minor).sum();
    let received = issuing::received(tx, order.id).await?;
    if sum.minor > received.minor - invoiced {
        return Err(documents::Fault::Deposit.into());
    }
    if documents::of_order(tx, order.id).await?.iter().any(|d| d.kind == Kind::Invoice && d.stands()) {
        return Err(documents::Fault::Invoiced.into());
    }
    issuing::deposited(tx, order, (Kind::AdvanceInvoice, sum), &taken).await
}

async fn confirmation(tx: &Tx, order: &OrderView) -> Result<Issued, Fault> {
    let exchange = pricing::exchange(tx).await?;
    let desk = Desk { app: tx.app(), exchange: &exchange, now: tx.now() };
    let received = issuing::received(tx, order.id).await?;
    let paper = desk.whole(order, Kind::OrderConfirmation).conclude(Vec::new(), received)?;
    let new = NewDocument {
        paper: desk.finish(paper, order)?,
        order: Some(order.id),
        party: Some(order.party),
        credits: None,
        reason: String::new(),
    };
    issuing::issue(tx, new, Post::Send).await
}
