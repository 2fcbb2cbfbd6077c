//! What was done: one row a remedy, with the sum, the credit note or the new order.

use serde::Serialize;

use super::Remedy;
use crate::kernel::{self, CaseId, Currency, DocumentId, Moment, Money, OrderId, Reads, Tx, db};

#[derive(Clone, Debug)]
pub struct NewOutcome {
    pub remedy: Remedy,
    /// What the customer gets back, with VAT.
    pub amount: Option<Money>,
    /// The credit note, and its number.
    pub document: Option<(DocumentId, String)>,
    /// The order of the replacement.
    pub order: Option<OrderId>,
    pub note: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    pub remedy: Remedy,
    pub amount: Option<Money>,
    pub document: Option<DocumentId>,
    pub document_number: String,
    pub order: Option<OrderId>,
    pub note: String,
    pub at: Moment,
}

struct Row {
    remedy: String,
    amount_minor: Option<i64>,
    currency: Option<Currency>,
    document_id: Option<DocumentId>,
    document_number: String,
    order_id: Option<OrderId>,
    note: String,
    at: Moment,
}
db::record!(Row { remedy, amount_minor, currency, document_id, document_number, order_id, note, at });

/// # Faults
/// [`super::Fault::TooLong`].
pub async fn note_outcome(tx: &Tx, case: CaseId, new: NewOutcome) -> Result<(), kernel::Fault> {
    let note = super::fault::prose(&new.note, "note", 1000)?;
    let (document, number) = new.document.unzip();
    let sql = "insert into aftersales_outcome (id, case_id, remedy, amount_minor, currency, document_id, document_number, order_id, \
               note, at, actor) values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)";
    let params = db::params![
        tx.uuid(),
        case,
        new.remedy.as_str(),
        new.amount.map(|m| m.minor),
        new.amount.map(|m| m.currency.to_string()),
        document,
        number.unwrap_or_default(),
        new.order,
        note,
        tx.now(),
        tx.actor().code()
    ];
    db::run(tx, sql, params).await?;
    Ok(())
}

/// What was done, oldest first.
///
/// # Faults
/// Whatever the database says.
pub async fn outcomes(db: &impl Reads, case: CaseId) -> Result<Vec<Outcome>, kernel::Fault> {
    let sql = "select remedy, amount_minor, currency, document_id, document_number, order_id, note, at from aftersales_outcome \
               where case_id = $1 order by id";
    let read = |r: Row| {
        Ok(Outcome {
            remedy: r.remedy.parse().map_err(kernel::Fault::bug)?,
            amount: r.amount_minor.zip(r.currency).map(|(minor, currency)| Money::new(minor, currency)),
            document: r.document_id,
            document_number: r.document_number,
            order: r.order_id,
            note: r.note,
            at: r.at,
        })
    };
    db::all::<Row>(db, sql, db::params![case]).await?.into_iter().map(read).collect()
}
