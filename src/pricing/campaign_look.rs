//! What a campaign would do to prices, and what it did.

use std::collections::HashMap;

use serde::Serialize;

use super::{
    Campaign, Change, NewCampaign, Phase, Reduction, Rounding, bulk,
    picked::{count_picked, next_picked},
    prices_of, set,
};
use crate::kernel::{self, CampaignId, Moment, Money, PriceListId, Reads, VariantId, db};

/// What a campaign means for one price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// An announced reduction with its reference price.
    Reduced,
    /// A lower price without a word.
    Plain,
    /// Announced, but not below the lowest price of the 30 days before: it is lowered silently.
    NotReduced,
    /// Another campaign gives no less: it waits for that one's end.
    Outdone,
    /// Not lower than the price it would take the place of: left alone.
    NotLower,
}

impl Effect {
    pub const ALL: &'static [Self] = &[Self::Reduced, Self::Plain, Self::NotReduced, Self::Outdone, Self::NotLower];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reduced => "reduced",
            Self::Plain => "plain",
            Self::NotReduced => "not_reduced",
            Self::Outdone => "outdone",
            Self::NotLower => "not_lower",
        }
    }
}

/// What becomes of one price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Offer {
    pub variant: VariantId,
    /// Without any campaign.
    pub base: Money,
    pub after: Money,
    /// The lowest price of the 30 days before; `None` when that is not asked for or there was none.
    pub lowest: Option<Money>,
    pub effect: Effect,
    /// The campaign that holds the price now.
    pub(super) holder: Option<CampaignId>,
}

impl Offer {
    /// Whole percent below the reference, rounded down.
    pub fn percent_off(&self) -> Option<u32> {
        super::percent_off(self.after, self.lowest.filter(|_| self.effect == Effect::Reduced)?)
    }
}

/// How a campaign changes prices: the part that is the same before and after it is saved.
#[derive(Clone, Copy)]
pub(super) struct Rule {
    pub list: PriceListId,
    pub change: Change,
    pub rounding: Rounding,
    pub reduction: Reduction,
}

impl From<&Campaign> for Rule {
    fn from(c: &Campaign) -> Self {
        Self { list: c.list, change: c.change, rounding: c.rounding, reduction: c.reduction() }
    }
}

/// What the rule makes of these prices at this moment.
pub(super) async fn look(db: &impl Reads, rule: Rule, ids: &[VariantId], at: Moment) -> Result<Vec<Offer>, kernel::Fault> {
    let list = super::list(db, rule.list).await?;
    let prices = prices_of(db, rule.list, ids, at).await?;
    let bases = bases(db, rule.list, ids).await?;
    let announced = rule.reduction == Reduction::Announced;
    let lowest = if announced { set::lowest_now(db, rule.list, ids, at).await? } else { HashMap::new() };
    let mut offers = Vec::with_capacity(prices.len());
    for variant in ids {
        let Some(price) = prices.get(variant) else { continue };
        let base = bases.get(variant).map_or(price.amount, |minor| Money::new(*minor, list.currency));
        let reference = bulk::reference_of(&list, price, lowest.get(variant).copied(), at).filter(|_| announced);
        let rounding = if matches!(rule.change, Change::To(_)) { Rounding::Cent } else { rule.rounding };
        let after = bulk::changed(base, reference, rule.change, rounding).unwrap_or(base);
        let effect = match reference {
            _ if after.minor >= base.minor => Effect::NotLower,
            _ if price.campaign.is_some() && after.minor >= price.amount.minor => Effect::Outdone,
            Some(reference) if after.minor < reference.minor => Effect::Reduced,
            _ if announced => Effect::NotReduced,
            _ => Effect::Plain,
        };
        offers.push(Offer { variant: *variant, base, after, lowest: reference, effect, holder: price.campaign });
    }
    Ok(offers)
}

