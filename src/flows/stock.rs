//! Stock as the people in the warehouse change it.

use serde_json::json;

use crate::{
    kernel::{Actor, App, Fault, LocationId, Qty, Right, Tx, VariantId, journal},
    showcase,
    stock::{self, Policy, Reason, Shift},
};

/// What a count found, at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountForm {
    pub location: LocationId,
    pub variant: VariantId,
    pub on_hand: Qty,
}

/// Writes a count down.
///
/// # Faults
/// `stock.below_zero`.
pub async fn count(app: &App, actor: &Actor, form: CountForm) -> Result<(), Fault> {
    count_all(app, actor, &[form]).await
}

/// Writes the counts of one form down, all or none.
///
/// # Faults
/// `stock.below_zero`.
pub async fn count_all(app: &App, actor: &Actor, forms: &[CountForm]) -> Result<(), Fault> {
    actor.may(Right::StockWrite)?;
    let tx = app.begin(actor).await?;
    for form in forms {
        let shift = stock::count(&tx, form.location, form.variant, form.on_hand).await?;
        show(&tx, shift).await?;
        let data = json!({ "location": form.location, "on_hand": form.on_hand });
        journal::note(&tx, "stock.counted", Some(form.variant.uuid()), data).await?;
    }
    tx.commit().await
}

/// Something came in or went out, otherwise than by an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AdjustForm {
    pub location: LocationId,
    pub variant: VariantId,
    /// Signed.
    pub by: Qty,
}

/// Writes an arrival or a loss down.
///
/// # Faults
/// `stock.below_zero` when more would go than lies there; `stock.bad_quantity` for nothing.
pub async fn adjust(app: &App, actor: &Actor, form: AdjustForm) -> Result<(), Fault> {
    actor.may(Right::StockWrite)?;
    if form.by == Qty::ZERO {
        return Err(stock::Fault::BadQuantity.into());
    }
    let reason = if form.by > Qty::ZERO { Reason::Received } else { Reason::Written };
    let tx = app.begin(actor).await?;
    let shift = stock::adjust(&tx, form.location, form.variant, form.by, reason).await?;
    show(&tx, shift).await?;
    let data = json!({ "location": form.location, "by": form.by });
    journal::note(&tx, "stock.adjusted", Some(form.variant.uuid()), data).await?;
    tx.commit().await
}

/// Says what happens when nothing is free of a variant.
///
/// # Faults
/// Whatever the database says.
pub async fn set_policy(app: &App, actor: &Actor, variant: VariantId, policy: Policy) -> Result<(), Fault> {
    actor.may(Right::StockWrite)?;
    let tx = app.begin(actor).await?;
    stock::set_policy(&tx, variant, policy).await?;
    // Whether it is made to order is part of the card even where the word stays.
    showcase::project_variants(&tx, &[variant]).await?;
    let data = json!({ "policy": policy.as_str(), "days": policy.days() });
    journal::note(&tx, "stock.policy.set", Some(variant.uuid()), data).await?;
    tx.commit().await
}

/// Gives back every hold whose time is over, a few hundred a transaction.
///
/// # Faults
/// Whatever the database says.
pub async fn expire_holds(app: &App) -> Result<(), Fault> {
    loop {
        let tx = app.begin_long(&Actor::System).await?;
        let expired = stock::expire_holds(&tx, 200).await?;
        let variants: Vec<VariantId> = expired.shifts.iter().map(|s| s.variant).collect();
        showcase::project_variants(&tx, &variants).await?;
        tx.commit().await?;
        if expired.holds < 200 {
            return Ok(());
        }
    }
}

async fn show(tx: &Tx, shift: Option<Shift>) -> Result<(), Fault> {
    match shift {
        Some(shift) => showcase::project_variants(tx, &[shift.variant]).await,
        None => Ok(()),
    }
}
