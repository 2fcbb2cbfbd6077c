//! Prices: one, or many with a look at what would become of them.

use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    kernel::{Actor, App, Fault, Money, PriceListId, Right, VariantId, journal, undo},
    pricing::{self, BulkChange, Outcome, Preview, Reduction},
    showcase,
};

/// How many prices one transaction of a bulk change writes: with their cards some ten milliseconds.
const CHUNK: usize = 200;

/// A price that somebody typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceForm {
    pub list: PriceListId,
    pub variant: VariantId,
    pub amount: Money,
    pub reduction: Reduction,
}

/// Puts one price into force.
///
/// # Faults
/// `pricing.no_reduction` when a reduction is announced that is none; `pricing.negative`,
/// `pricing.currency`, `pricing.no_list`.
pub async fn set(app: &App, actor: &Actor, form: PriceForm) -> Result<Outcome, Fault> {
    set_all(app, actor, &[form]).await.map(|outcomes| outcomes.first().copied().unwrap_or(Outcome::Unchanged))
}

/// Puts the prices of one form into force, all or none.
///
/// # Faults
/// As [`set`].
pub async fn set_all(app: &App, actor: &Actor, forms: &[PriceForm]) -> Result<Vec<Outcome>, Fault> {
    save(app, actor, forms, &[]).await
}

/// Puts the prices of one form into force and writes down what the goods cost the shop (without
/// VAT; `None` wipes it), all or none.
///
/// # Faults
/// As [`set`].
pub async fn save(
    app: &App,
    actor: &Actor,
    forms: &[PriceForm],
    costs: &[(VariantId, Option<Money>)],
) -> Result<Vec<Outcome>, Fault> {
    actor.may(Right::PricesWrite)?;
    let tx = app.begin(actor).await?;
    let (mut outcomes, mut moved) = (Vec::with_capacity(forms.len()), Vec::new());
    for form in forms {
        let outcome = pricing::set_price(&tx, form.list, form.variant, form.amount, form.reduction).await?;
        if outcome != Outcome::Unchanged {
            moved.push(form.variant);
            let announced = form.reduction == Reduction::Announced;
            let data = json!({ "list": form.list, "minor": form.amount.minor, "announced": announced });
            journal::note(&tx, "pricing.price.set", Some(form.variant.uuid()), data).await?;
        }
        outcomes.push(outcome);
    }
    for (variant, cost) in costs {
        if pricing::set_cost(&tx, *variant, *cost).await? {
            let data = json!({ "minor": cost.map(|c| c.minor) });
            journal::note(&tx, "pricing.cost.set", Some(variant.uuid()), data).await?;
        }
    }
    showcase::project_variants(&tx, &moved).await?;
    tx.commit().await?;
    Ok(outcomes)
}

/// Takes a price off sale.
///
/// # Faults
/// Whatever the database says.
pub async fn withdraw(app: &App, actor: &Actor, list: PriceListId, variant: VariantId) -> Result<(), Fault> {
    actor.may(Right::PricesWrite)?;
    let tx = app.begin(actor).await?;
    pricing::withdraw(&tx, list, variant).await?;
    showcase::project_variants(&tx, &[variant]).await?;
    journal::note(&tx, "pricing.price.withdrawn", Some(variant.uuid()), json!({ "list": list })).await?;
    tx.commit().await
}

/// What a change of many prices would do now.
///
/// # Faults
/// `pricing.no_list`, `pricing.leaves_nothing`.
pub async fn preview(app: &App, actor: &Actor, change: &BulkChange) -> Result<Preview, Fault> {
    actor.may(Right::PricesWrite)?;
    pricing::preview(app.reader(), change, app.now()).await
}

/// How a bulk change ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize)]
pub struct Changed {
    pub changed: usize,
    pub unchanged: usize,
    /// Called a reduction but none; set as plain prices.
    pub not_reduced: usize,
    /// Moved by somebody else while the change ran; left as they are.
    pub passed_over: usize,
    /// By which it can be taken back.
    pub batch: Option<Uuid>,
}

