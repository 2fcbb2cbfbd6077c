//! Lists that follow another one: the same prices in another currency.

use super::{
    Exchange, ExchangeRate, Fault, PriceList, Reduction, Rounding, exchange, list, lists,
    set::{self, Made, NewPrice},
};
use crate::kernel::{self, Currency, Moment, Money, PriceListId, Tx, VariantId, db};

/// Lets a list follow another one, or stand by itself again with the prices that it has.
///
/// # Faults
/// `pricing.no_list`; `pricing.follows_itself`, also by a detour; `pricing.no_exchange` when no rate
/// between the two currencies is known.
pub async fn set_follows(tx: &Tx, id: PriceListId, source: Option<PriceListId>, ending: Rounding) -> Result<(), kernel::Fault> {
    let own = list(tx, id).await?;
    if let Some(source) = source {
        let of = list(tx, source).await?;
        // One step only: a chain would round a rounded price.
        if source == id || of.follows.is_some() || lists(tx).await?.iter().any(|l| l.follows == Some(id)) {
            return Err(Fault::FollowsItself.into());
        }
        between(&exchange(tx).await?, of.currency, own.currency, tx.now())?;
    }
    let sql = "update price_list set follows = $2, ending = $3, changed_at = $4 where id = $1";
    db::run(tx, sql, db::params![id, source, ending.as_str(), tx.now()]).await?;
    Ok(())
}

/// Lists of one currency follow each other at par.
fn between(all: &Exchange, base: Currency, quote: Currency, at: Moment) -> Result<ExchangeRate, Fault> {
    if base == quote {
        return Ok(ExchangeRate { base, quote, valid_from: Moment(0), rate_micro: 1_000_000, actor: String::new() });
    }
    all.rate(base, quote, at).cloned().ok_or(Fault::NoExchange { base, quote })
}

/// What follows from new prices in the lists that follow theirs: a part of setting a price.
pub(super) async fn after(tx: &Tx, source: &PriceList, prices: &[Made]) -> Result<(), kernel::Fault> {
    let followers = followers(tx, source.id).await?;
    if followers.is_empty() {
        return Ok(());
    }
    let rates = exchange(tx).await?;
    for list in &followers {
        let rate = between(&rates, source.currency, list.currency, tx.now())?;
        let theirs = all_converted(prices, &rate, list)?;
        set::set_in(tx, list, &theirs).await?;
    }
    Ok(())
}

fn all_converted(prices: &[Made], rate: &ExchangeRate, list: &PriceList) -> Result<Vec<Made>, Fault> {
    prices.iter().map(|made| converted(&made.price, rate, list)).collect()
}

fn converted(price: &NewPrice, rate: &ExchangeRate, list: &PriceList) -> Result<Made, Fault> {
    let amount = rate.convert(price.amount, list.ending).ok_or(Fault::TooLarge)?;
    Ok(Made { price: NewPrice { amount, ..*price }, by: None })
}

/// The lists that follow this one, for what has to happen in them too.
pub(super) async fn followers(tx: &Tx, source: PriceListId) -> Result<Vec<PriceList>, kernel::Fault> {
    Ok(lists(tx).await?.into_iter().filter(|l| l.follows == Some(source)).collect())
}

struct Row {
    variant_id: VariantId,
    amount_minor: i64,
    reduced: bool,
}
db::record!(Row { variant_id, amount_minor, reduced });

impl Row {
    fn made(&self, currency: Currency) -> Made {
        let reduction = if self.reduced { Reduction::Announced } else { Reduction::None };
        Made {
            price: NewPrice { variant: self.variant_id, amount: Money::new(self.amount_minor, currency), reduction },
            by: None,
        }
    }
}

/// One step of bringing a list to where its source is: up to `most` variants after the one that the
/// step before ended with. Prices that are right already are not written.
///
/// Answers the variants whose price moved, and where to go on.
///
/// # Faults
/// `pricing.no_list`, `pricing.no_exchange`.
pub async fn catch_up(
    tx: &Tx,
    id: PriceListId,
    after: Option<VariantId>,
    most: usize,
) -> Result<(Vec<VariantId>, Option<VariantId>), kernel::Fault> {
    let own = list(tx, id).await?;
    let Some(source) = own.follows else { return Ok((Vec::new(), None)) };
    let of = list(tx, source).await?;
    let rate = between(&exchange(tx).await?, of.currency, own.currency, tx.now())?;
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    let after = after.unwrap_or(VariantId(uuid::Uuid::nil()));
    let sql = "select variant_id, amount_minor, reference_minor is not null as reduced from price \
               where list_id = $1 and variant_id > $2 order by variant_id limit $3";
    let rows: Vec<Row> = db::all(tx, sql, db::params![source, after, limit]).await?;
    let next = rows.last().filter(|_| rows.len() == most).map(|row| row.variant_id);
    let theirs: Vec<Made> = rows.iter().map(|row| row.made(of.currency)).collect();
    let made = all_converted(&theirs, &rate, &own)?;
    let outcomes = set::set_in(tx, &own, &made).await?;
    let changed = made.iter().zip(outcomes).filter(|(_, outcome)| *outcome != set::Outcome::Unchanged);
    let mut moved: Vec<VariantId> = changed.map(|(made, _)| made.price.variant).collect();
    if next.is_none() {
        moved.extend(withdrawn(tx, id, source).await?);
    }
    Ok((moved, next))
}

/// Takes off sale what the source does not sell any more.
async fn withdrawn(tx: &Tx, id: PriceListId, source: PriceListId) -> Result<Vec<VariantId>, kernel::Fault> {
    let sql = "select p.variant_id from price p where p.list_id = $1 \
               and not exists (select 1 from price s where s.list_id = $2 and s.variant_id = p.variant_id)";
    let gone: Vec<VariantId> = db::column(tx, sql, db::params![id, source]).await?;
    for variant in &gone {
        set::withdraw_from(tx, id, *variant).await?;
    }
    Ok(gone)
}
