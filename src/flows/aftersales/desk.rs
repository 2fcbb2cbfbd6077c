//! The desk of cases that no order was found for, and what staff note for themselves.

use serde_json::json;

use super::{Chosen, handle, lines};
use crate::{
    aftersales::{self, Author, Kind, NewMessage},
    flows::steps::cases,
    kernel::{Actor, App, CaseId, Fault, OrderId, Right, journal},
    sales,
};

/// Puts a case to the order that it is about. From now on it is one of that order's customer.
///
/// # Faults
/// `access.forbidden`, `aftersales.no_case`, `sales.no_order`; `aftersales.linked`;
/// `aftersales.no_items`, `aftersales.quantity`, `aftersales.declared`.
pub async fn link(app: &App, actor: &Actor, id: CaseId, (order, chosen): (OrderId, Vec<Chosen>)) -> Result<(), Fault> {
    let scope = actor.scope(Right::OrdersRead)?;
    let (tx, case) = handle::begin(app, actor, id).await?;
    if chosen.is_empty() {
        return Err(aftersales::Fault::NoItems.into());
    }
    let order = sales::order(&tx, &scope, order).await?;
    let items = lines::claimed(&tx, &order, &chosen).await?;
    // What counts is whether it was in time when it came.
    let late = case.kind == Kind::Withdrawal && lines::period(&order, case.declared_at).over;
    aftersales::link(&tx, &case, (order.id, order.party), &items, late).await?;
    cases::moved(&tx, &case, order.party).await?;
    journal::note(&tx, "aftersales.linked", Some(id.uuid()), json!({ "order": order.id })).await?;
    tx.commit().await
}

/// A note of staff for themselves.
///
/// # Faults
/// `access.forbidden`, `aftersales.no_case`; `form.missing`, `aftersales.too_long` at `message`.
pub async fn note(app: &App, actor: &Actor, id: CaseId, text: &str) -> Result<(), Fault> {
    let (tx, case) = handle::begin(app, actor, id).await?;
    let sender = handle::signed(&tx, actor).await?;
    let locale = cases::home(&tx).await?;
    aftersales::say(&tx, NewMessage { case: case.id, author: Author::Inside, sender, locale, text: text.to_owned() }).await?;
    journal::note(&tx, "aftersales.noted", Some(id.uuid()), json!({})).await?;
    tx.commit().await
}
