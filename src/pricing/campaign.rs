//! Campaigns: prices for everybody that change at one moment and change back at another.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Change, Fault, Picked, Reduction, Rounding};
use crate::kernel::{self, CampaignId, Currency, Moment, PriceListId, Rate, Reads, Tx, VariantId, db};

/// How far a campaign has come. It turns in chunks, so that beginning and ending are states too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    Planned,
    Beginning,
    Running,
    Ending,
    Ended,
}

impl Phase {
    const ALL: &'static [Self] = &[Self::Planned, Self::Beginning, Self::Running, Self::Ending, Self::Ended];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Beginning => "beginning",
            Self::Running => "running",
            Self::Ending => "ending",
            Self::Ended => "ended",
        }
    }
}
impl FromStr for Phase {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|p| p.as_str() == text).ok_or("unknown phase")
    }
}

/// A campaign to be planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCampaign {
    /// For the office; customers see prices.
    pub name: String,
    pub list: PriceListId,
    pub goods: Picked,
    /// A percentage off, or one price for all.
    pub change: Change,
    pub rounding: Rounding,
    pub reduction: Reduction,
    /// Half open: from the beginning, to before the end. `None`: from now on; until somebody ends it.
    pub begins_at: Option<Moment>,
    pub ends_at: Option<Moment>,
}

/// What to store of a change: percent off and amount.
type Stored = (Option<Rate>, Option<i64>);

