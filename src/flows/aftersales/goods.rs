//! Goods come back, are looked at, and go on: to the shelf, away, or to the customer again.

use serde::Serialize;
use serde_json::json;

use super::{
    files::{self, Upload},
    handle,
};
use crate::{
    aftersales::{self, Inspection, Item, PaperKind, Purpose, Step},
    crm::CaseEvent,
    flows::steps::cases,
    kernel::{Actor, App, CaseId, CaseItemId, Fault, LocationId, Qty, Tx, VariantId, journal},
    sales, showcase,
    stock::{self, Reason},
};

/// How much of an item came.
#[derive(Clone, Debug, Serialize)]
pub struct Came {
    pub item: CaseItemId,
    pub qty: Qty,
}

/// Takes goods in. Never more than was declared, and never more of a line than left the house: checked in
/// the transaction that counts them.
///
/// # Faults
/// `access.forbidden`, `aftersales.no_case`, `aftersales.wrong_state`; `aftersales.no_items`,
/// `aftersales.quantity`, `aftersales.more_than_declared`, `aftersales.more_than_delivered`, each with its item.
pub async fn receive(app: &App, actor: &Actor, id: CaseId, came: &[Came]) -> Result<(), Fault> {
    let (tx, case) = handle::begin(app, actor, id).await?;
    aftersales::step(&tx, &case, Step::Receive, "").await?;
    let items = aftersales::items(&tx, id).await?;
    let came: Vec<&Came> = came.iter().filter(|c| c.qty != Qty::ZERO).collect();
    if came.is_empty() {
        return Err(aftersales::Fault::NoItems.into());
    }
    for one in &came {
        let (at, item) = find(&items, one.item)?;
        aftersales::receive(&tx, (item, at), one.qty).await?;
        if let Some(line) = item.line
            && !sales::take_back(&tx, line, one.qty).await?
        {
            return Err(Fault::invalid(format!("items.{at}.qty"), "aftersales.more_than_delivered"));
        }
    }
    let said = cases::Said { by: handle::signed(&tx, actor).await?, ..cases::Said::default() };
    cases::issue(&tx, &case, PaperKind::Receipt, &said).await?;
    cases::tell(&tx, &case, CaseEvent::Received).await?;
    cases::write(&tx, &case, "received", json!({})).await?;
    handle::stepped(&tx, &case, Step::Receive).await?;
    tx.commit().await
}

fn find(items: &[Item], id: CaseItemId) -> Result<(usize, &Item), Fault> {
    let found = items.iter().enumerate().find(|(_, item)| item.id == id);
    Ok(found.ok_or(aftersales::Fault::Quantity { item: 0 })?)
}

/// Looks at what came: how it is, and where it goes. What goes to the shelf can be sold again with this
/// commit.
///
/// # Faults
/// As [`receive`]; `aftersales.more_than_received`; `aftersales.too_many_files`, `media.*`;
/// `stock.no_location` for a place that is none.
pub async fn inspect(
    app: &App,
    actor: &Actor,
    id: CaseId,
    (found, location, photos): (&[Inspection], Option<LocationId>, Vec<Upload>),
) -> Result<(), Fault> {
    actor.may(crate::kernel::Right::CasesWrite)?;
    let kept = files::keep(app, photos, Purpose::Inspection).await?;
    let (tx, case) = handle::begin(app, actor, id).await?;
    aftersales::step(&tx, &case, Step::Inspect, "").await?;
    let items = aftersales::items(&tx, id).await?;
    for one in found {
        let (at, item) = find(&items, one.item)?;
        aftersales::inspect(&tx, one, at).await?;
        if one.send_back.0 > 0
            && let Some(line) = item.line
        {
            sales::give_again(&tx, line, one.send_back).await?;
        }
        if let Some(variant) = item.variant.filter(|_| one.restock.0 > 0) {
            restock(&tx, variant, (location, one.restock)).await?;
        }
    }
    aftersales::attach(&tx, id, &kept).await?;
    let said = cases::Said { by: handle::signed(&tx, actor).await?, ..cases::Said::default() };
    cases::issue(&tx, &case, PaperKind::Inspection, &said).await?;
    cases::tell(&tx, &case, CaseEvent::Inspected).await?;
    let data = json!({ "step": Step::Inspect, "items": found.len() });
    journal::note(&tx, "aftersales.stepped", Some(id.uuid()), data).await?;
    tx.commit().await
}

/// Back on the shelf, where the shop keeps count of it.
async fn restock(tx: &Tx, variant: VariantId, (location, qty): (Option<LocationId>, Qty)) -> Result<(), Fault> {
    let Some(location) = cases::shelf(tx, variant, location).await? else { return Ok(()) };
    if let Some(shift) = stock::adjust(tx, location, variant, qty, Reason::Returned).await? {
        showcase::project_variants(tx, &[shift.variant]).await?;
    }
    Ok(())
}
