//! Campaigns: planned in the office, turned on and off by the worker at their moments.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    jobs::{self, Payload},
    kernel::{Actor, App, CampaignId, Fault, Moment, Right, Tx, journal},
    pricing::{self, Campaign, CampaignPreview, NewCampaign, Phase, Turned},
    showcase,
};

/// Turns a campaign on or off.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TurnCampaign {
    pub campaign: CampaignId,
    /// When it is due: a campaign that was moved to another day has a job of its own for that day.
    pub at: Moment,
}

impl Payload for TurnCampaign {
    const KIND: &'static str = "pricing.campaign";
    fn dedupe(&self) -> Option<String> {
        Some(format!("pricing.campaign {} {}", self.campaign, self.at.0))
    }
}

/// Steps that the office waits for; the worker does the rest.
const AT_ONCE: usize = 10;

/// What a campaign would do if it began now.
///
/// # Faults
/// `access.forbidden`; as [`save`].
pub async fn preview(app: &App, actor: &Actor, new: &NewCampaign) -> Result<CampaignPreview, Fault> {
    actor.may(Right::PricesWrite)?;
    pricing::preview_campaign(app.reader(), new, app.now()).await
}

/// Plans a campaign, or changes one that has not begun. One that begins now has begun when this
/// answers, but for what the worker still has to do of a large one.
///
/// # Faults
/// `access.forbidden`, `pricing.campaign_name`, `pricing.campaign_ends`, `pricing.percent`,
/// `pricing.negative`, `pricing.no_list`, `pricing.campaign_began`.
pub async fn save(app: &App, actor: &Actor, known: Option<CampaignId>, new: &NewCampaign) -> Result<Campaign, Fault> {
    actor.may(Right::PricesWrite)?;
    let tx = app.begin(actor).await?;
    let id = pricing::plan_campaign(&tx, known, new).await?;
    let campaign = pricing::campaign(&tx, id).await?;
    wake(&tx, &campaign).await?;
    journal::note(&tx, "pricing.campaign.planned", Some(id.uuid()), json!({ "name": campaign.name })).await?;
    tx.commit().await?;
    turn_some(app, actor, id, AT_ONCE).await
}

/// Forgets a campaign that has not begun.
///
/// # Faults
/// `access.forbidden`, `pricing.no_campaign`, `pricing.campaign_began`.
pub async fn remove(app: &App, actor: &Actor, id: CampaignId) -> Result<(), Fault> {
    actor.may(Right::PricesWrite)?;
    let tx = app.begin(actor).await?;
    let name = pricing::campaign(&tx, id).await?.name;
    pricing::drop_campaign(&tx, id).await?;
    journal::note(&tx, "pricing.campaign.removed", Some(id.uuid()), json!({ "name": name })).await?;
    tx.commit().await
}

/// Ends a campaign now and restores its prices.
///
/// # Faults
/// `access.forbidden`, `pricing.no_campaign`, `pricing.campaign_over`.
pub async fn end(app: &App, actor: &Actor, id: CampaignId) -> Result<Campaign, Fault> {
    actor.may(Right::PricesWrite)?;
    let tx = app.begin(actor).await?;
    let name = pricing::campaign(&tx, id).await?.name;
    pricing::end_campaign(&tx, id).await?;
    jobs::enqueue(&tx, &TurnCampaign { campaign: id, at: tx.now() }).await?;
    journal::note(&tx, "pricing.campaign.stopped", Some(id.uuid()), json!({ "name": name })).await?;
    tx.commit().await?;
    turn_some(app, actor, id, AT_ONCE).await
}

/// The worker's part: every step that is due.
///
/// # Faults
/// Whatever the database says. A campaign that was removed is none.
pub async fn turn(app: &App, job: &TurnCampaign) -> Result<(), Fault> {
    match turn_some(app, &Actor::System, job.campaign, usize::MAX).await {
        Err(fault) if fault.code == "pricing.no_campaign" => Ok(()),
        other => other.map(drop),
    }
}

/// Calls the worker for campaigns whose job was lost or gave up.
///
/// # Faults
/// Whatever the database says.
pub async fn remind(app: &App) -> Result<(), Fault> {
    let due = pricing::due_campaigns(app.reader(), app.now()).await?;
    if due.is_empty() {
        return Ok(());
    }
    let tx = app.begin(&Actor::System).await?;
    for campaign in due {
        // One a campaign, however often it is asked for.
        jobs::enqueue_at(&tx, &TurnCampaign { campaign, at: Moment(0) }, tx.now()).await?;
    }
    tx.commit().await
}

async fn wake(tx: &Tx, campaign: &Campaign) -> Result<(), Fault> {
    for at in [Some(campaign.begins_at), campaign.ends_at].into_iter().flatten() {
        jobs::enqueue_at(tx, &TurnCampaign { campaign: campaign.id, at }, at).await?;
    }
    Ok(())
}

async fn turn_some(app: &App, actor: &Actor, id: CampaignId, most: usize) -> Result<Campaign, Fault> {
    let mut steps = 0;
    loop {
        let tx = app.begin(actor).await?;
        let Turned { campaign, moved, news, more } = pricing::turn_campaign(&tx, id).await?;
        showcase::project_variants(&tx, &moved).await?;
        let data = || json!({ "name": campaign.name });
        match campaign.phase {
            Phase::Running if news => journal::note(&tx, "pricing.campaign.began", Some(id.uuid()), data()).await?,
            Phase::Ended if news => journal::note(&tx, "pricing.campaign.ended", Some(id.uuid()), data()).await?,
            _ => {}
        }
        tx.commit().await?;
        steps += 1;
        if !more || steps >= most {
            return Ok(campaign);
        }
    }
}
