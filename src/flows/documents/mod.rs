//! Documents: who may issue what, and what follows from it. The paper is made from the order's
//! frozen lines, the number is drawn last, and the letter goes after the commit.

mod files;

pub use files::{File, by_link, pdf, set, shown, xml};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::steps::{
    issuing::{self, Post},
    papers::{self, Desk},
    settling,
};
use crate::{
    crm::{self, Touch},
    documents::{self, Correction, DocumentRow, Issued, Kind, NewDocument, Wish},
    jobs,
    kernel::{
        Actor, App, DocumentId, Fault, Money, OrderId, Rate, Right, Scope, Tx,
        idempotency::{self, Seen},
        journal,
    },
    pricing,
    sales::{self, OrderView},
};

pub use super::steps::issuing::SetDocument;

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

/// The order's invoice.
///
/// # Faults
/// `access.*`, `sales.no_order`; `documents.invoiced`; what would make it invalid, rule by rule.
pub async fn invoice(app: &App, actor: &Actor, order: OrderId) -> Result<Issued, Fault> {
    let scope = actor.scope(Right::DocumentsIssue)?;
    let tx = app.begin(actor).await?;
    let order = locked(&tx, &scope, order).await?;
    let issued = issuing::invoice(&tx, &order).await?;
    tx.commit().await?;
    Ok(issued)
}

/// The order, locked before anything is read of its money and documents: whoever issues or settles
/// comes one after the other.
async fn locked(tx: &Tx, scope: &Scope, order: OrderId) -> Result<OrderView, Fault> {
    sales::head(tx, scope, order).await?;
    sales::lock_account(tx, order).await?;
    sales::order(tx, scope, order).await
}

/// A paper that asks for money before the goods; no document of VAT law.
///
/// # Faults
/// As [`invoice`]; `documents.deposit`.
pub async fn prepayment(app: &App, actor: &Actor, order: OrderId, deposit: Deposit) -> Result<Issued, Fault> {
    let scope = actor.scope(Right::DocumentsIssue)?;
    let tx = app.begin(actor).await?;
    let order = locked(&tx, &scope, order).await?;
    let sum = deposit.of(order.gross)?;
    let issued = issuing::deposited(&tx, &order, (Kind::PrepaymentInvoice, sum), &[]).await?;
    // What page, letter, QR code and provider ask for until it came.
    sales::set_deposit(&tx, order.id, Some(sum.minor).filter(|sum| *sum < order.gross.minor)).await?;
    settling::follow(&tx, order.id, None).await?;
    tx.commit().await?;
    Ok(issued)
}

/// A VAT invoice for money that came before the goods (mode B1): the final invoice takes it off with
/// its VAT.
///
/// # Faults
/// As [`invoice`]; `documents.deposit` for more than came and has no advance invoice yet.
pub async fn advance(app: &App, actor: &Actor, order: OrderId, deposit: Deposit) -> Result<Issued, Fault> {
    let scope = actor.scope(Right::DocumentsIssue)?;
    let tx = app.begin(actor).await?;
    let order = locked(&tx, &scope, order).await?;
    let taken = documents::advances_of(&tx, order.id).await?;
    let invoiced: i64 = taken.iter().map(|a| a.net.minor + a.vat.minor).sum();
    let received = issuing::received(&tx, order.id).await?;
    let sum = deposit.of(order.gross)?;
    if sum.minor > received.minor - invoiced {
        return Err(documents::Fault::Deposit.into());
    }
    if documents::of_order(&tx, order.id).await?.iter().any(|d| d.kind == Kind::Invoice && d.stands()) {
        return Err(documents::Fault::Invoiced.into());
    }
    let issued = issuing::deposited(&tx, &order, (Kind::AdvanceInvoice, sum), &taken).await?;
    tx.commit().await?;
    Ok(issued)
}

/// The order as it was agreed, on paper.
///
/// # Faults
/// As [`invoice`].
pub async fn confirmation(app: &App, actor: &Actor, order: OrderId) -> Result<Issued, Fault> {
    let scope = actor.scope(Right::DocumentsIssue)?;
    let tx = app.begin(actor).await?;
    let order = locked(&tx, &scope, order).await?;
    let exchange = pricing::exchange(&tx).await?;
    let desk = Desk { app: tx.app(), exchange: &exchange, now: tx.now() };
    let received = issuing::received(&tx, order.id).await?;
    let paper = desk.whole(&order, Kind::OrderConfirmation).conclude(Vec::new(), received)?;
    let new = NewDocument {
        paper: desk.finish(paper, &order)?,
        order: Some(order.id),
        party: Some(order.party),
        credits: None,
        reason: String::new(),
    };
    let issued = issuing::issue(&tx, new, Post::Send).await?;
    tx.commit().await?;
    Ok(issued)
}

/// What is to be credited of which invoice, and why. The key makes sending it twice harmless.
#[derive(Clone, Debug, Serialize)]
pub struct CreditForm {
    pub invoice: DocumentId,
    pub wish: Wish,
    pub reason: String,
    #[serde(skip)]
    pub key: Option<String>,
}

