//! Setting prices, one or thousands, in a few statements.

use std::collections::HashMap;

use sea_orm::Value;

use super::{Fault, InForce, PriceList, follow, list, lowest_before, views::CHUNK};
use crate::kernel::{self, CampaignId, Moment, Money, PriceListId, Reads, Tx, VariantId, db};

/// Whether a lower price is announced as a reduction or merely put on the tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reduction {
    None,
    /// Said aloud (a percentage, a struck-through price, "sale"): it needs its reference price.
    Announced,
}

/// A gross price to put into force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewPrice {
    pub variant: VariantId,
    pub amount: Money,
    pub reduction: Reduction,
}

/// What became of a new price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was so already; nothing is written.
    Unchanged,
    Set,
    /// In force, with this reference price frozen.
    Reduced {
        reference: Money,
    },
    /// In force as a plain price: what was called a reduction is not below the lowest price of
    /// the 30 days before.
    NotReduced {
        lowest: Option<Money>,
    },
}

struct Current {
    variant_id: VariantId,
    amount_minor: i64,
    reference_minor: Option<i64>,
    reduced_since: Option<Moment>,
    /// The price before the reduction that runs.
    regular_minor: Option<i64>,
    campaign_id: Option<CampaignId>,
}
db::record!(Current { variant_id, amount_minor, reference_minor, reduced_since, regular_minor, campaign_id });

/// A price and the campaign that makes it; a price of no campaign ends whatever campaign held it.
#[derive(Clone, Copy)]
pub(super) struct Made {
    pub price: NewPrice,
    pub by: Option<CampaignId>,
}

/// Sets one price.
///
/// # Faults
/// `pricing.no_reduction` when a reduction is announced that is none: the person who types it can
/// mend it. Else as [`set_prices`].
pub async fn set_price(
    tx: &Tx,
    list: PriceListId,
    variant: VariantId,
    amount: Money,
    reduction: Reduction,
) -> Result<Outcome, kernel::Fault> {
    let outcome = set_prices(tx, list, &[NewPrice { variant, amount, reduction }]).await?[0];
    match outcome {
        Outcome::NotReduced { lowest } => Err(Fault::NoReduction { amount, lowest }.into()),
        outcome => Ok(outcome),
    }
}

/// Sets many prices; the outcomes are in the order of the prices. For a variant named twice the
/// last one counts.
///
/// # Faults
/// `pricing.no_list`, `pricing.follows`, `pricing.negative`, `pricing.currency`; then nothing is written.
pub async fn set_prices(tx: &Tx, list_id: PriceListId, prices: &[NewPrice]) -> Result<Vec<Outcome>, kernel::Fault> {
    let made: Vec<Made> = prices.iter().map(|price| Made { price: *price, by: None }).collect();
    set_made(tx, list_id, &made).await
}

/// As [`set_prices`], for campaigns too.
pub(super) async fn set_made(tx: &Tx, list_id: PriceListId, prices: &[Made]) -> Result<Vec<Outcome>, kernel::Fault> {
    let list = list(tx, list_id).await?;
    if list.follows.is_some() {
        return Err(Fault::Follows { name: list.name }.into());
    }
    for made in prices {
        check(&list, &made.price)?;
    }
    let outcomes = set_in(tx, &list, prices).await?;
    follow::after(tx, &list, prices).await?;
    Ok(outcomes)
}

/// As they are, in this list alone.
pub(super) async fn set_in(tx: &Tx, list: &PriceList, prices: &[Made]) -> Result<Vec<Outcome>, kernel::Fault> {
    let mut outcomes = Vec::with_capacity(prices.len());
    for chunk in prices.chunks(CHUNK) {
        outcomes.extend(set_chunk(tx, list, chunk).await?);
    }
    Ok(outcomes)
}

/// Takes a price off sale; its history stays.
///
/// # Faults
/// `pricing.no_list`, `pricing.follows`.
pub async fn withdraw(tx: &Tx, id: PriceListId, variant: VariantId) -> Result<(), kernel::Fault> {
    let known = list(tx, id).await?;
    if known.follows.is_some() {
        return Err(Fault::Follows { name: known.name }.into());
    }
    withdraw_from(tx, id, variant).await?;
    for follower in follow::followers(tx, id).await? {
        withdraw_from(tx, follower.id, variant).await?;
    }
    Ok(())
}

