//! Levels and agreements of the demo world, as the owner would have made them.

use std::collections::HashMap;

use anyhow::Context;
use vitrina::{
    catalog, flows,
    kernel::{Actor, App, Locale, Money, PartyId, Qty, Rate},
    pricing::{Gives, Holder, NewRule, What},
};
use vitrina_demo::{CONFIGURATORS, Give, World};

/// # Errors
/// When a key is wrong or a flow refuses.
pub async fn agree(app: &App, world: &World, owner: &Actor, customers: &HashMap<String, PartyId>) -> anyhow::Result<()> {
    for level in &world.levels {
        let id = flows::terms::add_level(app, owner, &level.name).await?;
        let rules = rules(app, world, Holder::Level(id), &level.give).await?;
        flows::terms::agree(app, owner, Holder::Level(id), &rules).await?;
        for key in &level.customers {
            flows::terms::set_level(app, owner, known(customers, key)?, Some(id)).await?;
        }
    }
    for agreement in &world.agreements {
        let holder = Holder::Customer(known(customers, &agreement.customer)?);
        let rules = rules(app, world, holder, &agreement.give).await?;
        flows::terms::agree(app, owner, holder, &rules).await?;
    }
    Ok(())
}

/// What is made as it is configured; last, since what was sold before stood as it was.
///
/// # Errors
/// When a key is wrong or a definition has a mistake.
pub async fn configure(app: &App, world: &World, owner: &Actor) -> anyhow::Result<()> {
    for (key, source) in CONFIGURATORS {
        let sku =
            world.product(key).and_then(|p| p.variants.first()).map(|v| v.sku.clone()).with_context(|| format!("no {key}"))?;
        let found = catalog::find_skus(app.reader(), std::slice::from_ref(&sku)).await?;
        let (product, _) = found.get(&sku).copied().with_context(|| format!("no goods {sku}"))?;
        flows::configure::save_and_publish(app, owner, product, (source, Locale::LT)).await.context(*key)?;
    }
    Ok(())
}

fn known(customers: &HashMap<String, PartyId>, key: &str) -> anyhow::Result<PartyId> {
    customers.get(key).copied().with_context(|| format!("no customer {key}"))
}

async fn rules(app: &App, world: &World, holder: Holder, give: &[Give]) -> anyhow::Result<Vec<NewRule>> {
    let mut rules = Vec::with_capacity(give.len());
    for g in give {
        let what = about(app, world, g).await?;
        let gives = match (g.price, g.percent) {
            (Some(minor), None) => Gives::Price(Money::eur(minor)),
            (None, Some(percent)) => Gives::Off(Rate::percent(percent)),
            _ => anyhow::bail!("a price or a percentage"),
        };
        rules.push(NewRule { note: g.note.clone(), ..NewRule::new(holder, what, gives).from(Qty::pieces(g.from)) });
    }
    Ok(rules)
}

async fn about(app: &App, world: &World, give: &Give) -> anyhow::Result<What> {
    let sku = match (&give.sku, &give.product) {
        (Some(sku), _) => Some(sku.clone()),
        (None, Some(key)) => world.product(key).and_then(|p| p.variants.first()).map(|v| v.sku.clone()),
        (None, None) => None,
    };
    if let Some(sku) = sku {
        let found = catalog::find_skus(app.reader(), std::slice::from_ref(&sku)).await?;
        let (product, variant) = found.get(&sku).copied().with_context(|| format!("no goods {sku}"))?;
        return Ok(if give.sku.is_some() { What::Variant(variant) } else { What::Product(product) });
    }
    let Some(code) = &give.category else { return Ok(What::Everything) };
    let tree = catalog::categories(app.reader()).await?;
    let shelf = tree.into_iter().find(|c| c.code == *code).with_context(|| format!("no category {code}"))?;
    Ok(What::Category(shelf.id))
}
