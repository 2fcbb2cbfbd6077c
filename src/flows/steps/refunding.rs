//! Money that goes back, within a transaction that somebody began: reserved and written down; a provider is
//! asked by a job, a transfer or cash is booked now, since somebody has given it.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{facts, till};
use crate::{
    documents::Kind,
    jobs::{self, Payload},
    kernel::{Fault, Money, OrderId, ReceiptId, RefundId, Tx, journal},
    payments::{self, Cause, Movement},
    sales,
};

/// What is to go back.
#[derive(Clone, Debug)]
pub struct NewRefund {
    pub receipt: ReceiptId,
    pub order: Option<OrderId>,
    pub amount: Money,
    pub reason: String,
}

/// The job that asks the provider.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct MakeRefund {
    pub refund: RefundId,
}
impl Payload for MakeRefund {
    const KIND: &'static str = "payments.refund";
    fn dedupe(&self) -> Option<String> {
        Some(self.refund.to_string())
    }
}

/// Wants money back to the payer.
///
/// # Faults
/// `payments.no_receipt`, `payments.too_much`, `payments.disputed`, `payments.currency`,
/// `payments.not_a_sum`, `form.missing` without a reason; `payments.cash_step` for cash.
pub(crate) async fn want(tx: &Tx, new: NewRefund) -> Result<RefundId, Fault> {
    let (provider, object) = payments::name_of(tx, new.receipt).await?;
    let receipt = facts::known(tx, &provider, &object).await?;
    let step = payments::cash::step(&tx.app().settings(), new.amount.currency);
    if provider == "cash" && new.amount.minor % step != 0 {
        return Err(payments::Fault::CashStep { step: Money { minor: step, ..new.amount } }.into());
    }
    let id = payments::want(tx, &receipt, new.order, new.amount, &new.reason).await?;
    let data = json!({ "minor": new.amount.minor, "receipt": receipt.id });
    journal::note(tx, "payments.refund_wanted", Some(id.uuid()), data).await?;
    if provider.parse::<payments::Method>().is_ok() {
        let name = id.to_string();
        payments::move_money(tx, &receipt, Movement::Refund, &name, (new.amount, tx.now())).await?;
        payments::booked(tx, id, &name).await?;
        facts::off_orders(tx, &receipt, Cause::Refund, &name).await?;
        if let (Some(order), "cash") = (new.order.or(receipt.order), provider.as_str()) {
            let payer = sales::account(tx, order).await?.name;
            let slip = till::Slip { kind: Kind::CashRefund, payer: &payer, fiscal_receipt: "" };
            till::issue(tx, order, new.amount, slip).await?;
        }
    } else {
        jobs::enqueue(tx, &MakeRefund { refund: id }).await?;
    }
    Ok(id)
}