impl NewCampaign {
    pub(super) fn check(&self, now: Moment) -> Result<Stored, Fault> {
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > 80 {
            return Err(Fault::CampaignName);
        }
        let begins = self.begins_at.unwrap_or(now);
        if self.ends_at.is_some_and(|ends| ends <= begins || ends <= now) {
            return Err(Fault::CampaignEnds);
        }
        match self.change {
            Change::Percent(rate) if (-999_999..0).contains(&rate.0) => Ok((Some(Rate(-rate.0)), None)),
            Change::To(minor) if minor > 0 => Ok((None, Some(minor))),
            Change::Percent(_) => Err(Fault::Percent),
            // An amount off many different prices is a mistake waiting to happen: it leaves the cheap ones for nothing.
            Change::To(_) | Change::Amount(_) => Err(Fault::Negative),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Campaign {
    pub id: CampaignId,
    pub name: String,
    pub list: PriceListId,
    pub currency: Currency,
    pub goods: Picked,
    #[serde(skip)]
    pub change: Change,
    #[serde(skip)]
    pub rounding: Rounding,
    /// Said aloud as a reduction.
    pub announced: bool,
    pub begins_at: Moment,
    pub ends_at: Option<Moment>,
    pub phase: Phase,
    /// A kind and an id (`staff:…`).
    pub actor: String,
    #[serde(skip)]
    pub(super) cursor: Option<VariantId>,
}

impl Campaign {
    pub fn reduction(&self) -> Reduction {
        if self.announced { Reduction::Announced } else { Reduction::None }
    }
}

struct Row {
    id: CampaignId,
    name: String,
    list_id: PriceListId,
    currency: Currency,
    goods: String,
    off_micro: Option<Rate>,
    amount_minor: Option<i64>,
    rounding: String,
    announced: bool,
    begins_at: Moment,
    ends_at: Option<Moment>,
    phase: String,
    actor: String,
    cursor_id: Option<VariantId>,
}
db::record!(Row {
    id,
    name,
    list_id,
    currency,
    goods,
    off_micro,
    amount_minor,
    rounding,
    announced,
    begins_at,
    ends_at,
    phase,
    actor,
    cursor_id
});

impl Row {
    fn read(self) -> Result<Campaign, kernel::Fault> {
        let change = match (self.off_micro, self.amount_minor) {
            (Some(off), _) => Change::Percent(Rate(-off.0)),
            (None, Some(minor)) => Change::To(minor),
            (None, None) => return Err(kernel::Fault::bug("a campaign without a price")),
        };
        Ok(Campaign {
            id: self.id,
            name: self.name,
            list: self.list_id,
            currency: self.currency,
            goods: Picked::read(&self.goods)?,
            change,
            rounding: self.rounding.parse().map_err(kernel::Fault::bug)?,
            announced: self.announced,
            begins_at: self.begins_at,
            ends_at: self.ends_at,
            phase: self.phase.parse().map_err(kernel::Fault::bug)?,
            actor: self.actor,
            cursor: self.cursor_id,
        })
    }
}

const CAMPAIGNS: &str = "select c.id, c.name, c.list_id, l.currency, c.goods, c.off_micro, c.amount_minor, c.rounding, c.announced, \
    c.begins_at, c.ends_at, c.phase, c.actor, c.cursor_id from campaign c join price_list l on l.id = c.list_id";

/// # Faults
/// `pricing.no_campaign`.
pub async fn campaign(db: &impl Reads, id: CampaignId) -> Result<Campaign, kernel::Fault> {
    let row: Option<Row> = db::opt(db, &format!("{CAMPAIGNS} where c.id = $1"), db::params![id]).await?;
    row.ok_or(Fault::NoCampaign)?.read()
}

/// The newest hundred campaigns, by when they begin.
///
/// # Faults
/// Whatever the database says.
pub async fn campaigns(db: &impl Reads) -> Result<Vec<Campaign>, kernel::Fault> {
    let sql = format!("{CAMPAIGNS} order by c.begins_at desc, c.id desc limit 100");
    db::all::<Row>(db, &sql, vec![]).await?.into_iter().map(Row::read).collect()
}

/// The name of the campaign that made the price in force.
///
/// # Faults
/// Whatever the database says.
pub async fn campaign_of(db: &impl Reads, list: PriceListId, variant: VariantId) -> Result<Option<String>, kernel::Fault> {
    let sql = "select c.name from price p join campaign c on c.id = p.campaign_id where p.list_id = $1 and p.variant_id = $2";
    Ok(db::scalar(db, sql, db::params![list, variant]).await?)
}

/// Minutes between looks at what came to the goods of a campaign that runs.
const LOOK: i64 = 10;

/// Campaigns whose moment has come and that have not turned, which is what a lost job left behind;
/// and those that run and were not looked at for a while, since goods may have come to them.
///
/// # Faults
/// Whatever the database says.
pub async fn due_campaigns(db: &impl Reads, at: Moment) -> Result<Vec<CampaignId>, kernel::Fault> {
    let sql = "select id from campaign where (phase = 'planned' and begins_at <= $1) or phase in ('beginning','ending') \
               or (phase = 'running' and (ends_at <= $1 or changed_at <= $2)) order by begins_at limit 100";
    Ok(db::column(db, sql, db::params![at, at.plus_minutes(-LOOK)]).await?)
}

/// Plans a campaign, or changes one that has not begun.
///
/// # Faults
/// `pricing.campaign_name`, `pricing.campaign_ends`, `pricing.percent`, `pricing.negative`,
/// `pricing.no_list`; `pricing.campaign_began` for one that has.
pub async fn plan_campaign(tx: &Tx, known: Option<CampaignId>, new: &NewCampaign) -> Result<CampaignId, kernel::Fault> {
    let (off, amount) = new.check(tx.now())?;
    super::list(tx, new.list).await?;
    let id = known.unwrap_or_else(|| CampaignId::new(tx));
    let params = db::params![
        id,
        new.name.trim(),
        new.list,
        new.goods.text()?,
        off,
        amount,
        new.rounding.as_str(),
        new.reduction == Reduction::Announced,
        new.begins_at.unwrap_or(tx.now()),
        new.ends_at,
        tx.actor().code(),
        tx.now(),
    ];
    let sql = match known {
        None => {
            "insert into campaign (id, name, list_id, goods, off_micro, amount_minor, rounding, announced, begins_at, ends_at, \
             phase, actor, made_at, changed_at) values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,'planned',$11,$12,$12)"
        }
        Some(_) => {
            "update campaign set name = $2, list_id = $3, goods = $4, off_micro = $5, amount_minor = $6, rounding = $7, \
             announced = $8, begins_at = $9, ends_at = $10, actor = $11, changed_at = $12 where id = $1 and phase = 'planned'"
        }
    };
    match db::run(tx, sql, params).await? {
        0 => Err(Fault::CampaignBegan.into()),
        _ => Ok(id),
    }
}

/// Forgets a campaign that has not begun.
///
/// # Faults
/// `pricing.campaign_began`.
pub async fn drop_campaign(tx: &Tx, id: CampaignId) -> Result<(), kernel::Fault> {
    match db::run(tx, "delete from campaign where id = $1 and phase = 'planned'", db::params![id]).await? {
        0 => Err(Fault::CampaignBegan.into()),
        _ => Ok(()),
    }
}

/// Says that a campaign which runs is over now; turning it restores the prices.
///
/// # Faults
/// `pricing.campaign_over` for one that does not run.
pub async fn end_campaign(tx: &Tx, id: CampaignId) -> Result<(), kernel::Fault> {
    let sql = "update campaign set ends_at = $2, changed_at = $2 where id = $1 and phase in ('beginning','running') \
               and (ends_at is null or ends_at > $2)";
    match db::run(tx, sql, db::params![id, tx.now()]).await? {
        0 => Err(Fault::CampaignOver.into()),
        _ => Ok(()),
    }
}