/// In this list alone.
pub(super) async fn withdraw_from(tx: &Tx, list: PriceListId, variant: VariantId) -> Result<(), kernel::Fault> {
    let sql = "delete from price where list_id = $1 and variant_id = $2";
    if db::run(tx, sql, db::params![list, variant]).await? > 0 {
        let row = db::params![variant, list, tx.now(), None::<i64>, None::<i64>, tx.actor().code(), None::<CampaignId>];
        remember(tx, vec![row]).await?;
    }
    Ok(())
}

fn check(list: &PriceList, price: &NewPrice) -> Result<(), Fault> {
    if price.amount.currency != list.currency {
        return Err(Fault::Currency { list: list.currency, given: price.amount.currency });
    }
    if price.amount.minor < 0 { Err(Fault::Negative) } else { Ok(()) }
}

async fn set_chunk(tx: &Tx, list: &PriceList, prices: &[Made]) -> Result<Vec<Outcome>, kernel::Fault> {
    let ids: Vec<VariantId> = prices.iter().map(|m| m.price.variant).collect();
    let mut current = read_current(tx, list.id, &ids).await?;
    let said = prices.iter().map(|m| m.price).filter(|p| p.reduction == Reduction::Announced);
    let announced: Vec<VariantId> = said.map(|p| p.variant).collect();
    let lowest = lowest_now(tx, list.id, &announced, tx.now()).await?;

    let mut outcomes = Vec::with_capacity(prices.len());
    let mut rows: HashMap<VariantId, Current> = HashMap::new();
    for Made { price, by } in prices {
        let (outcome, row) = decide(list, price, current.get(&price.variant), lowest.get(&price.variant).copied(), tx.now());
        if let Some(row) = row.map(|row| Current { campaign_id: *by, ..row }) {
            let keep = |r: &Current| Current { ..*r };
            current.insert(price.variant, keep(&row));
            rows.insert(price.variant, row);
        }
        outcomes.push(outcome);
    }
    let mut rows: Vec<Current> = rows.into_values().collect();
    rows.sort_by_key(|row| row.variant_id);
    write(tx, list.id, &rows).await?;
    Ok(outcomes)
}

/// What follows from one new price: pure, so that the rules can be read in one place.
fn decide(
    list: &PriceList,
    new: &NewPrice,
    current: Option<&Current>,
    lowest: Option<i64>,
    now: Moment,
) -> (Outcome, Option<Current>) {
    let money = |minor| Money::new(minor, list.currency);
    // A further cut of a running reduction is still taken off the price before the first.
    let regular = current.map(|c| c.regular_minor.unwrap_or(c.amount_minor)).filter(|r| *r > new.amount.minor);
    let row = |reference_minor: Option<i64>, reduced_since| {
        let regular_minor = reference_minor.and(regular);
        let (variant_id, amount_minor) = (new.variant, new.amount.minor);
        Some(Current { variant_id, amount_minor, reference_minor, reduced_since, regular_minor, campaign_id: None })
    };
    let same = current.filter(|c| c.amount_minor == new.amount.minor);
    match (new.reduction, same) {
        (Reduction::None, Some(c)) if c.reference_minor.is_none() => return (Outcome::Unchanged, None),
        (Reduction::None, _) => return (Outcome::Set, row(None, None)),
        // While a reduction runs unchanged, its reference stays frozen.
        (Reduction::Announced, Some(c)) if c.reference_minor.is_some() => return (Outcome::Unchanged, None),
        (Reduction::Announced, _) => {}
    }
    let running = current.filter(|c| new.amount.minor < c.amount_minor).and_then(|c| c.reference_minor.zip(c.reduced_since));
    let (reference, since) = match running.filter(|(_, since)| list.progressive.keeps_first(*since, now)) {
        Some((first, since)) => (Some(first), since),
        None => (lowest, now),
    };
    match reference.filter(|reference| *reference > new.amount.minor) {
        Some(reference) => (Outcome::Reduced { reference: money(reference) }, row(Some(reference), Some(since))),
        None if same.is_some() => (Outcome::NotReduced { lowest: reference.map(money) }, None),
        None => (Outcome::NotReduced { lowest: reference.map(money) }, row(None, None)),
    }
}

