//! Which goods a campaign or a discount code is about.

use sea_orm::Value;
use serde::{Deserialize, Serialize};

use super::Goods;
use crate::{
    catalog,
    kernel::{self, CampaignId, CategoryId, PriceListId, ProductId, Reads, VariantId, db},
};

/// Goods by name or by the category they stand in or below. Nothing named means everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Picked {
    pub categories: Vec<CategoryId>,
    pub products: Vec<ProductId>,
    pub variants: Vec<VariantId>,
}

impl Picked {
    pub fn is_everything(&self) -> bool {
        self.categories.is_empty() && self.products.is_empty() && self.variants.is_empty()
    }
    pub fn covers(&self, goods: &Goods<'_>) -> bool {
        self.is_everything()
            || self.variants.contains(&goods.variant)
            || self.products.contains(&goods.product)
            || goods.shelves.iter().any(|(id, _)| self.categories.contains(id))
    }
    pub(super) fn read(text: &str) -> Result<Self, kernel::Fault> {
        serde_json::from_str(text).map_err(Into::into)
    }
    pub(super) fn text(&self) -> Result<String, kernel::Fault> {
        serde_json::to_string(self).map_err(Into::into)
    }
}

/// The condition that a variant `v` of list `$1` is meant, with its values from `$from` on.
async fn meant(db: &impl Reads, picked: &Picked, from: usize) -> Result<(String, Vec<Value>), kernel::Fault> {
    if picked.is_everything() {
        return Ok((String::new(), Vec::new()));
    }
    let mut shelves: Vec<CategoryId> = Vec::new();
    for id in &picked.categories {
        shelves.extend(catalog::children_of(db, *id).await?);
    }
    let (mut any, mut values): (Vec<String>, Vec<Value>) = (Vec::new(), Vec::new());
    let mut among = |ids: Vec<Value>, holds: &dyn Fn(&str) -> String| {
        if !ids.is_empty() {
            any.push(holds(&db::marks(ids.len(), from + values.len())));
            values.extend(ids);
        }
    };
    among(db::values(&picked.variants), &|marks| format!("v.id in ({marks})"));
    among(db::values(&picked.products), &|marks| format!("v.product_id in ({marks})"));
    among(db::values(&shelves), &|marks| {
        format!(
            "v.product_id in (select q.id from product q where q.category_id in ({marks}) \
             union select x.product_id from product_category x where x.category_id in ({marks}))"
        )
    });
    // A category that is gone holds nothing.
    let any = if any.is_empty() { "1 = 0".to_owned() } else { any.join(" or ") };
    Ok((format!(" and ({any})"), values))
}

/// What is made or put together as it is chosen costs what the choice costs: no price of a list is
/// its price, so that no campaign can change it (a kit follows those of its goods).
const MADE: &str = "exists (select 1 from configurator_in_force f where f.product_id = v.product_id)";
const PRICED: &str = "from variant v join price p on p.variant_id = v.id and p.list_id = $1";

/// The next variants that have a price in the list, by their ids.
pub(super) async fn next_picked(
    db: &impl Reads,
    list: PriceListId,
    picked: &Picked,
    after: Option<VariantId>,
    most: i64,
) -> Result<Vec<VariantId>, kernel::Fault> {
    let (condition, values) = meant(db, picked, 4).await?;
    let sql = format!("select v.id {PRICED} where v.id > $2 and not {MADE}{condition} order by v.id limit $3");
    let mut params = db::params![list, after.map_or(uuid::Uuid::nil(), |id| id.0), most];
    params.extend(values);
    Ok(db::column(db, &sql, params).await?)
}

/// Variants that a campaign means and that it has not met yet: they came to its goods since it began.
pub(super) async fn next_new(
    db: &impl Reads,
    list: PriceListId,
    picked: &Picked,
    campaign: CampaignId,
    most: i64,
) -> Result<Vec<VariantId>, kernel::Fault> {
    let (condition, values) = meant(db, picked, 4).await?;
    let unmet = "not exists (select 1 from campaign_price h where h.campaign_id = $2 and h.variant_id = v.id)";
    let sql = format!("select v.id {PRICED} where {unmet} and not {MADE}{condition} order by v.id limit $3");
    let mut params = db::params![list, campaign, most];
    params.extend(values);
    Ok(db::column(db, &sql, params).await?)
}

/// How many variants are meant, and how many are left out since they are made or put together as
/// they are chosen.
pub(super) async fn count_picked(db: &impl Reads, list: PriceListId, picked: &Picked) -> Result<(i64, i64), kernel::Fault> {
    let (condition, values) = meant(db, picked, 2).await?;
    let count = async |not: &str| -> Result<i64, kernel::Fault> {
        let mut params = db::params![list];
        params.extend(values.clone());
        let sql = format!("select count(*) {PRICED} where {not}{MADE}{condition}");
        Ok(db::scalar(db, &sql, params).await?.unwrap_or(0))
    };
    Ok((count("not ").await?, count("").await?))
}
