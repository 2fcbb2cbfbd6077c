//! The till: a payment in cash within the law, and the numbered order that proves it.

use super::{
    issuing::{self, Post},
    papers::Desk,
};
use crate::{
    documents::{Cash, Issued, Kind, NewDocument, Paper, in_words},
    kernel::{Actor, Fault, Money, OrderId, Right, Tx},
    payments::{self, Standing, cash},
    pricing, sales,
};

/// Looks whether a sum may be taken in cash, and says what rounding forgives or adds: a rest that
/// cash cannot pay to the cent is settled by the nearest sum that it can.
///
/// # Faults
/// `payments.cash_step`, `payments.cash_limit`.
pub(crate) async fn admit(tx: &Tx, order: OrderId, amount: Money, standing: &Standing) -> Result<i64, Fault> {
    let settings = tx.app().settings();
    let step = cash::step(&settings, amount.currency);
    if amount.minor % step != 0 {
        return Err(payments::Fault::CashStep { step: Money { minor: step, ..amount } }.into());
    }
    if let Some(most) = cash::limit(&settings, amount.currency)
        && cash::taken(tx, order).await? + amount.minor > most.minor
    {
        return Err(payments::Fault::CashLimit { most }.into());
    }
    let settles = cash::rounded(standing.due, step) == amount;
    Ok(if settles { standing.due.minor - amount.minor } else { 0 })
}

/// What a cash order says beside sum and order.
pub(crate) struct Slip<'a> {
    pub kind: Kind,
    pub payer: &'a str,
    /// The number that the shop's own cash register printed.
    pub fiscal_receipt: &'a str,
}

/// Issues the order of the till: income (kasos pajamų orderis) or outlay (kasos išlaidų orderis). It
/// is no fiscal receipt and does not look like one.
///
/// # Faults
/// What would make it invalid, by field.
pub(crate) async fn issue(tx: &Tx, order: OrderId, amount: Money, slip: Slip<'_>) -> Result<Issued, Fault> {
    let order = sales::order(tx, &Actor::System.scope(Right::OrdersRead)?, order).await?;
    let exchange = pricing::exchange(tx).await?;
    let desk = Desk { app: tx.app(), exchange: &exchange, now: tx.now() };
    let by = match tx.actor() {
        Actor::Staff(staff) => staff.name.clone(),
        _ => String::new(),
    };
    let zero = Money::zero(amount.currency);
    let paper = Paper {
        lines: Vec::new(),
        taxes: Vec::new(),
        supplied_on: None,
        deliver_to: None,
        // The sum that changed hands; what VAT is in it stands on the invoice.
        net: amount,
        vat: zero,
        gross: amount,
        due: amount,
        words: String::new(),
        cash: Some(Cash {
            payer: slip.payer.to_owned(),
            basis: order.number.clone(),
            sum: amount,
            words: in_words(amount, order.locale),
            fiscal_receipt: slip.fiscal_receipt.trim().chars().take(60).collect(),
            by,
        }),
        ..desk.whole(&order, slip.kind)
    };
    let new = NewDocument { paper, order: Some(order.id), party: Some(order.party), credits: None, reason: String::new() };
    issuing::issue(tx, new, Post::Keep).await
}