async fn read_current(tx: &Tx, list: PriceListId, ids: &[VariantId]) -> Result<HashMap<VariantId, Current>, kernel::Fault> {
    let sql = format!(
        "select variant_id, amount_minor, reference_minor, reduced_since, regular_minor, campaign_id from price where list_id = $1 and variant_id in ({})",
        db::marks(ids.len(), 2)
    );
    let mut params = db::params![list];
    params.extend(db::values(ids));
    let rows: Vec<Current> = db::all(tx, &sql, params).await?;
    Ok(rows.into_iter().map(|row| (row.variant_id, row)).collect())
}

struct Past {
    variant_id: VariantId,
    valid_from: Moment,
    amount_minor: Option<i64>,
}
db::record!(Past { variant_id, valid_from, amount_minor });

/// The lowest price of the 30 days before `at`, of each variant that had one.
pub(super) async fn lowest_now(
    db: &impl Reads,
    list: PriceListId,
    variants: &[VariantId],
    at: Moment,
) -> Result<HashMap<VariantId, i64>, kernel::Fault> {
    let mut past: HashMap<VariantId, Vec<InForce>> = HashMap::new();
    for chunk in variants.chunks(CHUNK) {
        let sql = format!(
            "select variant_id, valid_from, amount_minor from price_history \
             where list_id = $1 and valid_from < $2 and variant_id in ({}) order by variant_id, valid_from",
            db::marks(chunk.len(), 3)
        );
        let mut params = db::params![list, at];
        params.extend(db::values(chunk));
        for row in db::all::<Past>(db, &sql, params).await? {
            past.entry(row.variant_id).or_default().push(InForce { from: row.valid_from, minor: row.amount_minor });
        }
    }
    Ok(past.into_iter().filter_map(|(id, history)| Some((id, lowest_before(&history, at)?))).collect())
}

async fn write(tx: &Tx, list: PriceListId, rows: &[Current]) -> Result<(), kernel::Fault> {
    let actor = tx.actor().code();
    let past = rows
        .iter()
        .map(|r| db::params![r.variant_id, list, tx.now(), r.amount_minor, r.reference_minor, actor.clone(), r.campaign_id])
        .collect();
    remember(tx, past).await?;
    let row = |r: &Current| {
        let (reference, since, regular) = (r.reference_minor, r.reduced_since, r.regular_minor);
        db::params![r.variant_id, list, r.amount_minor, tx.now(), reference, since, regular, r.campaign_id]
    };
    let now = rows.iter().map(row).collect();
    let tail = "on conflict (variant_id, list_id) do update set amount_minor = excluded.amount_minor, \
                valid_from = excluded.valid_from, reference_minor = excluded.reference_minor, reduced_since = excluded.reduced_since, \
                regular_minor = excluded.regular_minor, campaign_id = excluded.campaign_id";
    let head = "insert into price (variant_id, list_id, amount_minor, valid_from, reference_minor, reduced_since, regular_minor, \
                campaign_id) values";
    db::insert_many(tx, head, tail, now).await?;
    Ok(())
}

async fn remember(tx: &Tx, rows: Vec<Vec<Value>>) -> Result<(), kernel::Fault> {
    let head =
        "insert into price_history (variant_id, list_id, valid_from, amount_minor, reference_minor, actor, campaign_id) values";
    // Two prices of one moment: the first was never in force.
    let tail = "on conflict (variant_id, list_id, valid_from) do update set amount_minor = excluded.amount_minor, \
                reference_minor = excluded.reference_minor, actor = excluded.actor, campaign_id = excluded.campaign_id";
    Ok(db::insert_many(tx, head, tail, rows).await?)
}