/// A credit note.
///
/// # Faults
/// As [`invoice`]; `form.missing` without a reason; `documents.more_than_invoiced`,
/// `documents.nothing_left`, `documents.advance_first`, `documents.not_credited`; `request.key_reused`.
pub async fn credit(app: &App, actor: &Actor, form: CreditForm) -> Result<Issued, Fault> {
    let scope = actor.scope(Right::DocumentsIssue)?;
    if form.reason.trim().is_empty() {
        return Err(documents::Fault::Missing { field: "reason" }.into());
    }
    let tx = app.begin(actor).await?;
    if let Some(key) = &form.key {
        let body = serde_json::to_string(&form)?;
        if let Seen::Before(answer) = idempotency::once(&tx, "credit", key, &body).await? {
            return Ok(serde_json::from_value(answer)?);
        }
    }
    let row = documents::document(&tx, &scope, form.invoice).await?.row;
    if let Some(order) = row.order {
        sales::lock_account(&tx, order).await?;
    }
    let (invoice, before) = documents::to_credit(&tx, form.invoice).await?;
    let exchange = pricing::exchange(&tx).await?;
    let desk = Desk { app: tx.app(), exchange: &exchange, now: tx.now() };
    let title = desk.text(invoice.locale, "paper.lower_price", &[]);
    let (mut paper, rows) = documents::credit(&invoice, &before, &form.wish, &title)?;
    paper.kind = Kind::CreditNote;
    paper.issued_on = tx.now().date().to_string();
    (paper.due_on, paper.supplied_on, paper.pay) = (None, None, None);
    paper.words = documents::in_words(paper.gross, paper.locale);
    paper.corrects = Some(Correction {
        number: invoice.number.clone(),
        issued_on: invoice.issued_on.clone(),
        reason: form.reason.trim().to_owned(),
    });
    // At the rate of the invoice: a credit note mirrors it.
    let earlier: i64 = before.iter().map(|row| row.gross - row.net).sum();
    paper.vat_eur = invoice.vat_eur.map(|euro| papers::mirrored(euro, invoice.vat, earlier, paper.vat));
    let new = NewDocument {
        paper,
        order: row.order,
        party: row.party,
        credits: Some((form.invoice, rows)),
        reason: form.reason.clone(),
    };
    let issued = issuing::issue(&tx, new, Post::Send).await?;
    if let Some(order) = row.order
        && owes_less(&tx, order, &row).await?
    {
        sales::note_credited(&tx, order, issued.total).await?;
        settling::follow(&tx, order, None).await?;
    }
    if let Some(key) = &form.key {
        idempotency::remember(&tx, "credit", key, &serde_json::to_value(&issued)?).await?;
    }
    tx.commit().await?;
    Ok(issued)
}

/// Whether a credit note takes something off what the order owes: of its invoice always, of an
/// advance only once the invoice took that off, since before it the invoice grows by as much.
async fn owes_less(tx: &Tx, order: OrderId, credited: &DocumentRow) -> Result<bool, Fault> {
    let later = |d: &DocumentRow| d.kind == Kind::Invoice && d.id > credited.id;
    Ok(credited.kind == Kind::Invoice || documents::of_order(tx, order).await?.iter().any(later))
}

/// Takes back a document that no VAT law binds. It keeps its number.
///
/// # Faults
/// `access.*`; `documents.no_document`, `documents.annulled`, `documents.not_annulled`; `form.missing`.
pub async fn annul(app: &App, actor: &Actor, id: DocumentId, reason: &str) -> Result<(), Fault> {
    let scope = actor.scope(Right::DocumentsIssue)?;
    let tx = app.begin(actor).await?;
    documents::document(&tx, &scope, id).await?;
    let done = documents::annul(&tx, id, reason).await?;
    if let (Some(order), Some(party)) = (done.order, done.party) {
        if done.kind == Kind::PrepaymentInvoice {
            sales::set_deposit(&tx, order, None).await?;
            settling::follow(&tx, order, None).await?;
        }
        crm::record(&tx, Touch::DocumentAnnulled { order, party, number: done.number.clone(), kind: done.kind.as_str() }).await?;
    }
    let data = json!({ "number": done.number, "kind": done.kind });
    journal::note(&tx, "documents.annulled", Some(id.uuid()), data).await?;
    tx.commit().await
}

/// Sends a document to its customer once more.
///
/// # Faults
/// `access.*`; `documents.no_document`.
pub async fn send_again(app: &App, actor: &Actor, id: DocumentId) -> Result<(), Fault> {
    let scope = actor.scope(Right::DocumentsIssue)?;
    let tx = app.begin(actor).await?;
    let document = documents::document(&tx, &scope, id).await?;
    if document.row.state == documents::State::Annulled {
        return Err(documents::Fault::Annulled.into());
    }
    jobs::enqueue(&tx, &SetDocument { document: id, send: true }).await?;
    journal::note(&tx, "documents.sent_again", Some(id.uuid()), json!({ "number": document.row.number })).await?;
    tx.commit().await
}

/// The numbers of a kind go on where another program stopped.
///
/// # Faults
/// `access.*`; `documents.series` when numbers up to there were drawn.
pub async fn go_on(app: &App, actor: &Actor, kind: Kind, next: i64) -> Result<(), Fault> {
    actor.may(Right::SettingsManage)?;
    let tx = app.begin(actor).await?;
    documents::go_on(&tx, kind, next).await?;
    journal::note(&tx, "documents.series_moved", None, json!({ "kind": kind, "next": next })).await?;
    tx.commit().await
}
