//! Orders that wait for money: reminded, and given up in the end. A payment page is asked about before
//! its order is given up; late money brings every one of them back.

use serde_json::json;

use crate::{
    flows::steps::settling,
    kernel::{Actor, App, Fault, Moment, OrderId, journal},
    payments,
    sales::{self, State},
};

/// Gives up orders whose time to pay at a provider is over, unless a page of theirs may still bring
/// money: the provider is asked first (`sweep`), never the clock alone. Answers how many.
///
/// # Faults
/// Whatever the database says.
pub async fn run_out(app: &App) -> Result<usize, Fault> {
    let mut gone = 0;
    for order in sales::held_out(app.reader(), app.now(), 200).await? {
        let tx = app.begin(&Actor::System).await?;
        let account = sales::lock_account(&tx, order).await?;
        if payments::live(&tx, order).await?.is_some() {
            // Looked at again soon: the sweeper is finding out.
            sales::set_hold(&tx, order, Some(tx.now().plus_minutes(5))).await?;
        } else if account.state == State::AwaitingPayment {
            settling::abandon(&tx, &account).await?;
            gone += 1;
        } else {
            sales::set_hold(&tx, order, None).await?;
        }
        tx.commit().await?;
    }
    Ok(gone)
}

/// Reminds of transfers that were not seen, by the days of the setting, and gives orders up after
/// its last day. Answers how many letters were written.
///
/// # Faults
/// Whatever the database says.
pub async fn remind(app: &App) -> Result<usize, Fault> {
    let settings = app.settings();
    let days: Vec<i64> =
        settings.text("payment.reminder_days").split(',').filter_map(|d| d.trim().parse().ok()).filter(|d| *d > 0).collect();
    let last = settings.int("payment.expire_days");
    let Some(first) = days.iter().copied().chain((last > 0).then_some(last)).min() else { return Ok(0) };
    let (now, mut written) = (app.now(), 0);
    let mut after: Option<(Moment, OrderId)> = None;
    loop {
        let found = sales::owing(app.reader(), now.plus_days(-first), after, 200).await?;
        let Some(end) = found.last() else { return Ok(written) };
        after = Some((end.due_at, end.id));
        for owing in &found {
            let age = (now.0 - owing.placed_at.0) / 86_400_000;
            if last > 0 && age >= last {
                expire(app, owing.id).await?;
                continue;
            }
            let wanted = days.iter().filter(|d| age >= **d).count();
            let wanted = i64::try_from(wanted).unwrap_or(0);
            if wanted > owing.reminded {
                written += usize::from(write(app, owing.id, wanted).await?);
            }
        }
    }
}

async fn write(app: &App, order: OrderId, times: i64) -> Result<bool, Fault> {
    let tx = app.begin(&Actor::System).await?;
    let account = sales::lock_account(&tx, order).await?;
    let due = settling::standing(&tx, &account).await?;
    if account.state != State::Placed || due.ask.minor == 0 {
        return Ok(false);
    }
    sales::note_reminded(&tx, order, times).await?;
    settling::write_to(&tx, &account, "payment_reminder", json!({ "order": order })).await?;
    journal::note(&tx, "sales.order.reminded", Some(order.uuid()), json!({ "number": account.number, "times": times })).await?;
    tx.commit().await?;
    Ok(true)
}

/// Nothing came: the stock is free for others. What was paid in part is a person's decision.
async fn expire(app: &App, order: OrderId) -> Result<(), Fault> {
    let tx = app.begin(&Actor::System).await?;
    let account = sales::lock_account(&tx, order).await?;
    let standing = settling::standing(&tx, &account).await?;
    if account.state != State::Placed || standing.due.minor == 0 || payments::live(&tx, order).await?.is_some() {
        return Ok(());
    }
    if standing.received.minor > 0 {
        settling::trouble(&tx, order, "part_paid").await?;
    } else {
        settling::abandon(&tx, &account).await?;
        settling::write_to(&tx, &account, "order_expired", json!({ "order": order })).await?;
    }
    tx.commit().await
}
