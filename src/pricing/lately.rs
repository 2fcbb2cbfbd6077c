//! Which prices became others within a time.

use crate::kernel::{self, CampaignId, Currency, Moment, Money, PriceListId, Reads, VariantId, db};

/// A price that is another one than it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    pub variant: VariantId,
    pub was: Money,
    pub now: Money,
    /// A campaign made the price or took it back: it is told with its campaign.
    pub by_campaign: bool,
}

struct Row {
    variant_id: VariantId,
    currency: Currency,
    was: i64,
    now: i64,
    campaign_was: Option<CampaignId>,
    campaign_now: Option<CampaignId>,
}
db::record!(Row { variant_id, currency, was, now, campaign_was, campaign_now });

/// The prices of a list that are others at `until` than they were at `since`, the greatest changes first.
/// What was put on sale or taken off it meanwhile has no two prices to compare; what came back to what it
/// was did not change.
///
/// # Faults
/// Whatever the database says.
pub async fn moved(
    db: &impl Reads,
    list: PriceListId,
    (since, until): (Moment, Moment),
    most: i64,
) -> Result<Vec<Moved>, kernel::Fault> {
    let sql = "select h.variant_id, l.currency, a.amount_minor as was, b.amount_minor as now, \
                 a.campaign_id as campaign_was, b.campaign_id as campaign_now \
               from (select variant_id, max(valid_from) as last from price_history \
                     where list_id = $1 and valid_from > $2 and valid_from <= $3 group by variant_id) h \
               join price_list l on l.id = $1 \
               join price_history b on b.list_id = $1 and b.variant_id = h.variant_id and b.valid_from = h.last \
               join price_history a on a.list_id = $1 and a.variant_id = h.variant_id and a.valid_from = \
                 (select max(o.valid_from) from price_history o \
                  where o.list_id = $1 and o.variant_id = h.variant_id and o.valid_from <= $2) \
               where a.amount_minor is not null and b.amount_minor is not null and a.amount_minor <> b.amount_minor \
               order by abs(b.amount_minor - a.amount_minor) desc, h.variant_id limit $4";
    let rows: Vec<Row> = db::all(db, sql, db::params![list, since, until, most]).await?;
    let moved = |row: Row| Moved {
        variant: row.variant_id,
        was: Money::new(row.was, row.currency),
        now: Money::new(row.now, row.currency),
        by_campaign: row.campaign_was.is_some() || row.campaign_now.is_some(),
    };
    Ok(rows.into_iter().map(moved).collect())
}
