//! Contracts of the last weeks: one that was accepted, one that waits for its answer.

use anyhow::Context;
use vitrina::{
    contracts::{self, Consent},
    flows::{self, contracts::Make},
    jobs::Worker,
    kernel::{Actor, App, ContractId, OfferId, Right},
    offers::{self, OfferQuery},
};
use vitrina_demo::Ago;

use super::{
    past::Cast,
    seed::{SHOP, moment},
};
use crate::wire;

/// # Errors
/// When a flow refuses what is told.
pub async fn tell(app: &App, cast: &Cast<'_>) -> anyhow::Result<()> {
    if let Some(offer) = offer_of(app, "Darbo vietos šešiese").await? {
        at(app, cast, 8, 9 * 60 + 40);
        let (id, token) = sent(app, &cast.staff.actor("jonas"), offer).await?;
        at(app, cast, 7, 14 * 60 + 12);
        flows::contracts::saw(app, &Actor::Guest, &token).await?;
        accept(app, id, &token).await?;
    }
    if let Some(offer) = offer_of(app, "Dvylika kambarių").await? {
        at(app, cast, 1, 10 * 60 + 25);
        let (_, token) = sent(app, &cast.staff.actor("migle"), offer).await?;
        at(app, cast, 1, 15 * 60 + 3);
        flows::contracts::saw(app, &Actor::Guest, &token).await?;
    }
    Ok(())
}

fn at(app: &App, cast: &Cast<'_>, days: i64, minute: i64) {
    let at = moment(cast.today, Ago { days, minute });
    app.clock().set(if at > cast.today { cast.today } else { at });
}

async fn offer_of(app: &App, title: &str) -> anyhow::Result<Option<OfferId>> {
    let query = OfferQuery { search: title.into(), ..OfferQuery::default() };
    let found = offers::list(app.reader(), &SHOP.scope(Right::OffersRead)?, &query).await?;
    Ok(found.rows.first().map(|o| o.id))
}

/// Made of an offer and sent, with its link.
async fn sent(app: &App, actor: &Actor, offer: OfferId) -> anyhow::Result<(ContractId, String)> {
    let make = Make { offer, template: None, key: format!("demo-{offer}") };
    let id = flows::contracts::make(app, actor, make).await?;
    // A customer whose address nobody knew: a delivery has one in its contract.
    let mut content = contracts::contract(app.reader(), &SHOP.scope(Right::OffersRead)?, id).await?.content;
    if content.buyer.street.is_empty() {
        let b = &mut content.buyer;
        (b.street, b.city, b.postcode) = ("Gedimino pr. 1".into(), "Vilnius".into(), "LT-01103".into());
        flows::contracts::change(app, actor, id, content).await?;
    }
    flows::contracts::send(app, actor, id).await?;
    Worker::new(app.clone(), wire::jobs()).run_until_idle().await?;
    let contract = contracts::contract(app.reader(), &SHOP.scope(Right::OffersRead)?, id).await?;
    Ok((id, contract.token.context("a sent contract has its link")?))
}

async fn accept(app: &App, id: ContractId, token: &str) -> anyhow::Result<()> {
    let page = flows::contracts::page(app, token).await?;
    let buyer = &page.version.paper.buyer;
    let consent = Consent {
        version: page.version.n,
        hash: page.version.hash.clone(),
        name: buyer.signs().to_owned(),
        role: if buyer.role.is_empty() { "direktorė".into() } else { buyer.role.clone() },
        agreed: true,
        address: "192.0.2.61".into(),
        agent: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)".into(),
    };
    flows::contracts::accept(app, &Actor::Guest, token, (consent, "Priimti sutartį")).await.with_context(|| format!("{id}"))?;
    Worker::new(app.clone(), wire::jobs()).run_until_idle().await?;
    Ok(())
}