/// Makes the change that was previewed under `stamp`, a few hundred prices a transaction.
///
/// # Faults
/// `pricing.preview_stale` when a price moved since the preview: then nothing is written.
pub async fn change_many(app: &App, actor: &Actor, change: &BulkChange, stamp: &str) -> Result<Changed, Fault> {
    actor.may(Right::PricesWrite)?;
    let seen = pricing::preview(app.reader(), change, app.now()).await?;
    if seen.stamp != stamp {
        return Err(pricing::Fault::PreviewStale.into());
    }
    let mut done = Changed::default();
    for proposals in seen.proposals.chunks(CHUNK) {
        let variants: Vec<VariantId> = proposals.iter().map(|p| p.variant).collect();
        let part = BulkChange { variants: variants.clone(), ..change.clone() };
        let tx = app.begin(actor).await?;
        match pricing::apply(&tx, &part, &pricing::stamp_of(proposals)).await {
            Ok(applied) => {
                done.changed += applied.changed;
                done.unchanged += applied.unchanged;
                done.not_reduced += applied.not_reduced;
            }
            Err(fault) if fault.code == "pricing.preview_stale" => {
                done.passed_over += proposals.len();
                continue;
            }
            Err(fault) => return Err(fault),
        }
        showcase::project_variants(&tx, &variants).await?;
        let moved = proposals.iter().filter(|p| p.before != p.after);
        let was: Vec<(VariantId, Money, Money)> = moved.map(|p| (p.variant, p.before, p.after)).collect();
        let step = json!({ "list": change.list, "was": was });
        undo::keep(&tx, *done.batch.get_or_insert_with(|| tx.uuid()), "pricing.prices", &step).await?;
        let data = json!({ "list": change.list, "count": proposals.len() });
        journal::note(&tx, "pricing.bulk.changed", None, data).await?;
        tx.commit().await?;
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        flows::steps::market,
        kernel::{Kind, Rate, testing},
        pricing::{Change, Rounding, prices_of},
    };

    #[tokio::test]
    async fn hundreds_change_as_they_were_seen() {
        for fresh in testing::databases().await {
            let app = fresh.app();
            let tx = app.begin(&Actor::System).await.unwrap();
            let list = market::found(&tx).await.unwrap().price_list;
            let variants: Vec<VariantId> = (0..450).map(|_| VariantId::new(&tx)).collect();
            tx.commit().await.unwrap();
            for (n, variant) in (0_i64..).zip(&variants).step_by(3) {
                let form = PriceForm { list, variant: *variant, amount: Money::eur(100_00 + n), reduction: Reduction::None };
                assert_eq!(set(&app, &Actor::System, form).await.unwrap(), Outcome::Set);
            }
            let change = BulkChange {
                list,
                variants: variants.clone(),
                change: Change::Percent(Rate::percent(10)),
                rounding: Rounding::Ninety,
                reduction: Reduction::None,
            };
            let seen = preview(&app, &Actor::System, &change).await.unwrap();
            assert_eq!((seen.proposals.len(), seen.without_price), (150, 300));
            let done = change_many(&app, &Actor::System, &change, &seen.stamp).await.unwrap();
            assert_eq!(done, Changed { changed: 150, batch: done.batch, ..Changed::default() });
            let now = prices_of(app.reader(), list, &variants, app.now()).await.unwrap();
            assert!(seen.proposals.iter().all(|p| now[&p.variant].amount == p.after));
            let stale = change_many(&app, &Actor::System, &change, &seen.stamp).await.unwrap_err();
            assert_eq!((stale.kind, stale.code), (Kind::Conflict, "pricing.preview_stale"));
            assert_eq!(preview(&app, &Actor::Guest, &change).await.unwrap_err().kind, Kind::Forbidden);
            withdraw(&app, &Actor::System, list, variants[0]).await.unwrap();
            assert!(prices_of(app.reader(), list, &variants[..1], app.now()).await.unwrap().is_empty());
        }
    }
}
