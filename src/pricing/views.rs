//! Reading prices.

use std::collections::HashMap;

use serde::Serialize;

use super::percent_off;
use crate::kernel::{self, CampaignId, Currency, Moment, Money, PriceListId, Reads, VariantId, db};

/// A gross price in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Price {
    pub amount: Money,
    /// While a reduction is announced: the lowest price of the 30 days before it began.
    pub reference: Option<Money>,
    /// While a reduction runs: the price before it.
    pub regular: Option<Money>,
    /// When the first of the reductions that run began.
    pub reduced_since: Option<Moment>,
    /// The campaign that made it.
    pub campaign: Option<CampaignId>,
    pub since: Moment,
}

impl Price {
    /// Whole percent below the reference, rounded down.
    pub fn percent_off(&self) -> Option<u32> {
        percent_off(self.amount, self.reference?)
    }
}

/// An entry of the history; `amount` is empty from when the price was withdrawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PastPrice {
    pub from: Moment,
    pub amount: Option<Money>,
    pub reference: Option<Money>,
    /// Who set it: a kind and an id (`staff:…`).
    pub actor: String,
    /// The campaign that made it.
    pub campaign: Option<String>,
}

struct Row {
    variant_id: VariantId,
    currency: Currency,
    amount_minor: Option<i64>,
    reference_minor: Option<i64>,
    regular_minor: Option<i64>,
    reduced_since: Option<Moment>,
    campaign_id: Option<CampaignId>,
    valid_from: Moment,
}
db::record!(Row { variant_id, currency, amount_minor, reference_minor, regular_minor, reduced_since, campaign_id, valid_from });

impl Row {
    fn price(&self) -> Option<Price> {
        Some(Price {
            amount: Money::new(self.amount_minor?, self.currency),
            reference: self.reference_minor.map(|minor| Money::new(minor, self.currency)),
            regular: self.regular_minor.map(|minor| Money::new(minor, self.currency)),
            reduced_since: self.reduced_since,
            campaign: self.campaign_id,
            since: self.valid_from,
        })
    }
}

/// How many variants one statement asks for: few distinct texts fill the prepared cache.
pub(super) const CHUNK: usize = 500;

/// The prices in force at a moment; a variant without a price is missing from the answer.
///
/// Asking for the present is one index lookup a variant; for the past the history is read.
///
/// # Faults
/// Whatever the database says.
pub async fn prices_of(
    db: &impl Reads,
    list: PriceListId,
    variants: &[VariantId],
    at: Moment,
) -> Result<HashMap<VariantId, Price>, kernel::Fault> {
    let mut found = HashMap::with_capacity(variants.len());
    let mut earlier = Vec::new();
    for chunk in variants.chunks(CHUNK) {
        let sql = format!(
            "select p.variant_id, l.currency, p.amount_minor, p.reference_minor, p.regular_minor, p.reduced_since, \
             p.campaign_id, p.valid_from \
             from price p join price_list l on l.id = p.list_id where p.list_id = $1 and p.variant_id in ({})",
            db::marks(chunk.len(), 2)
        );
        let mut params = db::params![list];
        params.extend(db::values(chunk));
        for row in db::all::<Row>(db, &sql, params).await? {
            match row.price() {
                Some(price) if row.valid_from <= at => drop(found.insert(row.variant_id, price)),
                _ => earlier.push(row.variant_id),
            }
        }
    }
    for variant in earlier {
        let sql = "select h.variant_id, l.currency, h.amount_minor, h.reference_minor, cast(null as bigint) as regular_minor, \
                   cast(null as bigint) as reduced_since, h.campaign_id, h.valid_from \
                   from price_history h join price_list l on l.id = h.list_id \
                   where h.list_id = $1 and h.variant_id = $2 and h.valid_from <= $3 order by h.valid_from desc limit 1";
        let row: Option<Row> = db::opt(db, sql, db::params![list, variant, at]).await?;
        if let Some(price) = row.as_ref().and_then(Row::price) {
            found.insert(variant, price);
        }
    }
    Ok(found)
}

/// Every price of a list, for a file.
///
/// # Faults
/// Whatever the database says.
pub async fn whole_list(db: &impl Reads, list: PriceListId) -> Result<Vec<(VariantId, Money)>, kernel::Fault> {
    let sql = "select p.variant_id, p.amount_minor, l.currency from price p join price_list l on l.id = p.list_id \
               where p.list_id = $1 order by p.variant_id";
    let mut all = Vec::new();
    for row in db::rows(db, sql, db::params![list]).await? {
        all.push((row.try_get_by_index(0)?, Money::new(row.try_get_by_index(1)?, row.try_get_by_index(2)?)));
    }
    Ok(all)
}

/// How many prices lists have.
///
/// # Faults
/// Whatever the database says.
pub async fn list_sizes(db: &impl Reads) -> Result<HashMap<PriceListId, i64>, kernel::Fault> {
    let mut sizes = HashMap::new();
    for row in db::rows(db, "select list_id, count(*) from price group by list_id", vec![]).await? {
        sizes.insert(row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    }
    Ok(sizes)
}

struct PastRow {
    currency: Currency,
    valid_from: Moment,
    amount_minor: Option<i64>,
    reference_minor: Option<i64>,
    actor: String,
    campaign: Option<String>,
}
db::record!(PastRow { currency, valid_from, amount_minor, reference_minor, actor, campaign });

/// Everything a variant ever cost in a list, newest first.
///
/// # Faults
/// Whatever the database says.
pub async fn history(db: &impl Reads, list: PriceListId, variant: VariantId) -> Result<Vec<PastPrice>, kernel::Fault> {
    let sql = "select l.currency, h.valid_from, h.amount_minor, h.reference_minor, h.actor, c.name as campaign \
               from price_history h join price_list l on l.id = h.list_id left join campaign c on c.id = h.campaign_id \
               where h.list_id = $1 and h.variant_id = $2 order by h.valid_from desc";
    let rows: Vec<PastRow> = db::all(db, sql, db::params![list, variant]).await?;
    let past = |row: PastRow| PastPrice {
        from: row.valid_from,
        amount: row.amount_minor.map(|minor| Money::new(minor, row.currency)),
        reference: row.reference_minor.map(|minor| Money::new(minor, row.currency)),
        actor: row.actor,
        campaign: row.campaign,
    };
    Ok(rows.into_iter().map(past).collect())
}
