//! Contracts as they are looked at: by whoever writes them, and by whoever holds their link.

use crate::{
    contracts::{self, Acceptance, Contract, EventView, Paper, Question, Version},
    flows::steps::contracting::{self, Desk, Standing},
    kernel::{Actor, App, ContractId, Fault, Money, Qty, Right},
    offers, tax,
};

/// A contract on its manager's desk.
pub struct Written {
    pub contract: Contract,
    /// What it is made of: `KP-2026-000012`.
    pub offer: String,
    /// The offer has gone on since: another version, or another answer.
    pub moved: bool,
    /// As it reads at this moment, or what it lacks; what was sent, once it is not written any more.
    pub reading: Result<Paper, Fault>,
    /// Newest first.
    pub versions: Vec<Version>,
    pub acceptance: Option<Acceptance>,
    /// Oldest first.
    pub questions: Vec<Question>,
    /// Oldest first.
    pub events: Vec<EventView>,
}

/// A contract for whoever writes it.
///
/// # Faults
/// `access.forbidden`, `contracts.no_contract`.
pub async fn written(app: &App, actor: &Actor, id: ContractId) -> Result<Written, Fault> {
    written_by(app, actor, id, Right::OffersRead).await
}

/// The same for whoever has just taken a step with this right, and sees what became of it.
///
/// # Faults
/// As [`written`].
pub async fn written_by(app: &App, actor: &Actor, id: ContractId, right: Right) -> Result<Written, Fault> {
    let scope = actor.scope(right)?;
    let db = app.reader();
    let contract = contracts::contract(db, &scope, id).await?;
    let versions = contracts::versions(db, id).await?;
    let acceptance = contracts::acceptance(db, id).await?;
    let sent = versions.first().filter(|_| !contract.state.is_written());
    let reading = match sent {
        Some(version) => Ok(version.paper.clone()),
        None => reading(app, &contract).await,
    };
    let offer = offers::offer(db, &Actor::System.scope(Right::OffersRead)?, contract.offer).await?;
    let now = contracting::ground(db, &offer).await.map(|g| g.version.n);
    let moved = acceptance.is_none() && now.map_or(true, |n| n != contract.offer_version);
    Ok(Written {
        offer: offer.number.unwrap_or_default(),
        moved,
        reading,
        versions,
        acceptance,
        questions: contracts::questions(db, id).await?,
        events: contracts::events(db, id).await?,
        contract,
    })
}

/// What is being written as it reads now.
///
/// # Faults
/// What it lacks, by field and place.
pub(super) async fn reading(app: &App, contract: &Contract) -> Result<Paper, Fault> {
    let db = app.reader();
    let offer = offers::offer(db, &Actor::System.scope(Right::OffersRead)?, contract.offer).await?;
    let number = offer.number.clone().unwrap_or_default();
    let ground = contracting::fixed(db, (offer.id, number), contract.offer_version).await?;
    let desk = Desk {
        app,
        content: &contract.content,
        ground: &ground,
        locale: contract.locale,
        number: contract.number.as_deref().unwrap_or_default(),
        version: 0,
        now: app.now(),
    };
    desk.paper(&tax::rates(db).await?)
}

/// A contract by its link.
pub struct Page {
    pub contract: Contract,
    /// What was accepted, else the newest.
    pub version: Version,
    pub acceptance: Option<Acceptance>,
    /// Oldest first.
    pub questions: Vec<Question>,
    /// The annex in short.
    pub lines: Vec<Line>,
    /// Accepting it accepts its offer, too, and places the order.
    pub orders: bool,
    /// Nobody can accept it: the offer was answered otherwise, or has ended.
    pub over: bool,
}

/// A line of the annex, as the buyer reads it.
#[derive(Clone, Debug)]
pub struct Line {
    pub title: String,
    pub detail: String,
    pub picture: Option<String>,
    pub qty: Qty,
    pub unit: String,
    pub total: Money,
}

/// The customer's page.
///
/// # Faults
/// `contracts.no_contract`.
pub async fn page(app: &App, token: &str) -> Result<Page, Fault> {
    let db = app.reader();
    let contract = contracts::by_token(db, token).await?;
    let acceptance = contracts::acceptance(db, contract.id).await?;
    let n = acceptance.as_ref().map_or(contract.version, |a| a.version);
    let version = contracts::version(db, contract.id, n).await?;
    let offer = offers::offer(db, &Actor::System.scope(Right::OffersRead)?, contract.offer).await?;
    let standing = contracting::standing(db, &offer, &version.paper.annex, app.now()).await?;
    let (_, done) = contracting::settled(db, &version.paper.annex).await?;
    let line = |(taken, line): (&offers::Taken, &crate::showcase::Line)| Line {
        title: line.title.clone(),
        detail: line.variant_name.clone(),
        picture: line.picture_hash.clone(),
        qty: line.qty,
        unit: line.unit.clone(),
        total: done.sums.items.get(&taken.item).map_or_else(|| line.shown(), |sum| sum.total),
    };
    let lines = done.taken.iter().zip(&done.settled.lines).map(line).collect();
    let open = acceptance.is_none();
    Ok(Page {
        orders: open && standing == Standing::Open,
        over: open && standing == Standing::Moved,
        questions: contracts::questions(db, contract.id).await?,
        contract,
        version,
        acceptance,
        lines,
    })
}
