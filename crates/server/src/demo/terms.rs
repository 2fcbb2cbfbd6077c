//! Levels, agreements, campaigns and codes of the demo world, as the owner would have made them.

use std::collections::HashMap;

use anyhow::Context;
use vitrina::{
    catalog, flows,
    kernel::{Actor, App, CategoryId, Locale, Moment, Money, PartyId, Qty, Rate},
    pricing::{Change, Gives, Holder, NewCampaign, NewRule, Picked, Reduction, Rounding, What},
    promotions::{self, Codes, NewDiscount},
    tax::Standing,
};
use vitrina_demo::{CONFIGURATORS, Campaign, Code, Give, World};

use super::{past::Cast, people};

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
    for business in &world.businesses {
        let standing = Standing { business: true, net: business.net, note: business.note.clone() };
        flows::tax::set_standing(app, owner, known(customers, &business.customer)?, &standing).await?;
    }
    Ok(())
}

/// Prices in złoty beside those in euros, for the neighbours.
///
/// # Errors
/// When the flow refuses.
pub async fn currencies(app: &App, owner: &Actor) -> anyhow::Result<()> {
    let zloty = "PLN".parse().map_err(anyhow::Error::msg)?;
    let channel = flows::market::open(app).await?;
    flows::price_lists::set_rate(app, owner, (channel.currency, zloty), None, 4_270_000).await?;
    let form = flows::price_lists::ListForm {
        name: "Kainos zlotais".into(),
        follows: Some(channel.price_list),
        ending: Rounding::Ninety,
    };
    let list = flows::price_lists::add(app, owner, zloty, &form).await?;
    flows::price_lists::show_in(app, owner, &channel, list, true).await?;
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
        let rule = NewRule { note: g.note.clone(), ..NewRule::new(holder, what, gives).from(Qty::pieces(g.from)) };
        rules.push(match g.stacks {
            Some(cap) => rule.stacking(Rate::percent(cap)),
            None => rule,
        });
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
    Ok(What::Category(shelf(app, code).await?))
}

async fn shelf(app: &App, code: &str) -> anyhow::Result<CategoryId> {
    catalog::category_by_code(app.reader(), code).await?.with_context(|| format!("no category {code}"))
}

/// Plans a campaign; one that begins on the day it was made has begun when this returns.
///
/// # Errors
/// When a key is wrong or the flow refuses.
pub async fn campaign(app: &App, c: &Campaign, cast: &Cast<'_>, now: Moment) -> anyhow::Result<()> {
    let owner = people::as_owner(cast.staff)?;
    let day = |ago: i64| Moment::start_of(cast.today.date().saturating_sub(time::Duration::days(ago)));
    let begins = day(c.begins);
    let new = NewCampaign {
        name: c.name.clone(),
        list: cast.channel.price_list,
        goods: Picked { categories: vec![shelf(app, &c.category).await?], ..Picked::default() },
        change: Change::Percent(Rate::percent(-c.percent)),
        rounding: Rounding::Cent,
        reduction: Reduction::Announced,
        begins_at: Some(begins).filter(|at| *at > now),
        ends_at: Some(day(c.begins - c.days)),
    };
    flows::campaigns::save(app, &owner, None, &new).await?;
    Ok(())
}

/// Makes a code.
///
/// # Errors
/// When the flow refuses.
pub async fn code(app: &App, c: &Code, cast: &Cast<'_>) -> anyhow::Result<()> {
    let new = NewDiscount {
        name: c.name.clone(),
        codes: Codes::One { code: c.code.clone(), most: Some(c.most) },
        gives: promotions::Gives::Percent(Rate::percent(c.percent)),
        currency: cast.channel.currency,
        minimum: Some(c.minimum),
        goods: Picked::default(),
        valid_from: None,
        valid_to: None,
        per_customer: Some(c.per_customer),
    };
    flows::discounts::add(app, &people::as_owner(cast.staff)?, &new).await?;
    Ok(())
}
