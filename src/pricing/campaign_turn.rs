//! Beginning and ending a campaign, a chunk of prices a transaction.
//!
//! Of campaigns that run at once the lower price wins; the other one's claim stays noted and
//! comes into force when the winner ends. A price that anybody else sets ends every claim on it.

use std::collections::HashMap;

use super::{
    Campaign, Effect, Fault, NewPrice, Outcome, Phase, Reduction, campaign,
    campaign_look::{Offer, Rule, look},
    picked::{next_new, next_picked},
    set::{Made, set_made},
};
use crate::kernel::{self, CampaignId, Money, PriceListId, Tx, VariantId, db};

/// Prices a transaction turns: with their cards some ten milliseconds.
const CHUNK: usize = 200;

/// What one step of turning did.
#[derive(Clone, Debug)]
pub struct Turned {
    pub campaign: Campaign,
    /// Whose prices moved: their cards are to be rewritten.
    pub moved: Vec<VariantId>,
    /// Whether the campaign came into its phase just now.
    pub news: bool,
    /// Whether there is more to do at once.
    pub more: bool,
}

/// Takes the next step that is due; nothing when none is. Resumes where a killed one stopped:
/// what is done and how far it came are one commit.
///
/// # Faults
/// `pricing.no_campaign`.
pub async fn turn_campaign(tx: &Tx, id: CampaignId) -> Result<Turned, kernel::Fault> {
    // Taken for the whole step: on PostgreSQL the office and the worker may both be at it.
    if db::run(tx, "update campaign set changed_at = $2 where id = $1", db::params![id, tx.now()]).await? == 0 {
        return Err(Fault::NoCampaign.into());
    }
    let mut c = campaign(tx, id).await?;
    let before = c.phase;
    let over = c.ends_at.is_some_and(|at| at <= tx.now());
    c.phase = match c.phase {
        // Its whole time passed while the shop was down.
        Phase::Planned if over => Phase::Ended,
        Phase::Planned if c.begins_at <= tx.now() => Phase::Beginning,
        Phase::Beginning | Phase::Running if over => Phase::Ending,
        phase => phase,
    };
    if c.phase != before {
        c.cursor = None;
    }
    let (moved, done) = match c.phase {
        Phase::Beginning => begin(tx, &mut c).await?,
        Phase::Ending => restore(tx, &c).await?,
        Phase::Running => follow(tx, &c).await?,
        Phase::Planned | Phase::Ended => (Vec::new(), true),
    };
    c.phase = match c.phase {
        Phase::Beginning if done => Phase::Running,
        Phase::Ending if done => Phase::Ended,
        phase => phase,
    };
    let sql = "update campaign set phase = $2, cursor_id = $3 where id = $1";
    db::run(tx, sql, db::params![id, c.phase.as_str(), c.cursor]).await?;
    let between = matches!(c.phase, Phase::Beginning | Phase::Ending);
    Ok(Turned { news: c.phase != before && !between, more: between || !done, campaign: c, moved })
}

async fn begin(tx: &Tx, c: &mut Campaign) -> Result<(Vec<VariantId>, bool), kernel::Fault> {
    let most = i64::try_from(CHUNK).unwrap_or(i64::MAX);
    let ids = next_picked(tx, c.list, &c.goods, c.cursor, most).await?;
    c.cursor = ids.last().copied();
    Ok((claim(tx, c, &ids).await?, ids.len() < CHUNK))
}

/// What came to the goods of a running campaign belongs to it too.
async fn follow(tx: &Tx, c: &Campaign) -> Result<(Vec<VariantId>, bool), kernel::Fault> {
    let most = i64::try_from(CHUNK).unwrap_or(i64::MAX);
    let ids = next_new(tx, c.list, &c.goods, c.id, most).await?;
    Ok((claim(tx, c, &ids).await?, ids.len() < CHUNK))
}

/// Sets the campaign's prices where they are the lowest, and notes what it took the place of.
async fn claim(tx: &Tx, c: &Campaign, ids: &[VariantId]) -> Result<Vec<VariantId>, kernel::Fault> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut offers = look(tx, Rule::from(c), ids, tx.now()).await?;
    let free: Vec<VariantId> = offers.iter().filter(|o| o.holder.is_none()).map(|o| o.variant).collect();
    release(tx, c, &free).await?;
    let wins = |o: &Offer| !matches!(o.effect, Effect::NotLower | Effect::Outdone);
    let made: Vec<Made> =
        offers.iter().filter(|o| wins(o)).map(|o| made(o.variant, o.after, c.reduction(), Some(c.id))).collect();
    let outcomes = set_made(tx, c.list, &made).await?;
    for (offer, outcome) in offers.iter_mut().filter(|o| wins(o)).zip(outcomes) {
        offer.effect = effect(outcome);
    }
    let row = |o: &Offer| {
        let lowest = o.lowest.map(|l| l.minor);
        let held = o.effect != Effect::NotLower;
        db::params![c.id, o.variant, o.base.minor, o.after.minor, lowest, o.effect.as_str(), held]
    };
    let head = "insert into campaign_price (campaign_id, variant_id, base_minor, price_minor, lowest_minor, effect, held) values";
    db::insert_many(tx, head, "", offers.iter().map(row).collect()).await?;
    Ok(made.iter().map(|m| m.price.variant).collect())
}

