//! What of an order can be declared now: by line, with what is declared or back already.

use serde::Serialize;

use crate::{
    aftersales::{self, NewItem},
    crm::working,
    flows::steps::cases,
    kernel::{Actor, App, Fault, Moment, OrderId, OrderLineId, Qty, Reads, Right},
    sales::{self, Claimed, LineView, OrderView, State},
};

/// A line of an order as it stands for a declaration.
#[derive(Clone, Debug, Serialize)]
pub struct Goods {
    pub line: OrderLineId,
    pub title: String,
    pub variant_name: String,
    pub sku: String,
    pub picture_hash: Option<String>,
    pub unit: String,
    pub qty: Qty,
    /// What can still be declared.
    pub free: Qty,
    /// Made to the buyer's choice.
    pub excepted: bool,
    /// The open cases about it.
    pub cases: Vec<String>,
}

/// The period of withdrawal of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Period {
    /// Its last minute, once the shop knows that the customer has the goods; `None` while it does not.
    pub until: Option<Moment>,
    pub over: bool,
}

/// An order as its owner declares something about it.
#[derive(Clone, Debug, Serialize)]
pub struct Returnable {
    pub order: OrderId,
    pub number: String,
    pub name: String,
    pub email: String,
    pub placed_at: Moment,
    pub goods: Vec<Goods>,
    pub period: Period,
}

/// For whoever holds the order's link.
///
/// # Faults
/// `sales.no_order`.
pub async fn returnable(app: &App, token: &str) -> Result<Returnable, Fault> {
    let order = sales::by_token(app.reader(), token).await?;
    told(app.reader(), &order, app.now()).await
}

/// For staff who take a declaration down.
///
/// # Faults
/// `access.forbidden`, `sales.no_order`.
pub async fn returnable_by_id(app: &App, actor: &Actor, id: OrderId) -> Result<Returnable, Fault> {
    actor.may(Right::CasesWrite)?;
    let order = sales::order(app.reader(), &actor.scope(Right::OrdersRead)?, id).await?;
    told(app.reader(), &order, app.now()).await
}

async fn told(db: &impl Reads, order: &OrderView, now: Moment) -> Result<Returnable, Fault> {
    let claims = sales::claims(db, order.id).await?;
    let mut goods = Vec::with_capacity(order.lines.len());
    for line in &order.lines {
        let claimed = claims.get(&line.id).copied().unwrap_or_default();
        let cases = if claimed == Claimed::default() { Vec::new() } else { aftersales::items_of_line(db, line.id).await? };
        goods.push(Goods {
            line: line.id,
            title: line.title.clone(),
            variant_name: line.variant_name.clone(),
            sku: line.sku.clone(),
            picture_hash: line.picture_hash.clone(),
            unit: line.unit.clone(),
            qty: line.qty,
            free: claimed.free(line.qty),
            excepted: excepted(line),
            cases,
        });
    }
    Ok(Returnable {
        order: order.id,
        number: order.number.clone(),
        name: order.contact.name.clone(),
        email: order.contact.email.clone(),
        placed_at: order.placed_at,
        goods,
        period: period(order, now),
    })
}

/// Made to the buyer's choice: such goods may be withdrawn from all the same, and staff decide.
fn excepted(line: &LineView) -> bool {
    line.configured.as_ref().is_some_and(|made| made.parts.is_empty())
}

/// The period begins when the customer has the last of the goods. As long as the shop does not know that,
/// it has not begun and cannot be over.
pub(super) fn period(order: &OrderView, now: Moment) -> Period {
    let had = order.events.iter().rev().find(|e| e.after == State::Delivered).map(|e| e.at);
    let until = had.map(|at| aftersales::end_of_withdrawal(at, working::is_working_day));
    Period { until, over: until.is_some_and(|until| now > until) }
}

/// The items of a declaration, each counted off its line.
///
/// # Faults
/// `aftersales.quantity`; `aftersales.declared` with the number of the case that is about it already.
pub(super) async fn claimed(tx: &crate::kernel::Tx, order: &OrderView, chosen: &[super::Chosen]) -> Result<Vec<NewItem>, Fault> {
    let batches = cases::batches(tx, order.id).await?;
    let producers = cases::producers(tx, order).await?;
    let mut items = Vec::with_capacity(chosen.len());
    for (at, wish) in chosen.iter().enumerate() {
        let line = order.lines.iter().find(|l| l.id == wish.line).ok_or(aftersales::Fault::Quantity { item: at })?;
        if wish.qty.0 <= 0 || wish.qty > line.qty {
            return Err(aftersales::Fault::Quantity { item: at }.into());
        }
        if !sales::claim_line(tx, order.id, line.id, wish.qty).await? {
            return Err(match aftersales::items_of_line(tx, line.id).await?.into_iter().next() {
                Some(number) => aftersales::Fault::Declared { number, item: at },
                None => aftersales::Fault::Quantity { item: at },
            }
            .into());
        }
        let batch =
            if wish.batch.trim().is_empty() { batches.get(&line.id).cloned().unwrap_or_default() } else { wish.batch.clone() };
        items.push(NewItem {
            line: line.id,
            product: line.product,
            variant: line.variant,
            producer: line.product.and_then(|p| producers.get(&p).copied()),
            sku: line.sku.clone(),
            title: line.title.clone(),
            variant_name: line.variant_name.clone(),
            picture_hash: line.picture_hash.clone(),
            unit: line.unit.clone(),
            batch,
            qty: wish.qty,
            excepted: excepted(line),
        });
    }
    Ok(items)
}