/// What prices that a campaign holds would be without any campaign, in minor units: what the shop
/// itself asks, and what a file that speaks of prices means.
///
/// # Faults
/// Whatever the database says.
pub async fn bases(db: &impl Reads, list: PriceListId, ids: &[VariantId]) -> Result<HashMap<VariantId, i64>, kernel::Fault> {
    let mut found = HashMap::new();
    for chunk in ids.chunks(super::views::CHUNK) {
        let sql = format!(
            "select p.variant_id, h.base_minor from price p join campaign_price h on h.campaign_id = p.campaign_id \
             and h.variant_id = p.variant_id where p.list_id = $1 and p.campaign_id is not null and p.variant_id in ({})",
            db::marks(chunk.len(), 2)
        );
        let mut params = db::params![list];
        params.extend(db::values(chunk));
        for row in db::rows(db, &sql, params).await? {
            found.insert(row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        }
    }
    Ok(found)
}

/// How many prices a look before saving reads; the campaign itself has no such bound.
const LOOKED: i64 = 2_000;

/// What a campaign would do now.
#[derive(Clone, Debug, Serialize)]
pub struct CampaignPreview {
    /// Variants with a price that are meant.
    pub count: i64,
    /// Others that are left out: what is made to measure or put together of goods has no price of its own.
    pub made: i64,
    /// The first of them.
    pub offers: Vec<Offer>,
}

/// What a campaign would do if it began now.
///
/// # Faults
/// As planning it.
pub async fn preview_campaign(db: &impl Reads, new: &NewCampaign, at: Moment) -> Result<CampaignPreview, kernel::Fault> {
    new.check(at)?;
    let ids = next_picked(db, new.list, &new.goods, None, LOOKED).await?;
    let (count, made) = count_picked(db, new.list, &new.goods).await?;
    let rule = Rule { list: new.list, change: new.change, rounding: new.rounding, reduction: new.reduction };
    Ok(CampaignPreview { count, made, offers: look(db, rule, &ids, at).await? })
}

/// A price that a campaign made, or did not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CampaignPrice {
    pub variant: VariantId,
    pub base: Money,
    pub after: Money,
    pub lowest: Option<Money>,
    pub effect: String,
    /// The price in force is this campaign's.
    pub holds: bool,
    /// While the campaign runs: somebody set another price since.
    pub changed: bool,
}

struct Row {
    variant_id: VariantId,
    base_minor: i64,
    price_minor: i64,
    lowest_minor: Option<i64>,
    effect: String,
    held: bool,
    holder: Option<CampaignId>,
}
db::record!(Row { variant_id, base_minor, price_minor, lowest_minor, effect, held, holder });

/// The prices of a campaign from a variant on, a page at a time; of one effect when asked.
///
/// # Faults
/// Whatever the database says.
pub async fn campaign_prices(
    db: &impl Reads,
    campaign: &Campaign,
    effect: Option<Effect>,
    after: Option<VariantId>,
    most: usize,
) -> Result<Vec<CampaignPrice>, kernel::Fault> {
    let sql = "select h.variant_id, h.base_minor, h.price_minor, h.lowest_minor, h.effect, h.held, p.campaign_id as holder \
               from campaign_price h left join price p on p.variant_id = h.variant_id and p.list_id = $2 \
               where h.campaign_id = $1 and h.variant_id > $3 and (h.effect = $5 or $5 = '') order by h.variant_id limit $4";
    let after = after.map_or(uuid::Uuid::nil(), |id| id.0);
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let params = db::params![campaign.id, campaign.list, after, most, effect.map_or("", Effect::as_str)];
    let money = |minor| Money::new(minor, campaign.currency);
    let lower = |effect: &str| matches!(effect, "reduced" | "plain" | "not_reduced");
    let running = matches!(campaign.phase, Phase::Beginning | Phase::Running);
    let rows: Vec<Row> = db::all(db, sql, params).await?;
    Ok(rows
        .into_iter()
        .map(|r| CampaignPrice {
            variant: r.variant_id,
            base: money(r.base_minor),
            after: money(r.price_minor),
            lowest: r.lowest_minor.map(money),
            holds: r.holder == Some(campaign.id),
            changed: running && lower(&r.effect) && (!r.held || r.holder.is_none()),
            effect: r.effect,
        })
        .collect())
}

/// How many prices a campaign touched, by what became of them.
///
/// # Faults
/// Whatever the database says.
pub async fn campaign_counts(db: &impl Reads, ids: &[CampaignId]) -> Result<HashMap<(CampaignId, String), i64>, kernel::Fault> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let marks = db::marks(ids.len(), 1);
    let sql = format!(
        "select campaign_id, effect, count(*) from campaign_price where campaign_id in ({marks}) group by campaign_id, effect"
    );
    let mut found = HashMap::new();
    for row in db::rows(db, &sql, db::values(ids)).await? {
        found.insert((row.try_get_by_index(0)?, row.try_get_by_index(1)?), row.try_get_by_index(2)?);
    }
    Ok(found)
}
