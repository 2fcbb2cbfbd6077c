//! Sending money back: reserved and written down, asked of the provider by a job, booked once the
//! provider says so. By hand, where no provider is: the person who gave it back says so.

use serde_json::json;

use crate::{
    flows::steps::{facts, refunding, settling},
    jobs::Failure,
    kernel::{Actor, App, Fault, RefundId, Right, journal},
    payments::{self, Gateway, Trouble},
};

pub use crate::flows::steps::refunding::{MakeRefund, NewRefund};

/// Wants money back to the payer. Of a provider's payment, a job asks the provider; of a transfer
/// or cash, it is booked now: somebody has given it.
///
/// # Faults
/// `access.forbidden`, `payments.no_receipt`, `payments.too_much`, `payments.disputed`,
/// `payments.currency`, `payments.not_a_sum`, `form.missing` without a reason.
pub async fn refund(app: &App, actor: &Actor, new: NewRefund) -> Result<RefundId, Fault> {
    actor.may(Right::RefundsMake)?;
    let tx = app.begin(actor).await?;
    let id = refunding::want(&tx, new).await?;
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
