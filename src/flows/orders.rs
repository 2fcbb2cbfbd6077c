//! What the office does with an order. Each verb writes the step, the customer's history, the
//! journal and the letter in one commit.

use serde_json::json;

use super::steps::issuing::{self, Occasion};
use crate::{
    crm::{self, Touch},
    kernel::{Actor, App, Fault, OrderId, Qty, Right, Tx, VariantId, journal},
    mail::{self, NewLetter},
    promotions,
    sales::{self, Head, Method, MethodId, NewShipment, Shipped, State, Step},
    showcase, stock,
};

/// The shop has seen the order and will fulfil it.
///
/// # Faults
/// `access.*`, `sales.no_order` (also beyond the actor's reach), `sales.wrong_state`.
pub async fn confirm(app: &App, actor: &Actor, order: OrderId) -> Result<State, Fault> {
    let scope = actor.scope(Right::OrdersWrite)?;
    let tx = app.begin(actor).await?;
    let head = sales::head(&tx, &scope, order).await?;
    let moved = sales::advance(&tx, order, Step::Confirm, "").await?;
    let touch = Touch::OrderConfirmed { order, party: head.party, number: head.number.clone() };
    crm::record(&tx, touch).await?;
    journal::note(&tx, "sales.order.confirmed", Some(order.uuid()), json!({ "number": head.number })).await?;
    write_to(&tx, &head, "order_confirmed", json!({ "order": order })).await?;
    tx.commit().await?;
    Ok(moved.after)
}

/// Goods leave the house; without lines, all that is left.
///
/// # Faults
/// As [`confirm`]; `sales.more_than_ordered`, `sales.empty_shipment`, `form.malformed`.
pub async fn ship(app: &App, actor: &Actor, new: NewShipment) -> Result<Shipped, Fault> {
    let scope = actor.scope(Right::OrdersWrite)?;
    let tx = app.begin(actor).await?;
    let order = new.order;
    let head = sales::head(&tx, &scope, order).await?;
    let shipped = sales::ship(&tx, new).await?;
    let off: Vec<(VariantId, Qty)> = shipped.lines.iter().filter_map(|(variant, qty)| variant.map(|v| (v, *qty))).collect();
    stock::ship(&tx, order, &off).await?;
    let whole = shipped.moved.after == State::Shipped;
    let touch = Touch::OrderShipped { order, party: head.party, number: head.number.clone(), shipment: shipped.shipment, whole };
    crm::record(&tx, touch).await?;
    let data = json!({ "number": head.number, "shipment": shipped.shipment });
    journal::note(&tx, "sales.order.shipped", Some(order.uuid()), data).await?;
    write_to(&tx, &head, "order_shipped", json!({ "order": order, "shipment": shipped.shipment })).await?;
    if whole {
        issuing::invoice_by_itself(&tx, order, Occasion::Shipped).await?;
    }
    tx.commit().await?;
    Ok(shipped)
}

/// The customer has it.
///
/// # Faults
/// As [`confirm`].
pub async fn deliver(app: &App, actor: &Actor, order: OrderId) -> Result<State, Fault> {
    let scope = actor.scope(Right::OrdersWrite)?;
    let tx = app.begin(actor).await?;
    let head = sales::head(&tx, &scope, order).await?;
    let moved = sales::advance(&tx, order, Step::Deliver, "").await?;
    let touch = Touch::OrderDelivered { order, party: head.party, number: head.number.clone() };
    crm::record(&tx, touch).await?;
    journal::note(&tx, "sales.order.delivered", Some(order.uuid()), json!({ "number": head.number })).await?;
    tx.commit().await?;
    Ok(moved.after)
}

/// The order does not come about; its stock is free again. The reason is for the customer too.
///
/// # Faults
/// As [`confirm`]; `form.missing` without a reason.
pub async fn cancel(app: &App, actor: &Actor, order: OrderId, reason: &str) -> Result<State, Fault> {
    let scope = actor.scope(Right::OrdersWrite)?;
    if reason.trim().is_empty() {
        return Err(sales::Fault::Missing { field: "reason" }.into());
    }
    let tx = app.begin(actor).await?;
    let head = sales::head(&tx, &scope, order).await?;
    let moved = sales::advance(&tx, order, Step::Cancel, reason).await?;
    let shifts: Vec<VariantId> = stock::release(&tx, order).await?.into_iter().map(|s| s.variant).collect();
    showcase::project_variants(&tx, &shifts).await?;
    promotions::give_back(&tx, order).await?;
    let touch = Touch::OrderCancelled { order, party: head.party, number: head.number.clone() };
    crm::record(&tx, touch).await?;
    journal::note(&tx, "sales.order.cancelled", Some(order.uuid()), json!({ "number": head.number })).await?;
    write_to(&tx, &head, "order_cancelled", json!({ "order": order })).await?;
    tx.commit().await?;
    Ok(moved.after)
}

/// Saves a delivery method by its code.
///
/// # Faults
/// `access.*`; `form.missing` and `form.malformed` by field.
pub async fn save_delivery_method(app: &App, actor: &Actor, mut method: Method) -> Result<MethodId, Fault> {
    actor.may(Right::SettingsManage)?;
    let tx = app.begin(actor).await?;
    if method.id.uuid().is_nil() {
        method.id = MethodId::new(&tx);
    }
    let id = sales::save_method(&tx, &method).await?;
    journal::note(&tx, "sales.delivery.saved", Some(id.uuid()), json!({ "code": method.code })).await?;
    tx.commit().await?;
    Ok(id)
}

/// Removes a delivery method; orders keep what they were placed with.
///
/// # Faults
/// `access.*`; `sales.no_method`.
pub async fn remove_delivery_method(app: &App, actor: &Actor, id: MethodId) -> Result<(), Fault> {
    actor.may(Right::SettingsManage)?;
    let tx = app.begin(actor).await?;
    sales::remove_method(&tx, id).await?;
    journal::note(&tx, "sales.delivery.removed", Some(id.uuid()), json!(null)).await?;
    tx.commit().await
}

async fn write_to(tx: &Tx, head: &Head, template: &'static str, data: serde_json::Value) -> Result<(), Fault> {
    let letter = NewLetter {
        template,
        to: head.email.clone(),
        to_name: head.name.clone(),
        locale: head.locale,
        party: Some(head.party),
        subject: Some(head.id.uuid()),
        data,
    };
    mail::queue(tx, letter).await.map(drop)
}
