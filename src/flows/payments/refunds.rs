//! Sending money back: reserved and written down, asked of the provider by a job, booked once the
//! provider says so. By hand, where no provider is: the person who gave it back says so.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    documents::Kind,
    flows::steps::{facts, settling, till},
    jobs::{self, Failure, Payload},
    kernel::{Actor, App, Fault, Money, OrderId, ReceiptId, RefundId, Right, journal},
    payments::{self, Cause, Gateway, Movement, Trouble},
    sales,
};

/// What staff want to send back.
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

/// Wants money back to the payer. Of a provider's payment, a job asks the provider; of a transfer
/// or cash, it is booked now: somebody has given it.
///
/// # Faults
/// `access.forbidden`, `payments.no_receipt`, `payments.too_much`, `payments.disputed`,
/// `payments.currency`, `payments.not_a_sum`, `form.missing` without a reason.
pub async fn refund(app: &App, actor: &Actor, new: NewRefund) -> Result<RefundId, Fault> {
    actor.may(Right::RefundsMake)?;
    let tx = app.begin(actor).await?;
    let (provider, object) = payments::name_of(&tx, new.receipt).await?;
    let receipt = facts::known(&tx, &provider, &object).await?;
    let step = payments::cash::step(&app.settings(), new.amount.currency);
    if provider == "cash" && new.amount.minor % step != 0 {
        return Err(payments::Fault::CashStep { step: Money { minor: step, ..new.amount } }.into());
    }
    let id = payments::want(&tx, &receipt, new.order, new.amount, &new.reason).await?;
    let data = json!({ "minor": new.amount.minor, "receipt": receipt.id });
    journal::note(&tx, "payments.refund_wanted", Some(id.uuid()), data).await?;
    if provider.parse::<payments::Method>().is_ok() {
        let name = id.to_string();
        payments::move_money(&tx, &receipt, Movement::Refund, &name, (new.amount, tx.now())).await?;
        payments::booked(&tx, id, &name).await?;
        facts::off_orders(&tx, &receipt, Cause::Refund, &name).await?;
        if let (Some(order), "cash") = (new.order.or(receipt.order), provider.as_str()) {
            let payer = sales::account(&tx, order).await?.name;
            let slip = till::Slip { kind: Kind::CashRefund, payer: &payer, fiscal_receipt: "" };
            till::issue(&tx, order, new.amount, slip).await?;
        }
    } else {
        jobs::enqueue(&tx, &MakeRefund { refund: id }).await?;
    }
    tx.commit().await?;
    Ok(id)
}

/// Runs the job of one refund. Asked twice, the provider makes it once.
///
/// # Errors
/// `Retry` while the provider is silent.
pub async fn make_refund(app: &App, job: MakeRefund) -> Result<(), Failure> {
    let wanted = payments::refund(app.reader(), job.refund).await?;
    if wanted.ended_at.is_some() {
        return Ok(());
    }
    let gateway = app.try_port::<dyn Gateway>().ok_or(Fault::from(payments::Fault::NoGateway))?;
    let (_, payment) = payments::name_of(app.reader(), wanted.receipt).await?;
    match gateway.refund(&payments::Refund { id: wanted.id.uuid(), payment, amount: wanted.amount }).await {
        Ok(fact) => {
            let tx = app.begin(&Actor::System).await?;
            facts::apply(&tx, gateway.name(), &fact).await?;
            Ok(tx.commit().await?)
        }
        Err(Trouble::Silent(why)) => Err(Failure::Retry(why)),
        Err(Trouble::Refused(why)) => {
            let tx = app.begin(&Actor::System).await?;
            payments::release(&tx, wanted.id, &why).await?;
            if let Some(order) = wanted.order {
                settling::trouble(&tx, order, "refund_failed").await?;
            }
            let noted = journal::note(&tx, "payments.refund_refused", Some(wanted.id.uuid()), json!({})).await;
            noted.map_err(Fault::from)?;
            tx.commit().await?;
            Ok(())
        }
    }
}
