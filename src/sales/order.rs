//! Moving an order on: a conditional update and a row that says who, when and why.

use super::{Fault, State, Step};
use crate::kernel::{Fault as Refusal, OrderId, PartyId, Reads, Tx, db};

/// What a step changed, for the flow to tell others.
#[derive(Clone, Debug)]
pub struct Moved {
    pub order: OrderId,
    pub number: String,
    pub party: PartyId,
    pub before: State,
    pub after: State,
}

struct Row {
    number: String,
    party_id: PartyId,
    state: String,
}
db::record!(Row { number, party_id, state });

/// Takes a step of the table. Confirm, deliver and cancel come here; shipping goes through
/// [`super::ship`], which alone knows whether anything is left.
///
/// # Faults
/// [`Fault::NoOrder`]; [`Fault::WrongState`]; [`Fault::Moved`] when somebody was faster.
pub async fn advance(tx: &Tx, order: OrderId, step: Step, reason: &str) -> Result<Moved, Refusal> {
    let (row, before) = read(tx, order).await?;
    let after = before.after(step)?;
    put(tx, order, step, (before, after), reason).await?;
    Ok(Moved { order, number: row.0, party: row.1, before, after })
}

pub(super) async fn read(db: &impl Reads, order: OrderId) -> Result<((String, PartyId), State), Refusal> {
    let sql = "select number, party_id, state from sales_order where id = $1";
    let row: Row = db::opt(db, sql, db::params![order]).await?.ok_or(Fault::NoOrder)?;
    Ok(((row.number, row.party_id), row.state.parse().map_err(Refusal::bug)?))
}

/// The state changes only from the one that was read: on PostgreSQL two may have read it.
pub(super) async fn put(
    tx: &Tx,
    order: OrderId,
    step: Step,
    (before, after): (State, State),
    reason: &str,
) -> Result<(), Refusal> {
    let sql = "update sales_order set state = $3, changed_at = $4 where id = $1 and state = $2";
    if db::run(tx, sql, db::params![order, before.as_str(), after.as_str(), tx.now()]).await? == 0 {
        return Err(Fault::Moved.into());
    }
    note(tx, order, step.as_str(), Some(before), after, reason).await
}

pub(super) async fn note(
    tx: &Tx,
    order: OrderId,
    step: &'static str,
    before: Option<State>,
    after: State,
    reason: &str,
) -> Result<(), Refusal> {
    let sql = "insert into order_event (id, order_id, at, actor, step, before, after, reason) values ($1,$2,$3,$4,$5,$6,$7,$8)";
    let reason: String = reason.trim().chars().take(1000).collect();
    let before = before.map(State::as_str);
    let params = db::params![tx.uuid(), order, tx.now(), tx.actor().code(), step, before, after.as_str(), reason];
    db::run(tx, sql, params).await?;
    Ok(())
}

/// Two records turned out to be one customer: the orders of one become the other's.
///
/// # Faults
/// Whatever the database says.
pub async fn repoint(tx: &Tx, from: PartyId, to: PartyId) -> Result<u64, Refusal> {
    db::run(tx, "update cart set party_id = $2 where party_id = $1", db::params![from, to]).await?;
    Ok(db::run(tx, "update sales_order set party_id = $2 where party_id = $1", db::params![from, to]).await?)
}

/// What the shop keeps about a customer's orders, for the customer.
///
/// # Faults
/// Whatever the database says.
pub async fn export(db: &impl Reads, party: PartyId) -> Result<serde_json::Value, Refusal> {
    let ids: Vec<OrderId> =
        db::column(db, "select id from sales_order where party_id = $1 order by placed_at, id", db::params![party]).await?;
    let scope = crate::kernel::Actor::System.scope(crate::kernel::Right::OrdersRead)?;
    let mut orders = Vec::with_capacity(ids.len());
    for id in ids {
        let mut order = super::order(db, &scope, id).await?;
        order.events.clear();
        orders.push(serde_json::to_value(order)?);
    }
    Ok(orders.into())
}

/// Forgets what no law keeps: carts and what was typed into them. Orders are accounts and stay.
///
/// # Faults
/// Whatever the database says.
pub async fn erase(tx: &Tx, party: PartyId) -> Result<(), Refusal> {
    let sql = "delete from cart where party_id = $1 or order_id in (select id from sales_order where party_id = $1)";
    db::run(tx, sql, db::params![party]).await?;
    Ok(())
}
