//! A credit note within a transaction that somebody began: of an invoice, with its own prices, taxes and
//! discounts, and what follows for the order's money.

use super::{
    issuing::{self, Post},
    papers::{self, Desk},
    settling,
};
use crate::{
    documents::{self, Correction, DocumentRow, Issued, Kind, NewDocument, Wish},
    kernel::{Actor, DocumentId, Fault, OrderId, Right, Tx},
    pricing, sales,
};

/// Credits an invoice in whole or in part; `reason` stands on the note.
///
/// # Faults
/// `documents.no_document`, `documents.annulled`, `documents.not_credited`; `documents.more_than_invoiced`,
/// `documents.nothing_left`, `documents.advance_first`.
pub(crate) async fn credit(tx: &Tx, invoice: DocumentId, (wish, reason): (&Wish, &str)) -> Result<Issued, Fault> {
    let row = documents::document(tx, &Actor::System.scope(Right::DocumentsRead)?, invoice).await?.row;
    if let Some(order) = row.order {
        sales::lock_account(tx, order).await?;
    }
    let (original, before) = documents::to_credit(tx, invoice).await?;
    let exchange = pricing::exchange(tx).await?;
    let desk = Desk { app: tx.app(), exchange: &exchange, now: tx.now() };
    let title = desk.text(original.locale, "paper.lower_price", &[]);
    let (mut paper, rows) = documents::credit(&original, &before, wish, &title)?;
    paper.kind = Kind::CreditNote;
    paper.issued_on = tx.now().date().to_string();
    (paper.due_on, paper.supplied_on, paper.pay) = (None, None, None);
    paper.words = documents::in_words(paper.gross, paper.locale);
    paper.corrects = Some(Correction {
        number: original.number.clone(),
        issued_on: original.issued_on.clone(),
        reason: reason.trim().to_owned(),
    });
    // At the rate of the invoice: a credit note mirrors it.
    let earlier: i64 = before.iter().map(|row| row.gross - row.net).sum();
    paper.vat_eur = original.vat_eur.map(|euro| papers::mirrored(euro, original.vat, earlier, paper.vat));
    let new =
        NewDocument { paper, order: row.order, party: row.party, credits: Some((invoice, rows)), reason: reason.to_owned() };
    let issued = issuing::issue(tx, new, Post::Send).await?;
    if let Some(order) = row.order
        && owes_less(tx, order, &row).await?
    {
        sales::note_credited(tx, order, issued.total).await?;
        settling::follow(tx, order, None).await?;
    }
    Ok(issued)
}

/// Whether a credit note takes something off what the order owes: of its invoice always, of an
/// advance only once the invoice took that off, since before it the invoice grows by as much.
async fn owes_less(tx: &Tx, order: OrderId, credited: &DocumentRow) -> Result<bool, Fault> {
    let later = |d: &DocumentRow| d.kind == Kind::Invoice && d.id > credited.id;
    Ok(credited.kind == Kind::Invoice || documents::of_order(tx, order).await?.iter().any(later))
}