fn made(variant: VariantId, amount: Money, reduction: Reduction, by: Option<CampaignId>) -> Made {
    Made { price: NewPrice { variant, amount, reduction }, by }
}

const fn effect(outcome: Outcome) -> Effect {
    match outcome {
        Outcome::Reduced { .. } => Effect::Reduced,
        Outcome::NotReduced { .. } => Effect::NotReduced,
        Outcome::Set | Outcome::Unchanged => Effect::Plain,
    }
}

/// Somebody set these prices since: no other campaign has a claim on them any more.
async fn release(tx: &Tx, c: &Campaign, ids: &[VariantId]) -> Result<(), kernel::Fault> {
    if ids.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "update campaign_price set held = $1 where held and variant_id in ({}) \
         and campaign_id in (select id from campaign where list_id = $2 and id <> $3)",
        db::marks(ids.len(), 4)
    );
    let mut params = db::params![false, c.list, c.id];
    params.extend(db::values(ids));
    db::run(tx, &sql, params).await?;
    Ok(())
}

/// What a price will be after its campaign changes from `from` to `to`; whether that was so. A sale
/// of an import that begins or ends while a campaign holds the price still has its word.
///
/// # Faults
/// Whatever the database says.
pub async fn rebase(tx: &Tx, list: PriceListId, variant: VariantId, (from, to): (Money, Money)) -> Result<bool, kernel::Fault> {
    let sql = "update campaign_price set base_minor = $4 where held and variant_id = $2 and base_minor = $3 \
               and campaign_id in (select id from campaign where list_id = $1) \
               and exists (select 1 from price p where p.list_id = $1 and p.variant_id = $2 and p.campaign_id is not null)";
    Ok(db::run(tx, sql, db::params![list, variant, from.minor, to.minor]).await? > 0)
}

struct Held {
    variant_id: VariantId,
    base_minor: i64,
    holder: Option<CampaignId>,
}
db::record!(Held { variant_id, base_minor, holder });

struct Rival {
    variant_id: VariantId,
    campaign_id: CampaignId,
    price_minor: i64,
    announced: bool,
}
db::record!(Rival { variant_id, campaign_id, price_minor, announced });

/// Restores what is still this campaign's, or hands it to the next lower campaign that runs.
async fn restore(tx: &Tx, c: &Campaign) -> Result<(Vec<VariantId>, bool), kernel::Fault> {
    let most = i64::try_from(CHUNK).unwrap_or(i64::MAX);
    let sql = "select h.variant_id, h.base_minor, p.campaign_id as holder from campaign_price h \
               left join price p on p.variant_id = h.variant_id and p.list_id = $2 \
               where h.campaign_id = $1 and h.held order by h.variant_id limit $3";
    let held: Vec<Held> = db::all(tx, sql, db::params![c.id, c.list, most]).await?;
    let all: Vec<VariantId> = held.iter().map(|h| h.variant_id).collect();
    let mine: Vec<&Held> = held.iter().filter(|h| h.holder == Some(c.id)).collect();
    let rivals = rivals(tx, c, &mine.iter().map(|h| h.variant_id).collect::<Vec<_>>()).await?;
    let back: Vec<Made> = mine
        .iter()
        .map(|h| match rivals.get(&h.variant_id).filter(|r| r.price_minor < h.base_minor) {
            Some(r) => {
                let reduction = if r.announced { Reduction::Announced } else { Reduction::None };
                made(h.variant_id, Money::new(r.price_minor, c.currency), reduction, Some(r.campaign_id))
            }
            None => made(h.variant_id, Money::new(h.base_minor, c.currency), Reduction::None, None),
        })
        .collect();
    let outcomes = set_made(tx, c.list, &back).await?;
    for (now, outcome) in back.iter().zip(outcomes) {
        if let Some(heir) = now.by {
            let sql = "update campaign_price set effect = $3 where campaign_id = $1 and variant_id = $2";
            db::run(tx, sql, db::params![heir, now.price.variant, effect(outcome).as_str()]).await?;
        }
    }
    if !all.is_empty() {
        let marks = db::marks(all.len(), 3);
        let sql = format!("update campaign_price set held = $2 where campaign_id = $1 and variant_id in ({marks})");
        let mut params = db::params![c.id, false];
        params.extend(db::values(&all));
        db::run(tx, &sql, params).await?;
    }
    Ok((back.iter().map(|m| m.price.variant).collect(), all.len() < CHUNK))
}

/// The lowest claim of another campaign that runs, a variant.
async fn rivals(tx: &Tx, c: &Campaign, ids: &[VariantId]) -> Result<HashMap<VariantId, Rival>, kernel::Fault> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = format!(
        "select h.variant_id, h.campaign_id, h.price_minor, c.announced from campaign_price h join campaign c on c.id = h.campaign_id \
         where h.held and h.variant_id in ({}) and c.list_id = $1 and c.id <> $2 and c.phase in ('beginning','running') \
         and (c.ends_at is null or c.ends_at > $3) order by h.price_minor desc, h.campaign_id desc",
        db::marks(ids.len(), 4)
    );
    let mut params = db::params![c.list, c.id, tx.now()];
    params.extend(db::values(ids));
    // The last one of a variant stays: the lowest.
    Ok(db::all::<Rival>(tx, &sql, params).await?.into_iter().map(|r| (r.variant_id, r)).collect())
}
